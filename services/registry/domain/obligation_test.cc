#include "services/registry/domain/obligation.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

namespace maplebridge::registry {
namespace {

constexpr absl::CivilDay kToday(2026, 10, 9);

ObligationFrame Frame(const std::vector<Obligation>* present = nullptr) {
  ObligationFrame frame;
  frame.party_ids = {"p1", "p2"};
  frame.today = kToday;
  frame.present = present;
  return frame;
}

Obligation Payment(std::int64_t fen) {
  Obligation payment;
  payment.obligation_id = "o1";
  payment.debtor_party_id = "p2";
  payment.creditor_party_id = "p1";
  payment.content = "支付货款";
  payment.amount_fen = fen;
  payment.due_day = kToday + 30;
  return payment;
}

Obligation Other(ObligationKind kind) {
  Obligation other = Payment(0);
  other.kind = kind;
  return other;
}

Obligation InParts(const std::vector<std::int64_t>& parts) {
  std::int64_t sum = 0;
  Obligation payment = Payment(0);
  payment.due_day.reset();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Due due;
    due.instalment = static_cast<int>(i) + 1;
    due.amount_fen = parts[i];
    due.due_day = kToday + 30 * static_cast<int>(i + 1);
    payment.dues.push_back(due);
    sum += parts[i];
  }
  payment.amount_fen = sum;
  return payment;
}

// Fields that are wrong, parted by spaces.
std::string WrongFields(std::vector<Obligation> obligations, const ObligationFrame& frame) {
  std::string fields;
  for (const Violation& violation : NormaliseObligations(&obligations, frame)) {
    absl::StrAppend(&fields, fields.empty() ? "" : " ", violation.field);
  }
  return fields;
}

TEST(ObligationTest, EveryKindIsAcceptedWithADay) {
  for (ObligationKind kind : {ObligationKind::kAct, ObligationKind::kForbearance,
                              ObligationKind::kDelivery, ObligationKind::kApology}) {
    EXPECT_EQ(WrongFields({Other(kind)}, Frame()), "") << Word(kind);
  }
  std::vector<Obligation> one = {Payment(1)};
  ASSERT_TRUE(NormaliseObligations(&one, Frame()).empty());
  ASSERT_EQ(one[0].dues.size(), 1u) << "one thing that falls due";
  EXPECT_EQ(one[0].dues[0].amount_fen, 1);
  EXPECT_EQ(one[0].dues[0].due_day, kToday + 30);
}

TEST(ObligationTest, OnlyAForbearanceLasts) {
  for (ObligationKind kind : {ObligationKind::kAct, ObligationKind::kForbearance,
                              ObligationKind::kDelivery, ObligationKind::kApology}) {
    Obligation lasting = Other(kind);
    lasting.due_day.reset();
    EXPECT_EQ(WrongFields({lasting}, Frame()),
              kind == ObligationKind::kForbearance ? "" : "obligations[0].due_day")
        << Word(kind);
  }
  Obligation payment = Payment(100);
  payment.due_day.reset();
  EXPECT_EQ(WrongFields({payment}, Frame()), "obligations[0].due_day");
}

TEST(ObligationTest, ADayIsTodayAtTheEarliestAndFiftyYearsAheadAtTheLatest) {
  const struct {
    absl::CivilDay day;
    bool accepted;
  } cases[] = {{kToday - 1, false},
               {kToday, true},
               {kToday + 1, true},
               {absl::CivilDay(2076, 10, 8), true},
               {absl::CivilDay(2076, 10, 9), true},
               {absl::CivilDay(2076, 10, 10), false}};
  for (const auto& c : cases) {
    Obligation payment = Payment(100);
    payment.due_day = c.day;
    EXPECT_EQ(WrongFields({payment}, Frame()), c.accepted ? "" : "obligations[0].due_day") << c.day;
    Obligation parts = InParts({50, 50});
    parts.dues[1].due_day = c.day;
    parts.dues[0].due_day = std::min(c.day, kToday);
    if (c.day < kToday) parts.dues[0].due_day = kToday;
    const std::string wrong = c.accepted ? "" : "obligations[0].instalments[1].due_day";
    EXPECT_EQ(WrongFields({parts}, Frame()), wrong) << c.day;
  }
}

TEST(ObligationTest, InstalmentsAddUpToTheWhole) {
  std::vector<Obligation> good = {InParts({1, 2, 3})};
  ASSERT_TRUE(NormaliseObligations(&good, Frame()).empty());
  EXPECT_EQ(good[0].due_day, kToday + 90) << "the last one's day";
  struct Case {
    std::string field;
    std::function<void(Obligation&)> breaks;
  };
  const std::vector<Case> cases = {
      {"obligations[0].instalments", [](auto& o) { ++o.amount_fen; }},
      {"obligations[0].instalments", [](auto& o) { --o.amount_fen; }},
      {"obligations[0].instalments",
       [](auto& o) {
         o.dues.resize(1);
         o.amount_fen = 1;
       }},
      {"obligations[0].instalments[1].number", [](auto& o) { o.dues[1].instalment = 3; }},
      {"obligations[0].instalments[0].number", [](auto& o) { o.dues[0].instalment = 0; }},
      {"obligations[0].instalments[1].amount_fen",
       [](auto& o) {
         o.dues[1].amount_fen = 0;
         o.amount_fen = 4;
       }},
      {"obligations[0].instalments[1].amount_fen",
       [](auto& o) {
         o.dues[1].amount_fen = -2;
         o.amount_fen = 2;
       }},
      {"obligations[0].instalments[2].due_day",
       [](auto& o) { o.dues[2].due_day = *o.dues[1].due_day - 1; }},
      {"obligations[0].instalments[0].due_day", [](auto& o) { o.dues[0].due_day.reset(); }},
      {"obligations[0].due_day", [](auto& o) { o.due_day = kToday + 60; }},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    Obligation broken = InParts({1, 2, 3});
    cases[i].breaks(broken);
    EXPECT_EQ(WrongFields({broken}, Frame()), cases[i].field) << i;
  }
  Obligation same_day = InParts({1, 2});
  same_day.dues[1].due_day = same_day.dues[0].due_day;
  EXPECT_EQ(WrongFields({same_day}, Frame()), "");
  Obligation act = Other(ObligationKind::kAct);
  act.dues = InParts({1, 2}).dues;
  act.due_day = act.dues.back().due_day;
  EXPECT_EQ(WrongFields({act}, Frame()), "obligations[0].instalments");
}

TEST(ObligationTest, ThereAreSoManyAndNoMore) {
  for (int count : {119, 120, 121}) {
    EXPECT_EQ(WrongFields({InParts(std::vector<std::int64_t>(static_cast<std::size_t>(count), 1))},
                          Frame()),
              count <= 120 ? "" : "obligations[0].instalments")
        << count;
  }
  for (int count : {599, 600, 601}) {
    std::vector<Obligation> obligations(static_cast<std::size_t>(count), Payment(1));
    for (int i = 0; i < count; ++i) {
      obligations[static_cast<std::size_t>(i)].obligation_id = absl::StrCat("o", i);
    }
    EXPECT_EQ(WrongFields(obligations, Frame()), count <= 600 ? "" : "obligations") << count;
  }
  // 16 of 120 are 1920, 17 are too many.
  for (int count : {16, 17}) {
    std::vector<Obligation> obligations(static_cast<std::size_t>(count),
                                        InParts(std::vector<std::int64_t>(120, 1)));
    for (int i = 0; i < count; ++i) {
      obligations[static_cast<std::size_t>(i)].obligation_id = absl::StrCat("o", i);
    }
    EXPECT_EQ(WrongFields(obligations, Frame()), count == 16 ? "" : "obligations") << count;
  }
}

TEST(ObligationTest, SumsThatNobodyCanCountAreRefused) {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(WrongFields({Payment(most)}, Frame()), "obligations[0].amount_fen obligations");
  Obligation parts = InParts({1, 1});
  parts.dues[0].amount_fen = parts.dues[1].amount_fen = most;
  parts.amount_fen = -2;  // what 64 bits would make of it
  EXPECT_EQ(WrongFields({parts}, Frame()), "obligations[0].amount_fen obligations[0].instalments");
  Obligation a = Payment(600'000'000'000'000'000), b = a;
  b.obligation_id = "o2";
  EXPECT_EQ(WrongFields({a, b}, Frame()), "obligations");
}

TEST(ObligationTest, NoRelationOfIdentityIsMadeOrEnded) {
  for (const char* content :
       {"双方确认解除婚姻关系", "甲乙双方自愿解除收养关系", "确认张三与李四的亲子关系",
        "双方终止夫妻的婚姻关系。", "认定二人存在父子关系", "支付补偿款，并撤销婚姻关系"}) {
    EXPECT_NE(WhyNotAgreed(content), "") << content;
    Obligation act = Other(ObligationKind::kAct);
    act.content = content;
    EXPECT_EQ(WrongFields({act}, Frame()), "obligations[0].content") << content;
  }
  for (const char* content :
       {"到民政局办理解除婚姻关系登记", "协助办理解除收养关系的手续", "支付婚姻关系存续期间的债务",
        "不得干涉对方的婚姻关系", "向人民法院提起确认亲子关系之诉",
        "确认欠款金额。婚姻关系不受影响", "拆除围墙", ""}) {
    EXPECT_EQ(WhyNotAgreed(content), "") << content;
  }
}

// What stood before: 60000 in three parts, of which `paid` was performed.
std::vector<Obligation> Present(std::int64_t paid) {
  std::vector<Obligation> present = {InParts({20000, 20000, 20000})};
  EXPECT_TRUE(NormaliseObligations(&present, Frame()).empty());
  std::int64_t left = paid;
  for (Due& due : present[0].dues) {
    due.performed_fen = std::min(left, due.amount_fen);
    left -= due.performed_fen;
    if (due.performed_fen == due.amount_fen) due.performed_day = kToday;
  }
  return present;
}

TEST(ObligationTest, WhatIsCarriedOnIsOfTheSameKindAndParties) {
  const std::vector<Obligation> present = Present(20000);
  Obligation next = InParts({20000, 10000, 30000});
  next.obligation_id = "n1";
  next.continues_obligation_id = "o1";
  EXPECT_EQ(WrongFields({next}, Frame(&present)), "");
  EXPECT_EQ(WrongFields({next}, Frame()), "obligations[0].continues_obligation_id");
  Obligation other = next;
  other.continues_obligation_id = "o9";
  EXPECT_EQ(WrongFields({other}, Frame(&present)), "obligations[0].continues_obligation_id");
  other = next;
  std::swap(other.debtor_party_id, other.creditor_party_id);
  EXPECT_EQ(WrongFields({other}, Frame(&present)), "obligations[0].continues_obligation_id");
  other = next;
  other.obligation_id = "n2";
  EXPECT_EQ(WrongFields({next, other}, Frame(&present)), "obligations[1].continues_obligation_id");
  for (std::int64_t amount : {19999, 20000, 20001}) {
    Obligation whole = Payment(amount);
    whole.continues_obligation_id = "o1";
    EXPECT_EQ(WrongFields({whole}, Frame(&present)),
              amount < 20000 ? "obligations[0].amount_fen" : "")
        << amount;
  }
}

TEST(ObligationTest, PastDaysStandAsFarAsWhatWasPerformedCoversThem) {
  Obligation next = InParts({20000, 20000, 20000});
  next.continues_obligation_id = "o1";
  next.dues[0].due_day = kToday - 60;
  next.dues[1].due_day = kToday - 30;
  for (std::int64_t paid : {0, 19999, 20000, 39999, 40000}) {
    const std::vector<Obligation> present = Present(paid);
    std::string expected;
    if (paid < 20000) expected = "obligations[0].instalments[0].due_day ";
    if (paid < 40000) expected += "obligations[0].instalments[1].due_day";
    EXPECT_EQ(WrongFields({next}, Frame(&present)), expected) << paid;
  }
}

TEST(ObligationTest, TheNextDayIsTheFirstOfWhatIsOpen) {
  std::vector<Obligation> obligations = {InParts({1, 2, 3}), Other(ObligationKind::kForbearance)};
  obligations[1].obligation_id = "o2";
  obligations[1].due_day.reset();
  ASSERT_TRUE(NormaliseObligations(&obligations, Frame()).empty());
  EXPECT_EQ(NextDueDay(obligations), kToday + 30);
  obligations[0].dues[0].performed_day = kToday;
  EXPECT_EQ(NextDueDay(obligations), kToday + 60);
  for (Due& due : obligations[0].dues) due.performed_day = kToday;
  EXPECT_EQ(NextDueDay(obligations), std::nullopt) << "what lasts has no day";
}

}  // namespace
}  // namespace maplebridge::registry
