// Documents as messages.
#pragma once

#include "maplebridge/registry/v1/document.pb.h"
#include "services/registry/store/file_store.h"

namespace maplebridge::registry {

v1::Document DocumentMessage(const Document& document);

}  // namespace maplebridge::registry
