// Docking on a database of its own, with a roster and a registry that answer from memory: what the
// tests that need PostgreSQL stand on. The environment MAPLEBRIDGE_TEST_DATABASE names a
// superuser's cluster.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "common/loop/event_loop.h"
#include "common/status/error.h"
#include "maplebridge/docking/v1/judicial_confirmation_messages.pb.h"
#include "maplebridge/docking/v1/referral_messages.pb.h"
#include "maplebridge/feed/v1/feed.pb.h"
#include "maplebridge/registry/v1/dispute_resource.pb.h"
#include "services/docking/api/docking.h"
#include "services/docking/testing/fake_peers.h"

namespace maplebridge::docking {

// Messages of a client-streaming call, from memory.
class FakeReader : public StreamReader {
 public:
  Task<absl::StatusOr<bool>> Read(google::protobuf::Message* message) override;
  std::deque<v1::UploadMaterialRequest> messages;
};

// Messages of a server-streaming call, kept.
class FakeWriter : public StreamWriter {
 public:
  Task<bool> Write(const google::protobuf::Message& message) override;
  bool cancelled() const override { return false; }
  std::vector<v1::DownloadMaterialResponse> messages;
};

class DockingTest : public testing::Test {
 protected:
  static constexpr char kOrganisation[] = "organisations/qingbo";
  static constexpr char kOther[] = "organisations/other";
  static constexpr char kMediator[] = "organisations/qingbo/mediators/wang";
  static constexpr char kCourt[] = "courts/330102";
  static constexpr char kDispute[] = "disputes/D-330102-2026-00000014";
  static constexpr char kDigest[] =
      "ab00000000000000000000000000000000000000000000000000000000000000";

  void SetUp() override;
  void TearDown() override;

  Docking& docking() { return *docking_; }
  FakePeers& peers() { return *peers_; }
  postgres::Database& database() { return *parts_->databases[0]; }

  Call CourtCall(const std::string& court = kCourt);
  Call HeadCall(const std::string& organisation = kOrganisation);
  Call BureauCall(const std::string& division);
  // The own account of a party of Draft(): "p1" or "p2".
  Call PartyCall(int party);
  Call ServiceCall();

  // Runs a handler on the loop and waits for it.
  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(Task<absl::StatusOr<Response>> (*handler)(Docking&, Call&,
                                                                         const Request&),
                               Call call, const Request& request) {
    return RunBlocking(loops_->at(0), handler(*docking_, call, request));
  }
  template <typename T>
  T Run(Task<T> task) {
    return RunBlocking(loops_->at(0), std::move(task));
  }
  // One value of the database as text.
  std::string Value(const std::string& sql);
  void Execute(const std::string& sql);
  // Types of the events of a resource, in order, parted by blanks.
  std::string EventsOf(const std::string& resource);

  // A well-formed case with two parties; numbered 民诉前调 or, filed, 民初.
  static v1::Referral Draft(bool is_filed = false);

  // Steps of a story, each from the one before; they must succeed.
  v1::Referral Guide(bool is_filed = false);
  absl::StatusOr<v1::Referral> Consent(const std::string& name, const std::string& party,
                                       v1::ConsentDecision decision = v1::CONSENT_DECISION_CONSENT);
  v1::Referral Consented(bool is_filed = false);
  v1::SendReferralRequest Sending(const v1::Referral& referral);
  v1::Referral Sent(bool is_filed = false);
  v1::Referral Accepted(bool is_filed = false);
  v1::Referral Agreed(bool is_filed = false);
  v1::Referral Get(const std::string& name);
  absl::StatusOr<v1::Material> Upload(const std::string& name, const std::string& bytes,
                                      const std::string& request_id = "");

  // An event of the registry on the dispute born of the referral; applied as its consumer does.
  feed::v1::Event DisputeEvent(const v1::Referral& referral, const std::string& type,
                               const std::string& from, const std::string& to);
  registry::v1::Dispute DisputeOf(const v1::Referral& referral);
  feed::v1::Event EventWith(const registry::v1::Dispute& dispute, const std::string& type,
                            const std::string& from, const std::string& to);
  void Apply(const feed::v1::Event& event);
  // Effective today, of a written agreement with kDigest.
  registry::v1::Dispute Concluded(const v1::Referral& referral);

  // Makes the resource's clock run out now; answers how many clocks expired.
  int Expire(const std::string& resource);

  std::unique_ptr<EventLoops> loops_;
  std::unique_ptr<ServiceParts> parts_;
  std::unique_ptr<FakePeers> peers_;
  std::shared_ptr<Docking> docking_;
  std::string database_;
  std::int64_t position_ = 0;
};

// A random UUID.
std::string NewRequestId();
std::string Sha256(const std::string& bytes);

}  // namespace maplebridge::docking
