#include "services/registry/store/import_store.h"

#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::ArrayParameter;
using postgres::Statement;

// $1 organisation.
constexpr Statement kLock{"import_register_lock", R"(
  SELECT pg_advisory_xact_lock(hashtext('old_register'), hashtext($1)))"};
// $1 organisation, $2 numbers.
constexpr Statement kFind{"imported_cases_find", R"(
  SELECT register_number, content_match, dispute FROM imported_cases
  WHERE organisation = $1 AND register_number = ANY($2::text[]))"};
// $1 disputes.
constexpr Statement kRegisterNumbers{"imported_case_numbers", R"(
  SELECT dispute, register_number FROM imported_cases WHERE dispute = ANY($1::text[]))"};
// $1 to $17: a dispute each; $18 organisation, $19 time, $20 rules.
constexpr Statement kInsertDisputes{"import_disputes", R"(
  INSERT INTO disputes (number, state, category, category_text, source, division, organisation,
                        summary, claimed_amount_fen, difficulty, conclusion_kind,
                        conclusion_reason, effective_day, conclude_time, owed_fen, performed_fen,
                        retention, archive_time, create_time, accept_time, update_time, revision,
                        rules_version)
  SELECT number, state, category, category_text, source, division, $18, summary, claimed,
         difficulty, kind, reason, effective, concluded, owed, performed, retention, $19,
         created, created, $19, 1, $20
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
              $7::text[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::date[],
              $13::timestamptz[], $14::bigint[], $15::bigint[], $16::text[], $17::timestamptz[])
       AS i (number, state, category, category_text, source, division, summary, claimed,
             difficulty, kind, reason, effective, concluded, owed, performed, retention,
             created))"};
// $1 to $12: a party each.
constexpr Statement kInsertParties{"import_parties", R"(
  INSERT INTO parties (dispute, party_id, ordinal, kind, position, display_name, identity_kind,
                       identity_sealed, identity_match, telephone_sealed, telephone_match,
                       birth_day)
  SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[],
                       $7::text[], $8::bytea[], $9::bytea[], $10::bytea[], $11::bytea[],
                       $12::date[]))"};
// $1 numbers, $2 matches, $3 disputes, $4 outcomes, $5 days, $6 organisation, $7 operation.
constexpr Statement kInsertCases{"imported_cases_insert", R"(
  INSERT INTO imported_cases (organisation, register_number, content_match, dispute, outcome,
                              conclude_day, operation_id)
  SELECT $6, number, content_match, dispute, outcome, conclude_day, $7
  FROM unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::date[])
       AS i (number, content_match, dispute, outcome, conclude_day))"};
// $1 disputes, $2 states, $3 places, $4 payloads; $5 type, $6 organisation, $7 principal, $8 trace,
// $9 time.
constexpr Statement kInsertEvents{"import_events", R"(
  WITH started AS MATERIALIZED (SELECT pg_current_xact_id() AS id)
  INSERT INTO events (position, event_time, type, resource, revision, from_state, to_state, actor,
                      division, organisation, court, payload_type, payload, trace_id)
  SELECT nextval('event_position'), $9, $5, 'disputes/' || dispute, 1, '', state, $7,
         division::text, $6, '', 'maplebridge.registry.v1.Dispute', payload, $8
  FROM started, unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[])
                AS i (dispute, state, division, payload))"};

constexpr std::size_t kDisputeColumns = 17;
constexpr std::size_t kPartyColumns = 12;

void AddAll(postgres::Parameters* parameters, std::vector<ArrayParameter>* columns) {
  for (ArrayParameter& column : *columns) parameters->Add(column.Take());
}

postgres::Parameters DisputeParameters(const std::vector<NewOldCase>& cases,
                                       const ImportRecord& record) {
  std::vector<ArrayParameter> columns(kDisputeColumns);
  for (const NewOldCase& each : cases) {
    const Dispute& dispute = each.dispute;
    auto column = columns.begin();
    auto text = [&column](std::string_view value) { (column++)->Push(value); };
    text(dispute.number);
    text(Word(dispute.state));
    text(dispute.category);
    text(dispute.category_text);
    text(dispute.source);
    (column++)->Push(static_cast<std::int64_t>(dispute.division));
    text(dispute.summary);
    (column++)->Push(dispute.claimed_amount_fen);
    text(dispute.difficulty);
    text(dispute.conclusion.kind);
    text(dispute.conclusion.reason);
    (column++)->PushOptional(dispute.conclusion.effective_day);
    (column++)->Push(dispute.conclusion.conclude_time);
    (column++)->Push(dispute.owed_fen);
    (column++)->Push(dispute.performed_fen);
    text(dispute.retention);
    (column++)->Push(dispute.create_time);
  }
  postgres::Parameters parameters;
  AddAll(&parameters, &columns);
  parameters.Add(record.organisation);
  parameters.Add(record.now);
  parameters.Add(cases.front().dispute.rules_version);
  return parameters;
}

void PushBytes(ArrayParameter* column, const std::optional<std::string>& bytes) {
  if (bytes) {
    column->PushBytes(*bytes);
  } else {
    column->PushNull();
  }
}

