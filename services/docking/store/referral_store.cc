#include "services/docking/store/referral_store.h"

#include <absl/container/flat_hash_map.h>

#include "common/status/error.h"
#include "services/docking/domain/referral_rule.h"
#include "services/docking/store/referral_row.h"

namespace maplebridge::docking {
namespace {

using postgres::Command;
using postgres::Parameters;
using postgres::Result;
using postgres::Statement;

// $1 ids.
constexpr Statement kRead{"referrals_read", "SELECT " MB_REFERRAL_COLUMNS
                                            " FROM referrals"
                                            " WHERE id = ANY($1::text[])"};
constexpr Statement kLock{"referral_lock", "SELECT " MB_REFERRAL_COLUMNS
                                           " FROM referrals"
                                           " WHERE id = ANY($1::text[])"
                                           " FOR UPDATE"};
// What hangs on referrals, each by $1 ids.
constexpr Statement kReadConsents{"consents_read", R"(
  SELECT DISTINCT ON (referral, party_id) referral, party_id, decision, evidence, decision_time
  FROM consents
  WHERE referral = ANY($1::text[])
  ORDER BY referral, party_id, ordinal DESC)"};
constexpr Statement kReadMaterials{"materials_read", R"(
  SELECT referral, number, title, media_type, size, sha256, sm3, create_time
  FROM materials
  WHERE referral = ANY($1::text[])
  ORDER BY referral, number)"};
constexpr Statement kReadExtensions{"extensions_read", R"(
  SELECT referral, until, array_to_string(party_ids, E'\x1f'), evidence, create_time
  FROM extensions
  WHERE referral = ANY($1::text[])
  ORDER BY referral, ordinal)"};
constexpr Statement kReadRecords{"undisputed_records_read", R"(
  SELECT DISTINCT ON (referral) referral, array_to_string(signed_party_ids, E'\x1f'), mediator,
         record_time
  FROM undisputed_fact_records
  WHERE referral = ANY($1::text[])
  ORDER BY referral, version DESC)"};
constexpr Statement kReadFacts{"undisputed_facts_read", R"(
  SELECT referral, text, array_to_string(agreed_party_ids, E'\x1f'),
         array_to_string(not_exempt_grounds, E'\x1f')
  FROM undisputed_facts AS fact
  WHERE referral = ANY($1::text[])
    AND version = (SELECT max(version) FROM undisputed_fact_records AS record
                   WHERE record.referral = fact.referral)
  ORDER BY referral, ordinal)"};

// $1 referral, $2 party, $3 decision, $4 evidence, $5 time, $6 principal.
constexpr Statement kInsertConsent{"consent_insert", R"(
  INSERT INTO consents (referral, party_id, ordinal, decision, evidence, decision_time, principal)
  SELECT $1::text, $2::text, coalesce(max(ordinal), 0) + 1, $3::text, $4::text, $5::timestamptz,
         $6::text
  FROM consents WHERE referral = $1::text AND party_id = $2::text)"};
constexpr Statement kInsertMaterial{"material_insert", R"(
  INSERT INTO materials (referral, number, title, media_type, size, sha256, sm3, create_time)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8))"};
constexpr Statement kInsertExtension{"extension_insert", R"(
  INSERT INTO extensions (referral, ordinal, until, party_ids, evidence, create_time)
  VALUES ($1, $2, $3, $4::text[], $5, $6))"};
// $1 referral, $2 signed, $3 mediator, $4 time. Answers the version.
constexpr Statement kInsertRecord{"undisputed_record_insert", R"(
  INSERT INTO undisputed_fact_records (referral, version, signed_party_ids, mediator, record_time)
  SELECT $1::text, coalesce(max(version), 0) + 1, $2::text[], $3::text, $4::timestamptz
  FROM undisputed_fact_records WHERE referral = $1::text
  RETURNING version)"};
constexpr Statement kInsertFact{"undisputed_fact_insert", R"(
  INSERT INTO undisputed_facts (referral, version, ordinal, text, agreed_party_ids,
                                not_exempt_grounds)
  VALUES ($1, $2, $3, $4, $5::text[], $6::text[]))"};

// $1 before, $2 limit, $3 court, $4 organisation, $5 state, $6 and $7 division from and to,
// $8 case number.
#define MB_LIST(leading)                            \
  "SELECT " MB_REFERRAL_COLUMNS                     \
  " FROM referrals"                                 \
  " WHERE " leading                                 \
  " AND ($1::text = '' OR id < $1::text)"           \
  " AND ($3::text = '' OR court = $3::text)"        \
  " AND ($4::text = '' OR organisation = $4::text)" \
  " AND ($5::text = '' OR state = $5::text)"        \
  " AND division BETWEEN $6::bigint AND $7::bigint" \
  " AND ($8::text = '' OR case_number = $8::text)"  \
  " ORDER BY id DESC"                               \
  " LIMIT $2::bigint"
// One text for each index, so that each has its own plan.
constexpr Statement kListByCaseNumber{"referrals_by_case_number", MB_LIST("case_number = $8")};
constexpr Statement kListByOrganisation{"referrals_by_organisation",
                                        MB_LIST("organisation = $4 AND organisation <> ''")};
constexpr Statement kListByCourt{"referrals_by_court", MB_LIST("court = $3")};
constexpr Statement kListAll{"referrals_by_id", MB_LIST("true")};

// $1 source, $2 position, $3 resource, $4 event, $5 reason, $6 time.
constexpr Statement kRecordRefusal{"feed_refusal_record", R"(
  INSERT INTO feed_refusals (source, position, resource, event, reason, refuse_time)
  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING)"};

using ById = absl::flat_hash_map<std::string, Referral*>;

Referral* Owner(const ById& by_id, const std::string& id) {
  auto found = by_id.find(id);
  return found == by_id.end() ? nullptr : found->second;
}

// In the order of FillChildren.
std::vector<Command> ChildCommands(const std::string& ids) {
  std::vector<Command> commands;
  for (const Statement* statement :
       {&kReadParties, &kReadConsents, &kReadMaterials, &kReadExtensions, &kReadRecords,
        &kReadFacts, &kReadAddresses, &kReadRepresentatives}) {
    commands.push_back({statement, Parameters::Of(ids)});
  }
  return commands;
}

absl::Status FillParties(const StoreKeys& keys, const Result& rows, const ById& by_id) {
  for (int i = 0; i < rows.size(); ++i) {
    MB_ASSIGN_OR_RETURN(PartyRow row, PartyOf(keys, rows[i]));
    Referral* referral = Owner(by_id, row.referral);
    if (referral == nullptr) continue;
    Consent consent;
    consent.party_id = row.party.party_id;
    referral->consents.push_back(std::move(consent));
    referral->parties.push_back(std::move(row.party));
  }
  return absl::OkStatus();
}

Party* PartyIn(const ById& by_id, const std::string& id, const std::string& party_id) {
  Referral* referral = Owner(by_id, id);
  if (referral == nullptr) return nullptr;
  for (Party& party : referral->parties) {
    if (party.party_id == party_id) return &party;
  }
  return nullptr;
}

absl::Status FillPartyDetails(const StoreKeys& keys, const Result& addresses,
                              const Result& representatives, const ById& by_id) {
  for (int i = 0; i < addresses.size(); ++i) {
    const postgres::Row row = addresses[i];
    Party* party = PartyIn(by_id, row.Text(0), row.Text(1));
    if (party == nullptr) continue;
    party->other_addresses.push_back({AddressKindOf(row.View(2)), row.Text(3)});
  }
  for (int i = 0; i < representatives.size(); ++i) {
    MB_ASSIGN_OR_RETURN(RepresentativeRow row, RepresentativeOf(keys, representatives[i]));
    Party* party = PartyIn(by_id, row.referral, row.party_id);
    if (party != nullptr) party->representatives.push_back(std::move(row.representative));
  }
  return absl::OkStatus();
}

void FillConsents(const Result& rows, const ById& by_id) {
  for (int i = 0; i < rows.size(); ++i) {
    ColumnReader reader(rows[i]);
    Referral* referral = Owner(by_id, reader.Text());
    Consent* consent = referral == nullptr ? nullptr : FindConsent(referral, reader.Text());
    if (consent == nullptr) continue;
    consent->decision = reader.Text();
    consent->evidence = reader.Text();
    consent->decision_time = reader.Time();
  }
}

void FillMaterials(const Result& rows, const ById& by_id) {
  for (int i = 0; i < rows.size(); ++i) {
    ColumnReader reader(rows[i]);
    Material material;
    material.referral = reader.Text();
    Referral* referral = Owner(by_id, material.referral);
    if (referral == nullptr) continue;
    material.number = reader.Int();
    material.title = reader.Text();
    material.media_type = reader.Text();
    material.size = reader.Int64();
    material.sha256 = reader.Text();
    material.sm3 = reader.Text();
    material.create_time = reader.Time();
    referral->materials.push_back(std::move(material));
  }
}

void FillExtensions(const Result& rows, const ById& by_id) {
  for (int i = 0; i < rows.size(); ++i) {
    ColumnReader reader(rows[i]);
    Referral* referral = Owner(by_id, reader.Text());
    if (referral == nullptr) continue;
    Extension extension;
    extension.until = reader.Day();
    extension.party_ids = reader.List();
    extension.evidence = reader.Text();
    extension.create_time = reader.Time();
    referral->extensions.push_back(std::move(extension));
  }
}

void FillFacts(const Result& records, const Result& facts, const ById& by_id) {
  for (int i = 0; i < records.size(); ++i) {
    ColumnReader reader(records[i]);
    Referral* referral = Owner(by_id, reader.Text());
    if (referral == nullptr) continue;
    UndisputedFactsRecord& record = referral->undisputed_facts.emplace();
    record.signed_party_ids = reader.List();
    record.mediator = reader.Text();
    record.record_time = reader.Time();
  }
  for (int i = 0; i < facts.size(); ++i) {
    ColumnReader reader(facts[i]);
    Referral* referral = Owner(by_id, reader.Text());
    if (referral == nullptr || !referral->undisputed_facts) continue;
    UndisputedFact fact;
    fact.text = reader.Text();
    fact.agreed_party_ids = reader.List();
    fact.not_exempt_grounds = reader.List();
    referral->undisputed_facts->facts.push_back(std::move(fact));
  }
}

// `results` from ChildCommands, beginning at `first`.
absl::Status FillChildren(const StoreKeys& keys, const std::vector<Result>& results,
                          std::size_t first, const ById& by_id) {
  MB_RETURN_IF_ERROR(FillParties(keys, results[first], by_id));
  FillConsents(results[first + 1], by_id);
  FillMaterials(results[first + 2], by_id);
  FillExtensions(results[first + 3], by_id);
  FillFacts(results[first + 4], results[first + 5], by_id);
  return FillPartyDetails(keys, results[first + 6], results[first + 7], by_id);
}

std::vector<Command> OneCommands(const Statement& statement, const std::string& id) {
  const std::string ids = TextArray({id});
  std::vector<Command> commands{{&statement, Parameters::Of(ids)}};
  for (Command& command : ChildCommands(ids)) commands.push_back(std::move(command));
  return commands;
}

absl::StatusOr<std::optional<Referral>> OneOf(const StoreKeys& keys,
                                              const std::vector<Result>& results) {
  if (results[0].empty()) return std::optional<Referral>();
  Referral referral = ReferralOf(results[0][0]);
  MB_RETURN_IF_ERROR(FillChildren(keys, results, 1, {{referral.id, &referral}}));
  return std::optional<Referral>(std::move(referral));
}

// The row first, and only then what hangs on it: what another transaction added while this one
// waited for the lock is seen.
Task<absl::StatusOr<Referral>> ReadOne(postgres::Transaction& transaction, const StoreKeys& keys,
                                       const Statement& statement, const std::string& id) {
  const std::string ids = TextArray({id});
  auto row = co_await transaction.Execute(statement, ids);
  if (!row.ok()) co_return row.status();
  if (row->empty()) co_return NotFoundError("referrals/" + id);
  Referral referral = ReferralOf((*row)[0]);
  auto children = co_await transaction.ExecuteAll(ChildCommands(ids));
  if (!children.ok()) co_return children.status();
  MB_CO_RETURN_IF_ERROR(FillChildren(keys, *children, 0, {{id, &referral}}));
  co_return referral;
}

}  // namespace

