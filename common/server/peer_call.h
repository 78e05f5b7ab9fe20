// Calls to other services through their generated stubs, awaited.
#pragma once

#include <absl/status/statusor.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <memory>

#include "common/loop/event_loop.h"
#include "common/server/call.h"
#include "common/status/error.h"

namespace maplebridge {

// `start` begins the call: [&](grpc::ClientContext* context, Response* response, auto done) {
//   stub->async()->GetOrganisation(context, &request, response, done); }
// The request lives until the call ends. An unreachable peer is UNAVAILABLE PEER_UNAVAILABLE. The
// peer sees this service's certificate; the trace goes on.
template <typename Response, typename StartCall>
Task<absl::StatusOr<Response>> PeerCall(absl::Time deadline, std::string trace_id,
                                        StartCall start) {
  grpc::ClientContext context;
  Response response;
  // Past a far deadline a peer that hangs must not hold the caller for ever.
  context.set_deadline(absl::ToChronoTime(std::min(deadline, absl::Now() + absl::Seconds(10))));
  if (!trace_id.empty()) {
    context.AddMetadata("traceparent", "00-" + trace_id + "-0000000000000001-01");
  }
  grpc::Status status = co_await Suspended<grpc::Status>(
      [&](Suspended<grpc::Status>::Resolve resolve) { start(&context, &response, resolve); });
  if (status.ok()) co_return response;
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && status.error_details().empty()) {
    co_return RetryLaterError(absl::StatusCode::kUnavailable, reason::kPeerUnavailable,
                              "another service of the suite cannot be reached; try again",
                              absl::Seconds(1));
  }
  co_return FromGrpcStatus(status);
}

}  // namespace maplebridge
