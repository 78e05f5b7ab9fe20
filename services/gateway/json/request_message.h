// The request message of a method, put together from a path, query parameters and a body as
// google.api.http says.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "services/gateway/errors/refusal.h"
#include "services/gateway/json/json_codec.h"
#include "services/gateway/json/route_table.h"

namespace maplebridge::gateway {

// The message in protobuf's binary form. What the path says wins over the body. A refusal names
// the field, as the JSON has it.
std::variant<std::string, Refusal> MakeRequestMessage(const Route& route,
                                                      const std::vector<PathBinding>& bindings,
                                                      std::string_view query, std::string_view body,
                                                      const JsonCodec& codec);

}  // namespace maplebridge::gateway
