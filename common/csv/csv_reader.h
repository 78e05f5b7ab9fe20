// Reads CSV (RFC 4180) as people's programs write it, one record after the other: a broken record
// is told and passed over, and the records after it are still read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::csv {

struct Record {
  // Line on which it begins, from 1.
  int line = 0;
  // Of a broken record what its first line holds between commas, without quotes.
  std::vector<std::string> fields;
  // Why the record is broken; empty when it is not. Never holds what stands in the file.
  std::string fault;
};

// Fields parted by commas, records by CR LF, LF or CR; a quoted field may hold commas, doubled
// quotes and line breaks, which come out as LF. A quote inside an unquoted field stands for itself.
// Empty lines are passed over. A record is broken when a quoted field does not end, not within
// 65536 bytes, or goes on after its end; reading goes on at the line after its first.
class Reader {
 public:
  // UTF-8 without a byte order mark, which must outlive the reader.
  explicit Reader(std::string_view text) : text_(text) {}

  // False at the end.
  bool Next(Record* record);

 private:
  bool ReadRecord(Record* record);
  std::string_view ReadField(std::string* field);
  std::string_view ReadQuoted(std::string* field);
  bool AtEnd() const { return position_ >= text_.size(); }
  void PassLineEnd();
  void GoOnAfterLine(std::size_t start, Record* record);

  std::string_view text_;
  std::size_t position_ = 0;
  int line_ = 1;
};

}  // namespace maplebridge::csv
