#include "common/party_message/party_message.h"

#include <absl/strings/str_cat.h>
#include <absl/time/time.h>

#include "common/sealing/sealing.h"
#include "common/server/enum_word.h"

namespace maplebridge {
namespace {

std::optional<absl::CivilDay> OptionalDay(const std::string& text, const std::string& field,
                                          FieldCheck* check) {
  if (text.empty()) return std::nullopt;
  absl::CivilDay day;
  if (absl::ParseCivilTime(text, &day) && absl::FormatCivilTime(day) == text) return day;
  check->Add(field, "must be a day as 2026-10-09");
  return std::nullopt;
}

void FillInFull(type::v1::Party* message, const Party& party) {
  message->set_identity_number(party.identity_number);
  message->set_telephone(party.telephone);
  if (party.birth_day) message->set_birth_day(absl::FormatCivilTime(*party.birth_day));
  for (const ServiceAddress& address : party.other_addresses) {
    type::v1::ServiceAddress* added = message->add_other_addresses();
    added->set_kind(EnumOf<type::v1::AddressKind>("ADDRESS_KIND_", Word(address.kind)));
    added->set_address(address.address);
  }
  for (const Representative& representative : party.representatives) {
    FillRepresentative(message->add_representatives(), representative);
  }
}

}  // namespace

void FillRepresentative(type::v1::Representative* message, const Representative& representative) {
  message->set_representative_id(representative.representative_id);
  message->set_kind(
      EnumOf<type::v1::RepresentativeKind>("REPRESENTATIVE_KIND_", Word(representative.kind)));
  message->set_display_name(representative.display_name);
  message->set_identity_kind(
      EnumOf<type::v1::IdentityKind>("IDENTITY_KIND_", Word(representative.identity_kind)));
  message->set_identity_number(representative.identity_number);
  message->set_telephone(representative.telephone);
  message->set_authority(
      EnumOf<type::v1::AgentAuthority>("AGENT_AUTHORITY_", Word(representative.authority)));
  message->set_evidence(representative.evidence);
  if (representative.last_day) {
    message->set_last_day(absl::FormatCivilTime(*representative.last_day));
  }
  if (representative.create_time != absl::InfinitePast()) {
    const timespec time = absl::ToTimespec(representative.create_time);
    message->mutable_create_time()->set_seconds(time.tv_sec);
    message->mutable_create_time()->set_nanos(static_cast<std::int32_t>(time.tv_nsec));
  }
}

void FillParty(type::v1::Party* message, const Party& party, PartyView view) {
  message->set_party_id(party.party_id);
  message->set_kind(EnumOf<type::v1::PartyKind>("PARTY_KIND_", Word(party.kind)));
  message->set_position(EnumOf<type::v1::PartyPosition>("PARTY_POSITION_", Word(party.position)));
  message->set_identity_kind(
      EnumOf<type::v1::IdentityKind>("IDENTITY_KIND_", Word(party.identity_kind)));
  message->set_domicile_division(party.domicile_division);
  message->set_represented_by(party.represented_by);
  if (view == PartyView::kBare) return;
  message->set_display_name(party.display_name);
  message->set_service_address(party.service_address);
  message->set_capacity(EnumOf<type::v1::Capacity>("CAPACITY_", Word(party.capacity)));
  if (view == PartyView::kFull) {
    FillInFull(message, party);
    return;
  }
  if (!party.identity_number.empty()) message->set_identity_number(Mask(party.identity_number));
  if (!party.telephone.empty()) message->set_telephone(Mask(party.telephone));
}

Representative RepresentativeOf(const type::v1::Representative& message, const std::string& path,
                                FieldCheck* check) {
  Representative representative;
  representative.representative_id = message.representative_id();
  representative.kind = RepresentativeKindOf(WordOf("REPRESENTATIVE_KIND_", message.kind()));
  representative.display_name = message.display_name();
  representative.identity_kind = IdentityKindOf(WordOf("IDENTITY_KIND_", message.identity_kind()));
  representative.identity_number = message.identity_number();
  representative.telephone = message.telephone();
  representative.authority = AgentAuthorityOf(WordOf("AGENT_AUTHORITY_", message.authority()));
  representative.evidence = message.evidence();
  representative.last_day = OptionalDay(message.last_day(), path + ".last_day", check);
  return representative;
}

Party PartyOf(const type::v1::Party& message, const std::string& path, FieldCheck* check) {
  Party party;
  party.party_id = message.party_id();
  party.kind = PartyKindOf(WordOf("PARTY_KIND_", message.kind())).value_or(PartyKind::kPerson);
  party.position = PartyPositionOf(WordOf("PARTY_POSITION_", message.position()))
                       .value_or(PartyPosition::kApplicant);
  party.display_name = message.display_name();
  party.identity_kind = IdentityKindOf(WordOf("IDENTITY_KIND_", message.identity_kind()));
  party.identity_number = message.identity_number();
  party.telephone = message.telephone();
  party.service_address = message.service_address();
  party.domicile_division = message.domicile_division();
  party.birth_day = OptionalDay(message.birth_day(), path + ".birth_day", check);
  party.capacity = CapacityOf(WordOf("CAPACITY_", message.capacity()));
  party.represented_by = message.represented_by();
  for (const type::v1::ServiceAddress& address : message.other_addresses()) {
    party.other_addresses.push_back(
        {AddressKindOf(WordOf("ADDRESS_KIND_", address.kind())), address.address()});
  }
  for (int i = 0; i < message.representatives_size(); ++i) {
    const std::string below = absl::StrCat(path, ".representatives[", i, "]");
    party.representatives.push_back(RepresentativeOf(message.representatives(i), below, check));
  }
  return party;
}

}  // namespace maplebridge
