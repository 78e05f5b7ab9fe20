// The words of enumerations: names of their values without the prefix that proto asks for.
#pragma once

#include <google/protobuf/generated_enum_reflection.h>

#include <string>
#include <string_view>

namespace maplebridge {

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

}  // namespace maplebridge
