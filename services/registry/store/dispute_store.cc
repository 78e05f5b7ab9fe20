#include "services/registry/store/dispute_store.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/str_cat.h>

#include <utility>

#include "common/status/error.h"
#include "services/registry/store/dispute_row.h"
#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::ArrayParameter;
using postgres::Statement;

// $1 numbers.
constexpr Statement kRead{"disputes_read", "SELECT " MB_DISPUTE_COLUMNS
                                           " FROM disputes"
                                           " WHERE number = ANY($1::text[])"};
// $1 number.
constexpr Statement kLock{"dispute_lock", "SELECT " MB_DISPUTE_COLUMNS
                                          " FROM disputes"
                                          " WHERE number = $1"
                                          " FOR UPDATE"};
// $1 referral.
constexpr Statement kFindByReferral{"dispute_by_referral", R"(
  SELECT number FROM disputes WHERE referral = $1 AND referral <> '')"};

// Filters of a list that stand beside the one that leads: $1 after, $2 limit, $3 organisation,
// $4 court, $5 state, $6 and $7 division from and to, $8 the one that leads.
#define MB_LIST_ORDERED(leading, order)             \
  "SELECT " MB_DISPUTE_COLUMNS                      \
  " FROM disputes"                                  \
  " WHERE " leading                                 \
  " AND ($3::text = '' OR organisation = $3::text)" \
  " AND ($4::text = '' OR court = $4::text)"        \
  " AND ($5::text = '' OR state = $5::text)"        \
  " AND division BETWEEN $6::bigint AND $7::bigint" \
  " ORDER BY " order " LIMIT $2::bigint"
#define MB_LIST(leading) MB_LIST_ORDERED(leading " AND number > $1", "number")
// Of one owner, in the order of its index. Said as a range, for an owner said by "=" leaves only
// the number to order by, and then the planner may walk through everybody's disputes by their
// number. For the same reason the owner that leads is not given once more beside it.
#define MB_LIST_OF(owner)                                                                     \
  MB_LIST_ORDERED("(" owner ", number) > ($8::text, $1) AND " owner " <= $8::text AND " owner \
                  " <> ''",                                                                   \
                  owner ", number")
// One text for each index, so that each has its own plan.
constexpr Statement kListByReferral{"disputes_by_referral",
                                    MB_LIST("referral = $8 AND referral <> ''")};
constexpr Statement kListByOrganisation{"disputes_by_organisation", MB_LIST_OF("organisation")};
constexpr Statement kListByCourt{"disputes_by_court", MB_LIST_OF("court")};
constexpr Statement kListByDivision{
    "disputes_by_division",
    MB_LIST("division BETWEEN $6::bigint AND $7::bigint AND $8::text = ''")};
// A number begins with its county, so a county and what is above it is a range of the primary key.
constexpr Statement kListByNumber{"disputes_by_number",
                                  MB_LIST("number >= 'D-' || $8::text AND number < 'D-' || "
                                          "$8::text || ':'")};

// $1 before or NULL, $2 and $3 last seen, $4 limit, $5 organisation, $6 court, $7 and $8 division
// from and to, $9 states. A clock that ended and one that ends are two lists, each by its index.
#define MB_DUE_CONDITIONS                           \
  " AND (due_time, number) > ($2::timestamptz, $3)" \
  " AND ($5::text = '' OR organisation = $5::text)" \
  " AND ($6::text = '' OR court = $6::text)"        \
  " AND division BETWEEN $7::bigint AND $8::bigint" \
  " AND state = ANY($9::text[])"                    \
  " ORDER BY due_time, number LIMIT $4::bigint"
constexpr Statement kListDue{
    "disputes_due", "(SELECT " MB_DISPUTE_COLUMNS
                    " FROM disputes WHERE clock <> '' AND NOT overdue AND due_time <= "
                    "$1::timestamptz" MB_DUE_CONDITIONS ") UNION ALL (SELECT " MB_DISPUTE_COLUMNS
                    " FROM disputes WHERE clock <> '' AND overdue" MB_DUE_CONDITIONS
                    ") ORDER BY due_time, number LIMIT $4::bigint"};

// $1 source, $2 position, $3 resource, $4 event, $5 reason, $6 time.
constexpr Statement kRecordRefusal{"feed_refusal_record", R"(
  INSERT INTO feed_refusals (source, position, resource, event, reason, refuse_time)
  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING)"};

Task<absl::StatusOr<Dispute>> ReadOne(postgres::Transaction& transaction, const StoreKeys& keys,
                                      const std::string& number, const Statement& statement,
                                      bool as_array) {
  const std::string numbers = TextArray({number});
  const std::string value = as_array ? numbers : number;
  std::vector<postgres::Command> commands;
  commands.push_back({&statement, postgres::Parameters::Of(value)});
  commands.push_back({&kReadParties, postgres::Parameters::Of(numbers)});
  auto results = co_await transaction.ExecuteAll(std::move(commands));
  if (!results.ok()) co_return results.status();
  if ((*results)[0].empty()) co_return NotFoundError("disputes/" + number);
  Dispute dispute = DisputeOf((*results)[0][0]);
  MB_CO_RETURN_IF_ERROR(AddParties(keys, (*results)[1], {{number, &dispute}}));
  co_return dispute;
}

}  // namespace

