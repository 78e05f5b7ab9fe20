#include "services/docking/store/party_store.h"

#include <absl/strings/str_cat.h>

#include "services/docking/store/column_reader.h"

namespace maplebridge::docking {

using postgres::Statement;

const Statement kReadParties{"referral_parties_read", R"(
  SELECT referral, party_id, kind, position, display_name, identity_kind, identity_sealed,
         telephone_sealed, service_address, domicile_division, birth_day, capacity, represented_by
  FROM referral_parties
  WHERE referral = ANY($1::text[])
  ORDER BY referral, ordinal)"};
const Statement kReadAddresses{"party_addresses_read", R"(
  SELECT referral, party_id, kind, address
  FROM party_addresses
  WHERE referral = ANY($1::text[])
  ORDER BY referral, party_id, ordinal)"};
const Statement kReadRepresentatives{"party_representatives_read", R"(
  SELECT referral, party_id, representative_id, kind, display_name, identity_kind, identity_sealed,
         telephone_sealed, authority, evidence, last_day, create_time
  FROM party_representatives
  WHERE referral = ANY($1::text[])
  ORDER BY referral, party_id, ordinal)"};

namespace {

constexpr Statement kInsert{"referral_party_insert", R"(
  INSERT INTO referral_parties (referral, party_id, ordinal, kind, position, display_name,
                                identity_kind, identity_sealed, identity_match, telephone_sealed,
                                telephone_match, service_address, domicile_division, birth_day,
                                capacity, represented_by)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16))"};
// $1 referral, $2 party, $3 ordinal, $4 kind, $5 address.
constexpr Statement kInsertAddress{"party_address_insert", R"(
  INSERT INTO party_addresses (referral, party_id, ordinal, kind, address)
  VALUES ($1, $2, $3, $4, $5))"};
// In the order of the columns.
constexpr Statement kInsertRepresentative{"party_representative_insert", R"(
  INSERT INTO party_representatives (referral, party_id, representative_id, ordinal, kind,
                                     display_name, identity_kind, identity_sealed, identity_match,
                                     telephone_sealed, telephone_match, authority, evidence,
                                     last_day, create_time)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15))"};
// $1 referral, $2 principal, $3 time, $4 trace.
constexpr Statement kRecordRead{"party_read_record", R"(
  INSERT INTO party_reads (referral, principal, read_time, trace_id) VALUES ($1, $2, $3, $4))"};

std::string Purpose(const std::string& referral, const std::string& party_id,
                    std::string_view field) {
  return absl::StrCat("referrals/", referral, "/parties/", party_id, "#", std::string(field));
}

void AddSealed(postgres::Parameters* p, const StoreKeys& keys, const std::string& purpose,
               std::string_view match_kind, const std::string& value) {
  if (value.empty()) {
    p->Add(std::nullopt);
    p->Add(std::nullopt);
    return;
  }
  p->Add(postgres::Bytes{keys.sealing->Seal(purpose, value)});
  p->Add(postgres::Bytes{keys.match->Hash(match_kind, value)});
}

// Of one who acts for a party: sealed apart from the party's own values.
std::string ActingFor(const std::string& party_id, const std::string& representative_id) {
  return absl::StrCat(party_id, "/representatives/", representative_id);
}

void AddDetails(std::vector<postgres::Command>* commands, const StoreKeys& keys,
                const Referral& referral, const Party& party) {
  int ordinal = 0;
  for (const ServiceAddress& address : party.other_addresses) {
    commands->push_back(
        {&kInsertAddress, postgres::Parameters::Of(referral.id, party.party_id, ++ordinal,
                                                   Word(address.kind), address.address)});
  }
  ordinal = 0;
  for (const Representative& each : party.representatives) {
    const std::string who = ActingFor(party.party_id, each.representative_id);
    postgres::Parameters p =
        postgres::Parameters::Of(referral.id, party.party_id, each.representative_id, ++ordinal,
                                 Word(each.kind), each.display_name, Word(each.identity_kind));
    AddSealed(&p, keys, Purpose(referral.id, who, "identity_number"), Word(each.identity_kind),
              each.identity_number);
    AddSealed(&p, keys, Purpose(referral.id, who, "telephone"), "TELEPHONE", each.telephone);
    p.Add(Word(each.authority));
    p.Add(each.evidence);
    p.Add(each.last_day);
    p.Add(referral.create_time);
    commands->push_back({&kInsertRepresentative, std::move(p)});
  }
}

