// From a caller's filter and order to SQL on disputes: the one table of fields that may be asked.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "common/postgres/parameters.h"
#include "services/registry/domain/filter.h"

namespace maplebridge::registry {

// A statement made of parts; each value is a parameter.
class DynamicQuery {
 public:
  // Adds a value and answers its "$n".
  template <typename Value>
  std::string Bind(Value value) {
    parameters_.Add(std::move(value));
    return "$" + std::to_string(parameters_.values().size());
  }
  void Append(std::string_view text) { sql_ += text; }
  const std::string& sql() const { return sql_; }
  const postgres::Parameters& parameters() const { return parameters_; }

 private:
  std::string sql_;
  postgres::Parameters parameters_;
};

// The condition of a filter, its values bound to `query`. INVALID_ARGUMENT names the field that is
// none, the comparator that does not fit, or the value with what is accepted.
absl::StatusOr<std::string> ConditionOf(const Filter& filter, DynamicQuery* query);

struct DisputeOrder {
  // Column and its type in PostgreSQL; the number is always the second key.
  std::string_view column = "number";
  std::string_view type = "text";
  bool descending = false;
  bool by_number() const { return column == "number"; }
};
// INVALID_ARGUMENT names the fields that are accepted.
absl::StatusOr<DisputeOrder> ParseOrder(std::string_view text);

}  // namespace maplebridge::registry
