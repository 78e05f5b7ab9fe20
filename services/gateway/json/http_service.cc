#include "services/gateway/json/http_service.h"

#include <nlohmann/json.hpp>

#include "services/gateway/json/json_call.h"
#include "services/gateway/json/open_api.h"

namespace maplebridge::gateway {

absl::StatusOr<std::unique_ptr<HttpService>> HttpService::Create(const MethodCatalogue& catalogue) {
  auto routes = RouteTable::FromCatalogue(catalogue);
  if (!routes.ok()) return routes.status();
  return std::unique_ptr<HttpService>(new HttpService(catalogue, *std::move(routes)));
}

HttpService::HttpService(const MethodCatalogue& catalogue, RouteTable routes)
    : codec_(catalogue),
      routes_(std::move(routes)),
      open_api_(OpenApiDocument(catalogue, routes_, MAPLEBRIDGE_VERSION)) {}

HttpHandler HttpService::HandlerFor(Loop& loop) const {
  return [this, &loop](const HttpRequest& request, SendAnswer answer) {
    return Handle(loop, request, std::move(answer));
  };
}

std::unique_ptr<HttpWork> HttpService::Handle(Loop& loop, const HttpRequest& request,
                                              SendAnswer answer) const {
  if (request.method == "GET" && request.path == "/healthz") {
    answer(Health(loop));
    return nullptr;
  }
  if (request.method == "GET" && request.path == "/openapi.json") {
    HttpAnswer document;
    document.body = open_api_;
    document.headers.emplace_back("cache-control", "max-age=300");
    answer(std::move(document));
    return nullptr;
  }
  auto call = std::make_unique<JsonCall>(loop, codec_, std::move(answer));
  const RouteTable::Found found = routes_.Find(request.method, request.path);
  if (found.route == nullptr) {
    call->RefuseUnknown(request, found.other_methods);
  } else {
    call->Start(*found.route, found.bindings, request);
  }
  return call;
}

// 200 as long as the gateway takes calls: a service that is down is said, but the proxy in front
// must not turn away calls to the others.
HttpAnswer HttpService::Health(Loop& loop) const {
  HttpAnswer answer;
  const bool is_serving = !loop.is_draining();
  nlohmann::ordered_json json;
  json["status"] = is_serving ? "SERVING" : "NOT_SERVING";
  json["services"] = nlohmann::ordered_json::object();
  for (const auto& [name, pool] : loop.pools()) {
    json["services"][name] = loop.IsUp(name) ? "SERVING" : "NOT_SERVING";
  }
  answer.status = is_serving ? 200 : 503;
  answer.body = json.dump();
  answer.headers.emplace_back("cache-control", "no-store");
  return answer;
}

}  // namespace maplebridge::gateway
