#include "services/registry/store/dispute_filter.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>
#include <absl/time/time.h>

#include <algorithm>
#include <array>
#include <vector>

#include "common/division/division_code.h"

namespace maplebridge::registry {
namespace {

enum class FieldType : std::uint8_t {
  kWord,   // one of a few words
  kText,   // any text, by equality
  kTexts,  // a list of texts
  kNumber,
  kTruth,
  kTime,
  kDay,
  kDivision,
};

struct Field {
  std::string_view name;
  FieldType type;
  std::string_view column;
  // Of kWord: the prefix of its enumeration's values, and the words, parted by spaces.
  std::string_view prefix = "";
  std::string_view words = "";
};

constexpr std::string_view kStates =
    "REPORTED ACCEPTED MEDIATING SUSPENDED CONCLUDING AGREED PERFORMED CLOSED_DECLINED "
    "CLOSED_FAILED CLOSED_WITHDRAWN CLOSED_UNPERFORMED CLOSED_SET_ASIDE CLOSED_MERGED ARCHIVED";
constexpr std::string_view kSources =
    "APPLICATION INITIATIVE INVESTIGATION REFERRAL POLICE CENTRE HOTLINE PETITION IMPORT";

using enum FieldType;
constexpr Field kFields[] = {
    {"state", kWord, "state", "DISPUTE_STATE_", kStates},
    {"category", kText, "category"},
    {"sub_category", kText, "sub_category"},
    {"source", kWord, "source", "DISPUTE_SOURCE_", kSources},
    {"division", kDivision, "division"},
    {"organisation", kText, "organisation"},
    {"claimed_amount_fen", kNumber, "claimed_amount_fen"},
    {"difficulty", kWord, "difficulty", "DIFFICULTY_", "SIMPLE ORDINARY COMPLEX MAJOR"},
    {"mediators", kTexts, "mediators"},
    {"referral", kText, "referral"},
    {"court", kText, "court"},
    {"session_count", kNumber, "session_count"},
    {"obligation_count", kNumber, "obligation_count"},
    {"performed_count", kNumber, "performed_count"},
    {"breach_count", kNumber, "breach_count"},
    {"follow_up_count", kNumber, "follow_up_count"},
    {"transfer_count", kNumber, "transfer_count"},
    {"helper_count", kNumber, "helper_count"},
    {"recusal_count", kNumber, "recusal_count"},
    {"escalation_count", kNumber, "escalation_count"},
    {"owed_amount_fen", kNumber, "owed_fen"},
    {"performed_amount_fen", kNumber, "performed_fen"},
    {"overdue_count", kNumber, "overdue_count"},
    {"late_count", kNumber, "late_count"},
    {"performed_day", kDay, "performed_day"},
    {"urging_count", kNumber, "urging_count"},
    {"performance_count", kNumber, "performance_count"},
    {"satisfaction", kNumber, "satisfaction"},
    {"conclusion.kind", kWord, "conclusion_kind", "CONCLUSION_KIND_", "AGREEMENT NO_AGREEMENT"},
    {"conclusion.reason", kWord, "conclusion_reason", "CONCLUSION_REASON_",
     "NO_AGREEMENT PARTY_REFUSED LIMIT_EXPIRED UNFIT PARTY_GONE"},
    {"conclusion.effective_day", kDay, "effective_day"},
    {"conclusion.conclude_time", kTime, "conclude_time"},
    {"clock", kText, "clock"},
    {"deadline.due_day", kDay, "due_day"},
    {"deadline.due_time", kTime, "due_time"},
    {"overdue", kTruth, "overdue"},
    {"decline_reason", kWord, "decline_reason", "DECLINE_REASON_",
     "PARTY_REFUSED UNFIT NOT_COMPETENT ELSEWHERE CONFLICT_OF_INTEREST"},
    {"relapsed", kTruth, "relapsed"},
    {"unperformed_reason", kWord, "unperformed_reason", "UNPERFORMED_REASON_",
     "URGED_IN_VAIN PARTY_SUED"},
    {"set_aside_case_number", kText, "set_aside_case_number"},
    {"retention", kWord, "retention", "RETENTION_", "PERMANENT LONG_TERM SHORT_TERM"},
    {"offered_organisation", kText, "offered_organisation"},
    {"create_time", kTime, "create_time"},
    {"accept_time", kTime, "accept_time"},
    {"update_time", kTime, "update_time"},
    {"archive_time", kTime, "archive_time"},
};

constexpr std::array<DisputeOrder, 6> kOrders = {{
    {"number", "text"},
    {"create_time", "timestamptz"},
    {"update_time", "timestamptz"},
    {"accept_time", "timestamptz"},
    {"due_time", "timestamptz"},
    {"claimed_amount_fen", "bigint"},
}};

const Field* FindField(std::string_view name) {
  for (const Field& field : kFields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

absl::Status Wrong(const Filter& comparison, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(comparison.field, " ", std::string(what)));
}

std::vector<std::string> Words(std::string_view words) {
  return absl::StrSplit(absl::string_view(words.data(), words.size()), ' ');
}

// "column >= $3::bigint"; a column without a value fits nothing.
std::string Compare(const Field& field, const Filter& comparison, const std::string& value) {
  const std::string_view sign =
      comparison.comparator == Comparator::kNotEqual ? "<>" : Sign(comparison.comparator);
  return absl::StrCat("coalesce(", std::string(field.column), " ", std::string(sign), " ", value,
                      ", false)");
}

bool IsEquality(Comparator comparator) {
  return comparator == Comparator::kEqual || comparator == Comparator::kNotEqual;
}

absl::StatusOr<std::string> WordCondition(const Field& field, const Filter& comparison,
                                          DynamicQuery* query) {
  std::string_view word = comparison.value;
  if (word.starts_with(field.prefix)) word.remove_prefix(field.prefix.size());
  const std::vector<std::string> words = Words(field.words);
  if (std::find(words.begin(), words.end(), word) == words.end()) {
    return Wrong(comparison, absl::StrCat("must be one of ", absl::StrJoin(words, ", ")));
  }
  return Compare(field, comparison, query->Bind(std::string(word)));
}

absl::StatusOr<std::string> NumberCondition(const Field& field, const Filter& comparison,
                                            DynamicQuery* query) {
  std::int64_t number = 0;
  if (!absl::SimpleAtoi(comparison.value, &number)) {
    return Wrong(comparison, "is compared with a whole number, such as 100000");
  }
  return Compare(field, comparison, query->Bind(number) + "::bigint");
}

absl::StatusOr<std::string> TruthCondition(const Field& field, const Filter& comparison,
                                           DynamicQuery* query) {
  if (comparison.value != "true" && comparison.value != "false") {
    return Wrong(comparison, "is true or false");
  }
  return Compare(field, comparison, query->Bind(comparison.value == "true") + "::boolean");
}

absl::StatusOr<std::string> TimeCondition(const Field& field, const Filter& comparison,
                                          DynamicQuery* query) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, comparison.value, &time, &error)) {
    return Wrong(comparison,
                 "is compared with a time in quotes, such as \"2026-10-01T00:00:00+08:00\"");
  }
  return Compare(field, comparison, query->Bind(time) + "::timestamptz");
}

