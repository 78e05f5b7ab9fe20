// A roster on a database of its own: what the tests that need PostgreSQL stand on. The environment
// MAPLEBRIDGE_TEST_DATABASE names a superuser's cluster.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "common/loop/event_loop.h"
#include "common/postgres/testing/test_database.h"
#include "services/roster/api/roster.h"

namespace maplebridge::roster {

class RosterTest : public testing::Test {
 protected:
  static constexpr char kCourt[] = "courts/330102";
  static constexpr char kCounty[] = "330102";

  void SetUp() override;
  void TearDown() override;

  // Calls by a bureau of a place, a court, an organisation's head, an auditor, a service.
  static Call Bureau(const std::string& division = kCounty,
                     options::v1::Role role = options::v1::ROLE_COUNTY_BUREAU);
  static Call Court(const std::string& court = kCourt);
  static Call Head(const std::string& organisation);
  static Call Auditor();
  static Call Service();

  // Runs a handler on the loop and waits for it. From any thread.
  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(Task<absl::StatusOr<Response>> (*handler)(Roster&, Call&,
                                                                         const Request&),
                               Call call, const Request& request) {
    return RunBlocking(loops_->at(0), handler(*roster_, call, request));
  }
  template <typename T>
  T Run(Task<T> task) {
    return RunBlocking(loops_->at(0), std::move(task));
  }
  // Expires the clocks that are due at `now`; answers how many.
  int ExpireClocks(absl::Time now);

  // First value of the first row as text.
  std::string Value(const std::string& sql) { return database_->Value(sql); }
  void Execute(const std::string& sql) { database_->Execute(sql); }
  // "Create:>DRAFT ChangeMembers:DRAFT>DRAFT …": the events of a resource, by position.
  std::string EventsOf(const std::string& resource);

  // Well-formed drafts. `sequence` of a mediator: odd for a man, even for a woman.
  static v1::Organisation OrganisationDraft();
  static v1::Mediator MediatorDraft(int sequence);

  // Makes one that is in the state; the draft has three mediators, one of them the head.
  v1::Organisation Draft();
  v1::Organisation InState(OrganisationState state);
  v1::Mediator AddMediator(const std::string& organisation, const v1::Mediator& draft);
  v1::Organisation Read(const std::string& organisation);

  Roster& roster() { return *roster_; }
  ServiceParts& parts() { return *parts_; }

 private:
  std::unique_ptr<EventLoops> loops_;
  std::unique_ptr<postgres::TestDatabase> database_;
  std::unique_ptr<ServiceParts> parts_;
  std::shared_ptr<Roster> roster_;
};

// A random UUID.
std::string NewRequestId();
// "organisation.division, organisation.kind": the fields that an answer of FIELD_INVALID names.
std::string FieldsOf(const absl::Status& status);
// The subject of a PreconditionFailure.
std::string SubjectOf(const absl::Status& status);

}  // namespace maplebridge::roster
