#include "common/server/call.h"

#include "common/server/resource_id.h"

namespace maplebridge {

Call OwnCall(std::string principal, absl::Duration timeout, int loop) {
  auto caller = std::make_shared<Caller>();
  caller->principal = std::move(principal);
  caller->roles = {options::v1::ROLE_SERVICE};
  Call::Values values;
  values.caller = caller;
  values.now = absl::FromUnixMicros(absl::ToUnixMicros(absl::Now()));
  values.deadline = values.now + timeout;
  values.trace_id = RandomHex(16);
  values.loop = loop;
  return Call(values);
}

}  // namespace maplebridge
