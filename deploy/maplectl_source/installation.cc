#include "deploy/maplectl_source/installation.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <absl/strings/strip.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace maplebridge::maplectl {
namespace {

namespace fs = std::filesystem;

constexpr int kPostgresOffset = 5;

// The folder that this program was built in: REPOSITORY/build/PRESET/bin/maplectl.
std::string RepositoryOfProgram() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return fs::current_path(error).string();
  return program.parent_path().parent_path().parent_path().parent_path().string();
}

// Lines KEY=VALUE as a shell reads them, with or without export and quotes.
std::map<std::string, std::string> ReadSettings(const std::string& path) {
  std::map<std::string, std::string> settings;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    absl::string_view text = absl::StripAsciiWhitespace(line);
    absl::ConsumePrefix(&text, "export ");
    if (text.empty() || text[0] == '#') continue;
    const std::pair<std::string, std::string> entry = absl::StrSplit(text, absl::MaxSplits('=', 1));
    absl::string_view value = entry.second;
    if (value.size() >= 2 && (value.front() == '\'' || value.front() == '"') &&
        value.back() == value.front()) {
      value = value.substr(1, value.size() - 2);
    }
    settings[entry.first] = std::string(value);
  }
  return settings;
}

}  // namespace

const std::vector<ProcessPlace>& ProcessPlaces() {
  static const auto* places = new std::vector<ProcessPlace>{
      {"postgres", kPostgresOffset, 0, false},
      {"registry", 10, 11, true},
      {"roster", 20, 21, true},
      {"docking", 30, 31, true},
      {"analytics", 40, 41, true},
      {"gateway", 0, 51, false},
      {"nginx", 2, 0, false},
  };
  return *places;
}

Installation Installation::Open(const std::string& var) {
  Installation installation;
  installation.repository_ = RepositoryOfProgram();
  std::string folder = var;
  const char* environment = std::getenv("MAPLEBRIDGE_VAR");
  if (folder.empty() && environment != nullptr) folder = environment;
  const std::string standard = installation.repository_ + "/var";
  installation.is_default_ = folder.empty() || fs::path(folder) == fs::path(standard);
  if (folder.empty()) folder = standard;
  std::error_code error;
  installation.var_ = fs::absolute(folder, error).lexically_normal().string();
  while (installation.var_.size() > 1 && installation.var_.back() == '/') {
    installation.var_.pop_back();
  }
  const std::string file = installation.Path("etc/suite.env");
  installation.exists_ = fs::exists(file, error);
  installation.settings_ = ReadSettings(file);
  for (const char* name : {"PORT_BASE", "MAPLEBRIDGE_PORT_BASE"}) {
    int port = 0;
    if (absl::SimpleAtoi(installation.Setting(name), &port)) installation.port_base_ = port;
  }
  return installation;
}

std::string Installation::ConninfoOf(const std::string& service) const {
  const std::string role = "maplebridge_" + service;
  return absl::StrCat("hostaddr=127.0.0.1 port=", PortOf(kPostgresOffset), " user=", role,
                      " dbname=", role, " passfile='", Path("keys/" + service + ".passfile"),
                      "' application_name=maplectl");
}

std::string Installation::protoset() const {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const std::string beside = (program.parent_path() / "maplebridge.protoset").string();
  if (fs::exists(beside, error)) return beside;
  return repository_ + "/build/release/bin/maplebridge.protoset";
}

std::string Installation::UpCommand() const {
  std::string command = "deploy/up";
  if (!is_default_) absl::StrAppend(&command, " --var ", var_, " --port-base ", port_base_);
  return command;
}

std::string Installation::DownCommand() const {
  return is_default_ ? "deploy/down" : "deploy/down --var " + var_;
}

std::string Installation::Setting(const std::string& name) const {
  auto found = settings_.find(name);
  return found == settings_.end() ? "" : found->second;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (file && !fs::is_directory(path)) return text.str();
  const int reason = errno == 0 ? EISDIR : errno;
  const std::string message = absl::StrCat(path, ": ", std::strerror(reason));
  return reason == EACCES ? absl::PermissionDeniedError(message) : absl::NotFoundError(message);
}

}  // namespace maplebridge::maplectl
