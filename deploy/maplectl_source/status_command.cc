#include "deploy/maplectl_source/status_command.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/time/clock.h>

#include "common/server/build_info.h"
#include "deploy/maplectl_source/probe.h"

namespace maplebridge::maplectl {
namespace {

constexpr postgres::Statement kServerVersion{"probe_server_version", "SHOW server_version"};
constexpr postgres::Statement kDatabaseFigures{"probe_database_figures", R"(
  SELECT pg_size_pretty(pg_database_size(current_database())),
         (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()))"};

struct ProcessState {
  std::string name;
  int port = 0;
  std::optional<RunningProcess> process;
  // "SERVING" when all is well.
  std::string health;
  std::string version;
  std::string database;
  bool is_well() const { return process.has_value() && health == "SERVING"; }
};

std::string HealthText(const absl::StatusOr<std::string>& health) {
  if (health.ok()) return *health;
  return absl::IsUnavailable(health.status()) || absl::IsDeadlineExceeded(health.status())
             ? "NO ANSWER"
             : std::string(health.status().message());
}

ProcessState StateOf(const Installation& installation, const ProcessPlace& place,
                     const DatabaseProbes& databases) {
  ProcessState state;
  state.name = place.name;
  state.port = installation.PortOf(place.port_offset);
  state.process = FindProcess(installation, place.name);
  if (place.name == "postgres") {
    state.health = databases.empty() ? "NO ANSWER" : "SERVING";
    for (const auto& [service, probe] : databases) {
      auto version = probe->Ask(kServerVersion, 1);
      if (version.ok()) state.version = (*version)[0][0];
    }
  } else if (place.name == "nginx") {
    state.health = WebHealth(installation);
  } else {
    const std::string certificate = place.name == "gateway" ? "caller-operator" : "gateway";
    state.health = HealthText(HealthOf(installation, state.port, certificate, ""));
    state.version = VersionOf(installation, place);
  }
  if (place.has_database) {
    auto probe = databases.find(place.name);
    state.database = "NO ANSWER";
    if (probe != databases.end()) {
      auto figures = probe->second->Ask(kDatabaseFigures, 2);
      if (figures.ok()) {
        state.database = absl::StrCat((*figures)[0][0], ", ", (*figures)[0][1], " connections");
      }
    }
  }
  return state;
}

std::string UptimeText(absl::Duration uptime) {
  const std::int64_t minutes = absl::ToInt64Minutes(uptime);
  if (minutes < 1) return absl::StrCat(absl::ToInt64Seconds(uptime), " s");
  if (minutes < 120) return absl::StrCat(minutes, " min");
  if (minutes < 48 * 60) return absl::StrCat(minutes / 60, " h");
  return absl::StrCat(minutes / 60 / 24, " d");
}

Json JsonOf(const ProcessState& state) {
  Json json;
  json["process"] = state.name;
  json["running"] = state.process.has_value();
  json["port"] = state.port;
  json["health"] = state.health;
  if (state.process) {
    json["pid"] = state.process->pid;
    json["start_time"] =
        absl::FormatTime(absl::RFC3339_sec, state.process->start_time, absl::UTCTimeZone());
    json["memory_bytes"] = state.process->memory_bytes;
    json["outdated"] = state.process->is_outdated;
  }
  if (!state.version.empty()) json["version"] = state.version;
  if (!state.database.empty()) json["database"] = state.database;
  return json;
}

void ShowProcesses(const Console& console, const std::vector<ProcessState>& states) {
  Table table({"process", "pid", "port", "health", "up", "memory", "database", "version"});
  for (const ProcessState& state : states) {
    std::string pid = "-", uptime, memory;
    if (state.process) {
      pid = absl::StrCat(state.process->pid);
      uptime = UptimeText(absl::Now() - state.process->start_time);
      memory = absl::StrFormat("%d MB", state.process->memory_bytes >> 20);
    }
    std::string version = state.version;
    if (state.process && state.process->is_outdated) version += " (older than its binary)";
    table.Add({state.name, pid, absl::StrCat(state.port), state.process ? state.health : "STOPPED",
               uptime, memory, state.database, version},
              state.is_well() ? Colour::kPlain : Colour::kBad);
    console.Tell(JsonOf(state));
  }
  table.Show(console);
}

void ShowFeeds(const Console& console, const std::vector<FeedLag>& lags) {
  Table table({"follows", "feed", "position", "behind"});
  for (const FeedLag& lag : lags) {
    const std::string behind = lag.behind == 0 ? "nothing"
                                               : absl::StrCat(lag.behind, " events, the oldest ",
                                                              UptimeText(lag.age), " old");
    table.Add({lag.consumer, lag.feed, absl::StrCat(lag.position), behind},
              lag.age > absl::Minutes(1) ? Colour::kWarning : Colour::kPlain);
    Json json;
    json["feed"] = lag.feed;
    json["consumer"] = lag.consumer;
    json["position"] = lag.position;
    json["last_position"] = lag.last_position;
    json["behind"] = lag.behind;
    json["age_seconds"] = absl::ToInt64Seconds(lag.age);
    console.Tell(json);
  }
  if (lags.empty()) return;
  console.Say("");
  table.Show(console);
}

}  // namespace

int RunStatus(const Console& console, const Installation& installation) {
  if (!installation.exists()) {
    return console.Fail(
        Problem(absl::StatusCode::kNotFound, "there is no installation in " + installation.var(),
                "make one with " + installation.UpCommand() + ", or name another with --var DIR"));
  }
  DatabaseProbes databases;
  for (const ProcessPlace& place : ProcessPlaces()) {
    if (!place.has_database) continue;
    auto probe = DatabaseProbe::Open(installation, place.name);
    if (probe.ok()) databases.emplace(place.name, *std::move(probe));
  }
  std::vector<ProcessState> states;
  bool is_well = true;
  for (const ProcessPlace& place : ProcessPlaces()) {
    states.push_back(StateOf(installation, place, databases));
    is_well = is_well && states.back().is_well();
  }
  ShowProcesses(console, states);
  ShowFeeds(console, FeedLags(databases));
  Json last;
  last["healthy"] = is_well;
  last["gateway"] = absl::StrCat("localhost:", installation.PortOf(0));
  console.Tell(last);
  if (!is_well) console.Say("\nsomething does not serve: maplectl doctor says how to mend it");
  return is_well ? kDone : kFailed;
}

int RunVersion(const Console& console, const Installation& installation) {
  Json json;
  json["maplectl"] = BuildVersion();
  console.Say("maplectl   " + BuildVersion());
  for (const ProcessPlace& place : ProcessPlaces()) {
    if (!installation.exists() || place.name == "nginx" || place.name == "postgres") continue;
    const bool runs = FindProcess(installation, place.name).has_value();
    const std::string version = VersionOf(installation, place);
    json[place.name] = {{"version", version}, {"running", runs}};
    console.Say(absl::StrFormat("%-10s %s%s", place.name, version, runs ? "" : " (not running)"));
  }
  console.Tell(json);
  return kDone;
}

}  // namespace maplebridge::maplectl
