// The published description of the JSON side (OpenAPI 3.0), made from the descriptors and the
// comments in the protos.
#pragma once

#include <string>

#include "services/gateway/catalogue/method_catalogue.h"
#include "services/gateway/json/route_table.h"

namespace maplebridge::gateway {

std::string OpenApiDocument(const MethodCatalogue& catalogue, const RouteTable& routes,
                            const std::string& version);

}  // namespace maplebridge::gateway
