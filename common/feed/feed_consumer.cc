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
// Only forward, and only over what this transaction has seen: a second replica that follows the
// same feed finds no row and gives way.
constexpr Statement kMoveCursor{"feed_cursor_move", R"(
  INSERT INTO feed_cursors (source, position) VALUES ($1, $2)
  ON CONFLICT (source) DO UPDATE SET position = excluded.position
  WHERE feed_cursors.position < excluded.position
  RETURNING position)"};

constexpr absl::Duration kFirstBackOff = absl::Milliseconds(100);
constexpr absl::Duration kLongestBackOff = absl::Seconds(3);
constexpr absl::Duration kStopPoll = absl::Milliseconds(100);

// The stream, awaited. Kept alive by the call until OnDone.
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
    reader->StartCall();
    return reader;
  }
  Task<bool> Next(WatchEventsResponse* response) {
    bool ok = co_await Suspended<bool>([&](Suspended<bool>::Resolve resolve) {
      resolve_ = std::move(resolve);
      StartRead(response);
    });
    co_return ok;
  }
  // A read that waits ends without an event. Any number of times.
  void Cancel() { context_.TryCancel(); }
  void End() {
    Cancel();
    RemoveHold();
  }
  void OnReadDone(bool ok) override { std::exchange(resolve_, nullptr)(ok); }
  void OnDone(const grpc::Status&) override { self_.reset(); }

 private:
  grpc::ClientContext context_;
  WatchEventsRequest request_;
  std::function<void(bool)> resolve_;
  std::shared_ptr<Reader> self_;
};

Task<absl::Status> Apply(const FeedSource& source, postgres::Database& database,
                         const FeedPreparation& prepare, const FeedEffect& effect,
                         const feed::v1::Event& event) {
  if (prepare) {
    absl::Status prepared = co_await prepare(event);
    if (!prepared.ok()) co_return prepared;
  }
  std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
    auto moved = co_await transaction.Execute(kMoveCursor, source.name, event.position());
    if (!moved.ok()) co_return moved.status();
    if (moved->empty()) co_return false;
    absl::Status done = co_await effect(transaction, event);
    if (!done.ok()) co_return done;
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

}  // namespace

Task<void> FollowFeed(FeedSource source, postgres::Database& database, FeedPreparation prepare,
                      FeedEffect effect, std::function<bool()> stop) {
  Stub stub(source.channel);
  auto following_now = std::make_shared<Following>();
  Start(CancelWhenStopped(following_now, stop));
  absl::Duration back_off = kFirstBackOff;
  while (!stop()) {
    auto cursor = co_await database.Query(absl::Now() + absl::Seconds(5), kReadCursor, source.name);
    if (cursor.ok()) {
      std::int64_t position = cursor->empty() ? 0 : (*cursor)[0].Int64(0);
      std::shared_ptr<Reader> reader = Reader::Open(stub, source.method, position);
      following_now->reader = reader;
      WatchEventsResponse response;
      bool following = true;
      while (following && !stop()) {
        following = co_await reader->Next(&response);
        if (!following || !response.has_event()) continue;
        absl::Status applied = co_await Apply(source, database, prepare, effect, response.event());
        if (applied.ok()) {
          back_off = kFirstBackOff;
          continue;
        }
        Log(LogLevel::kWarning, "event not applied, will try again",
            {{"source", source.name},
             {"position", std::to_string(response.event().position())},
             {"resource", response.event().resource()},
             {"type", response.event().type()},
             {"status", std::string(applied.message())}});
        following = false;
      }
      reader->End();
    }
    if (stop()) break;
    co_await Sleep(back_off);
    back_off = std::min(back_off * 2, kLongestBackOff);
  }
  following_now->ended = true;
}

}  // namespace maplebridge
