#include "services/docking/api/court_steps.h"

#include "common/identifier/case_number.h"
#include "common/status/error.h"
#include "services/docking/api/change_referral.h"
#include "services/docking/domain/referral_rule.h"

namespace maplebridge::docking {

Task<absl::StatusOr<v1::Referral>> AcknowledgeFeedback(
    Docking& docking, Call& call, const v1::AcknowledgeFeedbackRequest& request) {
  StepBody body = [&](postgres::Transaction&, OpenStep& step) -> Task<absl::Status> {
    if (step.referral.acknowledge_time) {
      co_return PreconditionError(reason::kGuardFailed, step.referral.name(),
                                  "the feedback was acknowledged before");
    }
    step.referral.acknowledge_time = StepTime(call);
    co_return absl::OkStatus();
  };
  co_return co_await ChangeReferral(docking, call, request, StepRight::kCourt,
                                    Always(ReferralEvent::kAcknowledgeFeedback), body);
}

Task<absl::StatusOr<v1::Referral>> RegisterCase(Docking& docking, Call& call,
                                                const v1::RegisterCaseRequest& request) {
  auto number = identifier::CaseNumber::Parse(request.case_number());
  if (!number.ok()) co_return FieldError("case_number", std::string(number.status().message()));
  if (StageOf(number->type) != CaseStage::kFiled) {
    co_return FieldError("case_number", "is not that of a filed case, such as 民初");
  }
  StepBody body = [&](postgres::Transaction&, OpenStep& step) -> Task<absl::Status> {
    step.referral.filed_case_number = number->ToString();
    co_return absl::OkStatus();
  };
  co_return co_await ChangeReferral(docking, call, request, StepRight::kCourt,
                                    Always(ReferralEvent::kRegisterCase), body);
}

Task<absl::StatusOr<v1::Referral>> ResumeTrial(Docking& docking, Call& call,
                                               const v1::ResumeTrialRequest& request) {
  StepBody body = [&](postgres::Transaction&, OpenStep& step) -> Task<absl::Status> {
    step.referral.filed_case_number = step.referral.case_number;
    co_return absl::OkStatus();
  };
  co_return co_await ChangeReferral(docking, call, request, StepRight::kCourt,
                                    Always(ReferralEvent::kResumeTrial), body);
}

Task<absl::StatusOr<v1::Referral>> CloseReferral(Docking& docking, Call& call,
                                                 const v1::CloseReferralRequest& request) {
  const ReferralEvent event = request.step() == v1::CLOSING_STEP_SUIT_WITHDRAWN
                                  ? ReferralEvent::kWithdrawSuit
                                  : ReferralEvent::kIssueMediationDocument;
  StepBody body = [](postgres::Transaction&, OpenStep&) -> Task<absl::Status> {
    co_return absl::OkStatus();
  };
  co_return co_await ChangeReferral(docking, call, request, StepRight::kCourt, Always(event), body);
}

}  // namespace maplebridge::docking
