#include "common/postgres/parameters.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_format.h>

namespace maplebridge::postgres {

std::string TimeText(absl::Time time) {
  // PostgreSQL keeps microseconds.
  return absl::FormatTime("%Y-%m-%d %H:%M:%E6S+00", time, absl::UTCTimeZone());
}

std::string DayText(absl::CivilDay day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

void Parameters::Add(double value) { values_.push_back({absl::StrFormat("%.17g", value), false}); }
void Parameters::Add(absl::Time value) { values_.push_back({TimeText(value), false}); }
void Parameters::Add(absl::CivilDay value) { values_.push_back({DayText(value), false}); }

void ArrayParameter::Separate() { text_ += text_.empty() ? '{' : ','; }

void ArrayParameter::Push(std::string_view value) {
  Separate();
  text_ += '"';
  for (char character : value) {
    if (character == '"' || character == '\\') text_ += '\\';
    text_ += character;
  }
  text_ += '"';
}

void ArrayParameter::Push(std::int64_t value) {
  Separate();
  text_ += std::to_string(value);
}

void ArrayParameter::Push(absl::Time value) { Push(TimeText(value)); }
void ArrayParameter::Push(absl::CivilDay value) { Push(DayText(value)); }

void ArrayParameter::PushBytes(std::string_view value) {
  Separate();
  text_ += "\"\\\\x";
  text_ += absl::BytesToHexString(absl::string_view(value.data(), value.size()));
  text_ += '"';
}

void ArrayParameter::PushNull() {
  Separate();
  text_ += "NULL";
}

std::string ArrayParameter::Take() {
  std::string text = text_.empty() ? "{" : std::move(text_);
  text_.clear();
  return text + "}";
}

}  // namespace maplebridge::postgres
