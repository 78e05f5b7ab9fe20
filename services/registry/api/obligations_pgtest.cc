#include <absl/strings/match.h>

#include "services/registry/testing/agreed_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;
using ObligationsTest = AgreedTest;

TEST_F(ObligationsTest, AnAgreementAnswersEveryKindAsItWasDrawnUp) {
  const v1::Agreement answered = Read(Agreed(Full()).name());
  ASSERT_EQ(answered.obligations_size(), 3);
  const v1::Obligation& payment = answered.obligations(0);
  EXPECT_EQ(payment.amount_in_words(), "人民币陆佰元整");
  ASSERT_EQ(payment.instalments_size(), 3);
  EXPECT_EQ(payment.instalments(1).amount_fen(), 20'000);
  EXPECT_EQ(payment.instalments(1).due_day(), DayWord(ChinaToday() + 20));
  EXPECT_EQ(payment.due_day(), DayWord(ChinaToday() + 30)) << "the last one's";
  EXPECT_EQ(answered.obligations(1).kind(), v1::OBLIGATION_KIND_DELIVERY);
  EXPECT_EQ(answered.obligations(1).instalments_size(), 0);
  EXPECT_EQ(answered.obligations(2).due_day(), "") << "it lasts";
}

TEST_F(ObligationsTest, ANewAgreementKeepsWhatWasPerformed) {
  const std::string name = Agreed(Full()).name();
  ASSERT_TRUE(Perform(name, "o1", 0, 15'000).ok());
  ASSERT_TRUE(Perform(name, "o2").ok());
  v1::Agreement draft = Full();
  draft.mutable_obligations()->RemoveLast();
  draft.mutable_obligations(0)->set_continues_obligation_id("o1");
  draft.mutable_obligations(0)->set_obligation_id("n1");
  for (v1::Instalment& instalment : *draft.mutable_obligations(0)->mutable_instalments()) {
    instalment.set_amount_fen(20'000);
  }
  draft.mutable_obligations(1)->set_continues_obligation_id("o2");
  const std::string second = InEffect(name, draft).name();
  ASSERT_TRUE(Perform(name, "o1", 0, 1'000).ok()) << "while the new one was being signed";
  auto amended = Amend(name, second);
  ASSERT_TRUE(amended.ok()) << amended.status();
  EXPECT_EQ(amended->state(), v1::DISPUTE_STATE_AGREED);
  EXPECT_EQ(amended->obligation_count(), 2);
  EXPECT_EQ(amended->performed_count(), 1);
  EXPECT_EQ(amended->performed_amount_fen(), 16'000);
  const v1::Agreement present = Read(name, 2);
  EXPECT_EQ(present.obligations(0).instalments(0).performed_amount_fen(), 16'000);
  EXPECT_EQ(present.obligations(1).performed_day(), DayWord(ChinaToday()));
  EXPECT_EQ(RunningClocks(),
            absl::StrCat("obligations/n1/instalments/1=", DayWord(ChinaToday() + 10),
                         " obligations/n1/instalments/2=", DayWord(ChinaToday() + 20),
                         " obligations/n1/instalments/3=", DayWord(ChinaToday() + 30)))
      << "those of the former agreement have ended";
  EXPECT_EQ(Performances(name, HeadCall()).performances_size(), 3);
  // A record of the former agreement that counts here is taken back here.
  Must(&ReversePerformance, HeadCall(), Mistake(name, 1));
  EXPECT_EQ(Read(name, 2).obligations(0).performed_amount_fen(), 1'000);
  EXPECT_EQ(Get(name).performed_amount_fen(), 1'000);
  ExpectError(Perform(name, "n1", 0, 59'001).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "amount_fen");
  auto last = Perform(name, "n1");
  ASSERT_TRUE(last.ok()) << last.status();
  EXPECT_EQ(last->state(), v1::DISPUTE_STATE_PERFORMED);
}

TEST_F(ObligationsTest, WhatIsNotCarriedOnStaysOnRecordAndIsNotTakenBack) {
  const std::string name = Agreed(Full()).name();
  ASSERT_TRUE(Perform(name, "o1", 0, 15'000).ok());
  v1::Agreement draft = AgreementDraft(ChinaToday() + 7);
  auto amended = Amend(name, InEffect(name, draft).name());
  ASSERT_TRUE(amended.ok()) << amended.status();
  EXPECT_EQ(amended->performed_amount_fen(), 0);
  EXPECT_EQ(Performances(name, HeadCall()).performances(0).amount_fen(), 15'000);
  ExpectError(Ask(&ReversePerformance, HeadCall(), Mistake(name, 1)).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
}

TEST_F(ObligationsTest, ANewAgreementThatLeavesNothingOpenCompletesThePerformance) {
  const std::string name = Agreed(Full()).name();
  ASSERT_TRUE(Perform(name, "o1", 0, 15'000).ok());
  v1::Agreement draft;
  draft.set_form(v1::AGREEMENT_FORM_WRITTEN);
  draft.set_facts("余款免除。");
  v1::Obligation* payment = AddObligation(&draft, "o1", v1::OBLIGATION_KIND_PAYMENT);
  payment->set_amount_fen(15'000);
  payment->set_due_day(DayWord(ChinaToday()));
  payment->set_continues_obligation_id("o1");
  const std::string second = InEffect(name, draft).name();
  auto amended = Amend(name, second);
  ASSERT_TRUE(amended.ok()) << amended.status();
  EXPECT_EQ(amended->state(), v1::DISPUTE_STATE_PERFORMED);
  EXPECT_EQ(amended->conclusion().agreement(), second);
  EXPECT_EQ(Value("SELECT string_agg(type, ' ' ORDER BY position) FROM events WHERE position > "
                  "(SELECT max(position) - 2 FROM events)"),
            "Amend CompletePerformance");
}

TEST_F(ObligationsTest, MoreThanTheNewAgreementIsForKeepsItFromForce) {
  const std::string name = Agreed(Full()).name();
  v1::Agreement draft;
  draft.set_form(v1::AGREEMENT_FORM_WRITTEN);
  draft.set_facts("减至一百元。");
  v1::Obligation* payment = AddObligation(&draft, "o1", v1::OBLIGATION_KIND_PAYMENT);
  payment->set_amount_fen(10'000);
  payment->set_due_day(DayWord(ChinaToday() + 5));
  payment->set_continues_obligation_id("o1");
  const std::string second = InEffect(name, draft).name();
  ASSERT_TRUE(Perform(name, "o1", 0, 10'001).ok());
  ExpectError(Amend(name, second).status(), StatusCode::kFailedPrecondition, reason::kGuardFailed);
  EXPECT_EQ(Read(name, 1).state(), v1::AGREEMENT_STATE_IN_EFFECT);
  ExpectError(Create(name, draft).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "agreement.obligations[0].amount_fen");
}

TEST_F(ObligationsTest, AnAgreementWhoseDaysHavePassedIsNotSigned) {
  const std::string name = Mediating().name();
  const std::string agreement = Agree(name, ChinaToday()).name();
  Sign(agreement, PartySignature("p1"));
  PassDays(1);
  const std::string before = RowCounts();
  v1::SignAgreementRequest request;
  request.set_name(agreement);
  *request.mutable_signature() = PartySignature("p2");
  const absl::Status status = Ask(&SignAgreement, HeadCall(), request).status();
  ExpectError(status, StatusCode::kFailedPrecondition, reason::kGuardFailed);
  EXPECT_TRUE(absl::StrContains(status.message(), "obligations[0].due_day")) << status;
  EXPECT_EQ(RowCounts(), before);
}

TEST_F(ObligationsTest, WhatIsWrongWithAnObligationIsNamedAndNothingIsStored) {
  const std::string name = Mediating().name();
  const std::string before = RowCounts();
  v1::Agreement draft = Full();
  draft.mutable_obligations(0)->mutable_instalments(2)->set_amount_fen(30'001);
  ExpectError(Create(name, draft).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "agreement.obligations[0].instalments");
  draft = Full();
  draft.mutable_obligations(0)->mutable_instalments(1)->set_due_day("2030-02-30");
  ExpectError(Create(name, draft).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "agreement.obligations[0].instalments[1].due_day");
  draft = Full();
  draft.mutable_obligations(1)->set_due_day(DayWord(ChinaToday() - 1));
  ExpectError(Create(name, draft).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "agreement.obligations[1].due_day");
  draft = Full();
  draft.mutable_obligations(2)->set_content("双方解除婚姻关系");
  ExpectError(Create(name, draft).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "agreement.obligations[2].content");
  draft = Full();
  draft.mutable_obligations(0)->set_continues_obligation_id("o1");
  ExpectError(Create(name, draft).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "agreement.obligations[0].continues_obligation_id");
  EXPECT_EQ(RowCounts(), before);
}

}  // namespace
}  // namespace maplebridge::registry
