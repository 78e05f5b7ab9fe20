#include "services/gateway/errors/refusal.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <google/rpc/error_details.pb.h>

#include <array>

#include "services/gateway/errors/reasons.h"

namespace maplebridge::gateway {

Refusal MakeRefusal(grpc::StatusCode code, std::string_view reason, std::string message,
                    const std::vector<std::pair<std::string, std::string>>& metadata,
                    absl::Duration retry_after) {
  Refusal refusal;
  refusal.set_code(code);
  refusal.set_message(std::move(message));
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain("maplebridge");
  for (const auto& [name, value] : metadata) (*info.mutable_metadata())[name] = value;
  refusal.add_details()->PackFrom(info);
  if (retry_after > absl::ZeroDuration()) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(retry_after));
    retry.mutable_retry_delay()->set_nanos(
        static_cast<int32_t>(absl::ToInt64Nanoseconds(retry_after) % 1'000'000'000));
    refusal.add_details()->PackFrom(retry);
  }
  return refusal;
}

Refusal MakeFieldRefusal(std::string_view field, std::string description) {
  Refusal refusal = MakeRefusal(
      grpc::StatusCode::INVALID_ARGUMENT, reason::kRequestMalformed,
      field.empty() ? description : absl::StrCat(std::string(field), ": ", description));
  google::rpc::BadRequest bad_request;
  google::rpc::BadRequest::FieldViolation* violation = bad_request.add_field_violations();
  violation->set_field(std::string(field));
  violation->set_description(std::move(description));
  refusal.add_details()->PackFrom(bad_request);
  return refusal;
}

Refusal BackendUnavailable(std::string_view backend, std::string_view what_happened) {
  const std::string name(backend);
  return MakeRefusal(grpc::StatusCode::UNAVAILABLE, reason::kBackendUnavailable,
                     absl::StrCat("service ", name, " cannot be reached: ",
                                  std::string(what_happened), "; try again after the retry delay"),
                     {{"backend", name}}, absl::Seconds(1));
}

std::string PercentEncode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte <= 0x7e && byte != '%') {
      encoded.push_back(c);
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", byte);
    }
  }
  return encoded;
}

namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = HexDigit(text[i + 1]);
      const int low = HexDigit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        decoded.push_back(static_cast<char>(high * 16 + low));
        i += 2;
        continue;
      }
    }
    decoded.push_back(text[i]);
  }
  return decoded;
}

std::string EncodeBinaryHeader(std::string_view bytes) {
  std::string text = absl::Base64Escape(absl::string_view(bytes.data(), bytes.size()));
  while (!text.empty() && text.back() == '=') text.pop_back();
  return text;
}

bool DecodeBinaryHeader(std::string_view text, std::string* bytes) {
  return absl::Base64Unescape(absl::string_view(text.data(), text.size()), bytes);
}

std::string_view StatusCodeName(int code) {
  static constexpr std::array<std::string_view, 17> kNames = {"OK",
                                                              "CANCELLED",
                                                              "UNKNOWN",
                                                              "INVALID_ARGUMENT",
                                                              "DEADLINE_EXCEEDED",
                                                              "NOT_FOUND",
                                                              "ALREADY_EXISTS",
                                                              "PERMISSION_DENIED",
                                                              "RESOURCE_EXHAUSTED",
                                                              "FAILED_PRECONDITION",
                                                              "ABORTED",
                                                              "OUT_OF_RANGE",
                                                              "UNIMPLEMENTED",
                                                              "INTERNAL",
                                                              "UNAVAILABLE",
                                                              "DATA_LOSS",
                                                              "UNAUTHENTICATED"};
  return code >= 0 && code < static_cast<int>(kNames.size()) ? kNames[code] : "UNKNOWN";
}

}  // namespace maplebridge::gateway
