// The registry service: flags in, server out.
#include <cstdlib>
#include <string>

#include "common/postgres/service_migrations.h"
#include "common/server/service_main.h"
#include "services/registry/api/service.h"

namespace {

// Where `deploy/up` puts it; the build's own place by default.
std::string PlaceOf(const char* variable, const char* in_build) {
  const char* place = std::getenv(variable);
  return place != nullptr ? place : in_build;
}

}  // namespace

int main(int argc, char** argv) {
  maplebridge::registry::RegistryPlaces places;
  places.templates = PlaceOf("MAPLEBRIDGE_TEMPLATES", MAPLEBRIDGE_TEMPLATES);
  places.examiner = PlaceOf("MAPLEBRIDGE_EXAMINER", MAPLEBRIDGE_EXAMINER);
  maplebridge::ServiceDefinition definition;
  definition.name = "registry";
  definition.migrations = maplebridge::ServiceMigrations();
  definition.build = [places](maplebridge::ServiceParts& parts, maplebridge::ServiceHost& host) {
    return maplebridge::registry::BuildRegistry(parts, host, places);
  };
  return maplebridge::RunService(argc, argv, definition);
}
