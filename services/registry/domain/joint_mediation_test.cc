#include "services/registry/domain/joint_mediation.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <map>
#include <utility>

namespace maplebridge::registry {
namespace {

using S = JointMemberState;
using E = JointMemberEvent;

TEST(JointMediationTest, EveryPairOfStateAndEventIsAllowedOrRefusedAsWritten) {
  const std::map<std::pair<S, E>, S> allowed = {
      {{S::kNone, E::kInvite}, S::kInvited},      {{S::kInvited, E::kJoin}, S::kJoined},
      {{S::kInvited, E::kDecline}, S::kDeclined}, {{S::kInvited, E::kLeave}, S::kLeft},
      {{S::kJoined, E::kLeave}, S::kLeft},        {{S::kDeclined, E::kInvite}, S::kInvited},
      {{S::kLeft, E::kInvite}, S::kInvited},
  };
  for (int state = 0; state < kJointMemberStateCount; ++state) {
    for (int event = 0; event < kJointMemberEventCount; ++event) {
      const auto pair = std::make_pair(static_cast<S>(state), static_cast<E>(event));
      SCOPED_TRACE(
          absl::StrCat(std::string(Word(pair.first)), " ", std::string(Word(pair.second))));
      const JointMemberTransition* step = Decide(pair.first, pair.second);
      const auto expected = allowed.find(pair);
      ASSERT_EQ(step != nullptr, expected != allowed.end());
      if (step != nullptr) {
        EXPECT_EQ(step->to, expected->second);
      }
    }
    EXPECT_EQ(JointMemberStateOf(Word(static_cast<S>(state))), static_cast<S>(state));
  }
}

TEST(JointMediationTest, ItEndsWithTheMediationOrWithTheOrganisationThatLeads) {
  for (int state = 1; state < kDisputeStateCount; ++state) {
    const auto to = static_cast<DisputeState>(state);
    const std::string word(Word(to));
    const bool goes_on =
        word == "ACCEPTED" || word == "MEDIATING" || word == "SUSPENDED" || word == "CONCLUDING";
    EXPECT_EQ(EndsJointMediation(DisputeEvent::kHoldSession, to), !goes_on) << word;
    EXPECT_EQ(MayMediateJointly(to), goes_on && word != "CONCLUDING") << word;
    EXPECT_TRUE(EndsJointMediation(DisputeEvent::kTransfer, to)) << word;
  }
}

}  // namespace
}  // namespace maplebridge::registry
