#include "services/registry/domain/risk_workflow.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "common/calendar/test_calendar.h"

namespace maplebridge::registry {
namespace {

// As it was read, apart from the table.
const std::map<std::pair<std::string, std::string>, std::string> kSteps{
    {{"", "CreateRiskEntry"}, "FOUND"},
    {{"FOUND", "ReportRisk"}, "REPORTED"},
    {{"REPORTED", "ControlRisk"}, "CONTROLLED"},
    {{"CONTROLLED", "ResolveRisk"}, "RESOLVED"},
};

std::string Expected(const std::string& from, const std::string& event) {
  const bool is_open = from == "FOUND" || from == "REPORTED" || from == "CONTROLLED";
  if (is_open && event == "EscalateRisk") return "ESCALATED";
  if (is_open && (event == "AddMeasure" || event == "CompleteMeasure" || event == "ObserveRisk" ||
                  event == "RiskClockExpired")) {
    return from;
  }
  const auto step = kSteps.find({from, event});
  return step == kSteps.end() ? "" : step->second;
}

TEST(RiskWorkflowTest, EveryPairOfStateAndEventIsAsTheTableOfTheOpinionSays) {
  int allowed = 0;
  for (int s = 0; s < kRiskStateCount; ++s) {
    for (int e = 0; e < kRiskEventCount; ++e) {
      const auto state = static_cast<RiskState>(s);
      const auto event = static_cast<RiskEvent>(e);
      SCOPED_TRACE(std::string(Word(state)) + " + " + std::string(Word(event)));
      const std::string expected = Expected(std::string(Word(state)), std::string(Word(event)));
      const RiskTransition* transition = Decide(state, event);
      ASSERT_EQ(transition != nullptr, !expected.empty());
      if (transition == nullptr) continue;
      ++allowed;
      EXPECT_EQ(Word(transition->to), expected);
    }
  }
  EXPECT_EQ(allowed, 19);
  EXPECT_EQ(RiskTransitions().size(), 19u);
}

TEST(RiskWorkflowTest, EveryStateThatIsNotFinalHasAClockAndReachesAnEnd) {
  std::set<RiskState> ending{RiskState::kResolved, RiskState::kEscalated};
  for (int round = 0; round < kRiskStateCount; ++round) {
    for (const RiskTransition& row : RiskTransitions()) {
      if (ending.contains(row.to)) ending.insert(row.from);
    }
  }
  EXPECT_EQ(ending.size(), static_cast<std::size_t>(kRiskStateCount));
  for (int s = 1; s < kRiskStateCount; ++s) {
    const auto state = static_cast<RiskState>(s);
    EXPECT_EQ(ClockOf(state).state, state);
    EXPECT_EQ(ClockOf(state).kind.empty(), IsFinal(state)) << Word(state);
    EXPECT_EQ(RiskStateOf(Word(state)), state);
  }
  EXPECT_EQ(RiskStateOf("found"), std::nullopt);
}

TEST(RiskWorkflowTest, ClocksCountAcrossTheHoliday) {
  // 30 September 2026, the last working day before the National Day holiday.
  const absl::Time found = calendar::StartOfChinaDay(absl::CivilDay(2026, 9, 30));
  const calendar::Calendar& days = calendar::TestCalendar();
  EXPECT_EQ(StartRiskClock(days, RiskState::kFound, found)->due_day, absl::CivilDay(2026, 10, 8));
  EXPECT_EQ(StartRiskClock(days, RiskState::kReported, found)->due_day,
            absl::CivilDay(2026, 10, 10));
  EXPECT_EQ(StartRiskClock(days, RiskState::kControlled, found)->due_day,
            absl::CivilDay(2026, 10, 30));
  EXPECT_EQ(StartRiskReminder(days, found)->due_day, absl::CivilDay(2026, 10, 10));
}

}  // namespace
}  // namespace maplebridge::registry
