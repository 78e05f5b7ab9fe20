#include "services/registry/store/transfer_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

#define MB_TRANSFER_COLUMNS                                                            \
  "dispute, ordinal, state, from_organisation, to_organisation, explanation, answer, " \
  "due_day, due_time, provisional, create_time, end_time"

constexpr Statement kInsert{"transfer_insert", R"(
  INSERT INTO transfers (dispute, ordinal, state, from_organisation, to_organisation, explanation,
                         due_day, due_time, provisional, create_time, principal)
  VALUES ($1, $2, 'OFFERED', $3, $4, $5, $6, $7, $8, $9, $10))"};
// $1 dispute, $2 ordinal.
constexpr Statement kRead{"transfer_read", "SELECT " MB_TRANSFER_COLUMNS
                                           " FROM transfers"
                                           " WHERE dispute = $1 AND ordinal = $2"};
// $1 dispute, $2 state, $3 answer, $4 time, $5 principal.
constexpr Statement kEnd{"transfer_end", R"(
  UPDATE transfers
  SET state = $2, answer = $3, end_time = $4, end_principal = $5
  WHERE dispute = $1 AND state = 'OFFERED')"};

// $1 the leading value, $2 state, $3 and $4 last seen, $5 limit.
#define MB_TRANSFER_CONDITIONS                    \
  " AND ($2::text = '' OR state = $2::text)"      \
  " AND (dispute, ordinal) > ($3::text, $4::int)" \
  " ORDER BY dispute, ordinal LIMIT $5::bigint"
constexpr Statement kListOfDispute{"transfers_of_dispute",
                                   "SELECT " MB_TRANSFER_COLUMNS
                                   " FROM transfers WHERE dispute = $1" MB_TRANSFER_CONDITIONS};
// Two lists, each by its index.
constexpr Statement kListOfOrganisation{
    "transfers_of_organisation",
    "(SELECT " MB_TRANSFER_COLUMNS
    " FROM transfers WHERE from_organisation = $1" MB_TRANSFER_CONDITIONS
    ") UNION ALL (SELECT " MB_TRANSFER_COLUMNS
    " FROM transfers WHERE to_organisation = $1" MB_TRANSFER_CONDITIONS
    ") ORDER BY dispute, ordinal LIMIT $5::bigint"};

Transfer TransferOf(const Row& row) {
  Transfer transfer;
  transfer.dispute = row.Text(0);
  transfer.ordinal = static_cast<int>(row.Int64(1));
  transfer.state = row.Text(2);
  transfer.from_organisation = row.Text(3);
  transfer.to_organisation = row.Text(4);
  transfer.explanation = row.Text(5);
  transfer.answer = row.Text(6);
  transfer.clock = ClockEnd{kTransferClock, row.Day(7), row.Time(8), row.Bool(9)};
  transfer.create_time = row.Time(10);
  transfer.end_time = row.OptionalTime(11);
  return transfer;
}

}  // namespace

std::string Transfer::name() const {
  return absl::StrCat("disputes/", dispute, "/transfers/", ordinal);
}

Task<absl::Status> InsertTransfer(postgres::Transaction& transaction, const Transfer& transfer,
                                  const std::string& principal) {
  auto inserted = co_await transaction.Execute(
      kInsert, transfer.dispute, transfer.ordinal, transfer.from_organisation,
      transfer.to_organisation, transfer.explanation, transfer.clock.due_day,
      transfer.clock.due_time, transfer.clock.provisional, transfer.create_time, principal);
  co_return inserted.status();
}

Task<absl::StatusOr<Transfer>> ReadTransfer(postgres::Transaction& transaction,
                                            const std::string& dispute, int ordinal) {
  auto rows = co_await transaction.Execute(kRead, dispute, ordinal);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) {
    co_return NotFoundError(absl::StrCat("disputes/", dispute, "/transfers/", ordinal));
  }
  co_return TransferOf((*rows)[0]);
}

Task<absl::Status> EndOffer(postgres::Transaction& transaction, const std::string& dispute,
                            const std::string& state, const std::string& answer, absl::Time now,
                            const std::string& principal) {
  auto ended = co_await transaction.Execute(kEnd, dispute, state, answer, now, principal);
  co_return ended.status();
}

Task<absl::StatusOr<std::vector<Transfer>>> ListTransfers(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const TransferFilter& filter) {
  const bool of_dispute = !filter.dispute.empty();
  const std::string leading = of_dispute ? filter.dispute : filter.organisation;
  auto rows = co_await database.Query(deadline, of_dispute ? kListOfDispute : kListOfOrganisation,
                                      leading, filter.state, filter.after_dispute,
                                      filter.after_ordinal, filter.limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<Transfer> transfers;
  for (int i = 0; i < rows->size(); ++i) transfers.push_back(TransferOf((*rows)[i]));
  co_return transfers;
}

}  // namespace maplebridge::registry
