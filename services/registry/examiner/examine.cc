#include "services/registry/examiner/examine.h"

#include <magic.h>

#include <algorithm>
#include <memory>

#include "common/status/reason.h"

namespace maplebridge::registry {
namespace {

// A picture may stand before the sound of a recording.
constexpr std::size_t kLookedAt = 8 << 20;

struct KnownType {
  std::string_view magic;
  std::string_view media_type;
};
// libmagic's words for what is kept as it is.
constexpr KnownType kKnown[] = {
    {"image/jpeg", "image/jpeg"}, {"image/png", "image/png"},   {"image/heic", "image/heic"},
    {"image/heif", "image/heic"}, {"image/tiff", "image/tiff"}, {"audio/mpeg", "audio/mpeg"},
    {"audio/x-wav", "audio/wav"}, {"audio/wav", "audio/wav"},   {"audio/x-m4a", "audio/mp4"},
    {"audio/mp4", "audio/mp4"},   {"video/mp4", "video/mp4"},
};
// Its words for what may be text; whether it is, is looked at here. GB18030 is unknown to it.
constexpr std::string_view kMaybeText[] = {"text/plain", "text/csv", "application/csv",
                                           "application/octet-stream"};

std::string MagicTypeOf(std::string_view bytes) {
  const std::unique_ptr<magic_set, decltype(&magic_close)> magic(
      magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS), &magic_close);
  if (!magic || magic_load(magic.get(), nullptr) != 0) return "";
  magic_setparam(magic.get(), MAGIC_PARAM_BYTES_MAX, &kLookedAt);
  const char* type = magic_buffer(magic.get(), bytes.data(), std::min(bytes.size(), kLookedAt));
  return type == nullptr ? "" : type;
}

}  // namespace

Verdict Kept(std::string_view media_type) {
  Verdict verdict;
  verdict.media_type = media_type;
  return verdict;
}

Verdict RefusedFor(std::string_view reason) {
  Verdict verdict;
  verdict.refusal = reason;
  return verdict;
}

Verdict Examine(std::string_view bytes) {
  if (bytes.substr(0, 5) == "%PDF-") return ExaminePdf(bytes);
  if (bytes.substr(0, 4) == std::string_view("PK\3\4", 4)) return ExamineOffice(bytes);
  const std::string type = MagicTypeOf(bytes);
  for (const KnownType& known : kKnown) {
    if (type == known.magic) return Kept(known.media_type);
  }
  if (std::find(std::begin(kMaybeText), std::end(kMaybeText), type) != std::end(kMaybeText)) {
    return ExamineText(bytes);
  }
  return RefusedFor(reason::kFileTypeRefused);
}

}  // namespace maplebridge::registry
