#include "common/csv/csv_reader.h"

#include <algorithm>

namespace maplebridge::csv {
namespace {

// No field is longer; a quote that is never closed would swallow the rest of the file.
constexpr std::size_t kMostBytes = 65536;

constexpr std::string_view kUnclosed =
    "a quoted field does not end; close the quote, and write a quote inside a field twice";
constexpr std::string_view kGoesOn =
    "text follows the end of a quoted field; write a quote inside a field twice";

}  // namespace

bool Reader::Next(Record* record) {
  while (!AtEnd()) {
    const std::size_t start = position_;
    record->line = line_;
    record->fields.clear();
    record->fault.clear();
    if (!ReadRecord(record)) {
      GoOnAfterLine(start, record);
      return true;
    }
    const bool is_empty_line = record->fields.size() == 1 && record->fields[0].empty();
    if (!is_empty_line) return true;
  }
  return false;
}

bool Reader::ReadRecord(Record* record) {
  while (true) {
    record->fields.emplace_back();
    const std::string_view fault = ReadField(&record->fields.back());
    if (!fault.empty()) {
      record->fault = fault;
      return false;
    }
    if (AtEnd()) return true;
    if (text_[position_] != ',') {
      PassLineEnd();
      return true;
    }
    ++position_;
  }
}

// Ends before the comma, the line end or the end of the text.
std::string_view Reader::ReadField(std::string* field) {
  if (!AtEnd() && text_[position_] == '"') return ReadQuoted(field);
  const std::size_t end = std::min(text_.find_first_of(",\r\n", position_), text_.size());
  field->assign(text_.substr(position_, end - position_));
  position_ = end;
  return "";
}

std::string_view Reader::ReadQuoted(std::string* field) {
  for (++position_; !AtEnd() && field->size() <= kMostBytes;) {
    const char character = text_[position_];
    if (character == '\r' || character == '\n') {
      PassLineEnd();
      field->push_back('\n');
      continue;
    }
    ++position_;
    if (character != '"') {
      field->push_back(character);
      continue;
    }
    if (AtEnd() || std::string_view(",\r\n").find(text_[position_]) != std::string_view::npos) {
      return "";
    }
    if (text_[position_] != '"') return kGoesOn;
    field->push_back('"');
    ++position_;
  }
  return kUnclosed;
}

void Reader::PassLineEnd() {
  const bool is_pair = text_.substr(position_, 2) == "\r\n";
  position_ += is_pair ? 2 : 1;
  ++line_;
}

void Reader::GoOnAfterLine(std::size_t start, Record* record) {
  const std::size_t end = std::min(text_.find_first_of("\r\n", start), text_.size());
  record->fields.assign(1, "");
  for (const char character : text_.substr(start, end - start)) {
    if (character == ',') {
      record->fields.emplace_back();
    } else if (character != '"') {
      record->fields.back().push_back(character);
    }
  }
  position_ = end;
  line_ = record->line;
  if (!AtEnd()) PassLineEnd();
}

}  // namespace maplebridge::csv
