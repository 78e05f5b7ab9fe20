#include "services/registry/store/party_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"

namespace maplebridge::registry {

using postgres::ArrayParameter;
using postgres::Result;
using postgres::Row;
using postgres::Statement;

const Statement kReadParties{"parties_read", R"(
  SELECT dispute, party_id, kind, position, display_name, identity_kind, identity_sealed,
         telephone_sealed, service_address, domicile_division, birth_day, capacity, represented_by
  FROM parties
  WHERE dispute = ANY($1::text[])
  ORDER BY dispute, ordinal)"};

namespace {

// $1 dispute.
constexpr Statement kReadAddresses{"party_addresses_read", R"(
  SELECT party_id, kind, address
  FROM party_addresses
  WHERE dispute = $1
  ORDER BY party_id, ordinal)"};
constexpr Statement kReadRepresentatives{"party_representatives_read", R"(
  SELECT party_id, representative_id, kind, display_name, identity_kind, identity_sealed,
         telephone_sealed, authority, evidence, last_day, create_time
  FROM party_representatives
  WHERE dispute = $1 AND end_time IS NULL
  ORDER BY party_id, ordinal)"};
// $1 dispute, $2 party, $3 representative, $4 ordinal, $5 kind, $6 name, $7 identity kind, $8 and
// $9 identity, $10 and $11 telephone, $12 authority, $13 evidence, $14 last day, $15 time,
// $16 principal.
constexpr Statement kInsertRepresentative{"party_representative_insert", R"(
  INSERT INTO party_representatives (dispute, party_id, representative_id, ordinal, kind,
                                     display_name, identity_kind, identity_sealed, identity_match,
                                     telephone_sealed, telephone_match, authority, evidence,
                                     last_day, create_time, principal)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
  ON CONFLICT DO NOTHING)"};
// $1 dispute, $2 party, $3 representative, $4 time, $5 reason, $6 principal.
constexpr Statement kEndRepresentative{"party_representative_end", R"(
  UPDATE party_representatives
  SET end_time = $4, end_reason = $5, end_principal = $6
  WHERE dispute = $1 AND party_id = $2 AND representative_id = $3 AND end_time IS NULL)"};
// $1 dispute, $2 party, $3 ordinal, $4 kind, $5 position, $6 name, $7 identity kind, $8 and $9
// identity, $10 and $11 telephone, $12 address, $13 domicile, $14 birth day, $15 capacity,
// $16 represented by.
constexpr Statement kInsertParty{"party_insert", R"(
  INSERT INTO parties (dispute, party_id, ordinal, kind, position, display_name, identity_kind,
                       identity_sealed, identity_match, telephone_sealed, telephone_match,
                       service_address, domicile_division, birth_day, capacity, represented_by)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16))"};
// As kInsertParty, without ordinal, kind and position.
constexpr Statement kUpdateParty{"party_update", R"(
  UPDATE parties
  SET display_name = $3, identity_kind = $4, identity_sealed = $5, identity_match = $6,
      telephone_sealed = $7, telephone_match = $8, service_address = $9, domicile_division = $10,
      birth_day = $11, capacity = $12, represented_by = $13
  WHERE dispute = $1 AND party_id = $2)"};
// $1 number, $2 difficulty.
constexpr Statement kSetDifficulty{"dispute_difficulty_set", R"(
  UPDATE disputes SET difficulty = $2 WHERE number = $1)"};
constexpr Statement kDeleteAddresses{"party_addresses_delete", R"(
  DELETE FROM party_addresses WHERE dispute = $1 AND party_id = $2)"};
// $1 dispute, $2 party, $3 ordinal, $4 kind, $5 address.
constexpr Statement kInsertAddress{"party_address_insert", R"(
  INSERT INTO party_addresses (dispute, party_id, ordinal, kind, address)
  VALUES ($1, $2, $3, $4, $5))"};
// $1 dispute, $2 principal, $3 time, $4 trace.
constexpr Statement kRecordRead{"party_read_record", R"(
  INSERT INTO party_reads (dispute, principal, read_time, trace_id) VALUES ($1, $2, $3, $4))"};

std::string Purpose(const std::string& number, const std::string& party_id,
                    std::string_view field) {
  return absl::StrCat("disputes/", number, "/parties/", party_id, "#", std::string(field));
}

// Of one who acts for a party: sealed apart from the party's own values.
std::string ActingFor(const std::string& party_id, const std::string& representative_id) {
  return absl::StrCat(party_id, "/representatives/", representative_id);
}

SealedParty Seal(const StoreKeys& keys, const std::string& number, const std::string& who,
                 IdentityKind kind, const std::string& identity, const std::string& telephone) {
  SealedParty sealed;
  if (!identity.empty()) {
    sealed.identity_sealed = keys.sealing->Seal(Purpose(number, who, "identity_number"), identity);
    sealed.identity_match = keys.match->Hash(Word(kind), identity);
  }
  if (!telephone.empty()) {
    sealed.telephone_sealed = keys.sealing->Seal(Purpose(number, who, "telephone"), telephone);
    sealed.telephone_match = keys.match->Hash("TELEPHONE", telephone);
  }
  return sealed;
}

absl::StatusOr<std::string> OpenField(const StoreKeys& keys, const Row& row, int column,
                                      const std::string& number, const std::string& who,
                                      std::string_view field) {
  if (row.IsNull(column)) return std::string();
  return keys.sealing->Open(Purpose(number, who, field), row.Bytes(column));
}

std::optional<absl::CivilDay> OptionalDay(const Row& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return row.Day(column);
}

absl::StatusOr<Party> PartyOf(const StoreKeys& keys, const Row& row) {
  const std::string number = row.Text(0);
  Party party;
  party.party_id = row.Text(1);
  party.kind = PartyKindOf(row.View(2)).value_or(PartyKind::kPerson);
  party.position = PartyPositionOf(row.View(3)).value_or(PartyPosition::kApplicant);
  party.display_name = row.Text(4);
  party.identity_kind = IdentityKindOf(row.View(5));
  MB_ASSIGN_OR_RETURN(party.identity_number,
                      OpenField(keys, row, 6, number, party.party_id, "identity_number"));
  MB_ASSIGN_OR_RETURN(party.telephone,
                      OpenField(keys, row, 7, number, party.party_id, "telephone"));
  party.service_address = row.Text(8);
  party.domicile_division = row.Text(9);
  party.birth_day = OptionalDay(row, 10);
  party.capacity = CapacityOf(row.View(11));
  party.represented_by = row.Text(12);
  return party;
}

absl::StatusOr<Representative> RepresentativeOf(const StoreKeys& keys, const std::string& number,
                                                const Row& row) {
  Representative found;
  found.representative_id = row.Text(1);
  const std::string who = ActingFor(row.Text(0), found.representative_id);
  found.kind = RepresentativeKindOf(row.View(2));
  found.display_name = row.Text(3);
  found.identity_kind = IdentityKindOf(row.View(4));
  MB_ASSIGN_OR_RETURN(found.identity_number,
                      OpenField(keys, row, 5, number, who, "identity_number"));
  MB_ASSIGN_OR_RETURN(found.telephone, OpenField(keys, row, 6, number, who, "telephone"));
  found.authority = AgentAuthorityOf(row.View(7));
  found.evidence = row.Text(8);
  found.last_day = OptionalDay(row, 9);
  found.create_time = row.Time(10);
  return found;
}

absl::Status AddDetails(const StoreKeys& keys, const Result& addresses,
                        const Result& representatives, Dispute* dispute) {
  absl::flat_hash_map<std::string, Party*> by_id;
  for (Party& party : dispute->parties) {
    party.other_addresses.clear();
    party.representatives.clear();
    by_id[party.party_id] = &party;
  }
  // Each statement sees what was committed before it: what belongs to a party that joined after the
  // dispute was read is left out with it.
  for (int i = 0; i < addresses.size(); ++i) {
    const auto party = by_id.find(addresses[i].Text(0));
    if (party == by_id.end()) continue;
    party->second->other_addresses.push_back(
        {AddressKindOf(addresses[i].View(1)), addresses[i].Text(2)});
  }
  for (int i = 0; i < representatives.size(); ++i) {
    const auto party = by_id.find(representatives[i].Text(0));
    if (party == by_id.end()) continue;
    MB_ASSIGN_OR_RETURN(Representative found,
                        RepresentativeOf(keys, dispute->number, representatives[i]));
    party->second->representatives.push_back(std::move(found));
  }
  return absl::OkStatus();
}

std::vector<postgres::Command> DetailCommands(const std::string& number) {
  std::vector<postgres::Command> commands;
  commands.push_back({&kReadAddresses, postgres::Parameters::Of(number)});
  commands.push_back({&kReadRepresentatives, postgres::Parameters::Of(number)});
  return commands;
}

void AddBytes(postgres::Parameters* parameters, const std::optional<std::string>& bytes) {
  if (bytes) {
    parameters->Add(postgres::Bytes{*bytes});
  } else {
    parameters->Add(std::nullopt);
  }
}

void AddSealed(postgres::Parameters* parameters, const SealedParty& sealed) {
  AddBytes(parameters, sealed.identity_sealed);
  AddBytes(parameters, sealed.identity_match);
  AddBytes(parameters, sealed.telephone_sealed);
  AddBytes(parameters, sealed.telephone_match);
}

// From display_name on, as kInsertParty and kUpdateParty have them.
void AddValues(postgres::Parameters* parameters, const StoreKeys& keys, const std::string& number,
               const Party& party) {
  parameters->Add(party.display_name);
  parameters->Add(Word(party.identity_kind));
  AddSealed(parameters, SealParty(keys, number, party));
  parameters->Add(party.service_address);
  parameters->Add(party.domicile_division);
  parameters->Add(party.birth_day);
  parameters->Add(Word(party.capacity));
  parameters->Add(party.represented_by);
}

void AddAddresses(std::vector<postgres::Command>* commands, const std::string& number,
                  const Party& party) {
  int ordinal = 0;
  for (const ServiceAddress& address : party.other_addresses) {
    commands->push_back(
        {&kInsertAddress, postgres::Parameters::Of(number, party.party_id, ++ordinal,
                                                   Word(address.kind), address.address)});
  }
}

postgres::Parameters RepresentativeParameters(const StoreKeys& keys, const StepRecord& step,
                                              const std::string& party_id, int ordinal,
                                              const Representative& representative) {
  postgres::Parameters p;
  p.Add(step.dispute);
  p.Add(party_id);
  p.Add(representative.representative_id);
  p.Add(ordinal);
  p.Add(Word(representative.kind));
  p.Add(representative.display_name);
  p.Add(Word(representative.identity_kind));
  AddSealed(&p, SealRepresentative(keys, step.dispute, party_id, representative));
  p.Add(Word(representative.authority));
  p.Add(representative.evidence);
  p.Add(representative.last_day);
  p.Add(step.time);
  p.Add(step.principal);
  return p;
}

}  // namespace

