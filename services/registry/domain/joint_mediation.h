// Mediation of one dispute by several organisations 联合调解 (Opinion 2-4): the one that handles
// the dispute leads and alone concludes; the others are invited, answer, and read along.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "services/registry/domain/dispute_workflow.h"

namespace maplebridge::registry {

enum class JointMemberState : std::uint8_t { kNone, kInvited, kJoined, kDeclined, kLeft };
inline constexpr int kJointMemberStateCount = 5;

enum class JointMemberEvent : std::uint8_t { kInvite, kJoin, kDecline, kLeave };
inline constexpr int kJointMemberEventCount = 4;

struct JointMemberTransition {
  JointMemberState from;
  JointMemberEvent event;
  JointMemberState to;
};

inline constexpr int kMostJointOrganisations = 9;

std::span<const JointMemberTransition> JointMemberTransitions();
// The one place that allows a step; null for every pair outside the table.
const JointMemberTransition* Decide(JointMemberState from, JointMemberEvent event);

// True in the states of a dispute in which others may be invited.
bool MayMediateJointly(DisputeState state);
// True when this step of the dispute ends its joint mediation: it ends with the mediation, and when
// the dispute goes to another organisation.
bool EndsJointMediation(DisputeEvent event, DisputeState to);

// Words as stored and in the API.
std::string_view Word(JointMemberState state);
std::string_view Word(JointMemberEvent event);
JointMemberState JointMemberStateOf(std::string_view word);

}  // namespace maplebridge::registry
