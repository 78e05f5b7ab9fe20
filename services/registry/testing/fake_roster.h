// A roster that answers from memory, on a real gRPC server.
#pragma once

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <string>

#include "maplebridge/roster/v1/organisation.grpc.pb.h"

namespace maplebridge::registry {

class FakeRoster : public roster::v1::OrganisationService::Service {
 public:
  FakeRoster();
  ~FakeRoster() override;

  std::shared_ptr<grpc::Channel> channel();
  void Stop();

  std::map<std::string, roster::v1::Organisation> organisations;
  std::map<std::string, roster::v1::Mediator> mediators;

  grpc::Status GetOrganisation(grpc::ServerContext*,
                               const roster::v1::GetOrganisationRequest* request,
                               roster::v1::Organisation* response) override;
  grpc::Status GetMediator(grpc::ServerContext*, const roster::v1::GetMediatorRequest* request,
                           roster::v1::Mediator* response) override;

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace maplebridge::registry
