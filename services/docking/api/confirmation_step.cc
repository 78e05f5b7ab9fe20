#include "services/docking/api/confirmation_step.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>

#include "common/deadlines/deadline_clock.h"
#include "common/feed/event_log.h"
#include "common/server/etag.h"
#include "services/docking/api/words.h"
#include "services/docking/store/confirmation_store.h"

namespace maplebridge::docking {
namespace {

constexpr std::string_view kPartyPrincipal = "callers/party-";

Task<absl::Status> MoveClock(const Docking& docking, postgres::Transaction& transaction,
                             const Call& call, OpenConfirmation* step) {
  if (step->transition->clock == ClockStep::kKeep) co_return absl::OkStatus();
  Confirmation& confirmation = step->confirmation;
  MB_CO_ASSIGN_OR_RETURN(
      Clock next, StartConfirmationClock(docking.calendar(), step->transition->to, step->event,
                                         StepTime(call), confirmation.window_day, step->limit));
  if (!confirmation.clock.kind.empty() && confirmation.clock.kind != next.kind) {
    absl::Status met =
        co_await MeetDeadline(transaction, call, confirmation.name(), confirmation.clock.kind);
    if (!met.ok()) co_return met;
  }
  confirmation.clock = std::move(next);
  if (confirmation.clock.kind.empty()) co_return absl::OkStatus();
  DeadlineRow row;
  row.resource = confirmation.name();
  row.kind = confirmation.clock.kind;
  row.due_day = confirmation.clock.due_day;
  row.due_time = confirmation.clock.due_time;
  row.provisional = confirmation.clock.provisional;
  const std::string reason(Word(step->event));
  co_return co_await SetDeadline(transaction, call, row, reason);
}

Task<absl::Status> Store(postgres::Transaction& transaction, const OpenConfirmation& step) {
  if (step.from != ConfirmationState::kNone) {
    co_return co_await UpdateConfirmation(transaction, step.confirmation);
  }
  auto inserted = co_await InsertConfirmation(transaction, step.confirmation);
  if (!inserted.ok()) co_return inserted.status();
  if (!*inserted) {
    co_return ExistsError(absl::StrCat(step.confirmation.referral, " (", step.referral.confirmation,
                                       " is under way)"));
  }
  co_return absl::OkStatus();
}

}  // namespace

std::string PartyBehind(const Docking& docking, const Caller& caller, const Referral& referral) {
  const std::string_view principal = caller.principal;
  if (!caller.Has(options::v1::ROLE_PARTY) || !principal.starts_with(kPartyPrincipal)) return "";
  const std::string_view hex = principal.substr(kPartyPrincipal.size());
  for (const Party& party : referral.parties) {
    const std::string account = PartyAccount(docking.keys, party);
    if (!account.empty() && absl::BytesToHexString(account) == hex) return party.party_id;
  }
  return "";
}

absl::Status CheckConfirmationRight(const Docking& docking, const Caller& caller,
                                    const Referral& referral, std::string_view resource,
                                    ConfirmationRight right) {
  if (right == ConfirmationRight::kOwn) return absl::OkStatus();
  if (right == ConfirmationRight::kNobody) return absl::InternalError("a step without a right");
  const bool is_party = !PartyBehind(docking, caller, referral).empty();
  if (!is_party && !MaySee(caller, ScopeOf(referral))) return NotFoundError(resource);
  const absl::Status of_court = RequireCourt(caller, referral.court);
  if (right == ConfirmationRight::kCourt || of_court.ok()) return of_court;
  return is_party ? absl::OkStatus() : RequireOrganisation(caller, referral.organisation);
}

absl::Status CheckActsFor(const Docking& docking, const Caller& caller, const Referral& referral,
                          const std::string& party_id) {
  const std::string own = PartyBehind(docking, caller, referral);
  if (own.empty() || own == party_id) return absl::OkStatus();
  return PermissionError(reason::kScopeNotAllowed, "a party acts for itself only");
}

ConfirmationChoice Always(ConfirmationEvent event) {
  return [event](const Confirmation&) -> absl::StatusOr<ConfirmationEvent> { return event; };
}

Task<absl::StatusOr<OpenConfirmation>> BeginConfirmation(const Docking& docking,
                                                         postgres::Transaction& transaction,
                                                         const Call& call,
                                                         const ConfirmationRequest& request) {
  // The referral of an application never changes, so it can be read before the lock.
  auto known = co_await ReadConfirmation(transaction, request.id);
  if (!known.ok()) co_return known.status();
  MB_CO_ASSIGN_OR_RETURN(const std::string referral_id, ReferralIdIn("referral", known->referral));
  OpenConfirmation step;
  auto referral = co_await LockReferral(transaction, docking.keys, referral_id);
  if (!referral.ok()) co_return referral.status();
  auto confirmation = co_await LockConfirmation(transaction, request.id);
  if (!confirmation.ok()) co_return confirmation.status();
  step.referral = *std::move(referral);
  step.confirmation = *std::move(confirmation);
  step.from = step.confirmation.state;
  MB_CO_RETURN_IF_ERROR(CheckConfirmationRight(docking, call.caller(), step.referral,
                                               step.confirmation.name(), request.right));
  MB_CO_RETURN_IF_ERROR(
      CheckEtag(step.confirmation.name(), request.etag, step.confirmation.revision));
  MB_CO_ASSIGN_OR_RETURN(step.event, request.choose(step.confirmation));
  step.transition = Decide(step.from, step.event, request.asker);
  if (step.transition == nullptr) {
    co_return StateForbidsError(step.confirmation.name(), Word(step.from), Word(step.event));
  }
  co_return step;
}

Task<absl::Status> FinishConfirmation(const Docking& docking, postgres::Transaction& transaction,
                                      const Call& call, OpenConfirmation* step) {
  absl::Status done = co_await MoveClock(docking, transaction, call, step);
  if (!done.ok()) co_return done;
  Confirmation& confirmation = step->confirmation;
  confirmation.state = step->transition->to;
  confirmation.update_time = StepTime(call);
  ++confirmation.revision;
  done = co_await Store(transaction, *step);
  if (!done.ok()) co_return done;
  const v1::Confirmation payload = ConfirmationMessage(confirmation);
  NewEvent event;
  event.type = Word(step->event);
  event.resource = confirmation.name();
  event.revision = confirmation.revision;
  event.from_state = Word(step->from);
  event.to_state = Word(confirmation.state);
  event.division = payload.division();
  event.organisation = confirmation.organisation;
  event.court = confirmation.court;
  event.payload = &payload;
  co_return co_await AppendEvent(transaction, call, *docking.parts.feed, event);
}

Task<absl::Status> MoveReferral(const Docking& docking, postgres::Transaction& transaction,
                                const Call& call, const OpenConfirmation& step,
                                ReferralEvent event) {
  auto open = AllowStep(step.referral, event, Asker::kDocking);
  if (!open.ok()) co_return open.status();
  Referral& referral = open->referral;
  if (event == ReferralEvent::kApplyForConfirmation) {
    referral.confirmation = step.confirmation.name();
  } else if (event != ReferralEvent::kConfirm) {
    referral.confirmation.clear();
  }
  if (event == ReferralEvent::kRefuseConfirmation) {
    // The parties may make a new agreement (CPL 206): a window as long as the first, from the
    // decision.
    referral.is_unconfirmed = true;
    auto window = WindowDeadline(docking.calendar(), calendar::ChinaDay(call.now()));
    if (!window.ok()) co_return window.status();
    referral.window_day = window->due_day;
  }
  co_return co_await FinishStep(docking, transaction, call, &*open);
}

Task<absl::Status> ReleaseReferral(const Docking& docking, postgres::Transaction& transaction,
                                   const Call& call, const OpenConfirmation& step) {
  // The registry, or the window's end, may have closed the referral before.
  if (step.referral.state != ReferralState::kAgreed ||
      step.referral.confirmation != step.confirmation.name()) {
    co_return absl::OkStatus();
  }
  const bool is_refused = step.confirmation.state == ConfirmationState::kNotAccepted ||
                          step.confirmation.state == ConfirmationState::kRejected ||
                          step.confirmation.state == ConfirmationState::kDismissed;
  co_return co_await MoveReferral(
      docking, transaction, call, step,
      is_refused ? ReferralEvent::kRefuseConfirmation : ReferralEvent::kEndConfirmation);
}

absl::StatusOr<std::string> ConfirmationIdIn(std::string_view field, const std::string& name) {
  std::vector<std::string> parts = NameParts("confirmations/*", name);
  if (parts.empty()) return FieldError(field, "must be confirmations/{id}");
  return parts[0];
}

Task<absl::StatusOr<v1::Confirmation>> RereadConfirmation(const Docking& docking,
                                                          postgres::Transaction& transaction,
                                                          const Call& call,
                                                          const std::string& name) {
  auto id = ConfirmationIdIn("name", name);
  if (!id.ok()) co_return id.status();
  auto confirmation = co_await ReadConfirmation(transaction, *id);
  if (!confirmation.ok()) co_return confirmation.status();
  if (MaySee(call.caller(), ScopeOf(*confirmation))) co_return ConfirmationMessage(*confirmation);
  MB_CO_ASSIGN_OR_RETURN(const std::string referral_id,
                         ReferralIdIn("referral", confirmation->referral));
  auto referral = co_await ReadReferral(transaction, docking.keys, referral_id);
  if (!referral.ok()) co_return referral.status();
  if (PartyBehind(docking, call.caller(), *referral).empty()) co_return NotFoundError(name);
  co_return ConfirmationMessage(*confirmation);
}

}  // namespace maplebridge::docking
