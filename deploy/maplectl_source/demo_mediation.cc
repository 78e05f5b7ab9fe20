#include "deploy/maplectl_source/demo_mediation.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>

#include "common/status/macros.h"
#include "maplebridge/registry/v1/document.grpc.pb.h"

namespace maplebridge::maplectl {
namespace {

using docking::v1::Referral;
using docking::v1::ReferralService;
using registry::v1::Agreement;
using registry::v1::AgreementService;
using registry::v1::Dispute;
using registry::v1::DisputeService;
using registry::v1::DocumentService;
using AgreementStub = std::unique_ptr<AgreementService::Stub>;

constexpr int kParties = 2;

std::string PartyId(int index) { return absl::StrCat("p", index + 1); }

std::string StateWord(const Dispute& dispute) {
  return registry::v1::DisputeState_Name(dispute.state())
      .substr(std::string("DISPUTE_STATE_").size());
}

std::string DayIn(int days) {
  const absl::CivilDay today = absl::ToCivilDay(absl::Now(), absl::FixedTimeZone(8 * 60 * 60));
  return absl::FormatCivilTime(today + days);
}

absl::StatusOr<Dispute> GetDispute(const Stage& stage, const Cast& cast, const std::string& name) {
  auto stub = DisputeService::NewStub(stage.client().channel());
  registry::v1::GetDisputeRequest request;
  request.set_name(name);
  return stage.Ask(cast.mediator, stub, &DisputeService::Stub::GetDispute, request);
}

absl::StatusOr<Dispute> WaitForDispute(const Stage& stage, const Cast& cast,
                                       const std::string& name, registry::v1::DisputeState state) {
  Dispute dispute;
  MB_RETURN_IF_ERROR(
      stage.WaitUntil(absl::StrCat(name, " to be ", registry::v1::DisputeState_Name(state)),
                      [&]() -> absl::StatusOr<bool> {
                        MB_ASSIGN_OR_RETURN(dispute, GetDispute(stage, cast, name));
                        return dispute.state() == state;
                      }));
  return dispute;
}

absl::StatusOr<Referral> Accept(const Stage& stage, const Cast& cast, const std::string& name) {
  auto stub = ReferralService::NewStub(stage.client().channel());
  docking::v1::AcceptReferralRequest request;
  request.set_name(name);
  request.set_request_id(NewRequestId());
  return stage.Ask(cast.head, stub, &ReferralService::Stub::AcceptReferral, request);
}

// The dispute that the registry makes of an accepted referral, as soon as it has heard of it.
absl::StatusOr<Dispute> WaitForBirth(const Stage& stage, const Cast& cast,
                                     const std::string& referral) {
  auto stub = DisputeService::NewStub(stage.client().channel());
  Dispute dispute;
  MB_RETURN_IF_ERROR(stage.WaitUntil(
      absl::StrCat("the registry to make a dispute of ", referral), [&]() -> absl::StatusOr<bool> {
        registry::v1::ListDisputesRequest request;
        request.set_referral(referral);
        MB_ASSIGN_OR_RETURN(
            const registry::v1::ListDisputesResponse list,
            stage.Ask(cast.head, stub, &DisputeService::Stub::ListDisputes, request));
        if (list.disputes().empty()) return false;
        dispute = list.disputes(0);
        return true;
      }));
  return dispute;
}

absl::Status AssignMediator(const Stage& stage, const Cast& cast, const std::string& dispute) {
  auto stub = DisputeService::NewStub(stage.client().channel());
  registry::v1::AssignMediatorsRequest request;
  request.set_name(dispute);
  request.add_mediators(cast.mediator_name);
  request.set_request_id(NewRequestId());
  return stage.Ask(cast.head, stub, &DisputeService::Stub::AssignMediators, request).status();
}

absl::StatusOr<registry::v1::Session> HoldSession(const Stage& stage, const Cast& cast,
                                                  const std::string& dispute) {
  auto stub = DisputeService::NewStub(stage.client().channel());
  registry::v1::RecordSessionRequest request;
  request.set_parent(dispute);
  registry::v1::Session* session = request.mutable_session();
  session->set_kind(registry::v1::SESSION_KIND_ONSITE);
  const absl::Time end = absl::Now() - absl::Seconds(1);
  *session->mutable_start_time() = TimestampOf(end - absl::Minutes(50));
  *session->mutable_end_time() = TimestampOf(end);
  session->set_place("清波街道调解室");
  session->add_mediators(cast.mediator_name);
  for (int i = 0; i < kParties; ++i) session->add_party_ids(PartyId(i));
  session->set_rights_told(true);
  session->set_minutes("双方到场，告知权利义务，核对货款与送货单。");
  request.set_request_id(NewRequestId());
  return stage.Ask(cast.mediator, stub, &DisputeService::Stub::RecordSession, request);
}

absl::StatusOr<Agreement> DrawUp(const Stage& stage, const Cast& cast, const AgreementStub& stub,
                                 const std::string& dispute) {
  registry::v1::CreateAgreementRequest request;
  request.set_parent(dispute);
  Agreement* agreement = request.mutable_agreement();
  agreement->set_form(registry::v1::AGREEMENT_FORM_WRITTEN);
  agreement->set_facts("申请人向被申请人供货，被申请人尚欠货款人民币八万六千元。");
  registry::v1::Obligation* payment = agreement->add_obligations();
  payment->set_obligation_id("o1");
  payment->set_kind(registry::v1::OBLIGATION_KIND_PAYMENT);
  payment->set_debtor_party_id("p2");
  payment->set_creditor_party_id("p1");
  payment->set_content("支付货款");
  payment->set_amount_fen(8'600'000);
  payment->set_due_day(DayIn(20));
  registry::v1::Obligation* act = agreement->add_obligations();
  act->set_obligation_id("o2");
  act->set_kind(registry::v1::OBLIGATION_KIND_ACT);
  act->set_debtor_party_id("p1");
  act->set_creditor_party_id("p2");
  act->set_content("开具增值税发票");
  act->set_due_day(DayIn(30));
  agreement->set_performance_terms("银行转账。");
  request.set_request_id(NewRequestId());
  return stage.Ask(cast.mediator, stub, &AgreementService::Stub::CreateAgreement, request);
}

absl::StatusOr<Agreement> Sign(const Stage& stage, const std::string& token,
                               const AgreementStub& stub, const Agreement& agreement,
                               const registry::v1::Signature& signature) {
  registry::v1::SignAgreementRequest request;
  request.set_name(agreement.name());
  *request.mutable_signature() = signature;
  request.set_document_sha256(agreement.document().sha256());
  request.set_request_id(NewRequestId());
  return stage.Ask(token, stub, &AgreementService::Stub::SignAgreement, request);
}

// Both parties, the mediator, the seal: with the last one it is in effect (PML 29).
absl::StatusOr<Agreement> SignByAll(const Stage& stage, const Cast& cast, const AgreementStub& stub,
                                    const Agreement& agreement) {
  for (int i = 0; i < kParties; ++i) {
    registry::v1::Signature party;
    party.set_party_id(PartyId(i));
    party.set_method(registry::v1::SIGNATURE_METHOD_SIGNATURE);
    MB_RETURN_IF_ERROR(Sign(stage, cast.mediator, stub, agreement, party).status());
  }
  registry::v1::Signature mediator;
  mediator.set_mediator(cast.mediator_name);
  mediator.set_method(registry::v1::SIGNATURE_METHOD_SIGNATURE);
  MB_RETURN_IF_ERROR(Sign(stage, cast.mediator, stub, agreement, mediator).status());
  registry::v1::Signature seal;
  seal.set_organisation(cast.organisation);
  seal.set_method(registry::v1::SIGNATURE_METHOD_SEAL);
  return Sign(stage, cast.head, stub, agreement, seal);
}

// Reads the document and compares it with what the agreement says of it.
absl::Status CheckDocument(const Stage& stage, const Cast& cast, const Agreement& agreement) {
  auto stub = DocumentService::NewStub(stage.client().channel());
  grpc::ClientContext context;
  stage.client().Prepare(&context, cast.mediator, absl::Seconds(30));
  registry::v1::DownloadDocumentRequest request;
  request.set_name(agreement.document().document());
  auto reader = stub->DownloadDocument(&context, request);
  std::string bytes;
  for (registry::v1::DownloadDocumentResponse part; reader->Read(&part);) bytes += part.chunk();
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return stage.client().Explain(status);
  if (absl::StartsWith(bytes, "%PDF") && Sha256Of(bytes) == agreement.document().sha256()) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      absl::StrCat(agreement.document().document(), " is not the PDF that its digest says"));
}

}  // namespace

