// Following a feed: each event takes effect once and in order, whatever fails on the way.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>

#include "common/feed/feed_consumer.h"
#include "common/postgres/testing/test_database.h"
#include "maplebridge/docking/v1/docking_feed.grpc.pb.h"

namespace maplebridge {
namespace {

// Gives the events 1 to `count` and stays open, as a service's feed does.
class NumberedFeed : public docking::v1::DockingFeedService::Service {
 public:
  explicit NumberedFeed(int count) : count_(count) {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                   grpc::InsecureChannelCredentials());
  }
  ~NumberedFeed() override { server_->Shutdown(std::chrono::system_clock::now()); }

  grpc::Status WatchEvents(grpc::ServerContext* context,
                           const feed::v1::WatchEventsRequest* request,
                           grpc::ServerWriter<feed::v1::WatchEventsResponse>* writer) override {
    EXPECT_GT(request->batch_size(), 1);
    for (std::int64_t position = request->after_position() + 1; position <= count_;) {
      feed::v1::WatchEventsResponse response;
      // Alone and together in turns, as a service may choose.
      const int together = position % 2 == 0 ? request->batch_size() : 1;
      for (int i = 0; i < together && position <= count_; ++i, ++position) {
        feed::v1::Event& event = together == 1 ? *response.mutable_event() : *response.add_events();
        event.set_position(position);
        event.set_resource("referrals/" + std::to_string(position));
      }
      if (!writer->Write(response)) return grpc::Status::CANCELLED;
    }
    while (!context->IsCancelled()) absl::SleepFor(absl::Milliseconds(5));
    return grpc::Status::CANCELLED;
  }
  FeedSource source() const {
    return {"docking", "/maplebridge.docking.v1.DockingFeedService/WatchEvents", channel_};
  }

 private:
  const int count_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

class FeedConsumerTest : public testing::Test {
 protected:
  FeedConsumerTest() {
    test_.Execute(
        "CREATE TABLE effects (place serial PRIMARY KEY, position bigint, transaction xid8)");
  }
  ~FeedConsumerTest() override { Stop(); }

  // One replica on a loop of its own; `fails` says how a position ends.
  void Follow(int loop, const NumberedFeed& feed,
              std::function<absl::Status(std::int64_t)> fails = nullptr) {
    auto follow = [this, source = feed.source(), fails]() -> Task<bool> {
      static constexpr postgres::Statement kStore{"effect_store", R"(
        INSERT INTO effects (position, transaction) SELECT $1, pg_current_xact_id())"};
      postgres::DatabaseOptions options;
      options.conninfo = test_.conninfo();
      postgres::Database database(options);
      FeedHandler handler =
          [fails](const feed::v1::Event& event) -> Task<absl::StatusOr<FeedEffect>> {
        FeedEffect effect = [&event,
                             fails](postgres::Transaction& transaction) -> Task<absl::Status> {
          auto stored = co_await transaction.Execute(kStore, event.position());
          if (!stored.ok()) co_return stored.status();
          co_return fails ? fails(event.position()) : absl::OkStatus();
        };
        co_return effect;
      };
      co_await FollowFeed(source, database, handler, [this] { return stop_.load(); });
      co_return true;
    };
    ++running_;
    auto kept = std::make_shared<decltype(follow)>(follow);
    loops_.at(loop).Post([this, kept] { Start((*kept)(), [this, kept](bool) { --running_; }); });
  }
  void Stop() {
    stop_ = true;
    while (running_ > 0) absl::SleepFor(absl::Milliseconds(5));
  }
  void Await(const std::string& sql, const std::string& expected) {
    const absl::Time end = absl::Now() + absl::Seconds(20);
    while (test_.Value(sql) != expected && absl::Now() < end) {
      absl::SleepFor(absl::Milliseconds(10));
    }
    EXPECT_EQ(test_.Value(sql), expected) << sql;
  }
  // "" when the effects are 1 to `count`, each once and in this order.
  std::string Disorder(int count) {
    return test_.Value(
               "SELECT coalesce(string_agg(position::text, ' '), '') FROM (SELECT position, "
               "row_number() "
               "OVER (ORDER BY place) AS turn FROM effects) AS e WHERE position <> turn") +
           (test_.Value("SELECT count(*) FROM effects") == std::to_string(count) ? "" : " count");
  }

  EventLoops loops_{2};
  postgres::TestDatabase test_{loops_.at(0)};
  std::atomic<bool> stop_ = false;
  std::atomic<int> running_ = 0;
};

constexpr char kCursor[] = "SELECT position FROM feed_cursors WHERE source = 'docking'";

TEST_F(FeedConsumerTest, EventsThatWaitTogetherShareTransactions) {
  NumberedFeed feed(300);
  Follow(1, feed);
  Await(kCursor, "300");
  EXPECT_EQ(Disorder(300), "");
  EXPECT_LT(std::stoi(test_.Value("SELECT count(DISTINCT transaction) FROM effects")), 150);
}

TEST_F(FeedConsumerTest, AnEventThatFailsIsTriedAgainAndItsCompanionsTakeEffectOnce) {
  NumberedFeed feed(100);
  std::atomic<bool> is_mended = false;
  Follow(1, feed, [&](std::int64_t position) {
    return position == 50 && !is_mended ? absl::InternalError("no") : absl::OkStatus();
  });
  // Those before it do not wait for it.
  Await(kCursor, "49");
  is_mended = true;
  Await(kCursor, "100");
  EXPECT_EQ(Disorder(100), "");
}

TEST_F(FeedConsumerTest, TwoReplicasTakeEachEventOnce) {
  NumberedFeed feed(400);
  Follow(0, feed);
  Follow(1, feed);
  Await(kCursor, "400");
  Stop();
  EXPECT_EQ(test_.Value("SELECT count(*) || ' ' || count(DISTINCT position) FROM effects"),
            "400 400");
  EXPECT_EQ(Disorder(400), "");
}

}  // namespace
}  // namespace maplebridge
