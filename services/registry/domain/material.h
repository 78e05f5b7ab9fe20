// Materials of a dispute: what may be taken in as a file, and under which name it is kept.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/party/violation.h"
#include "services/registry/domain/dispute.h"

namespace maplebridge::registry {

inline constexpr std::int64_t kLargestMaterial = 200 << 20;
inline constexpr int kMostOpenUploads = 10;
// Announced sizes of a dispute's open uploads, together.
inline constexpr std::int64_t kMostOpenBytes = std::int64_t{1} << 30;
inline constexpr int kMostMaterials = 500;
inline constexpr absl::Duration kUploadLife = absl::Hours(24);
inline constexpr std::size_t kLongestFileName = 255;
// Bytes are committed in steps of this size and at the end of the file.
inline constexpr std::int64_t kFileChunk = 1 << 20;

// A file on its way. Enumerations are words of the API without their prefix.
struct Upload {
  std::string dispute;  // number
  std::string id;
  std::string file_name;
  std::string kind;      // "CONTRACT", …
  std::string party_id;  // empty when no party brought it
  std::int64_t size = 0;
  std::string declared_sha256;  // empty when the client did not say
  std::int64_t committed_size = 0;
  std::string state = "OPEN";  // "FINISHED", "CANCELLED", "EXPIRED"
  // Of one whose bytes were examined; empty before.
  std::string sha256, sm3, media_type;
  int material = 0;  // ordinal; 0 before it is finished
  absl::Time create_time, expire_time;

  std::string name() const { return "disputes/" + dispute + "/uploads/" + id; }
  bool is_open() const { return state == "OPEN"; }
  bool is_examined() const { return !sha256.empty(); }
};

// A file that is part of the dispute's file.
struct Material {
  std::string dispute;  // number
  int ordinal = 0;
  std::string upload;  // id
  std::string file_name;
  std::string kind;
  std::string party_id;
  std::string media_type;
  std::int64_t size = 0;
  std::string sha256, sm3;
  absl::Time create_time;
  std::string state = "KEPT";  // "WITHDRAWN"
  std::string withdraw_reason;
  std::optional<absl::Time> withdraw_time;
  std::int64_t revision = 1;

  std::string name() const {
    return "disputes/" + dispute + "/materials/" + std::to_string(ordinal);
  }
  bool is_withdrawn() const { return state == "WITHDRAWN"; }
};

// Why a name cannot be one for people, in words for them; empty when it can.
std::string FaultOfFileName(std::string_view name);

// What is wrong with an announcement, with paths such as "size".
Violations CheckUpload(const Upload& upload);

// Bytes from `committed` on that can be committed once the file is there up to `received`: whole
// chunks, and the rest at the end of the file.
std::int64_t Committable(std::int64_t committed, std::int64_t received, std::int64_t size);

// False of a dispute whose file is closed.
bool TakesMaterials(DisputeState state);

// Why the dispute cannot take this upload beside `open_count` others of `open_bytes` together and
// `material_count` materials; empty when it can.
std::string WhyNoMoreUploads(int open_count, std::int64_t open_bytes, int material_count,
                             std::int64_t size);

// A type that is kept, and the extensions that fit it, the usual one first.
struct MaterialType {
  std::string_view media_type;
  std::vector<std::string_view> extensions;
};
const std::vector<MaterialType>& MaterialTypes();
// Null when the type is not kept.
const MaterialType* FindMaterialType(std::string_view media_type);

// What an examination of the bytes came to: a type of MaterialTypes, or why they are not kept.
struct Verdict {
  std::string media_type;
  std::string refusal;  // a stable reason of the API, such as "FILE_TYPE_REFUSED"
};

// The name under which the file is kept: one that does not end as its type does gets the usual
// extension behind it, so that opening a saved file means what the file is.
std::string FileNameOf(std::string_view name, const MaterialType& type);

}  // namespace maplebridge::registry
