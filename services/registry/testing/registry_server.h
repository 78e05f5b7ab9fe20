// The registry as callers meet it: a TLS server with certificates made as deploy/up makes them,
// contexts signed as the gateway signs them, feed, clocks and docking's feed running.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <string>

#include "common/server/service_host.h"
#include "services/registry/testing/fake_docking.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {

class RegistryServerTest : public RegistryTest {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;
  void TearDown() override;

  // A channel with this service's certificate: "gateway", "docking", …
  std::shared_ptr<grpc::Channel> ChannelOf(const std::string& service);
  // The context of a call that the gateway makes for `caller`; without a context for null.
  // `method`: "/maplebridge.registry.v1.DisputeService/GetDispute".
  std::unique_ptr<grpc::ClientContext> By(const Caller* caller, const std::string& method = "");

  static Caller Head();
  static Caller Court();

  FakeDocking docking_;

 private:
  void Serve();
  void KeepInBackground(std::function<Task<void>()> task);

  static std::string keys_;
  std::unique_ptr<ContextVerifier> contexts_;
  std::unique_ptr<ServiceHost> host_;
  std::shared_ptr<void> service_;
  std::unique_ptr<grpc::Server> server_;
  std::atomic<int> background_{0};
  int port_ = 0;
};

}  // namespace maplebridge::registry
