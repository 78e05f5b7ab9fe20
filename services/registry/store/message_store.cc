#include "services/registry/store/message_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

// $1 id, $2 kind, $3 place, $4 dispute, $5 party, $6 telephone, $7 text, $8 time, $9 end.
constexpr Statement kInsert{"message_insert", R"(
  INSERT INTO messages (id, kind, division, dispute, party_id, state, telephone_sealed, text_sealed,
                        create_time, expire_time)
  VALUES ($1, $2, $3, $4, $5, 'PENDING', $6, $7, $8, $9))"};
// $1 and $2 place, $3 taken before, $4 now, $5 principal, $6 limit.
constexpr Statement kClaim{"messages_claim", R"(
  WITH chosen AS MATERIALIZED (
    SELECT id
    FROM messages
    WHERE state IN ('PENDING', 'CLAIMED') AND division BETWEEN $1::bigint AND $2::bigint
      AND (state = 'PENDING' OR claim_time < $3::timestamptz) AND expire_time > $4::timestamptz
    ORDER BY create_time
    LIMIT $6::bigint
    FOR UPDATE SKIP LOCKED),
  claimed AS (
    UPDATE messages m
    SET state = 'CLAIMED', claim_time = $4, claim_principal = $5, claim_count = claim_count + 1
    FROM chosen c
    WHERE m.id = c.id
    RETURNING m.id, m.kind, m.division, m.dispute, m.party_id, m.telephone_sealed, m.text_sealed,
              m.create_time, m.expire_time)
  SELECT * FROM claimed ORDER BY create_time, dispute, party_id, id)"};
// $1 id, $2 principal.
constexpr Statement kFind{"message_find", R"(
  SELECT state FROM messages WHERE id = $1 AND claim_principal = $2 FOR UPDATE)"};
// $1 id, $2 outcome, $3 explanation, $4 time.
constexpr Statement kEnd{"message_end", R"(
  UPDATE messages
  SET state = $2, explanation = $3, end_time = $4, telephone_sealed = NULL, text_sealed = NULL
  WHERE id = $1 AND state = 'CLAIMED')"};
// $1 now.
constexpr Statement kExpire{"messages_expire", R"(
  UPDATE messages
  SET state = 'EXPIRED', end_time = $1, telephone_sealed = NULL, text_sealed = NULL
  WHERE state IN ('PENDING', 'CLAIMED') AND expire_time <= $1::timestamptz)"};

std::string Purpose(const std::string& id, std::string_view field) {
  return absl::StrCat("messages/", id, "#", std::string(field));
}

}  // namespace

Task<absl::Status> InsertMessage(postgres::Transaction& transaction, const StoreKeys& keys,
                                 const OutgoingMessage& message) {
  const postgres::Bytes telephone{
      keys.sealing->Seal(Purpose(message.id, "telephone"), message.telephone)};
  const postgres::Bytes text{keys.sealing->Seal(Purpose(message.id, "text"), message.text)};
  auto inserted = co_await transaction.Execute(kInsert, message.id, message.kind, message.division,
                                               message.dispute, message.party_id, telephone, text,
                                               message.create_time, message.expire_time);
  co_return inserted.status();
}

Task<absl::StatusOr<std::vector<OutgoingMessage>>> ClaimMessages(
    postgres::Transaction& transaction, const StoreKeys& keys, std::uint64_t division_first,
    std::uint64_t division_last, absl::Time lease, absl::Time now, const std::string& principal,
    int limit) {
  auto rows = co_await transaction.Execute(kClaim, division_first, division_last, lease, now,
                                           principal, std::int64_t{limit});
  if (!rows.ok()) co_return rows.status();
  std::vector<OutgoingMessage> messages;
  for (int i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    OutgoingMessage message;
    message.id = row.Text(0);
    message.kind = row.Text(1);
    message.division = static_cast<std::uint64_t>(row.Int64(2));
    message.dispute = row.Text(3);
    message.party_id = row.Text(4);
    MB_CO_ASSIGN_OR_RETURN(message.telephone,
                           keys.sealing->Open(Purpose(message.id, "telephone"), row.Bytes(5)));
    MB_CO_ASSIGN_OR_RETURN(message.text,
                           keys.sealing->Open(Purpose(message.id, "text"), row.Bytes(6)));
    message.create_time = row.Time(7);
    message.expire_time = row.Time(8);
    messages.push_back(std::move(message));
  }
  co_return messages;
}

Task<absl::Status> EndMessage(postgres::Transaction& transaction, const std::string& id,
                              const std::string& principal, const std::string& outcome,
                              const std::string& explanation, absl::Time now) {
  auto found = co_await transaction.Execute(kFind, id, principal);
  if (!found.ok()) co_return found.status();
  if (found->empty()) co_return NotFoundError("messages/" + id);
  auto ended = co_await transaction.Execute(kEnd, id, outcome, explanation, now);
  co_return ended.status();
}

Task<absl::StatusOr<std::int64_t>> ExpireMessages(postgres::Database& database, absl::Time deadline,
                                                  absl::Time now) {
  auto expired = co_await database.Query(deadline, kExpire, now);
  if (!expired.ok()) co_return expired.status();
  co_return expired->affected();
}

}  // namespace maplebridge::registry