absl::StatusOr<std::string> DayCondition(const Field& field, const Filter& comparison,
                                         DynamicQuery* query) {
  absl::CivilDay day;
  if (comparison.value.size() != 10 || !absl::ParseCivilTime(comparison.value, &day)) {
    return Wrong(comparison, "is compared with a day in quotes, such as \"2026-10-01\"");
  }
  return Compare(field, comparison, query->Bind(day) + "::date");
}

absl::StatusOr<std::string> DivisionCondition(const Field& field, const Filter& comparison,
                                              DynamicQuery* query) {
  auto code = division::DivisionCode::Parse(comparison.value);
  if (!code.ok()) return Wrong(comparison, std::string(code.status().message()));
  const std::string first = query->Bind(code->number());
  const std::string last = query->Bind(code->LastNumber());
  return absl::StrCat(comparison.comparator == Comparator::kNotEqual ? "NOT " : "", "(",
                      std::string(field.column), " BETWEEN ", first, "::bigint AND ", last,
                      "::bigint)");
}

// Whether a value is there at all.
std::string PresenceCondition(const Field& field) {
  const std::string column(field.column);
  switch (field.type) {
    case kTime:
    case kDay:
      return absl::StrCat("(", column, " IS NOT NULL)");
    case kTexts:
      return absl::StrCat("(cardinality(", column, ") > 0)");
    case kNumber:
      return absl::StrCat("(", column, " <> 0)");
    case kTruth:
      return absl::StrCat("(", column, ")");
    case kDivision:
      return "true";
    default:
      return absl::StrCat("(", column, " <> '')");
  }
}