Task<absl::StatusOr<std::vector<std::optional<Dispute>>>> ReadDisputes(
    postgres::Database& database, absl::Time deadline, const StoreKeys& keys,
    const std::vector<std::string>& numbers) {
  const std::string array = TextArray(numbers);
  std::vector<postgres::Command> commands;
  commands.push_back({&kRead, postgres::Parameters::Of(array)});
  commands.push_back({&kReadParties, postgres::Parameters::Of(array)});
  auto results = co_await database.QueryAll(deadline, std::move(commands));
  if (!results.ok()) co_return results.status();
  std::vector<Dispute> found;
  found.reserve(static_cast<std::size_t>((*results)[0].size()));
  absl::flat_hash_map<std::string, Dispute*> by_number;
  for (int i = 0; i < (*results)[0].size(); ++i) {
    found.push_back(DisputeOf((*results)[0][i]));
    by_number[found.back().number] = &found.back();
  }
  MB_CO_RETURN_IF_ERROR(AddParties(keys, (*results)[1], by_number));
  std::vector<std::optional<Dispute>> answers;
  for (const std::string& number : numbers) {
    auto dispute = by_number.find(number);
    answers.push_back(dispute == by_number.end() ? std::nullopt
                                                 : std::optional<Dispute>(*dispute->second));
  }
  co_return answers;
}

Task<absl::StatusOr<Dispute>> LockDispute(postgres::Transaction& transaction, const StoreKeys& keys,
                                          const std::string& number) {
  return ReadOne(transaction, keys, number, kLock, false);
}

Task<absl::StatusOr<Dispute>> ReadDispute(postgres::Transaction& transaction, const StoreKeys& keys,
                                          const std::string& number) {
  return ReadOne(transaction, keys, number, kRead, true);
}

Task<absl::StatusOr<std::string>> FindByReferral(postgres::Transaction& transaction,
                                                 const std::string& referral) {
  auto rows = co_await transaction.Execute(kFindByReferral, referral);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) co_return std::string();
  co_return (*rows)[0].Text(0);
}

Task<absl::StatusOr<std::vector<Dispute>>> ListDisputes(postgres::Database& database,
                                                        absl::Time deadline,
                                                        const DisputeFilter& filter) {
  const Statement* statement = &kListByNumber;
  std::string leading = filter.county_prefix;
  std::string organisation = filter.organisation;
  std::string court = filter.court;
  if (!filter.referral.empty()) {
    statement = &kListByReferral;
    leading = filter.referral;
  } else if (!organisation.empty()) {
    statement = &kListByOrganisation;
    leading = std::exchange(organisation, "");
  } else if (!court.empty()) {
    statement = &kListByCourt;
    leading = std::exchange(court, "");
  } else if (filter.division_last - filter.division_first < 1'000'000) {
    // Below a county: few enough rows to sort.
    statement = &kListByDivision;
    leading = "";
  }
  auto rows = co_await database.Query(deadline, *statement, filter.after,
                                      std::int64_t{filter.limit}, organisation, court, filter.state,
                                      filter.division_first, filter.division_last, leading);
  if (!rows.ok()) co_return rows.status();
  std::vector<Dispute> disputes;
  for (int i = 0; i < rows->size(); ++i) disputes.push_back(DisputeOf((*rows)[i]));
  co_return disputes;
}

Task<absl::StatusOr<std::vector<Dispute>>> ListDueDisputes(postgres::Database& database,
                                                           absl::Time deadline,
                                                           const DueFilter& due) {
  ArrayParameter states;
  for (const std::string& state : due.states) states.Push(std::string_view(state));
  auto rows = co_await database.Query(
      deadline, kListDue, due.before, due.after_time, due.after_number,
      std::int64_t{due.filter.limit}, due.filter.organisation, due.filter.court,
      due.filter.division_first, due.filter.division_last, states.Take());
  if (!rows.ok()) co_return rows.status();
  std::vector<Dispute> disputes;
  for (int i = 0; i < rows->size(); ++i) disputes.push_back(DisputeOf((*rows)[i]));
  co_return disputes;
}

Task<absl::Status> RecordFeedRefusal(postgres::Transaction& transaction, const std::string& source,
                                     std::int64_t position, const std::string& resource,
                                     const std::string& event, const std::string& why,
                                     absl::Time now) {
  auto stored =
      co_await transaction.Execute(kRecordRefusal, source, position, resource, event, why, now);
  co_return stored.status();
}

}  // namespace maplebridge::registry
