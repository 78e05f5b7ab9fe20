#include "services/registry/domain/joint_mediation.h"

#include <algorithm>
#include <array>

namespace maplebridge::registry {
namespace {

using S = JointMemberState;
using E = JointMemberEvent;

constexpr JointMemberTransition kTransitions[] = {
    {S::kNone, E::kInvite, S::kInvited},      {S::kInvited, E::kJoin, S::kJoined},
    {S::kInvited, E::kDecline, S::kDeclined}, {S::kInvited, E::kLeave, S::kLeft},
    {S::kJoined, E::kLeave, S::kLeft},        {S::kDeclined, E::kInvite, S::kInvited},
    {S::kLeft, E::kInvite, S::kInvited},
};

constexpr std::array<std::string_view, kJointMemberStateCount> kStateWords = {
    "", "INVITED", "JOINED", "DECLINED", "LEFT"};
constexpr std::array<std::string_view, kJointMemberEventCount> kEventWords = {
    "Invite", "JoinMediation", "DeclineMediation", "Leave"};

}  // namespace

std::span<const JointMemberTransition> JointMemberTransitions() { return kTransitions; }

const JointMemberTransition* Decide(JointMemberState from, JointMemberEvent event) {
  for (const JointMemberTransition& row : kTransitions) {
    if (row.from == from && row.event == event) return &row;
  }
  return nullptr;
}

bool MayMediateJointly(DisputeState state) {
  return state == DisputeState::kAccepted || state == DisputeState::kMediating ||
         state == DisputeState::kSuspended;
}

bool EndsJointMediation(DisputeEvent event, DisputeState to) {
  if (event == DisputeEvent::kTransfer) return true;
  return !MayMediateJointly(to) && to != DisputeState::kConcluding;
}

std::string_view Word(JointMemberState state) {
  return kStateWords[static_cast<std::size_t>(state)];
}
std::string_view Word(JointMemberEvent event) {
  return kEventWords[static_cast<std::size_t>(event)];
}

JointMemberState JointMemberStateOf(std::string_view word) {
  const auto* found = std::find(kStateWords.begin(), kStateWords.end(), word);
  return found == kStateWords.end() ? S::kNone
                                    : static_cast<JointMemberState>(found - kStateWords.begin());
}

}  // namespace maplebridge::registry
