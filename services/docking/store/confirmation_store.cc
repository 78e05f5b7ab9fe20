#include "services/docking/store/confirmation_store.h"

#include <absl/container/flat_hash_map.h>

#include "common/status/error.h"
#include "services/docking/store/referral_row.h"

namespace maplebridge::docking {
namespace {

using postgres::Command;
using postgres::Parameters;
using postgres::Result;
using postgres::Statement;

#define MB_CONFIRMATION_COLUMNS                                                              \
  "id, referral, dispute, agreement, agreement_sha256, effective_day, window_day, court, "   \
  "organisation, division, array_to_string(matters, E'\\x1f'), agent_acts, "                 \
  "create_time, state, " MB_CLOCK_COLUMNS                                                    \
  ", case_number, ruling_number, not_accepted_ground, rejection_ground, withdrawal_reason, " \
  "article, submit_time, decide_time, update_time, revision, urge_count"

constexpr Statement kInsert{"confirmation_insert", R"(
  INSERT INTO confirmations (id, referral, dispute, agreement, agreement_sha256, effective_day,
                             window_day, court, organisation, division, matters, agent_acts,
                             create_time, state, clock, due_day, due_time, clock_start_time,
                             provisional, clock_because, update_time, revision)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text[], $12, $13, $14, $15, $16, $17, $18,
          $19, $20::text[], $21, $22)
  ON CONFLICT DO NOTHING)"};
constexpr Statement kUpdate{"confirmation_update", R"(
  UPDATE confirmations
  SET state = $2, clock = $3, due_day = $4, due_time = $5, clock_start_time = $6,
      provisional = $7, clock_because = $8::text[], case_number = $9, ruling_number = $10,
      not_accepted_ground = $11, rejection_ground = $12, withdrawal_reason = $13, article = $14,
      submit_time = $15, decide_time = $16, update_time = $17, revision = $18, urge_count = $19
  WHERE id = $1)"};
// $1 confirmation, $2 party, $3 ordinal, $4 joined, $5 evidence, $6 time.
constexpr Statement kPutApplicant{"confirmation_applicant_put", R"(
  INSERT INTO confirmation_applicants (confirmation, party_id, ordinal, joined, evidence, join_time)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (confirmation, party_id) DO UPDATE
  SET joined = excluded.joined, evidence = excluded.evidence, join_time = excluded.join_time)"};
// $1 confirmation, $2 kind, $3 document, $4 sha256.
constexpr Statement kPutDocument{"confirmation_document_put", R"(
  INSERT INTO confirmation_documents (confirmation, kind, document, sha256) VALUES ($1, $2, $3, $4)
  ON CONFLICT (confirmation, kind) DO UPDATE
  SET document = excluded.document, sha256 = excluded.sha256)"};

// $1 ids.
constexpr Statement kRead{"confirmations_read", "SELECT " MB_CONFIRMATION_COLUMNS
                                                " FROM confirmations"
                                                " WHERE id = ANY($1::text[])"};
constexpr Statement kLock{"confirmation_lock", "SELECT " MB_CONFIRMATION_COLUMNS
                                               " FROM confirmations"
                                               " WHERE id = ANY($1::text[])"
                                               " FOR UPDATE"};
constexpr Statement kReadApplicants{"confirmation_applicants_read", R"(
  SELECT confirmation, party_id, joined, evidence, join_time
  FROM confirmation_applicants
  WHERE confirmation = ANY($1::text[])
  ORDER BY confirmation, ordinal)"};
constexpr Statement kReadDocuments{"confirmation_documents_read", R"(
  SELECT confirmation, kind, document, sha256
  FROM confirmation_documents
  WHERE confirmation = ANY($1::text[])
  ORDER BY confirmation,
           array_position(ARRAY['APPLICATION', 'AGREEMENT', 'IDENTITY_PROOF', 'SERVICE_ADDRESSES',
                                'PROPERTY_PROOF', 'LETTER_OF_AUTHORITY'], kind))"};

// $1 before, $2 limit, $3 court, $4 organisation, $5 state, $6 and $7 division from and to,
// $8 referral.
#define MB_LIST(leading)                            \
  "SELECT " MB_CONFIRMATION_COLUMNS                 \
  " FROM confirmations"                             \
  " WHERE " leading                                 \
  " AND ($1::text = '' OR id < $1::text)"           \
  " AND ($3::text = '' OR court = $3::text)"        \
  " AND ($4::text = '' OR organisation = $4::text)" \
  " AND ($5::text = '' OR state = $5::text)"        \
  " AND division BETWEEN $6::bigint AND $7::bigint" \
  " AND ($8::text = '' OR referral = $8::text)"     \
  " ORDER BY id DESC"                               \
  " LIMIT $2::bigint"
constexpr Statement kListByReferral{"confirmations_by_referral", MB_LIST("referral = $8")};
constexpr Statement kListByOrganisation{"confirmations_by_organisation",
                                        MB_LIST("organisation = $4")};
constexpr Statement kListByCourt{"confirmations_by_court", MB_LIST("court = $3")};
constexpr Statement kListAll{"confirmations_by_id", MB_LIST("true")};

// $1 day.
constexpr Statement kReadLimit{"ruling_limit_read", R"(
  SELECT rule, length, source FROM ruling_limits
  WHERE from_day <= $1 ORDER BY from_day DESC LIMIT 1)"};

std::string ReferralId(const Confirmation& confirmation) {
  return confirmation.referral.substr(std::string_view("referrals/").size());
}

Confirmation ConfirmationOf(const postgres::Row& row) {
  ColumnReader reader(row);
  Confirmation confirmation;
  confirmation.id = reader.Text();
  confirmation.referral = "referrals/" + reader.Text();
  confirmation.dispute = reader.Text();
  confirmation.agreement = reader.Text();
  confirmation.agreement_sha256 = reader.Text();
  confirmation.effective_day = reader.Day();
  confirmation.window_day = reader.Day();
  confirmation.court = reader.Text();
  confirmation.organisation = reader.Text();
  confirmation.division = static_cast<std::uint64_t>(reader.Int64());
  confirmation.matters = reader.List();
  confirmation.agent_acts = reader.Bool();
  confirmation.create_time = reader.Time();
  confirmation.state = ConfirmationStateOf(reader.Text()).value_or(ConfirmationState::kNone);
  confirmation.clock = ReadClock(&reader);
  confirmation.case_number = reader.Text();
  confirmation.ruling_number = reader.Text();
  confirmation.not_accepted_ground = reader.Text();
  confirmation.rejection_ground = reader.Text();
  confirmation.withdrawal_reason = reader.Text();
  confirmation.article = reader.Text();
  confirmation.submit_time = reader.OptionalTime();
  confirmation.decide_time = reader.OptionalTime();
  confirmation.update_time = reader.Time();
  confirmation.revision = reader.Int64();
  confirmation.urge_count = reader.Int64();
  return confirmation;
}

using ById = absl::flat_hash_map<std::string, Confirmation*>;

std::vector<Command> ChildCommands(const std::string& ids) {
  std::vector<Command> commands;
  commands.push_back({&kReadApplicants, Parameters::Of(ids)});
  commands.push_back({&kReadDocuments, Parameters::Of(ids)});
  return commands;
}

void FillChildren(const Result& applicants, const Result& documents, const ById& by_id) {
  for (int i = 0; i < applicants.size(); ++i) {
    ColumnReader reader(applicants[i]);
    auto owner = by_id.find(reader.Text());
    if (owner == by_id.end()) continue;
    Applicant applicant;
    applicant.party_id = reader.Text();
    applicant.joined = reader.Bool();
    applicant.evidence = reader.Text();
    if (applicant.joined) applicant.join_time = reader.Time();
    owner->second->applicants.push_back(std::move(applicant));
  }
  for (int i = 0; i < documents.size(); ++i) {
    ColumnReader reader(documents[i]);
    auto owner = by_id.find(reader.Text());
    if (owner == by_id.end()) continue;
    ConfirmationDocument document;
    document.kind = reader.Text();
    document.document = reader.Text();
    document.sha256 = reader.Text();
    owner->second->documents.push_back(std::move(document));
  }
}

Task<absl::Status> PutChildren(postgres::Transaction& transaction,
                               const Confirmation& confirmation) {
  std::vector<Command> commands;
  int ordinal = 0;
  for (const Applicant& applicant : confirmation.applicants) {
    Parameters p = Parameters::Of(confirmation.id, applicant.party_id, ++ordinal, applicant.joined,
                                  applicant.evidence);
    if (applicant.joined) {
      p.Add(applicant.join_time);
    } else {
      p.Add(std::nullopt);
    }
    commands.push_back({&kPutApplicant, std::move(p)});
  }
  for (const ConfirmationDocument& document : confirmation.documents) {
    commands.push_back({&kPutDocument, Parameters::Of(confirmation.id, document.kind,
                                                      document.document, document.sha256)});
  }
  auto put = co_await transaction.ExecuteAll(std::move(commands));
  co_return put.status();
}

// The row first, then what hangs on it: see ReadOne of referrals.
Task<absl::StatusOr<Confirmation>> ReadOne(postgres::Transaction& transaction,
                                           const Statement& statement, const std::string& id) {
  const std::string ids = TextArray({id});
  auto row = co_await transaction.Execute(statement, ids);
  if (!row.ok()) co_return row.status();
  if (row->empty()) co_return NotFoundError("confirmations/" + id);
  Confirmation confirmation = ConfirmationOf((*row)[0]);
  auto children = co_await transaction.ExecuteAll(ChildCommands(ids));
  if (!children.ok()) co_return children.status();
  FillChildren((*children)[0], (*children)[1], {{id, &confirmation}});
  co_return confirmation;
}

}  // namespace

