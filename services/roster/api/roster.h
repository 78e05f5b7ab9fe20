// What the handlers of the roster share: its parts, who sees what, and the one way to take a step
// in an organisation's life.
#pragma once

#include <absl/status/statusor.h>

#include <functional>
#include <string>
#include <string_view>

#include "common/server/call.h"
#include "common/server/request_id.h"
#include "common/server/service_main.h"
#include "common/status/error.h"
#include "services/roster/api/messages.h"
#include "services/roster/store/mediator_store.h"
#include "services/roster/store/organisation_store.h"

namespace maplebridge::calendar {
class Calendar;
}
namespace maplebridge::division {
class DivisionTree;
}

namespace maplebridge::roster {

struct Roster {
  explicit Roster(ServiceParts& parts);

  ServiceParts& parts;
  StoreKeys keys;

  const calendar::Calendar& calendar() const;
  const division::DivisionTree& divisions() const;
  postgres::Database& database(const Call& call) const { return parts.database(call); }
};

// The moment of the call as the database keeps it, in microseconds: what a change answers is then
// what every later read answers.
absl::Time StoredNow(const Call& call);

// The id in "organisations/{id}"; FIELD_INVALID names `field`.
absl::StatusOr<std::string> OrganisationIdIn(std::string_view field, const std::string& name);

// Who works with the organisation: its bureaux, itself, the ministry, auditors, services.
bool WorksWith(const Caller& caller, const Organisation& organisation);
// NOT_FOUND unless the caller works with it or it is on the published roster.
absl::Status CheckVisible(const Caller& caller, const Organisation& organisation);
// The same, for lists.
Sight SightOf(const Caller& caller);

// A step that is under way: the organisation's row is locked and the workflow allows the step.
struct OpenStep {
  Organisation organisation;
  OrganisationState from = OrganisationState::kDraft;
  const OrganisationStep* step = nullptr;
  // Why the caller takes it; kept, never sent in events.
  std::string reason;
};

// Who asks for a step: a county bureau, whose place must cover the organisation, or the clock.
enum class Asker { kBureau, kClock };

struct StepRequest {
  std::string id;
  std::string etag;
  OrganisationEvent event = OrganisationEvent::kFile;
  Asker asker = Asker::kBureau;
};

Task<absl::StatusOr<OpenStep>> BeginStep(postgres::Transaction& transaction, const Call& call,
                                         const StepRequest& request);
// Stores the organisation in its new state with its clock and its step, ends the mediators of one
// that is revoked, and appends the events: the organisation's, and one on each court's roster that
// has it.
Task<absl::Status> FinishStep(const Roster& roster, postgres::Transaction& transaction,
                              const Call& call, OpenStep* step);

// The clock of the state that the organisation has just entered; `event` is why.
Task<absl::Status> SetClock(const Roster& roster, postgres::Transaction& transaction,
                            const Call& call, const Organisation& organisation,
                            const std::string& event);

// An event on a resource that belongs to the organisation.
struct OrganisationChange {
  std::string event;
  std::string resource;
  std::int64_t revision = 0;
  std::string from_state;
  std::string to_state;
  std::string court;  // empty but for a court's own entry
  const google::protobuf::Message* payload = nullptr;
};
Task<absl::Status> AppendChange(const Roster& roster, postgres::Transaction& transaction,
                                const Call& call, const Organisation& organisation,
                                const OrganisationChange& change);

// The organisation of a repeated call, as this caller sees it now.
Task<absl::StatusOr<v1::Organisation>> RereadOrganisation(postgres::Transaction& transaction,
                                                          const Call& call,
                                                          const std::string& name);

}  // namespace maplebridge::roster
