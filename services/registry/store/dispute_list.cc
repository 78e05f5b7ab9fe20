// Lists of disputes by a caller's filter and order, whose SQL is made when they are asked for.
#include <absl/strings/str_cat.h>

#include "services/registry/store/dispute_row.h"
#include "services/registry/store/dispute_store.h"

namespace maplebridge::registry {
namespace {

// What narrows the list beside the caller's filter.
void AppendScope(const DisputeFilter& filter, DynamicQuery* query) {
  const std::pair<const char*, const std::string*> texts[] = {
      {"referral", &filter.referral},
      {"organisation", &filter.organisation},
      {"court", &filter.court},
      {"state", &filter.state}};
  for (const auto& [column, value] : texts) {
    if (!value->empty()) query->Append(absl::StrCat(" AND ", column, " = ", query->Bind(*value)));
  }
  if (filter.division_first == 0) return;
  const std::string first = query->Bind(filter.division_first);
  const std::string last = query->Bind(filter.division_last);
  query->Append(absl::StrCat(" AND division BETWEEN ", first, "::bigint AND ", last, "::bigint"));
}

// What comes after the last row that was seen; rows without the value come last.
void AppendKeyset(const DisputeFilter& filter, DynamicQuery* query) {
  if (filter.after.empty()) return;
  const std::string column(filter.order.column);
  const std::string number = query->Bind(filter.after);
  const char* sign = filter.order.descending ? "<" : ">";
  if (filter.order.by_number()) {
    query->Append(absl::StrCat(" AND number ", sign, " ", number));
    return;
  }
  if (!filter.after_value) {
    query->Append(absl::StrCat(" AND ", column, " IS NULL AND number > ", number));
    return;
  }
  const std::string value =
      query->Bind(*filter.after_value) + "::" + std::string(filter.order.type);
  query->Append(absl::StrCat(" AND (", column, " ", sign, " ", value, " OR (", column, " = ", value,
                             " AND number > ", number, ") OR ", column, " IS NULL)"));
}

void AppendOrder(const DisputeFilter& filter, DynamicQuery* query) {
  const char* direction = filter.order.descending ? " DESC" : "";
  query->Append(absl::StrCat(" ORDER BY ", std::string(filter.order.column), direction));
  if (!filter.order.by_number()) query->Append(" NULLS LAST, number");
  query->Append(absl::StrCat(" LIMIT ", filter.limit));
}

}  // namespace

std::optional<std::string> OrderValue(const DisputeOrder& order, const Dispute& dispute) {
  if (order.column == "create_time") return postgres::TimeText(dispute.create_time);
  if (order.column == "update_time") return postgres::TimeText(dispute.update_time);
  if (order.column == "claimed_amount_fen") return absl::StrCat(dispute.claimed_amount_fen);
  if (order.column == "accept_time" && dispute.accept_time) {
    return postgres::TimeText(*dispute.accept_time);
  }
  if (order.column == "due_time" && !dispute.clock.kind.empty()) {
    return postgres::TimeText(dispute.clock.due_time);
  }
  return std::nullopt;
}

Task<absl::StatusOr<std::vector<Dispute>>> ListFilteredDisputes(postgres::Database& database,
                                                                absl::Time deadline,
                                                                const DisputeFilter& filter) {
  DynamicQuery query;
  query.Append("SELECT " MB_DISPUTE_COLUMNS " FROM disputes WHERE true");
  AppendScope(filter, &query);
  if (filter.condition) {
    MB_CO_ASSIGN_OR_RETURN(const std::string condition, ConditionOf(*filter.condition, &query));
    query.Append(" AND " + condition);
  }
  AppendKeyset(filter, &query);
  AppendOrder(filter, &query);
  const std::string text = query.sql();
  const postgres::Statement statement{"", text.c_str()};
  auto rows = co_await database.QueryWith(deadline, statement, query.parameters());
  if (!rows.ok()) co_return rows.status();
  std::vector<Dispute> disputes;
  for (int i = 0; i < rows->size(); ++i) disputes.push_back(DisputeOf((*rows)[i]));
  co_return disputes;
}

}  // namespace maplebridge::registry
