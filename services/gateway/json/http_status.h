// gRPC's status codes as HTTP knows them (google/rpc/code.proto).
#pragma once

#include <string_view>

namespace maplebridge::gateway {

// 404 for NOT_FOUND; 500 for a number that is no code.
int HttpStatusOf(int grpc_code);

// "Not Found" for 404.
std::string_view ReasonPhrase(int http_status);

}  // namespace maplebridge::gateway
