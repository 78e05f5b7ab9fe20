// The JSON side of the gateway: unary methods by their google.api.http paths, /openapi.json and
// /healthz. Built once at start, then only read; safe from any thread.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "services/gateway/forwarder/loop.h"
#include "services/gateway/json/http_message.h"
#include "services/gateway/json/json_codec.h"
#include "services/gateway/json/route_table.h"

namespace maplebridge::gateway {

class HttpService {
 public:
  // Fails when a google.api.http rule is wrong.
  static absl::StatusOr<std::unique_ptr<HttpService>> Create(const MethodCatalogue& catalogue);

  // Answers the requests of connections of `loop`; both must outlive it.
  HttpHandler HandlerFor(Loop& loop) const;

 private:
  HttpService(const MethodCatalogue& catalogue, RouteTable routes);

  std::unique_ptr<HttpWork> Handle(Loop& loop, const HttpRequest& request, SendAnswer answer) const;
  HttpAnswer Health(Loop& loop) const;

  const JsonCodec codec_;
  const RouteTable routes_;
  const std::string open_api_;
};

}  // namespace maplebridge::gateway
