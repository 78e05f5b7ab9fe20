// Everything that can be set from outside: flags, or the environment as MAPLEBRIDGE_<FLAG>.
#pragma once

#include <string>
#include <vector>

namespace maplebridge::gateway {

struct Options {
  std::string listen = "127.0.0.1:7400";
  std::string plaintext_listen;
  std::string http_listen = "127.0.0.1:7401";
  std::string metrics_listen = "127.0.0.1:7451";
  std::string descriptors;
  std::string registry;
  std::string roster;
  std::string docking;
  std::string analytics;
  std::vector<std::string> backends;  // NAME=HOST:PORT
  std::string callers;
  std::string token_issuer_key;
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_authority;
  std::string caller_authority;
  std::string context_key;
  double rate_limit = 100'000;
  int loops = 0;
  int connections_per_backend = 2;
  int streams_per_connection = 1000;
  int drain_seconds = 30;
  bool plaintext_backends = false;
};

// Fills `options`. When the program should end at once (--help, --version, a wrong flag) says so
// with its exit code, otherwise -1.
int ParseOptions(int argument_count, char** arguments, Options* options);

}  // namespace maplebridge::gateway
