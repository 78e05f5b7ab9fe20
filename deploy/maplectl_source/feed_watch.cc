#include "deploy/maplectl_source/feed_watch.h"

#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "common/status/macros.h"
#include "maplebridge/docking/v1/docking_feed.grpc.pb.h"
#include "maplebridge/registry/v1/registry_feed.grpc.pb.h"
#include "maplebridge/roster/v1/roster_feed.grpc.pb.h"

namespace maplebridge::maplectl {
namespace {

using feed::v1::Event;
using feed::v1::WatchEventsRequest;
using feed::v1::WatchEventsResponse;
using EventReader = std::unique_ptr<grpc::ClientReader<WatchEventsResponse>>;

constexpr absl::Duration kFirstBackOff = absl::Milliseconds(200);
constexpr absl::Duration kLongestBackOff = absl::Seconds(5);

EventReader OpenFeed(const GatewayClient& client, const std::string& feed,
                     grpc::ClientContext* context, const WatchEventsRequest& request) {
  if (feed == "registry") {
    return registry::v1::RegistryFeedService::NewStub(client.channel())
        ->WatchEvents(context, request);
  }
  if (feed == "roster") {
    return roster::v1::RosterFeedService::NewStub(client.channel())->WatchEvents(context, request);
  }
  return docking::v1::DockingFeedService::NewStub(client.channel())->WatchEvents(context, request);
}

// Coming back may help after these.
bool IsPassing(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsCancelled(status) ||
         absl::IsDeadlineExceeded(status) || absl::IsResourceExhausted(status) ||
         absl::IsInternal(status) || absl::IsAborted(status);
}

void Show(const Console& console, const Event& event) {
  if (console.json()) {
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    std::string json;
    if (google::protobuf::util::MessageToJsonString(event, &json, options).ok()) {
      console.Print(json + "\n");
    }
    return;
  }
  const absl::Time time = absl::FromUnixSeconds(event.event_time().seconds());
  const std::string clock =
      absl::FormatTime("%m-%d %H:%M:%S", time, absl::FixedTimeZone(8 * 60 * 60));
  const std::string step = event.from_state().empty() || event.from_state() == event.to_state()
                               ? event.to_state()
                               : absl::StrCat(event.from_state(), " → ", event.to_state());
  console.Say(absl::StrCat(console.Coloured(clock, Colour::kFaint), "  ", event.position(), "  ",
                           event.type(), "  ", event.resource(), "  ", step));
}

}  // namespace

bool IsFeed(const std::string& feed) {
  return feed == "registry" || feed == "docking" || feed == "roster";
}

absl::Status FeedWatch::RunOneStream(const OnEvent& on_event, bool* ended) {
  grpc::ClientContext context;
  client_.Prepare(&context, options_.token, absl::InfiniteDuration());
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (stopped_) return absl::OkStatus();
    context_ = &context;
  }
  WatchEventsRequest request;
  request.set_after_position(position_);
  request.set_resource_prefix(options_.resource_prefix);
  EventReader reader = OpenFeed(client_, options_.feed, &context, request);
  WatchEventsResponse response;
  while (!*ended && reader->Read(&response)) {
    if (response.has_event()) *ended = !on_event(response.event());
    position_ =
        std::max({position_.load(), response.settled_position(), response.event().position()});
  }
  if (*ended) context.TryCancel();
  const grpc::Status status = reader->Finish();
  std::lock_guard<std::mutex> lock(mutex_);
  context_ = nullptr;
  return status.ok() || *ended ? absl::OkStatus() : client_.Explain(status);
}

absl::Status FeedWatch::Run(const OnEvent& on_event) {
  absl::Duration back_off = kFirstBackOff;
  bool ended = false;
  for (bool is_first = true; !stopped_; is_first = false) {
    const std::int64_t before = position_;
    if (!is_first) ++resumptions_;
    absl::Status status = RunOneStream(on_event, &ended);
    if (ended || stopped_) return absl::OkStatus();
    // The first stream must be there: a wrong address is not waited for.
    const bool is_reached = !is_first || position_ > before || absl::IsCancelled(status);
    if (!status.ok() && (!is_reached || !IsPassing(status))) return status;
    back_off = position_ > before ? kFirstBackOff : std::min(back_off * 2, kLongestBackOff);
    absl::SleepFor(back_off);
  }
  return absl::OkStatus();
}

void FeedWatch::Cut() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (context_ != nullptr) context_->TryCancel();
}

void FeedWatch::Stop() {
  stopped_ = true;
  Cut();
}

int RunWatch(const Console& console, const Installation& installation,
             const GatewaySettings& settings, const WatchOptions& options) {
  auto run = [&]() -> absl::Status {
    if (!IsFeed(options.feed)) {
      return Problem(absl::StatusCode::kInvalidArgument, "no feed is called " + options.feed,
                     "feeds are registry, docking and roster");
    }
    MB_ASSIGN_OR_RETURN(GatewayClient client,
                        GatewayClient::Open(installation, settings, /*as_operator=*/true));
    FeedWatch watch(client, {options.feed, "", options.after_position, options.resource_prefix});
    int shown = 0;
    return watch.Run([&](const Event& event) {
      Show(console, event);
      return options.count == 0 || ++shown < options.count;
    });
  };
  const absl::Status status = run();
  return status.ok() ? kDone : console.Fail(status);
}

}  // namespace maplebridge::maplectl
