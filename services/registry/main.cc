// The registry service: flags in, server out.
#include <cstdlib>

#include "common/postgres/service_migrations.h"
#include "common/server/service_main.h"
#include "services/registry/api/service.h"

int main(int argc, char** argv) {
  // Where `deploy/up` puts the templates; the build's own folder by default.
  const char* folder = std::getenv("MAPLEBRIDGE_TEMPLATES");
  const std::string templates = folder != nullptr ? folder : MAPLEBRIDGE_TEMPLATES;
  maplebridge::ServiceDefinition definition;
  definition.name = "registry";
  definition.migrations = maplebridge::ServiceMigrations();
  definition.build = [templates](maplebridge::ServiceParts& parts, maplebridge::ServiceHost& host) {
    return maplebridge::registry::BuildRegistry(parts, host, templates);
  };
  return maplebridge::RunService(argc, argv, definition);
}
