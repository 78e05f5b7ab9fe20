#include "services/gateway/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>

#include "common/server/build_info.h"

namespace maplebridge::gateway {

namespace {

std::string EnvironmentName(std::string flag) {
  flag = flag.substr(2);
  std::transform(flag.begin(), flag.end(), flag.begin(), [](unsigned char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(c));
  });
  return "MAPLEBRIDGE_" + flag;
}

template <typename Value>
CLI::Option* Add(CLI::App& app, const std::string& flag, Value& value, const std::string& help) {
  return app.add_option(flag, value, help)->envname(EnvironmentName(flag))->capture_default_str();
}

void AddAddresses(CLI::App& app, Options& options) {
  Add(app, "--listen", options.listen, "HOST:PORT for gRPC over TLS; empty for none");
  Add(app, "--plaintext-listen", options.plaintext_listen,
      "HOST:PORT for gRPC without TLS; loopback and benchmarks only");
  Add(app, "--http-listen", options.http_listen, "HOST:PORT for JSON, behind nginx");
  Add(app, "--metrics-listen", options.metrics_listen, "HOST:PORT for /metrics");
  Add(app, "--registry", options.registry, "HOST:PORT of the registry");
  Add(app, "--roster", options.roster, "HOST:PORT of the roster");
  Add(app, "--docking", options.docking, "HOST:PORT of docking");
  Add(app, "--analytics", options.analytics, "HOST:PORT of analytics");
  Add(app, "--backend", options.backends, "NAME=HOST:PORT of a further service maplebridge.NAME.v1")
      ->delimiter(',');
}

void AddFiles(CLI::App& app, Options& options) {
  Add(app, "--descriptors", options.descriptors, "descriptor set of all services")->required();
  Add(app, "--callers", options.callers, "registered callers, JSON; read again on SIGHUP");
  Add(app, "--token-issuer-key", options.token_issuer_key,
      "ES256 public key, PEM; without it no token is taken");
  Add(app, "--tls-certificate", options.tls_certificate, "our certificate chain, PEM");
  Add(app, "--tls-key", options.tls_key, "key of our certificate, PEM");
  Add(app, "--tls-authority", options.tls_authority, "authority of the services' certificates");
  Add(app, "--caller-authority", options.caller_authority,
      "authority of the callers' client certificates");
  Add(app, "--context-key", options.context_key, "Ed25519 private key, PEM")->required();
}

void AddBounds(CLI::App& app, Options& options) {
  Add(app, "--rate-limit", options.rate_limit, "calls a second of each principal");
  Add(app, "--loops", options.loops, "event loops; 0 for one a processor");
  Add(app, "--connections-per-backend", options.connections_per_backend,
      "connections of each loop to each service")
      ->check(CLI::Range(1, 64));
  Add(app, "--streams-per-connection", options.streams_per_connection,
      "calls in flight on one caller's connection")
      ->check(CLI::Range(1, 100'000));
  Add(app, "--drain-seconds", options.drain_seconds, "longest wait for open calls on SIGTERM");
  app.add_flag("--plaintext-backends", options.plaintext_backends,
               "speak to the services without TLS; benchmarks only")
      ->envname("MAPLEBRIDGE_PLAINTEXT_BACKENDS");
}

}  // namespace

int ParseOptions(int argument_count, char** arguments, Options* options) {
  CLI::App app("The gateway of Maplebridge: identity, policy and limits in front of its services.");
  app.set_version_flag("--version", BuildVersion());
  AddAddresses(app, *options);
  AddFiles(app, *options);
  AddBounds(app, *options);
  try {
    app.parse(argument_count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  return -1;
}

}  // namespace maplebridge::gateway
