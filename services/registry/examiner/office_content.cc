#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <zip.h>

#include <memory>
#include <optional>
#include <set>

#include "common/status/reason.h"
#include "services/registry/examiner/examine.h"

namespace maplebridge::registry {
namespace {

constexpr char kContentTypes[] = "[content_types].xml";
constexpr std::size_t kLongestContentTypes = 1 << 20;

struct OfficeType {
  // The part that makes the document one, and its type as [Content_Types].xml says it.
  std::string_view main_part;
  std::string_view main_type;
  std::string_view media_type;
};
constexpr OfficeType kOfficeTypes[] = {
    {"word/document.xml",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"xl/workbook.xml",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
};

using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;
using Part = std::unique_ptr<zip_file_t, decltype(&zip_fclose)>;

Archive OpenArchive(std::string_view bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), /*freep=*/0, &error);
  zip_t* archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  if (archive == nullptr) zip_source_free(source);
  zip_error_fini(&error);
  return {archive, &zip_discard};
}

// Macros, and controls that run by themselves.
bool IsActivePart(std::string_view name) {
  return absl::EndsWith(absl::string_view(name.data(), name.size()), "vbaproject.bin") ||
         name.find("/activex/") != std::string_view::npos ||
         name.find("/macrosheets/") != std::string_view::npos;
}

bool TellsOfMacros(std::string_view content_types) {
  for (std::string_view word : {"macroenabled", "vbaproject", "activex", "macrosheet"}) {
    if (content_types.find(word) != std::string_view::npos) return true;
  }
  return false;
}

// What is gathered while the archive is read through.
struct Reading {
  std::uint64_t unpacked = 0;
  std::set<std::string> names;  // in small letters
  std::string content_types;    // in small letters
};

// Unpacks the part, and stops where the bound is. What it says of its size is not believed.
std::optional<Verdict> Unpack(zip_t* archive, std::uint64_t index, bool is_content_types,
                              Reading* reading) {
  const Part part(zip_fopen_index(archive, index, 0), &zip_fclose);
  if (!part) return RefusedFor(reason::kFileUnreadable);
  char buffer[1 << 16];
  while (true) {
    const zip_int64_t got = zip_fread(part.get(), buffer, sizeof buffer);
    if (got < 0) return RefusedFor(reason::kFileUnreadable);
    if (got == 0) return std::nullopt;
    reading->unpacked += static_cast<std::uint64_t>(got);
    if (reading->unpacked > kMostUnpackedBytes) return RefusedFor(reason::kFileExpandsTooFar);
    if (!is_content_types) continue;
    if (reading->content_types.size() > kLongestContentTypes) {
      return RefusedFor(reason::kFileTypeRefused);
    }
    reading->content_types.append(buffer, static_cast<std::size_t>(got));
  }
}

std::optional<Verdict> ReadPart(zip_t* archive, std::uint64_t index, Reading* reading) {
  zip_stat_t about;
  zip_stat_init(&about);
  if (zip_stat_index(archive, index, 0, &about) != 0 || (about.valid & ZIP_STAT_NAME) == 0) {
    return RefusedFor(reason::kFileUnreadable);
  }
  if ((about.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && about.encryption_method != ZIP_EM_NONE) {
    return RefusedFor(reason::kFileUnreadable);
  }
  const std::string name = absl::AsciiStrToLower(about.name);
  if (IsActivePart(name)) return RefusedFor(reason::kFileActiveContent);
  if (!reading->names.insert(name).second) return RefusedFor(reason::kFileUnreadable);
  return Unpack(archive, index, name == kContentTypes, reading);
}

// By what the parts say, before any is unpacked.
bool ExpandsTooFar(zip_t* archive, std::uint64_t count) {
  std::uint64_t announced = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    zip_stat_t about;
    zip_stat_init(&about);
    if (zip_stat_index(archive, i, 0, &about) != 0) return false;
    if ((about.valid & ZIP_STAT_SIZE) == 0) continue;
    if (about.size > kMostUnpackedBytes) return true;
    announced += about.size;
    if (announced > kMostUnpackedBytes) return true;
  }
  return false;
}

}  // namespace

Verdict ExamineOffice(std::string_view bytes) {
  const Archive archive = OpenArchive(bytes);
  if (!archive) return RefusedFor(reason::kFileUnreadable);
  const auto count = static_cast<std::uint64_t>(zip_get_num_entries(archive.get(), 0));
  if (count > kMostParts || ExpandsTooFar(archive.get(), count)) {
    return RefusedFor(reason::kFileExpandsTooFar);
  }
  // Another archive need not be unpacked to be refused.
  if (zip_name_locate(archive.get(), kContentTypes, ZIP_FL_NOCASE) < 0) {
    return RefusedFor(reason::kFileTypeRefused);
  }
  Reading reading;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (std::optional<Verdict> refused = ReadPart(archive.get(), i, &reading)) return *refused;
  }
  absl::AsciiStrToLower(&reading.content_types);
  if (TellsOfMacros(reading.content_types)) return RefusedFor(reason::kFileActiveContent);
  // Written with references to characters, the types could not be compared.
  if (reading.content_types.find("&#") != std::string::npos) {
    return RefusedFor(reason::kFileTypeRefused);
  }
  for (const OfficeType& type : kOfficeTypes) {
    const bool says_so = reading.content_types.find(type.main_type) != std::string::npos;
    if (says_so && reading.names.count(std::string(type.main_part)) == 1) {
      return Kept(type.media_type);
    }
  }
  return RefusedFor(reason::kFileTypeRefused);
}

}  // namespace maplebridge::registry
