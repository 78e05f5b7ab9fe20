// Values sent with a statement, in PostgreSQL's text format; bytes go in binary.
#pragma once

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace maplebridge::postgres {

// Marks a value as bytea.
struct Bytes {
  std::string value;
};

class Parameters {
 public:
  Parameters() = default;

  template <typename... Values>
  static Parameters Of(Values&&... values) {
    Parameters parameters;
    parameters.values_.reserve(sizeof...(values));
    (parameters.Add(std::forward<Values>(values)), ...);
    return parameters;
  }

  void Add(std::string value) { values_.push_back({std::move(value), false}); }
  void Add(std::string_view value) { values_.push_back({std::string(value), false}); }
  void Add(const char* value) { values_.push_back({std::string(value), false}); }
  void Add(std::int64_t value) { values_.push_back({std::to_string(value), false}); }
  void Add(std::uint64_t value) { values_.push_back({std::to_string(value), false}); }
  void Add(int value) { values_.push_back({std::to_string(value), false}); }
  void Add(double value);
  void Add(bool value) { values_.push_back({std::string(value ? "t" : "f"), false}); }
  void Add(absl::Time value);
  void Add(absl::CivilDay value);
  void Add(Bytes value) { values_.push_back({std::move(value.value), true}); }
  void Add(std::nullopt_t) { values_.push_back({std::nullopt, false}); }
  template <typename T>
  void Add(const std::optional<T>& value) {
    if (value) {
      Add(*value);
    } else {
      Add(std::nullopt);
    }
  }

  struct Value {
    std::optional<std::string> text;
    bool binary;
  };
  const std::vector<Value>& values() const { return values_; }

 private:
  std::vector<Value> values_;
};

// One array parameter for `unnest($1::text[])`: push elements in the order of the rows.
class ArrayParameter {
 public:
  void Push(std::string_view value);
  void Push(std::int64_t value);
  void Push(absl::Time value);
  void Push(absl::CivilDay value);
  void PushBytes(std::string_view value);
  void PushNull();
  template <typename T>
  void PushOptional(const std::optional<T>& value) {
    if (value) {
      Push(*value);
    } else {
      PushNull();
    }
  }
  // The array in PostgreSQL's text form. Ends the array.
  std::string Take();

 private:
  void Separate();
  std::string text_;
};

// A time and a day as PostgreSQL reads them.
std::string TimeText(absl::Time time);
std::string DayText(absl::CivilDay day);

}  // namespace maplebridge::postgres
