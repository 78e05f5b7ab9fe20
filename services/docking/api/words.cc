#include "services/docking/api/words.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_split.h>

namespace maplebridge::docking {

void SetTime(google::protobuf::Timestamp* target, absl::Time time) {
  const std::int64_t seconds = absl::ToUnixSeconds(time);
  target->set_seconds(seconds);
  target->set_nanos(
      static_cast<std::int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

absl::StatusOr<absl::Time> TimeOf(const google::protobuf::Timestamp& timestamp) {
  // The range of google.protobuf.Timestamp.
  constexpr std::int64_t kFirst = -62135596800, kLast = 253402300799;
  if (timestamp.seconds() < kFirst || timestamp.seconds() > kLast || timestamp.nanos() < 0 ||
      timestamp.nanos() > 999'999'999) {
    return absl::InvalidArgumentError("is no time between the years 1 and 9999");
  }
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

std::string DayWord(absl::CivilDay day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

absl::StatusOr<absl::CivilDay> DayOf(std::string_view text) {
  absl::CivilDay day;
  // ParseCivilTime takes other forms too; only what is written back the same is a full-date.
  if (text.size() == 10 &&
      absl::ParseCivilTime(absl::string_view(text.data(), text.size()), &day) &&
      DayWord(day) == text) {
    return day;
  }
  return absl::InvalidArgumentError("is no day; write it like 2026-10-09");
}

void SetDeadlineMessage(type::v1::Deadline* target, const Clock& clock) {
  target->set_due_day(DayWord(clock.due_day));
  SetTime(target->mutable_due_time(), clock.due_time);
  target->set_provisional(clock.provisional);
  for (const std::string& sentence : clock.because) target->add_because(sentence);
}

bool IsDigest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void AddViolations(FieldCheck* check, std::string_view prefix, const Violations& violations) {
  for (const Violation& violation : violations) {
    check->Add(absl::StrCat(std::string(prefix), violation.field), violation.description);
  }
}

}  // namespace maplebridge::docking