absl::StatusOr<std::string> Mediate(Stage& stage, const Cast& cast, const CourtCase& court_case,
                                    int number) {
  MB_ASSIGN_OR_RETURN(const Referral accepted, Accept(stage, cast, court_case.referral));
  const std::string due_day = accepted.deadline().deadline().due_day();
  stage.Tell("referral_accepted",
             absl::StrCat("the committee signed for the materials; mediation ends by ", due_day),
             {{"case", number}, {"due_day", due_day}});
  MB_ASSIGN_OR_RETURN(const Dispute dispute, WaitForBirth(stage, cast, court_case.referral));
  MB_RETURN_IF_ERROR(AssignMediator(stage, cast, dispute.name()));
  stage.Tell(
      "mediator_assigned",
      absl::StrCat("the registry took it on as ", dispute.name(), "; a mediator is assigned"),
      {{"case", number}, {"dispute", dispute.name()}, {"mediator", cast.mediator_name}});
  MB_ASSIGN_OR_RETURN(const registry::v1::Session session,
                      HoldSession(stage, cast, dispute.name()));
  stage.Tell("session_held", "the mediator held a session with both parties",
             {{"case", number}, {"session", session.name()}});
  return dispute.name();
}

absl::StatusOr<Agreement> Agree(Stage& stage, const Cast& cast, const CourtCase& court_case,
                                const std::string& dispute) {
  auto stub = AgreementService::NewStub(stage.client().channel());
  MB_ASSIGN_OR_RETURN(const Agreement draft, DrawUp(stage, cast, stub, dispute));
  MB_ASSIGN_OR_RETURN(const Agreement agreement, SignByAll(stage, cast, stub, draft));
  MB_RETURN_IF_ERROR(CheckDocument(stage, cast, agreement));
  stage.Tell("agreement_signed",
             absl::StrCat("the parties agreed: ", agreement.number(),
                          ", a PDF in Chinese, in "
                          "effect since ",
                          agreement.effective_day()),
             {{"agreement", agreement.name()},
              {"number", agreement.number()},
              {"document", agreement.document().document()},
              {"sha256", agreement.document().sha256()},
              {"obligations", agreement.obligations_size()}});
  auto disputes = DisputeService::NewStub(stage.client().channel());
  registry::v1::ConcludeByAgreementRequest request;
  request.set_name(dispute);
  request.set_agreement(agreement.name());
  request.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(
      stage.Ask(cast.mediator, disputes, &DisputeService::Stub::ConcludeByAgreement, request)
          .status());
  MB_ASSIGN_OR_RETURN(
      const Referral referral,
      WaitForReferral(stage, cast.court, court_case.referral, docking::v1::REFERRAL_STATE_AGREED));
  MB_RETURN_IF_ERROR(
      WaitForDispute(stage, cast, dispute, registry::v1::DISPUTE_STATE_AGREED).status());
  if (referral.settlement().sha256() != agreement.document().sha256()) {
    return absl::DataLossError("the agreement that the court was told of has another digest");
  }
  auto referrals = ReferralService::NewStub(stage.client().channel());
  docking::v1::AcknowledgeFeedbackRequest acknowledge;
  acknowledge.set_name(court_case.referral);
  acknowledge.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(
      stage.Ask(cast.court, referrals, &ReferralService::Stub::AcknowledgeFeedback, acknowledge)
          .status());
  stage.Tell("result_fed_back", "the result flowed back; the court acknowledged it",
             {{"referral", court_case.referral},
              {"state", docking::v1::ReferralState_Name(referral.state())}});
  return agreement;
}

