#include "deploy/maplectl_source/gateway_client.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>

#include <algorithm>

#include "common/status/error.h"
#include "common/status/macros.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace maplebridge::maplectl {
namespace {

template <typename Detail>
bool FindDetail(const grpc::Status& status, Detail* detail) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return false;
  return std::any_of(details.details().begin(), details.details().end(),
                     [detail](const google::protobuf::Any& any) { return any.UnpackTo(detail); });
}

// "referral.category: must be …; …": what stands beside the message.
std::string DetailText(const grpc::Status& status) {
  std::string text;
  google::rpc::BadRequest bad_request;
  if (FindDetail(status, &bad_request)) {
    for (const auto& violation : bad_request.field_violations()) {
      const std::string one = absl::StrCat(violation.field(), ": ", violation.description());
      if (!absl::StrContains(status.error_message(), one)) absl::StrAppend(&text, "; ", one);
    }
  }
  google::rpc::PreconditionFailure precondition;
  if (FindDetail(status, &precondition)) {
    for (const auto& violation : precondition.violations()) {
      if (absl::StrContains(status.error_message(), violation.description())) continue;
      absl::StrAppend(&text, "; ", violation.subject(), ": ", violation.description());
    }
  }
  return text;
}

// "tls handshake" and the like tell more than the code.
bool IsTlsTrouble(const std::string& message) {
  return absl::StrContains(message, "SSL") || absl::StrContains(message, "TLS") ||
         absl::StrContains(message, "handshake");
}

}  // namespace

absl::StatusOr<GatewayClient> GatewayClient::Open(const Installation& installation,
                                                  const GatewaySettings& settings,
                                                  bool as_operator) {
  GatewayClient client;
  client.up_command_ = installation.UpCommand();
  client.address_ = settings.address.empty() ? absl::StrCat("127.0.0.1:", installation.PortOf(0))
                                             : settings.address;
  client.token_ = settings.token;
  grpc::SslCredentialsOptions tls;
  const std::string authority = settings.authority.empty()
                                    ? installation.Path("keys/inside-authority.crt")
                                    : settings.authority;
  auto roots = ReadFile(authority);
  if (!roots.ok() && settings.authority.empty()) {
    return WithMend(roots.status(), absl::StrCat("run ", client.up_command_,
                                                 ", or give --authority FILE with the authority "
                                                 "of the gateway's certificate"));
  }
  if (!roots.ok()) return WithMend(roots.status(), "give a readable PEM file to --authority");
  tls.pem_root_certs = *std::move(roots);
  std::string certificate = settings.certificate, key = settings.key;
  if (certificate.empty() != key.empty()) {
    return Problem(absl::StatusCode::kInvalidArgument, "--certificate and --key belong together",
                   "give both or neither");
  }
  if (certificate.empty() && settings.token.empty() && as_operator) {
    certificate = installation.Path("keys/caller-operator.crt");
    key = installation.Path("keys/caller-operator.key");
  }
  if (!certificate.empty()) {
    auto chain = ReadFile(certificate);
    auto secret = ReadFile(key);
    const bool is_asked_for = !settings.certificate.empty();
    if (is_asked_for) {
      MB_RETURN_IF_ERROR(WithMend(chain.status(), "give a readable PEM file to --certificate"));
      MB_RETURN_IF_ERROR(WithMend(secret.status(), "give a readable PEM file to --key"));
    }
    if (chain.ok() && secret.ok()) {
      tls.pem_cert_chain = *std::move(chain);
      tls.pem_private_key = *std::move(secret);
      client.has_certificate_ = true;
    }
  }
  grpc::ChannelArguments arguments;
  // Answers of batches are larger than the 4 MiB that gRPC expects.
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 20000);
  client.channel_ =
      grpc::CreateCustomChannel(client.address_, grpc::SslCredentials(tls), arguments);
  return client;
}

void GatewayClient::Prepare(grpc::ClientContext* context, const std::string& token,
                            absl::Duration timeout) const {
  if (timeout != absl::InfiniteDuration()) {
    context->set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  }
  const std::string& bearer = token.empty() ? token_ : token;
  if (!bearer.empty()) context->AddMetadata("authorization", "Bearer " + bearer);
}

absl::Duration GatewayClient::RetryDelay(const grpc::Status& status) {
  google::rpc::RetryInfo retry;
  const bool may_retry = status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                         status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;
  if (!may_retry || !FindDetail(status, &retry)) return absl::InfiniteDuration();
  const absl::Duration delay =
      absl::Seconds(retry.retry_delay().seconds()) + absl::Nanoseconds(retry.retry_delay().nanos());
  return std::max(delay, absl::Milliseconds(50));
}

absl::Status GatewayClient::Explain(const grpc::Status& status) const {
  absl::Status explained = FromGrpcStatus(status);
  const std::string reason = ReasonOf(explained);
  const std::string text =
      absl::StrCat(reason.empty() ? absl::StatusCodeToString(explained.code()) : reason, ": ",
                   status.error_message(), DetailText(status));
  std::string mend;
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      if (!reason.empty()) {
        mend = "maplectl doctor says what is down; the same call may be made again";
        break;
      }
      mend = IsTlsTrouble(status.error_message())
                 ? "the certificates do not fit: check --authority, --certificate and --key"
                 : absl::StrCat("is the suite running at ", address_,
                                "? maplectl status shows it, ", up_command_, " starts it");
      break;
    case grpc::StatusCode::UNAUTHENTICATED:
      mend = "give --token \"$(maplectl token --role ROLE …)\" or --certificate and --key";
      break;
    case grpc::StatusCode::PERMISSION_DENIED:
      mend = "call as somebody who may: maplectl token --help names roles and scopes";
      break;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      mend = "maplectl status shows which part is slow; the same call may be made again";
      break;
    default:
      break;
  }
  absl::Status mended(explained.code(), text);
  explained.ForEachPayload([&mended](absl::string_view type, const absl::Cord& payload) {
    mended.SetPayload(type, payload);
  });
  return WithMend(std::move(mended), mend);
}

}  // namespace maplebridge::maplectl
