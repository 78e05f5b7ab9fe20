#include "services/registry/api/dispute_message.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/division/division_code.h"
#include "common/server/etag.h"
#include "services/registry/api/words.h"

namespace maplebridge::registry {
namespace {

void FillDocument(v1::DocumentReference* message, const Dispute& dispute,
                  const Conclusion& conclusion) {
  message->set_document(absl::StrCat(dispute.name(), "/documents/", conclusion.document_id));
  message->set_number(conclusion.document_number);
  message->set_sha256(conclusion.sha256);
  message->set_sm3(conclusion.sm3);
}

void FillConclusion(v1::Conclusion* message, const Dispute& dispute) {
  const Conclusion& conclusion = dispute.conclusion;
  message->set_kind(EnumOf<v1::ConclusionKind>("CONCLUSION_KIND_", conclusion.kind));
  message->set_reason(EnumOf<v1::ConclusionReason>("CONCLUSION_REASON_", conclusion.reason));
  message->set_explanation(conclusion.explanation);
  if (conclusion.agreement > 0) {
    message->set_agreement(absl::StrCat(dispute.name(), "/agreements/", conclusion.agreement));
  }
  if (!conclusion.document_id.empty()) {
    FillDocument(message->mutable_document(), dispute, conclusion);
  }
  if (conclusion.effective_day) message->set_effective_day(DayWord(*conclusion.effective_day));
  SetTime(message->mutable_conclude_time(), conclusion.conclude_time);
  if (conclusion.confirmation) {
    SetDeadlineMessage(message->mutable_confirmation_deadline(), *conclusion.confirmation);
  }
}

void FillPerformance(v1::Dispute* message, const Dispute& dispute) {
  message->set_owed_amount_fen(dispute.owed_fen);
  message->set_performed_amount_fen(dispute.performed_fen);
  message->set_overdue_count(dispute.overdue_count);
  message->set_late_count(dispute.late_count);
  message->set_urging_count(dispute.urging_count);
  message->set_performance_count(dispute.performance_count);
  if (!dispute.performed_day) return;
  message->set_performed_day(DayWord(*dispute.performed_day));
  if (!dispute.conclusion.effective_day) return;
  // What was done before the agreement took effect was done at once.
  const auto days = *dispute.performed_day - *dispute.conclusion.effective_day;
  message->set_days_to_perform(static_cast<std::int32_t>(std::max(days, decltype(days){0})));
}

}  // namespace

ResourceScope ScopeOf(const Dispute& dispute) {
  return {division::DivisionCode::FromNumber(dispute.division).ToString(), dispute.organisation,
          dispute.court};
}

bool ReadsBeside(const Caller& caller, const Dispute& dispute) {
  using namespace options::v1;  // the roles
  if (caller.organisation.empty() ||
      !caller.HasAny({ROLE_MEDIATOR, ROLE_ORGANISATION_HEAD, ROLE_CENTRE})) {
    return false;
  }
  const auto& joined = dispute.joint_organisations;
  return (caller.organisation == dispute.centre && caller.Has(ROLE_CENTRE)) ||
         std::find(joined.begin(), joined.end(), caller.organisation) != joined.end();
}

PartyView ViewOf(const Caller& caller, const Dispute& dispute) {
  const bool of_case =
      ReadsBeside(caller, dispute) ||
      (!caller.organisation.empty() && caller.organisation == dispute.organisation) ||
      (!caller.court.empty() && caller.court == dispute.court) || caller.is_service();
  return of_case ? PartyView::kMasked : PartyView::kBare;
}

void FillDispute(v1::Dispute* message, const Dispute& dispute, PartyView view) {
  message->set_name(dispute.name());
  message->set_state(EnumOf<v1::DisputeState>("DISPUTE_STATE_", Word(dispute.state)));
  message->set_category(dispute.category);
  message->set_category_text(dispute.category_text);
  message->set_sub_category(dispute.sub_category);
  message->set_source(EnumOf<v1::DisputeSource>("DISPUTE_SOURCE_", dispute.source));
  message->set_division(division::DivisionCode::FromNumber(dispute.division).ToString());
  message->set_organisation(dispute.organisation);
  message->set_summary(dispute.summary);
  for (const Party& party : dispute.parties) FillParty(message->add_parties(), party, view);
  message->set_claimed_amount_fen(dispute.claimed_amount_fen);
  message->set_difficulty(EnumOf<v1::Difficulty>("DIFFICULTY_", dispute.difficulty));
  for (const std::string& mediator : dispute.mediators) message->add_mediators(mediator);
  message->set_referral(dispute.referral);
  message->set_court(dispute.court);
  message->set_party_count(static_cast<std::int32_t>(dispute.parties.size()));
  message->set_session_count(dispute.session_count);
  message->set_obligation_count(dispute.obligation_count);
  message->set_performed_count(dispute.performed_count);
  if (!dispute.conclusion.kind.empty()) FillConclusion(message->mutable_conclusion(), dispute);
  if (!dispute.clock.kind.empty()) {
    message->set_clock(dispute.clock.kind);
    SetDeadlineMessage(message->mutable_deadline(), dispute.clock);
  }
  message->set_overdue(dispute.overdue);
  message->set_decline_reason(EnumOf<v1::DeclineReason>("DECLINE_REASON_", dispute.decline_reason));
  message->set_decline_advice(dispute.decline_advice);
  message->set_breach_count(dispute.breach_count);
  message->set_follow_up_count(dispute.follow_up_count);
  message->set_satisfaction(dispute.satisfaction);
  message->set_relapsed(dispute.relapsed);
  message->set_unperformed_reason(
      EnumOf<v1::UnperformedReason>("UNPERFORMED_REASON_", dispute.unperformed_reason));
  message->set_set_aside_case_number(dispute.set_aside_case_number);
  message->set_retention(EnumOf<v1::Retention>("RETENTION_", dispute.retention));
  if (dispute.archive_time) SetTime(message->mutable_archive_time(), *dispute.archive_time);
  message->set_offered_organisation(dispute.offered_organisation);
  if (!dispute.merged_into.empty()) message->set_merged_into("disputes/" + dispute.merged_into);
  message->set_transfer_count(dispute.transfer_count);
  message->set_helper_count(dispute.helper_count);
  message->set_recusal_count(dispute.recusal_count);
  message->set_escalation_count(dispute.escalation_count);
  FillPerformance(message, dispute);
  SetTime(message->mutable_create_time(), dispute.create_time);
  if (dispute.accept_time) SetTime(message->mutable_accept_time(), *dispute.accept_time);
  SetTime(message->mutable_update_time(), dispute.update_time);
  message->set_revision(dispute.revision);
  message->set_etag(Etag(dispute.revision));
  message->set_rules_version(dispute.rules_version);
}

v1::Dispute DisputeMessage(const Dispute& dispute, PartyView view) {
  v1::Dispute message;
  FillDispute(&message, dispute, view);
  return message;
}

void FillSession(v1::Session* message, const Session& session) {
  message->set_name(absl::StrCat("disputes/", session.dispute, "/sessions/", session.ordinal));
  message->set_kind(EnumOf<v1::SessionKind>("SESSION_KIND_", session.kind));
  SetTime(message->mutable_start_time(), session.start_time);
  SetTime(message->mutable_end_time(), session.end_time);
  message->set_place(session.place);
  for (const std::string& mediator : session.mediators) message->add_mediators(mediator);
  for (const std::string& party : session.party_ids) message->add_party_ids(party);
  message->set_rights_told(session.rights_told);
  message->set_minutes(session.minutes);
  SetTime(message->mutable_create_time(), session.create_time);
  message->set_dispute_revision(session.dispute_revision);
  if (session.planned_session > 0) {
    message->set_planned_session(
        absl::StrCat("disputes/", session.dispute, "/plannedSessions/", session.planned_session));
  }
}

}  // namespace maplebridge::registry