Task<absl::StatusOr<bool>> InsertConfirmation(postgres::Transaction& transaction,
                                              const Confirmation& confirmation) {
  Parameters p;
  p.Add(confirmation.id);
  p.Add(ReferralId(confirmation));
  p.Add(confirmation.dispute);
  p.Add(confirmation.agreement);
  p.Add(confirmation.agreement_sha256);
  p.Add(confirmation.effective_day);
  p.Add(confirmation.window_day);
  p.Add(confirmation.court);
  p.Add(confirmation.organisation);
  p.Add(confirmation.division);
  p.Add(TextArray(confirmation.matters));
  p.Add(confirmation.agent_acts);
  p.Add(confirmation.create_time);
  p.Add(Word(confirmation.state));
  AddClock(&p, confirmation.clock);
  p.Add(confirmation.update_time);
  p.Add(confirmation.revision);
  auto inserted = co_await transaction.ExecuteWith(kInsert, std::move(p));
  if (!inserted.ok()) co_return inserted.status();
  if (inserted->affected() == 0) co_return false;
  absl::Status put = co_await PutChildren(transaction, confirmation);
  if (!put.ok()) co_return put;
  co_return true;
}

Task<absl::Status> UpdateConfirmation(postgres::Transaction& transaction,
                                      const Confirmation& confirmation) {
  Parameters p;
  p.Add(confirmation.id);
  p.Add(Word(confirmation.state));
  AddClock(&p, confirmation.clock);
  p.Add(confirmation.case_number);
  p.Add(confirmation.ruling_number);
  p.Add(confirmation.not_accepted_ground);
  p.Add(confirmation.rejection_ground);
  p.Add(confirmation.withdrawal_reason);
  p.Add(confirmation.article);
  p.Add(confirmation.submit_time);
  p.Add(confirmation.decide_time);
  p.Add(confirmation.update_time);
  p.Add(confirmation.revision);
  p.Add(confirmation.urge_count);
  auto updated = co_await transaction.ExecuteWith(kUpdate, std::move(p));
  if (!updated.ok()) co_return updated.status();
  co_return co_await PutChildren(transaction, confirmation);
}

