#include "services/roster/api/words.h"

#include <absl/strings/str_split.h>

namespace maplebridge::roster {

void SetTime(google::protobuf::Timestamp* target, absl::Time time) {
  const std::int64_t seconds = absl::ToUnixSeconds(time);
  target->set_seconds(seconds);
  target->set_nanos(
      static_cast<std::int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

}  // namespace maplebridge::roster
