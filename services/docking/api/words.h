// Between messages and values: times, days, enumerations by their words.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <google/protobuf/generated_enum_reflection.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <string_view>

#include "common/server/resource_name.h"
#include "common/status/error.h"
#include "maplebridge/type/v1/deadline.pb.h"
#include "services/docking/domain/referral.h"
#include "services/docking/domain/violation.h"

namespace maplebridge::docking {

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
// INVALID_ARGUMENT outside the years 1 to 9999.
absl::StatusOr<absl::Time> TimeOf(const google::protobuf::Timestamp& timestamp);

// "2026-10-09".
std::string DayWord(absl::CivilDay day);
absl::StatusOr<absl::CivilDay> DayOf(std::string_view text);

void SetDeadlineMessage(type::v1::Deadline* target, const Clock& clock);

// True for 64 lower-case hexadecimal digits.
bool IsDigest(std::string_view text);

// Adds what a rule found wrong, below `prefix` such as "referral.".
void AddViolations(FieldCheck* check, std::string_view prefix, const Violations& violations);

}  // namespace maplebridge::docking
