// Bearer tokens for the gateway: ES256, signed with the installation's issuer key.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>
#include <vector>

namespace maplebridge::maplectl {

struct TokenClaims {
  std::string subject;             // such as "callers/court-330102"
  std::vector<std::string> roles;  // without ROLE_
  std::string division;            // leading digits, or empty
  std::string organisation;        // "organisations/…", or empty
  std::string court;               // "courts/…", or empty
  absl::Duration lifetime = absl::Hours(1);
};

// A subject for callers without one of their own: role and scope, so that two courts are two
// callers, whose request_ids and audit lines stay apart: "callers/COURT_SYSTEM-courts-330102".
std::string SubjectOf(const TokenClaims& claims);

struct Token {
  std::string text;
  absl::Time expire_time;
};

// `key_pem`: the private key, P-256. INVALID_ARGUMENT for a role that no token can grant, for a key
// that is none, and for a lifetime that is not above 0.
absl::StatusOr<Token> MintToken(const TokenClaims& claims, const std::string& key_pem,
                                absl::Time now);

// The subject of a party's own account: "callers/party-" and the keyed hash of the identity number,
// so that neither name nor number stands in a token or a log. `match_key_file`: the installation's
// keys/match.key. INVALID_ARGUMENT for a number that is neither a resident's nor a social credit
// code; the text never holds it.
absl::StatusOr<std::string> PartySubject(const std::string& match_key_file,
                                         const std::string& identity_number, absl::Time now);

// "COURT_SYSTEM" and so on: every role that a token can grant.
std::vector<std::string> TokenRoles();

}  // namespace maplebridge::maplectl