postgres::Parameters PartyParameters(const StoreKeys& keys, const std::vector<NewOldCase>& cases) {
  std::vector<ArrayParameter> columns(kPartyColumns);
  for (const NewOldCase& each : cases) {
    std::int64_t ordinal = 0;
    for (const Party& party : each.dispute.parties) {
      auto column = columns.begin();
      auto text = [&column](std::string_view value) { (column++)->Push(value); };
      const SealedParty sealed = SealParty(keys, each.dispute.number, party);
      text(each.dispute.number);
      text(party.party_id);
      (column++)->Push(ordinal++);
      text(Word(party.kind));
      text(Word(party.position));
      text(party.display_name);
      text(Word(party.identity_kind));
      PushBytes(&*column++, sealed.identity_sealed);
      PushBytes(&*column++, sealed.identity_match);
      PushBytes(&*column++, sealed.telephone_sealed);
      PushBytes(&*column++, sealed.telephone_match);
      (column++)->PushOptional(party.birth_day);
    }
  }
  postgres::Parameters parameters;
  AddAll(&parameters, &columns);
  return parameters;
}

postgres::Parameters CaseParameters(const std::vector<NewOldCase>& cases,
                                    const ImportRecord& record) {
  ArrayParameter numbers, matches, disputes, outcomes, days;
  for (const NewOldCase& each : cases) {
    numbers.Push(std::string_view(each.old_case.register_number));
    matches.PushBytes(each.content_match);
    disputes.Push(std::string_view(each.dispute.number));
    outcomes.Push(Word(each.old_case.outcome));
    days.Push(each.old_case.conclude_day);
  }
  return postgres::Parameters::Of(numbers.Take(), matches.Take(), disputes.Take(), outcomes.Take(),
                                  days.Take(), record.organisation, record.operation);
}

postgres::Parameters EventParameters(const PayloadOf& payload, const ImportRecord& record,
                                     const std::vector<NewOldCase>& cases) {
  ArrayParameter disputes, states, places, payloads;
  for (const NewOldCase& each : cases) {
    disputes.Push(std::string_view(each.dispute.number));
    states.Push(Word(each.dispute.state));
    places.Push(static_cast<std::int64_t>(each.dispute.division));
    payloads.PushBytes(payload(each.dispute));
  }
  return postgres::Parameters::Of(disputes.Take(), states.Take(), places.Take(), payloads.Take(),
                                  Word(DisputeEvent::kImport), record.organisation,
                                  record.principal, record.trace_id, record.now);
}

}  // namespace

Task<absl::Status> LockRegister(postgres::Transaction& transaction,
                                const std::string& organisation) {
  auto locked = co_await transaction.Execute(kLock, organisation);
  co_return locked.status();
}

Task<absl::StatusOr<std::map<std::string, ImportedCase>>> FindImportedCases(
    postgres::Transaction& transaction, const std::string& organisation,
    const std::vector<std::string>& register_numbers) {
  auto rows = co_await transaction.Execute(kFind, organisation, TextArray(register_numbers));
  if (!rows.ok()) co_return rows.status();
  std::map<std::string, ImportedCase> found;
  for (int i = 0; i < rows->size(); ++i) {
    ImportedCase& known = found[(*rows)[i].Text(0)];
    known.content_match = (*rows)[i].Bytes(1);
    known.dispute = (*rows)[i].Text(2);
  }
  co_return found;
}

Task<absl::StatusOr<std::map<std::string, std::string>>> ReadRegisterNumbers(
    postgres::Database& database, absl::Time deadline, const std::vector<std::string>& disputes) {
  std::map<std::string, std::string> numbers;
  if (disputes.empty()) co_return numbers;
  auto rows = co_await database.Query(deadline, kRegisterNumbers, TextArray(disputes));
  if (!rows.ok()) co_return rows.status();
  for (int i = 0; i < rows->size(); ++i) numbers[(*rows)[i].Text(0)] = (*rows)[i].Text(1);
  co_return numbers;
}

Task<absl::Status> InsertOldCases(postgres::Transaction& transaction, const StoreKeys& keys,
                                  const PayloadOf& payload, const ImportRecord& record,
                                  std::vector<NewOldCase>* cases) {
  if (cases->empty()) co_return absl::OkStatus();
  std::vector<CountyYear> places;
  for (const NewOldCase& each : *cases) places.push_back(CountyYearOf(each.dispute));
  auto numbers = co_await TakeNumbers(transaction, places);
  if (!numbers.ok()) co_return numbers.status();
  for (std::size_t i = 0; i < cases->size(); ++i) {
    (*cases)[i].dispute.number = std::move((*numbers)[i]);
  }
  std::vector<postgres::Command> commands;
  commands.push_back({&kInsertDisputes, DisputeParameters(*cases, record)});
  commands.push_back({&kInsertParties, PartyParameters(keys, *cases)});
  commands.push_back({&kInsertCases, CaseParameters(*cases, record)});
  commands.push_back({&kInsertEvents, EventParameters(payload, record, *cases)});
  auto inserted = co_await transaction.ExecuteAll(std::move(commands));
  co_return inserted.status();
}

}  // namespace maplebridge::registry