SealedParty SealParty(const StoreKeys& keys, const std::string& number, const Party& party) {
  return Seal(keys, number, party.party_id, party.identity_kind, party.identity_number,
              party.telephone);
}

SealedParty SealRepresentative(const StoreKeys& keys, const std::string& number,
                               const std::string& party_id, const Representative& representative) {
  return Seal(keys, number, ActingFor(party_id, representative.representative_id),
              representative.identity_kind, representative.identity_number,
              representative.telephone);
}

absl::Status AddParties(const StoreKeys& keys, const Result& rows,
                        const absl::flat_hash_map<std::string, Dispute*>& disputes) {
  for (int i = 0; i < rows.size(); ++i) {
    auto dispute = disputes.find(rows[i].Text(0));
    if (dispute == disputes.end()) continue;
    MB_ASSIGN_OR_RETURN(Party party, PartyOf(keys, rows[i]));
    dispute->second->parties.push_back(std::move(party));
  }
  return absl::OkStatus();
}

Task<absl::Status> ReadParties(postgres::Database& database, absl::Time deadline,
                               const StoreKeys& keys, std::vector<Dispute>* disputes) {
  if (disputes->empty()) co_return absl::OkStatus();
  absl::flat_hash_map<std::string, Dispute*> by_number;
  ArrayParameter numbers;
  for (Dispute& dispute : *disputes) {
    by_number[dispute.number] = &dispute;
    numbers.Push(std::string_view(dispute.number));
  }
  const std::string array = numbers.Take();
  auto rows = co_await database.Query(deadline, kReadParties, array);
  if (!rows.ok()) co_return rows.status();
  co_return AddParties(keys, *rows, by_number);
}

