#include "deploy/maplectl_source/token.h"

#include <absl/strings/ascii.h>
#include <absl/strings/escaping.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>
#include <jwt.h>

#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "common/identifier/credit_code.h"
#include "common/identifier/resident_number.h"
#include "common/sealing/sealing.h"
#include "deploy/maplectl_source/console.h"
#include "maplebridge/options/v1/access.pb.h"

namespace maplebridge::maplectl {
namespace {

constexpr char kAudience[] = "maplebridge";

absl::StatusOr<std::string> RoleOf(const std::string& word) {
  std::string name = absl::AsciiStrToUpper(word);
  if (absl::StartsWith(name, "ROLE_")) name = name.substr(5);
  for (const std::string& role : TokenRoles()) {
    if (role == name) return name;
  }
  return Problem(absl::StatusCode::kInvalidArgument,
                 absl::StrCat("--role ", word, ": no token can grant that role"),
                 absl::StrCat("roles are ", absl::StrJoin(TokenRoles(), ", ")));
}

}  // namespace

std::vector<std::string> TokenRoles() {
  std::vector<std::string> roles;
  const auto* all = options::v1::Role_descriptor();
  for (int i = 0; i < all->value_count(); ++i) {
    const auto role = static_cast<options::v1::Role>(all->value(i)->number());
    if (role == options::v1::ROLE_UNSPECIFIED || role == options::v1::ROLE_PUBLIC ||
        role == options::v1::ROLE_SERVICE) {
      continue;
    }
    roles.push_back(all->value(i)->name().substr(5));
  }
  return roles;
}

std::string SubjectOf(const TokenClaims& claims) {
  std::string subject = absl::StrCat("callers/", claims.roles.empty() ? "" : claims.roles[0]);
  for (const std::string& scope : {claims.division, claims.organisation, claims.court}) {
    if (!scope.empty()) absl::StrAppend(&subject, "-", absl::StrReplaceAll(scope, {{"/", "-"}}));
  }
  return subject;
}

absl::StatusOr<std::string> PartySubject(const std::string& match_key_file,
                                         const std::string& identity_number, absl::Time now) {
  std::string kind, number;
  const absl::CivilDay today = absl::ToCivilDay(now, absl::FixedTimeZone(8 * 60 * 60));
  if (auto resident = identifier::ResidentNumber::Parse(identity_number, today); resident.ok()) {
    kind = "RESIDENT";
    number = resident->value();
  } else if (auto code = identifier::CreditCode::Parse(identity_number); code.ok()) {
    kind = "SOCIAL_CREDIT";
    number = code->value();
  } else {
    return Problem(absl::StatusCode::kInvalidArgument,
                   "--party: neither a resident identity number nor a social credit code",
                   "maplectl check says what is wrong with it");
  }
  auto key = MatchKey::Load(match_key_file);
  if (!key.ok()) return WithMend(key.status(), "maplectl doctor looks at the keys");
  return absl::StrCat("callers/party-",
                      absl::BytesToHexString((*key)->Hash(PartyAccountKind(kind), number)));
}

absl::StatusOr<Token> MintToken(const TokenClaims& claims, const std::string& key_pem,
                                absl::Time now) {
  if (claims.lifetime <= absl::ZeroDuration()) {
    return Problem(absl::StatusCode::kInvalidArgument, "--for must be above 0",
                   "give a duration such as 1h or 20m");
  }
  nlohmann::json roles = nlohmann::json::array();
  for (const std::string& word : claims.roles) {
    auto role = RoleOf(word);
    if (!role.ok()) return role.status();
    roles.push_back(*role);
  }
  jwt_t* made = nullptr;
  if (jwt_new(&made) != 0) return absl::InternalError("libjwt made no token");
  const std::unique_ptr<jwt_t, decltype(&jwt_free)> jwt(made, &jwt_free);
  Token token;
  token.expire_time = now + claims.lifetime;
  nlohmann::json grants = {{"iss", kAudience},
                           {"aud", kAudience},
                           {"sub", claims.subject},
                           {"iat", absl::ToUnixSeconds(now)},
                           {"exp", absl::ToUnixSeconds(token.expire_time)},
                           {"roles", roles}};
  if (!claims.division.empty()) grants["division"] = claims.division;
  if (!claims.organisation.empty()) grants["organisation"] = claims.organisation;
  if (!claims.court.empty()) grants["court"] = claims.court;
  const std::string text = grants.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const auto* key = reinterpret_cast<const unsigned char*>(key_pem.data());
  if (jwt_add_grants_json(jwt.get(), text.c_str()) != 0 ||
      jwt_set_alg(jwt.get(), JWT_ALG_ES256, key, static_cast<int>(key_pem.size())) != 0) {
    return absl::InternalError("libjwt refused the claims");
  }
  const std::unique_ptr<char, decltype(&std::free)> encoded(jwt_encode_str(jwt.get()), &std::free);
  if (!encoded) {
    return Problem(absl::StatusCode::kInvalidArgument,
                   "the token cannot be signed: the issuer key is no private key of P-256",
                   "the key is var/keys/token-issuer.key; maplectl doctor looks at it");
  }
  token.text = encoded.get();
  return token;
}

}  // namespace maplebridge::maplectl
