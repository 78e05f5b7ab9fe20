#include "services/registry/documents/history_values.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include "common/calendar/working_calendar.h"

namespace maplebridge::registry {

TemplateValues HistoryValues(const std::string& state, const std::vector<std::string>& forces,
                             const std::vector<HistoryLine>& lines) {
  TemplateValues values;
  values.fields = {{"state", state},
                   {"forces", absl::StrJoin(forces, "、")},
                   {"entry_count", absl::StrCat(lines.size())}};
  std::vector<TemplateValues>& entries = values.lists["entries"];
  for (const HistoryLine& line : lines) {
    TemplateValues entry;
    entry.fields = {{"ordinal", absl::StrCat(entries.size() + 1)},
                    {"time", absl::FormatTime("%Y-%m-%d %H:%M", line.time, calendar::ChinaTime())},
                    {"organisation", line.organisation.empty() ? "—" : line.organisation},
                    {"text", line.text}};
    entries.push_back(std::move(entry));
  }
  return values;
}

}  // namespace maplebridge::registry
