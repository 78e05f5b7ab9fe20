// A registry on a database of its own, with a roster that answers from memory: what the tests that
// need PostgreSQL stand on. The environment MAPLEBRIDGE_TEST_DATABASE names a superuser's cluster.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "common/loop/event_loop.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

class FakeRoster;

class RegistryTest : public testing::Test {
 protected:
  static constexpr char kOrganisation[] = "organisations/qingbo";
  static constexpr char kMediator[] = "organisations/qingbo/mediators/wang";
  static constexpr char kCourt[] = "courts/330102";

  void SetUp() override;
  void TearDown() override;

  Registry& registry() { return *registry_; }
  FakeRoster& roster() { return *roster_; }

  // A call by the mediation committee's head, by the court, or by the service itself.
  Call HeadCall(const std::string& method = "test");
  Call CourtCall();
  Call ServiceCall();

  // Runs a handler on the loop and waits for it.
  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(Task<absl::StatusOr<Response>> (*handler)(Registry&, Call&,
                                                                         const Request&),
                               Call call, const Request& request) {
    return RunBlocking(loops_->at(0), handler(*registry_, call, request));
  }
  template <typename T>
  T Run(Task<T> task) {
    return RunBlocking(loops_->at(0), std::move(task));
  }
  // One value of the database as text.
  std::string Value(const std::string& sql);
  void Execute(const std::string& sql);

  // A well-formed report with two parties; `sequence` makes their numbers differ.
  static v1::Dispute Draft(int sequence = 1);

  std::unique_ptr<EventLoops> loops_;
  std::unique_ptr<ServiceParts> parts_;
  std::unique_ptr<FakeRoster> roster_;
  std::unique_ptr<Registry> registry_;
  std::string database_;
};

// A random UUID.
std::string NewRequestId();

}  // namespace maplebridge::registry
