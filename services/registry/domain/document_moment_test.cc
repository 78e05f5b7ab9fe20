#include "services/registry/domain/document_moment.h"

#include <gtest/gtest.h>

namespace maplebridge::registry {
namespace {

Dispute Reported() {
  Dispute dispute;
  dispute.state = DisputeState::kReported;
  dispute.source = "APPLICATION";
  return dispute;
}

bool MayBeMade(DocumentKind kind, const Dispute& dispute, int ordinal = 0) {
  return WhyNotYet(kind, dispute, ordinal).empty();
}

TEST(DocumentMomentTest, AnApplicationIsOfADisputeThatAPartyBrought) {
  Dispute dispute = Reported();
  for (const char* source :
       {"APPLICATION", "REFERRAL", "POLICE", "CENTRE", "HOTLINE", "PETITION"}) {
    dispute.source = source;
    EXPECT_TRUE(MayBeMade(DocumentKind::kApplication, dispute)) << source;
  }
  for (const char* source : {"INITIATIVE", "INVESTIGATION"}) {
    dispute.source = source;
    EXPECT_FALSE(MayBeMade(DocumentKind::kApplication, dispute)) << source;
  }
}

TEST(DocumentMomentTest, ANoticeFollowsItsDecision) {
  Dispute dispute = Reported();
  EXPECT_FALSE(MayBeMade(DocumentKind::kAcceptanceNotice, dispute));
  EXPECT_FALSE(MayBeMade(DocumentKind::kDeclineNotice, dispute));
  dispute.accept_time = absl::UnixEpoch();
  dispute.state = DisputeState::kAccepted;
  EXPECT_TRUE(MayBeMade(DocumentKind::kAcceptanceNotice, dispute));
  EXPECT_FALSE(MayBeMade(DocumentKind::kDeclineNotice, dispute));
  dispute.state = DisputeState::kClosedDeclined;
  EXPECT_TRUE(MayBeMade(DocumentKind::kDeclineNotice, dispute));
}

TEST(DocumentMomentTest, ARecordIsOfWhatWasRecorded) {
  Dispute dispute = Reported();
  dispute.session_count = 2;
  dispute.follow_up_count = 1;
  EXPECT_TRUE(MayBeMade(DocumentKind::kMediationRecord, dispute, 2));
  EXPECT_FALSE(MayBeMade(DocumentKind::kMediationRecord, dispute, 3));
  EXPECT_TRUE(MayBeMade(DocumentKind::kFollowUpRecord, dispute, 1));
  EXPECT_FALSE(MayBeMade(DocumentKind::kFollowUpRecord, dispute, 2));
  dispute.urging_count = 1;
  EXPECT_TRUE(MayBeMade(DocumentKind::kUrgingNotice, dispute, 1));
  EXPECT_FALSE(MayBeMade(DocumentKind::kUrgingNotice, dispute, 2));
  EXPECT_FALSE(MayBeMade(DocumentKind::kPerformanceRecord, dispute));
  dispute.conclusion.agreement = 1;
  dispute.state = DisputeState::kConcluding;
  EXPECT_FALSE(MayBeMade(DocumentKind::kPerformanceRecord, dispute)) << "docking has not confirmed";
  dispute.state = DisputeState::kAgreed;
  EXPECT_TRUE(MayBeMade(DocumentKind::kPerformanceRecord, dispute));
  EXPECT_NE(WhyNotYet(DocumentKind::kMediationRecord, dispute, 3).find("RecordSession"),
            std::string::npos);
}

TEST(DocumentMomentTest, AnArchivedFileTakesNothingButItsIndexAndItsHistory) {
  Dispute dispute = Reported();
  dispute.accept_time = absl::UnixEpoch();
  dispute.session_count = dispute.follow_up_count = dispute.urging_count = 1;
  dispute.state = DisputeState::kArchived;
  for (int i = 0; i < kDocumentKindCount; ++i) {
    const auto kind = static_cast<DocumentKind>(i);
    EXPECT_EQ(MayBeMade(kind, dispute, 1),
              kind == DocumentKind::kFileIndex || kind == DocumentKind::kCaseHistory)
        << Word(kind);
  }
}

TEST(DocumentMomentTest, FourKindsAreMadeByStepsAndCallsOfTheirOwn) {
  int on_request = 0;
  for (int i = 0; i < kDocumentKindCount; ++i) {
    if (IsMadeOnRequest(static_cast<DocumentKind>(i))) ++on_request;
  }
  EXPECT_EQ(on_request, 10);
  EXPECT_FALSE(IsMadeOnRequest(DocumentKind::kAgreement));
  EXPECT_FALSE(IsMadeOnRequest(DocumentKind::kConclusionNotice));
  EXPECT_FALSE(IsMadeOnRequest(DocumentKind::kDisputeLedger));
  EXPECT_FALSE(IsMadeOnRequest(DocumentKind::kCampaignReport));
}

}  // namespace
}  // namespace maplebridge::registry
