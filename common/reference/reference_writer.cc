#include "common/reference/reference_writer.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

#include "common/division/division_tree.h"
#include "common/reference/reference_format.h"
#include "common/status/macros.h"

namespace maplebridge::reference {
namespace {

using division::DivisionCode;
using division::DivisionRow;

// Each different name once, in the order of first use.
class NameBlock {
 public:
  uint32_t Add(std::string_view name) {
    const auto [found, is_new] = offsets_.try_emplace(name, static_cast<uint32_t>(block_.size()));
    if (is_new) block_.append(name);
    return found->second;
  }
  const std::string& block() const { return block_; }

 private:
  absl::flat_hash_map<std::string_view, uint32_t> offsets_;  // views into the source
  std::string block_;
};

absl::Status Wrong(DivisionCode code, std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("division ", code.ToString(), " ", std::string(what)));
}

// A row that repeats the code before it stands in for its parent at a lower level.
absl::Status MergeStandIn(const SourceDivision& source, const SourceDivision& above,
                          DivisionRow& row) {
  if (source.level == above.level) return Wrong(source.code, "is listed twice");
  if (source.name != above.name) {
    return Wrong(source.code, "has two names at two levels; a place has one");
  }
  row.lowest_level = static_cast<uint8_t>(source.level);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<DivisionRow>> EncodeDivisions(
    const std::vector<SourceDivision>& divisions, NameBlock& names) {
  std::vector<const SourceDivision*> sorted;
  sorted.reserve(divisions.size());
  for (const SourceDivision& source : divisions) sorted.push_back(&source);
  std::sort(sorted.begin(), sorted.end(), [](const auto* left, const auto* right) {
    return std::pair(left->code, left->level) < std::pair(right->code, right->level);
  });
  std::vector<DivisionRow> rows;
  rows.reserve(sorted.size());
  std::vector<uint32_t> open;  // the places that the present one lies inside, province first
  for (size_t i = 0; i < sorted.size(); ++i) {
    const SourceDivision& source = *sorted[i];
    if (i > 0 && sorted[i - 1]->code == source.code) {
      MB_RETURN_IF_ERROR(MergeStandIn(source, *sorted[i - 1], rows.back()));
      continue;
    }
    while (!open.empty() &&
           !DivisionCode::FromNumber(rows[open.back()].code).Contains(source.code)) {
      open.pop_back();
    }
    const bool is_province = source.level == division::Level::kProvince;
    if (is_province != open.empty() ||
        (!is_province && rows[open.back()].code != source.parent.number())) {
      return Wrong(source.code, "has no parent in the table of the level above");
    }
    for (const uint32_t place : open) ++rows[place].inside;
    const uint32_t index = static_cast<uint32_t>(rows.size());
    rows.push_back({.code = source.code.number(),
                    .parent = is_province ? division::kNoParent : open.back(),
                    .inside = 0,
                    .name_offset = names.Add(source.name),
                    .name_length = static_cast<uint8_t>(source.name.size()),
                    .level = static_cast<uint8_t>(source.level),
                    .lowest_level = static_cast<uint8_t>(source.level),
                    .reserved = 0});
    open.push_back(index);
  }
  return rows;
}

void Append(std::string& bytes, SectionIndex index, const void* data, size_t size) {
  bytes.resize((bytes.size() + 7) / 8 * 8, '\0');
  const Section section{bytes.size(), size};
  std::memcpy(bytes.data() + offsetof(FileHeader, sections) + index * sizeof(Section), &section,
              sizeof(section));
  bytes.append(static_cast<const char*>(data), size);
}

absl::Status SystemError(std::string_view what, const std::string& path) {
  return absl::InternalError(
      absl::StrCat("cannot ", std::string(what), " ", path, ": ", std::strerror(errno)));
}

}  // namespace

absl::StatusOr<std::string> EncodeReference(const ReferenceSource& source) {
  NameBlock names;
  MB_ASSIGN_OR_RETURN(const std::vector<DivisionRow> rows,
                      EncodeDivisions(source.divisions, names));
  std::vector<calendar::SpecialDay> special_days = source.special_days;
  std::sort(special_days.begin(), special_days.end(),
            [](const auto& left, const auto& right) { return left.day < right.day; });
  std::vector<SpecialDayRow> days;
  for (const calendar::SpecialDay& special : special_days) {
    days.push_back({.day = static_cast<int32_t>(special.day - absl::CivilDay(1970, 1, 1)),
                    .name_offset = names.Add(special.name),
                    .name_length = static_cast<uint8_t>(special.name.size()),
                    .is_working = special.is_working ? uint8_t{1} : uint8_t{0},
                    .reserved = {}});
  }
  const std::vector<int32_t> years(source.years.begin(), source.years.end());

  std::string bytes(sizeof(FileHeader), '\0');
  Append(bytes, kVersion, source.version.data(), source.version.size());
  Append(bytes, kDivisions, rows.data(), rows.size() * sizeof(DivisionRow));
  Append(bytes, kNames, names.block().data(), names.block().size());
  Append(bytes, kYears, years.data(), years.size() * sizeof(int32_t));
  Append(bytes, kSpecialDays, days.data(), days.size() * sizeof(SpecialDayRow));

  std::memcpy(bytes.data(), kMagic.data(), kMagic.size());
  std::memcpy(bytes.data() + offsetof(FileHeader, format), &kFormat, sizeof(kFormat));
  SHA256(reinterpret_cast<const uint8_t*>(bytes.data()) + kDigestedFrom,
         bytes.size() - kDigestedFrom,
         reinterpret_cast<uint8_t*>(bytes.data()) + offsetof(FileHeader, sha256));
  return bytes;
}

absl::Status WriteFileAtomically(const std::string& path, const std::string& bytes) {
  const std::string temporary = absl::StrCat(path, ".", ::getpid(), ".part");
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return SystemError("create", temporary);
  size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t count = ::write(descriptor, bytes.data() + written, bytes.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    written += static_cast<size_t>(count);
  }
  absl::Status status;
  if (written < bytes.size() || ::fsync(descriptor) != 0) status = SystemError("write", temporary);
  ::close(descriptor);
  if (status.ok() && std::rename(temporary.c_str(), path.c_str()) != 0) {
    status = SystemError("rename to", path);
  }
  if (!status.ok()) ::unlink(temporary.c_str());
  return status;
}

}  // namespace maplebridge::reference
