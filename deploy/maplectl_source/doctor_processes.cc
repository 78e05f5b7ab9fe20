// The doctor's look at what runs: ports, processes, health, databases, migrations, feeds.
#include <absl/strings/ascii.h>
#include <absl/strings/escaping.h>
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>
#include <openssl/sha.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/postgres/migration.h"
#include "deploy/maplectl_source/doctor.h"
#include "deploy/maplectl_source/probe.h"

namespace maplebridge::maplectl {
namespace {

constexpr postgres::Statement kServer{"doctor_server", R"(
  SELECT current_setting('server_version_num'), current_setting('server_version'),
         pg_has_role(current_user, 'pg_read_all_stats', 'member'),
         (SELECT count(*) FROM pg_stat_activity),
         current_setting('max_connections'))"};
constexpr postgres::Statement kMigrations{"doctor_migrations", R"(
  SELECT number, name, sha256 FROM schema_migrations ORDER BY number)"};
constexpr postgres::Statement kLongTransactions{"doctor_long_transactions", R"(
  SELECT count(*), coalesce(max(extract(epoch FROM now() - xact_start)), 0)::bigint
  FROM pg_stat_activity
  WHERE datname = current_database() AND xact_start < now() - interval '1 minute')"};
constexpr postgres::Statement kOverdue{"doctor_overdue", R"(
  SELECT count(*) FROM deadlines
  WHERE state = 'RUNNING' AND next_attempt < now() - interval '5 minutes')"};
constexpr postgres::Statement kRefusals{"doctor_refusals", R"(
  SELECT count(*) FROM feed_refusals)"};

constexpr int kOldestServer = 150000;
constexpr absl::Duration kStuckAfter = absl::Minutes(1);

std::string LogOf(const Installation& installation, const std::string& name) {
  return installation.Path("log/" + name + ".log");
}

// The last line of a log: its message when it is JSON.
std::string LastWords(const Installation& installation, const std::string& name) {
  const std::string text = ReadFile(LogOf(installation, name)).value_or("");
  const absl::string_view lines = absl::StripTrailingAsciiWhitespace(text);
  // npos + 1 is the beginning.
  const std::string line(lines.substr(lines.rfind('\n') + 1));
  const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (json.is_object() && json.contains("message") && json["message"].is_string()) {
    return json["message"];
  }
  return line.substr(0, 200);
}

std::string ListenerText(const Listener& listener) {
  if (listener.pid == 0) return "a program of another user";
  return absl::StrCat(listener.program, " (process ", listener.pid, ")");
}

// True when the process runs and its port is its own.
bool ExamineProcess(const Installation& installation, const ProcessPlace& place,
                    Findings* findings) {
  const int port = installation.PortOf(place.port_offset);
  const std::optional<RunningProcess> process = FindProcess(installation, place.name);
  const std::optional<Listener> listener = FindListener(port);
  if (!process) {
    if (listener) {
      Complain(
          findings, "ports",
          absl::StrCat("port ", port, " of ", place.name, " is taken by ", ListenerText(*listener)),
          absl::StrCat("stop that program, or move the suite: deploy/up --var ", installation.var(),
                       " --port-base N"));
    }
    const std::string last = LastWords(installation, place.name);
    Complain(
        findings, "processes",
        absl::StrCat(place.name, " does not run",
                     last.empty() ? "" : "; the last it said: " + last),
        absl::StrCat(installation.UpCommand(), "; its log is ", LogOf(installation, place.name)));
    return false;
  }
  if (!listener) {
    Complain(findings, "ports", absl::StrCat(place.name, " runs but listens not on port ", port),
             "see " + LogOf(installation, place.name));
    return false;
  }
  if (process->is_outdated) {
    Warn(findings, "processes", place.name + " runs from a binary that has been built anew since",
         installation.UpCommand() + " restarts it");
    return false;
  }
  return true;
}

// True when the service says that it serves.
bool ExamineHealth(const Installation& installation, const ProcessPlace& place,
                   Findings* findings) {
  if (place.name == "postgres") return true;
  if (place.name == "nginx") {
    if (WebHealth(installation) == "SERVING") return true;
    Complain(findings, "health",
             "nginx runs, but the gateway's JSON side behind it does not answer",
             "see " + LogOf(installation, "gateway"));
    return false;
  }
  const std::string certificate = place.name == "gateway" ? "caller-operator" : "gateway";
  auto health = HealthOf(installation, installation.PortOf(place.port_offset), certificate, "");
  if (health.ok() && *health == "SERVING") return true;
  const std::string mend =
      place.has_database
          ? "it says so while its database does not answer; see " + LogOf(installation, place.name)
          : "see " + LogOf(installation, place.name);
  Complain(findings, "health",
           absl::StrCat(place.name, " answers ",
                        health.ok() ? *health : std::string(health.status().message())),
           mend);
  return false;
}

std::string Digest(const std::string& text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), sizeof digest));
}

// The migrations that this checkout has for the service, as its binary carries them.
std::vector<postgres::Migration> MigrationsOf(const Installation& installation,
                                              const std::string& service) {
  std::vector<postgres::Migration> migrations{postgres::CommonMigration()};
  const std::string folder =
      absl::StrCat(installation.repository(), "/services/", service, "/migrations");
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".sql") files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& file : files) {
    const std::string stem = file.stem().string();
    int number = 0;
    if (stem.size() < 6 || !absl::SimpleAtoi(stem.substr(0, 4), &number)) continue;
    migrations.push_back({number, stem.substr(5), ReadFile(file.string()).value_or("")});
  }
  return migrations;
}

