#include "common/reference/reference_data.h"

#include <absl/cleanup/cleanup.h>
#include <absl/status/status.h>
#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "common/reference/reference_format.h"
#include "common/status/macros.h"

namespace maplebridge::reference {
namespace {

absl::Status Damaged(const std::string& path, std::string_view what) {
  return absl::DataLossError(absl::StrCat("reference data file ", path, ": ", std::string(what),
                                          "; write it again with build_reference_data"));
}

absl::StatusOr<std::vector<calendar::SpecialDay>> ReadSpecialDays(
    const std::string& path, std::span<const SpecialDayRow> rows, std::string_view names) {
  std::vector<calendar::SpecialDay> days;
  days.reserve(rows.size());
  for (const SpecialDayRow& row : rows) {
    if (row.name_offset > names.size() || names.size() - row.name_offset < row.name_length) {
      return Damaged(path, "a holiday has no name");
    }
    days.push_back({absl::CivilDay(1970, 1, 1) + row.day, row.is_working != 0,
                    std::string(names.substr(row.name_offset, row.name_length))});
  }
  return days;
}

}  // namespace

ReferenceData::~ReferenceData() {
  if (mapping_ != nullptr) ::munmap(mapping_, mapping_size_);
}

absl::StatusOr<std::shared_ptr<const ReferenceData>> ReferenceData::Open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) {
      return absl::NotFoundError(absl::StrCat("there is no reference data file ", path,
                                              "; write it with build_reference_data"));
    }
    return absl::InternalError(
        absl::StrCat("cannot open the reference data file ", path, ": ", std::strerror(errno)));
  }
  const absl::Cleanup close_descriptor = [descriptor] { ::close(descriptor); };
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    return absl::InternalError(absl::StrCat("reference data: ", path, " is not a plain file"));
  }
  const size_t size = static_cast<size_t>(status.st_size);
  if (size < sizeof(FileHeader)) return Damaged(path, "it is cut short");

  std::shared_ptr<ReferenceData> data(new ReferenceData());
  void* mapping = ::mmap(nullptr, size, PROT_READ, MAP_SHARED | MAP_POPULATE, descriptor, 0);
  if (mapping == MAP_FAILED) {
    return absl::InternalError(
        absl::StrCat("cannot map the reference data file ", path, ": ", std::strerror(errno)));
  }
  data->mapping_ = mapping;
  data->mapping_size_ = size;
  const auto* bytes = static_cast<const char*>(mapping);
  const auto& header = *reinterpret_cast<const FileHeader*>(bytes);
  if (header.magic != kMagic) return Damaged(path, "it is no reference data file");
  if (header.format != kFormat) {
    return absl::UnimplementedError(absl::StrCat("reference data file ", path, " has format ",
                                                 header.format, ", this program reads ", kFormat,
                                                 "; write it again with build_reference_data"));
  }
  std::array<uint8_t, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const uint8_t*>(bytes) + kDigestedFrom, size - kDigestedFrom,
         digest.data());
  if (digest != header.sha256) return Damaged(path, "its SHA-256 is wrong");
  data->sha256_ = absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));

  // Sections are checked although the digest was right: another builder may have erred.
  std::array<std::string_view, kSectionCount> sections;
  for (int i = 0; i < kSectionCount; ++i) {
    const Section& section = header.sections[i];
    if (section.offset % 8 != 0 || section.offset > size || size - section.offset < section.size) {
      return Damaged(path, "a section lies outside it");
    }
    sections[i] = std::string_view(bytes + section.offset, section.size);
  }
  const auto rows_of = [&sections]<typename Row>(SectionIndex index, const Row*) {
    return std::span<const Row>(reinterpret_cast<const Row*>(sections[index].data()),
                                sections[index].size() / sizeof(Row));
  };
  data->version_ = std::string(sections[kVersion]);
  MB_ASSIGN_OR_RETURN(data->divisions_,
                      division::DivisionTree::Create(
                          rows_of(kDivisions, static_cast<const division::DivisionRow*>(nullptr)),
                          sections[kNames]));
  MB_ASSIGN_OR_RETURN(
      std::vector<calendar::SpecialDay> days,
      ReadSpecialDays(path, rows_of(kSpecialDays, static_cast<const SpecialDayRow*>(nullptr)),
                      sections[kNames]));
  const auto years = rows_of(kYears, static_cast<const int32_t*>(nullptr));
  absl::StatusOr<calendar::Calendar> calendar =
      calendar::Calendar::Create(std::vector<int>(years.begin(), years.end()), std::move(days));
  if (!calendar.ok()) {
    return Damaged(path, absl::StrCat("its calendar: ", calendar.status().message()));
  }
  data->calendar_ = std::make_unique<const calendar::Calendar>(*std::move(calendar));
  return data;
}

}  // namespace maplebridge::reference
