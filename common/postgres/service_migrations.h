// The migrations of the service that this binary is, embedded at build time.
#pragma once

#include <vector>

#include "common/postgres/migration.h"

namespace maplebridge {

const std::vector<postgres::Migration>& ServiceMigrations();

}  // namespace maplebridge
