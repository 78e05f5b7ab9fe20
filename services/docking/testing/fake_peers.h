// A roster and a registry that answer from memory, on a real gRPC server.
#pragma once

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "maplebridge/registry/v1/dispute.grpc.pb.h"
#include "maplebridge/roster/v1/court_roster.grpc.pb.h"
#include "maplebridge/roster/v1/organisation.grpc.pb.h"

namespace maplebridge::docking {

class FakePeers : public roster::v1::OrganisationService::Service,
                  public roster::v1::CourtRosterService::Service,
                  public registry::v1::DisputeService::Service {
 public:
  FakePeers();
  ~FakePeers() override;

  std::shared_ptr<grpc::Channel> channel();
  void Stop();

  std::map<std::string, roster::v1::OrganisationState> organisations;
  std::set<std::string> entries;
  std::map<std::string, registry::v1::DisputeState> disputes;

  grpc::Status GetOrganisation(grpc::ServerContext*,
                               const roster::v1::GetOrganisationRequest* request,
                               roster::v1::Organisation* response) override;
  grpc::Status GetCourtRosterEntry(grpc::ServerContext*,
                                   const roster::v1::GetCourtRosterEntryRequest* request,
                                   roster::v1::CourtRosterEntry* response) override;
  grpc::Status GetDispute(grpc::ServerContext*, const registry::v1::GetDisputeRequest* request,
                          registry::v1::Dispute* response) override;

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace maplebridge::docking
