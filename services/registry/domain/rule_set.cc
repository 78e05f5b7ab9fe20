#include "services/registry/domain/rule_set.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "services/registry/domain/category.h"

namespace maplebridge::registry {
namespace {

using calendar::DeadlineRule;

constexpr int kMostDays = 365;
constexpr int kMostMonths = 12;

struct OwnLimit {
  std::string_view clock;
  DeadlineRule rule;
  int length;
  std::string_view source;
};
// Where no law speaks of a category.
constexpr OwnLimit kLimits[] = {
    {"accept", DeadlineRule::kWorking, 3, "Norm"},
    {"confirm", DeadlineRule::kWorking, 3, "Opinion 3-3"},
    {"performance", DeadlineRule::kCalendar, 30, "Norm"},
    {"archive", DeadlineRule::kCalendar, 30, "Norm"},
    {"transfer", DeadlineRule::kWorking, 3, "Norm"},
};

RuleSet MakeBuiltIn() {
  RuleSet rules;
  rules.version = std::string(kDisputeWorkflowVersion);
  for (const DisputeTransition& row : DisputeTransitions()) rules.steps.push_back(&row);
  for (const OwnLimit& limit : kLimits) {
    rules.limits.push_back(
        {std::string(limit.clock), "", "", {limit.rule, limit.length}, std::string(limit.source)});
  }
  for (const Category& category : Categories()) {
    rules.limits.push_back({"mediation",
                            std::string(category.code),
                            "",
                            {category.limit_rule, category.limit},
                            std::string(category.limit_source)});
  }
  return rules;
}

bool IsFor(const DisputeTransition& row, bool referral_born) {
  return row.origin == Origin::kBoth || (row.origin == Origin::kReferral) == referral_born;
}

// States from which, or to which, rows lead on from `start`.
std::set<DisputeState> Closure(const RuleSet& rules, bool referral_born,
                               std::set<DisputeState> found, bool backwards) {
  for (std::size_t before = 0; before != found.size();) {
    before = found.size();
    for (const DisputeTransition* row : rules.steps) {
      if (!IsFor(*row, referral_born)) continue;
      const DisputeState from = backwards ? row->to : row->from;
      if (found.contains(from)) found.insert(backwards ? row->from : row->to);
    }
  }
  return found;
}

bool IsClosed(DisputeState state) {
  return state == DisputeState::kNone || state == DisputeState::kArchived;
}

void CheckStates(const RuleSet& rules, bool referral_born, Violations* violations) {
  const auto reached = Closure(rules, referral_born, {DisputeState::kNone}, false);
  const auto ending = Closure(rules, referral_born, {DisputeState::kArchived}, true);
  const std::string whose = referral_born ? " of a referral" : "";
  // An old case that is brought in has ended: it begins nothing.
  if (std::all_of(reached.begin(), reached.end(), &IsClosed)) {
    violations->push_back({"steps", "let no dispute begin" + whose});
  }
  for (DisputeState state : reached) {
    if (IsClosed(state)) continue;
    const std::string which = absl::StrCat(std::string(Word(state)), whose);
    bool has_exit = false, has_expiry = false;
    for (const DisputeTransition* row : rules.steps) {
      if (row->from != state || !IsFor(*row, referral_born)) continue;
      has_exit = has_exit || row->to != state;
      has_expiry = has_expiry || row->event == DisputeEvent::kClockExpired;
    }
    if (!has_exit) violations->push_back({"steps", which + " has no step out of it"});
    if (has_exit && !ending.contains(state)) {
      violations->push_back({"steps", which + " is a dead end: no way leads to ARCHIVED"});
    }
    if (!has_expiry) {
      violations->push_back({"steps", which + " has a clock whose end does nothing"});
    }
  }
}

void CheckDuties(const RuleSet& rules, Violations* violations) {
  for (const DisputeTransition& row : DisputeTransitions()) {
    const bool has_one = std::any_of(
        rules.steps.begin(), rules.steps.end(),
        [&](const DisputeTransition* step) { return step->authority == row.authority; });
    const std::string text =
        absl::StrCat("leave nothing to decide to the ", std::string(Word(row.authority)));
    const bool is_said = std::any_of(violations->begin(), violations->end(),
                                     [&](const Violation& v) { return v.description == text; });
    if (!has_one && !is_said) violations->push_back({"steps", text});
  }
  std::set<const DisputeTransition*> seen;
  for (std::size_t i = 0; i < rules.steps.size(); ++i) {
    if (!seen.insert(rules.steps[i]).second) {
      violations->push_back({absl::StrCat("steps[", i, "]"), "stands twice"});
    }
  }
}

bool IsPrefix(std::string_view text) {
  return (text.empty() || text.size() == 2 || text.size() == 4 || text.size() == 6) &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

// What is wrong with the row by itself.
void CheckRow(const LimitRule& row, const std::string& path, Violations* violations) {
  if (std::find(std::begin(kLimitedClocks), std::end(kLimitedClocks), row.clock) ==
      std::end(kLimitedClocks)) {
    violations->push_back(
        {path + ".clock", "must be accept, mediation, confirm, performance, archive or transfer"});
  }
  if (!row.category.empty() && FindCategory(row.category) == nullptr) {
    violations->push_back({path + ".category", "is no category; ListDisputeCategories has them"});
  }
  if (!IsPrefix(row.division_prefix)) {
    violations->push_back({path + ".division", "must be the first 2, 4 or 6 digits of a code"});
  }
  const int most = row.period.rule == DeadlineRule::kMonths ? kMostMonths : kMostDays;
  if (row.period.length < 1 || row.period.length > most) {
    violations->push_back({path + ".length", absl::StrCat("must be 1 to ", most)});
  }
  if (row.source.empty()) {
    violations->push_back({path + ".source", "must name the law, rule or decision it rests on"});
  }
}

// The nation's row that this one of a place tightens; null when there is none.
const LimitRule* Nations(const RuleSet& rules, const LimitRule& row) {
  return FindLimit(rules, row.clock, row.category, 0);
}

void CheckLimits(const RuleSet& rules, Violations* violations) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < rules.limits.size(); ++i) {
    const LimitRule& row = rules.limits[i];
    const std::string path = absl::StrCat("limits[", i, "]");
    CheckRow(row, path, violations);
    if (!seen.insert(absl::StrCat(row.clock, "/", row.category, "/", row.division_prefix)).second) {
      violations->push_back({path, "stands twice"});
    }
    if (row.division_prefix.empty()) continue;
    const LimitRule* nation = Nations(rules, row);
    if (nation == nullptr) continue;  // said below
    if (row.period.rule != nation->period.rule || row.period.length > nation->period.length) {
      violations->push_back(
          {path + ".length",
           absl::StrCat("must be counted in the nation's ",
                        std::string(calendar::DeadlineRuleName(nation->period.rule)),
                        " and not be longer than its ", nation->period.length,
                        ": a place may tighten a limit")});
    }
  }
  for (std::string_view clock : kLimitedClocks) {
    for (const Category& category : Categories()) {
      if (FindLimit(rules, clock, category.code, 0) != nullptr) continue;
      violations->push_back(
          {"limits", absl::StrCat("leave the clock ", std::string(clock),
                                  " without a national limit for ", std::string(category.code))});
      break;
    }
  }
}

}  // namespace

