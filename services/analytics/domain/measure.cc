#include "services/analytics/domain/measure.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

namespace maplebridge::analytics {
namespace {

std::string_view Word(Tally tally) {
  switch (tally) {
    case Tally::kOpened:
      return "OPENED";
    case Tally::kAccepted:
      return "ACCEPTED";
    case Tally::kSettled:
      return "SETTLED";
    case Tally::kFailed:
      return "FAILED";
    case Tally::kEnded:
      return "ENDED";
    case Tally::kPerformed:
      return "PERFORMED";
    case Tally::kSettledPerformed:
      return "SETTLED_PERFORMED";
    case Tally::kSettledUnperformed:
      return "SETTLED_UNPERFORMED";
  }
  return "";
}

struct Step {
  Milestone milestone;
  Tally tally;
};
constexpr Step kSteps[] = {
    {Milestone::kOpened, Tally::kOpened},   {Milestone::kAccepted, Tally::kAccepted},
    {Milestone::kSettled, Tally::kSettled}, {Milestone::kFailed, Tally::kFailed},
    {Milestone::kEnded, Tally::kEnded},     {Milestone::kPerformed, Tally::kPerformed},
};

// The moment that the duration of a step is counted from.
std::optional<absl::Time> StartOf(const Fact& fact, Milestone milestone) {
  switch (milestone) {
    case Milestone::kOpened:
      return fact.time(Milestone::kOpened);
    case Milestone::kAccepted:
      return fact.time(Milestone::kOpened);
    case Milestone::kPerformed:
      return fact.time(Milestone::kSettled);
    case Milestone::kSettled:
    case Milestone::kFailed:
    case Milestone::kEnded:
      break;
  }
  return fact.time(Milestone::kAccepted) ? fact.time(Milestone::kAccepted)
                                         : fact.time(Milestone::kOpened);
}

}  // namespace

std::string Word(Measure measure) {
  return absl::StrCat(std::string(Word(measure.kind)), "_", std::string(Word(measure.tally)));
}

std::optional<Measure> MeasureOf(std::string_view word) {
  for (FactKind kind : kFactKinds) {
    for (Tally tally : kTallies) {
      if (Word(Measure{kind, tally}) == word) return Measure{kind, tally};
    }
  }
  return std::nullopt;
}

absl::CivilDay ChinaDayOf(absl::Time time) {
  const absl::TimeZone china = absl::FixedTimeZone(8 * 60 * 60);
  return absl::ToCivilDay(time, china);
}

CellSums CellsOf(const Fact& fact) {
  CellSums cells;
  auto add = [&](Tally tally, absl::Time time, std::optional<absl::Time> since) {
    Cell cell{fact.division, ChinaDayOf(time), fact.organisation,        fact.court,
              fact.category, fact.source,      Measure{fact.kind, tally}};
    // A source whose clock went back must not make a negative duration.
    const std::int64_t seconds =
        since ? std::max<std::int64_t>(0, absl::ToInt64Seconds(time - *since)) : 0;
    cells[std::move(cell)] = Sum{1, seconds};
  };
  for (const Step& step : kSteps) {
    const std::optional<absl::Time>& time = fact.time(step.milestone);
    if (time) add(step.tally, *time, StartOf(fact, step.milestone));
  }
  if (const std::optional<absl::Time>& settled = fact.time(Milestone::kSettled); settled) {
    add(fact.time(Milestone::kPerformed) ? Tally::kSettledPerformed : Tally::kSettledUnperformed,
        *settled, std::nullopt);
  }
  return cells;
}

CellSums Restatement(const Fact& before, const Fact& after) {
  CellSums difference = CellsOf(after);
  for (const auto& [cell, sum] : CellsOf(before)) {
    Sum& change = difference[cell];
    change.count -= sum.count;
    change.seconds -= sum.seconds;
  }
  std::erase_if(difference, [](const auto& entry) { return entry.second == Sum{}; });
  return difference;
}

}  // namespace maplebridge::analytics
