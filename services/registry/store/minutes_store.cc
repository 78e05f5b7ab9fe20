#include "services/registry/store/minutes_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

#define MB_MINUTES_COLUMNS "dispute, session, version, state, text, sha256, sm3, create_time"
// $1 dispute, $2 session.
constexpr Statement kRead{"minutes_read", "SELECT " MB_MINUTES_COLUMNS
                                          " FROM minutes"
                                          " WHERE dispute = $1 AND session = $2"
                                          " AND state <> 'REPLACED'"};
constexpr Statement kLock{"minutes_lock", "SELECT " MB_MINUTES_COLUMNS
                                          " FROM minutes"
                                          " WHERE dispute = $1 AND session = $2"
                                          " AND state <> 'REPLACED' FOR UPDATE"};
// $1 dispute, $2 session, $3 version.
constexpr Statement kReadConfirmations{"minutes_confirmations_read", R"(
  SELECT party_id, decision, objection, evidence, confirm_time, representative_id
  FROM minutes_confirmations
  WHERE dispute = $1 AND session = $2 AND version = $3
  ORDER BY confirm_time, party_id)"};
constexpr Statement kReplace{"minutes_replace", R"(
  UPDATE minutes SET state = 'REPLACED'
  WHERE dispute = $1 AND session = $2 AND state <> 'REPLACED')"};
constexpr Statement kEndLinks{"minutes_links_end", R"(
  DELETE FROM minutes_links WHERE dispute = $1 AND session = $2)"};
// $1 to $8: MB_MINUTES_COLUMNS, $9 principal.
constexpr Statement kInsert{"minutes_insert", R"(
  INSERT INTO minutes (dispute, session, version, state, text, sha256, sm3, create_time, principal)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))"};
// $1 dispute, $2 session, $3 version, $4 state.
constexpr Statement kSetState{"minutes_set_state", R"(
  UPDATE minutes SET state = $4 WHERE dispute = $1 AND session = $2 AND version = $3)"};
// $1 dispute, $2 session, $3 version, $4 party, $5 decision, $6 objection, $7 evidence, $8 time,
// $9 representative.
constexpr Statement kInsertConfirmation{"minutes_confirmation_insert", R"(
  INSERT INTO minutes_confirmations (dispute, session, version, party_id, decision, objection,
                                     evidence, confirm_time, representative_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))"};
constexpr Statement kCount{"minutes_confirmations_count", R"(
  SELECT count(*) FROM minutes_confirmations WHERE dispute = $1 AND session = $2)"};

// $1 dispute, $2 session, $3 party, $4 version, $5 token, $6 end, $7 representative.
constexpr Statement kInsertLink{"minutes_link_insert", R"(
  INSERT INTO minutes_links (dispute, session, party_id, version, token_match, expire_time,
                             representative_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (dispute, session, party_id) DO UPDATE
  SET representative_id = excluded.representative_id, version = excluded.version, token_match = excluded.token_match,
      expire_time = excluded.expire_time, code_match = NULL, code_expire_time = NULL,
      code_time = NULL, code_count = 0, try_count = 0)"};
// $1 token, $2 now.
#define MB_LINK                                                                            \
  "SELECT dispute, session, party_id, version, expire_time, code_match, code_expire_time," \
  " code_time, code_count, try_count, representative_id"                                   \
  " FROM minutes_links WHERE token_match = $1 AND expire_time > $2"
constexpr Statement kReadLink{"minutes_link_read", MB_LINK};
constexpr Statement kLockLink{"minutes_link_lock", MB_LINK " FOR UPDATE"};
// $1 token, $2 code, $3 its end, $4 when it was sent, $5 codes, $6 tries.
constexpr Statement kUpdateLink{"minutes_link_update", R"(
  UPDATE minutes_links
  SET code_match = $2, code_expire_time = $3, code_time = $4, code_count = $5, try_count = $6
  WHERE token_match = $1)"};

Task<absl::StatusOr<std::optional<Minutes>>> ReadOne(postgres::Transaction& transaction,
                                                     const Statement& statement,
                                                     const std::string& dispute, int session) {
  auto rows = co_await transaction.Execute(statement, dispute, session);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) co_return std::optional<Minutes>();
  const Row row = (*rows)[0];
  Minutes minutes;
  minutes.dispute = row.Text(0);
  minutes.session = static_cast<int>(row.Int64(1));
  minutes.version = static_cast<int>(row.Int64(2));
  minutes.state = row.Text(3);
  minutes.text = row.Text(4);
  minutes.sha256 = row.Text(5);
  minutes.sm3 = row.Text(6);
  minutes.create_time = row.Time(7);
  auto words = co_await transaction.Execute(kReadConfirmations, dispute, session, minutes.version);
  if (!words.ok()) co_return words.status();
  for (int i = 0; i < words->size(); ++i) {
    const Row word = (*words)[i];
    minutes.confirmations.push_back(
        {word.Text(0), word.Text(1), word.Text(2), word.Text(3), word.Time(4), word.Text(5)});
  }
  co_return std::optional<Minutes>(std::move(minutes));
}

}  // namespace

