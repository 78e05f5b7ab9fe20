#include "services/docking/api/docking.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include "common/content/content_store.h"
#include "common/deadlines/deadline_clock.h"
#include "common/feed/event_log.h"
#include "common/identifier/case_number.h"
#include "common/reference/reference_data.h"
#include "common/server/etag.h"
#include "services/docking/api/words.h"
#include "services/docking/domain/docking_clock.h"
#include "services/docking/domain/referral_rule.h"
#include "services/docking/store/referral_row.h"

namespace maplebridge::docking {
namespace {

absl::Status CheckRight(const Caller& caller, const Referral& referral, StepRight right) {
  if (right == StepRight::kOwn) return absl::OkStatus();
  if (!MaySee(caller, ScopeOf(referral))) return NotFoundError(referral.name());
  switch (right) {
    case StepRight::kCourt:
      return RequireCourt(caller, referral.court);
    case StepRight::kOrganisation:
      return RequireOrganisation(caller, referral.organisation);
    case StepRight::kCourtOrOrganisation:
      return RequireCourt(caller, referral.court).ok()
                 ? absl::OkStatus()
                 : RequireOrganisation(caller, referral.organisation);
    case StepRight::kNobody:
    case StepRight::kOwn:
      break;
  }
  return absl::InternalError("a step without a right");
}

ReferralKind KindOf(const Referral& referral) {
  auto number = identifier::CaseNumber::Parse(referral.case_number);
  return EffectiveKind(referral, number.ok() ? StageOf(number->type) : CaseStage::kOther);
}

absl::Status RefusalError(const Referral& referral, ReferralEvent event, ReferralRefusal refusal) {
  if (refusal == ReferralRefusal::kWrongKind) {
    const bool entrusted = KindOf(referral) == ReferralKind::kEntrusted;
    return PreconditionError(
        reason::kGuardFailed, referral.name(),
        absl::StrCat(std::string(Word(event)), " is not for ",
                     entrusted
                         ? "an entrusted case, which is filed: the court resumes the trial, allows "
                           "the withdrawal of the suit or issues a mediation document (SIM 20)"
                         : "an appointed case, which is not filed: the court registers it, or the "
                           "parties apply for judicial confirmation (SIM 19)"));
  }
  return StateForbidsError(referral.name(), Word(referral.state), Word(event));
}

Task<absl::Status> MoveClock(const Docking& docking, postgres::Transaction& transaction,
                             const Call& call, OpenStep* step) {
  if (step->transition->clock == ClockStep::kKeep) co_return absl::OkStatus();
  Referral& referral = step->referral;
  MB_CO_ASSIGN_OR_RETURN(Clock next,
                         StartReferralClock(docking.calendar(), referral, step->transition->to,
                                            step->event, StepTime(call), step->until));
  if (!referral.clock.kind.empty() && referral.clock.kind != next.kind) {
    absl::Status met =
        co_await MeetDeadline(transaction, call, referral.name(), referral.clock.kind);
    if (!met.ok()) co_return met;
  }
  referral.clock = std::move(next);
  if (referral.clock.kind.empty()) co_return absl::OkStatus();
  DeadlineRow row;
  row.resource = referral.name();
  row.kind = referral.clock.kind;
  row.due_day = referral.clock.due_day;
  row.due_time = referral.clock.due_time;
  row.provisional = referral.clock.provisional;
  const std::string reason(Word(step->event));
  co_return co_await SetDeadline(transaction, call, row, reason);
}

Task<absl::Status> Store(const Docking& docking, postgres::Transaction& transaction,
                         const OpenStep& step) {
  if (step.from == ReferralState::kNone) {
    return InsertReferral(transaction, docking.keys, step.referral);
  }
  return UpdateReferral(transaction, step.referral);
}

}  // namespace

Docking::Docking(ServiceParts& service_parts)
    : parts(service_parts), keys{service_parts.sealing, service_parts.match} {}

const calendar::Calendar& Docking::calendar() const { return parts.reference_data->calendar(); }
const division::DivisionTree& Docking::divisions() const {
  return parts.reference_data->divisions();
}

absl::Time StepTime(const Call& call) {
  return absl::FromUnixMicros(absl::ToUnixMicros(call.now()));
}

EventChoice Always(ReferralEvent event) {
  return [event](const Referral&) -> absl::StatusOr<ReferralEvent> { return event; };
}

absl::StatusOr<OpenStep> AllowStep(Referral referral, ReferralEvent event, Asker asker) {
  const ReferralDecision decision = Decide(referral.state, event, KindOf(referral), asker);
  if (decision.transition == nullptr) return RefusalError(referral, event, decision.refusal);
  OpenStep step;
  step.from = referral.state;
  step.event = event;
  step.transition = decision.transition;
  step.referral = std::move(referral);
  return step;
}

Task<absl::StatusOr<OpenStep>> BeginStep(const Docking& docking, postgres::Transaction& transaction,
                                         const Call& call, const StepRequest& request) {
  auto referral = co_await LockReferral(transaction, docking.keys, request.id);
  if (!referral.ok()) co_return referral.status();
  MB_CO_RETURN_IF_ERROR(CheckRight(call.caller(), *referral, request.right));
  MB_CO_RETURN_IF_ERROR(CheckEtag(referral->name(), request.etag, referral->revision));
  MB_CO_ASSIGN_OR_RETURN(const ReferralEvent event, request.choose(*referral));
  co_return AllowStep(*std::move(referral), event, request.asker);
}

Task<absl::Status> FinishStep(const Docking& docking, postgres::Transaction& transaction,
                              const Call& call, OpenStep* step) {
  absl::Status moved = co_await MoveClock(docking, transaction, call, step);
  if (!moved.ok()) co_return moved;
  Referral& referral = step->referral;
  referral.state = step->transition->to;
  referral.update_time = StepTime(call);
  ++referral.revision;
  absl::Status stored = co_await Store(docking, transaction, *step);
  if (!stored.ok()) co_return stored;
  const v1::Referral payload = ReferralMessage(referral, PartyView::kBare);
  NewEvent event;
  event.type = Word(step->event);
  event.resource = referral.name();
  event.revision = referral.revision;
  event.from_state = Word(step->from);
  event.to_state = Word(referral.state);
  event.division = payload.division();
  event.organisation = referral.organisation;
  event.court = referral.court;
  event.payload = &payload;
  co_return co_await AppendEvent(transaction, call, *docking.parts.feed, event);
}

Task<absl::StatusOr<v1::Referral>> RereadReferral(const Docking& docking,
                                                  postgres::Transaction& transaction,
                                                  const Call& call, const std::string& name) {
  auto id = ReferralIdIn("name", name);
  if (!id.ok()) co_return id.status();
  auto referral = co_await ReadReferral(transaction, docking.keys, *id);
  if (!referral.ok()) co_return referral.status();
  if (!MaySee(call.caller(), ScopeOf(*referral))) co_return NotFoundError(name);
  co_return ReferralMessage(*referral, ViewOf(call.caller(), *referral));
}

absl::StatusOr<std::string> ReferralIdIn(std::string_view field, const std::string& name) {
  std::vector<std::string> parts = NameParts("referrals/*", name);
  if (parts.empty()) return FieldError(field, "must be referrals/{id}");
  return parts[0];
}

Task<absl::StatusOr<Referral>> FindVisible(const Docking& docking, const Call& call,
                                           std::string_view field, const std::string& name) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, ReferralIdIn(field, name));
  auto found = co_await FindReferral(docking.database(call), call.deadline(), docking.keys, id);
  if (!found.ok()) co_return found.status();
  if (!found->has_value() || !MaySee(call.caller(), ScopeOf(**found))) {
    co_return NotFoundError("referrals/" + id);
  }
  co_return **std::move(found);
}

