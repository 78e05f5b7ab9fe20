// Writing events: a state change and its event commit together.
#pragma once

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>

#include "common/postgres/database.h"
#include "common/server/call.h"

namespace maplebridge {

class FeedHub;

struct NewEvent {
  std::string type;      // word of the workflow, such as "Accept"
  std::string resource;  // name of the resource
  std::int64_t revision = 0;
  std::string from_state;
  std::string to_state;
  std::string division;
  std::string organisation;
  std::string court;
  // The resource after the change; private fields are stripped here.
  const google::protobuf::Message* payload = nullptr;
};

// Appends the event in the transaction that changed the resource, after the resource's row was
// locked or inserted, and wakes the feed once it has committed. Sent with the transaction's next
// round trip, which answers its errors.
Task<absl::Status> AppendEvent(postgres::Transaction& transaction, const Call& call, FeedHub& feed,
                               const NewEvent& event);

// For set-based statements: payload bytes and type, stripped; and the SQL to join with. A batch
// draws its positions like this, so that the transaction has its id before any position:
//   WITH started AS MATERIALIZED (SELECT pg_current_xact_id() AS id), …
//   INSERT INTO events SELECT nextval('event_position'), … FROM started, unnest(…)
std::string StrippedPayload(const google::protobuf::Message& message);

}  // namespace maplebridge
