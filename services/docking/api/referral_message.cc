#include "services/docking/api/referral_message.h"

#include "common/division/division_code.h"
#include "common/sealing/sealing.h"
#include "common/server/etag.h"
#include "services/docking/api/words.h"

namespace maplebridge::docking {
namespace {

void FillConsents(v1::Referral* message, const Referral& referral) {
  for (const Consent& consent : referral.consents) {
    v1::Consent* target = message->add_consents();
    target->set_party_id(consent.party_id);
    if (consent.decision.empty()) continue;
    target->set_decision(EnumOf<v1::ConsentDecision>("CONSENT_DECISION_", consent.decision));
    target->set_evidence(consent.evidence);
    SetTime(target->mutable_decision_time(), consent.decision_time);
  }
}

void FillExtensions(v1::Referral* message, const Referral& referral) {
  for (const Extension& extension : referral.extensions) {
    v1::Extension* target = message->add_extensions();
    target->set_until(DayWord(extension.until));
    for (const std::string& party : extension.party_ids) target->add_party_ids(party);
    target->set_evidence(extension.evidence);
    SetTime(target->mutable_create_time(), extension.create_time);
  }
}

void FillRecord(v1::UndisputedFactsRecord* message, const UndisputedFactsRecord& record) {
  for (const UndisputedFact& fact : record.facts) {
    v1::UndisputedFact* target = message->add_facts();
    target->set_text(fact.text);
    for (const std::string& party : fact.agreed_party_ids) target->add_agreed_party_ids(party);
    for (const std::string& ground : fact.not_exempt_grounds) {
      target->add_not_exempt_grounds(EnumOf<v1::NotExemptGround>("NOT_EXEMPT_GROUND_", ground));
    }
    target->set_exempt(fact.not_exempt_grounds.empty());
  }
  for (const std::string& party : record.signed_party_ids) message->add_signed_party_ids(party);
  message->set_mediator(record.mediator);
  SetTime(message->mutable_record_time(), record.record_time);
}

void FillOutcome(v1::Referral* message, const Referral& referral) {
  if (referral.settlement) {
    v1::Settlement* target = message->mutable_settlement();
    target->set_agreement(referral.settlement->agreement);
    target->set_document(referral.settlement->document);
    target->set_sha256(referral.settlement->sha256);
    target->set_obligation_count(referral.settlement->obligation_count);
    target->set_effective_day(DayWord(referral.settlement->effective_day));
    SetTime(target->mutable_conclude_time(), referral.settlement->conclude_time);
  }
  if (referral.conclusion) {
    v1::Conclusion* target = message->mutable_conclusion();
    target->set_reason(
        EnumOf<v1::ConclusionReason>("CONCLUSION_REASON_", referral.conclusion->reason));
    target->set_document(referral.conclusion->document);
    target->set_sha256(referral.conclusion->sha256);
    target->set_materials_equal(referral.conclusion->materials_equal);
    SetTime(target->mutable_conclude_time(), referral.conclusion->conclude_time);
  }
  if (referral.withdrawal) {
    v1::Withdrawal* target = message->mutable_withdrawal();
    target->set_by(EnumOf<v1::WithdrawalBy>("WITHDRAWAL_BY_", referral.withdrawal->by));
    target->set_reason(referral.withdrawal->reason);
    SetTime(target->mutable_withdraw_time(), referral.withdrawal->withdraw_time);
  }
  if (referral.undisputed_facts) {
    FillRecord(message->mutable_undisputed_facts(), *referral.undisputed_facts);
  }
}

void FillCourse(v1::Referral* message, const Referral& referral) {
  if (!referral.clock.kind.empty()) {
    v1::ReferralDeadline* target = message->mutable_deadline();
    target->set_clock(EnumOf<v1::ReferralClock>("REFERRAL_CLOCK_", referral.clock.kind));
    SetDeadlineMessage(target->mutable_deadline(), referral.clock);
    SetTime(target->mutable_start_time(), referral.clock.start_time);
  }
  if (referral.progress) {
    v1::Progress* target = message->mutable_latest_progress();
    target->set_type(referral.progress->type);
    target->set_resource(referral.progress->resource);
    SetTime(target->mutable_event_time(), referral.progress->event_time);
  }
  if (referral.decline) {
    v1::Decline* target = message->mutable_decline();
    target->set_reason(EnumOf<v1::DeclineReason>("DECLINE_REASON_", referral.decline->reason));
    target->set_text(referral.decline->text);
    target->set_organisation(referral.decline->organisation);
    SetTime(target->mutable_decline_time(), referral.decline->decline_time);
  }
  if (referral.roster_time) SetTime(message->mutable_roster_time(), *referral.roster_time);
  if (referral.accept_time) SetTime(message->mutable_accept_time(), *referral.accept_time);
  if (referral.acknowledge_time) {
    SetTime(message->mutable_acknowledge_time(), *referral.acknowledge_time);
  }
}

}  // namespace

bool HoldsCase(const Referral& referral) {
  return referral.state == ReferralState::kSent || referral.accept_time.has_value();
}

PartyView ViewOf(const Caller& caller, const Referral& referral) {
  const bool of_case = (!caller.organisation.empty() &&
                        caller.organisation == referral.organisation && HoldsCase(referral)) ||
                       (!caller.court.empty() && caller.court == referral.court) ||
                       caller.is_service();
  return of_case ? PartyView::kMasked : PartyView::kBare;
}

ResourceScope ScopeOf(const Referral& referral) {
  return {division::DivisionCode::FromNumber(referral.division).ToString(), referral.organisation,
          referral.court};
}

v1::Material MaterialMessage(const Material& material) {
  v1::Material message;
  message.set_name(material.name());
  message.set_title(material.title);
  message.set_media_type(material.media_type);
  message.set_size(material.size);
  message.set_sha256(material.sha256);
  message.set_sm3(material.sm3);
  SetTime(message.mutable_create_time(), material.create_time);
  return message;
}

v1::Referral ReferralMessage(const Referral& referral, PartyView view) {
  v1::Referral message;
  message.set_name(referral.name());
  message.set_court(referral.court);
  message.set_case_number(referral.case_number);
  message.set_category(referral.category);
  message.set_category_text(referral.category_text);
  message.set_division(division::DivisionCode::FromNumber(referral.division).ToString());
  message.set_summary(referral.summary);
  message.set_amount_fen(referral.amount_fen);
  for (const Party& party : referral.parties) FillParty(message.add_parties(), party, view);
  FillConsents(&message, referral);
  message.set_guidance(referral.guidance);
  message.set_kind(EnumOf<v1::ReferralKind>("REFERRAL_KIND_", Word(referral.kind)));
  message.set_procedure(EnumOf<v1::TrialProcedure>("TRIAL_PROCEDURE_", referral.procedure));
  message.set_choice(EnumOf<v1::OrganisationChoice>("ORGANISATION_CHOICE_", referral.choice));
  message.set_organisation(referral.organisation);
  message.set_state(EnumOf<v1::ReferralState>("REFERRAL_STATE_", Word(referral.state)));
  for (const Material& material : referral.materials) {
    *message.add_materials() = MaterialMessage(material);
  }
  message.set_dispute(referral.dispute);
  message.set_mediator(referral.mediator);
  FillCourse(&message, referral);
  FillExtensions(&message, referral);
  FillOutcome(&message, referral);
  message.set_confirmation(referral.confirmation);
  message.set_filed_case_number(referral.filed_case_number);
  SetTime(message.mutable_create_time(), referral.create_time);
  SetTime(message.mutable_update_time(), referral.update_time);
  message.set_revision(referral.revision);
  message.set_etag(Etag(referral.revision));
  message.set_urge_count(referral.urge_count);
  return message;
}

UndisputedFactsRecord RecordOf(const v1::UndisputedFactsRecord& message) {
  UndisputedFactsRecord record;
  for (const v1::UndisputedFact& fact : message.facts()) {
    UndisputedFact& target = record.facts.emplace_back();
    target.text = fact.text();
    target.agreed_party_ids.assign(fact.agreed_party_ids().begin(), fact.agreed_party_ids().end());
    for (int ground : fact.not_exempt_grounds()) {
      target.not_exempt_grounds.push_back(
          WordOf("NOT_EXEMPT_GROUND_", static_cast<v1::NotExemptGround>(ground)));
    }
  }
  record.signed_party_ids.assign(message.signed_party_ids().begin(),
                                 message.signed_party_ids().end());
  record.mediator = message.mediator();
  return record;
}

}  // namespace maplebridge::docking
