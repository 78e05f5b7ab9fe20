#include "common/server/request_id.h"

#include <absl/strings/ascii.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <openssl/sha.h>

#include "common/status/error.h"

namespace maplebridge {
namespace {

using postgres::Statement;

// $1 principal, $2 method, $3 request_id, $4 digest, $5 now. A row when it was new; a concurrent
// twin waits here for the first one's commit.
constexpr Statement kClaim{"request_id_claim", R"(
  INSERT INTO request_ids (principal, method, request_id, digest, resource, create_time)
  VALUES ($1, $2, $3, $4, '', $5)
  ON CONFLICT DO NOTHING
  RETURNING request_id)"};
constexpr Statement kRead{"request_id_read", R"(
  SELECT digest, resource FROM request_ids
  WHERE principal = $1 AND method = $2 AND request_id = $3)"};
constexpr Statement kKeep{"request_id_keep", R"(
  UPDATE request_ids SET resource = $4
  WHERE principal = $1 AND method = $2 AND request_id = $3)"};

constexpr Statement kForget{"request_id_forget", R"(
  DELETE FROM request_ids WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM request_ids WHERE create_time < $1 ORDER BY create_time LIMIT 1000)))"};
constexpr absl::Duration kKept = absl::Hours(7 * 24);
constexpr absl::Duration kBetween = absl::Hours(1);

}  // namespace

std::string RequestDigest(const google::protobuf::Message& request) {
  std::unique_ptr<google::protobuf::Message> plain(request.New());
  plain->CopyFrom(request);
  plain->DiscardUnknownFields();
  if (const auto* field = plain->GetDescriptor()->FindFieldByName("request_id")) {
    plain->GetReflection()->ClearField(plain.get(), field);
  }
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    plain->SerializeToCodedStream(&coded);
  }
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

absl::Status CheckRequestId(std::string_view request_id) {
  if (request_id.empty()) return absl::OkStatus();
  bool valid = request_id.size() == 36;
  for (std::size_t i = 0; valid && i < request_id.size(); ++i) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    valid = dash ? request_id[i] == '-'
                 : absl::ascii_isxdigit(static_cast<unsigned char>(request_id[i]));
  }
  if (valid) return absl::OkStatus();
  return FieldError("request_id",
                    "is not a UUID; 36 characters such as 123e4567-e89b-42d3-a456-426614174000");
}

Task<absl::StatusOr<std::string>> ClaimRequestId(postgres::Transaction& transaction,
                                                 const Call& call, const std::string& request_id,
                                                 const std::string& digest) {
  if (request_id.empty()) co_return std::string();
  const std::string principal = call.caller().principal;
  postgres::Bytes bytes{digest};
  auto claimed =
      co_await transaction.Execute(kClaim, principal, call.method(), request_id, bytes, call.now());
  if (!claimed.ok()) co_return claimed.status();
  if (!claimed->empty()) co_return std::string();
  auto kept = co_await transaction.Execute(kRead, principal, call.method(), request_id);
  if (!kept.ok()) co_return kept.status();
  if (kept->empty() || (*kept)[0].Bytes(0) != digest) {
    co_return ReasonError(absl::StatusCode::kAlreadyExists, reason::kRequestIdReused,
                          "request_id: was used with another request; nothing was stored; a new "
                          "request needs a new UUID");
  }
  co_return (*kept)[0].Text(1);
}

Task<absl::Status> KeepRequestResult(postgres::Transaction& transaction, const Call& call,
                                     const std::string& request_id, const std::string& resource) {
  if (request_id.empty()) co_return absl::OkStatus();
  const std::string principal = call.caller().principal;
  transaction.Later(
      {&kKeep, postgres::Parameters::Of(principal, call.method(), request_id, resource)});
  co_return absl::OkStatus();
}

Task<void> ForgetRequestIds(postgres::Database& database, std::function<bool()> stop) {
  absl::Time next = absl::Now();
  while (!stop()) {
    if (absl::Now() >= next) {
      auto forgotten =
          co_await database.Query(absl::Now() + absl::Seconds(10), kForget, absl::Now() - kKept);
      const bool more = forgotten.ok() && forgotten->affected() > 0;
      if (!more) next = absl::Now() + kBetween;
    }
    co_await Sleep(absl::Milliseconds(500));
  }
}

}  // namespace maplebridge
