// A registry on a database of its own, with a roster that answers from memory: what the tests that
// need PostgreSQL stand on. The environment MAPLEBRIDGE_TEST_DATABASE names a superuser's cluster.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "common/loop/event_loop.h"
#include "common/status/error.h"
#include "maplebridge/registry/v1/agreement.pb.h"
#include "services/registry/api/registry.h"
#include "services/registry/testing/fake_roster.h"

namespace maplebridge::registry {

class RegistryTest : public testing::Test {
 protected:
  static constexpr char kOrganisation[] = "organisations/qingbo";
  static constexpr char kMediator[] = "organisations/qingbo/mediators/wang";
  static constexpr char kCourt[] = "courts/330102";

  void SetUp() override;
  void TearDown() override;

  Registry& registry() { return *registry_; }
  FakeRoster& roster() { return *roster_; }

  // A call by the mediation committee's head, by another committee's, by the court, or by the
  // service itself.
  Call HeadCall(const std::string& method = "test");
  Call StrangerCall();
  Call CourtCall();
  Call ServiceCall();
  static Call CallBy(Caller caller, const std::string& method = "test");

  // Runs a handler on the loop and waits for it.
  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(Task<absl::StatusOr<Response>> (*handler)(Registry&, Call&,
                                                                         const Request&),
                               Call call, const Request& request) {
    return RunBlocking(loops_->at(0), handler(*registry_, call, request));
  }
  template <typename T>
  T Run(Task<T> task) {
    return RunBlocking(loops_->at(0), std::move(task));
  }
  // The answer, which must be one.
  template <typename Response, typename Request>
  Response Must(Task<absl::StatusOr<Response>> (*handler)(Registry&, Call&, const Request&),
                Call call, const Request& request) {
    auto answer = Ask(handler, std::move(call), request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? *std::move(answer) : Response();
  }
  // One value of the database as text; "" for NULL.
  std::string Value(const std::string& sql);
  void Execute(const std::string& sql);
  // Ends the service's own connections; nothing can be asked of it any more.
  void CloseDatabases();
  // How many rows each table has: unchanged when nothing was stored.
  std::string RowCounts();
  // Waits until the database answers `expected`.
  void AwaitValue(const std::string& sql, const std::string& expected);

  // A well-formed report with two parties; `sequence` makes their numbers differ.
  static v1::Dispute Draft(int sequence = 1);

  // A dispute of our own, brought as far as the name says.
  v1::Dispute Reported(int sequence = 1);
  v1::Dispute Accepted(int sequence = 1);
  v1::Dispute Mediating(int sequence = 1);
  // The steps, each on the dispute as it stands.
  v1::Dispute Assign(const std::string& name);
  v1::Session HoldSession(const std::string& name, bool rights_told = true);
  // p2 pays p1 twice; `due` is the first day, the second is ten days later.
  static v1::Agreement AgreementDraft(absl::CivilDay due);
  v1::Agreement Agree(const std::string& name, absl::CivilDay due);
  v1::Agreement Sign(const std::string& agreement, const v1::Signature& signature);
  // Both parties, the mediator, the seal.
  v1::Agreement SignByAll(const std::string& agreement);
  v1::Dispute Get(const std::string& name);
  // What a stored PDF says, without white space.
  std::string DocumentText(const std::string& name);

  std::unique_ptr<EventLoops> loops_;
  std::unique_ptr<ServiceParts> parts_;
  std::unique_ptr<FakeRoster> roster_;
  std::shared_ptr<Registry> registry_;
  std::string database_;
  // Folder of the file store.
  std::string files_;
  std::atomic<bool> draining_{false};
};

// A random UUID.
std::string NewRequestId();

v1::Signature PartySignature(const std::string& party_id);

// Fields that an error's BadRequest names, in order.
std::vector<std::string> FieldsOf(const absl::Status& status);

// `status` has this code, reason, and names this field; "" when it is about no field.
void ExpectError(const absl::Status& status, absl::StatusCode code, std::string_view reason,
                 const std::string& field = "");

}  // namespace maplebridge::registry
