#include "services/analytics/api/query_indicators.h"

#include <absl/strings/str_cat.h>
#include <google/protobuf/util/time_util.h>

#include "common/postgres/parameters.h"
#include "common/status/error.h"
#include "services/analytics/api/figure_rights.h"
#include "services/analytics/api/indicator_question.h"
#include "services/analytics/domain/publication.h"
#include "services/analytics/store/figure_store.h"

namespace maplebridge::analytics {
namespace {

constexpr int kMostRows = 5000;

// What a caller sees of the figures of one place.
enum class Sight { kExact, kPublished, kNothing };

// How one answer is made: the question, the caller's rights, and what is withheld.
struct Answering {
  const Analytics& analytics;
  const Call& call;
  const IndicatorQuestion& question;
  // Of the scope as a whole, when it is an organisation or a court.
  bool sees_scope = false;
  bool is_published_period = false;
  WithheldPlaces withheld;

  Sight SightOf(const std::string& place) const {
    if (!question.division) return sees_scope ? Sight::kExact : Sight::kNothing;
    if (SeesPlace(call.caller(), place)) return Sight::kExact;
    // Villages are not published: their numbers say who lives next door.
    const bool is_published = is_published_period && place.size() <= 9;
    return is_published ? Sight::kPublished : Sight::kNothing;
  }
};

void Show(const Figure& figure, v1::IndicatorValue* value) {
  value->set_numerator(figure.numerator);
  if (figure.denominator) value->set_denominator(*figure.denominator);
  if (figure.value) value->set_value(*figure.value);
}

v1::IndicatorRow RowOf(const Answering& answering, const std::string& place,
                       v1::DivisionLevel level, const MeasureSums& sums) {
  v1::IndicatorRow row;
  row.set_division(place);
  row.set_level(level);
  const Sight sight = answering.SightOf(place);
  for (const Indicator* indicator : answering.question.indicators) {
    v1::IndicatorValue* value = row.add_values();
    value->set_indicator(std::string(indicator->name));
    if (sight == Sight::kExact) {
      Show(Compute(*indicator, sums), value);
    } else if (sight == Sight::kNothing || !IsPublishedIndicator(*indicator)) {
      value->set_suppression(v1::SUPPRESSION_NOT_PUBLISHED);
    } else if (answering.withheld.Withholds(*indicator, place)) {
      value->set_suppression(v1::SUPPRESSION_SMALL_CELL);
    } else {
      Show(Compute(*indicator, sums), value);
    }
  }
  return row;
}

bool HasCounts(const std::map<Measure, Sum>& sums) {
  for (const auto& [measure, sum] : sums) {
    if (sum.count != 0) return true;
  }
  return false;
}

// False for the digits of a place above that are only filled up with zeros, such as "330100": cases
// of the city itself lie in no county. True for 东莞 "441900", which is its own county.
bool IsPlaceAt(const division::DivisionTree& divisions, const std::string& place,
               v1::DivisionLevel level) {
  auto code = division::DivisionCode::Parse(place);
  if (!code.ok()) return false;
  const auto wanted = static_cast<division::Level>(static_cast<int>(level) - 1);
  if (code->level() == wanted) return true;
  auto children = divisions.Children(*code, 1, "");
  return children.ok() && (children->divisions.empty() || children->divisions[0].level > wanted);
}

CountScope ScopeOf(const IndicatorQuestion& question, int digits) {
  CountScope scope;
  scope.organisation = question.organisation;
  scope.court = question.court;
  if (!question.division) return scope;
  // A level above the division's own answers for the whole of that place.
  const std::string own = question.division->Prefix();
  division::DivisionCode place = *question.division;
  if (digits > 0 && static_cast<std::size_t>(digits) < own.size()) {
    place = *division::DivisionCode::Parse(own.substr(0, static_cast<std::size_t>(digits)));
  }
  scope.places = CountScope::Places{static_cast<std::int64_t>(place.number()),
                                    static_cast<std::int64_t>(place.LastNumber())};
  return scope;
}

SumQuestion SumsWanted(const IndicatorQuestion& question, int digits) {
  SumQuestion sums;
  sums.scope = ScopeOf(question, digits);
  sums.start_day = question.start_day;
  sums.end_day = question.end_day;
  sums.measures = question.Measures();
  sums.with_all_before = question.needs_all_before();
  sums.digits = digits;
  return sums;
}

// The row of the scope as a whole.
Task<absl::Status> AddScopeRow(postgres::Transaction& transaction, const Answering& answering,
                               v1::QueryIndicatorsResponse* response) {
  const SumQuestion wanted = SumsWanted(answering.question, 0);
  auto sums = co_await ReadSums(transaction, wanted);
  if (!sums.ok()) co_return sums.status();
  const std::string place =
      answering.question.division ? answering.question.division->Prefix() : "";
  *response->add_rows() =
      RowOf(answering, place, v1::DIVISION_LEVEL_UNSPECIFIED, (*sums)[std::string()]);
  co_return absl::OkStatus();
}

// The rows of one level. Where nothing may be seen a place is left out, so that not even its having
// figures is told; when that leaves no row, one of the scope says so.
Task<absl::Status> AddLevelRows(postgres::Transaction& transaction, const Answering& answering,
                                v1::DivisionLevel level, v1::QueryIndicatorsResponse* response) {
  const IndicatorQuestion& question = answering.question;
  const int digits = DigitsOf(level);
  const SumQuestion wanted = SumsWanted(question, digits);
  auto sums = co_await ReadSums(transaction, wanted);
  if (!sums.ok()) co_return sums.status();
  const std::string own = question.division ? question.division->Prefix() : "";
  if (question.division && static_cast<std::size_t>(digits) <= own.size()) {
    const std::string place = own.substr(0, static_cast<std::size_t>(digits));
    *response->add_rows() = RowOf(answering, place, level, (*sums)[place]);
    co_return absl::OkStatus();
  }
  const int before = response->rows_size();
  for (const auto& [place, place_sums] : *sums) {
    const Sight sight = answering.SightOf(place);
    if (sight == Sight::kNothing) continue;
    if (sight == Sight::kPublished && !HasCounts(place_sums.period)) continue;
    if (!IsPlaceAt(answering.analytics.divisions(), place, level)) continue;
    *response->add_rows() = RowOf(answering, place, level, place_sums);
  }
  const bool sees_scope =
      question.division ? SeesPlace(answering.call.caller(), own) : answering.sees_scope;
  if (response->rows_size() == before && !sees_scope && !answering.is_published_period) {
    co_return co_await AddScopeRow(transaction, answering, response);
  }
  co_return absl::OkStatus();
}

// What the caller may see, and what is withheld, decided before any row.
Task<absl::Status> Decide(postgres::Transaction& transaction, Answering* answering) {
  const IndicatorQuestion& question = answering->question;
  const Caller& caller = answering->call.caller();
  if (!question.organisation.empty()) {
    auto division = co_await ReadOrganisationDivision(transaction, question.organisation);
    if (!division.ok()) co_return division.status();
    answering->sees_scope = SeesOrganisation(caller, question.organisation, *division);
  }
  if (!question.court.empty()) answering->sees_scope = SeesCourt(caller, question.court);
  answering->is_published_period =
      question.division &&
      IsPublishedPeriod(question.start_day, question.end_day, ChinaDayOf(answering->call.now()));
  if (!answering->is_published_period || SeesAllFigures(caller)) co_return absl::OkStatus();
  const std::vector<Measure> measures = question.Measures();
  auto counts =
      co_await ReadTownshipCounts(transaction, question.start_day, question.end_day, measures);
  if (!counts.ok()) co_return counts.status();
  answering->withheld = WithheldPlaces(*counts);
  co_return absl::OkStatus();
}

void ShowState(const FeedState& state, v1::FeedPosition* message) {
  using google::protobuf::util::TimeUtil;
  message->set_feed(state.feed);
  message->set_position(state.position);
  if (state.event_time) {
    *message->mutable_event_time() =
        TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(*state.event_time));
  }
  if (state.update_time) {
    *message->mutable_update_time() =
        TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(*state.update_time));
  }
}

