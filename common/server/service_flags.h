// Settings of a service: flags, or environment variables of the same name. An error names the key.
#pragma once

#include <absl/status/statusor.h>

#include <string>

namespace maplebridge {

struct ServiceFlags {
  std::string listen, metrics_listen, database;
  std::string tls_certificate, tls_key, tls_authority;
  std::string context_key, reference, sealing_key, match_key;
  // Of the registry only.
  std::string document_key;
  std::string registry, roster, docking, analytics;
  std::string files;
  int loops = 2;
  int connections = 8;
  bool migrate = false;
  // Set when the process has done what was asked (--help, --version): its exit code.
  int exit_code = -1;
};

absl::StatusOr<ServiceFlags> ParseServiceFlags(int argc, char** argv, const std::string& service);

}  // namespace maplebridge
