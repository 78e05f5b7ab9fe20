// Calls through the gateway: a TLS channel, an identity on each call, errors that say what to do.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "deploy/maplectl_source/console.h"
#include "deploy/maplectl_source/installation.h"

namespace maplebridge::maplectl {

// The options that say where and as whom; empty ones come from the installation.
struct GatewaySettings {
  std::string address;
  std::string token;
  std::string certificate, key, authority;
};

class GatewayClient {
 public:
  // Reads the files; connects at the first call. With neither token nor certificate it calls
  // without identity. `as_operator`: with the installation's operator certificate then, if it can
  // be read.
  static absl::StatusOr<GatewayClient> Open(const Installation& installation,
                                            const GatewaySettings& settings, bool as_operator);

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  const std::string& address() const { return address_; }
  // The bearer token that goes with every call that brings none; may be empty.
  const std::string& token() const { return token_; }

  // Makes ready a call by `token` (empty: by the client's own identity).
  void Prepare(grpc::ClientContext* context, const std::string& token,
               absl::Duration timeout) const;

  // One unary call of a generated stub. A call that may be safely made again (UNAVAILABLE before
  // it was sent, or with RetryInfo) is made again for a few seconds: requests that change something
  // carry a request_id.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Ask(const Stub& stub,
                               grpc::Status (Stub::element_type::*method)(grpc::ClientContext*,
                                                                          const Request&,
                                                                          Response*),
                               const Request& request, const std::string& token = "") const {
    return AskUntil<Response>(
        [&](grpc::ClientContext* context, Response* response) {
          return ((*stub).*method)(context, request, response);
        },
        token);
  }

 private:
  GatewayClient() = default;
  template <typename Response, typename Call>
  absl::StatusOr<Response> AskUntil(Call call, const std::string& token) const {
    const absl::Time patience = absl::Now() + absl::Seconds(10);
    while (true) {
      grpc::ClientContext context;
      Prepare(&context, token, absl::Seconds(30));
      Response response;
      const grpc::Status status = call(&context, &response);
      if (status.ok()) return response;
      const absl::Duration delay = RetryDelay(status);
      if (delay == absl::InfiniteDuration() || absl::Now() + delay > patience) {
        return Explain(status);
      }
      absl::SleepFor(delay);
    }
  }

 public:
  // How long to wait before the call is made again; infinite when it should not be.
  static absl::Duration RetryDelay(const grpc::Status& status);
  // The error of a call with what to do about it.
  absl::Status Explain(const grpc::Status& status) const;

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::string address_;
  std::string token_;
  bool has_certificate_ = false;
  std::string up_command_;
};

}  // namespace maplebridge::maplectl
