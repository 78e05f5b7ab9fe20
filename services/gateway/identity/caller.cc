#include "services/gateway/identity/caller.h"

#include "maplebridge/options/v1/access.pb.h"

namespace maplebridge::gateway {

RoleSet RoleByName(const std::string& name) {
  options::v1::Role role = options::v1::ROLE_UNSPECIFIED;
  if (!options::v1::Role_Parse("ROLE_" + name, &role)) return 0;
  if (role == options::v1::ROLE_UNSPECIFIED || role == options::v1::ROLE_SERVICE) return 0;
  return RoleBit(role);
}

}  // namespace maplebridge::gateway