absl::StatusOr<ListScope> ScopeOfList(const Caller& caller) {
  using namespace options::v1;  // the roles
  ListScope scope;
  if (caller.HasAny({ROLE_SERVICE, ROLE_AUDITOR, ROLE_MINISTRY})) return scope;
  if (caller.HasAny({ROLE_COURT_SYSTEM, ROLE_COURT_CLERK, ROLE_JUDGE})) {
    MB_RETURN_IF_ERROR(RequireCourt(caller, caller.court));
    scope.court = caller.court;
    return scope;
  }
  if (caller.HasAny({ROLE_MEDIATOR, ROLE_ORGANISATION_HEAD, ROLE_CENTRE})) {
    MB_RETURN_IF_ERROR(RequireOrganisation(caller, caller.organisation));
    scope.organisation = caller.organisation;
    return scope;
  }
  MB_RETURN_IF_ERROR(RequirePlace(caller, caller.division));
  auto code = division::DivisionCode::Parse(caller.division);
  if (!code.ok()) {
    return PermissionError(reason::kScopeNotAllowed, "your identity names no division");
  }
  scope.division_first = code->number();
  scope.division_last = code->LastNumber();
  return scope;
}

absl::Status ConsentMissingError(const Referral& referral,
                                 const std::vector<std::string>& party_ids, std::string_view what) {
  const std::string subject = party_ids.empty()
                                  ? referral.name()
                                  : absl::StrCat(referral.name(), "/parties/", party_ids.front());
  return PreconditionError(
      reason::kConsentMissing, subject,
      absl::StrCat(std::string(what), "; missing: ", absl::StrJoin(party_ids, ", ")));
}

Task<absl::StatusOr<bool>> AreMaterialsEqual(const Docking& docking, const Call& call,
                                             const Referral& referral) {
  for (const Material& material : referral.materials) {
    absl::Status verified = co_await VerifyContent(docking.database(call), call.deadline(),
                                                   *docking.keys.sealing, material.sha256);
    if (absl::IsDataLoss(verified)) co_return false;
    if (!verified.ok()) co_return verified;
  }
  co_return true;
}

}  // namespace maplebridge::docking
