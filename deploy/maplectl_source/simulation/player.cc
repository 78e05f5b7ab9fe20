#include "deploy/maplectl_source/simulation/player.h"

namespace maplebridge::maplectl {
namespace {

constexpr absl::Duration kPatience = absl::Minutes(2);
constexpr absl::Duration kPause = absl::Milliseconds(250);

}  // namespace

Stubs::Stubs(const GatewayClient& client)
    : disputes(registry::v1::DisputeService::NewStub(client.channel())),
      agreements(registry::v1::AgreementService::NewStub(client.channel())),
      performances(registry::v1::PerformanceService::NewStub(client.channel())),
      documents(registry::v1::DocumentService::NewStub(client.channel())),
      transfers(registry::v1::TransferService::NewStub(client.channel())),
      escalations(registry::v1::EscalationService::NewStub(client.channel())),
      campaigns(registry::v1::CampaignService::NewStub(client.channel())),
      risks(registry::v1::RiskService::NewStub(client.channel())),
      observations(registry::v1::ObservationService::NewStub(client.channel())),
      organisations(roster::v1::OrganisationService::NewStub(client.channel())),
      court_rosters(roster::v1::CourtRosterService::NewStub(client.channel())),
      referrals(docking::v1::ReferralService::NewStub(client.channel())),
      indicators(analytics::v1::IndicatorService::NewStub(client.channel())) {}

absl::Status Player::WaitUntil(const char* what,
                               const std::function<absl::StatusOr<bool>()>& is_so) {
  const absl::Time end = absl::Now() + kPatience;
  while (true) {
    const absl::StatusOr<bool> answer = is_so();
    if (!answer.ok()) return answer.status();
    if (*answer) return absl::OkStatus();
    if (absl::Now() > end) {
      const absl::Status late = absl::DeadlineExceededError(std::string("waited for ") + what);
      tally_.CountUnexpected("(waiting)", about_, late);
      return late;
    }
    absl::SleepFor(kPause);
  }
}

}  // namespace maplebridge::maplectl
