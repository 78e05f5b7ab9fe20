#include "common/logging/log.h"

#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace maplebridge {
namespace {

std::string& ServiceName() {
  static std::string* name = new std::string("maplebridge");
  return *name;
}

spdlog::logger& Logger() {
  static auto logger = [] {
    auto made = spdlog::stdout_logger_mt("maplebridge");
    made->set_pattern("%v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *logger;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWord(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// A run of letters and digits that has the shape of a resident's number or mobile telephone. Wider
// runs, such as digests and trace ids, are neither.
bool IsPersonal(std::string_view run) {
  const auto digits =
      static_cast<std::size_t>(std::find_if_not(run.begin(), run.end(), IsDigit) - run.begin());
  if (run.size() == 18) {
    return digits == 18 || (digits == 17 && (run[17] == 'X' || run[17] == 'x'));
  }
  return run.size() == 11 && digits == 11 && run[0] == '1' && run[1] >= '3';
}

}  // namespace

std::string Redacted(std::string_view text) {
  std::string redacted(text);
  for (std::size_t start = 0; start < text.size();) {
    std::size_t end = start;
    while (end < text.size() && IsWord(text[end])) ++end;
    if (IsPersonal(text.substr(start, end - start))) {
      std::fill(redacted.begin() + static_cast<std::ptrdiff_t>(start),
                redacted.begin() + static_cast<std::ptrdiff_t>(end), '*');
    }
    start = end + 1;
  }
  return redacted;
}

void StartLog(std::string_view service) { ServiceName() = std::string(service); }

void Log(LogLevel level, std::string_view message,
         std::initializer_list<std::pair<std::string_view, std::string>> fields) {
  static constexpr const char* kNames[] = {"info", "warning", "error"};
  nlohmann::ordered_json line;
  line["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(), absl::UTCTimeZone());
  line["level"] = kNames[static_cast<int>(level)];
  line["service"] = ServiceName();
  line["message"] = Redacted(message);
  for (const auto& [key, value] : fields) line[std::string(key)] = Redacted(value);
  Logger().info(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace maplebridge
