#include "services/docking/store/party_store.h"

#include <absl/strings/str_cat.h>

#include "services/docking/store/column_reader.h"

namespace maplebridge::docking {

using postgres::Statement;

const Statement kReadParties{"referral_parties_read", R"(
  SELECT referral, party_id, kind, position, display_name, identity_kind, identity_sealed,
         telephone_sealed, service_address, domicile_division
  FROM referral_parties
  WHERE referral = ANY($1::text[])
  ORDER BY referral, ordinal)"};

namespace {

constexpr Statement kInsert{"referral_party_insert", R"(
  INSERT INTO referral_parties (referral, party_id, ordinal, kind, position, display_name,
                                identity_kind, identity_sealed, identity_match, telephone_sealed,
                                telephone_match, service_address, domicile_division)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13))"};
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
    commands.push_back({&kInsert, std::move(p)});
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
  party.kind =
      reader.Text() == Word(PartyKind::kPerson) ? PartyKind::kPerson : PartyKind::kOrganisation;
  const std::string position = reader.Text();
  for (PartyPosition each :
       {PartyPosition::kApplicant, PartyPosition::kRespondent, PartyPosition::kThirdPerson}) {
    if (position == Word(each)) party.position = each;
  }
  party.display_name = reader.Text();
  const std::string identity_kind = reader.Text();
  for (int i = 0; i <= static_cast<int>(IdentityKind::kForeignPermanentResident); ++i) {
    const auto each = static_cast<IdentityKind>(i);
    if (identity_kind == Word(each)) party.identity_kind = each;
  }
  MB_ASSIGN_OR_RETURN(party.identity_number,
                      OpenField(keys, Purpose(found.referral, party.party_id, "identity_number"),
                                reader.OptionalBytes()));
  MB_ASSIGN_OR_RETURN(party.telephone,
                      OpenField(keys, Purpose(found.referral, party.party_id, "telephone"),
                                reader.OptionalBytes()));
  party.service_address = reader.Text();
  party.domicile_division = reader.Text();
  return found;
}

Task<absl::Status> RecordPartyRead(postgres::Database& database, absl::Time deadline,
                                   const std::string& referral, const std::string& principal,
                                   absl::Time now, const std::string& trace_id) {
  auto stored = co_await database.Query(deadline, kRecordRead, referral, principal, now, trace_id);
  co_return stored.status();
}

}  // namespace maplebridge::docking
