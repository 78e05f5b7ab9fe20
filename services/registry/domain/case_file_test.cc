#include "services/registry/domain/case_file.h"

#include <gtest/gtest.h>

namespace maplebridge::registry {
namespace {

Dispute Agreed(const std::string& difficulty) {
  Dispute dispute;
  dispute.state = DisputeState::kPerformed;
  dispute.difficulty = difficulty;
  dispute.conclusion.kind = "AGREEMENT";
  dispute.conclusion.document_id = "agreement-1";
  dispute.session_count = 1;
  return dispute;
}

const std::set<DocumentKind> kRecord = {DocumentKind::kMediationRecord};

TEST(CaseFileTest, AnAgreementNeedsItsSessionAndItsRecord) {
  Dispute dispute = Agreed("ORDINARY");
  EXPECT_TRUE(FileGaps(dispute, kRecord).empty());
  ASSERT_EQ(FileGaps(dispute, {}).size(), 1u);
  EXPECT_NE(FileGaps(dispute, {})[0].find("mediation record"), std::string::npos);
  dispute.session_count = 0;
  ASSERT_EQ(FileGaps(dispute, {}).size(), 1u);
  EXPECT_NE(FileGaps(dispute, {})[0].find("session"), std::string::npos);
}

TEST(CaseFileTest, AnOralAgreementNeedsItsRegister) {
  Dispute dispute = Agreed("ORDINARY");
  dispute.conclusion.document_id.clear();
  ASSERT_EQ(FileGaps(dispute, kRecord).size(), 1u);
  EXPECT_NE(FileGaps(dispute, kRecord)[0].find("PML 28"), std::string::npos);
  EXPECT_TRUE(
      FileGaps(dispute, {DocumentKind::kMediationRecord, DocumentKind::kOralAgreementRegister})
          .empty());
}

TEST(CaseFileTest, ComplexAndMajorDisputesNeedAFollowUpVisit) {
  for (const char* difficulty : {"COMPLEX", "MAJOR"}) {
    Dispute dispute = Agreed(difficulty);
    ASSERT_EQ(FileGaps(dispute, kRecord).size(), 1u) << difficulty;
    dispute.follow_up_count = 1;
    EXPECT_TRUE(FileGaps(dispute, kRecord).empty()) << difficulty;
  }
  EXPECT_TRUE(FileGaps(Agreed("SIMPLE"), kRecord).empty());
}

TEST(CaseFileTest, EverythingThatIsMissingIsNamedAtOnce) {
  Dispute dispute = Agreed("MAJOR");
  dispute.session_count = 0;
  EXPECT_EQ(FileGaps(dispute, kRecord).size(), 2u);
}

TEST(CaseFileTest, AFailedMediationNeedsItsNoticeUnlessDockingEndedIt) {
  Dispute dispute;
  dispute.state = DisputeState::kClosedFailed;
  dispute.conclusion.kind = "NO_AGREEMENT";
  EXPECT_EQ(FileGaps(dispute, kRecord).size(), 1u);
  dispute.referral = "referrals/1";
  EXPECT_TRUE(FileGaps(dispute, kRecord).empty());
  dispute.referral.clear();
  dispute.conclusion.document_id = "conclusion-notice-1";
  EXPECT_TRUE(FileGaps(dispute, kRecord).empty());
}

TEST(CaseFileTest, WhatWasNeverMediatedNeedsNothingMore) {
  Dispute dispute;
  dispute.state = DisputeState::kClosedDeclined;
  dispute.difficulty = "MAJOR";
  EXPECT_TRUE(FileGaps(dispute, kRecord).empty());
}

}  // namespace
}  // namespace maplebridge::registry