Task<absl::StatusOr<v1::QueryIndicatorsResponse>> Answer(postgres::Transaction& transaction,
                                                         Answering answering) {
  const IndicatorQuestion& question = answering.question;
  v1::QueryIndicatorsResponse response;
  absl::Status status = co_await ReadOneMoment(transaction);
  if (status.ok()) status = co_await Decide(transaction, &answering);
  if (status.ok() && question.levels.empty()) {
    status = co_await AddScopeRow(transaction, answering, &response);
  }
  for (v1::DivisionLevel level : question.levels) {
    if (!status.ok()) break;
    status = co_await AddLevelRows(transaction, answering, level, &response);
  }
  if (!status.ok()) co_return status;
  if (response.rows_size() > kMostRows) {
    co_return FieldError(
        "levels", absl::StrCat("would answer ", response.rows_size(), " rows, at most ", kMostRows,
                               " come back; ask for a smaller division"));
  }
  auto states = co_await ReadFeedStates(transaction);
  if (!states.ok()) co_return states.status();
  for (const FeedState& state : *states) ShowState(state, response.add_feed_positions());
  response.set_start_day(postgres::DayText(question.start_day));
  response.set_end_day(postgres::DayText(question.end_day));
  response.set_suppression_threshold(static_cast<int>(kSmallCellThreshold));
  co_return response;
}

