// A dispute as the registry knows it.
#pragma once

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/calendar/deadline.h"
#include "common/party/party.h"
#include "services/registry/domain/dispute_workflow.h"

namespace maplebridge::registry {

// A clock's end as stored.
struct ClockEnd {
  std::string kind;  // empty: none runs
  absl::CivilDay due_day;
  absl::Time due_time;
  bool provisional = false;
};

// The limit of a mediation that the registry counts itself.
struct MediationLimit {
  // When it began to run; unset while it stands still.
  std::optional<absl::Time> from;
  // How long; of one that stands still, what is left.
  calendar::Period period;
};

// How mediation ended. Enumerations here are words of the API without their prefix.
struct Conclusion {
  std::string kind;    // "AGREEMENT" or "NO_AGREEMENT"; empty before
  std::string reason;  // "LIMIT_EXPIRED", …
  std::string explanation;
  int agreement = 0;        // ordinal; 0 without one
  std::string document_id;  // "agreement-1"; empty for an oral agreement
  std::string document_number;
  std::string sha256;
  std::string sm3;
  std::optional<absl::CivilDay> effective_day;
  absl::Time conclude_time;
  std::optional<ClockEnd> confirmation;
};

struct Dispute {
  std::string number;         // "D-330102-2026-00000017"
  std::string rules_version;  // under which it began, and stays
  DisputeState state = DisputeState::kNone;
  std::string category;
  std::string category_text;
  std::string sub_category;
  std::string source;
  std::uint64_t division = 0;
  std::string organisation;       // "organisations/{id}" or empty
  std::string organisation_name;  // of the committee, once the roster has told it
  std::string summary;
  std::int64_t claimed_amount_fen = 0;
  std::string difficulty;
  std::vector<std::string> mediators;
  std::vector<std::string> mediator_names;
  std::string referral;
  std::string court;
  int session_count = 0;
  int planned_session_count = 0;
  int agreement_count = 0;
  int obligation_count = 0;
  int performed_count = 0;
  std::int64_t owed_fen = 0;
  std::int64_t performed_fen = 0;
  int overdue_count = 0;
  int late_count = 0;
  // Of the last obligation; unset while one is open.
  std::optional<absl::CivilDay> performed_day;
  int urging_count = 0;
  int performance_count = 0;
  Conclusion conclusion;
  ClockEnd clock;
  // Unset where docking sets the limit, and before the dispute was accepted.
  std::optional<MediationLimit> limit;
  std::string merged_into;           // number; empty unless it was merged
  std::string offered_organisation;  // of the open offer to transfer it
  int transfer_count = 0;
  int helper_count = 0;
  int recusal_count = 0;
  int escalation_count = 0;
  std::string centre;  // "organisations/{id}" that routed it last; empty when none did
  int open_route = 0;  // ordinal; 0 when none is open
  bool has_joint_mediation = false;
  // Those that have joined and not left.
  std::vector<std::string> joint_organisations;
  bool overdue = false;
  std::string decline_reason;
  std::string decline_advice;
  int breach_count = 0;
  int follow_up_count = 0;
  int satisfaction = 0;  // 1 to 5; 0 when no visit asked for it
  bool relapsed = false;
  std::string unperformed_reason;
  std::string set_aside_case_number;
  std::string retention;
  std::optional<absl::Time> archive_time;
  absl::Time create_time;
  std::optional<absl::Time> accept_time;
  absl::Time update_time;
  std::int64_t revision = 0;
  std::vector<Party> parties;

  std::string name() const { return "disputes/" + number; }
  bool referral_born() const { return !referral.empty(); }
};

}  // namespace maplebridge::registry
