// Stable reasons that the gateway itself puts into ErrorInfo (domain "maplebridge"). This list is
// the documentation: a client may branch on these words, so none is ever renamed.
#pragma once

#include <string_view>

namespace maplebridge::gateway::reason {

// The call carries neither a known client certificate nor a token, and the method is not public.
inline constexpr std::string_view kIdentityMissing = "IDENTITY_MISSING";
// The bearer token is malformed, forged, expired, or made for another audience.
inline constexpr std::string_view kTokenInvalid = "TOKEN_INVALID";
// The client certificate is genuine, but its URI is not among the registered callers.
inline constexpr std::string_view kCallerUnknown = "CALLER_UNKNOWN";
// The caller is known; none of its roles may call this method.
inline constexpr std::string_view kRoleNotAllowed = "ROLE_NOT_ALLOWED";
// The caller exceeded its calls a second; RetryInfo says when to come back.
inline constexpr std::string_view kRateLimited = "RATE_LIMITED";
// The service behind the method cannot be reached now; RetryInfo says when to come back.
inline constexpr std::string_view kBackendUnavailable = "BACKEND_UNAVAILABLE";
// No method of that name is published by this installation.
inline constexpr std::string_view kMethodUnknown = "METHOD_UNKNOWN";
// The request's headers are larger than the gateway takes.
inline constexpr std::string_view kHeadersTooLarge = "HEADERS_TOO_LARGE";
// The request or answer is larger than the gateway translates.
inline constexpr std::string_view kMessageTooLarge = "MESSAGE_TOO_LARGE";
// The caller reads too slowly: what waits for it is more than the gateway keeps.
inline constexpr std::string_view kReaderTooSlow = "READER_TOO_SLOW";
// The JSON or a query parameter does not fit the request message.
inline constexpr std::string_view kRequestMalformed = "REQUEST_MALFORMED";
// The service did not answer before the call's deadline.
inline constexpr std::string_view kDeadlineExceeded = "DEADLINE_EXCEEDED";
// What the service answered is no gRPC answer, or has no JSON form.
inline constexpr std::string_view kAnswerMalformed = "ANSWER_MALFORMED";
// The gateway is stopping; another replica takes the call.
inline constexpr std::string_view kGatewayStopping = "GATEWAY_STOPPING";

}  // namespace maplebridge::gateway::reason
