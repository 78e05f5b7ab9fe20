#include "common/server/call.h"

#include <absl/strings/escaping.h>
#include <openssl/rand.h>

namespace maplebridge {

Call OwnCall(std::string principal, absl::Duration timeout, int loop) {
  auto caller = std::make_shared<Caller>();
  caller->principal = std::move(principal);
  caller->roles = {options::v1::ROLE_SERVICE};
  std::string random(16, '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(random.data()), 16);
  Call::Values values;
  values.caller = caller;
  values.now = absl::FromUnixMicros(absl::ToUnixMicros(absl::Now()));
  values.deadline = values.now + timeout;
  values.trace_id = absl::BytesToHexString(random);
  values.loop = loop;
  return Call(values);
}

}  // namespace maplebridge
