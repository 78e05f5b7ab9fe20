#include "services/roster/api/messages.h"

#include "common/division/division_code.h"
#include "common/sealing/sealing.h"
#include "common/server/etag.h"
#include "services/roster/api/words.h"

namespace maplebridge::roster {

std::string DivisionText(std::uint64_t division) {
  return division::DivisionCode::FromNumber(division).ToString();
}

v1::Organisation OrganisationMessage(const Organisation& organisation) {
  v1::Organisation message;
  message.set_name(organisation.name());
  message.set_display_name(organisation.display_name);
  message.set_kind(EnumOf<v1::OrganisationKind>("ORGANISATION_KIND_", organisation.kind));
  message.set_division(DivisionText(organisation.division));
  message.set_founding_unit(organisation.founding_unit);
  message.set_office_address(organisation.office_address);
  message.set_office_telephone(organisation.office_telephone);
  message.set_seal(organisation.seal);
  message.set_state(EnumOf<v1::OrganisationState>("ORGANISATION_STATE_", Word(organisation.state)));
  message.set_mediator_count(organisation.mediator_count);
  SetTime(message.mutable_create_time(), organisation.create_time);
  SetTime(message.mutable_update_time(), organisation.update_time);
  if (organisation.publish_time) {
    SetTime(message.mutable_publish_time(), *organisation.publish_time);
  }
  message.set_revision(organisation.revision);
  message.set_etag(Etag(organisation.revision));
  return message;
}

v1::Mediator MediatorMessage(const Mediator& mediator, MediatorView view) {
  v1::Mediator message;
  message.set_name(mediator.name());
  message.set_display_name(mediator.display_name);
  if (view == MediatorView::kMasked) {
    message.set_identity_number(Mask(mediator.identity_number));
    if (!mediator.telephone.empty()) message.set_telephone(Mask(mediator.telephone));
  }
  message.set_sex(EnumOf<v1::Sex>("SEX_", Word(mediator.sex)));
  message.set_employment(EnumOf<v1::Employment>("EMPLOYMENT_", Word(mediator.employment)));
  message.set_head(mediator.is_head);
  message.set_source_profession(mediator.source_profession);
  for (const std::string& field : mediator.fields) message.add_fields(field);
  message.set_state(EnumOf<v1::MediatorState>("MEDIATOR_STATE_", Word(mediator.state)));
  SetTime(message.mutable_create_time(), mediator.create_time);
  message.set_revision(mediator.revision);
  message.set_etag(Etag(mediator.revision));
  return message;
}

v1::CourtRosterEntry EntryMessage(const CourtRosterEntry& entry) {
  v1::CourtRosterEntry message;
  message.set_name(entry.name());
  message.set_organisation("organisations/" + entry.organisation);
  SetTime(message.mutable_create_time(), entry.create_time);
  message.set_revision(entry.revision);
  return message;
}

}  // namespace maplebridge::roster
