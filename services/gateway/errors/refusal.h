// Refusals that the gateway gives itself, as google.rpc.Status with details: sent as trailers on
// the gRPC side and as JSON on the HTTP side.
#pragma once

#include <absl/time/time.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/support/status.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace maplebridge::gateway {

using Refusal = google::rpc::Status;

// `retry_after` adds RetryInfo when it is positive.
Refusal MakeRefusal(grpc::StatusCode code, std::string_view reason, std::string message,
                    const std::vector<std::pair<std::string, std::string>>& metadata = {},
                    absl::Duration retry_after = absl::ZeroDuration());

// A refusal that points at one field of the request.
Refusal MakeFieldRefusal(std::string_view field, std::string description);

// "backend" is down: the call may be tried again after a second.
Refusal BackendUnavailable(std::string_view backend, std::string_view what_happened);

// Text of `grpc-message`: everything outside printable ASCII, and '%', percent-encoded.
std::string PercentEncode(std::string_view text);
std::string PercentDecode(std::string_view text);

// Value of a "-bin" header: base64 without padding.
std::string EncodeBinaryHeader(std::string_view bytes);
bool DecodeBinaryHeader(std::string_view text, std::string* bytes);

// "UNAVAILABLE" for 14; "UNKNOWN" for a number that is no code.
std::string_view StatusCodeName(int code);

}  // namespace maplebridge::gateway
