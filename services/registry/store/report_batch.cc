#include "services/registry/store/report_batch.h"

namespace maplebridge::registry {
namespace {

using postgres::ArrayParameter;
using postgres::Statement;

// $1 to $27, $41 and $64: a dispute each; $28 to $40 and $42 to $44: a party each, $45 to $49 a
// further address each, $50 to $63 one who acts for a party each, by the item of the dispute.
constexpr Statement kReport{"disputes_report", R"(
  WITH started AS MATERIALIZED (SELECT pg_current_xact_id() AS id),
  input AS MATERIALIZED (
    SELECT * FROM unnest(
      $1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
      $8::bigint[], $9::text[], $10::text[], $11::text[], $12::bigint[], $13::text[], $14::text[],
      $15::text[], $16::text[], $17::date[], $18::timestamptz[], $19::boolean[],
      $20::timestamptz[], $21::timestamptz[], $22::text[], $23::text[], $24::text[], $25::text[],
      $26::bytea[], $27::text[], $41::bytea[], $64::text[])
    AS i (item, number, state, category, category_text, sub_category, source, division,
          organisation, organisation_name, summary, amount, difficulty, referral, court, clock,
          due_day, due_time, provisional, create_time, accept_time, event, principal, method,
          request_id, digest, trace_id, payload, rules_version)),
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
                          accept_time, update_time, revision, rules_version)
    SELECT number, state, category, category_text, sub_category, source, division, organisation,
           organisation_name, summary, amount, difficulty, referral, court, clock, due_day,
           due_time, provisional, create_time, accept_time, create_time, 1, rules_version
    FROM ready),
  with_parties AS (
    INSERT INTO parties (dispute, party_id, ordinal, kind, position, display_name, identity_kind,
                         identity_sealed, identity_match, telephone_sealed, telephone_match,
                         service_address, domicile_division, birth_day, capacity, represented_by)
    SELECT r.number, p.party_id, p.ordinal, p.kind, p.position, p.display_name, p.identity_kind,
           p.identity_sealed, p.identity_match, p.telephone_sealed, p.telephone_match,
           p.service_address, p.domicile_division, p.birth_day, p.capacity, p.represented_by
    FROM unnest($28::int[], $29::text[], $30::int[], $31::text[], $32::text[], $33::text[],
                $34::text[], $35::bytea[], $36::bytea[], $37::bytea[], $38::bytea[], $39::text[],
                $40::text[], $42::date[], $43::text[], $44::text[])
         AS p (item, party_id, ordinal, kind, position, display_name, identity_kind,
               identity_sealed, identity_match, telephone_sealed, telephone_match,
               service_address, domicile_division, birth_day, capacity, represented_by)
         JOIN ready r USING (item)),
  with_addresses AS (
    INSERT INTO party_addresses (dispute, party_id, ordinal, kind, address)
    SELECT r.number, a.party_id, a.ordinal, a.kind, a.address
    FROM unnest($45::int[], $46::text[], $47::int[], $48::text[], $49::text[])
         AS a (item, party_id, ordinal, kind, address)
         JOIN ready r USING (item)),
  with_representatives AS (
    INSERT INTO party_representatives (dispute, party_id, representative_id, ordinal, kind,
                                       display_name, identity_kind, identity_sealed,
                                       identity_match, telephone_sealed, telephone_match,
                                       authority, evidence, last_day, create_time, principal)
    SELECT r.number, t.party_id, t.representative_id, t.ordinal, t.kind, t.display_name,
           t.identity_kind, t.identity_sealed, t.identity_match, t.telephone_sealed,
           t.telephone_match, t.authority, t.evidence, t.last_day, r.create_time, r.principal
    FROM unnest($50::int[], $51::text[], $52::text[], $53::int[], $54::text[], $55::text[],
                $56::text[], $57::bytea[], $58::bytea[], $59::bytea[], $60::bytea[], $61::text[],
                $62::text[], $63::date[])
         AS t (item, party_id, representative_id, ordinal, kind, display_name, identity_kind,
               identity_sealed, identity_match, telephone_sealed, telephone_match, authority,
               evidence, last_day)
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

// The columns of kReport, one list for each of what it stores.
struct ReportColumns {
  std::vector<ArrayParameter> disputes{27};
  std::vector<ArrayParameter> parties{13};
  ArrayParameter payloads;
  std::vector<ArrayParameter> capacities{3};
  std::vector<ArrayParameter> addresses{5};
  std::vector<ArrayParameter> representatives{14};
  ArrayParameter versions;
};

void PushSealed(std::vector<ArrayParameter>::iterator* column, const SealedParty& sealed) {
  PushBytes(&*(*column)++, sealed.identity_sealed);
  PushBytes(&*(*column)++, sealed.identity_match);
  PushBytes(&*(*column)++, sealed.telephone_sealed);
  PushBytes(&*(*column)++, sealed.telephone_match);
}

void PushAddress(std::vector<ArrayParameter>* columns, std::int64_t place, const Party& party,
                 std::int64_t ordinal) {
  const ServiceAddress& address = party.other_addresses[static_cast<std::size_t>(ordinal)];
  (*columns)[0].Push(place);
  (*columns)[1].Push(std::string_view(party.party_id));
  (*columns)[2].Push(ordinal + 1);
  (*columns)[3].Push(Word(address.kind));
  (*columns)[4].Push(std::string_view(address.address));
}

void PushRepresentative(std::vector<ArrayParameter>* columns, const StoreKeys& keys,
                        const std::string& number, std::int64_t place, const Party& party,
                        std::int64_t ordinal) {
  const Representative& each = party.representatives[static_cast<std::size_t>(ordinal)];
  auto column = columns->begin();
  auto text = [&column](std::string_view value) { (column++)->Push(value); };
  (column++)->Push(place);
  text(party.party_id);
  text(each.representative_id);
  (column++)->Push(ordinal + 1);
  text(Word(each.kind));
  text(each.display_name);
  text(Word(each.identity_kind));
  PushSealed(&column, SealRepresentative(keys, number, party.party_id, each));
  text(Word(each.authority));
  text(each.evidence);
  column->PushOptional(each.last_day);
}

void PushParty(ReportColumns* columns, const StoreKeys& keys, const Dispute& dispute,
               std::int64_t place, std::int64_t ordinal) {
  const Party& party = dispute.parties[static_cast<std::size_t>(ordinal)];
  auto column = columns->parties.begin();
  auto text = [&column](std::string_view value) { (column++)->Push(value); };
  (column++)->Push(place);
  text(party.party_id);
  (column++)->Push(ordinal);
  text(Word(party.kind));
  text(Word(party.position));
  text(party.display_name);
  text(Word(party.identity_kind));
  PushSealed(&column, SealParty(keys, dispute.number, party));
  text(party.service_address);
  text(party.domicile_division);
  columns->capacities[0].PushOptional(party.birth_day);
  columns->capacities[1].Push(Word(party.capacity));
  columns->capacities[2].Push(std::string_view(party.represented_by));
  for (std::size_t i = 0; i < party.other_addresses.size(); ++i) {
    PushAddress(&columns->addresses, place, party, static_cast<std::int64_t>(i));
  }
  for (std::size_t i = 0; i < party.representatives.size(); ++i) {
    PushRepresentative(&columns->representatives, keys, dispute.number, place, party,
                       static_cast<std::int64_t>(i));
  }
}

void AddColumns(postgres::Parameters* parameters, std::vector<ArrayParameter>* columns) {
  for (ArrayParameter& column : *columns) parameters->Add(column.Take());
}

// The parameters of kReport; `disputes` are those of `items` with their numbers.
postgres::Parameters ReportParameters(const StoreKeys& keys, const PayloadOf& payload,
                                      const std::vector<const NewDispute*>& items,
                                      const std::vector<Dispute>& disputes) {
  ReportColumns columns;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto place = static_cast<std::int64_t>(i);
    PushDispute(&columns.disputes, *items[i], disputes[i], place);
    columns.payloads.PushBytes(payload(disputes[i]));
    columns.versions.Push(std::string_view(disputes[i].rules_version));
    for (std::size_t party = 0; party < disputes[i].parties.size(); ++party) {
      PushParty(&columns, keys, disputes[i], place, static_cast<std::int64_t>(party));
    }
  }
  postgres::Parameters parameters;
  AddColumns(&parameters, &columns.disputes);
  AddColumns(&parameters, &columns.parties);
  parameters.Add(columns.payloads.Take());
  AddColumns(&parameters, &columns.capacities);
  AddColumns(&parameters, &columns.addresses);
  AddColumns(&parameters, &columns.representatives);
  parameters.Add(columns.versions.Take());
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
