#include "services/registry/domain/document_moment.h"

#include <absl/strings/str_cat.h>

namespace maplebridge::registry {
namespace {

std::string WhyNoPart(std::string_view part, std::string_view method, int count, int ordinal) {
  if (ordinal <= count) return "";
  return absl::StrCat("has ", count, " recorded ", std::string(part),
                      ", and none with the ordinal ", ordinal, "; call ", std::string(method),
                      " first");
}

}  // namespace

bool IsMadeOnRequest(DocumentKind kind) {
  return kind != DocumentKind::kAgreement && kind != DocumentKind::kConclusionNotice &&
         kind != DocumentKind::kDisputeLedger && kind != DocumentKind::kCampaignReport;
}

bool IsAboutOnePart(DocumentKind kind) {
  return kind == DocumentKind::kMediationRecord || kind == DocumentKind::kFollowUpRecord ||
         kind == DocumentKind::kUrgingNotice;
}

std::string WhyNotYet(DocumentKind kind, const Dispute& dispute, int ordinal) {
  const bool is_of_file = kind == DocumentKind::kFileIndex || kind == DocumentKind::kCaseHistory;
  if (dispute.state == DisputeState::kArchived && !is_of_file) {
    return "is archived; of an archived file only the index and the history are still made";
  }
  switch (kind) {
    case DocumentKind::kApplication:
      // PML 17: either a party applies, or the committee comes by itself.
      if (dispute.source == "INITIATIVE" || dispute.source == "INVESTIGATION") {
        return "was taken up by the organisation itself, so no party applied";
      }
      return "";
    case DocumentKind::kAcceptanceNotice:
      return dispute.accept_time ? "" : "is not accepted; call AcceptDispute first";
    case DocumentKind::kDeclineNotice:
      if (dispute.state == DisputeState::kClosedDeclined) return "";
      return "was not declined; call DeclineDispute first";
    case DocumentKind::kMediationRecord:
      return WhyNoPart("sessions", "RecordSession", dispute.session_count, ordinal);
    case DocumentKind::kFollowUpRecord:
      return WhyNoPart("follow-up visits", "RecordFollowUp", dispute.follow_up_count, ordinal);
    case DocumentKind::kUrgingNotice:
      return WhyNoPart("urgings", "UrgePerformance", dispute.urging_count, ordinal);
    case DocumentKind::kPerformanceRecord:
      return dispute.conclusion.agreement > 0 && dispute.state != DisputeState::kConcluding
                 ? ""
                 : "was not concluded by an agreement; call ConcludeByAgreement first";
    default:
      return "";
  }
}

}  // namespace maplebridge::registry
