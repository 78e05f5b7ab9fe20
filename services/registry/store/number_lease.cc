#include "services/registry/store/number_lease.h"

#include "common/calendar/working_calendar.h"
#include "common/division/division_code.h"
#include "common/identifier/dispute_number.h"

namespace maplebridge::registry {
namespace {

using postgres::ArrayParameter;
using postgres::Statement;

// $1 counties, $2 years, $3 how many. In one order, so that two batches never lock crosswise.
constexpr Statement kTake{"dispute_serials_take", R"(
  INSERT INTO dispute_serials (county, year, last)
  SELECT county, year, count
  FROM unnest($1::text[], $2::int[], $3::bigint[]) AS wanted (county, year, count)
  ORDER BY county, year
  ON CONFLICT (county, year) DO UPDATE SET last = dispute_serials.last + excluded.last
  RETURNING county, year, last)"};

// Taken beyond what is needed once a county is busy, so that most batches need no round trip.
constexpr std::int64_t kSpare = 64;

absl::StatusOr<std::string> NumberOf(const CountyYear& place, std::int64_t serial) {
  auto number =
      identifier::DisputeNumber::Create(place.first, place.second, static_cast<int>(serial));
  if (!number.ok()) return number.status();
  return number->ToString();
}

}  // namespace

CountyYear CountyYearOf(const Dispute& dispute) {
  const auto code = division::DivisionCode::FromNumber(dispute.division);
  return {code.ToString().substr(0, 6),
          static_cast<int>(calendar::ChinaDay(dispute.create_time).year())};
}

Task<absl::StatusOr<std::vector<std::string>>> NumberLease::Give(
    const std::vector<CountyYear>& places, absl::Time deadline) {
  std::map<CountyYear, std::int64_t> needed, asked;
  for (const CountyYear& place : places) ++needed[place];
  // What is given out here is taken off the spare ones before anything is awaited: another batch
  // of this loop may run meanwhile.
  std::map<CountyYear, Range> ours;
  ArrayParameter counties, years, counts;
  for (const auto& [place, count] : needed) {
    auto spare = spare_.find(place);
    if (spare != spare_.end() && spare->second.last - spare->second.next + 1 >= count) {
      ours[place] = {spare->second.next, spare->second.next + count - 1};
      spare->second.next += count;
      continue;
    }
    // The first call of a county takes what it needs; a county with many calls takes more.
    asked[place] = count + (spare == spare_.end() ? 0 : kSpare);
    spare_[place];
    counties.Push(std::string_view(place.first));
    years.Push(std::int64_t{place.second});
    counts.Push(asked[place]);
  }
  if (!asked.empty()) {
    auto rows =
        co_await database_.Query(deadline, kTake, counties.Take(), years.Take(), counts.Take());
    if (!rows.ok()) co_return rows.status();
    for (int i = 0; i < rows->size(); ++i) {
      const CountyYear place{(*rows)[i].Text(0), static_cast<int>((*rows)[i].Int64(1))};
      const std::int64_t last = (*rows)[i].Int64(2);
      const std::int64_t first = last - asked[place] + 1;
      ours[place] = {first, first + needed[place] - 1};
      spare_[place] = {ours[place].last + 1, last};
    }
  }
  std::vector<std::string> numbers;
  for (const CountyYear& place : places) {
    auto number = NumberOf(place, ours[place].next++);
    if (!number.ok()) co_return number.status();
    numbers.push_back(*std::move(number));
  }
  co_return numbers;
}

Task<absl::StatusOr<std::vector<std::string>>> TakeNumbers(postgres::Transaction& transaction,
                                                           const std::vector<CountyYear>& places) {
  std::map<CountyYear, std::int64_t> needed, next;
  for (const CountyYear& place : places) ++needed[place];
  ArrayParameter counties, years, counts;
  for (const auto& [place, count] : needed) {
    counties.Push(std::string_view(place.first));
    years.Push(std::int64_t{place.second});
    counts.Push(count);
  }
  auto rows = co_await transaction.Execute(kTake, counties.Take(), years.Take(), counts.Take());
  if (!rows.ok()) co_return rows.status();
  for (int i = 0; i < rows->size(); ++i) {
    const CountyYear place{(*rows)[i].Text(0), static_cast<int>((*rows)[i].Int64(1))};
    next[place] = (*rows)[i].Int64(2) - needed[place] + 1;
  }
  std::vector<std::string> numbers;
  for (const CountyYear& place : places) {
    auto number = NumberOf(place, next[place]++);
    if (!number.ok()) co_return number.status();
    numbers.push_back(*std::move(number));
  }
  co_return numbers;
}

Task<absl::StatusOr<std::string>> TakeNumber(postgres::Transaction& transaction,
                                             const CountyYear& place) {
  const std::vector<CountyYear> places{place};
  auto numbers = co_await TakeNumbers(transaction, places);
  if (!numbers.ok()) co_return numbers.status();
  co_return std::move(numbers->front());
}

}  // namespace maplebridge::registry
