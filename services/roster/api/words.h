// Between messages and values: times, enumerations by their words, names of resources.
#pragma once

#include <absl/time/time.h>
#include <google/protobuf/generated_enum_reflection.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/server/resource_name.h"

namespace maplebridge::roster {

// The value whose name is `prefix` and `word`; 0 when there is none.
template <typename Enum>
Enum EnumOf(std::string_view prefix, std::string_view word) {
  std::string name(prefix);
  name.append(word);
  const auto* value = google::protobuf::GetEnumDescriptor<Enum>()->FindValueByName(name);
  return static_cast<Enum>(value == nullptr ? 0 : value->number());
}

// The word of a value without its prefix; empty for 0 and for unknown values.
template <typename Enum>
std::string WordOf(std::string_view prefix, Enum value) {
  const auto* found = google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(value);
  if (found == nullptr || found->number() == 0) return "";
  return found->name().substr(prefix.size());
}

void SetTime(google::protobuf::Timestamp* target, absl::Time time);

}  // namespace maplebridge::roster
