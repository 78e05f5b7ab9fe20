// One who plays a part of the simulation: calls with retries, counted; refusals that must come.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/clock.h>

#include <functional>
#include <memory>
#include <string>

#include "common/status/error.h"
#include "deploy/maplectl_source/demo_stage.h"
#include "deploy/maplectl_source/gateway_client.h"
#include "deploy/maplectl_source/simulation/tally.h"
#include "maplebridge/analytics/v1/indicator.grpc.pb.h"
#include "maplebridge/docking/v1/referral.grpc.pb.h"
#include "maplebridge/registry/v1/agreement.grpc.pb.h"
#include "maplebridge/registry/v1/campaign.grpc.pb.h"
#include "maplebridge/registry/v1/dispute.grpc.pb.h"
#include "maplebridge/registry/v1/document.grpc.pb.h"
#include "maplebridge/registry/v1/escalation.grpc.pb.h"
#include "maplebridge/registry/v1/observation.grpc.pb.h"
#include "maplebridge/registry/v1/performance.grpc.pb.h"
#include "maplebridge/registry/v1/risk_entry.grpc.pb.h"
#include "maplebridge/registry/v1/transfer.grpc.pb.h"
#include "maplebridge/roster/v1/court_roster.grpc.pb.h"
#include "maplebridge/roster/v1/organisation.grpc.pb.h"

namespace maplebridge::maplectl {

// A stub of each service; thread-safe, as stubs are.
struct Stubs {
  explicit Stubs(const GatewayClient& client);

  std::unique_ptr<registry::v1::DisputeService::Stub> disputes;
  std::unique_ptr<registry::v1::AgreementService::Stub> agreements;
  std::unique_ptr<registry::v1::PerformanceService::Stub> performances;
  std::unique_ptr<registry::v1::DocumentService::Stub> documents;
  std::unique_ptr<registry::v1::TransferService::Stub> transfers;
  std::unique_ptr<registry::v1::EscalationService::Stub> escalations;
  std::unique_ptr<registry::v1::CampaignService::Stub> campaigns;
  std::unique_ptr<registry::v1::RiskService::Stub> risks;
  std::unique_ptr<registry::v1::ObservationService::Stub> observations;
  std::unique_ptr<roster::v1::OrganisationService::Stub> organisations;
  std::unique_ptr<roster::v1::CourtRosterService::Stub> court_rosters;
  std::unique_ptr<docking::v1::ReferralService::Stub> referrals;
  std::unique_ptr<analytics::v1::IndicatorService::Stub> indicators;
};

class Player {
 public:
  // `about`: what is played, for errors.
  Player(const GatewayClient& client, const Stubs& stubs, Tally& tally, std::string about)
      : client_(client), stubs_(stubs), tally_(tally), about_(std::move(about)) {}

  const GatewayClient& client() const { return client_; }
  const Stubs& stubs() const { return stubs_; }

  // A call that must succeed. It is made again while that may help, which its request_id makes
  // safe.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Do(const char* call, const std::string& token, const Stub& stub,
                              grpc::Status (Stub::element_type::*method)(grpc::ClientContext*,
                                                                         const Request&, Response*),
                              const Request& request) {
    auto answer = Retried(token, stub, method, request);
    if (answer.ok()) {
      tally_.CountDone(call);
    } else {
      tally_.CountUnexpected(call, about_, answer.status());
    }
    return answer;
  }

  // The same for a read, which is no part of the plan.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Read(const char* call, const std::string& token, const Stub& stub,
                                grpc::Status (Stub::element_type::*method)(grpc::ClientContext*,
                                                                           const Request&,
                                                                           Response*),
                                const Request& request) {
    auto answer = Retried(token, stub, method, request);
    if (!answer.ok()) tally_.CountUnexpected(call, about_, answer.status());
    return answer;
  }

  // A call that must be refused, with this reason.
  template <typename Stub, typename Request, typename Response>
  absl::Status Refuse(const char* call, std::string_view reason, const std::string& token,
                      const Stub& stub,
                      grpc::Status (Stub::element_type::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                      const Request& request) {
    const auto answer = Retried(token, stub, method, request);
    if (!answer.ok() && ReasonOf(answer.status()) == reason) {
      tally_.CountRefused(call);
      return absl::OkStatus();
    }
    const std::string found = answer.ok() ? "was accepted" : std::string(answer.status().message());
    const absl::Status wrong = absl::FailedPreconditionError("should have been refused with " +
                                                             std::string(reason) + ": " + found);
    tally_.CountUnexpected(call, about_, wrong);
    return wrong;
  }

  // A call without a stub's form, such as a stream, that was made.
  absl::Status Count(const char* call, const absl::Status& status) {
    if (status.ok()) {
      tally_.CountDone(call);
    } else {
      tally_.CountUnexpected(call, about_, status);
    }
    return status;
  }

  // Asks until the answer is yes; counts it as unexpected when nobody says so in time.
  absl::Status WaitUntil(const char* what, const std::function<absl::StatusOr<bool>()>& is_so);

 private:
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Retried(const std::string& token, const Stub& stub,
                                   grpc::Status (Stub::element_type::*method)(grpc::ClientContext*,
                                                                              const Request&,
                                                                              Response*),
                                   const Request& request) {
    const absl::Time end = absl::Now() + absl::Seconds(60);
    while (true) {
      auto answer = client_.Ask(stub, method, request, token);
      const bool may_help =
          absl::IsUnavailable(answer.status()) || absl::IsDeadlineExceeded(answer.status());
      if (answer.ok() || !may_help || absl::Now() > end) return answer;
      tally_.CountRetry();
      absl::SleepFor(absl::Milliseconds(300));
    }
  }

  const GatewayClient& client_;
  const Stubs& stubs_;
  Tally& tally_;
  std::string about_;
};

}  // namespace maplebridge::maplectl
