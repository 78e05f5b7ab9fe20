#include "services/registry/store/report_batch.h"

namespace maplebridge::registry {
namespace {

using postgres::ArrayParameter;
using postgres::Statement;

// $1 to $27: a dispute each; $28 to $40: a party each, by the item of its dispute.
constexpr Statement kReport{"disputes_report", R"(
  WITH started AS MATERIALIZED (SELECT pg_current_xact_id() AS id),
  input AS MATERIALIZED (
    SELECT * FROM unnest(
      $1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
      $8::bigint[], $9::text[], $10::text[], $11::text[], $12::bigint[], $13::text[], $14::text[],
      $15::text[], $16::text[], $17::date[], $18::timestamptz[], $19::boolean[],
      $20::timestamptz[], $21::timestamptz[], $22::text[], $23::text[], $24::text[], $25::text[],
      $26::bytea[], $27::text[], $41::bytea[])
    AS i (item, number, state, category, category_text, sub_category, source, division,
          organisation, organisation_name, summary, amount, difficulty, referral, court, clock,
          due_day, due_time, provisional, create_time, accept_time, event, principal, method,
          request_id, digest, trace_id, payload)),
  known AS MATERIALIZED (
    SELECT i.item, r.digest = i.digest AS same, r.resource
    FROM input i JOIN request_ids r USING (principal, method, request_id)
    WHERE i.request_id <> ''),
  claimed AS (
    INSERT INTO request_ids (principal, method, request_id, digest, resource, create_time)
    SELECT principal, method, request_id, digest, 'disputes/' || number, create_time
    FROM input i
    WHERE request_id <> '' AND NOT EXISTS (SELECT FROM known WHERE known.item = i.item)
    ORDER BY principal, method, request_id
    ON CONFLICT DO NOTHING
    RETURNING principal, method, request_id),
  ready AS MATERIALIZED (
    SELECT i.* FROM input i LEFT JOIN claimed c USING (principal, method, request_id)
    WHERE i.request_id = '' OR c.request_id IS NOT NULL),
  stored AS (
    INSERT INTO disputes (number, state, category, category_text, sub_category, source, division,
                          organisation, organisation_name, summary, claimed_amount_fen, difficulty,
                          referral, court, clock, due_day, due_time, provisional, create_time,
                          accept_time, update_time, revision)
    SELECT number, state, category, category_text, sub_category, source, division, organisation,
           organisation_name, summary, amount, difficulty, referral, court, clock, due_day,
           due_time, provisional, create_time, accept_time, create_time, 1
    FROM ready),
  with_parties AS (
    INSERT INTO parties (dispute, party_id, ordinal, kind, position, display_name, identity_kind,
                         identity_sealed, identity_match, telephone_sealed, telephone_match,
                         service_address, domicile_division)
    SELECT r.number, p.party_id, p.ordinal, p.kind, p.position, p.display_name, p.identity_kind,
           p.identity_sealed, p.identity_match, p.telephone_sealed, p.telephone_match,
           p.service_address, p.domicile_division
    FROM unnest($28::int[], $29::text[], $30::int[], $31::text[], $32::text[], $33::text[],
                $34::text[], $35::bytea[], $36::bytea[], $37::bytea[], $38::bytea[], $39::text[],
                $40::text[])
         AS p (item, party_id, ordinal, kind, position, display_name, identity_kind,
               identity_sealed, identity_match, telephone_sealed, telephone_match,
               service_address, domicile_division)
         JOIN ready r USING (item)),
  with_clocks AS (
    INSERT INTO deadlines (resource, kind, due_day, due_time, provisional, state, next_attempt)
    SELECT 'disputes/' || number, clock, due_day, due_time, provisional, 'RUNNING', due_time
    FROM ready WHERE clock <> ''),
  with_clock_history AS (
    INSERT INTO deadline_changes (resource, kind, change_time, due_day, state, reason, actor)
    SELECT 'disputes/' || number, clock, create_time, due_day, 'RUNNING', event, principal
    FROM ready WHERE clock <> ''),
  with_events AS (
    INSERT INTO events (position, event_time, type, resource, revision, from_state, to_state,
                        actor, division, organisation, court, payload_type, payload, trace_id)
    SELECT nextval('event_position'), create_time, event, 'disputes/' || number, 1, '', state,
           principal, division::text, organisation, court, 'maplebridge.registry.v1.Dispute',
           payload, trace_id
    FROM started, ready)
  SELECT i.item,
         CASE WHEN r.item IS NOT NULL THEN 'stored'
              WHEN k.item IS NULL THEN 'again'
              WHEN k.same THEN 'repeated'
              ELSE 'reused' END,
         coalesce(k.resource, '')
  FROM input i LEFT JOIN ready r USING (item) LEFT JOIN known k USING (item))"};

void PushTime(ArrayParameter* array, const std::optional<absl::Time>& time) {
  if (time) {
    array->Push(*time);
  } else {
    array->PushNull();
  }
}

void PushBytes(ArrayParameter* array, const std::optional<std::string>& bytes) {
  if (bytes) {
    array->PushBytes(*bytes);
  } else {
    array->PushNull();
  }
}

void PushDispute(std::vector<ArrayParameter>* columns, const NewDispute& item,
                 const Dispute& dispute, std::int64_t place) {
  auto column = columns->begin();
  auto text = [&column](std::string_view value) { (column++)->Push(value); };
  (column++)->Push(place);
  text(dispute.number);
  text(Word(dispute.state));
  text(dispute.category);
  text(dispute.category_text);
  text(dispute.sub_category);
  text(dispute.source);
  (column++)->Push(static_cast<std::int64_t>(dispute.division));
  text(dispute.organisation);
  text(dispute.organisation_name);
  text(dispute.summary);
  (column++)->Push(dispute.claimed_amount_fen);
  text(dispute.difficulty);
  text(dispute.referral);
  text(dispute.court);
  text(dispute.clock.kind);
  (column++)->Push(dispute.clock.due_day);
  (column++)->Push(dispute.clock.due_time);
  text(dispute.clock.provisional ? "t" : "f");
  (column++)->Push(dispute.create_time);
  PushTime(&*column++, dispute.accept_time);
  text(item.event);
  text(item.principal);
  text(item.method);
  text(item.request_id);
  (column++)->PushBytes(item.digest);
  text(item.trace_id);
}

void PushParty(std::vector<ArrayParameter>* columns, const StoreKeys& keys, const Dispute& dispute,
               std::int64_t place, std::int64_t ordinal) {
  const Party& party = dispute.parties[static_cast<std::size_t>(ordinal)];
  const SealedParty sealed = SealParty(keys, dispute.number, party);
  auto column = columns->begin();
  auto text = [&column](std::string_view value) { (column++)->Push(value); };
  (column++)->Push(place);
  text(party.party_id);
  (column++)->Push(ordinal);
  text(Word(party.kind));
  text(Word(party.position));
  text(party.display_name);
  text(Word(party.identity_kind));
  PushBytes(&*column++, sealed.identity_sealed);
  PushBytes(&*column++, sealed.identity_match);
  PushBytes(&*column++, sealed.telephone_sealed);
  PushBytes(&*column++, sealed.telephone_match);
  text(party.service_address);
  text(party.domicile_division);
}

// The parameters of kReport; `disputes` are those of `items` with their numbers.
postgres::Parameters ReportParameters(const StoreKeys& keys, const PayloadOf& payload,
                                      const std::vector<const NewDispute*>& items,
                                      const std::vector<Dispute>& disputes) {
  std::vector<ArrayParameter> of_disputes(27), of_parties(13);
  ArrayParameter payloads;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto place = static_cast<std::int64_t>(i);
    PushDispute(&of_disputes, *items[i], disputes[i], place);
    payloads.PushBytes(payload(disputes[i]));
    for (std::size_t party = 0; party < disputes[i].parties.size(); ++party) {
      PushParty(&of_parties, keys, disputes[i], place, static_cast<std::int64_t>(party));
    }
  }
  postgres::Parameters parameters;
  for (ArrayParameter& column : of_disputes) parameters.Add(column.Take());
  for (ArrayParameter& column : of_parties) parameters.Add(column.Take());
  parameters.Add(payloads.Take());
  return parameters;
}

ReportOutcome OutcomeOf(std::string_view word) {
  if (word == "stored") return ReportOutcome::kStored;
  if (word == "repeated") return ReportOutcome::kRepeated;
  return word == "reused" ? ReportOutcome::kReused : ReportOutcome::kAgain;
}

constexpr std::string_view kCollection = "disputes/";

Dispute Numbered(const Dispute& plain, std::string number) {
  Dispute dispute = plain;
  dispute.number = std::move(number);
  dispute.revision = 1;
  dispute.update_time = dispute.create_time;
  return dispute;
}

}  // namespace

