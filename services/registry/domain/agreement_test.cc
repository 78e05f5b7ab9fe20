#include "services/registry/domain/agreement.h"

#include <gtest/gtest.h>

#include <functional>

#include "services/registry/domain/document_number.h"

namespace maplebridge::registry {
namespace {

const std::vector<std::string> kParties = {"p1", "p2"};

ObligationFrame Frame() {
  ObligationFrame frame;
  frame.party_ids = kParties;
  frame.today = absl::CivilDay(2026, 10, 9);
  return frame;
}

AgreementDraft Draft() {
  Obligation pay;
  pay.obligation_id = "o1";
  pay.debtor_party_id = "p2";
  pay.creditor_party_id = "p1";
  pay.content = "支付货款";
  pay.amount_fen = 1234550;
  pay.due_day = absl::CivilDay(2026, 10, 31);
  Obligation act = pay;
  act.obligation_id = "o2";
  act.kind = ObligationKind::kAct;
  act.content = "拆除围墙";
  act.amount_fen = 0;
  act.due_day = absl::CivilDay(2026, 10, 20);
  AgreementDraft draft;
  draft.facts = "双方因买卖合同发生纠纷";
  draft.obligations = {pay, act};
  return draft;
}

TEST(AgreementTest, SumIsWrittenInCapitalNumerals) {
  AgreementDraft draft = Draft();
  ASSERT_TRUE(NormaliseAgreement(&draft, Frame()).empty());
  EXPECT_EQ(draft.obligations[0].amount_in_words, "人民币壹万贰仟叁佰肆拾伍元伍角");
  EXPECT_EQ(draft.obligations[1].amount_in_words, "");
}

TEST(AgreementTest, SumInFiguresAndInWordsMustAgree) {
  struct Case {
    std::int64_t fen;
    std::string words;
    bool agrees;
  };
  for (const Case& c : std::vector<Case>{{1000000, "壹万元整", true},
                                         {1000000, "人民币壹万元整", true},
                                         {1000000, "人民币壹万元正", true},
                                         {1000000, "壹万圆整", true},
                                         {1000000, "壹万圓正", true},
                                         {1000000, "壹万零壹元整", false},
                                         {1000001, "壹万元整", false},
                                         {1000000, "一万元", false},
                                         {1000000, "", true}}) {
    AgreementDraft draft = Draft();
    draft.obligations[0].amount_fen = c.fen;
    draft.obligations[0].amount_in_words = c.words;
    EXPECT_EQ(NormaliseAgreement(&draft, Frame()).empty(), c.agrees) << c.fen << " " << c.words;
  }
}

TEST(AgreementTest, EachRuleNamesItsField) {
  struct Case {
    std::string field;
    std::function<void(AgreementDraft&)> breaks;
  };
  const std::vector<Case> cases = {
      {"facts", [](auto& d) { d.facts = ""; }},
      {"performance_terms", [](auto& d) { d.performance_terms = "双方解除婚姻关系"; }},
      {"obligations", [](auto& d) { d.obligations.clear(); }},
      {"obligations[1].obligation_id", [](auto& d) { d.obligations[1].obligation_id = "o1"; }},
      {"obligations[1].obligation_id", [](auto& d) { d.obligations[1].obligation_id = ""; }},
      {"obligations[0].debtor_party_id", [](auto& d) { d.obligations[0].debtor_party_id = "p9"; }},
      {"obligations[0].creditor_party_id",
       [](auto& d) { d.obligations[0].creditor_party_id = "p9"; }},
      {"obligations[0].creditor_party_id",
       [](auto& d) { d.obligations[0].creditor_party_id = "p2"; }},
      {"obligations[0].content", [](auto& d) { d.obligations[0].content = ""; }},
      {"obligations[0].amount_fen", [](auto& d) { d.obligations[0].amount_fen = 0; }},
      {"obligations[0].amount_fen", [](auto& d) { d.obligations[0].amount_fen = -1; }},
      {"obligations[1].amount_fen", [](auto& d) { d.obligations[1].amount_fen = 1; }},
      {"obligations[1].amount_fen", [](auto& d) { d.obligations[1].amount_in_words = "壹元整"; }},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    AgreementDraft draft = Draft();
    cases[i].breaks(draft);
    Violations violations = NormaliseAgreement(&draft, Frame());
    ASSERT_EQ(violations.size(), 1u) << "case " << i;
    EXPECT_EQ(violations[0].field, cases[i].field) << "case " << i;
  }
}

TEST(AgreementTest, WrittenNeedsAllPartiesAMediatorAndTheSeal) {
  const std::vector<Signature> all = {
      {SignerKind::kParty, "p1", SignatureMethod::kSignature},
      {SignerKind::kParty, "p2", SignatureMethod::kFingerprint},
      {SignerKind::kMediator, "organisations/1/mediators/1", SignatureMethod::kSignature},
      {SignerKind::kOrganisation, "organisations/1", SignatureMethod::kSeal}};
  const std::vector<std::string> names = {"p1", "p2", "mediator", "seal"};
  EXPECT_TRUE(MissingSignatures(AgreementForm::kWritten, all, kParties).empty());
  EXPECT_EQ(MissingSignatures(AgreementForm::kWritten, {}, kParties), names);
  EXPECT_TRUE(MissingSignatures(AgreementForm::kOral, {}, kParties).empty());
  for (std::size_t left_out = 0; left_out < all.size(); ++left_out) {
    std::vector<Signature> some = all;
    some.erase(some.begin() + static_cast<std::ptrdiff_t>(left_out));
    EXPECT_EQ(MissingSignatures(AgreementForm::kWritten, some, kParties),
              std::vector<std::string>{names[left_out]});
  }
}

TEST(AgreementTest, OnlyThoseOfTheDisputeSignAndOnlyTheOrganisationSeals) {
  const std::vector<std::string> mediators = {"organisations/1/mediators/1"};
  auto check = [&](SignerKind kind, const char* signer, SignatureMethod method) {
    return CheckSignature({kind, signer, method}, kParties, mediators, "organisations/1");
  };
  using enum SignerKind;
  using enum SignatureMethod;
  EXPECT_EQ(check(kParty, "p1", kSignature), "");
  EXPECT_EQ(check(kParty, "p1", kSeal), "");
  EXPECT_NE(check(kParty, "p3", kSignature), "");
  EXPECT_EQ(check(kMediator, "organisations/1/mediators/1", kSignature), "");
  EXPECT_NE(check(kMediator, "organisations/1/mediators/2", kSignature), "");
  EXPECT_NE(check(kMediator, "organisations/1/mediators/1", kSeal), "");
  EXPECT_EQ(check(kOrganisation, "organisations/1", kSeal), "");
  EXPECT_NE(check(kOrganisation, "organisations/2", kSeal), "");
  EXPECT_NE(check(kOrganisation, "organisations/1", kSignature), "");
}

TEST(DocumentNumberTest, SaysYearCountyKindSerialAndOrdinal) {
  EXPECT_EQ(DocumentNumber(DocumentKind::kAgreement, "D-330102-2026-00000017", 1),
            "〔2026〕330102人调协字第0000001-1号");
  EXPECT_EQ(DocumentNumber(DocumentKind::kConclusionNotice, "D-330102-2026-00000017", 2),
            "〔2026〕330102人调终字第0000001-2号");
  EXPECT_EQ(DocumentId(DocumentKind::kAgreement, 3), "agreement-3");
  EXPECT_EQ(DocumentId(DocumentKind::kConclusionNotice, 1), "conclusion-1");
}

}  // namespace
}  // namespace maplebridge::registry
