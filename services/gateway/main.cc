// Composition root: flags in, gateway out.
#include <csignal>
#include <iostream>

#include "common/logging/log.h"
#include "common/logging/protobuf_log.h"
#include "services/gateway/gateway.h"
#include "services/gateway/options.h"

int main(int argument_count, char** arguments) {
  maplebridge::gateway::Options options;
  const int exit_code = maplebridge::gateway::ParseOptions(argument_count, arguments, &options);
  if (exit_code >= 0) return exit_code;
  // OpenSSL writes to sockets whose peer may be gone.
  std::signal(SIGPIPE, SIG_IGN);
  maplebridge::StartLog("gateway");
  maplebridge::LogProtobuf();
  auto gateway = maplebridge::gateway::Gateway::Create(options);
  if (!gateway.ok()) {
    std::cerr << "gateway: " << gateway.status().message() << std::endl;
    return 1;
  }
  (*gateway)->Run();
  return 0;
}