void ExamineMigrations(const Installation& installation, const std::string& service,
                       DatabaseProbe& probe, Findings* findings) {
  const std::string up = installation.UpCommand();
  auto rows = probe.Ask(kMigrations, 3);
  const std::vector<postgres::Migration> wanted = MigrationsOf(installation, service);
  if (!rows.ok() || rows->size() < wanted.size()) {
    const std::size_t there = rows.ok() ? rows->size() : 0;
    Complain(findings, "migrations",
             absl::StrCat("the database of ", service, " has ", there, " of ", wanted.size(),
                          " migrations"),
             up + " runs the others");
    return;
  }
  if (rows->size() > wanted.size()) {
    Complain(findings, "migrations",
             absl::StrCat("the database of ", service, " has migration ", rows->back()[0], " ",
                          rows->back()[1], ", which this checkout lacks"),
             "use the newer checkout that made it: migrations only go forward");
    return;
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if ((*rows)[i][2] == Digest(wanted[i].sql)) continue;
    Complain(findings, "migrations",
             absl::StrCat("migration ", wanted[i].number, " ", wanted[i].name, " of ", service,
                          " ran with another text than it has now"),
             "bring the file back (git checkout) and put the change into a new migration");
    return;
  }
}

void ExamineDatabase(const std::string& service, DatabaseProbe& probe, Findings* findings) {
  auto server = probe.Ask(kServer, 5);
  if (server.ok()) {
    const std::vector<std::string>& row = (*server)[0];
    int version = 0, connections = 0, most = 0;
    if (absl::SimpleAtoi(row[0], &version) && version < kOldestServer) {
      Complain(findings, "PostgreSQL", absl::StrCat("version ", row[1], " is too old"),
               "use PostgreSQL 15");
    }
    if (row[2] != "t") {
      Complain(findings, "PostgreSQL",
               absl::StrCat("role maplebridge_", service,
                            " may not see open transactions: its feed would lose events"),
               absl::StrCat("GRANT pg_read_all_stats TO maplebridge_", service));
    }
    if (absl::SimpleAtoi(row[3], &connections) && absl::SimpleAtoi(row[4], &most) &&
        connections > most * 9 / 10) {
      Warn(findings, "PostgreSQL",
           absl::StrCat(connections, " of ", most, " connections are in use"),
           "raise max_connections in var/postgres/maplebridge.conf, or lower --connections");
    }
  }
  auto transactions = probe.Ask(kLongTransactions, 2);
  if (transactions.ok() && (*transactions)[0][0] != "0") {
    Warn(findings, "PostgreSQL",
         absl::StrCat("a transaction in the database of ", service, " is open for ",
                      (*transactions)[0][1], " s: it holds up the feed"),
         "find it in pg_stat_activity, end it with pg_terminate_backend");
  }
  auto overdue = probe.Ask(kOverdue, 1);
  if (overdue.ok() && (*overdue)[0][0] != "0") {
    Warn(findings, "deadlines",
         absl::StrCat((*overdue)[0][0], " clocks of ", service,
                      " ran out more than 5 minutes ago and were not dealt with"),
         "see the log of " + service);
  }
  // Not every service keeps refusals; one without the table has none.
  auto refusals = probe.Ask(kRefusals, 1);
  if (refusals.ok() && (*refusals)[0][0] != "0") {
    Warn(findings, "feeds",
         absl::StrCat(service, " could not carry out ", (*refusals)[0][0], " events of others"),
         absl::StrCat("look at table feed_refusals in the database maplebridge_", service));
  }
}

}  // namespace

void ExamineProcesses(const Installation& installation, Findings* findings) {
  bool is_good = true;
  bool is_serving = true;
  for (const ProcessPlace& place : ProcessPlaces()) {
    const bool runs = ExamineProcess(installation, place, findings);
    is_good = is_good && runs;
    if (runs) is_serving = ExamineHealth(installation, place, findings) && is_serving;
  }
  if (is_good) Good(findings, "processes", "all run, each on its port");
  if (is_good && is_serving) Good(findings, "health", "all serve");
}

void ExamineDatabases(const Installation& installation, Findings* findings) {
  DatabaseProbes databases;
  std::vector<std::string> silent;
  for (const ProcessPlace& place : ProcessPlaces()) {
    if (!place.has_database) continue;
    auto probe = DatabaseProbe::Open(installation, place.name);
    if (!probe.ok()) {
      silent.push_back(place.name);
      continue;
    }
    const std::size_t before = findings->size();
    ExamineDatabase(place.name, **probe, findings);
    ExamineMigrations(installation, place.name, **probe, findings);
    if (findings->size() == before) {
      Good(findings, "PostgreSQL",
           absl::StrCat("database of ", place.name, " answers, migrations are all there"));
    }
    databases.emplace(place.name, *std::move(probe));
  }
  if (!silent.empty()) {
    Complain(findings, "PostgreSQL",
             absl::StrCat("no answer from the databases of ", absl::StrJoin(silent, ", ")),
             absl::StrCat(installation.UpCommand(),
                          " starts it and makes what is missing; its log "
                          "is ",
                          LogOf(installation, "postgres")));
  }
  bool is_followed = true;
  for (const FeedLag& lag : FeedLags(databases)) {
    if (lag.age < kStuckAfter) continue;
    is_followed = false;
    Complain(findings, "feeds",
             absl::StrCat(lag.consumer, " is ", lag.behind, " events behind the feed of ", lag.feed,
                          ", the oldest from ", absl::FormatDuration(lag.age), " ago"),
             absl::StrCat("both must serve; what stops it stands in ",
                          LogOf(installation, lag.consumer)));
  }
  if (is_followed && databases.size() == 4)
    Good(findings, "feeds", "all are followed to their end");
}

}  // namespace maplebridge::maplectl
