// Who calls: the same value whether it was proven by a client certificate or by a token.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "services/gateway/catalogue/method_catalogue.h"

namespace maplebridge::gateway {

class TokenBucket;

struct Caller {
  std::string principal;
  RoleSet roles = 0;
  // Leading digits of a division code; empty when not bound to a place.
  std::string division;
  std::string organisation;
  std::string court;
  // Shared by all loops; set when the caller is made.
  std::shared_ptr<TokenBucket> bucket;
};

using CallerPointer = std::shared_ptr<const Caller>;

// "callers/" and 1 to 128 letters, digits, '.', '_' or '-'. Never "services/…": services take such
// a name for one of their own.
bool IsCallerName(std::string_view name);

// Role of its name without the prefix ("COURT_SYSTEM"). 0 for what is unknown, and for SERVICE and
// UNSPECIFIED, which nobody outside may hold.
RoleSet RoleByName(const std::string& name);

}  // namespace maplebridge::gateway
