#include "services/registry/testing/fake_roster.h"

namespace maplebridge::registry {

FakeRoster::FakeRoster() {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
}

FakeRoster::~FakeRoster() { Stop(); }

std::shared_ptr<grpc::Channel> FakeRoster::channel() {
  return grpc::CreateChannel("127.0.0.1:" + std::to_string(port_),
                             grpc::InsecureChannelCredentials());
}

void FakeRoster::Stop() {
  if (server_) server_->Shutdown();
  server_.reset();
}

grpc::Status FakeRoster::GetOrganisation(grpc::ServerContext*,
                                         const roster::v1::GetOrganisationRequest* request,
                                         roster::v1::Organisation* response) {
  auto found = organisations.find(request->name());
  if (found == organisations.end()) return {grpc::StatusCode::NOT_FOUND, request->name()};
  *response = found->second;
  return grpc::Status::OK;
}

grpc::Status FakeRoster::GetMediator(grpc::ServerContext*,
                                     const roster::v1::GetMediatorRequest* request,
                                     roster::v1::Mediator* response) {
  auto found = mediators.find(request->name());
  if (found == mediators.end()) return {grpc::StatusCode::NOT_FOUND, request->name()};
  *response = found->second;
  return grpc::Status::OK;
}

}  // namespace maplebridge::registry
