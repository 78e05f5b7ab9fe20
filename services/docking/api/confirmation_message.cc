#include "services/docking/api/confirmation_message.h"

#include "common/division/division_code.h"
#include "common/server/etag.h"
#include "services/docking/api/words.h"

namespace maplebridge::docking {
namespace {

void FillParts(v1::Confirmation* message, const Confirmation& confirmation) {
  for (const std::string& matter : confirmation.matters) {
    message->add_matters(EnumOf<v1::ConfirmationMatter>("CONFIRMATION_MATTER_", matter));
  }
  for (const ConfirmationDocument& document : confirmation.documents) {
    v1::ConfirmationDocument* target = message->add_documents();
    target->set_kind(
        EnumOf<v1::ConfirmationDocumentKind>("CONFIRMATION_DOCUMENT_KIND_", document.kind));
    target->set_document(document.document);
    target->set_sha256(document.sha256);
  }
  for (const Applicant& applicant : confirmation.applicants) {
    v1::Applicant* target = message->add_applicants();
    target->set_party_id(applicant.party_id);
    target->set_joined(applicant.joined);
    target->set_evidence(applicant.evidence);
    if (applicant.joined) SetTime(target->mutable_join_time(), applicant.join_time);
  }
}

void FillDecision(v1::Confirmation* message, const Confirmation& confirmation) {
  message->set_case_number(confirmation.case_number);
  message->set_ruling_number(confirmation.ruling_number);
  message->set_not_accepted_ground(
      EnumOf<v1::NotAcceptedGround>("NOT_ACCEPTED_GROUND_", confirmation.not_accepted_ground));
  message->set_rejection_ground(
      EnumOf<v1::RejectionGround>("REJECTION_GROUND_", confirmation.rejection_ground));
  message->set_withdrawal_reason(EnumOf<v1::ConfirmationWithdrawalReason>(
      "CONFIRMATION_WITHDRAWAL_REASON_", confirmation.withdrawal_reason));
  message->set_article(confirmation.article);
  if (confirmation.submit_time) SetTime(message->mutable_submit_time(), *confirmation.submit_time);
  if (confirmation.decide_time) SetTime(message->mutable_decide_time(), *confirmation.decide_time);
}

}  // namespace

ResourceScope ScopeOf(const Confirmation& confirmation) {
  return {division::DivisionCode::FromNumber(confirmation.division).ToString(),
          confirmation.organisation, confirmation.court};
}

v1::Confirmation ConfirmationMessage(const Confirmation& confirmation) {
  v1::Confirmation message;
  message.set_name(confirmation.name());
  message.set_referral(confirmation.referral);
  message.set_dispute(confirmation.dispute);
  message.set_agreement(confirmation.agreement);
  message.set_agreement_sha256(confirmation.agreement_sha256);
  message.set_effective_day(DayWord(confirmation.effective_day));
  message.set_court(confirmation.court);
  message.set_organisation(confirmation.organisation);
  message.set_division(division::DivisionCode::FromNumber(confirmation.division).ToString());
  message.set_agent_acts(confirmation.agent_acts);
  FillParts(&message, confirmation);
  message.set_state(EnumOf<v1::ConfirmationState>("CONFIRMATION_STATE_", Word(confirmation.state)));
  if (!confirmation.clock.kind.empty()) {
    v1::ConfirmationDeadline* target = message.mutable_deadline();
    target->set_clock(
        EnumOf<v1::ConfirmationClock>("CONFIRMATION_CLOCK_", confirmation.clock.kind));
    SetDeadlineMessage(target->mutable_deadline(), confirmation.clock);
    SetTime(target->mutable_start_time(), confirmation.clock.start_time);
  }
  FillDecision(&message, confirmation);
  SetTime(message.mutable_create_time(), confirmation.create_time);
  SetTime(message.mutable_update_time(), confirmation.update_time);
  message.set_revision(confirmation.revision);
  message.set_etag(Etag(confirmation.revision));
  message.set_urge_count(confirmation.urge_count);
  return message;
}

std::vector<ConfirmationDocument> DocumentsOf(
    const google::protobuf::RepeatedPtrField<v1::ConfirmationDocument>& documents) {
  std::vector<ConfirmationDocument> values;
  for (const v1::ConfirmationDocument& document : documents) {
    values.push_back({WordOf("CONFIRMATION_DOCUMENT_KIND_", document.kind()), document.document(),
                      document.sha256()});
  }
  return values;
}

}  // namespace maplebridge::docking