Task<absl::StatusOr<std::vector<absl::StatusOr<ReportAnswer>>>> ReportBatch::Run(
    const std::vector<const NewDispute*>& items, absl::Time deadline) {
  std::vector<CountyYear> places;
  for (const NewDispute* item : items) places.push_back(CountyYearOf(item->dispute));
  auto numbers = co_await numbers_.Give(places, deadline);
  if (!numbers.ok()) co_return numbers.status();
  std::vector<Dispute> disputes;
  for (std::size_t i = 0; i < items.size(); ++i) {
    disputes.push_back(Numbered(items[i]->dispute, std::move((*numbers)[i])));
  }
  auto rows = co_await database_.QueryWith(deadline, kReport,
                                           ReportParameters(keys_, payload_, items, disputes));
  if (!rows.ok()) co_return rows.status();
  std::vector<absl::StatusOr<ReportAnswer>> answers(items.size(), absl::UnknownError("no row"));
  for (int row = 0; row < rows->size(); ++row) {
    const auto item = static_cast<std::size_t>((*rows)[row].Int64(0));
    ReportAnswer answer;
    answer.outcome = OutcomeOf((*rows)[row].View(1));
    if (answer.outcome == ReportOutcome::kStored) {
      answer.dispute = std::move(disputes[item]);
    } else if (answer.outcome != ReportOutcome::kAgain) {
      // The resource name that the first call made.
      answer.dispute.number = (*rows)[row].Text(2).substr(kCollection.size());
    }
    answers[item] = std::move(answer);
  }
  co_return answers;
}

Task<absl::StatusOr<Dispute>> CreateDispute(postgres::Transaction& transaction,
                                            const StoreKeys& keys, const PayloadOf& payload,
                                            const NewDispute& item) {
  auto number = co_await TakeNumber(transaction, CountyYearOf(item.dispute));
  if (!number.ok()) co_return number.status();
  std::vector<Dispute> disputes;
  disputes.push_back(Numbered(item.dispute, *std::move(number)));
  const std::vector<const NewDispute*> items{&item};
  auto rows =
      co_await transaction.ExecuteWith(kReport, ReportParameters(keys, payload, items, disputes));
  if (!rows.ok()) co_return rows.status();
  co_return std::move(disputes[0]);
}

}  // namespace maplebridge::registry
