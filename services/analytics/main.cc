// The analytics service: flags in, server out.
#include "common/postgres/service_migrations.h"
#include "common/server/service_main.h"
#include "services/analytics/api/service.h"

int main(int argc, char** argv) {
  maplebridge::ServiceDefinition definition;
  definition.name = "analytics";
  definition.migrations = maplebridge::ServiceMigrations();
  definition.build = &maplebridge::analytics::BuildAnalytics;
  return maplebridge::RunService(argc, argv, definition);
}
