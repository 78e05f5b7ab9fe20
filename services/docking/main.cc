// The docking service: flags in, server out.
#include "common/postgres/service_migrations.h"
#include "common/server/service_main.h"
#include "services/docking/api/service.h"

int main(int argc, char** argv) {
  maplebridge::ServiceDefinition definition;
  definition.name = "docking";
  definition.migrations = maplebridge::ServiceMigrations();
  definition.build = &maplebridge::docking::BuildDocking;
  return maplebridge::RunService(argc, argv, definition);
}
