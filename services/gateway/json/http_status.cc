#include "services/gateway/json/http_status.h"

#include <array>
#include <boost/beast/http/status.hpp>

namespace maplebridge::gateway {

int HttpStatusOf(int grpc_code) {
  // In the order of the codes: OK, CANCELLED, UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED,
  // NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, RESOURCE_EXHAUSTED, FAILED_PRECONDITION,
  // ABORTED, OUT_OF_RANGE, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS, UNAUTHENTICATED.
  static constexpr std::array<int, 17> kStatuses = {200, 499, 500, 400, 504, 404, 409, 403, 429,
                                                    400, 409, 400, 501, 500, 503, 500, 401};
  const bool is_code = grpc_code >= 0 && grpc_code < static_cast<int>(kStatuses.size());
  return is_code ? kStatuses[static_cast<size_t>(grpc_code)] : 500;
}

std::string_view ReasonPhrase(int http_status) {
  if (http_status == 499) return "Client Closed Request";
  const auto known = boost::beast::http::int_to_status(static_cast<unsigned>(http_status));
  const auto phrase = boost::beast::http::obsolete_reason(known);
  return {phrase.data(), phrase.size()};
}

}  // namespace maplebridge::gateway
