#include "services/registry/domain/assistance.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <map>
#include <utility>

namespace maplebridge::registry {
namespace {

using S = AssistanceState;
using E = AssistanceEvent;

TEST(AssistanceTest, EveryPairOfStateAndEventIsAllowedOrRefusedAsWritten) {
  const std::map<std::pair<S, E>, S> allowed = {
      {{S::kNone, E::kRequest}, S::kRequested},
      {{S::kRequested, E::kAccept}, S::kAccepted},
      {{S::kRequested, E::kDecline}, S::kDeclined},
      {{S::kRequested, E::kCancel}, S::kCancelled},
      {{S::kRequested, E::kClockExpired}, S::kRequested},
      {{S::kAccepted, E::kDeliver}, S::kDelivered},
      {{S::kAccepted, E::kCancel}, S::kCancelled},
      {{S::kAccepted, E::kClockExpired}, S::kAccepted},
  };
  for (int state = 0; state < kAssistanceStateCount; ++state) {
    for (int event = 0; event < kAssistanceEventCount; ++event) {
      const auto pair = std::make_pair(static_cast<S>(state), static_cast<E>(event));
      SCOPED_TRACE(
          absl::StrCat(std::string(Word(pair.first)), " ", std::string(Word(pair.second))));
      const AssistanceTransition* step = Decide(pair.first, pair.second);
      const auto expected = allowed.find(pair);
      ASSERT_EQ(step != nullptr, expected != allowed.end());
      if (step != nullptr) {
        EXPECT_EQ(step->to, expected->second);
      }
    }
  }
  for (int state = 1; state < kAssistanceStateCount; ++state) {
    const auto each = static_cast<S>(state);
    EXPECT_EQ(IsFinal(each), each != S::kRequested && each != S::kAccepted) << Word(each);
    EXPECT_EQ(AssistanceStateOf(Word(each)), each);
  }
}

TEST(AssistanceTest, EveryKindHasBothLimitsWithTheirSource) {
  for (int i = 0; i < kAssistanceKindCount; ++i) {
    const auto kind = static_cast<AssistanceKind>(i);
    const AssistanceLimit& limit = LimitOf(kind);
    EXPECT_EQ(limit.kind, kind);
    EXPECT_GT(limit.answer.length, 0);
    EXPECT_GT(limit.delivery.length, 0);
    EXPECT_FALSE(limit.answer_source.empty());
    EXPECT_FALSE(limit.delivery_source.empty());
    EXPECT_EQ(AssistanceKindOf(Word(kind)), kind);
  }
  EXPECT_EQ(LimitOf(AssistanceKind::kNotary).delivery.length, 15);
  EXPECT_EQ(LimitOf(AssistanceKind::kLegalAid).answer.rule, calendar::DeadlineRule::kCalendar);
  EXPECT_EQ(LimitOf(AssistanceKind::kAppraisal).delivery.length, 30);
  EXPECT_EQ(AssistanceKindOf("DOCTOR"), std::nullopt);
}

TEST(AssistanceTest, HelpIsAskedForWhileTheDisputeGoesOnAndForTheLawsuitAfterIt) {
  for (int state = 1; state < kDisputeStateCount; ++state) {
    const auto each = static_cast<DisputeState>(state);
    const std::string word(Word(each));
    const bool may = word == "REPORTED" || word == "ACCEPTED" || word == "MEDIATING" ||
                     word == "SUSPENDED" || word == "CONCLUDING" || word == "AGREED" ||
                     word == "CLOSED_FAILED";
    EXPECT_EQ(MayRequestAssistance(each), may) << word;
  }
}

}  // namespace
}  // namespace maplebridge::registry