std::string Minutes::name() const {
  return absl::StrCat("disputes/", dispute, "/sessions/", session, "/minutes");
}

Task<absl::StatusOr<std::optional<Minutes>>> LockMinutes(postgres::Transaction& transaction,
                                                         const std::string& dispute, int session) {
  return ReadOne(transaction, kLock, dispute, session);
}

Task<absl::StatusOr<std::optional<Minutes>>> ReadMinutes(postgres::Transaction& transaction,
                                                         const std::string& dispute, int session) {
  return ReadOne(transaction, kRead, dispute, session);
}

Task<absl::Status> InsertMinutes(postgres::Transaction& transaction, const Minutes& minutes,
                                 const std::string& principal) {
  std::vector<postgres::Command> commands;
  commands.push_back({&kReplace, postgres::Parameters::Of(minutes.dispute, minutes.session)});
  commands.push_back({&kEndLinks, postgres::Parameters::Of(minutes.dispute, minutes.session)});
  commands.push_back(
      {&kInsert, postgres::Parameters::Of(minutes.dispute, minutes.session, minutes.version,
                                          minutes.state, minutes.text, minutes.sha256, minutes.sm3,
                                          minutes.create_time, principal)});
  auto inserted = co_await transaction.ExecuteAll(std::move(commands));
  co_return inserted.status();
}

Task<absl::Status> SetMinutesState(postgres::Transaction& transaction, const Minutes& minutes) {
  auto updated = co_await transaction.Execute(kSetState, minutes.dispute, minutes.session,
                                              minutes.version, minutes.state);
  co_return updated.status();
}

Task<absl::Status> InsertConfirmation(postgres::Transaction& transaction, const Minutes& minutes,
                                      const MinutesConfirmation& confirmation) {
  auto inserted = co_await transaction.Execute(
      kInsertConfirmation, minutes.dispute, minutes.session, minutes.version, confirmation.party_id,
      confirmation.decision, confirmation.objection, confirmation.evidence,
      confirmation.confirm_time, confirmation.representative_id);
  co_return inserted.status();
}

Task<absl::StatusOr<std::int64_t>> CountConfirmations(postgres::Transaction& transaction,
                                                      const std::string& dispute, int session) {
  auto rows = co_await transaction.Execute(kCount, dispute, session);
  if (!rows.ok()) co_return rows.status();
  co_return (*rows)[0].Int64(0);
}

Task<absl::Status> InsertLink(postgres::Transaction& transaction, const MinutesLink& link) {
  const postgres::Bytes token{link.token_match};
  auto inserted =
      co_await transaction.Execute(kInsertLink, link.dispute, link.session, link.party_id,
                                   link.version, token, link.expire_time, link.representative_id);
  co_return inserted.status();
}

namespace {

Task<absl::StatusOr<std::optional<MinutesLink>>> LinkBy(postgres::Transaction& transaction,
                                                        const Statement& statement,
                                                        const std::string& token_match,
                                                        absl::Time now) {
  const postgres::Bytes token{token_match};
  auto rows = co_await transaction.Execute(statement, token, now);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) co_return std::optional<MinutesLink>();
  const Row row = (*rows)[0];
  MinutesLink link;
  link.dispute = row.Text(0);
  link.session = static_cast<int>(row.Int64(1));
  link.party_id = row.Text(2);
  link.version = static_cast<int>(row.Int64(3));
  link.token_match = token_match;
  link.expire_time = row.Time(4);
  if (!row.IsNull(5)) link.code_match = row.Bytes(5);
  link.course.code_expire_time = row.OptionalTime(6);
  link.course.code_time = row.OptionalTime(7);
  link.course.code_count = static_cast<int>(row.Int64(8));
  link.course.try_count = static_cast<int>(row.Int64(9));
  link.representative_id = row.Text(10);
  co_return std::optional<MinutesLink>(std::move(link));
}

}  // namespace

Task<absl::StatusOr<std::optional<MinutesLink>>> ReadLink(postgres::Transaction& transaction,
                                                          const std::string& token_match,
                                                          absl::Time now) {
  return LinkBy(transaction, kReadLink, token_match, now);
}

Task<absl::StatusOr<std::optional<MinutesLink>>> LockLink(postgres::Transaction& transaction,
                                                          const std::string& token_match,
                                                          absl::Time now) {
  return LinkBy(transaction, kLockLink, token_match, now);
}

Task<absl::Status> UpdateLink(postgres::Transaction& transaction, const MinutesLink& link) {
  postgres::Parameters p;
  p.Add(postgres::Bytes{link.token_match});
  if (link.code_match.empty()) {
    p.Add(std::nullopt);
  } else {
    p.Add(postgres::Bytes{link.code_match});
  }
  p.Add(link.course.code_expire_time);
  p.Add(link.course.code_time);
  p.Add(link.course.code_count);
  p.Add(link.course.try_count);
  auto updated = co_await transaction.ExecuteWith(kUpdateLink, std::move(p));
  co_return updated.status();
}

}  // namespace maplebridge::registry
