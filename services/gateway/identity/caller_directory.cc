#include "services/gateway/identity/caller_directory.h"

#include <absl/strings/str_cat.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace maplebridge::gateway {

namespace {

absl::StatusOr<Caller> ParseCaller(const nlohmann::json& entry, const std::string& uri) {
  Caller caller;
  caller.principal = entry.value("principal", "");
  caller.division = entry.value("division", "");
  caller.organisation = entry.value("organisation", "");
  caller.court = entry.value("court", "");
  if (!IsCallerName(caller.principal)) {
    return absl::InvalidArgumentError(
        absl::StrCat("callers: ", uri, " has the principal \"", caller.principal,
                     "\"; expected callers/ and a name, such as callers/court-330102"));
  }
  for (const std::string& name : entry.value("roles", std::vector<std::string>())) {
    const RoleSet role = RoleByName(name);
    if (role == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("callers: ", uri, " has the role \"", name,
                       "\"; expected a name of maplebridge.options.v1.Role without ROLE_, and "
                       "never SERVICE"));
    }
    caller.roles |= role;
  }
  return caller;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const CallerDirectory>> CallerDirectory::Load(
    const std::string& path, RateLimiter& limiter) {
  std::ifstream stream(path);
  if (!stream) return absl::NotFoundError(absl::StrCat("callers: cannot read ", path));
  std::stringstream text;
  text << stream.rdbuf();
  return Parse(text.str(), limiter);
}

absl::StatusOr<std::shared_ptr<const CallerDirectory>> CallerDirectory::Parse(
    const std::string& json, RateLimiter& limiter) {
  const auto document = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!document.is_array()) return absl::InvalidArgumentError("callers: expected a JSON array");
  auto directory = std::make_shared<CallerDirectory>();
  try {
    for (const auto& entry : document) {
      const std::string uri = entry.value("certificate_uri", "");
      absl::StatusOr<Caller> caller = ParseCaller(entry, uri);
      if (!caller.ok()) return caller.status();
      caller->bucket = limiter.BucketFor(caller->principal);
      const bool is_new =
          directory->callers_.emplace(uri, std::make_shared<const Caller>(*std::move(caller)))
              .second;
      if (!is_new || uri.empty()) {
        return absl::InvalidArgumentError(
            absl::StrCat("callers: certificate_uri \"", uri, "\" is empty or stands twice"));
      }
    }
  } catch (const nlohmann::json::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat("callers: ", error.what()));
  }
  return directory;
}

CallerPointer CallerDirectory::Find(std::string_view certificate_uri) const {
  const auto found =
      callers_.find(absl::string_view(certificate_uri.data(), certificate_uri.size()));
  return found == callers_.end() ? nullptr : found->second;
}

}  // namespace maplebridge::gateway
