// From the agreement to the archive.
#include <absl/strings/str_cat.h>

#include "common/calendar/working_calendar.h"
#include "common/status/macros.h"
#include "deploy/maplectl_source/simulation/dispute_life.h"
#include "deploy/maplectl_source/simulation/plan_calls.h"

namespace maplebridge::maplectl {
namespace {

using registry::v1::Agreement;
using registry::v1::AgreementService;
using registry::v1::DisputeService;
using registry::v1::DocumentService;
using registry::v1::Obligation;
using registry::v1::Signature;

std::string DayIn(int days) {
  return absl::FormatCivilTime(calendar::ChinaDay(absl::Now()) + days);
}

std::string ObligationId(int number) { return absl::StrCat("o", number + 1); }

// Days are real: none passes while the year is lived, so a debtor is reminded and not in breach.
int DaysUntilDue(const PlannedDispute& plan) {
  switch (plan.performance) {
    case Performance::kAfterUrging:
    case Performance::kNever:
      return 3;
    case Performance::kStillOpen:
      return 60;
    case Performance::kInTime:
      break;
  }
  return 20;
}

}  // namespace

absl::StatusOr<Agreement> DisputeLife::DrawUp() {
  const DisputeKind& kind = DisputeKinds()[plan_.kind];
  registry::v1::CreateAgreementRequest request;
  request.set_parent(name_);
  Agreement* agreement = request.mutable_agreement();
  agreement->set_form(plan_.is_written ? registry::v1::AGREEMENT_FORM_WRITTEN
                                       : registry::v1::AGREEMENT_FORM_ORAL);
  agreement->set_facts(plan_.summary + "双方对上述事实无异议。");
  for (int number = 0; number < plan_.obligations; ++number) {
    Obligation* obligation = agreement->add_obligations();
    obligation->set_obligation_id(ObligationId(number));
    obligation->set_debtor_party_id(number == 0 ? RespondentId() : PartyId(0));
    obligation->set_creditor_party_id(number == 0 ? PartyId(0) : RespondentId());
    obligation->set_due_day(DayIn(DaysUntilDue(plan_) + 10 * number));
    if (number > 0) {
      obligation->set_kind(registry::v1::OBLIGATION_KIND_ACT);
      obligation->set_content("当面致歉");
    } else if (plan_.agreed_fen > 0) {
      obligation->set_kind(registry::v1::OBLIGATION_KIND_PAYMENT);
      obligation->set_content(absl::StrCat("支付", std::string(kind.payment)));
      obligation->set_amount_fen(plan_.agreed_fen);
    } else {
      obligation->set_kind(registry::v1::OBLIGATION_KIND_ACT);
      obligation->set_content(std::string(kind.act));
    }
  }
  agreement->set_performance_terms("银行转账或者当面履行，履行后互不追究。");
  request.set_request_id(NewRequestId());
  return player_.Do("CreateAgreement", handler_->mediator, player_.stubs().agreements,
                    &AgreementService::Stub::CreateAgreement, request);
}

absl::Status DisputeLife::SignOnce(const Agreement& agreement, const std::string& token,
                                   const Signature& signature) {
  registry::v1::SignAgreementRequest request;
  request.set_name(agreement.name());
  *request.mutable_signature() = signature;
  request.set_document_sha256(agreement.document().sha256());
  request.set_request_id(NewRequestId());
  return player_
      .Do("SignAgreement", token, player_.stubs().agreements,
          &AgreementService::Stub::SignAgreement, request)
      .status();
}

absl::Status DisputeLife::Sign(const Agreement& agreement) {
  for (std::size_t i = 0; i < plan_.parties.size(); ++i) {
    Signature party;
    party.set_party_id(PartyId(i));
    party.set_method(i % 2 == 0 ? registry::v1::SIGNATURE_METHOD_SIGNATURE
                                : registry::v1::SIGNATURE_METHOD_FINGERPRINT);
    MB_RETURN_IF_ERROR(SignOnce(agreement, handler_->mediator, party));
  }
  Signature mediator;
  mediator.set_mediator(handler_->mediators[plan_.parties.size() % handler_->mediators.size()]);
  mediator.set_method(registry::v1::SIGNATURE_METHOD_SIGNATURE);
  MB_RETURN_IF_ERROR(SignOnce(agreement, handler_->mediator, mediator));
  Signature seal;
  seal.set_organisation(handler_->name);
  seal.set_method(registry::v1::SIGNATURE_METHOD_SEAL);
  return SignOnce(agreement, handler_->head, seal);
}

absl::Status DisputeLife::Agree() {
  MB_ASSIGN_OR_RETURN(const Agreement agreement, DrawUp());
  registry::v1::ConcludeByAgreementRequest conclude;
  conclude.set_name(name_);
  conclude.set_agreement(agreement.name());
  const auto& stub = player_.stubs().disputes;
  if (plan_.mistake == Mistake::kUnsigned) {
    conclude.set_request_id(NewRequestId());
    MB_RETURN_IF_ERROR(player_.Refuse("ConcludeByAgreement", reason::kGuardFailed,
                                      handler_->mediator, stub,
                                      &DisputeService::Stub::ConcludeByAgreement, conclude));
  }
  if (plan_.is_written) MB_RETURN_IF_ERROR(Sign(agreement));
  conclude.set_request_id(NewRequestId());
  return player_
      .Do("ConcludeByAgreement", handler_->mediator, stub,
          &DisputeService::Stub::ConcludeByAgreement, conclude)
      .status();
}

absl::Status DisputeLife::Perform() {
  switch (plan_.performance) {
    case Performance::kStillOpen:
      return absl::OkStatus();
    case Performance::kNever:
      MB_RETURN_IF_ERROR(Urge());
      return CloseUnperformed();
    case Performance::kAfterUrging:
      MB_RETURN_IF_ERROR(Urge());
      break;
    case Performance::kInTime:
      break;
  }
  for (int number = 0; number < plan_.obligations; ++number) {
    MB_RETURN_IF_ERROR(RecordPerformance(number));
  }
  return absl::OkStatus();
}

absl::Status DisputeLife::RecordPerformance(int number) {
  registry::v1::RecordPerformanceRequest request;
  request.set_name(name_);
  request.set_obligation_id(ObligationId(number));
  request.set_evidence("银行回单或者现场照片");
  request.set_request_id(NewRequestId());
  const auto& stub = player_.stubs().disputes;
  MB_RETURN_IF_ERROR(player_
                         .Do("RecordPerformance", handler_->mediator, stub,
                             &DisputeService::Stub::RecordPerformance, request)
                         .status());
  if (number > 0 || plan_.mistake != Mistake::kPerformedTwice) return absl::OkStatus();
  request.set_request_id(NewRequestId());
  // With the last obligation the dispute has left the state in which one is recorded.
  const std::string_view reason =
      plan_.obligations == 1 ? reason::kStateForbids : reason::kGuardFailed;
  return player_.Refuse("RecordPerformance", reason, handler_->mediator, stub,
                        &DisputeService::Stub::RecordPerformance, request);
}

absl::Status DisputeLife::Urge() {
  registry::v1::UrgePerformanceRequest request;
  request.set_parent(name_);
  registry::v1::Urging* urging = request.mutable_urging();
  urging->set_obligation_id(ObligationId(0));
  urging->set_urge_day(DayIn(0));
  urging->set_method(registry::v1::URGING_METHOD_TELEPHONE);
  urging->set_mediator(handler_->mediators[plan_.parties.size() % handler_->mediators.size()]);
  urging->set_content("提醒三日内到期，答复暂时周转困难");
  request.set_request_id(NewRequestId());
  return player_
      .Do("UrgePerformance", handler_->mediator, player_.stubs().performances,
          &registry::v1::PerformanceService::Stub::UrgePerformance, request)
      .status();
}

absl::Status DisputeLife::CloseUnperformed() {
  registry::v1::CloseUnperformedRequest request;
  request.set_name(name_);
  request.set_reason(registry::v1::UNPERFORMED_REASON_PARTY_SUED);
  request.set_evidence("起诉状副本");
  request.set_request_id(NewRequestId());
  return player_
      .Do("CloseUnperformed", handler_->head, player_.stubs().disputes,
          &DisputeService::Stub::CloseUnperformed, request)
      .status();
}

absl::Status DisputeLife::End() {
  if (plan_.satisfaction > 0) MB_RETURN_IF_ERROR(FollowUp());
  MB_RETURN_IF_ERROR(MakeDocuments());
  return plan_.is_archived ? Archive() : absl::OkStatus();
}

absl::Status DisputeLife::FollowUp() {
  registry::v1::RecordFollowUpRequest request;
  request.set_parent(name_);
  registry::v1::FollowUp* visit = request.mutable_follow_up();
  visit->set_visit_day(DayIn(0));
  visit->set_method(plan_.satisfaction % 2 == 0 ? registry::v1::FOLLOW_UP_METHOD_VISIT
                                                : registry::v1::FOLLOW_UP_METHOD_TELEPHONE);
  visit->add_party_ids(PartyId(0));
  visit->set_satisfaction(plan_.satisfaction);
  visit->set_relapsed(plan_.is_relapsed);
  visit->set_notes(plan_.is_relapsed ? "双方又起争执，需要再次上门" : "情况稳定，当事人表示认可");
  request.set_request_id(NewRequestId());
  return player_
      .Do("RecordFollowUp", handler_->mediator, player_.stubs().disputes,
          &DisputeService::Stub::RecordFollowUp, request)
      .status();
}

absl::Status DisputeLife::MakeDocuments() {
  for (const std::string& word : DocumentsOf(plan_)) {
    registry::v1::CreateDocumentRequest request;
    request.set_parent(name_);
    registry::v1::DocumentKind kind = registry::v1::DOCUMENT_KIND_UNSPECIFIED;
    registry::v1::DocumentKind_Parse("DOCUMENT_KIND_" + word, &kind);
    request.set_kind(kind);
    const bool is_of_part = word == "MEDIATION_RECORD" || word == "FOLLOW_UP_RECORD";
    request.set_ordinal(is_of_part ? 1 : 0);
    request.set_request_id(NewRequestId());
    MB_RETURN_IF_ERROR(player_
                           .Do("CreateDocument", handler_->mediator, player_.stubs().documents,
                               &DocumentService::Stub::CreateDocument, request)
                           .status());
  }
  return absl::OkStatus();
}

absl::Status DisputeLife::Archive() {
  registry::v1::ArchiveDisputeRequest request;
  request.set_name(name_);
  request.set_retention(registry::v1::RETENTION_LONG_TERM);
  request.set_request_id(NewRequestId());
  return player_
      .Do("ArchiveDispute", handler_->head, player_.stubs().disputes,
          &DisputeService::Stub::ArchiveDispute, request)
      .status();
}

}  // namespace maplebridge::maplectl
