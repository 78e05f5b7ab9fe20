#include "deploy/maplectl_source/simulation/dispute_life.h"

#include <absl/strings/str_cat.h>

#include "common/status/macros.h"
#include "deploy/maplectl_source/simulation/court_case.h"

namespace maplebridge::maplectl {
namespace {

using registry::v1::Dispute;
using registry::v1::DisputeService;
using registry::v1::EscalationService;
using registry::v1::ReportDisputeRequest;
using registry::v1::TransferService;

registry::v1::DisputeSource SourceOf(const std::string& word) {
  registry::v1::DisputeSource source = registry::v1::DISPUTE_SOURCE_UNSPECIFIED;
  registry::v1::DisputeSource_Parse("DISPUTE_SOURCE_" + word, &source);
  return source;
}

registry::v1::Difficulty DifficultyOf(const std::string& word) {
  registry::v1::Difficulty difficulty = registry::v1::DIFFICULTY_UNSPECIFIED;
  registry::v1::Difficulty_Parse("DIFFICULTY_" + word, &difficulty);
  return difficulty;
}

}  // namespace

Dispute DisputeLife::DraftOf(const PlannedDispute& plan, const std::string& organisation) {
  const DisputeKind& kind = DisputeKinds()[plan.kind];
  Dispute draft;
  draft.set_category(std::string(kind.category));
  if (kind.category == "OTHER") draft.set_category_text("村务和公共事务");
  draft.set_source(SourceOf(plan.source));
  draft.set_division(plan.division);
  draft.set_organisation(organisation);
  draft.set_summary(plan.summary);
  draft.set_claimed_amount_fen(plan.claimed_fen);
  draft.set_difficulty(DifficultyOf(plan.difficulty));
  for (type::v1::Party& party : PartiesOf(plan)) *draft.add_parties() = std::move(party);
  return draft;
}

std::string DisputeLife::PartyId(std::size_t index) const { return absl::StrCat("p", index + 1); }

absl::StatusOr<std::string> DisputeLife::ReporterToken() const {
  switch (plan_.reporter) {
    case Reporter::kHead:
      return handler_->head;
    case Reporter::kBureau:
      return cast_.bureau();
    case Reporter::kParty:
      return cast_.TokenOfParty(plan_.parties[0].identity_number);
    case Reporter::kMediator:
      break;
  }
  return handler_->mediator;
}

absl::Status DisputeLife::Play() {
  if (plan_.is_referred) return PlayReferred();
  MB_RETURN_IF_ERROR(Report());
  return PlayReported(name_);
}

absl::Status DisputeLife::PlayReported(const std::string& name) {
  name_ = name;
  MB_RETURN_IF_ERROR(HandOver());
  if (plan_.outcome == Outcome::kDeclined) {
    MB_RETURN_IF_ERROR(Decline());
    return End();
  }
  registry::v1::AcceptDisputeRequest accept;
  accept.set_name(name_);
  accept.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(player_
                         .Do("AcceptDispute", handler_->head, player_.stubs().disputes,
                             &DisputeService::Stub::AcceptDispute, accept)
                         .status());
  MB_RETURN_IF_ERROR(Mediate());
  switch (plan_.outcome) {
    case Outcome::kWithdrawn:
      MB_RETURN_IF_ERROR(Withdraw());
      break;
    case Outcome::kFailed:
      MB_RETURN_IF_ERROR(Fail());
      break;
    default:
      MB_RETURN_IF_ERROR(Agree());
      MB_RETURN_IF_ERROR(Perform());
      break;
  }
  return End();
}

absl::Status DisputeLife::Report() {
  MB_ASSIGN_OR_RETURN(const std::string token, ReporterToken());
  ReportDisputeRequest request;
  *request.mutable_dispute() = DraftOf(plan_, handler_->name);
  request.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(TryWrongReports(token, request.dispute()));
  MB_ASSIGN_OR_RETURN(const Dispute reported,
                      player_.Do("ReportDispute", token, player_.stubs().disputes,
                                 &DisputeService::Stub::ReportDispute, request));
  name_ = reported.name();
  return TryAfterReport(token, std::move(request));
}

// What comes before the report that is right.
absl::Status DisputeLife::TryWrongReports(const std::string& token, const Dispute& draft) {
  ReportDisputeRequest wrong;
  *wrong.mutable_dispute() = draft;
  wrong.set_request_id(NewRequestId());
  std::string_view reason = reason::kFieldInvalid;
  switch (plan_.mistake) {
    case Mistake::kWrongNumber:
      wrong.mutable_dispute()->mutable_parties(0)->set_identity_number(
          Mistyped(plan_.parties[0].identity_number));
      break;
    case Mistake::kNoRespondent:
      wrong.mutable_dispute()->mutable_parties()->RemoveLast();
      break;
    case Mistake::kUnfitMatter:
      wrong.mutable_dispute()->set_category("MARRIAGE_FAMILY");
      wrong.mutable_dispute()->set_sub_category("MARRIAGE_VALIDITY");
      wrong.mutable_dispute()->clear_category_text();
      reason = reason::kGuardFailed;
      break;
    default:
      return absl::OkStatus();
  }
  return player_.Refuse("ReportDispute", reason, token, player_.stubs().disputes,
                        &DisputeService::Stub::ReportDispute, wrong);
}

// What may follow it: the same call again, or its request id with another content, or a stranger.
absl::Status DisputeLife::TryAfterReport(const std::string& token, ReportDisputeRequest request) {
  const auto& stub = player_.stubs().disputes;
  if (plan_.is_repeated) {
    MB_ASSIGN_OR_RETURN(
        const Dispute again,
        player_.Do("ReportDispute", token, stub, &DisputeService::Stub::ReportDispute, request));
    if (again.name() != name_) {
      return player_.Count("ReportDispute",
                           absl::InternalError("a repeated request id made another dispute"));
    }
  }
  if (plan_.mistake == Mistake::kReusedRequestId) {
    request.mutable_dispute()->set_summary("另一起纠纷");
    return player_.Refuse("ReportDispute", reason::kRequestIdReused, token, stub,
                          &DisputeService::Stub::ReportDispute, request);
  }
  if (plan_.mistake != Mistake::kStrangersLook) return absl::OkStatus();
  // Of whom this is not: the next committee.
  registry::v1::ListDisputePartiesRequest look;
  look.set_parent(name_);
  const CastOrganisation& stranger =
      cast_.organisation((plan_.organisation + 1) % cast_.organisation_count());
  return player_.Refuse("ListDisputeParties", reason::kResourceNotFound, stranger.head, stub,
                        &DisputeService::Stub::ListDisputeParties, look);
}

absl::Status DisputeLife::HandOver() {
  if (!plan_.transfer) return absl::OkStatus();
  const auto& stub = player_.stubs().transfers;
  const CastOrganisation& other = cast_.organisation(plan_.transfer->organisation);
  registry::v1::OfferTransferRequest offer;
  offer.set_parent(name_);
  offer.mutable_transfer()->set_to_organisation(other.name);
  offer.mutable_transfer()->set_explanation("当事人均在该辖区，由其调解更便利");
  offer.set_request_id(NewRequestId());
  MB_ASSIGN_OR_RETURN(const registry::v1::Transfer offered,
                      player_.Do("OfferTransfer", handler_->head, stub,
                                 &TransferService::Stub::OfferTransfer, offer));
  if (!plan_.transfer->is_accepted) {
    registry::v1::DeclineTransferRequest decline;
    decline.set_name(offered.name());
    decline.set_answer("当事人要求由原调解委员会继续调解");
    decline.set_request_id(NewRequestId());
    return player_
        .Do("DeclineTransfer", other.head, stub, &TransferService::Stub::DeclineTransfer, decline)
        .status();
  }
  registry::v1::AcceptTransferRequest accept;
  accept.set_name(offered.name());
  accept.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(
      player_.Do("AcceptTransfer", other.head, stub, &TransferService::Stub::AcceptTransfer, accept)
          .status());
  handler_ = &other;
  return absl::OkStatus();
}

absl::Status DisputeLife::Decline() {
  registry::v1::DeclineDisputeRequest request;
  request.set_name(name_);
  request.set_reason(registry::v1::DECLINE_REASON_PARTY_REFUSED);
  request.set_advice("对方当事人明确拒绝调解，可向人民法院起诉");
  request.set_request_id(NewRequestId());
  return player_
      .Do("DeclineDispute", handler_->head, player_.stubs().disputes,
          &DisputeService::Stub::DeclineDispute, request)
      .status();
}

absl::Status DisputeLife::Mediate() {
  registry::v1::AssignMediatorsRequest assign;
  assign.set_name(name_);
  assign.add_mediators(handler_->mediators[plan_.parties.size() % handler_->mediators.size()]);
  assign.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(player_
                         .Do("AssignMediators", handler_->head, player_.stubs().disputes,
                             &DisputeService::Stub::AssignMediators, assign)
                         .status());
  for (int number = 0; number < plan_.sessions; ++number) {
    MB_RETURN_IF_ERROR(HoldSession(number));
    if (number == 0 && plan_.has_escalation) MB_RETURN_IF_ERROR(Escalate());
  }
  return absl::OkStatus();
}

absl::Status DisputeLife::HoldSession(int number) {
  registry::v1::RecordSessionRequest request;
  request.set_parent(name_);
  registry::v1::Session* session = request.mutable_session();
  session->set_kind(number % 3 == 2 ? registry::v1::SESSION_KIND_SEPARATE
                                    : registry::v1::SESSION_KIND_ONSITE);
  // Held just now, or so many days ago and only now entered; never in the future.
  const absl::Time end = absl::Now() - absl::Seconds(2) - absl::Hours(24 * plan_.days_late);
  *session->mutable_start_time() = TimestampOf(end - absl::Minutes(40 + 10 * number));
  *session->mutable_end_time() = TimestampOf(end);
  session->set_place("调解室");
  session->add_mediators(handler_->mediators[plan_.parties.size() % handler_->mediators.size()]);
  for (std::size_t i = 0; i < plan_.parties.size(); ++i) session->add_party_ids(PartyId(i));
  session->set_rights_told(number == 0);
  session->set_minutes("告知权利义务，听取双方陈述，核对事实，提出调解方案。");
  request.set_request_id(NewRequestId());
  if (number == 0) MB_RETURN_IF_ERROR(TryWrongSession(request));
  return player_
      .Do("RecordSession", handler_->mediator, player_.stubs().disputes,
          &DisputeService::Stub::RecordSession, request)
      .status();
}

absl::Status DisputeLife::TryWrongSession(registry::v1::RecordSessionRequest request) {
  std::string_view reason;
  if (plan_.mistake == Mistake::kRightsNotTold) {
    request.mutable_session()->set_rights_told(false);
    reason = reason::kGuardFailed;
  } else if (plan_.mistake == Mistake::kSessionToCome) {
    *request.mutable_session()->mutable_end_time() = TimestampOf(absl::Now() + absl::Hours(2));
    reason = reason::kFieldInvalid;
  } else {
    return absl::OkStatus();
  }
  request.set_request_id(NewRequestId());
  return player_.Refuse("RecordSession", reason, handler_->mediator, player_.stubs().disputes,
                        &DisputeService::Stub::RecordSession, request);
}

absl::Status DisputeLife::Escalate() {
  const auto& stub = player_.stubs().escalations;
  registry::v1::ReportEscalationRequest report;
  report.set_parent(name_);
  registry::v1::Escalation* escalation = report.mutable_escalation();
  escalation->set_kind(registry::v1::ESCALATION_KIND_VIOLENCE);
  escalation->set_description("一方情绪激动，扬言动手");
  escalation->set_measures("将双方分开，安抚情绪，通知家属到场");
  escalation->set_told_authority("派出所");
  *escalation->mutable_told_time() = TimestampOf(absl::Now() - absl::Seconds(2));
  report.set_request_id(NewRequestId());
  MB_ASSIGN_OR_RETURN(const registry::v1::Escalation reported,
                      player_.Do("ReportEscalation", handler_->mediator, stub,
                                 &EscalationService::Stub::ReportEscalation, report));
  registry::v1::AcknowledgeEscalationRequest acknowledge;
  acknowledge.set_name(reported.name());
  acknowledge.set_response("司法所会同派出所到场处置");
  acknowledge.set_request_id(NewRequestId());
  return player_
      .Do("AcknowledgeEscalation", cast_.bureau(), stub,
          &EscalationService::Stub::AcknowledgeEscalation, acknowledge)
      .status();
}

absl::Status DisputeLife::Withdraw() {
  registry::v1::WithdrawDisputeRequest request;
  request.set_name(name_);
  request.add_party_ids(PartyId(0));
  request.set_evidence("撤回调解申请书，申请人签名");
  request.set_request_id(NewRequestId());
  return player_
      .Do("WithdrawDispute", handler_->mediator, player_.stubs().disputes,
          &DisputeService::Stub::WithdrawDispute, request)
      .status();
}

absl::Status DisputeLife::Fail() {
  registry::v1::ConcludeWithoutAgreementRequest request;
  request.set_name(name_);
  request.set_reason(registry::v1::CONCLUSION_REASON_NO_AGREEMENT);
  request.set_explanation("双方对数额差距过大，多次调解未能一致。");
  request.set_request_id(NewRequestId());
  return player_
      .Do("ConcludeWithoutAgreement", handler_->mediator, player_.stubs().disputes,
          &DisputeService::Stub::ConcludeWithoutAgreement, request)
      .status();
}

absl::Status DisputeLife::PlayReferred() {
  CourtCase court_case(cast_, player_, plan_);
  MB_RETURN_IF_ERROR(court_case.Guide());
  if (plan_.is_consent_refused) return absl::OkStatus();
  MB_ASSIGN_OR_RETURN(name_, court_case.Send());
  MB_RETURN_IF_ERROR(Mediate());
  if (plan_.outcome == Outcome::kFailed) {
    MB_RETURN_IF_ERROR(Fail());
    MB_RETURN_IF_ERROR(court_case.AwaitReturn(name_));
  } else {
    MB_RETURN_IF_ERROR(Agree());
    MB_RETURN_IF_ERROR(court_case.AwaitAgreement(name_));
    MB_RETURN_IF_ERROR(Perform());
  }
  return End();
}

}  // namespace maplebridge::maplectl