Task<absl::Status> ReadPartyDetails(postgres::Transaction& transaction, const StoreKeys& keys,
                                    Dispute* dispute) {
  auto results = co_await transaction.ExecuteAll(DetailCommands(dispute->number));
  if (!results.ok()) co_return results.status();
  co_return AddDetails(keys, (*results)[0], (*results)[1], dispute);
}

Task<absl::Status> ReadPartyDetails(postgres::Database& database, absl::Time deadline,
                                    const StoreKeys& keys, Dispute* dispute) {
  auto results = co_await database.QueryAll(deadline, DetailCommands(dispute->number));
  if (!results.ok()) co_return results.status();
  co_return AddDetails(keys, (*results)[0], (*results)[1], dispute);
}

Task<absl::Status> InsertLastParty(postgres::Transaction& transaction, const StoreKeys& keys,
                                   const Dispute& dispute, const StepRecord& step) {
  const Party& party = dispute.parties.back();
  postgres::Parameters p;
  p.Add(dispute.number);
  p.Add(party.party_id);
  p.Add(static_cast<int>(dispute.parties.size()) - 1);
  p.Add(Word(party.kind));
  p.Add(Word(party.position));
  AddValues(&p, keys, dispute.number, party);
  std::vector<postgres::Command> commands;
  commands.push_back({&kInsertParty, std::move(p)});
  AddAddresses(&commands, dispute.number, party);
  commands.push_back(
      {&kSetDifficulty, postgres::Parameters::Of(dispute.number, dispute.difficulty)});
  int ordinal = 0;
  for (const Representative& each : party.representatives) {
    commands.push_back({&kInsertRepresentative,
                        RepresentativeParameters(keys, step, party.party_id, ++ordinal, each)});
  }
  auto inserted = co_await transaction.ExecuteAll(std::move(commands));
  co_return inserted.status();
}

