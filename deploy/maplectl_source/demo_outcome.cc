#include "deploy/maplectl_source/demo_outcome.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/time/clock.h>

#include "common/status/macros.h"
#include "maplebridge/analytics/v1/indicator.grpc.pb.h"
#include "maplebridge/docking/v1/judicial_confirmation.grpc.pb.h"

namespace maplebridge::maplectl {
namespace {

using analytics::v1::IndicatorRow;
using analytics::v1::IndicatorService;
using analytics::v1::IndicatorValue;
using analytics::v1::QueryIndicatorsRequest;
using analytics::v1::QueryIndicatorsResponse;
using docking::v1::Confirmation;
using docking::v1::JudicialConfirmationService;
using docking::v1::ReferralService;
using ConfirmationStub = std::unique_ptr<JudicialConfirmationService::Stub>;

std::string StateWord(const Confirmation& confirmation) {
  return docking::v1::ConfirmationState_Name(confirmation.state())
      .substr(std::string("CONFIRMATION_STATE_").size());
}

std::string CaseNumberOf(std::string_view type) {
  const absl::Time now = absl::Now();
  const absl::TimeZone china = absl::FixedTimeZone(8 * 60 * 60);
  return absl::StrCat("（", absl::ToCivilYear(now, china).year(), "）浙0102", std::string(type),
                      absl::ToUnixMillis(now) / 100 % 99'999'999 + 1, "号");
}

absl::StatusOr<Confirmation> Apply(const Stage& stage, const std::string& token,
                                   const ConfirmationStub& stub, const CourtCase& court_case) {
  docking::v1::CreateConfirmationRequest request;
  Confirmation* confirmation = request.mutable_confirmation();
  confirmation->set_referral(court_case.referral);
  confirmation->add_matters(docking::v1::CONFIRMATION_MATTER_CIVIL_OBLIGATION);
  docking::v1::Applicant* applicant = confirmation->add_applicants();
  applicant->set_party_id("p1");
  applicant->set_evidence("司法确认申请书，张晓梅签名");
  request.set_request_id(NewRequestId());
  return stage.Ask(token, stub, &JudicialConfirmationService::Stub::CreateConfirmation, request);
}

absl::Status Join(const Stage& stage, const std::string& token, const ConfirmationStub& stub,
                  const std::string& name) {
  docking::v1::JoinConfirmationRequest request;
  request.set_name(name);
  request.set_party_id("p2");
  request.set_evidence("司法确认申请书，李建国签名");
  request.set_request_id(NewRequestId());
  return stage.Ask(token, stub, &JudicialConfirmationService::Stub::JoinConfirmation, request)
      .status();
}

// With the papers that JC art. 3 asks for.
absl::Status Submit(const Stage& stage, const std::string& token, const ConfirmationStub& stub,
                    const std::string& name, const registry::v1::Agreement& agreement) {
  docking::v1::SubmitConfirmationRequest request;
  request.set_name(name);
  auto add = [&request](docking::v1::ConfirmationDocumentKind kind, const std::string& document,
                        const std::string& sha256) {
    docking::v1::ConfirmationDocument* paper = request.add_documents();
    paper->set_kind(kind);
    paper->set_document(document);
    paper->set_sha256(sha256);
  };
  add(docking::v1::CONFIRMATION_DOCUMENT_KIND_AGREEMENT, agreement.document().document(),
      agreement.document().sha256());
  add(docking::v1::CONFIRMATION_DOCUMENT_KIND_APPLICATION, "", Sha256Of("application " + name));
  add(docking::v1::CONFIRMATION_DOCUMENT_KIND_IDENTITY_PROOF, "", Sha256Of("identity " + name));
  add(docking::v1::CONFIRMATION_DOCUMENT_KIND_SERVICE_ADDRESSES, "", Sha256Of("addresses " + name));
  request.set_request_id(NewRequestId());
  return stage.Ask(token, stub, &JudicialConfirmationService::Stub::SubmitConfirmation, request)
      .status();
}

absl::StatusOr<Confirmation> Rule(Stage& stage, const Cast& cast, const ConfirmationStub& stub,
                                  const std::string& name) {
  docking::v1::AcceptConfirmationRequest accept;
  accept.set_name(name);
  accept.set_case_number(CaseNumberOf("诉前调确"));
  accept.set_request_id(NewRequestId());
  MB_ASSIGN_OR_RETURN(
      const Confirmation accepted,
      stage.Ask(cast.judge, stub, &JudicialConfirmationService::Stub::AcceptConfirmation, accept));
  stage.Tell("confirmation_accepted",
             absl::StrCat("the court accepted the application as ", accepted.case_number()),
             {{"confirmation", name},
              {"case_number", accepted.case_number()},
              {"due_day", accepted.deadline().deadline().due_day()}});
  docking::v1::ConfirmAgreementRequest confirm;
  confirm.set_name(name);
  confirm.set_ruling_number(accepted.case_number() + "民事裁定书");
  confirm.set_request_id(NewRequestId());
  return stage.Ask(cast.judge, stub, &JudicialConfirmationService::Stub::ConfirmAgreement, confirm);
}

// The bytes of one material as they are kept.
absl::StatusOr<std::string> Download(const Stage& stage, const Cast& cast,
                                     const std::string& name) {
  auto stub = ReferralService::NewStub(stage.client().channel());
  grpc::ClientContext context;
  stage.client().Prepare(&context, cast.court, absl::Seconds(30));
  docking::v1::DownloadMaterialRequest request;
  request.set_name(name);
  auto reader = stub->DownloadMaterial(&context, request);
  std::string bytes;
  for (docking::v1::DownloadMaterialResponse part; reader->Read(&part);) bytes += part.chunk();
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return stage.client().Explain(status);
  return bytes;
}

const IndicatorValue& ValueOf(const IndicatorRow& row, const std::string& indicator) {
  for (const IndicatorValue& value : row.values()) {
    if (value.indicator() == indicator) return value;
  }
  return IndicatorValue::default_instance();
}

absl::StatusOr<QueryIndicatorsResponse> Query(const Stage& stage, const std::string& token,
                                              QueryIndicatorsRequest request) {
  for (const char* indicator : {"referrals", "settled", "success_rate", "days_to_settle"}) {
    request.add_indicators(indicator);
  }
  auto stub = IndicatorService::NewStub(stage.client().channel());
  return stage.Ask(token, stub, &IndicatorService::Stub::QueryIndicators, request);
}

Json FiguresOf(const IndicatorRow& row) {
  Json figures;
  figures["referrals"] = ValueOf(row, "referrals").numerator();
  figures["settled"] = ValueOf(row, "settled").numerator();
  const IndicatorValue& rate = ValueOf(row, "success_rate");
  figures["success_rate"] = rate.has_value() ? Json(rate.value()) : Json(nullptr);
  return figures;
}

// A bureau's figures of its own place, all organisations together.
absl::Status ShowPlaces(Stage& stage, const Cast& cast) {
  const std::pair<std::string, std::string> places[] = {{cast.county_bureau, kTownship},
                                                        {cast.county_bureau, kCounty},
                                                        {cast.city_bureau, kCity},
                                                        {cast.province_bureau, kProvince}};
  for (const auto& [token, division] : places) {
    QueryIndicatorsRequest request;
    request.set_division(division);
    MB_ASSIGN_OR_RETURN(const QueryIndicatorsResponse answer, Query(stage, token, request));
    const IndicatorRow& row = answer.rows(0);
    Json json = FiguresOf(row);
    json["division"] = row.division();
    const IndicatorValue& days = ValueOf(row, "days_to_settle");
    if (days.has_value()) json["days_to_settle"] = days.value();
    stage.Tell("figures_of_place",
               absl::StrFormat("%-9s  %d referrals, %d settled, success rate %.1f %%, %.4f days to "
                               "settle",
                               row.division(), ValueOf(row, "referrals").numerator(),
                               ValueOf(row, "settled").numerator(),
                               ValueOf(row, "success_rate").value() * 100, days.value()),
               json);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> Confirm(Stage& stage, const Cast& cast, const CourtCase& court_case,
                                    const registry::v1::Agreement& agreement) {
  auto stub = JudicialConfirmationService::NewStub(stage.client().channel());
  // Each party applies for itself, from its own account.
  MB_ASSIGN_OR_RETURN(const auto parties, InventParties(court_case.number));
  MB_ASSIGN_OR_RETURN(const std::string first, stage.TokenForParty(parties[0].identity_number()));
  MB_ASSIGN_OR_RETURN(const std::string second, stage.TokenForParty(parties[1].identity_number()));
  MB_ASSIGN_OR_RETURN(const Confirmation draft, Apply(stage, first, stub, court_case));
  MB_RETURN_IF_ERROR(Join(stage, second, stub, draft.name()));
  MB_RETURN_IF_ERROR(Submit(stage, first, stub, draft.name(), agreement));
  stage.Tell(
      "confirmation_submitted", "both parties applied for judicial confirmation",
      {{"confirmation", draft.name()}, {"window_due_day", draft.deadline().deadline().due_day()}});
  MB_ASSIGN_OR_RETURN(const Confirmation ruled, Rule(stage, cast, stub, draft.name()));
  MB_RETURN_IF_ERROR(WaitForReferral(stage, cast.court, court_case.referral,
                                     docking::v1::REFERRAL_STATE_CLOSED_CONFIRMED)
                         .status());
  const std::string state = StateWord(ruled);
  stage.Tell("agreement_confirmed", "the court confirmed the agreement: it is enforceable",
             {{"confirmation", draft.name()}, {"state", state}});
  return state;
}

absl::StatusOr<bool> TakeBack(Stage& stage, const Cast& cast, const CourtCase& court_case) {
  bool are_equal = !court_case.materials.empty();
  for (const SentMaterial& material : court_case.materials) {
    MB_ASSIGN_OR_RETURN(const std::string bytes, Download(stage, cast, material.name));
    are_equal = are_equal && bytes == material.bytes && Sha256Of(bytes) == material.sha256;
  }
  MB_ASSIGN_OR_RETURN(const docking::v1::Referral returned,
                      GetReferral(stage, cast.court, court_case.referral));
  are_equal = are_equal && returned.conclusion().materials_equal();
  stage.Tell("materials_returned",
             are_equal ? "the materials came back byte for byte" : "the materials differ",
             {{"referral", court_case.referral}, {"equal", are_equal}});
  auto stub = ReferralService::NewStub(stage.client().channel());
  docking::v1::RegisterCaseRequest request;
  request.set_name(court_case.referral);
  request.set_case_number(CaseNumberOf("民初"));
  request.set_request_id(NewRequestId());
  MB_ASSIGN_OR_RETURN(const docking::v1::Referral registered,
                      stage.Ask(cast.court, stub, &ReferralService::Stub::RegisterCase, request));
  stage.Tell("case_registered",
             absl::StrCat("the court registered the case as ", registered.filed_case_number()),
             {{"referral", court_case.referral},
              {"state", docking::v1::ReferralState_Name(registered.state())}});
  return are_equal;
}

absl::StatusOr<Json> ReadFigures(Stage& stage, const Cast& cast) {
  QueryIndicatorsRequest request;
  request.set_organisation(cast.organisation);
  QueryIndicatorsResponse answer;
  Json figures;
  MB_RETURN_IF_ERROR(
      stage.WaitUntil("analytics to have heard of both cases", [&]() -> absl::StatusOr<bool> {
        MB_ASSIGN_OR_RETURN(answer, Query(stage, cast.head, request));
        figures = FiguresOf(answer.rows(0));
        // Both have ended: the one settled, the other not.
        return figures["referrals"] == 2 &&
               ValueOf(answer.rows(0), "success_rate").denominator() == 2;
      }));
  stage.Tell("figures_of_organisation",
             absl::StrCat("analytics of the committee: ", figures.dump()), figures);
  MB_RETURN_IF_ERROR(ShowPlaces(stage, cast));
  return figures;
}

}  // namespace maplebridge::maplectl