Task<absl::StatusOr<std::optional<Confirmation>>> FindConfirmation(postgres::Database& database,
                                                                   absl::Time deadline,
                                                                   const std::string& id) {
  const std::string ids = TextArray({id});
  std::vector<Command> commands{{&kRead, Parameters::Of(ids)}};
  for (Command& command : ChildCommands(ids)) commands.push_back(std::move(command));
  auto results = co_await database.QueryAll(deadline, std::move(commands));
  if (!results.ok()) co_return results.status();
  if ((*results)[0].empty()) co_return std::optional<Confirmation>();
  Confirmation confirmation = ConfirmationOf((*results)[0][0]);
  FillChildren((*results)[1], (*results)[2], {{id, &confirmation}});
  co_return std::optional<Confirmation>(std::move(confirmation));
}

Task<absl::StatusOr<Confirmation>> ReadConfirmation(postgres::Transaction& transaction,
                                                    const std::string& id) {
  return ReadOne(transaction, kRead, id);
}

Task<absl::StatusOr<Confirmation>> LockConfirmation(postgres::Transaction& transaction,
                                                    const std::string& id) {
  return ReadOne(transaction, kLock, id);
}

Task<absl::StatusOr<std::vector<Confirmation>>> ListConfirmations(
    postgres::Database& database, absl::Time deadline, const ConfirmationFilter& filter) {
  const Statement* statement = &kListAll;
  if (!filter.referral.empty()) {
    statement = &kListByReferral;
  } else if (!filter.organisation.empty()) {
    statement = &kListByOrganisation;
  } else if (!filter.court.empty()) {
    statement = &kListByCourt;
  }
  auto rows =
      co_await database.Query(deadline, *statement, filter.before, std::int64_t{filter.limit},
                              filter.court, filter.organisation, filter.state,
                              filter.division_first, filter.division_last, filter.referral);
  if (!rows.ok()) co_return rows.status();
  std::vector<Confirmation> confirmations;
  confirmations.reserve(static_cast<std::size_t>(rows->size()));
  ById by_id;
  std::vector<std::string> ids;
  for (int i = 0; i < rows->size(); ++i) {
    confirmations.push_back(ConfirmationOf((*rows)[i]));
    by_id[confirmations.back().id] = &confirmations.back();
    ids.push_back(confirmations.back().id);
  }
  if (confirmations.empty()) co_return confirmations;
  auto children = co_await database.QueryAll(deadline, ChildCommands(TextArray(ids)));
  if (!children.ok()) co_return children.status();
  FillChildren((*children)[0], (*children)[1], by_id);
  co_return confirmations;
}

Task<absl::StatusOr<RulingLimit>> ReadRulingLimit(postgres::Transaction& transaction,
                                                  absl::CivilDay day) {
  auto rows = co_await transaction.Execute(kReadLimit, day);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) co_return absl::InternalError("no ruling limit is in force on this day");
  RulingLimit limit;
  limit.rule = (*rows)[0].View(0) == "WORKING" ? calendar::DeadlineRule::kWorking
                                               : calendar::DeadlineRule::kCalendar;
  limit.length = static_cast<int>((*rows)[0].Int64(1));
  limit.source = (*rows)[0].Text(2);
  co_return limit;
}

}  // namespace maplebridge::docking
