#include "common/feed/feed_consumer.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <algorithm>
#include <deque>

#include "common/logging/log.h"
#include "common/status/error.h"

namespace maplebridge {
namespace {

using feed::v1::WatchEventsRequest;
using feed::v1::WatchEventsResponse;
using postgres::Statement;
using Stub = grpc::TemplatedGenericStub<WatchEventsRequest, WatchEventsResponse>;

constexpr Statement kReadCursor{"feed_cursor_read", R"(
  SELECT position FROM feed_cursors WHERE source = $1)"};
// Two replicas that follow the same feed take turns: the second sees how far the first has come.
constexpr Statement kMakeCursor{"feed_cursor_make", R"(
  INSERT INTO feed_cursors (source, position) VALUES ($1, 0) ON CONFLICT (source) DO NOTHING)"};
constexpr Statement kLockCursor{"feed_cursor_lock", R"(
  SELECT position FROM feed_cursors WHERE source = $1 FOR UPDATE)"};
constexpr Statement kMoveCursor{"feed_cursor_move", R"(
  UPDATE feed_cursors SET position = $2 WHERE source = $1)"};

// Events in one transaction, at most: they hold their resources' rows until its end.
constexpr std::size_t kBatch = 32;
// Events that are read ahead of it.
constexpr std::size_t kMostWaiting = 128;
constexpr absl::Duration kFirstBackOff = absl::Milliseconds(100);
constexpr absl::Duration kLongestBackOff = absl::Seconds(3);
constexpr absl::Duration kStopPoll = absl::Milliseconds(100);

// The stream: reads ahead while a batch is applied. Its state belongs to the loop it is opened on.
// Kept alive by the call until OnDone.
class Reader : public grpc::ClientBidiReactor<WatchEventsRequest, WatchEventsResponse>,
               public std::enable_shared_from_this<Reader> {
 public:
  static std::shared_ptr<Reader> Open(Stub& stub, const std::string& method, std::int64_t after) {
    auto reader = std::make_shared<Reader>();
    reader->self_ = reader;
    reader->request_.set_after_position(after);
    stub.PrepareBidiStreamingCall(&reader->context_, method, grpc::StubOptions(), reader.get());
    reader->StartWriteLast(&reader->request_, grpc::WriteOptions());
    // Reads start from outside the reactor's callbacks.
    reader->AddHold();
    reader->StartRead(&reader->response_);
    reader->StartCall();
    return reader;
  }
  // The events that wait, at most `most`; waits for one when there is none. Empty when the stream
  // has ended.
  Task<std::vector<feed::v1::Event>> Next(std::size_t most) {
    if (waiting_.empty() && !ended_) {
      co_await Suspended<bool>(
          [this](Suspended<bool>::Resolve resolve) { resolve_ = std::move(resolve); });
    }
    std::vector<feed::v1::Event> events;
    while (!waiting_.empty() && events.size() < most) {
      events.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    if (paused_ && waiting_.size() < kMostWaiting) {
      paused_ = false;
      StartRead(&response_);
    }
    co_return events;
  }
  // A read that waits ends without an event. Any number of times.
  void Cancel() { context_.TryCancel(); }
  // Nothing is read after this.
  void End() {
    ended_ = true;
    Cancel();
    RemoveHold();
  }
  void OnReadDone(bool ok) override {
    loop_->Post([self = shared_from_this(), ok] { self->Take(ok); });
  }
  void OnDone(const grpc::Status& status) override {
    if (!status.ok() && status.error_code() != grpc::StatusCode::CANCELLED) {
      Log(LogLevel::kWarning, "feed ended, will follow again",
          {{"code", std::to_string(status.error_code())}, {"status", status.error_message()}});
    }
    self_.reset();
  }

 private:
  void Take(bool ok) {
    if (ended_) return;
    if (ok) {
      if (response_.has_event()) waiting_.push_back(std::move(*response_.mutable_event()));
      paused_ = waiting_.size() >= kMostWaiting;
      if (!paused_) StartRead(&response_);
    }
    ended_ = !ok;
    if ((ended_ || !waiting_.empty()) && resolve_) std::exchange(resolve_, nullptr)(true);
  }

  EventLoop* loop_ = EventLoop::Current();
  grpc::ClientContext context_;
  WatchEventsRequest request_;
  WatchEventsResponse response_;
  std::deque<feed::v1::Event> waiting_;
  bool paused_ = false;
  bool ended_ = false;
  std::function<void(bool)> resolve_;
  std::shared_ptr<Reader> self_;
};

using Events = std::vector<feed::v1::Event>;
// Prepares a batch and answers its effect; the effect gets what is left of it behind the cursor.
using BatchHandler = std::function<Task<absl::StatusOr<FeedBatchEffect>>(const Events&)>;

Task<absl::Status> Apply(const FeedSource& source, postgres::Database& database,
                         const BatchHandler& handler, const Events& events) {
  auto effect = co_await handler(events);
  if (!effect.ok()) co_return effect.status();
  std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
    std::vector<postgres::Command> commands;
    commands.push_back({&kMakeCursor, postgres::Parameters::Of(source.name)});
    commands.push_back({&kLockCursor, postgres::Parameters::Of(source.name)});
    auto cursor = co_await transaction.ExecuteAll(std::move(commands));
    if (!cursor.ok()) co_return cursor.status();
    const std::int64_t position = cursor->back()[0].Int64(0);
    if (events.back().position() <= position) co_return false;
    const auto first = std::find_if(events.begin(), events.end(),
                                    [&](const auto& event) { return event.position() > position; });
    const std::span<const feed::v1::Event> fresh(first, events.end());
    absl::Status done = co_await (*effect)(transaction, fresh);
    if (!done.ok()) co_return done;
    auto moved = co_await transaction.Execute(kMoveCursor, source.name, events.back().position());
    if (!moved.ok()) co_return moved.status();
    co_return true;
  };
  auto applied = co_await database.Transact<bool>(absl::Now() + absl::Seconds(20), body);
  co_return applied.status();
}

// What FollowFeed and the watch over its end share.
struct Following {
  std::weak_ptr<Reader> reader;
  bool ended = false;
};

// Cuts the stream short when the service drains: the next sign of life may be seconds away.
Task<void> CancelWhenStopped(std::shared_ptr<Following> following, std::function<bool()> stop) {
  while (!following->ended) {
    if (stop()) {
      if (std::shared_ptr<Reader> reader = following->reader.lock()) reader->Cancel();
    }
    co_await Sleep(kStopPoll);
  }
}

Task<void> Follow(FeedSource source, postgres::Database& database, BatchHandler handler,
                  std::function<bool()> stop) {
  Stub stub(source.channel);
  auto following_now = std::make_shared<Following>();
  Start(CancelWhenStopped(following_now, stop));
  absl::Duration back_off = kFirstBackOff;
  std::size_t most = kBatch;
  while (!stop()) {
    auto cursor = co_await database.Query(absl::Now() + absl::Seconds(5), kReadCursor, source.name);
    if (cursor.ok()) {
      std::int64_t position = cursor->empty() ? 0 : (*cursor)[0].Int64(0);
      std::shared_ptr<Reader> reader = Reader::Open(stub, source.method, position);
      following_now->reader = reader;
      while (!stop()) {
        const Events events = co_await reader->Next(most);
        if (events.empty()) break;
        absl::Status applied = co_await Apply(source, database, handler, events);
        if (!applied.ok()) {
          Log(LogLevel::kWarning, "events not applied, will try again",
              {{"source", source.name},
               {"position", std::to_string(events.front().position())},
               {"count", std::to_string(events.size())},
               {"resource", events.front().resource()},
               {"type", events.front().type()},
               {"status", std::string(applied.message())}});
          // One that fails keeps those before it from being tried again and again.
          most = 1;
          break;
        }
        most = std::min(most * 2, kBatch);
        back_off = kFirstBackOff;
      }
      reader->End();
    }
    if (stop()) break;
    co_await Sleep(back_off);
    back_off = std::min(back_off * 2, kLongestBackOff);
  }
  following_now->ended = true;
}

// One effect after the other.
Task<absl::Status> ApplyEach(const Events& events, const std::vector<FeedEffect>& effects,
                             postgres::Transaction& transaction,
                             std::span<const feed::v1::Event> fresh) {
  for (std::size_t i = events.size() - fresh.size(); i < events.size(); ++i) {
    absl::Status done = co_await effects[i](transaction);
    if (!done.ok()) co_return done;
  }
  co_return absl::OkStatus();
}

}  // namespace

Task<void> FollowFeed(FeedSource source, postgres::Database& database, FeedHandler handler,
                      std::function<bool()> stop) {
  BatchHandler each = [handler](const Events& events) -> Task<absl::StatusOr<FeedBatchEffect>> {
    auto effects = std::make_shared<std::vector<FeedEffect>>();
    for (const feed::v1::Event& event : events) {
      auto effect = co_await handler(event);
      if (!effect.ok()) co_return effect.status();
      effects->push_back(*std::move(effect));
    }
    FeedBatchEffect together = [&events, effects](postgres::Transaction& transaction,
                                                  std::span<const feed::v1::Event> fresh) {
      return ApplyEach(events, *effects, transaction, fresh);
    };
    co_return together;
  };
  return Follow(std::move(source), database, std::move(each), std::move(stop));
}

Task<void> FollowFeed(FeedSource source, postgres::Database& database, FeedBatchEffect effect,
                      std::function<bool()> stop) {
  BatchHandler unprepared = [effect](const Events&) -> Task<absl::StatusOr<FeedBatchEffect>> {
    co_return effect;
  };
  return Follow(std::move(source), database, std::move(unprepared), std::move(stop));
}

}  // namespace maplebridge
