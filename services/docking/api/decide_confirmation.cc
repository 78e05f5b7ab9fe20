#include "services/docking/api/decide_confirmation.h"

#include "common/identifier/case_number.h"
#include "common/status/error.h"
#include "services/docking/api/confirmation_step.h"
#include "services/docking/api/words.h"
#include "services/docking/domain/referral_rule.h"
#include "services/docking/store/confirmation_store.h"

namespace maplebridge::docking {
namespace {

absl::Status CheckRulingNumber(const std::string& number) {
  std::string wrong = CheckText(number, 1, 100);
  return wrong.empty() ? absl::OkStatus() : FieldError("ruling_number", wrong);
}

void Rule(OpenConfirmation* step, const Call& call, std::string ruling_number,
          std::string_view article) {
  step->confirmation.ruling_number = std::move(ruling_number);
  step->confirmation.article = std::string(article);
  step->confirmation.decide_time = StepTime(call);
}

}  // namespace

Task<absl::StatusOr<v1::Confirmation>> AcceptConfirmation(
    Docking& docking, Call& call, const v1::AcceptConfirmationRequest& request) {
  auto number = identifier::CaseNumber::Parse(request.case_number());
  if (!number.ok()) co_return FieldError("case_number", std::string(number.status().message()));
  if (StageOf(number->type) != CaseStage::kConfirmation) {
    co_return FieldError("case_number", "is not that of a confirmation: 诉前调确, 调确 or 民特");
  }
  ConfirmationBody body;
  body.before = [&](postgres::Transaction& transaction,
                    OpenConfirmation& step) -> Task<absl::Status> {
    step.confirmation.case_number = number->ToString();
    auto limit = co_await ReadRulingLimit(transaction, calendar::ChinaDay(call.now()));
    if (!limit.ok()) co_return limit.status();
    step.limit = *std::move(limit);
    co_return absl::OkStatus();
  };
  co_return co_await ChangeConfirmation(docking, call, request, ConfirmationRight::kCourt,
                                        Always(ConfirmationEvent::kAccept), body);
}

Task<absl::StatusOr<v1::Confirmation>> DeclineConfirmation(
    Docking& docking, Call& call, const v1::DeclineConfirmationRequest& request) {
  ConfirmationBody body;
  body.before = [&](postgres::Transaction&, OpenConfirmation& step) -> Task<absl::Status> {
    step.confirmation.not_accepted_ground = WordOf("NOT_ACCEPTED_GROUND_", request.ground());
    step.confirmation.article =
        std::string(NotAcceptedArticle(step.confirmation.not_accepted_ground));
    step.confirmation.decide_time = StepTime(call);
    co_return absl::OkStatus();
  };
  body.after = [&](postgres::Transaction& transaction, OpenConfirmation& step) {
    return ReleaseReferral(docking, transaction, call, step);
  };
  co_return co_await ChangeConfirmation(docking, call, request, ConfirmationRight::kCourt,
                                        Always(ConfirmationEvent::kDecline), body);
}

Task<absl::StatusOr<v1::Confirmation>> ConfirmAgreement(
    Docking& docking, Call& call, const v1::ConfirmAgreementRequest& request) {
  MB_CO_RETURN_IF_ERROR(CheckRulingNumber(request.ruling_number()));
  ConfirmationBody body;
  body.before = [&](postgres::Transaction&, OpenConfirmation& step) -> Task<absl::Status> {
    Rule(&step, call, request.ruling_number(), kConfirmationArticle);
    co_return absl::OkStatus();
  };
  body.after = [&](postgres::Transaction& transaction, OpenConfirmation& step) {
    return MoveReferral(docking, transaction, call, step, ReferralEvent::kConfirm);
  };
  co_return co_await ChangeConfirmation(docking, call, request, ConfirmationRight::kCourt,
                                        Always(ConfirmationEvent::kConfirm), body);
}

Task<absl::StatusOr<v1::Confirmation>> RejectConfirmation(
    Docking& docking, Call& call, const v1::RejectConfirmationRequest& request) {
  MB_CO_RETURN_IF_ERROR(CheckRulingNumber(request.ruling_number()));
  const ConfirmationEvent event = request.ground() == v1::REJECTION_GROUND_NOT_ACCEPTABLE
                                      ? ConfirmationEvent::kDismiss
                                      : ConfirmationEvent::kReject;
  ConfirmationBody body;
  body.before = [&](postgres::Transaction&, OpenConfirmation& step) -> Task<absl::Status> {
    step.confirmation.rejection_ground = WordOf("REJECTION_GROUND_", request.ground());
    Rule(&step, call, request.ruling_number(),
         RejectionArticle(step.confirmation.rejection_ground));
    co_return absl::OkStatus();
  };
  body.after = [&](postgres::Transaction& transaction, OpenConfirmation& step) {
    return ReleaseReferral(docking, transaction, call, step);
  };
  co_return co_await ChangeConfirmation(docking, call, request, ConfirmationRight::kCourt,
                                        Always(event), body);
}

}  // namespace maplebridge::docking
