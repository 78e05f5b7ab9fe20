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

// Events in one transaction, at most.
constexpr std::size_t kBatch = 256;
// Of those, with an effect of their own: each holds its resource's row until the end.
constexpr int kEffects = 32;
// Events that are read ahead of it.
constexpr std::size_t kMostWaiting = 512;
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
    reader->request_.set_batch_size(static_cast<std::int32_t>(kBatch));
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
  // Nothing is read after this. Comes back when gRPC has let go of the stream: what it tells late
  // would find the loop gone when the process ends.
  Task<void> End() {
    ended_ = true;
    Cancel();
    RemoveHold();
    if (done_) co_return;
    co_await Suspended<bool>(
        [this](Suspended<bool>::Resolve resolve) { resolve_ = std::move(resolve); });
  }
  void OnReadDone(bool ok) override {
    loop_->Post([self = shared_from_this(), ok] { self->Take(ok); });
  }
  void OnDone(const grpc::Status& status) override {
    if (!status.ok() && status.error_code() != grpc::StatusCode::CANCELLED) {
      Log(LogLevel::kWarning, "feed ended, will follow again",
          {{"code", std::to_string(status.error_code())}, {"status", status.error_message()}});
    }
    loop_->Post([self = std::move(self_)] {
      self->done_ = true;
      if (self->resolve_) std::exchange(self->resolve_, nullptr)(true);
    });
  }

 private:
  void Take(bool ok) {
    if (ended_) return;
    if (ok) {
      if (response_.has_event()) waiting_.push_back(std::move(*response_.mutable_event()));
      for (feed::v1::Event& event : *response_.mutable_events()) {
        waiting_.push_back(std::move(event));
      }
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
  bool done_ = false;
  std::function<void(bool)> resolve_;
  std::shared_ptr<Reader> self_;
};

using Events = std::span<const feed::v1::Event>;
// The first `count` events of those that wait, and what they do: what is left of them behind the
// cursor.
struct Batch {
  std::size_t count = 0;
  FeedBatchEffect effect;
};
// Prepares as many of the events as share a transaction: at least one.
using BatchHandler = std::function<Task<absl::StatusOr<Batch>>(Events)>;

// Answers how many events it applied.
Task<absl::StatusOr<std::size_t>> Apply(const FeedSource& source, postgres::Database& database,
                                        const BatchHandler& handler, Events waiting) {
  auto batch = co_await handler(waiting);
  if (!batch.ok()) co_return batch.status();
  const Events events = waiting.first(batch->count);
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
    const Events fresh(first, events.end());
    absl::Status done = co_await batch->effect(transaction, fresh);
    if (!done.ok()) co_return done;
    auto moved = co_await transaction.Execute(kMoveCursor, source.name, events.back().position());
    if (!moved.ok()) co_return moved.status();
    co_return true;
  };
  auto applied = co_await database.Transact<bool>(absl::Now() + absl::Seconds(20), body);
  if (!applied.ok()) co_return applied.status();
  co_return batch->count;
}

Task<absl::Status> ApplyAll(const FeedSource& source, postgres::Database& database,
                            const BatchHandler& handler, Events events) {
  while (!events.empty()) {
    auto applied = co_await Apply(source, database, handler, events);
    if (!applied.ok()) {
      Log(LogLevel::kWarning, "events not applied, will try again",
          {{"source", source.name},
           {"position", std::to_string(events.front().position())},
           {"count", std::to_string(events.size())},
           {"resource", events.front().resource()},
           {"type", events.front().type()},
           {"status", std::string(applied.status().message())}});
      co_return applied.status();
    }
    events = events.subspan(*applied);
  }
  co_return absl::OkStatus();
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
      absl::Status applied;
      while (applied.ok() && !stop()) {
        const std::vector<feed::v1::Event> events = co_await reader->Next(most);
        if (events.empty()) break;
        applied = co_await ApplyAll(source, database, handler, events);
        // One that fails keeps those before it from being tried again and again.
        most = applied.ok() ? std::min(most * 2, kBatch) : 1;
        if (applied.ok()) back_off = kFirstBackOff;
      }
      co_await reader->End();
    }
    if (stop()) break;
    co_await Sleep(back_off);
    back_off = std::min(back_off * 2, kLongestBackOff);
  }
  following_now->ended = true;
}

using Effects = std::vector<FeedEffect>;

// One effect after the other.
Task<absl::Status> ApplyEach(const Effects& effects, postgres::Transaction& transaction,
                             Events fresh) {
  for (std::size_t i = effects.size() - fresh.size(); i < effects.size(); ++i) {
    if (!effects[i]) continue;
    absl::Status done = co_await effects[i](transaction);
    if (!done.ok()) co_return done;
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<Batch>> PrepareEach(const FeedHandler& handler, Events waiting) {
  auto effects = std::make_shared<Effects>();
  int work = 0;
  for (const feed::v1::Event& event : waiting) {
    auto effect = co_await handler(event);
    if (!effect.ok()) co_return effect.status();
    if (*effect) ++work;
    effects->push_back(*std::move(effect));
    if (work == kEffects) break;
  }
  Batch batch;
  batch.count = effects->size();
  batch.effect = [effects](postgres::Transaction& transaction, Events fresh) {
    return ApplyEach(*effects, transaction, fresh);
  };
  co_return batch;
}

}  // namespace

Task<void> FollowFeed(FeedSource source, postgres::Database& database, FeedHandler handler,
                      std::function<bool()> stop) {
  BatchHandler each = [handler](Events waiting) { return PrepareEach(handler, waiting); };
  return Follow(std::move(source), database, std::move(each), std::move(stop));
}

Task<void> FollowFeed(FeedSource source, postgres::Database& database, FeedBatchEffect effect,
                      std::function<bool()> stop) {
  BatchHandler together = [effect](Events waiting) -> Task<absl::StatusOr<Batch>> {
    Batch batch;
    batch.count = waiting.size();
    batch.effect = effect;
    co_return batch;
  };
  return Follow(std::move(source), database, std::move(together), std::move(stop));
}

}  // namespace maplebridge
