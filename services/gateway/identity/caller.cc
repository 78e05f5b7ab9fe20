#include "services/gateway/identity/caller.h"

#include <algorithm>

#include "maplebridge/options/v1/access.pb.h"

namespace maplebridge::gateway {

RoleSet RoleByName(const std::string& name) {
  options::v1::Role role = options::v1::ROLE_UNSPECIFIED;
  if (!options::v1::Role_Parse("ROLE_" + name, &role)) return 0;
  if (role == options::v1::ROLE_UNSPECIFIED || role == options::v1::ROLE_SERVICE) return 0;
  return RoleBit(role);
}

bool IsCallerName(std::string_view name) {
  constexpr std::string_view kCollection = "callers/";
  if (!name.starts_with(kCollection)) return false;
  name.remove_prefix(kCollection.size());
  return !name.empty() && name.size() <= 128 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

}  // namespace maplebridge::gateway
