// Plays one dispute of the plan, from its report to the end that the plan gives it.
#pragma once

#include <absl/status/statusor.h>

#include <string>

#include "deploy/maplectl_source/simulation/county_plan.h"
#include "deploy/maplectl_source/simulation/player.h"
#include "deploy/maplectl_source/simulation/simulation_cast.h"

namespace maplebridge::maplectl {

class DisputeLife {
 public:
  DisputeLife(const SimulationCast& cast, Player& player, const PlannedDispute& plan)
      : cast_(cast),
        player_(player),
        plan_(plan),
        handler_(&cast.organisation(plan.organisation)) {}

  // From the beginning. An error has been counted.
  absl::Status Play();
  // From the state REPORTED: of a dispute that broke out of a risk.
  absl::Status PlayReported(const std::string& name);

  // The dispute as ReportDispute takes it.
  static registry::v1::Dispute DraftOf(const PlannedDispute& plan, const std::string& organisation);

 private:
  absl::Status Report();
  absl::Status TryWrongReports(const std::string& token, const registry::v1::Dispute& draft);
  absl::Status TryAfterReport(const std::string& token, registry::v1::ReportDisputeRequest request);
  absl::Status HandOver();
  absl::Status Decline();
  absl::Status Mediate();
  absl::Status HoldSession(int number);
  absl::Status TryWrongSession(registry::v1::RecordSessionRequest request);
  absl::Status Escalate();
  absl::Status Withdraw();
  absl::Status Fail();
  absl::Status PlayReferred();

  // In dispute_agreement.cc: from the agreement to the archive.
  absl::StatusOr<registry::v1::Agreement> DrawUp();
  absl::Status Sign(const registry::v1::Agreement& agreement);
  absl::Status SignOnce(const registry::v1::Agreement& agreement, const std::string& token,
                        const registry::v1::Signature& signature);
  absl::Status Agree();
  absl::Status Perform();
  absl::Status RecordPerformance(int number);
  absl::Status Urge();
  absl::Status CloseUnperformed();
  absl::Status End();
  absl::Status FollowUp();
  absl::Status MakeDocuments();
  absl::Status Archive();

  std::string PartyId(std::size_t index) const;
  std::string RespondentId() const { return PartyId(plan_.parties.size() - 1); }
  absl::StatusOr<std::string> ReporterToken() const;

  const SimulationCast& cast_;
  Player& player_;
  const PlannedDispute& plan_;
  // Who has the dispute.
  const CastOrganisation* handler_;
  std::string name_;  // "disputes/…"
};

}  // namespace maplebridge::maplectl
