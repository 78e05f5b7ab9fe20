#include "common/server/page_token.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>

#include <algorithm>

#include "common/server/request_id.h"
#include "common/status/error.h"

namespace maplebridge {
namespace {

constexpr char kSeparator = '\x1f';
constexpr std::size_t kSignature = 16;

std::string Signature(const MatchKey& key, const google::protobuf::Message& request,
                      const std::string& body) {
  std::unique_ptr<google::protobuf::Message> bound(request.New());
  bound->CopyFrom(request);
  const auto* descriptor = bound->GetDescriptor();
  for (const char* name : {"page_token", "page_size"}) {
    if (const auto* field = descriptor->FindFieldByName(name)) {
      bound->GetReflection()->ClearField(bound.get(), field);
    }
  }
  std::string binding = descriptor->full_name() + absl::BytesToHexString(RequestDigest(*bound));
  // Hex, because the keyed hash ignores spaces and case.
  return key.Hash("page_token", binding + absl::BytesToHexString(body)).substr(0, kSignature);
}

absl::Status Invalid() {
  return FieldReasonError(reason::kPageTokenInvalid, "page_token",
                          "not one that this service made for this request; leave it empty to "
                          "begin, and change nothing else between pages");
}

}  // namespace

std::string MakePageToken(const MatchKey& key, const google::protobuf::Message& request,
                          const std::vector<std::string>& last_row) {
  std::string body = absl::StrJoin(last_row, std::string(1, kSeparator));
  return absl::WebSafeBase64Escape(Signature(key, request, body) + body);
}

absl::StatusOr<std::vector<std::string>> ReadPageToken(const MatchKey& key,
                                                       const google::protobuf::Message& request,
                                                       const std::string& token) {
  if (token.empty()) return std::vector<std::string>();
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() < kSignature) return Invalid();
  std::string body = bytes.substr(kSignature);
  if (bytes.substr(0, kSignature) != Signature(key, request, body)) return Invalid();
  return std::vector<std::string>(absl::StrSplit(body, kSeparator));
}

absl::StatusOr<int> PageSize(int requested) {
  if (requested < 0) return FieldError("page_size", "is negative; 0 for 50, or 1 to 1000");
  return requested == 0 ? 50 : std::min(requested, 1000);
}

}  // namespace maplebridge
