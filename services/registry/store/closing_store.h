// All SQL on what ends a dispute other than a conclusion, and on what comes after its end.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/civil_time.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/store/step_record.h"

namespace maplebridge::registry {

Task<absl::Status> InsertWithdrawal(postgres::Transaction& transaction, const StepRecord& step,
                                    const std::vector<std::string>& party_ids,
                                    const std::string& evidence);

Task<absl::Status> InsertExtension(postgres::Transaction& transaction, const StepRecord& step,
                                   absl::CivilDay last_day,
                                   const std::vector<std::string>& party_ids,
                                   const std::string& evidence);

struct Breach {
  int ordinal = 0;
  int agreement = 0;
  std::string obligation_id;
  int instalment = 0;  // 0: the obligation as a whole
  std::string explanation;
};
Task<absl::Status> InsertBreach(postgres::Transaction& transaction, const StepRecord& step,
                                const Breach& breach);

// Either `evidence`, of closing unperformed, or a judgment or ruling and its day.
struct AgreementEnd {
  std::string evidence;
  std::string case_number;
  std::optional<absl::CivilDay> effective_day;
};
Task<absl::Status> InsertAgreementEnd(postgres::Transaction& transaction, const StepRecord& step,
                                      const AgreementEnd& end);

struct FollowUp {
  std::string dispute;  // number
  int ordinal = 0;
  absl::CivilDay visit_day;
  std::string method;  // "VISIT", "TELEPHONE", "ONLINE"
  std::vector<std::string> party_ids;
  int satisfaction = 0;
  bool relapsed = false;
  std::string notes;
  absl::Time create_time;
  std::int64_t dispute_revision = 0;
};
Task<absl::Status> InsertFollowUp(postgres::Transaction& transaction, const FollowUp& follow_up,
                                  const std::string& principal);
// From ordinal `after` on, at most `limit`.
Task<absl::StatusOr<std::vector<FollowUp>>> ListFollowUps(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const std::string& dispute, int after,
                                                          int limit);
// NOT_FOUND when there is none.
Task<absl::StatusOr<FollowUp>> ReadFollowUp(postgres::Transaction& transaction,
                                            const std::string& dispute, int ordinal);

}  // namespace maplebridge::registry