Task<absl::Status> InsertReferral(postgres::Transaction& transaction, const StoreKeys& keys,
                                  const Referral& referral) {
  absl::Status inserted = co_await InsertReferralRow(transaction, referral);
  if (!inserted.ok()) co_return inserted;
  co_return co_await InsertParties(transaction, keys, referral);
}

Task<absl::StatusOr<std::optional<Referral>>> FindReferral(postgres::Database& database,
                                                           absl::Time deadline,
                                                           const StoreKeys& keys,
                                                           const std::string& id) {
  auto results = co_await database.QueryAll(deadline, OneCommands(kRead, id));
  if (!results.ok()) co_return results.status();
  co_return OneOf(keys, *results);
}

Task<absl::StatusOr<Referral>> ReadReferral(postgres::Transaction& transaction,
                                            const StoreKeys& keys, const std::string& id) {
  return ReadOne(transaction, keys, kRead, id);
}

Task<absl::StatusOr<Referral>> LockReferral(postgres::Transaction& transaction,
                                            const StoreKeys& keys, const std::string& id) {
  return ReadOne(transaction, keys, kLock, id);
}

Task<absl::Status> InsertConsent(postgres::Transaction& transaction, const std::string& referral,
                                 const Consent& consent, const std::string& principal) {
  auto inserted =
      co_await transaction.Execute(kInsertConsent, referral, consent.party_id, consent.decision,
                                   consent.evidence, consent.decision_time, principal);
  co_return inserted.status();
}

