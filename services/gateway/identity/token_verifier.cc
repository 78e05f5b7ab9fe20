#include "services/gateway/identity/token_verifier.h"

#include <absl/strings/str_cat.h>
#include <jwt.h>

#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

namespace maplebridge::gateway {

namespace {

constexpr size_t kLongestToken = 8192;
// Clocks of issuer and gateway may differ by this much.
constexpr absl::Duration kClockSkew = absl::Seconds(30);

absl::Status Refuse(std::string_view why) {
  return absl::UnauthenticatedError(absl::StrCat("token refused: ", std::string(why)));
}

nlohmann::json Claims(jwt_t* token) {
  const std::unique_ptr<char, decltype(&std::free)> text(jwt_get_grants_json(token, nullptr),
                                                         &std::free);
  return text == nullptr ? nlohmann::json()
                         : nlohmann::json::parse(text.get(), nullptr, /*allow_exceptions=*/false);
}

std::string Text(const nlohmann::json& claims, const char* name) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_string() ? found->get<std::string>() : "";
}

bool IsForUs(const nlohmann::json& claims) {
  const auto audience = claims.find("aud");
  if (audience == claims.end()) return false;
  if (audience->is_string()) return *audience == "maplebridge";
  if (!audience->is_array()) return false;
  for (const auto& entry : *audience) {
    if (entry == "maplebridge") return true;
  }
  return false;
}

absl::Status CheckTimes(const nlohmann::json& claims, absl::Time now, absl::Time* expire_time) {
  const auto expiry = claims.find("exp");
  if (expiry == claims.end() || !expiry->is_number()) return Refuse("claim exp is missing");
  *expire_time = absl::FromUnixSeconds(static_cast<int64_t>(expiry->get<double>()));
  if (now > *expire_time + kClockSkew) return Refuse("it has expired; get a new one");
  const auto not_before = claims.find("nbf");
  if (not_before != claims.end() && not_before->is_number() &&
      now + kClockSkew < absl::FromUnixSeconds(static_cast<int64_t>(not_before->get<double>()))) {
    return Refuse("it is not valid yet");
  }
  return absl::OkStatus();
}

absl::StatusOr<Caller> CallerFromClaims(const nlohmann::json& claims) {
  Caller caller;
  caller.principal = Text(claims, "sub");
  caller.division = Text(claims, "division");
  caller.organisation = Text(claims, "organisation");
  caller.court = Text(claims, "court");
  if (!IsCallerName(caller.principal)) return Refuse("claim sub is not callers/ and a name");
  const auto roles = claims.find("roles");
  if (roles == claims.end() || !roles->is_array()) return Refuse("claim roles is not an array");
  for (const auto& name : *roles) {
    const RoleSet role = name.is_string() ? RoleByName(name.get<std::string>()) : 0;
    if (role == 0) return Refuse("claim roles names a role that no token can grant");
    caller.roles |= role;
  }
  return caller;
}

}  // namespace

absl::StatusOr<VerifiedToken> TokenVerifier::Verify(const std::string& token,
                                                    absl::Time now) const {
  if (issuer_key_.empty()) return Refuse("this gateway has no issuer key");
  if (token.size() > kLongestToken) return Refuse("it is longer than 8,192 characters");
  jwt_t* decoded = nullptr;
  const int failed = jwt_decode(&decoded, token.c_str(),
                                reinterpret_cast<const unsigned char*>(issuer_key_.data()),
                                static_cast<int>(issuer_key_.size()));
  const std::unique_ptr<jwt_t, decltype(&jwt_free)> holder(decoded, &jwt_free);
  if (failed != 0 || decoded == nullptr) return Refuse("it is malformed or its signature is wrong");
  if (jwt_get_alg(decoded) != JWT_ALG_ES256) return Refuse("its algorithm is not ES256");

  const nlohmann::json claims = Claims(decoded);
  if (!claims.is_object()) return Refuse("its claims are not a JSON object");
  if (Text(claims, "iss") != "maplebridge") return Refuse("its issuer is not maplebridge");
  if (!IsForUs(claims)) return Refuse("its audience is not maplebridge");
  VerifiedToken verified;
  absl::Status times = CheckTimes(claims, now, &verified.expire_time);
  if (!times.ok()) return times;
  absl::StatusOr<Caller> caller = CallerFromClaims(claims);
  if (!caller.ok()) return caller.status();
  verified.caller = *std::move(caller);
  return verified;
}

}  // namespace maplebridge::gateway
