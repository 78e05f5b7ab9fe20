#include "services/registry/api/roster_peer.h"

#include "common/server/peer_call.h"
#include "maplebridge/roster/v1/organisation.grpc.pb.h"

namespace maplebridge::registry {
namespace {

absl::Status NotConfigured() {
  return RetryLaterError(absl::StatusCode::kUnavailable, reason::kPeerUnavailable,
                         "the roster's address is not configured; set --roster", absl::Seconds(60));
}

}  // namespace

Task<absl::StatusOr<roster::v1::Organisation>> AskOrganisation(const Registry& registry,
                                                               const Call& call,
                                                               const std::string& name) {
  if (!registry.parts.roster) co_return NotConfigured();
  auto stub = roster::v1::OrganisationService::NewStub(registry.parts.roster);
  roster::v1::GetOrganisationRequest request;
  request.set_name(name);
  auto start = [&](grpc::ClientContext* context, roster::v1::Organisation* response, auto done) {
    stub->async()->GetOrganisation(context, &request, response, done);
  };
  co_return co_await PeerCall<roster::v1::Organisation>(call.deadline(), call.trace_id(), start);
}

Task<absl::StatusOr<roster::v1::Mediator>> AskMediator(const Registry& registry, const Call& call,
                                                       const std::string& name) {
  if (!registry.parts.roster) co_return NotConfigured();
  auto stub = roster::v1::OrganisationService::NewStub(registry.parts.roster);
  roster::v1::GetMediatorRequest request;
  request.set_name(name);
  auto start = [&](grpc::ClientContext* context, roster::v1::Mediator* response, auto done) {
    stub->async()->GetMediator(context, &request, response, done);
  };
  co_return co_await PeerCall<roster::v1::Mediator>(call.deadline(), call.trace_id(), start);
}

}  // namespace maplebridge::registry
