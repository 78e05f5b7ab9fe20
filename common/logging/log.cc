#include "common/logging/log.h"

#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

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

}  // namespace

void StartLog(std::string_view service) { ServiceName() = std::string(service); }

void Log(LogLevel level, std::string_view message,
         std::initializer_list<std::pair<std::string_view, std::string>> fields) {
  static constexpr const char* kNames[] = {"info", "warning", "error"};
  nlohmann::ordered_json line;
  line["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(), absl::UTCTimeZone());
  line["level"] = kNames[static_cast<int>(level)];
  line["service"] = ServiceName();
  line["message"] = std::string(message);
  for (const auto& [key, value] : fields) line[std::string(key)] = value;
  Logger().info(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace maplebridge
