// How a google.rpc.Status travels in gRPC's trailers.
#pragma once

#include <cstdint>

#include "services/gateway/errors/refusal.h"
#include "services/gateway/http2/header_block.h"

namespace maplebridge::gateway {

// ":status: 200" and the content type of gRPC.
HeaderBlock ResponseHeaders();

// grpc-status, grpc-message and, when there are details, grpc-status-details-bin.
void AddStatus(const Refusal& status, HeaderBlock& headers);

// The status that a gRPC client makes of RST_STREAM with that code.
int CodeOfReset(uint32_t error_code);

}  // namespace maplebridge::gateway
