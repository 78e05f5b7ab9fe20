#include "services/gateway/forwarder/status_headers.h"

namespace maplebridge::gateway {

HeaderBlock ResponseHeaders() {
  HeaderBlock headers;
  headers.Add(":status", "200");
  headers.Add("content-type", "application/grpc");
  return headers;
}

void AddStatus(const Refusal& status, HeaderBlock& headers) {
  headers.Add("grpc-status", std::to_string(status.code()));
  if (!status.message().empty()) headers.Add("grpc-message", PercentEncode(status.message()));
  if (status.details_size() > 0) {
    headers.Add("grpc-status-details-bin", EncodeBinaryHeader(status.SerializeAsString()));
  }
}

int CodeOfReset(uint32_t error_code) {
  switch (error_code) {
    case NGHTTP2_CANCEL:
      return grpc::StatusCode::CANCELLED;
    case NGHTTP2_REFUSED_STREAM:
      return grpc::StatusCode::UNAVAILABLE;
    case NGHTTP2_ENHANCE_YOUR_CALM:
      return grpc::StatusCode::RESOURCE_EXHAUSTED;
    case NGHTTP2_INADEQUATE_SECURITY:
      return grpc::StatusCode::PERMISSION_DENIED;
    default:
      return grpc::StatusCode::INTERNAL;
  }
}

}  // namespace maplebridge::gateway
