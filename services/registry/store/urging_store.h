// All SQL on urging debtors, on breaches, and on the list of what is due.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "services/registry/store/performance_store.h"

namespace maplebridge::registry {

struct Urging {
  ObligationKey obligation;
  int ordinal = 0;
  int instalment = 0;
  absl::CivilDay urge_day;
  std::string method;  // "TELEPHONE", …
  std::string mediator;
  std::string content;
  bool reminder = false;
  std::string response;  // "PROMISED", …; empty while there is no answer
  std::string answer;
  std::optional<absl::CivilDay> promised_day;
  absl::Time create_time;
  std::optional<absl::Time> answer_time;
  std::int64_t dispute_revision = 0;

  std::string name() const;
};
Task<absl::Status> InsertUrging(postgres::Transaction& transaction, const Urging& urging,
                                const std::string& principal);
// Stores the answer and the revision.
Task<absl::Status> UpdateUrgingAnswer(postgres::Transaction& transaction, const Urging& urging,
                                      const std::string& principal);
// NOT_FOUND when there is none.
Task<absl::StatusOr<Urging>> ReadUrging(postgres::Transaction& transaction,
                                        const std::string& dispute, int ordinal);
// From ordinal `after` on, at most `limit`.
Task<absl::StatusOr<std::vector<Urging>>> ListUrgings(postgres::Database& database,
                                                      absl::Time deadline,
                                                      const std::string& dispute, int after,
                                                      int limit);

struct ReportedBreach {
  ObligationKey obligation;
  int ordinal = 0;
  int instalment = 0;
  std::string explanation;
  absl::Time report_time;
};
Task<absl::StatusOr<std::vector<ReportedBreach>>> ListBreaches(postgres::Database& database,
                                                               absl::Time deadline,
                                                               const std::string& dispute,
                                                               int after, int limit);

// The place of a row in the list of what is due.
struct DuePlace {
  absl::CivilDay due_day;
  std::string dispute;
  std::string obligation_id;
  int instalment = 0;
};

struct DueObligationFilter {
  // Narrowed to what the caller may see.
  std::string organisation;  // may be empty
  std::uint64_t division_first = 0, division_last = 0;
  std::string dispute;          // number, or empty
  std::string debtor_party_id;  // or empty
  absl::CivilDay last_day;
  DuePlace after;
  int limit = 0;
};

struct DueObligation {
  DuePlace place;
  int agreement = 0;
  std::string kind;
  std::string debtor_party_id, creditor_party_id;
  std::int64_t amount_fen = 0, performed_fen = 0;
  int urging_count = 0;
  std::optional<absl::CivilDay> last_urge_day;
  std::string organisation;
  std::uint64_t division = 0;
};
// By day, dispute, obligation and instalment.
Task<absl::StatusOr<std::vector<DueObligation>>> ListDueObligations(
    postgres::Database& database, absl::Time deadline, const DueObligationFilter& filter);

}  // namespace maplebridge::registry