Task<absl::Status> InsertMaterial(postgres::Transaction& transaction, const Material& material) {
  auto inserted = co_await transaction.Execute(kInsertMaterial, material.referral, material.number,
                                               material.title, material.media_type, material.size,
                                               material.sha256, material.sm3, material.create_time);
  co_return inserted.status();
}

Task<absl::Status> InsertExtension(postgres::Transaction& transaction, const std::string& referral,
                                   int ordinal, const Extension& extension) {
  const std::string party_ids = TextArray(extension.party_ids);
  auto inserted =
      co_await transaction.Execute(kInsertExtension, referral, ordinal, extension.until, party_ids,
                                   extension.evidence, extension.create_time);
  co_return inserted.status();
}

Task<absl::Status> InsertUndisputedFacts(postgres::Transaction& transaction,
                                         const std::string& referral,
                                         const UndisputedFactsRecord& record) {
  const std::string signed_ids = TextArray(record.signed_party_ids);
  auto version = co_await transaction.Execute(kInsertRecord, referral, signed_ids, record.mediator,
                                              record.record_time);
  if (!version.ok()) co_return version.status();
  const std::int64_t number = (*version)[0].Int64(0);
  std::vector<Command> commands;
  int ordinal = 0;
  for (const UndisputedFact& fact : record.facts) {
    commands.push_back({&kInsertFact, Parameters::Of(referral, number, ++ordinal, fact.text,
                                                     TextArray(fact.agreed_party_ids),
                                                     TextArray(fact.not_exempt_grounds))});
  }
  auto inserted = co_await transaction.ExecuteAll(std::move(commands));
  co_return inserted.status();
}

