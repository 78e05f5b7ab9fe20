#include "services/docking/api/send_referral.h"

#include <absl/strings/str_cat.h>

#include "common/identifier/case_number.h"
#include "services/docking/api/change_referral.h"
#include "services/docking/api/roster_peer.h"
#include "services/docking/api/words.h"
#include "services/docking/domain/referral_rule.h"

namespace maplebridge::docking {
namespace {

absl::Status CheckSending(const v1::SendReferralRequest& request) {
  FieldCheck check;
  check.Require(!NameParts("organisations/*", request.organisation()).empty(), "organisation",
                "must be organisations/{id}");
  const bool is_entrusted = request.kind() == v1::REFERRAL_KIND_ENTRUSTED;
  const bool has_procedure = request.procedure() != v1::TRIAL_PROCEDURE_UNSPECIFIED;
  check.Require(is_entrusted == has_procedure, "procedure",
                is_entrusted ? "is required for an entrusted case: it sets the limit (SIM 27)"
                             : "must be unset for an appointed case, which is not filed");
  return check.status();
}

absl::Status CheckKind(const Referral& referral, ReferralKind kind) {
  auto number = identifier::CaseNumber::Parse(referral.case_number);
  const ReferralKind allowed =
      number.ok() ? KindAt(StageOf(number->type)) : ReferralKind::kUnspecified;
  if (kind == allowed) return absl::OkStatus();
  return PreconditionError(
      reason::kGuardFailed, referral.name(),
      absl::StrCat("a case numbered ", referral.case_number, " is ",
                   allowed == ReferralKind::kAppointed ? "not filed yet: it is APPOINTED 委派"
                                                       : "filed: it is ENTRUSTED 委托"));
}

// Not all parties have consented: say who, rather than that the state forbids it.
absl::StatusOr<ReferralEvent> ChooseSending(const Referral& referral) {
  if (referral.state == ReferralState::kGuided) {
    return ConsentMissingError(referral, MissingConsents(referral),
                               "mediation needs the consent of every party (Opinion 3-2, PML 17)");
  }
  return ReferralEvent::kSend;
}

}  // namespace

Task<absl::StatusOr<v1::Referral>> SendReferral(Docking& docking, Call& call,
                                                const v1::SendReferralRequest& request) {
  MB_CO_RETURN_IF_ERROR(CheckSending(request));
  const bool by_court = request.choice() == v1::ORGANISATION_CHOICE_COURT;
  const std::string court = by_court ? call.caller().court : std::string();
  // Asked before the transaction; what it says counts only once the referral itself may be sent.
  const absl::StatusOr<RosterAnswer> answer =
      co_await AskRoster(docking, call, request.organisation(), court);
  StepBody body = [&](postgres::Transaction&, OpenStep& step) -> Task<absl::Status> {
    Referral& referral = step.referral;
    const ReferralKind kind = ReferralKindOf(WordOf("REFERRAL_KIND_", request.kind()));
    MB_CO_RETURN_IF_ERROR(CheckKind(referral, kind));
    if (!answer.ok()) co_return answer.status();
    MB_CO_RETURN_IF_ERROR(CheckRosterAnswer(*answer, request.organisation(), court));
    referral.kind = kind;
    referral.procedure = WordOf("TRIAL_PROCEDURE_", request.procedure());
    referral.choice = WordOf("ORGANISATION_CHOICE_", request.choice());
    referral.organisation = request.organisation();
    referral.roster_time = answer->roster_time;
    referral.decline.reset();
    co_return absl::OkStatus();
  };
  co_return co_await ChangeReferral(docking, call, request, StepRight::kCourt, &ChooseSending,
                                    body);
}

Task<absl::StatusOr<v1::Referral>> AcceptReferral(Docking& docking, Call& call,
                                                  const v1::AcceptReferralRequest& request) {
  auto before = co_await FindVisible(docking, call, "name", request.name());
  if (!before.ok()) co_return before.status();
  // Chosen with old data: look again, now that the roster may be there.
  absl::Status may_take;
  if (before->roster_time && before->state == ReferralState::kSent) {
    const std::string court = before->choice == "COURT" ? before->court : std::string();
    auto answer = co_await AskRoster(docking, call, before->organisation, court);
    if (answer.ok()) may_take = CheckRosterAnswer(*answer, before->organisation, court);
  }
  StepBody body = [&](postgres::Transaction&, OpenStep& step) -> Task<absl::Status> {
    MB_CO_RETURN_IF_ERROR(may_take);
    step.referral.accept_time = StepTime(call);
    co_return absl::OkStatus();
  };
  co_return co_await ChangeReferral(docking, call, request, StepRight::kOrganisation,
                                    Always(ReferralEvent::kAccept), body);
}

Task<absl::StatusOr<v1::Referral>> DeclineReferral(Docking& docking, Call& call,
                                                   const v1::DeclineReferralRequest& request) {
  FieldCheck check;
  check.Require(request.reason() != v1::DECLINE_REASON_NOT_ANSWERED_IN_TIME, "reason",
                "NOT_ANSWERED_IN_TIME is set by the clock only");
  const bool is_other = request.reason() == v1::DECLINE_REASON_OTHER;
  std::string wrong = CheckText(request.text(), is_other ? 1 : 0, 500);
  check.Require(wrong.empty(), "text", wrong);
  MB_CO_RETURN_IF_ERROR(check.status());
  StepBody body = [&](postgres::Transaction&, OpenStep& step) -> Task<absl::Status> {
    Decline& decline = step.referral.decline.emplace();
    decline.reason = WordOf("DECLINE_REASON_", request.reason());
    decline.text = request.text();
    decline.organisation = step.referral.organisation;
    decline.decline_time = StepTime(call);
    co_return absl::OkStatus();
  };
  co_return co_await ChangeReferral(docking, call, request, StepRight::kOrganisation,
                                    Always(ReferralEvent::kDecline), body);
}

}  // namespace maplebridge::docking
