// A change feed that is told what happened, on a real gRPC server: registry, docking or roster.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "maplebridge/docking/v1/docking_feed.grpc.pb.h"
#include "maplebridge/registry/v1/registry_feed.grpc.pb.h"
#include "maplebridge/roster/v1/roster_feed.grpc.pb.h"

namespace maplebridge::analytics {

class FakeFeed {
 public:
  virtual ~FakeFeed() { Stop(); }

  // Appends an event; gives it the next position.
  void Add(feed::v1::Event event);
  // Ends every stream after this many events; the follower has to come back.
  void CutAfter(int events) { cut_after_ = events; }
  std::int64_t last_position() const { return static_cast<std::int64_t>(events_.size()) * 10; }
  std::shared_ptr<grpc::Channel> channel() const;
  int streams() const { return streams_; }
  void Stop();

 protected:
  void Start(grpc::Service* service);
  grpc::Status Serve(grpc::ServerContext* context, const feed::v1::WatchEventsRequest& request,
                     grpc::ServerWriter<feed::v1::WatchEventsResponse>* writer);

 private:
  std::mutex mutex_;
  std::vector<feed::v1::Event> events_;
  std::atomic<int> cut_after_{1'000'000};
  std::atomic<int> streams_{0};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// `Service`: the generated feed service.
template <typename Service>
class FakeFeedOf : public FakeFeed {
 public:
  FakeFeedOf() : service_(*this) { Start(&service_); }
  ~FakeFeedOf() override { Stop(); }

 private:
  class Served : public Service::Service {
   public:
    explicit Served(FakeFeedOf& feed) : feed_(feed) {}
    grpc::Status WatchEvents(grpc::ServerContext* context,
                             const feed::v1::WatchEventsRequest* request,
                             grpc::ServerWriter<feed::v1::WatchEventsResponse>* writer) override {
      return feed_.Serve(context, *request, writer);
    }

   private:
    FakeFeedOf& feed_;
  };
  Served service_;
};

using FakeRegistryFeed = FakeFeedOf<registry::v1::RegistryFeedService>;
using FakeDockingFeed = FakeFeedOf<docking::v1::DockingFeedService>;
using FakeRosterFeed = FakeFeedOf<roster::v1::RosterFeedService>;

}  // namespace maplebridge::analytics
