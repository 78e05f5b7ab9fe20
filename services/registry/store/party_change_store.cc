#include "services/registry/store/party_change_store.h"

#include <absl/strings/str_cat.h>

#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::Statement;

// $1 dispute, $2 revision, $3 party, $4 fields, $5 before, $6 reason, $7 principal, $8 time.
constexpr Statement kInsertChange{"party_change_insert", R"(
  INSERT INTO party_changes (dispute, dispute_revision, party_id, fields, before_sealed, reason,
                             principal, change_time)
  VALUES ($1, $2, $3, $4::text[], $5, $6, $7, $8))"};
// $1 dispute, $2 after the revision, $3 limit.
constexpr Statement kListChanges{"party_changes_list",
                                 "SELECT dispute_revision, party_id, " MB_TEXTS(
                                     "fields") ", before_sealed, reason, principal, change_time"
                                               " FROM party_changes"
                                               " WHERE dispute = $1 AND dispute_revision > $2"
                                               " ORDER BY dispute_revision"
                                               " LIMIT $3::bigint"};
std::string Purpose(const std::string& number, const std::string& party_id,
                    std::int64_t dispute_revision) {
  return absl::StrCat("disputes/", number, "/parties/", party_id, "#before/", dispute_revision);
}

}  // namespace

Task<absl::Status> InsertPartyChange(postgres::Transaction& transaction, const StoreKeys& keys,
                                     const StepRecord& step, const PartyChange& change) {
  const std::string purpose = Purpose(step.dispute, change.party_id, step.dispute_revision);
  const postgres::Bytes before{keys.sealing->Seal(purpose, change.before)};
  auto inserted = co_await transaction.Execute(kInsertChange, step.dispute, step.dispute_revision,
                                               change.party_id, TextArray(change.fields), before,
                                               change.reason, step.principal, step.time);
  co_return inserted.status();
}

Task<absl::StatusOr<std::vector<PartyChange>>> ListPartyChanges(postgres::Database& database,
                                                                absl::Time deadline,
                                                                const StoreKeys& keys,
                                                                const std::string& number,
                                                                std::int64_t after, int limit) {
  auto rows = co_await database.Query(deadline, kListChanges, number, after, std::int64_t{limit});
  if (!rows.ok()) co_return rows.status();
  std::vector<PartyChange> changes;
  for (int i = 0; i < rows->size(); ++i) {
    const postgres::Row row = (*rows)[i];
    PartyChange change;
    change.dispute_revision = row.Int64(0);
    change.party_id = row.Text(1);
    change.fields = TextsOf(row.View(2));
    const std::string purpose = Purpose(number, change.party_id, change.dispute_revision);
    MB_CO_ASSIGN_OR_RETURN(change.before, keys.sealing->Open(purpose, row.Bytes(3)));
    change.reason = row.Text(4);
    change.principal = row.Text(5);
    change.change_time = row.Time(6);
    changes.push_back(std::move(change));
  }
  co_return changes;
}

}  // namespace maplebridge::registry
