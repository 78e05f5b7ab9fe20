#include "services/analytics/testing/fake_feed.h"

namespace maplebridge::analytics {

void FakeFeed::Add(feed::v1::Event event) {
  std::lock_guard<std::mutex> lock(mutex_);
  // With gaps, as real ones have.
  event.set_position(static_cast<std::int64_t>(events_.size() + 1) * 10);
  events_.push_back(std::move(event));
}

std::shared_ptr<grpc::Channel> FakeFeed::channel() const {
  return grpc::CreateChannel("127.0.0.1:" + std::to_string(port_),
                             grpc::InsecureChannelCredentials());
}

void FakeFeed::Start(grpc::Service* service) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(service);
  server_ = builder.BuildAndStart();
}

void FakeFeed::Stop() {
  if (server_) server_->Shutdown(std::chrono::system_clock::now());
  server_.reset();
}

grpc::Status FakeFeed::Serve(grpc::ServerContext* context,
                             const feed::v1::WatchEventsRequest& request,
                             grpc::ServerWriter<feed::v1::WatchEventsResponse>* writer) {
  ++streams_;
  std::vector<feed::v1::Event> events;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    events = events_;
  }
  int sent = 0;
  for (const feed::v1::Event& event : events) {
    if (event.position() <= request.after_position()) continue;
    if (sent++ >= cut_after_ || context->IsCancelled()) break;
    feed::v1::WatchEventsResponse response;
    *response.mutable_event() = event;
    response.set_settled_position(event.position());
    if (!writer->Write(response)) break;
  }
  return grpc::Status::OK;
}

}  // namespace maplebridge::analytics
