#include "deploy/maplectl_source/simulation/court_case.h"

#include <absl/strings/str_cat.h>

#include <utility>

#include "common/calendar/working_calendar.h"
#include "common/status/macros.h"

namespace maplebridge::maplectl {
namespace {

using docking::v1::Referral;
using docking::v1::ReferralService;
using registry::v1::DisputeService;

// The character of a province in the numbers of its courts, by the first two digits of its code.
std::string_view ProvinceCharacter(std::string_view code) {
  constexpr std::pair<std::string_view, std::string_view> kCharacters[] = {
      {"11", "京"}, {"12", "津"}, {"13", "冀"}, {"14", "晋"}, {"15", "内"}, {"21", "辽"},
      {"22", "吉"}, {"23", "黑"}, {"31", "沪"}, {"32", "苏"}, {"33", "浙"}, {"34", "皖"},
      {"35", "闽"}, {"36", "赣"}, {"37", "鲁"}, {"41", "豫"}, {"42", "鄂"}, {"43", "湘"},
      {"44", "粤"}, {"45", "桂"}, {"46", "琼"}, {"50", "渝"}, {"51", "川"}, {"52", "黔"},
      {"53", "云"}, {"54", "藏"}, {"61", "陕"}, {"62", "甘"}, {"63", "青"}, {"64", "宁"},
      {"65", "新"}};
  for (const auto& [province, character] : kCharacters) {
    if (code.substr(0, 2) == province) return character;
  }
  return "最高法";
}

}  // namespace

std::vector<type::v1::Party> PartiesOf(const PlannedDispute& plan) {
  std::vector<type::v1::Party> parties;
  for (const PlannedParty& planned : plan.parties) {
    type::v1::Party party;
    party.set_party_id(absl::StrCat("p", parties.size() + 1));
    party.set_kind(planned.is_firm ? type::v1::PARTY_KIND_ORGANISATION
                                   : type::v1::PARTY_KIND_PERSON);
    party.set_position(planned.is_applicant ? type::v1::PARTY_POSITION_APPLICANT
                                            : type::v1::PARTY_POSITION_RESPONDENT);
    party.set_display_name(planned.name);
    party.set_identity_kind(planned.is_firm ? type::v1::IDENTITY_KIND_SOCIAL_CREDIT
                                            : type::v1::IDENTITY_KIND_RESIDENT);
    party.set_identity_number(planned.identity_number);
    party.set_telephone(planned.telephone);
    party.set_domicile_division(plan.division);
    parties.push_back(std::move(party));
  }
  return parties;
}

// Another one each time: of this moment, and of the case's place in the plan.
std::string CourtCase::CaseNumber(std::string_view type) const {
  constexpr std::uint64_t kMostSerial = 99'999'999;
  const absl::Time now = absl::Now();
  const std::string court = cast_.court_name().substr(std::string("courts/").size());
  RandomStream stream(static_cast<std::uint64_t>(absl::ToUnixMicros(now)), plan_.key);
  return absl::StrCat("（", absl::ToCivilYear(now, calendar::ChinaTime()).year(), "）",
                      std::string(ProvinceCharacter(court)), court.substr(2), std::string(type),
                      stream.Next() % kMostSerial + 1, "号");
}

absl::Status CourtCase::Guide() {
  docking::v1::OfferGuidanceRequest request;
  Referral* referral = request.mutable_referral();
  referral->set_case_number(CaseNumber("民诉前调"));
  referral->set_category(std::string(DisputeKinds()[plan_.kind].category));
  referral->set_division(plan_.division);
  referral->set_summary(plan_.summary);
  referral->set_amount_fen(plan_.claimed_fen);
  referral->set_guidance("已告知调解不收费、保密、可申请司法确认。");
  for (type::v1::Party& party : PartiesOf(plan_)) *referral->add_parties() = std::move(party);
  request.set_request_id(NewRequestId());
  MB_ASSIGN_OR_RETURN(const Referral guided,
                      player_.Do("OfferGuidance", cast_.court(), player_.stubs().referrals,
                                 &ReferralService::Stub::OfferGuidance, request));
  referral_ = guided.name();
  return RecordConsents();
}

absl::Status CourtCase::RecordConsents() {
  for (std::size_t i = 0; i < plan_.parties.size(); ++i) {
    docking::v1::RecordConsentRequest request;
    request.set_name(referral_);
    request.set_party_id(absl::StrCat("p", i + 1));
    request.set_decision(plan_.is_consent_refused ? docking::v1::CONSENT_DECISION_REFUSE
                                                  : docking::v1::CONSENT_DECISION_CONSENT);
    request.set_evidence("调解意向书，当事人签名");
    request.set_request_id(NewRequestId());
    MB_RETURN_IF_ERROR(player_
                           .Do("RecordConsent", cast_.court(), player_.stubs().referrals,
                               &ReferralService::Stub::RecordConsent, request)
                           .status());
    if (plan_.is_consent_refused) break;
  }
  return absl::OkStatus();
}

absl::Status CourtCase::Upload() {
  const std::string bytes = MakePdf("Simulated complaint");
  grpc::ClientContext context;
  player_.client().Prepare(&context, cast_.court(), absl::Seconds(60));
  docking::v1::Material stored;
  auto writer = player_.stubs().referrals->UploadMaterial(&context, &stored);
  docking::v1::UploadMaterialRequest header;
  header.mutable_header()->set_referral(referral_);
  docking::v1::Material* material = header.mutable_header()->mutable_material();
  material->set_title("起诉状");
  material->set_media_type("application/pdf");
  material->set_size(static_cast<std::int64_t>(bytes.size()));
  material->set_sha256(Sha256Of(bytes));
  header.mutable_header()->set_request_id(NewRequestId());
  docking::v1::UploadMaterialRequest chunk;
  chunk.set_chunk(bytes);
  // A refusal shows in the status.
  if (writer->Write(header)) writer->Write(chunk);
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  return player_.Count("UploadMaterial",
                       status.ok() ? absl::OkStatus() : player_.client().Explain(status));
}

absl::StatusOr<std::string> CourtCase::Send() {
  MB_RETURN_IF_ERROR(Upload());
  const CastOrganisation& organisation = cast_.organisation(plan_.organisation);
  const auto& stub = player_.stubs().referrals;
  docking::v1::SendReferralRequest send;
  send.set_name(referral_);
  send.set_kind(docking::v1::REFERRAL_KIND_APPOINTED);
  send.set_organisation(organisation.name);
  send.set_choice(docking::v1::ORGANISATION_CHOICE_COURT);
  send.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(
      player_.Do("SendReferral", cast_.court(), stub, &ReferralService::Stub::SendReferral, send)
          .status());
  docking::v1::AcceptReferralRequest accept;
  accept.set_name(referral_);
  accept.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(player_
                         .Do("AcceptReferral", organisation.head, stub,
                             &ReferralService::Stub::AcceptReferral, accept)
                         .status());
  return AwaitBirth();
}

absl::StatusOr<std::string> CourtCase::AwaitBirth() {
  std::string dispute;
  const std::string& token = cast_.organisation(plan_.organisation).head;
  MB_RETURN_IF_ERROR(player_.WaitUntil(
      "the registry to make a dispute of a referral", [&]() -> absl::StatusOr<bool> {
        registry::v1::ListDisputesRequest request;
        request.set_referral(referral_);
        MB_ASSIGN_OR_RETURN(const registry::v1::ListDisputesResponse list,
                            player_.Read("ListDisputes", token, player_.stubs().disputes,
                                         &DisputeService::Stub::ListDisputes, request));
        if (list.disputes().empty()) return false;
        dispute = list.disputes(0).name();
        return true;
      }));
  return dispute;
}

absl::Status CourtCase::AwaitReferral(docking::v1::ReferralState state) {
  return player_.WaitUntil("docking to follow the registry", [&]() -> absl::StatusOr<bool> {
    docking::v1::GetReferralRequest request;
    request.set_name(referral_);
    MB_ASSIGN_OR_RETURN(const Referral referral,
                        player_.Read("GetReferral", cast_.court(), player_.stubs().referrals,
                                     &ReferralService::Stub::GetReferral, request));
    return referral.state() == state;
  });
}

absl::Status CourtCase::AwaitDispute(const std::string& dispute, registry::v1::DisputeState state) {
  const std::string& token = cast_.organisation(plan_.organisation).head;
  return player_.WaitUntil("the registry to follow docking", [&]() -> absl::StatusOr<bool> {
    registry::v1::GetDisputeRequest request;
    request.set_name(dispute);
    MB_ASSIGN_OR_RETURN(const registry::v1::Dispute found,
                        player_.Read("GetDispute", token, player_.stubs().disputes,
                                     &DisputeService::Stub::GetDispute, request));
    return found.state() == state;
  });
}

absl::Status CourtCase::AwaitAgreement(const std::string& dispute) {
  MB_RETURN_IF_ERROR(AwaitReferral(docking::v1::REFERRAL_STATE_AGREED));
  MB_RETURN_IF_ERROR(AwaitDispute(dispute, registry::v1::DISPUTE_STATE_AGREED));
  docking::v1::AcknowledgeFeedbackRequest request;
  request.set_name(referral_);
  request.set_request_id(NewRequestId());
  return player_
      .Do("AcknowledgeFeedback", cast_.court(), player_.stubs().referrals,
          &ReferralService::Stub::AcknowledgeFeedback, request)
      .status();
}

absl::Status CourtCase::AwaitReturn(const std::string& dispute) {
  MB_RETURN_IF_ERROR(AwaitReferral(docking::v1::REFERRAL_STATE_RETURNED));
  MB_RETURN_IF_ERROR(AwaitDispute(dispute, registry::v1::DISPUTE_STATE_CLOSED_FAILED));
  docking::v1::RegisterCaseRequest request;
  request.set_name(referral_);
  request.set_case_number(CaseNumber("民初"));
  request.set_request_id(NewRequestId());
  return player_
      .Do("RegisterCase", cast_.court(), player_.stubs().referrals,
          &ReferralService::Stub::RegisterCase, request)
      .status();
}

}  // namespace maplebridge::maplectl