absl::StatusOr<std::string> OpenField(const StoreKeys& keys, const std::string& purpose,
                                      const std::optional<std::string>& sealed) {
  if (!sealed) return std::string();
  return keys.sealing->Open(purpose, *sealed);
}

}  // namespace

std::string PartyAccount(const StoreKeys& keys, const Party& party) {
  if (party.identity_number.empty()) return "";
  return keys.match->Hash(PartyAccountKind(Word(party.identity_kind)), party.identity_number);
}

Task<absl::Status> InsertParties(postgres::Transaction& transaction, const StoreKeys& keys,
                                 const Referral& referral) {
  std::vector<postgres::Command> commands;
  int ordinal = 0;
  for (const Party& party : referral.parties) {
    postgres::Parameters p;
    p.Add(referral.id);
    p.Add(party.party_id);
    p.Add(++ordinal);
    p.Add(Word(party.kind));
    p.Add(Word(party.position));
    p.Add(party.display_name);
    p.Add(Word(party.identity_kind));
    AddSealed(&p, keys, Purpose(referral.id, party.party_id, "identity_number"),
              Word(party.identity_kind), party.identity_number);
    AddSealed(&p, keys, Purpose(referral.id, party.party_id, "telephone"), "TELEPHONE",
              party.telephone);
    p.Add(party.service_address);
    p.Add(party.domicile_division);
    p.Add(party.birth_day);
    p.Add(Word(party.capacity));
    p.Add(party.represented_by);
    commands.push_back({&kInsert, std::move(p)});
    AddDetails(&commands, keys, referral, party);
  }
  auto inserted = co_await transaction.ExecuteAll(std::move(commands));
  co_return inserted.status();
}

absl::StatusOr<PartyRow> PartyOf(const StoreKeys& keys, const postgres::Row& row) {
  ColumnReader reader(row);
  PartyRow found;
  Party& party = found.party;
  found.referral = reader.Text();
  party.party_id = reader.Text();
  party.kind = PartyKindOf(reader.Text()).value_or(PartyKind::kPerson);
  party.position = PartyPositionOf(reader.Text()).value_or(PartyPosition::kApplicant);
  party.display_name = reader.Text();
  party.identity_kind = IdentityKindOf(reader.Text());
  MB_ASSIGN_OR_RETURN(party.identity_number,
                      OpenField(keys, Purpose(found.referral, party.party_id, "identity_number"),
                                reader.OptionalBytes()));
  MB_ASSIGN_OR_RETURN(party.telephone,
                      OpenField(keys, Purpose(found.referral, party.party_id, "telephone"),
                                reader.OptionalBytes()));
  party.service_address = reader.Text();
  party.domicile_division = reader.Text();
  party.birth_day = reader.OptionalDay();
  party.capacity = CapacityOf(reader.Text());
  party.represented_by = reader.Text();
  return found;
}

absl::StatusOr<RepresentativeRow> RepresentativeOf(const StoreKeys& keys,
                                                   const postgres::Row& row) {
  ColumnReader reader(row);
  RepresentativeRow found;
  found.referral = reader.Text();
  found.party_id = reader.Text();
  Representative& each = found.representative;
  each.representative_id = reader.Text();
  const std::string who = ActingFor(found.party_id, each.representative_id);
  each.kind = RepresentativeKindOf(reader.Text());
  each.display_name = reader.Text();
  each.identity_kind = IdentityKindOf(reader.Text());
  MB_ASSIGN_OR_RETURN(
      each.identity_number,
      OpenField(keys, Purpose(found.referral, who, "identity_number"), reader.OptionalBytes()));
  MB_ASSIGN_OR_RETURN(each.telephone, OpenField(keys, Purpose(found.referral, who, "telephone"),
                                                reader.OptionalBytes()));
  each.authority = AgentAuthorityOf(reader.Text());
  each.evidence = reader.Text();
  each.last_day = reader.OptionalDay();
  each.create_time = reader.Time();
  return found;
}

Task<absl::Status> RecordPartyRead(postgres::Database& database, absl::Time deadline,
                                   const std::string& referral, const std::string& principal,
                                   absl::Time now, const std::string& trace_id) {
  auto stored = co_await database.Query(deadline, kRecordRead, referral, principal, now, trace_id);
  co_return stored.status();
}

}  // namespace maplebridge::docking
