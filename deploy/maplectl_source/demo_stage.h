// What the scenes of the demo share: who plays, how a step is told, how one waits for the services
// to follow each other.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <google/protobuf/timestamp.pb.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "deploy/maplectl_source/console.h"
#include "deploy/maplectl_source/gateway_client.h"
#include "deploy/maplectl_source/token.h"

namespace maplebridge::maplectl {

// The place of the story: real divisions, 浙江省杭州市上城区清波街道.
inline constexpr char kTownship[] = "330102001";
inline constexpr char kCounty[] = "330102";
inline constexpr char kCity[] = "3301";
inline constexpr char kProvince[] = "33";
inline constexpr char kCourt[] = "courts/330102";

class Stage {
 public:
  // `issuer_key`: PEM. `match_key_file`: makes the names of parties' accounts.
  Stage(const Console& console, const GatewayClient& client, std::string issuer_key,
        std::string match_key_file, absl::Duration patience)
      : console_(console),
        client_(client),
        issuer_key_(std::move(issuer_key)),
        match_key_file_(std::move(match_key_file)),
        patience_(patience) {}

  const Console& console() const { return console_; }
  const GatewayClient& client() const { return client_; }

  // A token for one player, minted for the length of the play.
  absl::StatusOr<std::string> TokenFor(TokenClaims claims) const;
  // A token for a party's own account.
  absl::StatusOr<std::string> TokenForParty(const std::string& identity_number) const;

  // One call of a stub by the player with the token.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Ask(const std::string& token, const Stub& stub,
                               grpc::Status (Stub::element_type::*method)(grpc::ClientContext*,
                                                                          const Request&,
                                                                          Response*),
                               const Request& request) const {
    return client_.Ask(stub, method, request, token);
  }

  // Tells that a step is done, with the time since the one before.
  void Tell(const std::string& step, const std::string& text, Json details);
  // Asks again and again until the answer is yes; DEADLINE_EXCEEDED names what was waited for.
  absl::Status WaitUntil(const std::string& what,
                         const std::function<absl::StatusOr<bool>()>& is_so) const;

 private:
  const Console& console_;
  const GatewayClient& client_;
  std::string issuer_key_;
  std::string match_key_file_;
  absl::Duration patience_;
  absl::Time last_step_ = absl::Now();
};

// A random UUID, for a safe retry.
std::string NewRequestId();
// Lower-case hexadecimal.
std::string Sha256Of(const std::string& bytes);
google::protobuf::Timestamp TimestampOf(absl::Time time);
// A PDF of one page that says `title`, different each time.
std::string MakePdf(const std::string& title);

}  // namespace maplebridge::maplectl
