#include "common/feed/event_log.h"

#include "common/feed/feed_hub.h"
#include "common/server/message_walk.h"

namespace maplebridge {
namespace {

using postgres::Statement;

// $1 time, $2 type, $3 resource, $4 revision, $5 from, $6 to, $7 actor, $8 division,
// $9 organisation, $10 court, $11 payload type, $12 payload, $13 trace id.
constexpr Statement kAppend{"event_append", R"(
  WITH started AS MATERIALIZED (SELECT pg_current_xact_id() AS id)
  INSERT INTO events (position, event_time, type, resource, revision, from_state, to_state, actor,
                      division, organisation, court, payload_type, payload, trace_id)
  SELECT nextval('event_position'), $1::timestamptz, $2::text, $3::text, $4::bigint, $5::text,
         $6::text, $7::text, $8::text, $9::text, $10::text, $11::text, $12::bytea, $13::text
  FROM started)"};

}  // namespace

std::string StrippedPayload(const google::protobuf::Message& message) {
  std::unique_ptr<google::protobuf::Message> copy(message.New());
  copy->CopyFrom(message);
  StripPrivate(copy.get());
  return copy->SerializeAsString();
}

Task<absl::Status> AppendEvent(postgres::Transaction& transaction, const Call& call, FeedHub& feed,
                               const NewEvent& event) {
  postgres::Bytes payload{event.payload ? StrippedPayload(*event.payload) : ""};
  std::string type = event.payload ? event.payload->GetDescriptor()->full_name() : "";
  transaction.Later(
      {&kAppend, postgres::Parameters::Of(call.now(), event.type, event.resource, event.revision,
                                          event.from_state, event.to_state, call.caller().principal,
                                          event.division, event.organisation, event.court, type,
                                          payload, call.trace_id())});
  FeedHub* hub = &feed;
  transaction.AfterCommit([hub] { hub->Wake(); });
  co_return absl::OkStatus();
}

}  // namespace maplebridge
