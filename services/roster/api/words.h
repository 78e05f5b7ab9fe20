// Between messages and values: times, enumerations by their words, names of resources.
#pragma once

#include <absl/time/time.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/server/enum_word.h"
#include "common/server/resource_name.h"

namespace maplebridge::roster {

void SetTime(google::protobuf::Timestamp* target, absl::Time time);

}  // namespace maplebridge::roster
