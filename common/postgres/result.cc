#include "common/postgres/result.h"

#include <absl/strings/escaping.h>
#include <absl/strings/numbers.h>
#include <libpq-fe.h>

#include <cstdlib>

namespace maplebridge::postgres {

bool Row::IsNull(int column) const { return PQgetisnull(result_, row_, column) != 0; }

std::string_view Row::View(int column) const {
  return {PQgetvalue(result_, row_, column),
          static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

std::int64_t Row::Int64(int column) const {
  return std::strtoll(PQgetvalue(result_, row_, column), nullptr, 10);
}

double Row::Double(int column) const {
  return std::strtod(PQgetvalue(result_, row_, column), nullptr);
}

std::string Row::Bytes(int column) const {
  std::string_view hex = View(column);
  if (hex.size() < 2) return "";
  hex.remove_prefix(2);  // "\x"
  return absl::HexStringToBytes(absl::string_view(hex.data(), hex.size()));
}

absl::Time Row::Time(int column) const {
  absl::Time time = absl::InfinitePast();
  std::string error;
  absl::ParseTime("%Y-%m-%d %H:%M:%E*S%Ez", PQgetvalue(result_, row_, column), &time, &error);
  return time;
}

std::optional<absl::Time> Row::OptionalTime(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Time(column);
}

absl::CivilDay Row::Day(int column) const {
  absl::CivilDay day;
  absl::ParseCivilTime(PQgetvalue(result_, row_, column), &day);
  return day;
}

std::optional<std::string> Row::OptionalText(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Text(column);
}

Result::Result(PGresult* owned) : result_(owned, [](PGresult* result) { PQclear(result); }) {}
int Result::size() const { return result_ ? PQntuples(result_.get()) : 0; }
std::string_view Result::command() const { return PQcmdStatus(result_.get()); }

std::int64_t Result::affected() const {
  return result_ ? std::strtoll(PQcmdTuples(result_.get()), nullptr, 10) : 0;
}

}  // namespace maplebridge::postgres
