// WatchEvents: the stored events first, then what settles, in the order of position.
#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/feed/feed_hub.h"
#include "common/status/error.h"
#include "maplebridge/feed/v1/feed.pb.h"

namespace maplebridge {
namespace {

using postgres::Statement;

constexpr int kBatch = 500;
// Of payloads in one answer; a message has a limit.
constexpr std::size_t kMostBytes = 1 << 20;
constexpr absl::Duration kSignOfLife = absl::Seconds(10);

// $1 after, $2 up to, $3 resource prefix, $4 court, $5 organisation, $6 division prefix: empty for
// no restriction. $7 most rows.
constexpr Statement kRead{"feed_read", R"(
  SELECT position, event_time, type, resource, revision, from_state, to_state, actor, division,
         organisation, court, payload_type, payload, trace_id
  FROM events
  WHERE position > $1 AND position <= $2
    AND ($3::text = '' OR starts_with(resource, $3::text))
    AND ($4::text = '' OR court = $4::text)
    AND ($5::text = '' OR organisation = $5::text)
    AND ($6::text = '' OR starts_with(division, $6::text))
  ORDER BY position
  LIMIT $7)"};

// What a caller sees of the feed.
struct View {
  std::string court, organisation, division;
};

absl::StatusOr<View> ViewOf(const Caller& caller) {
  using namespace options::v1;
  if (caller.HasAny({ROLE_SERVICE, ROLE_AUDITOR, ROLE_MINISTRY})) return View{};
  if (caller.HasAny({ROLE_COURT_SYSTEM, ROLE_COURT_CLERK, ROLE_JUDGE}) && !caller.court.empty()) {
    return View{caller.court, "", ""};
  }
  if (caller.HasAny({ROLE_ORGANISATION_HEAD, ROLE_MEDIATOR}) && !caller.organisation.empty()) {
    return View{"", caller.organisation, ""};
  }
  if (caller.HasAny({ROLE_COUNTY_BUREAU, ROLE_CITY_BUREAU, ROLE_PROVINCE_BUREAU}) &&
      !caller.division.empty()) {
    return View{"", "", caller.division};
  }
  return PermissionError(reason::kScopeNotAllowed,
                         "your identity names no court, organisation or place to watch");
}

void FillEvent(const postgres::Row& row, feed::v1::Event* message) {
  feed::v1::Event& event = *message;
  event.set_position(row.Int64(0));
  absl::Time time = row.Time(1);
  event.mutable_event_time()->set_seconds(absl::ToUnixSeconds(time));
  event.mutable_event_time()->set_nanos(
      static_cast<int>((absl::ToUnixMicros(time) % 1000000) * 1000));
  event.set_type(row.Text(2));
  event.set_resource(row.Text(3));
  event.set_revision(row.Int64(4));
  event.set_from_state(row.Text(5));
  event.set_to_state(row.Text(6));
  event.set_actor(row.Text(7));
  event.set_division(row.Text(8));
  event.set_organisation(row.Text(9));
  event.set_court(row.Text(10));
  if (!row.View(11).empty()) {
    event.mutable_payload()->set_type_url("type.googleapis.com/" + row.Text(11));
    event.mutable_payload()->set_value(row.Bytes(12));
  }
  event.set_trace_id(row.Text(13));
}

// The rows from `first` on that share an answer.
feed::v1::WatchEventsResponse ToResponse(const postgres::Result& rows, int first, int batch_size) {
  feed::v1::WatchEventsResponse response;
  if (batch_size <= 1) {
    FillEvent(rows[first], response.mutable_event());
    response.set_settled_position(response.event().position());
    return response;
  }
  std::size_t bytes = 0;
  for (int i = first; i < rows.size() && i < first + batch_size && bytes < kMostBytes; ++i) {
    FillEvent(rows[i], response.add_events());
    bytes += rows[i].View(12).size();
    response.set_settled_position(rows[i].Int64(0));
  }
  return response;
}

Task<absl::Status> Watch(postgres::Database& database, FeedHub& feed,
                         const std::function<bool()>& stop, Call& call,
                         const feed::v1::WatchEventsRequest& request, StreamWriter& writer) {
  if (request.after_position() < 0) {
    co_return FieldError("after_position", "is negative; 0 for all, or the last position kept");
  }
  if (request.batch_size() < 0 || request.batch_size() > kBatch) {
    co_return FieldError("batch_size", absl::StrCat("must be 0 to ", kBatch));
  }
  absl::StatusOr<View> view = ViewOf(call.caller());
  if (!view.ok()) co_return view.status();
  std::int64_t sent = request.after_position();
  absl::Time last_sign = absl::InfinitePast();
  while (!writer.cancelled()) {
    if (stop()) {
      co_return RetryLaterError(absl::StatusCode::kUnavailable, reason::kPeerUnavailable,
                                "the service is being restarted; resume after the last position",
                                absl::Milliseconds(200));
    }
    std::int64_t settled = co_await feed.WaitBeyond(sent, absl::Seconds(1));
    while (sent < settled) {
      auto rows = co_await database.Query(absl::Now() + absl::Seconds(10), kRead, sent, settled,
                                          request.resource_prefix(), view->court,
                                          view->organisation, view->division, kBatch);
      if (!rows.ok()) co_return rows.status();
      for (int i = 0; i < rows->size();) {
        const feed::v1::WatchEventsResponse response = ToResponse(*rows, i, request.batch_size());
        bool written = co_await writer.Write(response);
        if (!written) co_return absl::CancelledError("the caller has gone");
        sent = response.settled_position();
        i += std::max(1, response.events_size());
      }
      if (rows->size() < kBatch) sent = settled;
      last_sign = rows->empty() ? last_sign : absl::Now();
    }
    if (absl::Now() - last_sign > kSignOfLife) {
      feed::v1::WatchEventsResponse response;
      response.set_settled_position(std::max(sent, request.after_position()));
      bool written = co_await writer.Write(response);
      if (!written) co_return absl::CancelledError("the caller has gone");
      last_sign = absl::Now();
    }
  }
  co_return absl::CancelledError("the caller has gone");
}

}  // namespace

void ServeFeed(ServiceHost& host, std::string_view method,
               std::vector<std::unique_ptr<postgres::Database>>& databases,
               std::shared_ptr<FeedHub> feed, std::function<bool()> stop) {
  host.ServerStream<feed::v1::WatchEventsRequest>(
      method, [&databases, feed, stop](Call& call, const feed::v1::WatchEventsRequest& request,
                                       StreamWriter& writer) {
        return Watch(*databases[static_cast<std::size_t>(call.loop())], *feed, stop, call, request,
                     writer);
      });
}

}  // namespace maplebridge
