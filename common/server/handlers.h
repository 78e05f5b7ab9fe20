// Adds the handlers of one gRPC service: functions of the parts that a service's handlers share,
// the call, and the request.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "common/server/service_host.h"

namespace maplebridge {

// `Shared` is what every handler of a service takes first; the host keeps it alive.
template <typename Shared>
class Handlers {
 public:
  // `service`: "maplebridge.registry.v1.DisputeService".
  Handlers(ServiceHost& host, std::shared_ptr<Shared> shared, std::string service)
      : host_(host), shared_(std::move(shared)), service_(std::move(service)) {}

  template <typename Request, typename Response>
  void Add(const std::string& method,
           Task<absl::StatusOr<Response>> (*handler)(Shared&, Call&, const Request&)) {
    host_.Unary<Request, Response>(service_ + "." + method,
                                   [shared = shared_, handler](Call& call, const Request& request) {
                                     return handler(*shared, call, request);
                                   });
  }
  // Server streaming.
  template <typename Request>
  void AddDownload(const std::string& method,
                   Task<absl::Status> (*handler)(Shared&, Call&, const Request&, StreamWriter&)) {
    host_.ServerStream<Request>(
        service_ + "." + method,
        [shared = shared_, handler](Call& call, const Request& request, StreamWriter& writer) {
          return handler(*shared, call, request, writer);
        });
  }
  // Client streaming.
  template <typename Response>
  void AddUpload(const std::string& method,
                 Task<absl::StatusOr<Response>> (*handler)(Shared&, Call&, StreamReader&)) {
    host_.ClientStream<Response>(service_ + "." + method,
                                 [shared = shared_, handler](Call& call, StreamReader& reader) {
                                   return handler(*shared, call, reader);
                                 });
  }

 private:
  ServiceHost& host_;
  std::shared_ptr<Shared> shared_;
  std::string service_;
};

}  // namespace maplebridge
