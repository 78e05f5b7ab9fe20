// The roster service: flags in, server out.
#include "common/postgres/service_migrations.h"
#include "common/server/service_main.h"
#include "services/roster/api/service.h"

int main(int argc, char** argv) {
  maplebridge::ServiceDefinition definition;
  definition.name = "roster";
  definition.migrations = maplebridge::ServiceMigrations();
  definition.build = &maplebridge::roster::BuildRoster;
  return maplebridge::RunService(argc, argv, definition);
}
