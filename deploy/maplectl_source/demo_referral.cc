#include "deploy/maplectl_source/demo_referral.h"

#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>

#include "common/status/macros.h"

namespace maplebridge::maplectl {
namespace {

using docking::v1::Referral;
using docking::v1::ReferralService;
using ReferralStub = std::unique_ptr<ReferralService::Stub>;

// Another one each time: tenths of a second since 1970, and the case's number.
std::string NewCaseNumber(std::string_view type, int number) {
  const absl::Time now = absl::Now();
  const std::int64_t serial = (absl::ToUnixMillis(now) / 100 * 10 + number) % 99'999'999 + 1;
  const absl::TimeZone china = absl::FixedTimeZone(8 * 60 * 60);
  return absl::StrCat("（", absl::ToCivilYear(now, china).year(), "）浙0102", std::string(type),
                      serial, "号");
}

absl::StatusOr<Referral> Guide(const Stage& stage, const Cast& cast, const ReferralStub& stub,
                               int number, const std::string& summary) {
  docking::v1::OfferGuidanceRequest request;
  Referral* referral = request.mutable_referral();
  referral->set_case_number(NewCaseNumber("民诉前调", number));
  referral->set_category("CONTRACT");
  referral->set_division(kTownship);
  referral->set_summary(summary);
  referral->set_amount_fen(8'600'000);
  referral->set_guidance("已告知调解的特点和优势：不收费、保密、可申请司法确认。");
  MB_ASSIGN_OR_RETURN(const auto parties, InventParties(number));
  for (const type::v1::Party& party : parties) *referral->add_parties() = party;
  request.set_request_id(NewRequestId());
  return stage.Ask(cast.court, stub, &ReferralService::Stub::OfferGuidance, request);
}

absl::StatusOr<Referral> Consent(const Stage& stage, const Cast& cast, const ReferralStub& stub,
                                 const std::string& name) {
  Referral referral;
  for (const char* party : {"p1", "p2"}) {
    docking::v1::RecordConsentRequest request;
    request.set_name(name);
    request.set_party_id(party);
    request.set_decision(docking::v1::CONSENT_DECISION_CONSENT);
    request.set_evidence(absl::StrCat("同意调解书，当事人 ", party, " 签名"));
    request.set_request_id(NewRequestId());
    MB_ASSIGN_OR_RETURN(
        referral, stage.Ask(cast.court, stub, &ReferralService::Stub::RecordConsent, request));
  }
  return referral;
}

absl::StatusOr<SentMaterial> Upload(const Stage& stage, const Cast& cast, const ReferralStub& stub,
                                    const std::string& referral, const std::string& title) {
  SentMaterial sent;
  sent.bytes = MakePdf("Maplebridge demo");
  sent.sha256 = Sha256Of(sent.bytes);
  grpc::ClientContext context;
  stage.client().Prepare(&context, cast.court, absl::Seconds(30));
  docking::v1::Material stored;
  auto writer = stub->UploadMaterial(&context, &stored);
  docking::v1::UploadMaterialRequest header;
  header.mutable_header()->set_referral(referral);
  docking::v1::Material* material = header.mutable_header()->mutable_material();
  material->set_title(title);
  material->set_media_type("application/pdf");
  material->set_size(static_cast<std::int64_t>(sent.bytes.size()));
  material->set_sha256(sent.sha256);
  header.mutable_header()->set_request_id(NewRequestId());
  docking::v1::UploadMaterialRequest chunk;
  chunk.set_chunk(sent.bytes);
  // A refusal shows in the status.
  if (writer->Write(header)) writer->Write(chunk);
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (!status.ok()) return stage.client().Explain(status);
  sent.name = stored.name();
  return sent;
}

absl::StatusOr<Referral> Send(const Stage& stage, const Cast& cast, const ReferralStub& stub,
                              const std::string& name) {
  docking::v1::SendReferralRequest request;
  request.set_name(name);
  request.set_kind(docking::v1::REFERRAL_KIND_APPOINTED);
  request.set_organisation(cast.organisation);
  request.set_choice(docking::v1::ORGANISATION_CHOICE_COURT);
  request.set_request_id(NewRequestId());
  return stage.Ask(cast.court, stub, &ReferralService::Stub::SendReferral, request);
}

}  // namespace

absl::StatusOr<CourtCase> SendCase(Stage& stage, const Cast& cast, int number,
                                   const std::string& summary) {
  auto stub = ReferralService::NewStub(stage.client().channel());
  MB_ASSIGN_OR_RETURN(const Referral guided, Guide(stage, cast, stub, number, summary));
  CourtCase court_case{number, guided.name(), guided.case_number(), {}};
  stage.Tell("guidance_offered",
             absl::StrCat("the court guided the parties of ", guided.case_number()),
             {{"case", number},
              {"referral", guided.name()},
              {"case_number", guided.case_number()},
              {"consent_due_day", guided.deadline().deadline().due_day()}});
  MB_ASSIGN_OR_RETURN(const Referral consented, Consent(stage, cast, stub, guided.name()));
  stage.Tell("consents_recorded", "both parties consented",
             {{"case", number}, {"state", docking::v1::ReferralState_Name(consented.state())}});
  for (const char* title : {"起诉状", "买卖合同及送货单"}) {
    MB_ASSIGN_OR_RETURN(SentMaterial material, Upload(stage, cast, stub, guided.name(), title));
    court_case.materials.push_back(std::move(material));
  }
  Json digests = Json::array();
  for (const SentMaterial& material : court_case.materials) digests.push_back(material.sha256);
  stage.Tell("materials_uploaded", absl::StrCat(court_case.materials.size(), " materials go along"),
             {{"case", number}, {"sha256", digests}});
  MB_ASSIGN_OR_RETURN(const Referral sent, Send(stage, cast, stub, guided.name()));
  const std::string due_day = sent.deadline().deadline().due_day();
  stage.Tell("referral_sent",
             absl::StrCat("the court referred the case as an appointed mediation; the committee "
                          "answers by ",
                          due_day),
             {{"case", number},
              {"state", docking::v1::ReferralState_Name(sent.state())},
              {"due_day", due_day}});
  return court_case;
}

absl::StatusOr<Referral> GetReferral(const Stage& stage, const std::string& token,
                                     const std::string& name) {
  auto stub = ReferralService::NewStub(stage.client().channel());
  docking::v1::GetReferralRequest request;
  request.set_name(name);
  return stage.Ask(token, stub, &ReferralService::Stub::GetReferral, request);
}

absl::StatusOr<Referral> WaitForReferral(const Stage& stage, const std::string& token,
                                         const std::string& name,
                                         docking::v1::ReferralState state) {
  Referral referral;
  const std::string wanted = docking::v1::ReferralState_Name(state);
  MB_RETURN_IF_ERROR(
      stage.WaitUntil(absl::StrCat(name, " to be ", wanted), [&]() -> absl::StatusOr<bool> {
        MB_ASSIGN_OR_RETURN(referral, GetReferral(stage, token, name));
        return referral.state() == state;
      }));
  return referral;
}

CaseWatch::CaseWatch(const Stage& stage, const Cast& cast, const CourtCase& court_case)
    : watch_(stage.client(), {"docking", cast.court, 0, court_case.referral}),
      referral_(court_case.referral) {
  thread_ = std::thread([this] {
    // An end before Stop shows as events that are missing.
    watch_
        .Run([this](const feed::v1::Event& event) {
          std::lock_guard<std::mutex> lock(mutex_);
          if (event.resource() != referral_) return true;
          revisions_.push_back(event.revision());
          steps_.push_back(event.type());
          return true;
        })
        .IgnoreError();
  });
}

CaseWatch::~CaseWatch() {
  watch_.Stop();
  thread_.join();
}

void CaseWatch::Cut() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    seen_before_cut_ = revisions_.size();
  }
  was_cut_ = true;
  watch_.Cut();
}

bool CaseWatch::IsWholeAfterCut(std::int64_t revision) const {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!was_cut_ || watch_.resumptions() < 1) return false;
  if (seen_before_cut_ == 0 || revisions_.size() <= seen_before_cut_) return false;
  if (static_cast<std::int64_t>(revisions_.size()) != revision) return false;
  for (std::size_t i = 0; i < revisions_.size(); ++i) {
    if (revisions_[i] != static_cast<std::int64_t>(i) + 1) return false;
  }
  return true;
}

std::int64_t CaseWatch::revision() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return revisions_.empty() ? 0 : revisions_.back();
}

std::vector<std::string> CaseWatch::steps() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return steps_;
}

}  // namespace maplebridge::maplectl
