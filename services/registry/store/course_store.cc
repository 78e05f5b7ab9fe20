#include "services/registry/store/course_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"
#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

#define MB_HELPER_COLUMNS \
  "dispute, ordinal, kind, display_name, explanation, " MB_TEXTS("party_ids") ", " \
  "create_time"
#define MB_RECUSAL_COLUMNS \
  "dispute, ordinal, party_id, mediator, reason, upheld, explanation, create_time"
// $1 dispute, $2 ordinal.
#define MB_ONE " WHERE dispute = $1 AND ordinal = $2"
// $1 dispute, $2 after, $3 limit.
#define MB_PAGE " WHERE dispute = $1 AND ordinal > $2 ORDER BY ordinal LIMIT $3"

constexpr Statement kInsertHelper{"helper_insert", R"(
  INSERT INTO helpers (dispute, ordinal, kind, display_name, explanation, party_ids, create_time,
                       principal)
  VALUES ($1, $2, $3, $4, $5, $6::text[], $7, $8))"};
constexpr Statement kReadHelper{"helper_read", "SELECT " MB_HELPER_COLUMNS " FROM helpers" MB_ONE};
constexpr Statement kListHelpers{"helpers_list",
                                 "SELECT " MB_HELPER_COLUMNS " FROM helpers" MB_PAGE};
constexpr Statement kInsertRecusal{"recusal_insert", R"(
  INSERT INTO recusals (dispute, ordinal, party_id, mediator, reason, upheld, explanation,
                        create_time, principal)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (dispute, party_id, mediator) DO NOTHING)"};
constexpr Statement kReadRecusal{"recusal_read",
                                 "SELECT " MB_RECUSAL_COLUMNS " FROM recusals" MB_ONE};
constexpr Statement kListRecusals{"recusals_list",
                                  "SELECT " MB_RECUSAL_COLUMNS " FROM recusals" MB_PAGE};
// $1 dispute.
constexpr Statement kRecused{"recusals_upheld", R"(
  SELECT DISTINCT mediator FROM recusals WHERE dispute = $1 AND upheld ORDER BY mediator)"};
constexpr Statement kInsertSuspension{"suspension_insert", R"(
  INSERT INTO suspensions (dispute, dispute_revision, principal, suspend_time, reason, last_day,
                           evidence)
  VALUES ($1, $2, $3, $4, $5, $6, $7))"};

Helper HelperOf(const Row& row) {
  Helper helper;
  helper.dispute = row.Text(0);
  helper.ordinal = static_cast<int>(row.Int64(1));
  helper.kind = row.Text(2);
  helper.display_name = row.Text(3);
  helper.explanation = row.Text(4);
  helper.party_ids = TextsOf(row.View(5));
  helper.create_time = row.Time(6);
  return helper;
}

Recusal RecusalOf(const Row& row) {
  Recusal recusal;
  recusal.dispute = row.Text(0);
  recusal.ordinal = static_cast<int>(row.Int64(1));
  recusal.party_id = row.Text(2);
  recusal.mediator = row.Text(3);
  recusal.reason = row.Text(4);
  recusal.upheld = row.Bool(5);
  recusal.explanation = row.Text(6);
  recusal.create_time = row.Time(7);
  return recusal;
}

}  // namespace

Task<absl::Status> InsertHelper(postgres::Transaction& transaction, const Helper& helper,
                                const std::string& principal) {
  auto inserted = co_await transaction.Execute(
      kInsertHelper, helper.dispute, helper.ordinal, helper.kind, helper.display_name,
      helper.explanation, TextArray(helper.party_ids), helper.create_time, principal);
  co_return inserted.status();
}

Task<absl::StatusOr<Helper>> ReadHelper(postgres::Transaction& transaction,
                                        const std::string& dispute, int ordinal) {
  auto rows = co_await transaction.Execute(kReadHelper, dispute, ordinal);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) {
    co_return NotFoundError(absl::StrCat("disputes/", dispute, "/helpers/", ordinal));
  }
  co_return HelperOf((*rows)[0]);
}

Task<absl::StatusOr<std::vector<Helper>>> ListHelpers(postgres::Database& database,
                                                      absl::Time deadline,
                                                      const std::string& dispute, int after,
                                                      int limit) {
  auto rows = co_await database.Query(deadline, kListHelpers, dispute, after, limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<Helper> helpers;
  for (int i = 0; i < rows->size(); ++i) helpers.push_back(HelperOf((*rows)[i]));
  co_return helpers;
}

Task<absl::Status> InsertRecusal(postgres::Transaction& transaction, const Recusal& recusal,
                                 const std::string& principal) {
  auto inserted = co_await transaction.Execute(
      kInsertRecusal, recusal.dispute, recusal.ordinal, recusal.party_id, recusal.mediator,
      recusal.reason, recusal.upheld, recusal.explanation, recusal.create_time, principal);
  if (!inserted.ok()) co_return inserted.status();
  if (inserted->affected() == 0) {
    co_return ExistsError(absl::StrCat("disputes/", recusal.dispute, "/parties/", recusal.party_id,
                                       "#", recusal.mediator));
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<Recusal>> ReadRecusal(postgres::Transaction& transaction,
                                          const std::string& dispute, int ordinal) {
  auto rows = co_await transaction.Execute(kReadRecusal, dispute, ordinal);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) {
    co_return NotFoundError(absl::StrCat("disputes/", dispute, "/recusals/", ordinal));
  }
  co_return RecusalOf((*rows)[0]);
}

Task<absl::StatusOr<std::vector<Recusal>>> ListRecusals(postgres::Database& database,
                                                        absl::Time deadline,
                                                        const std::string& dispute, int after,
                                                        int limit) {
  auto rows = co_await database.Query(deadline, kListRecusals, dispute, after, limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<Recusal> recusals;
  for (int i = 0; i < rows->size(); ++i) recusals.push_back(RecusalOf((*rows)[i]));
  co_return recusals;
}

Task<absl::StatusOr<std::vector<std::string>>> RecusedMediators(postgres::Transaction& transaction,
                                                                const std::string& dispute) {
  auto rows = co_await transaction.Execute(kRecused, dispute);
  if (!rows.ok()) co_return rows.status();
  std::vector<std::string> mediators;
  for (int i = 0; i < rows->size(); ++i) mediators.push_back((*rows)[i].Text(0));
  co_return mediators;
}

Task<absl::Status> InsertSuspension(postgres::Transaction& transaction, const StepRecord& step,
                                    const std::string& reason, absl::CivilDay last_day,
                                    const std::string& evidence) {
  auto inserted =
      co_await transaction.Execute(kInsertSuspension, step.dispute, step.dispute_revision,
                                   step.principal, step.time, reason, last_day, evidence);
  co_return inserted.status();
}

}  // namespace maplebridge::registry
