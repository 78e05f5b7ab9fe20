#include "services/registry/domain/material.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>

namespace maplebridge::registry {
namespace {

// The next character of `*text` as its code; unset when the bytes are no well-formed UTF-8.
std::optional<char32_t> TakeCharacter(std::string_view* text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>((*text)[i]); };
  const unsigned char first = byte(0);
  std::size_t length = 1;
  char32_t code = first;
  if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    code = first & 0x07;
  } else if (first >= 0xE0 && first < 0xF0) {
    length = 3;
    code = first & 0x0F;
  } else if (first >= 0xC2 && first < 0xE0) {
    length = 2;
    code = first & 0x1F;
  } else if (first >= 0x80) {
    return std::nullopt;
  }
  if (text->size() < length) return std::nullopt;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
    code = code << 6 | (byte(i) & 0x3F);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
    return std::nullopt;
  }
  text->remove_prefix(length);
  return code;
}

bool IsControl(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029;
}

// Makes a name look like another: writing direction and characters without width.
bool IsDeceptive(char32_t code) {
  return code == 0x061C || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x202A && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

bool IsDigest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string FaultOfFileName(std::string_view name) {
  if (name.empty() || name.size() > kLongestFileName) return "must be 1 to 255 bytes";
  if (name == "." || name == "..") return "must not be . or ..";
  for (std::string_view rest = name; !rest.empty();) {
    const std::optional<char32_t> code = TakeCharacter(&rest);
    if (!code) return "must be UTF-8";
    if (*code == '/' || *code == '\\') return "must be a name without a path: no / and no \\";
    if (IsControl(*code)) return "must not hold control characters";
    if (IsDeceptive(*code)) {
      return "must not hold marks of writing direction or characters without width";
    }
  }
  if (absl::StripAsciiWhitespace({name.data(), name.size()}).size() != name.size()) {
    return "must not begin or end with a space";
  }
  return "";
}

Violations CheckUpload(const Upload& upload) {
  Violations violations;
  if (std::string fault = FaultOfFileName(upload.file_name); !fault.empty()) {
    violations.push_back({"file_name", std::move(fault)});
  }
  if (upload.kind.empty()) violations.push_back({"kind", "must be a kind of material"});
  if (upload.size < 1 || upload.size > kLargestMaterial) {
    violations.push_back({"size", absl::StrCat("must be 1 to ", kLargestMaterial, " bytes")});
  }
  if (!upload.declared_sha256.empty() && !IsDigest(upload.declared_sha256)) {
    violations.push_back({"sha256", "must be 64 lower-case hexadecimal digits, or empty"});
  }
  return violations;
}

std::int64_t Committable(std::int64_t committed, std::int64_t received, std::int64_t size) {
  if (received == size) return received - committed;
  return received - received % kFileChunk - committed;
}

bool TakesMaterials(DisputeState state) {
  return state != DisputeState::kArchived && state != DisputeState::kClosedMerged;
}

std::string WhyNoMoreUploads(int open_count, std::int64_t open_bytes, int material_count,
                             std::int64_t size) {
  if (open_count >= kMostOpenUploads) {
    return absl::StrCat("has ", open_count,
                        " open uploads, the most there may be; finalise or "
                        "cancel one");
  }
  if (open_bytes + size > kMostOpenBytes) {
    return absl::StrCat("has open uploads of ", open_bytes,
                        " bytes; with this one it would be "
                        "more than ",
                        kMostOpenBytes, "; finalise or cancel one");
  }
  if (material_count >= kMostMaterials) {
    return absl::StrCat("has ", material_count, " materials, the most there may be");
  }
  return "";
}

const std::vector<MaterialType>& MaterialTypes() {
  static const auto* types = new std::vector<MaterialType>{
      {"application/pdf", {".pdf"}},
      {"image/jpeg", {".jpg", ".jpeg"}},
      {"image/png", {".png"}},
      {"image/heic", {".heic", ".heif"}},
      {"image/tiff", {".tif", ".tiff"}},
      {"audio/mpeg", {".mp3"}},
      {"audio/wav", {".wav"}},
      {"audio/mp4", {".m4a"}},
      {"video/mp4", {".mp4"}},
      {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", {".docx"}},
      {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", {".xlsx"}},
      {"text/plain", {".txt"}},
  };
  return *types;
}

const MaterialType* FindMaterialType(std::string_view media_type) {
  for (const MaterialType& type : MaterialTypes()) {
    if (type.media_type == media_type) return &type;
  }
  return nullptr;
}

std::string FileNameOf(std::string_view name, const MaterialType& type) {
  const auto fits = [&](std::string_view extension) {
    return name.size() > extension.size() &&
           absl::EqualsIgnoreCase(
               absl::string_view(name.data(), name.size()).substr(name.size() - extension.size()),
               absl::string_view(extension.data(), extension.size()));
  };
  if (std::any_of(type.extensions.begin(), type.extensions.end(), fits)) return std::string(name);
  return std::string(name).append(type.extensions.front());
}

}  // namespace maplebridge::registry
