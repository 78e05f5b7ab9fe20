// Rows that a statement answered. Columns are read by their place in the statement's list.
#pragma once

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

extern "C" {
typedef struct pg_result PGresult;
}

namespace maplebridge::postgres {

class Row {
 public:
  Row(const PGresult* result, int row) : result_(result), row_(row) {}
  bool IsNull(int column) const;
  // View into the result, valid as long as it. NULL reads as empty.
  std::string_view View(int column) const;
  std::string Text(int column) const { return std::string(View(column)); }
  std::int64_t Int64(int column) const;
  double Double(int column) const;
  bool Bool(int column) const { return View(column) == "t"; }
  // bytea.
  std::string Bytes(int column) const;
  absl::Time Time(int column) const;
  std::optional<absl::Time> OptionalTime(int column) const;
  absl::CivilDay Day(int column) const;
  std::optional<std::string> OptionalText(int column) const;

 private:
  const PGresult* result_;
  int row_;
};

class Result {
 public:
  Result() = default;
  explicit Result(PGresult* owned);
  int size() const;
  bool empty() const { return size() == 0; }
  Row operator[](int row) const { return Row(result_.get(), row); }
  // Rows inserted, updated or deleted by a statement that returns none.
  std::int64_t affected() const;
  // The command's tag, such as "COMMIT" or "ROLLBACK".
  std::string_view command() const;

 private:
  std::shared_ptr<PGresult> result_;
};

}  // namespace maplebridge::postgres
