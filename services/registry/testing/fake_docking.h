// A docking that answers from memory, on a real gRPC server: its referrals, their parties, and its
// feed.
#pragma once

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "maplebridge/docking/v1/docking_feed.grpc.pb.h"
#include "maplebridge/docking/v1/referral.grpc.pb.h"

namespace maplebridge::registry {

class FakeDocking : public docking::v1::ReferralService::Service {
 public:
  FakeDocking();
  ~FakeDocking() override;

  std::shared_ptr<grpc::Channel> channel();
  void Stop();

  // What GetReferral and ListReferralParties answer; set before anybody asks.
  std::map<std::string, docking::v1::Referral> referrals;
  std::map<std::string, std::vector<type::v1::Party>> parties;
  // Appends to the feed; gives it the next position.
  void Tell(feed::v1::Event event);

  grpc::Status GetReferral(grpc::ServerContext*, const docking::v1::GetReferralRequest* request,
                           docking::v1::Referral* response) override;
  grpc::Status ListReferralParties(grpc::ServerContext*,
                                   const docking::v1::ListReferralPartiesRequest* request,
                                   docking::v1::ListReferralPartiesResponse* response) override;

 private:
  // A stream gives what is there and ends; the follower comes back for more.
  class Feed : public docking::v1::DockingFeedService::Service {
   public:
    grpc::Status WatchEvents(grpc::ServerContext*, const feed::v1::WatchEventsRequest* request,
                             grpc::ServerWriter<feed::v1::WatchEventsResponse>* writer) override;

    std::mutex mutex;
    std::vector<feed::v1::Event> events;
  };

  Feed feed_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace maplebridge::registry
