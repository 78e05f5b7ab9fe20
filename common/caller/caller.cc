#include "common/caller/caller.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/escaping.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <atomic>
#include <cstdio>

#include "common/status/error.h"
#include "maplebridge/caller/v1/caller.pb.h"

namespace maplebridge {
namespace {

using namespace options::v1;  // the role names

struct VerifiedContext {
  std::shared_ptr<const Caller> caller;
  std::string method;
  absl::Time expiry;
};

// A signature costs 50 to 100 microseconds to check and the gateway sends the same context for many
// calls; a thread keeps what it has checked.
constexpr std::size_t kCached = 4096;
struct VerifiedContexts {
  // Of the verifier that checked them; another one begins anew.
  std::uint64_t verifier = 0;
  absl::flat_hash_map<std::string, VerifiedContext> by_header;
};
thread_local VerifiedContexts verified_here;
std::atomic<std::uint64_t> last_verifier = 0;

constexpr absl::Duration kClockSkew = absl::Seconds(5);

absl::Status Invalid(std::string_view why) {
  return UnauthenticatedError(
      reason::kContextInvalid,
      absl::StrCat("the gateway's context ", std::string(why), "; call through the gateway"));
}

}  // namespace

bool Caller::Has(Role role) const {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

bool Caller::HasAny(const std::vector<Role>& allowed) const {
  return std::any_of(allowed.begin(), allowed.end(), [this](Role role) { return Has(role); });
}

bool MaySee(const Caller& caller, const ResourceScope& resource) {
  for (Role role : caller.roles) {
    switch (role) {
      case ROLE_SERVICE:
      case ROLE_AUDITOR:
      case ROLE_MINISTRY:
        return true;
      case ROLE_COURT_SYSTEM:
      case ROLE_COURT_CLERK:
      case ROLE_JUDGE:
        if (!caller.court.empty() && caller.court == resource.court) return true;
        break;
      case ROLE_MEDIATOR:
      case ROLE_ORGANISATION_HEAD:
      case ROLE_CENTRE:
        if (!caller.organisation.empty() && caller.organisation == resource.organisation)
          return true;
        break;
      case ROLE_COUNTY_BUREAU:
      case ROLE_CITY_BUREAU:
      case ROLE_PROVINCE_BUREAU:
        if (!caller.division.empty() && resource.division.rfind(caller.division, 0) == 0)
          return true;
        break;
      default:
        break;
    }
  }
  return false;
}

absl::Status RequireCourt(const Caller& caller, std::string_view court) {
  if (!caller.court.empty() && caller.court == court) return absl::OkStatus();
  return PermissionError(reason::kScopeNotAllowed, "only the court of the case may do this");
}

absl::Status RequireOrganisation(const Caller& caller, std::string_view organisation) {
  if (!caller.organisation.empty() && caller.organisation == organisation) return absl::OkStatus();
  return PermissionError(reason::kScopeNotAllowed,
                         "only the organisation that handles the case may do this");
}

absl::Status RequirePlace(const Caller& caller, std::string_view division) {
  if (!caller.division.empty() && division.substr(0, caller.division.size()) == caller.division) {
    return absl::OkStatus();
  }
  return PermissionError(reason::kScopeNotAllowed, "your rights do not cover this division");
}

absl::StatusOr<std::unique_ptr<ContextVerifier>> ContextVerifier::Load(const std::string& path) {
  FILE* file = std::fopen(path.c_str(), "r");
  if (!file) return absl::NotFoundError(path + ": cannot be read");
  EVP_PKEY* key = PEM_read_PUBKEY(file, nullptr, nullptr, nullptr);
  std::fclose(file);
  if (!key) return absl::InvalidArgumentError(path + ": is no public key in PEM");
  return std::unique_ptr<ContextVerifier>(new ContextVerifier(key));
}

ContextVerifier::ContextVerifier(EVP_PKEY* key) : key_(key), id_(++last_verifier) {}
ContextVerifier::~ContextVerifier() { EVP_PKEY_free(key_); }

absl::StatusOr<std::shared_ptr<const Caller>> ContextVerifier::Verify(const std::string& header,
                                                                      std::string_view method,
                                                                      absl::Time now) const {
  if (verified_here.verifier != id_) {
    verified_here.verifier = id_;
    verified_here.by_header.clear();
  }
  auto& verified = verified_here.by_header;
  auto known = verified.find(header);
  if (known == verified.end()) {
    std::size_t dot = header.find('.');
    std::string signature, payload;
    if (dot == std::string::npos ||
        !absl::WebSafeBase64Unescape(header.substr(dot + 1), &signature) ||
        !absl::WebSafeBase64Unescape(header.substr(0, dot), &payload)) {
      return Invalid("is malformed");
    }
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> check(EVP_MD_CTX_new(),
                                                                  EVP_MD_CTX_free);
    if (EVP_DigestVerifyInit(check.get(), nullptr, nullptr, nullptr, key_) != 1 ||
        EVP_DigestVerify(check.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                         signature.size(), reinterpret_cast<const unsigned char*>(header.data()),
                         dot) != 1) {
      return Invalid("is not signed by the gateway");
    }
    caller::v1::CallerContext context;
    if (!context.ParseFromString(payload) || context.audience() != "maplebridge") {
      return Invalid("is not for this suite");
    }
    auto caller = std::make_shared<Caller>();
    caller->principal = context.principal();
    for (int role : context.roles()) {
      // Nobody outside is a service, whatever a context says.
      if (role != ROLE_SERVICE) caller->roles.push_back(static_cast<Role>(role));
    }
    caller->division = context.division();
    caller->organisation = context.organisation();
    caller->court = context.court();
    if (verified.size() >= kCached) verified.clear();
    absl::Time expiry = absl::FromUnixSeconds(context.expire_time().seconds());
    known = verified.emplace(header, VerifiedContext{caller, context.method(), expiry}).first;
  }
  if (now > known->second.expiry + kClockSkew) return Invalid("has expired");
  if (known->second.method != method) return Invalid("is for another method");
  return known->second.caller;
}

}  // namespace maplebridge
