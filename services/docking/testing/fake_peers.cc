#include "services/docking/testing/fake_peers.h"

namespace maplebridge::docking {

FakePeers::FakePeers() {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(static_cast<roster::v1::OrganisationService::Service*>(this));
  builder.RegisterService(static_cast<roster::v1::CourtRosterService::Service*>(this));
  builder.RegisterService(static_cast<registry::v1::DisputeService::Service*>(this));
  server_ = builder.BuildAndStart();
}

FakePeers::~FakePeers() { Stop(); }

std::shared_ptr<grpc::Channel> FakePeers::channel() {
  return grpc::CreateChannel("127.0.0.1:" + std::to_string(port_),
                             grpc::InsecureChannelCredentials());
}

void FakePeers::Stop() {
  if (server_) server_->Shutdown();
  server_.reset();
}

grpc::Status FakePeers::GetOrganisation(grpc::ServerContext*,
                                        const roster::v1::GetOrganisationRequest* request,
                                        roster::v1::Organisation* response) {
  auto found = organisations.find(request->name());
  if (found == organisations.end()) return {grpc::StatusCode::NOT_FOUND, request->name()};
  response->set_name(found->first);
  response->set_state(found->second);
  return grpc::Status::OK;
}

grpc::Status FakePeers::GetCourtRosterEntry(grpc::ServerContext*,
                                            const roster::v1::GetCourtRosterEntryRequest* request,
                                            roster::v1::CourtRosterEntry* response) {
  if (!entries.contains(request->name())) return {grpc::StatusCode::NOT_FOUND, request->name()};
  response->set_name(request->name());
  return grpc::Status::OK;
}

grpc::Status FakePeers::GetDispute(grpc::ServerContext*,
                                   const registry::v1::GetDisputeRequest* request,
                                   registry::v1::Dispute* response) {
  auto found = disputes.find(request->name());
  if (found == disputes.end()) return {grpc::StatusCode::NOT_FOUND, request->name()};
  response->set_name(found->first);
  response->set_state(found->second);
  return grpc::Status::OK;
}

}  // namespace maplebridge::docking