Task<absl::Status> UpdateParty(postgres::Transaction& transaction, const StoreKeys& keys,
                               const std::string& number, const Party& party) {
  postgres::Parameters p;
  p.Add(number);
  p.Add(party.party_id);
  AddValues(&p, keys, number, party);
  std::vector<postgres::Command> commands;
  commands.push_back({&kUpdateParty, std::move(p)});
  commands.push_back({&kDeleteAddresses, postgres::Parameters::Of(number, party.party_id)});
  AddAddresses(&commands, number, party);
  auto updated = co_await transaction.ExecuteAll(std::move(commands));
  co_return updated.status();
}

Task<absl::Status> InsertRepresentative(postgres::Transaction& transaction, const StoreKeys& keys,
                                        const StepRecord& step, const std::string& party_id,
                                        int ordinal, const Representative& representative) {
  auto inserted = co_await transaction.ExecuteWith(
      kInsertRepresentative,
      RepresentativeParameters(keys, step, party_id, ordinal, representative));
  if (!inserted.ok()) co_return inserted.status();
  if (inserted->affected() == 0) {
    co_return ExistsError(absl::StrCat("disputes/", step.dispute, "/parties/", party_id,
                                       "/representatives/", representative.representative_id));
  }
  co_return absl::OkStatus();
}

Task<absl::Status> EndAuthority(postgres::Transaction& transaction, const StepRecord& step,
                                const std::string& party_id, const std::string& representative_id,
                                const std::string& reason) {
  auto ended = co_await transaction.Execute(kEndRepresentative, step.dispute, party_id,
                                            representative_id, step.time, reason, step.principal);
  if (!ended.ok()) co_return ended.status();
  if (ended->affected() == 0) {
    co_return NotFoundError(absl::StrCat("disputes/", step.dispute, "/parties/", party_id,
                                         "/representatives/", representative_id));
  }
  co_return absl::OkStatus();
}

Task<absl::Status> RecordPartyRead(postgres::Database& database, absl::Time deadline,
                                   const std::string& number, const std::string& principal,
                                   absl::Time now, const std::string& trace_id) {
  auto stored = co_await database.Query(deadline, kRecordRead, number, principal, now, trace_id);
  co_return stored.status();
}

}  // namespace maplebridge::registry