Task<absl::StatusOr<std::vector<Referral>>> ListReferrals(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const StoreKeys& keys,
                                                          const ReferralFilter& filter) {
  const Statement* statement = &kListAll;
  if (!filter.case_number.empty()) {
    statement = &kListByCaseNumber;
  } else if (!filter.organisation.empty()) {
    statement = &kListByOrganisation;
  } else if (!filter.court.empty()) {
    statement = &kListByCourt;
  }
  auto rows =
      co_await database.Query(deadline, *statement, filter.before, std::int64_t{filter.limit},
                              filter.court, filter.organisation, filter.state,
                              filter.division_first, filter.division_last, filter.case_number);
  if (!rows.ok()) co_return rows.status();
  std::vector<Referral> referrals;
  referrals.reserve(static_cast<std::size_t>(rows->size()));
  ById by_id;
  std::vector<std::string> ids;
  for (int i = 0; i < rows->size(); ++i) {
    referrals.push_back(ReferralOf((*rows)[i]));
    by_id[referrals.back().id] = &referrals.back();
    ids.push_back(referrals.back().id);
  }
  if (referrals.empty()) co_return referrals;
  auto children = co_await database.QueryAll(deadline, ChildCommands(TextArray(ids)));
  if (!children.ok()) co_return children.status();
  MB_CO_RETURN_IF_ERROR(FillChildren(keys, *children, 0, by_id));
  co_return referrals;
}

Task<absl::Status> RecordFeedRefusal(postgres::Transaction& transaction, const std::string& source,
                                     std::int64_t position, const std::string& resource,
                                     const std::string& event, const std::string& why,
                                     absl::Time now) {
  auto stored =
      co_await transaction.Execute(kRecordRefusal, source, position, resource, event, why, now);
  co_return stored.status();
}

}  // namespace maplebridge::docking
