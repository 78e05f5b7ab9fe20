// A dated version of the rules of disputes: which steps of the workflow it allows, and how long its
// clocks run. National law is in the workflow's table; a version may leave steps out, and sets the
// limits, which a province may tighten. It cannot allow what the program has no guard for.
#pragma once

#include <absl/time/civil_time.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/calendar/deadline.h"
#include "common/party/violation.h"
#include "services/registry/domain/dispute.h"
#include "services/registry/domain/dispute_workflow.h"

namespace maplebridge::registry {

// How long a clock runs.
struct LimitRule {
  std::string clock;     // "accept", "mediation", …
  std::string category;  // empty: every category without a row of its own
  // First 2, 4 or 6 digits of the places it is for; empty: the whole country.
  std::string division_prefix;
  calendar::Period period;
  std::string source;
};

struct RuleSet {
  std::string version;
  // Rows of the workflow's table.
  std::vector<const DisputeTransition*> steps;
  std::vector<LimitRule> limits;
};

// What the program was built with: every row of the table, and the limits of national law.
const RuleSet& BuiltInRules();

// Clocks whose length a version sets.
inline constexpr std::string_view kLimitedClocks[] = {"accept",      "mediation", "confirm",
                                                      "performance", "archive",   "transfer"};

// The row for this clock, category and place: the category's own before that of every category,
// then the narrowest place. Null when there is none.
const LimitRule* FindLimit(const RuleSet& rules, std::string_view clock, std::string_view category,
                           std::uint64_t division);

// What keeps a version from being put in force; empty when nothing does. Paths are below the
// version, such as "limits[3].days". Every state that is reached has a step out of it, a clock that
// does something when it runs out, and a way to its end; every one who decides has something to
// decide; no limit is missing, and none of a place is longer than the nation's.
Violations CheckRules(const RuleSet& rules);

// As Decide, by the rows of one version.
DisputeDecision Decide(const RuleSet& rules, DisputeState from, DisputeEvent event,
                       bool referral_born, Asker asker);

// What an open dispute would meet under other rules.
struct RulesEffect {
  // No step leads out of its state.
  bool is_stuck = false;
  // Its limit of mediation would end on another day.
  bool is_earlier = false;
  bool is_later = false;
  // It would end before today.
  bool is_overdue = false;
};
absl::StatusOr<RulesEffect> EffectOn(const RuleSet& rules, const calendar::Calendar& calendar,
                                     const Dispute& dispute, absl::CivilDay today);

// "working days", "days" or "months" as the words of the API; and back.
std::string_view RuleWord(calendar::DeadlineRule rule);
calendar::DeadlineRule DeadlineRuleOf(std::string_view word);

}  // namespace maplebridge::registry