// What may stand between a field and its value.
bool Fits(FieldType type, Comparator comparator) {
  switch (type) {
    case kTexts:
      return comparator == Comparator::kHas;
    case kWord:
    case kText:
    case kTruth:
    case kDivision:
      return IsEquality(comparator);
    default:
      return comparator != Comparator::kHas;
  }
}

absl::StatusOr<std::string> ComparisonCondition(const Filter& comparison, DynamicQuery* query) {
  const Field* field = FindField(comparison.field);
  if (field == nullptr) {
    std::vector<std::string> names;
    for (const Field& each : kFields) names.emplace_back(each.name);
    return Wrong(comparison,
                 absl::StrCat("is no field to filter by; there are ", absl::StrJoin(names, ", ")));
  }
  if (comparison.comparator == Comparator::kHas && comparison.value == "*") {
    return PresenceCondition(*field);
  }
  if (!Fits(field->type, comparison.comparator)) {
    const char* accepted = field->type == kTexts ? "holds values: write : before one"
                           : Fits(field->type, Comparator::kLess)
                               ? "is compared by =, !=, <, <=, > or >="
                               : "is compared by = or !=";
    return Wrong(comparison, accepted);
  }
  switch (field->type) {
    case kWord:
      return WordCondition(*field, comparison, query);
    case kText:
      return Compare(*field, comparison, query->Bind(comparison.value));
    case kTexts:
      return absl::StrCat("(", query->Bind(comparison.value), " = ANY(", std::string(field->column),
                          "))");
    case kNumber:
      return NumberCondition(*field, comparison, query);
    case kTruth:
      return TruthCondition(*field, comparison, query);
    case kTime:
      return TimeCondition(*field, comparison, query);
    case kDay:
      return DayCondition(*field, comparison, query);
    case kDivision:
      return DivisionCondition(*field, comparison, query);
  }
  return std::string("true");
}

}  // namespace

absl::StatusOr<std::string> ConditionOf(const Filter& filter, DynamicQuery* query) {
  if (filter.kind == Filter::Kind::kComparison) return ComparisonCondition(filter, query);
  std::vector<std::string> parts;
  for (const Filter& part : filter.parts) {
    auto condition = ConditionOf(part, query);
    if (!condition.ok()) return condition;
    parts.push_back(*std::move(condition));
  }
  if (filter.kind == Filter::Kind::kNot) return absl::StrCat("(NOT ", parts[0], ")");
  return absl::StrCat(
      "(", absl::StrJoin(parts, filter.kind == Filter::Kind::kAnd ? " AND " : " OR "), ")");
}

absl::StatusOr<DisputeOrder> ParseOrder(std::string_view text) {
  if (text.empty()) return kOrders[0];
  const std::vector<std::string> parts =
      absl::StrSplit(absl::string_view(text.data(), text.size()), ' ', absl::SkipEmpty());
  const bool has_direction = parts.size() == 2 && (parts[1] == "desc" || parts[1] == "asc");
  for (DisputeOrder order : kOrders) {
    if (parts.empty() || parts[0] != order.column || (parts.size() > 1 && !has_direction)) continue;
    order.descending = parts.size() == 2 && parts[1] == "desc";
    return order;
  }
  std::vector<std::string> columns;
  for (const DisputeOrder& order : kOrders) columns.emplace_back(order.column);
  return absl::InvalidArgumentError(absl::StrCat("must be one of ", absl::StrJoin(columns, ", "),
                                                 ", with \" desc\" behind it or nothing"));
}

}  // namespace maplebridge::registry
