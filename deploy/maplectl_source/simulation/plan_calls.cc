#include "deploy/maplectl_source/simulation/plan_calls.h"

namespace maplebridge::maplectl {
namespace {

void CountReferral(const PlannedDispute& dispute, CallCounts* calls) {
  (*calls)["OfferGuidance"] += 1;
  if (dispute.is_consent_refused) {
    // The first refuses, which ends it.
    (*calls)["RecordConsent"] += 1;
    return;
  }
  (*calls)["RecordConsent"] += static_cast<int>(dispute.parties.size());
  (*calls)["UploadMaterial"] += 1;
  (*calls)["SendReferral"] += 1;
  (*calls)["AcceptReferral"] += 1;
  (*calls)[dispute.outcome == Outcome::kAgreed ? "AcknowledgeFeedback" : "RegisterCase"] += 1;
}

void CountAgreement(const PlannedDispute& dispute, CallCounts* calls) {
  (*calls)["CreateAgreement"] += 1;
  if (dispute.is_written) {
    (*calls)["SignAgreement"] += static_cast<int>(dispute.parties.size()) + 2;
  }
  (*calls)["ConcludeByAgreement"] += 1;
  switch (dispute.performance) {
    case Performance::kInTime:
      (*calls)["RecordPerformance"] += dispute.obligations;
      break;
    case Performance::kStillOpen:
      break;
    case Performance::kAfterUrging:
      (*calls)["UrgePerformance"] += 1;
      (*calls)["RecordPerformance"] += dispute.obligations;
      break;
    case Performance::kNever:
      (*calls)["UrgePerformance"] += 1;
      (*calls)["CloseUnperformed"] += 1;
      break;
  }
}

void CountMediation(const PlannedDispute& dispute, CallCounts* calls) {
  (*calls)["AssignMediators"] += 1;
  (*calls)["RecordSession"] += dispute.sessions;
  if (dispute.has_escalation) {
    (*calls)["ReportEscalation"] += 1;
    (*calls)["AcknowledgeEscalation"] += 1;
  }
  if (dispute.outcome == Outcome::kWithdrawn) (*calls)["WithdrawDispute"] += 1;
  if (dispute.outcome == Outcome::kFailed) (*calls)["ConcludeWithoutAgreement"] += 1;
  if (dispute.outcome == Outcome::kAgreed) CountAgreement(dispute, calls);
}

// `of_risk`: it breaks out of a risk, which reports it.
void CountDispute(const PlannedDispute& dispute, bool of_risk, CallCounts* calls) {
  if (dispute.is_referred) {
    CountReferral(dispute, calls);
    if (dispute.is_consent_refused) return;
  } else {
    if (!of_risk) (*calls)["ReportDispute"] += dispute.is_repeated ? 2 : 1;
    if (dispute.transfer) {
      (*calls)["OfferTransfer"] += 1;
      (*calls)[dispute.transfer->is_accepted ? "AcceptTransfer" : "DeclineTransfer"] += 1;
    }
    (*calls)[IsAccepted(dispute) ? "AcceptDispute" : "DeclineDispute"] += 1;
  }
  if (IsAccepted(dispute)) CountMediation(dispute, calls);
  if (dispute.satisfaction > 0) (*calls)["RecordFollowUp"] += 1;
  (*calls)["CreateDocument"] += static_cast<int>(DocumentsOf(dispute).size());
  if (dispute.is_archived) (*calls)["ArchiveDispute"] += 1;
}

void CountRisk(const PlannedRisk& risk, CallCounts* calls) {
  (*calls)["CreateRiskEntry"] += 1;
  if (risk.state == "FOUND") return;
  (*calls)["ReportRisk"] += 1;
  if (risk.state == "REPORTED") return;
  if (risk.dispute) {
    (*calls)["EscalateRisk"] += 1;
    CountDispute(*risk.dispute, /*of_risk=*/true, calls);
    return;
  }
  for (const char* call : {"AddMeasure", "CompleteMeasure", "ControlRisk"}) (*calls)[call] += 1;
  if (risk.state == "RESOLVED") (*calls)["ResolveRisk"] += 1;
}

void CountRoster(const CountyPlan& plan, CallCounts* calls) {
  for (const PlannedOrganisation& organisation : plan.organisations) {
    (*calls)["CreateOrganisation"] += 1;
    (*calls)["CreateMediator"] += static_cast<int>(organisation.members.size());
    (*calls)["FileOrganisation"] += 1;
    (*calls)["PublishOrganisation"] += 1;
    if (organisation.kind != OrganisationKind::kVillage) (*calls)["CreateCourtRosterEntry"] += 1;
  }
}

std::string RefusedCall(Mistake mistake) {
  switch (mistake) {
    case Mistake::kNone:
      return "";
    case Mistake::kWrongNumber:
    case Mistake::kNoRespondent:
    case Mistake::kUnfitMatter:
    case Mistake::kReusedRequestId:
      return "ReportDispute";
    case Mistake::kStrangersLook:
      return "ListDisputeParties";
    case Mistake::kRightsNotTold:
    case Mistake::kSessionToCome:
      return "RecordSession";
    case Mistake::kUnsigned:
      return "ConcludeByAgreement";
    case Mistake::kPerformedTwice:
      return "RecordPerformance";
  }
  return "";
}

void DropNone(CallCounts* calls) {
  std::erase_if(*calls, [](const auto& call) { return call.second == 0; });
}

}  // namespace

std::vector<std::string> DocumentsOf(const PlannedDispute& dispute) {
  const bool is_accepted = IsAccepted(dispute);
  const bool is_agreed = is_accepted && dispute.outcome == Outcome::kAgreed;
  // Without the record, and an oral agreement's register, a file is not archived.
  const bool is_filed = is_agreed && dispute.is_archived;
  if (!dispute.has_documents && !is_filed) return {};
  if (!is_accepted) return {"DECLINE_NOTICE", "FILE_INDEX"};
  std::vector<std::string> documents;
  if (dispute.has_documents) documents.emplace_back("ACCEPTANCE_NOTICE");
  documents.emplace_back("MEDIATION_RECORD");
  if (is_agreed && !dispute.is_written) documents.emplace_back("ORAL_AGREEMENT_REGISTER");
  if (!dispute.has_documents) return documents;
  if (dispute.satisfaction > 0) documents.emplace_back("FOLLOW_UP_RECORD");
  documents.emplace_back("FILE_INDEX");
  return documents;
}

CallCounts PlannedCalls(const CountyPlan& plan) {
  CallCounts calls;
  CountRoster(plan, &calls);
  for (const PlannedDispute& dispute : plan.disputes) {
    CountDispute(dispute, /*of_risk=*/false, &calls);
  }
  for (const PlannedCampaign& campaign : plan.campaigns) {
    calls["CreateCampaign"] += 1;
    if (campaign.is_closed) calls["CloseCampaign"] += 1;
    calls["AssignVillages"] += static_cast<int>(campaign.visits.size());
    for (const auto& visits : campaign.visits) {
      calls["RecordVisit"] += static_cast<int>(visits.size());
      for (const PlannedVisit& visit : visits) {
        if (visit.risk) CountRisk(*visit.risk, &calls);
      }
    }
  }
  const auto observations = static_cast<int>(plan.observations.size());
  if (observations > 0) {
    // The first part is sent once more.
    calls["BatchCreateObservations"] =
        (observations + kObservationsOfCall - 1) / kObservationsOfCall + 1;
  }
  DropNone(&calls);
  return calls;
}

CallCounts PlannedRefusals(const CountyPlan& plan) {
  CallCounts refusals;
  for (const PlannedOrganisation& organisation : plan.organisations) {
    // Filed before it has members.
    if (organisation.kind == OrganisationKind::kIndustry) refusals["FileOrganisation"] += 1;
  }
  for (const PlannedDispute* dispute : AllDisputes(plan)) {
    if (dispute->mistake != Mistake::kNone) refusals[RefusedCall(dispute->mistake)] += 1;
  }
  if (!plan.observations.empty()) {
    // A number that was shared before, with another content.
    refusals["BatchCreateObservations"] += 1;
  }
  DropNone(&refusals);
  return refusals;
}

}  // namespace maplebridge::maplectl
