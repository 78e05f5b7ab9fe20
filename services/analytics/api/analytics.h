// What the handlers and feeds of the analytics share.
#pragma once

#include "common/reference/reference_data.h"
#include "common/server/service_main.h"

namespace maplebridge::analytics {

struct Analytics {
  explicit Analytics(ServiceParts& service_parts) : parts(service_parts) {}

  ServiceParts& parts;

  const division::DivisionTree& divisions() const { return parts.reference_data->divisions(); }
};

}  // namespace maplebridge::analytics
