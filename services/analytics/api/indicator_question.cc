#include "services/analytics/api/indicator_question.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <set>

#include "common/postgres/parameters.h"
#include "common/status/error.h"
#include "common/status/macros.h"
#include "services/analytics/domain/publication.h"

namespace maplebridge::analytics {
namespace {

// What lies outside is a slip of the pen, not a period.
constexpr absl::CivilYear kFirstYear(2000);
constexpr absl::CivilYear kLastYear(2199);

absl::StatusOr<absl::CivilDay> DayOf(const std::string& text) {
  absl::CivilDay day;
  if (text.size() != 10 || !absl::ParseCivilTime(text, &day) || postgres::DayText(day) != text) {
    return absl::InvalidArgumentError("must be a day such as 2026-09-30");
  }
  const absl::CivilYear year(day);
  if (year < kFirstYear || year > kLastYear) {
    return absl::InvalidArgumentError("must lie in the years 2000 to 2199");
  }
  return day;
}

bool IsName(std::string_view collection, const std::string& name) {
  return name.size() > collection.size() && name.size() <= 200 &&
         name.compare(0, collection.size(), collection) == 0 &&
         name.find('/', collection.size()) == std::string::npos;
}

void FillScope(const v1::QueryIndicatorsRequest& request, const division::DivisionTree& divisions,
               IndicatorQuestion* question, FieldCheck* check) {
  switch (request.scope_case()) {
    case v1::QueryIndicatorsRequest::kDivision: {
      auto code = divisions.Normalise(request.division());
      check->Check("division", code.status());
      if (code.ok()) question->division = *code;
      return;
    }
    case v1::QueryIndicatorsRequest::kOrganisation:
      check->Require(IsName("organisations/", request.organisation()), "organisation",
                     "must be organisations/{id}");
      question->organisation = request.organisation();
      return;
    case v1::QueryIndicatorsRequest::kCourt:
      check->Require(IsName("courts/", request.court()), "court", "must be courts/{code}");
      question->court = request.court();
      return;
    case v1::QueryIndicatorsRequest::SCOPE_NOT_SET:
      check->Add("division", "one of division, organisation and court must be given");
      return;
  }
}

void FillPeriod(const v1::QueryIndicatorsRequest& request, absl::CivilDay today,
                IndicatorQuestion* question, FieldCheck* check) {
  question->end_day = today;
  if (!request.end_day().empty()) {
    auto day = DayOf(request.end_day());
    check->Check("end_day", day.status());
    if (day.ok()) question->end_day = *day;
  }
  question->start_day = absl::CivilDay(absl::CivilYear(question->end_day));
  if (!request.start_day().empty()) {
    auto day = DayOf(request.start_day());
    check->Check("start_day", day.status());
    if (day.ok()) question->start_day = *day;
  }
  check->Require(question->start_day <= question->end_day, "start_day",
                 "must not be after end_day");
}

void FillIndicators(const v1::QueryIndicatorsRequest& request, IndicatorQuestion* question,
                    FieldCheck* check) {
  std::set<std::string> seen;
  for (int i = 0; i < request.indicators_size(); ++i) {
    const std::string& name = request.indicators(i);
    const std::string field = absl::StrCat("indicators[", i, "]");
    const Indicator* indicator = FindIndicator(name);
    check->Require(indicator != nullptr, field,
                   "is no indicator; ListIndicatorDefinitions names all");
    check->Require(seen.insert(name).second, field, "is given twice");
    if (indicator != nullptr) question->indicators.push_back(indicator);
  }
  if (request.indicators_size() > 0) return;
  for (const Indicator& indicator : Indicators()) question->indicators.push_back(&indicator);
}

void FillLevels(const v1::QueryIndicatorsRequest& request, IndicatorQuestion* question,
                FieldCheck* check) {
  std::set<int> seen;
  for (int i = 0; i < request.levels_size(); ++i) {
    const std::string field = absl::StrCat("levels[", i, "]");
    const v1::DivisionLevel level = request.levels(i);
    check->Require(DigitsOf(level) > 0, field, "must be PROVINCE, CITY, COUNTY or TOWNSHIP");
    check->Require(seen.insert(level).second, field, "is given twice");
    question->levels.push_back(level);
  }
}

}  // namespace

std::vector<Measure> IndicatorQuestion::Measures() const {
  std::set<Measure> measures;
  for (const Indicator* indicator : indicators) {
    for (const Measure& measure : MeasuresOf(*indicator)) measures.insert(measure);
  }
  return {measures.begin(), measures.end()};
}

bool IndicatorQuestion::needs_all_before() const {
  return std::any_of(indicators.begin(), indicators.end(), [](const Indicator* indicator) {
    return indicator->formula == Formula::kStock;
  });
}

int DigitsOf(v1::DivisionLevel level) {
  switch (level) {
    case v1::DIVISION_LEVEL_PROVINCE:
      return 2;
    case v1::DIVISION_LEVEL_CITY:
      return 4;
    case v1::DIVISION_LEVEL_COUNTY:
      return 6;
    case v1::DIVISION_LEVEL_TOWNSHIP:
      return 9;
    default:
      return 0;
  }
}

absl::StatusOr<IndicatorQuestion> QuestionOf(const v1::QueryIndicatorsRequest& request,
                                             const division::DivisionTree& divisions,
                                             absl::CivilDay today) {
  IndicatorQuestion question;
  FieldCheck check;
  FillScope(request, divisions, &question, &check);
  FillPeriod(request, today, &question, &check);
  FillIndicators(request, &question, &check);
  FillLevels(request, &question, &check);
  MB_RETURN_IF_ERROR(check.status());
  return question;
}

}  // namespace maplebridge::analytics
