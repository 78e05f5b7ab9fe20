#include "services/docking/domain/referral_rule.h"

#include <gtest/gtest.h>

#include "services/docking/domain/judicial_confirmation.h"

namespace maplebridge::docking {
namespace {

Referral WithConsents(const std::vector<std::string>& decisions) {
  Referral referral;
  referral.state = ReferralState::kGuided;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    Party party;
    party.party_id = "p" + std::to_string(i + 1);
    referral.parties.push_back(party);
    Consent consent;
    consent.party_id = party.party_id;
    consent.decision = decisions[i];
    referral.consents.push_back(consent);
  }
  return referral;
}

TEST(ReferralRuleTest, TheLastConsentCompletesAndNoOther) {
  Referral referral = WithConsents({"CONSENT", "", "CONSENT"});
  EXPECT_EQ(ConsentEvent(referral, "p1", "CONSENT"), ReferralEvent::kConsent);
  EXPECT_EQ(ConsentEvent(referral, "p2", "CONSENT"), ReferralEvent::kCompleteConsent);
  EXPECT_EQ(ConsentEvent(referral, "p2", "REFUSE"), ReferralEvent::kRefuse);
  EXPECT_EQ(ConsentEvent(referral, "p1", "WITHDRAW"), ReferralEvent::kWithdrawConsent);
  EXPECT_EQ(MissingConsents(referral), std::vector<std::string>{"p2"});
  referral = WithConsents({"", ""});
  EXPECT_EQ(ConsentEvent(referral, "p2", "CONSENT"), ReferralEvent::kConsent);
}

TEST(ReferralRuleTest, TheCaseNumberSaysWhetherTheCaseIsFiled) {
  EXPECT_EQ(KindAt(StageOf("民诉前调")), ReferralKind::kAppointed);
  EXPECT_EQ(KindAt(StageOf("民初")), ReferralKind::kEntrusted);
  EXPECT_EQ(KindAt(StageOf("执")), ReferralKind::kUnspecified);
  EXPECT_EQ(StageOf("诉前调确"), CaseStage::kConfirmation);
  Referral referral;
  EXPECT_EQ(EffectiveKind(referral, CaseStage::kFiled), ReferralKind::kEntrusted);
  referral.kind = ReferralKind::kAppointed;
  EXPECT_EQ(EffectiveKind(referral, CaseStage::kFiled), ReferralKind::kAppointed);
}

TEST(ReferralRuleTest, MissingPartiesAreNamedInOrder) {
  const Referral referral = WithConsents({"", "", ""});
  EXPECT_EQ(MissingParties(referral, {"p2"}), (std::vector<std::string>{"p1", "p3"}));
  EXPECT_TRUE(MissingParties(referral, {"p3", "p2", "p1"}).empty());
  EXPECT_TRUE(IsParty(referral, "p3"));
  EXPECT_FALSE(IsParty(referral, "p4"));
}

TEST(ReferralRuleTest, TheWindowClosesOnlyWhenItIsOverAndNoApplicationIsWithTheCourt) {
  Referral referral;
  referral.state = ReferralState::kAgreed;
  referral.window_day = absl::CivilDay(2026, 10, 8);
  const absl::CivilDay last(2026, 10, 8), after(2026, 10, 9);
  EXPECT_EQ(ExpiryEvent(referral, false, last), ReferralEvent::kClockExpired);
  EXPECT_EQ(ExpiryEvent(referral, false, after), ReferralEvent::kWindowClosed);
  EXPECT_EQ(ExpiryEvent(referral, true, after), ReferralEvent::kClockExpired);
  referral.is_unconfirmed = true;
  EXPECT_EQ(ExpiryEvent(referral, false, after), ReferralEvent::kWindowClosedUnconfirmed);
  referral.window_day.reset();
  EXPECT_EQ(ExpiryEvent(referral, false, after), ReferralEvent::kClockExpired);
}

TEST(ReferralRuleTest, OnlyADutyThatStaysIsUrged) {
  Referral referral;
  referral.state = ReferralState::kReturned;
  EXPECT_TRUE(IsUrged(referral, ReferralEvent::kClockExpired, false));
  referral.state = ReferralState::kSent;
  EXPECT_FALSE(IsUrged(referral, ReferralEvent::kClockExpired, false));
  referral.state = ReferralState::kAgreed;
  EXPECT_TRUE(IsUrged(referral, ReferralEvent::kClockExpired, true));
  referral.acknowledge_time = absl::UnixEpoch();
  EXPECT_FALSE(IsUrged(referral, ReferralEvent::kClockExpired, true));
  EXPECT_FALSE(IsUrged(referral, ReferralEvent::kWindowClosed, false));
}

TEST(JudicialConfirmationTest, PapersAreAskedForInTheOrderOfTheLaw) {
  Confirmation confirmation;
  EXPECT_EQ(MissingDocuments(confirmation),
            (std::vector<std::string>{"APPLICATION", "AGREEMENT", "IDENTITY_PROOF",
                                      "SERVICE_ADDRESSES"}));
  PutDocuments(&confirmation, {{"APPLICATION", "", "a"},
                               {"AGREEMENT", "", "b"},
                               {"IDENTITY_PROOF", "", "c"},
                               {"SERVICE_ADDRESSES", "", "d"}});
  EXPECT_TRUE(MissingDocuments(confirmation).empty());
  confirmation.agent_acts = true;
  EXPECT_EQ(MissingDocuments(confirmation), std::vector<std::string>{"LETTER_OF_AUTHORITY"});
  PutDocuments(&confirmation, {{"AGREEMENT", "", "e"}});
  EXPECT_EQ(FindDocument(confirmation, "AGREEMENT")->sha256, "e");
  EXPECT_EQ(confirmation.documents.size(), 4u);
  PutDocuments(&confirmation, {{"LETTER_OF_AUTHORITY", "", "g"}, {"PROPERTY_PROOF", "", "f"}});
  EXPECT_EQ(confirmation.documents[4].kind, "PROPERTY_PROOF");
}

TEST(JudicialConfirmationTest, OnlyCivilObligationsMayBeConfirmed) {
  EXPECT_EQ(ExcludingArticle("CIVIL_OBLIGATION"), "");
  EXPECT_EQ(ExcludingArticle("RIGHT_IN_REM"), "CPL interpretation 355(5)");
  EXPECT_EQ(ExcludingArticle("IDENTITY_RELATION"), "CPL interpretation 355(3)");
  EXPECT_EQ(NotAcceptedArticle("COURT_NOT_COMPETENT"), "CPL interpretation 355(2)");
  EXPECT_EQ(RejectionArticle("NOT_VOLUNTARY"), "CPL interpretation 358(4)");
}

}  // namespace
}  // namespace maplebridge::docking
