#include "services/registry/testing/fake_docking.h"

namespace maplebridge::registry {

FakeDocking::FakeDocking() {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(this);
  builder.RegisterService(&feed_);
  server_ = builder.BuildAndStart();
}

FakeDocking::~FakeDocking() { Stop(); }

std::shared_ptr<grpc::Channel> FakeDocking::channel() {
  return grpc::CreateChannel("127.0.0.1:" + std::to_string(port_),
                             grpc::InsecureChannelCredentials());
}

void FakeDocking::Stop() {
  if (server_) server_->Shutdown(std::chrono::system_clock::now());
  server_.reset();
}

void FakeDocking::Tell(feed::v1::Event event) {
  std::lock_guard<std::mutex> lock(feed_.mutex);
  // With gaps, as real ones have.
  event.set_position(static_cast<std::int64_t>(feed_.events.size() + 1) * 10);
  feed_.events.push_back(std::move(event));
}

grpc::Status FakeDocking::GetReferral(grpc::ServerContext*,
                                      const docking::v1::GetReferralRequest* request,
                                      docking::v1::Referral* response) {
  auto found = referrals.find(request->name());
  if (found == referrals.end()) return {grpc::StatusCode::NOT_FOUND, request->name()};
  *response = found->second;
  return grpc::Status::OK;
}

grpc::Status FakeDocking::ListReferralParties(
    grpc::ServerContext*, const docking::v1::ListReferralPartiesRequest* request,
    docking::v1::ListReferralPartiesResponse* response) {
  auto found = parties.find(request->parent());
  if (found == parties.end()) return {grpc::StatusCode::NOT_FOUND, request->parent()};
  response->mutable_parties()->Assign(found->second.begin(), found->second.end());
  return grpc::Status::OK;
}

grpc::Status FakeDocking::Feed::WatchEvents(
    grpc::ServerContext*, const feed::v1::WatchEventsRequest* request,
    grpc::ServerWriter<feed::v1::WatchEventsResponse>* writer) {
  std::vector<feed::v1::Event> told;
  {
    std::lock_guard<std::mutex> lock(mutex);
    told = events;
  }
  for (const feed::v1::Event& event : told) {
    if (event.position() <= request->after_position()) continue;
    feed::v1::WatchEventsResponse response;
    *response.mutable_event() = event;
    response.set_settled_position(event.position());
    if (!writer->Write(response)) break;
  }
  return grpc::Status::OK;
}

}  // namespace maplebridge::registry