v1::IndicatorUnit MessageOf(Unit unit) {
  switch (unit) {
    case Unit::kCount:
      return v1::INDICATOR_UNIT_COUNT;
    case Unit::kShare:
      return v1::INDICATOR_UNIT_SHARE;
    case Unit::kDays:
      break;
  }
  return v1::INDICATOR_UNIT_DAYS;
}

v1::IndicatorDirection MessageOf(Direction direction) {
  switch (direction) {
    case Direction::kHigherIsBetter:
      return v1::INDICATOR_DIRECTION_HIGHER_IS_BETTER;
    case Direction::kLowerIsBetter:
      return v1::INDICATOR_DIRECTION_LOWER_IS_BETTER;
    case Direction::kNeither:
      break;
  }
  return v1::INDICATOR_DIRECTION_UNSPECIFIED;
}

v1::IndicatorDefinition DefinitionOf(const Indicator& indicator) {
  v1::IndicatorDefinition definition;
  definition.set_indicator(std::string(indicator.name));
  definition.set_display_name(std::string(indicator.display_name));
  definition.set_meaning(std::string(indicator.meaning));
  definition.set_formula(std::string(indicator.formula_text));
  definition.set_unit(MessageOf(indicator.unit));
  definition.set_numerator(std::string(indicator.numerator_text));
  definition.set_denominator(std::string(indicator.denominator_text));
  definition.set_direction(MessageOf(indicator.direction));
  definition.add_sources(std::string(indicator.source));
  definition.set_since_day(std::string(indicator.since_day));
  return definition;
}

}  // namespace

Task<absl::StatusOr<v1::QueryIndicatorsResponse>> QueryIndicators(
    Analytics& analytics, Call& call, const v1::QueryIndicatorsRequest& request) {
  auto question = QuestionOf(request, analytics.divisions(), ChinaDayOf(call.now()));
  if (!question.ok()) co_return question.status();
  using Response = v1::QueryIndicatorsResponse;
  std::function<Task<absl::StatusOr<Response>>(postgres::Transaction&)> body =
      [&](postgres::Transaction& transaction) {
        Answering answering{analytics, call, *question};
        return Answer(transaction, std::move(answering));
      };
  co_return co_await analytics.parts.database(call).Transact<Response>(call.deadline(), body);
}

Task<absl::StatusOr<v1::ListIndicatorDefinitionsResponse>> ListIndicatorDefinitions(
    Analytics&, Call&, const v1::ListIndicatorDefinitionsRequest&) {
  v1::ListIndicatorDefinitionsResponse response;
  for (const Indicator& indicator : Indicators()) {
    *response.add_indicator_definitions() = DefinitionOf(indicator);
  }
  co_return response;
}

Task<absl::StatusOr<v1::GetFeedPositionsResponse>> GetFeedPositions(
    Analytics& analytics, Call& call, const v1::GetFeedPositionsRequest&) {
  using Response = v1::GetFeedPositionsResponse;
  std::function<Task<absl::StatusOr<Response>>(postgres::Transaction&)> body =
      [](postgres::Transaction& transaction) -> Task<absl::StatusOr<Response>> {
    auto states = co_await ReadFeedStates(transaction);
    if (!states.ok()) co_return states.status();
    Response response;
    for (const FeedState& state : *states) ShowState(state, response.add_feed_positions());
    co_return response;
  };
  co_return co_await analytics.parts.database(call).Transact<Response>(call.deadline(), body);
}

}  // namespace maplebridge::analytics