const RuleSet& BuiltInRules() {
  static const auto* rules = new RuleSet(MakeBuiltIn());
  return *rules;
}

const LimitRule* FindLimit(const RuleSet& rules, std::string_view clock, std::string_view category,
                           std::uint64_t division) {
  const std::string place = absl::StrCat(division);
  const LimitRule* best = nullptr;
  for (const LimitRule& row : rules.limits) {
    if (row.clock != clock || (!row.category.empty() && row.category != category)) continue;
    if (!place.starts_with(row.division_prefix)) continue;
    const auto rank = [](const LimitRule& each) {
      return std::pair(!each.category.empty(), each.division_prefix.size());
    };
    if (best == nullptr || rank(row) > rank(*best)) best = &row;
  }
  return best;
}

Violations CheckRules(const RuleSet& rules) {
  Violations violations;
  CheckStates(rules, false, &violations);
  CheckStates(rules, true, &violations);
  CheckDuties(rules, &violations);
  CheckLimits(rules, &violations);
  return violations;
}

DisputeDecision Decide(const RuleSet& rules, DisputeState from, DisputeEvent event,
                       bool referral_born, Asker asker) {
  const DisputeDecision decision = Decide(from, event, referral_born, asker);
  if (decision.transition == nullptr) return decision;
  const bool is_allowed =
      std::find(rules.steps.begin(), rules.steps.end(), decision.transition) != rules.steps.end();
  return is_allowed ? decision : DisputeDecision{nullptr, Refusal::kStateForbids};
}

absl::StatusOr<RulesEffect> EffectOn(const RuleSet& rules, const calendar::Calendar& calendar,
                                     const Dispute& dispute, absl::CivilDay today) {
  RulesEffect effect;
  if (IsClosed(dispute.state)) return effect;
  effect.is_stuck =
      std::none_of(rules.steps.begin(), rules.steps.end(), [&](const DisputeTransition* row) {
        return row->from == dispute.state && row->to != dispute.state &&
               IsFor(*row, dispute.referral_born());
      });
  const bool is_limited =
      dispute.state == DisputeState::kAccepted || dispute.state == DisputeState::kMediating;
  if (!is_limited || dispute.overdue || !dispute.limit || !dispute.limit->from) return effect;
  const LimitRule* limit = FindLimit(rules, "mediation", dispute.category, dispute.division);
  if (limit == nullptr) return effect;
  auto deadline = calendar::CountDeadline(calendar, *dispute.limit->from, limit->period.rule,
                                          limit->period.length);
  if (!deadline.ok()) return deadline.status();
  effect.is_earlier = deadline->due_day < dispute.clock.due_day;
  effect.is_later = deadline->due_day > dispute.clock.due_day;
  effect.is_overdue = deadline->due_day < today;
  return effect;
}

std::string_view RuleWord(DeadlineRule rule) {
  if (rule == DeadlineRule::kWorking) return "WORKING_DAYS";
  return rule == DeadlineRule::kCalendar ? "DAYS" : "MONTHS";
}

DeadlineRule DeadlineRuleOf(std::string_view word) {
  if (word == "WORKING_DAYS") return DeadlineRule::kWorking;
  return word == "DAYS" ? DeadlineRule::kCalendar : DeadlineRule::kMonths;
}

}  // namespace maplebridge::registry
