// Between messages and values: times, days, enumerations by their words.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <string_view>

#include "common/calendar/deadline.h"
#include "common/party/checked_text.h"
#include "common/party/violation.h"
#include "common/server/enum_word.h"
#include "common/server/resource_name.h"
#include "common/status/error.h"
#include "maplebridge/type/v1/deadline.pb.h"
#include "services/registry/domain/dispute.h"

namespace maplebridge::registry {

void SetTime(google::protobuf::Timestamp* target, absl::Time time);
// To the microsecond. INVALID_ARGUMENT outside the years 1 to 9999.
absl::StatusOr<absl::Time> TimeOf(const google::protobuf::Timestamp& timestamp);

// "2026-10-09".
std::string DayWord(absl::CivilDay day);
absl::StatusOr<absl::CivilDay> DayOf(std::string_view text);

void SetDeadlineMessage(type::v1::Deadline* target, const ClockEnd& clock);
void SetDeadlineMessage(type::v1::Deadline* target, const calendar::Deadline& deadline);

// Adds what a rule found wrong, below `prefix` such as "dispute.".
void AddViolations(FieldCheck* check, std::string_view prefix, const Violations& violations);

}  // namespace maplebridge::registry