absl::StatusOr<std::string> Perform(Stage& stage, const Cast& cast, const std::string& dispute) {
  auto stub = DisputeService::NewStub(stage.client().channel());
  Dispute performed;
  for (const char* obligation : {"o1", "o2"}) {
    registry::v1::RecordPerformanceRequest request;
    request.set_name(dispute);
    request.set_obligation_id(obligation);
    request.set_evidence("银行回单、发票存根");
    request.set_request_id(NewRequestId());
    MB_ASSIGN_OR_RETURN(performed, stage.Ask(cast.mediator, stub,
                                             &DisputeService::Stub::RecordPerformance, request));
  }
  const std::string state = StateWord(performed);
  stage.Tell("obligations_performed", "both obligations were performed",
             {{"dispute", dispute}, {"state", state}, {"performed", performed.performed_count()}});
  return state;
}

absl::Status Fail(Stage& stage, const Cast& cast, const CourtCase& court_case,
                  const std::string& dispute) {
  auto referrals = ReferralService::NewStub(stage.client().channel());
  docking::v1::RecordUndisputedFactsRequest facts;
  facts.set_name(court_case.referral);
  docking::v1::UndisputedFact* fact = facts.mutable_record()->add_facts();
  fact->set_text("双方对送货数量和日期无争议。");
  for (int i = 0; i < kParties; ++i) {
    fact->add_agreed_party_ids(PartyId(i));
    facts.mutable_record()->add_signed_party_ids(PartyId(i));
  }
  facts.mutable_record()->set_mediator(cast.mediator_name);
  facts.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(
      stage.Ask(cast.mediator, referrals, &ReferralService::Stub::RecordUndisputedFacts, facts)
          .status());
  stage.Tell("undisputed_facts_recorded", "what both sides do not dispute is on record",
             {{"referral", court_case.referral}});
  auto disputes = DisputeService::NewStub(stage.client().channel());
  registry::v1::ConcludeWithoutAgreementRequest conclude;
  conclude.set_name(dispute);
  conclude.set_reason(registry::v1::CONCLUSION_REASON_NO_AGREEMENT);
  conclude.set_explanation("双方对违约金差距过大。");
  conclude.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(
      stage.Ask(cast.mediator, disputes, &DisputeService::Stub::ConcludeWithoutAgreement, conclude)
          .status());
  MB_RETURN_IF_ERROR(
      WaitForReferral(stage, cast.court, court_case.referral, docking::v1::REFERRAL_STATE_RETURNED)
          .status());
  MB_RETURN_IF_ERROR(
      WaitForDispute(stage, cast, dispute, registry::v1::DISPUTE_STATE_CLOSED_FAILED).status());
  stage.Tell("mediation_failed", "mediation ended without agreement; the case went back",
             {{"referral", court_case.referral}, {"dispute", dispute}});
  return absl::OkStatus();
}

}  // namespace maplebridge::maplectl
