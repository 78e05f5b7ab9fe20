#include "common/server/service_flags.h"

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "common/server/build_info.h"

namespace maplebridge {

absl::StatusOr<ServiceFlags> ParseServiceFlags(int argc, char** argv, const std::string& service) {
  ServiceFlags flags;
  CLI::App app("Maplebridge " + service);
  bool version = false;
  struct Text {
    const char* flag;
    const char* environment;
    std::string* value;
    const char* help;
    bool file;
    bool required;
  };
  const Text texts[] = {
      {"--listen", "MAPLEBRIDGE_LISTEN", &flags.listen, "host:port for gRPC", false, true},
      {"--metrics-listen", "MAPLEBRIDGE_METRICS_LISTEN", &flags.metrics_listen,
       "host:port for Prometheus", false, true},
      {"--database", "MAPLEBRIDGE_DATABASE", &flags.database, "libpq connection string", false,
       true},
      {"--tls-certificate", "MAPLEBRIDGE_TLS_CERTIFICATE", &flags.tls_certificate,
       "PEM file of this service", true, true},
      {"--tls-key", "MAPLEBRIDGE_TLS_KEY", &flags.tls_key, "PEM file of its key", true, true},
      {"--tls-authority", "MAPLEBRIDGE_TLS_AUTHORITY", &flags.tls_authority,
       "PEM file of the suite's authority", true, true},
      {"--context-key", "MAPLEBRIDGE_CONTEXT_KEY", &flags.context_key,
       "PEM file of the gateway's public Ed25519 key", true, true},
      {"--reference", "MAPLEBRIDGE_REFERENCE", &flags.reference,
       "reference data file (divisions, calendar)", true, true},
      {"--sealing-key", "MAPLEBRIDGE_SEALING_KEY", &flags.sealing_key,
       "file with this service's sealing keys", true, true},
      {"--match-key", "MAPLEBRIDGE_MATCH_KEY", &flags.match_key, "file with the suite's match key",
       true, true},
      {"--files", "MAPLEBRIDGE_FILES", &flags.files,
       "folder for the files of materials (registry only)", false, false},
      {"--document-key", "MAPLEBRIDGE_DOCUMENT_KEY", &flags.document_key,
       "PEM file of the SM2 key that signs documents", true, service == "registry"},
      {"--registry", "MAPLEBRIDGE_REGISTRY", &flags.registry, "host:port", false, false},
      {"--roster", "MAPLEBRIDGE_ROSTER", &flags.roster, "host:port", false, false},
      {"--docking", "MAPLEBRIDGE_DOCKING", &flags.docking, "host:port", false, false},
      {"--analytics", "MAPLEBRIDGE_ANALYTICS", &flags.analytics, "host:port", false, false},
  };
  for (const Text& text : texts) {
    app.add_option(text.flag, *text.value, text.help)->envname(text.environment);
  }
  app.add_option("--loops", flags.loops, "event loops")
      ->envname("MAPLEBRIDGE_LOOPS")
      ->check(CLI::Range(1, 256));
  app.add_option("--connections", flags.connections, "database connections of a loop")
      ->envname("MAPLEBRIDGE_CONNECTIONS")
      ->check(CLI::Range(1, 1000));
  app.add_flag("--migrate", flags.migrate, "run database migrations and exit");
  app.add_flag("--version", version, "print the version and exit");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    flags.exit_code = app.exit(help);
    return flags;
  } catch (const CLI::ParseError& error) {
    return absl::InvalidArgumentError(error.what());
  }
  if (version) {
    std::cout << "maplebridge_" << service << " " << BuildVersion() << "\n";
    flags.exit_code = 0;
    return flags;
  }
  for (const Text& text : texts) {
    bool needed = flags.migrate ? std::string(text.flag) == "--database" : text.required;
    std::string key = std::string(text.flag) + " (" + text.environment + ")";
    if (needed && text.value->empty()) {
      return absl::InvalidArgumentError(key + ": is not set; give the " + text.help);
    }
    if (text.file && !text.value->empty() && access(text.value->c_str(), R_OK) != 0) {
      return absl::InvalidArgumentError(key + ": cannot read " + *text.value);
    }
  }
  return flags;
}

}  // namespace maplebridge
