#include "common/server/service_host.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/escaping.h>
#include <google/protobuf/arena.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <atomic>
#include <set>

#include "common/logging/log.h"
#include "common/server/message_walk.h"
#include "common/server/method_service.h"
#include "common/server/resource_id.h"
#include "common/status/error.h"
#include "common/status/macros.h"
#include "maplebridge/options/v1/access.pb.h"

namespace maplebridge {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr char kServicePrefix[] = "spiffe://maplebridge/service/";

// What is known of a method before any call.
struct Method {
  std::string path;
  std::vector<Role> roles;
  bool is_public = false;
  std::array<prometheus::Counter*, 17> codes{};
  prometheus::Histogram* seconds = nullptr;
};

std::string MetadataOf(const grpc::CallbackServerContext& context, const char* key) {
  auto found = context.client_metadata().find(key);
  if (found == context.client_metadata().end()) return "";
  return {found->second.data(), found->second.size()};
}

// "00-<32 hex>-<16 hex>-<2 hex>" (W3C Trace Context).
std::string TraceId(const grpc::CallbackServerContext& context) {
  std::string parent = MetadataOf(context, "traceparent");
  if (parent.size() == 55 && parent[2] == '-' && parent[35] == '-') return parent.substr(3, 32);
  return RandomHex(16);
}

absl::Time DeadlineOf(const grpc::CallbackServerContext& context) {
  auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) {
    // A caller without a deadline still must not hold a connection for ever.
    return absl::Now() + absl::Seconds(60);
  }
  return absl::FromChrono(deadline);
}

std::string PeerService(const grpc::CallbackServerContext& context) {
  auto auth = context.auth_context();
  if (!auth) return "";
  for (const auto& uri : auth->FindPropertyValues("peer_spiffe_id")) {
    std::string_view value(uri.data(), uri.size());
    if (value.rfind(kServicePrefix, 0) == 0) {
      return std::string(value.substr(sizeof kServicePrefix - 1));
    }
  }
  return "";
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const auto& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

absl::Status Parse(const grpc::ByteBuffer& buffer, int largest, Message* message) {
  if (buffer.Length() > static_cast<std::size_t>(largest)) {
    return ReasonError(absl::StatusCode::kResourceExhausted, reason::kMessageTooLarge,
                       absl::StrCat("request: is ", buffer.Length(), " bytes; at most ", largest,
                                    " are accepted; send bytes by a streaming upload"));
  }
  grpc::ByteBuffer copy(buffer);
  grpc::ProtoBufferReader reader(&copy);
  if (reader.status().ok() && message->ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  return DescribeMalformed(BytesOf(buffer), *message->GetDescriptor());
}

grpc::ByteBuffer Serialise(const Message& message) {
  grpc::ByteBuffer buffer;
  bool own = false;
  grpc::GenericSerialize<grpc::ProtoBufferWriter, Message>(message, &buffer, &own);
  return buffer;
}

}  // namespace

struct ServiceHost::State {
  Options options;
  std::map<std::string, std::unique_ptr<MethodService>> services;
  std::set<std::string> added;
  std::vector<std::unique_ptr<Method>> methods;
  absl::Status problem = absl::OkStatus();
  std::atomic<int> active{0};
  prometheus::Family<prometheus::Counter>* calls = nullptr;
  prometheus::Family<prometheus::Histogram>* seconds = nullptr;

  Method* AddMethod(std::string_view name, MethodService** service);
  absl::StatusOr<std::shared_ptr<const Caller>> Identify(const grpc::CallbackServerContext& context,
                                                         const Method& method) const;
  // Caller, deadline, trace: OK to go on.
  absl::StatusOr<Call> Accept(const grpc::CallbackServerContext& context, const Method& method,
                              int loop) const;
  void Finished(const Method& method, absl::Time start, const absl::Status& status);
};

Method* ServiceHost::State::AddMethod(std::string_view name, MethodService** service) {
  const MethodDescriptor* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(std::string(name));
  if (!descriptor) {
    problem = absl::FailedPreconditionError("no such method: " + std::string(name));
    return nullptr;
  }
  const auto& access = descriptor->options().GetExtension(options::v1::access);
  if (access.roles_size() == 0) {
    problem = absl::FailedPreconditionError(
        std::string(name) + " has no access policy (maplebridge.options.v1.access)");
    return nullptr;
  }
  // Of an upload the header carries it.
  const bool has_request_id = descriptor->input_type()->FindFieldByName("request_id") != nullptr;
  if (!descriptor->client_streaming() && access.mutates() != has_request_id) {
    problem = absl::FailedPreconditionError(
        std::string(name) + (access.mutates() ? " changes something, but its request has no field "
                                                "request_id"
                                              : " has a request_id, but does not say `mutates`"));
    return nullptr;
  }
  auto method = std::make_unique<Method>();
  method->path = "/" + descriptor->service()->full_name() + "/" + descriptor->name();
  for (int role : access.roles()) {
    method->roles.push_back(static_cast<Role>(role));
    method->is_public = method->is_public || role == options::v1::ROLE_PUBLIC;
  }
  for (int code = 0; code <= 16; ++code) {
    method->codes[static_cast<std::size_t>(code)] =
        &calls->Add({{"method", method->path}, {"code", std::to_string(code)}});
  }
  method->seconds = &seconds->Add(
      {{"method", method->path}},
      prometheus::Histogram::BucketBoundaries{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                              0.25, 0.5, 1, 2.5, 5, 10});
  added.insert(descriptor->full_name());
  auto& slot = services[descriptor->service()->full_name()];
  if (!slot) slot = std::make_unique<MethodService>();
  *service = slot.get();
  methods.push_back(std::move(method));
  return methods.back().get();
}

absl::StatusOr<std::shared_ptr<const Caller>> ServiceHost::State::Identify(
    const grpc::CallbackServerContext& context, const Method& method) const {
  static const auto nobody = std::make_shared<const Caller>();
  std::shared_ptr<const Caller> caller = nobody;
  std::string peer = PeerService(context);
  if (peer == "gateway") {
    std::string header = MetadataOf(context, "maplebridge-context");
    if (!header.empty()) {
      MB_ASSIGN_OR_RETURN(caller, options.contexts->Verify(header, method.path, absl::Now()));
    }
  } else if (!peer.empty()) {
    auto service = std::make_shared<Caller>();
    service->principal = "services/" + peer;
    service->roles = {options::v1::ROLE_SERVICE};
    caller = service;
  }
  if (method.is_public || caller->HasAny(method.roles)) return caller;
  if (caller->principal.empty()) {
    return UnauthenticatedError(reason::kIdentityMissing,
                                "this method needs an identity; call through the gateway with a "
                                "client certificate or a bearer token");
  }
  return PermissionError(reason::kRoleNotAllowed, "none of your roles may call " + method.path);
}

absl::StatusOr<Call> ServiceHost::State::Accept(const grpc::CallbackServerContext& context,
                                                const Method& method, int loop) const {
  MB_ASSIGN_OR_RETURN(auto caller, Identify(context, method));
  Call::Values values;
  // To the microsecond, as PostgreSQL keeps it: an answer now and a reading later say the same.
  values.now = absl::FromUnixMicros(absl::ToUnixMicros(absl::Now()));
  values.deadline = DeadlineOf(context);
  if (values.deadline <= values.now) {
    return ReasonError(absl::StatusCode::kDeadlineExceeded, reason::kDeadlinePassed,
                       "the deadline had passed when the call came; nothing was done");
  }
  values.caller = std::move(caller);
  values.method = method.path;
  values.trace_id = TraceId(context);
  values.loop = loop;
  return Call(std::move(values));
}

void ServiceHost::State::Finished(const Method& method, absl::Time start,
                                  const absl::Status& status) {
  int code = static_cast<int>(status.code());
  method.codes[static_cast<std::size_t>(code > 16 ? 2 : code)]->Increment();
  method.seconds->Observe(absl::ToDoubleSeconds(absl::Now() - start));
  active.fetch_sub(1, std::memory_order_relaxed);
}

namespace {

using HostState = ServiceHost::State;

bool IsOurFault(const absl::Status& status) {
  return absl::IsInternal(status) || absl::IsUnknown(status) || absl::IsDataLoss(status);
}

// Runs a handler and logs what is a fault of ours. One outer catch: gRPC would hang, or end the
// process.
template <typename Body>
Task<absl::Status> Guarded(const Call& call, Body body) {
  std::string problem;
  try {
    absl::Status status = co_await body();
    if (IsOurFault(status)) {
      Log(LogLevel::kError, "call failed",
          {{"method", call.method()},
           {"trace_id", call.trace_id()},
           {"status", std::string(status.message())}});
    }
    co_return status;
  } catch (const std::exception& error) {
    problem = error.what();
  } catch (...) {
    problem = "unknown exception";
  }
  std::string id = RandomHex(8);
  Log(LogLevel::kError, "handler failed",
      {{"method", call.method()}, {"trace_id", call.trace_id()}, {"id", id}, {"what", problem}});
  co_return ReasonError(absl::StatusCode::kInternal, reason::kInternal,
                        "a fault of ours, id " + id + "; a change may or may not have been stored");
}

class UnaryReactor : public grpc::ServerUnaryReactor {
 public:
  UnaryReactor(HostState* host, Method* method, const Message* request_type,
               const Message* response_type, const ServiceHost::UnaryHandler* handler,
               grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
               grpc::ByteBuffer* response)
      : host_(host),
        method_(method),
        request_type_(request_type),
        response_type_(response_type),
        handler_(handler),
        context_(context),
        request_(request),
        response_(response) {
    host_->active.fetch_add(1, std::memory_order_relaxed);
    int loop = host_->options.loops->NextIndex();
    host_->options.loops->at(loop).Post([this, loop] {
      Start(Serve(loop), [this](absl::Status status) {
        HostState* host = host_;
        Method* method = method_;
        absl::Time start = start_;
        Finish(ToGrpcStatus(status));  // this may be gone now
        host->Finished(*method, start, status);
      });
    });
  }
  void OnDone() override { delete this; }

 private:
  Task<absl::Status> Serve(int loop) {
    absl::StatusOr<Call> call = host_->Accept(*context_, *method_, loop);
    if (!call.ok()) co_return call.status();
    google::protobuf::Arena arena;
    Message* request = request_type_->New(&arena);
    Message* response = response_type_->New(&arena);
    absl::Status status = Parse(*request_, host_->options.largest_request, request);
    if (status.ok()) status = CheckRequired(*request);
    if (!status.ok()) co_return status;
    auto body = [&] { return (*handler_)(*call, *request, response); };
    status = co_await Guarded(*call, body);
    if (status.ok()) *response_ = Serialise(*response);
    co_return status;
  }

  HostState* host_;
  Method* method_;
  const Message* request_type_;
  const Message* response_type_;
  const ServiceHost::UnaryHandler* handler_;
  grpc::CallbackServerContext* context_;
  const grpc::ByteBuffer* request_;
  grpc::ByteBuffer* response_;
  absl::Time start_ = absl::Now();
};

class WriteReactor : public grpc::ServerWriteReactor<grpc::ByteBuffer>, public StreamWriter {
 public:
  WriteReactor(HostState* host, Method* method, const Message* request_type,
               const ServiceHost::ServerStreamHandler* handler,
               grpc::CallbackServerContext* context, const grpc::ByteBuffer* request)
      : host_(host),
        method_(method),
        request_type_(request_type),
        handler_(handler),
        context_(context),
        request_(request) {
    host_->active.fetch_add(1, std::memory_order_relaxed);
    int loop = host_->options.loops->NextIndex();
    host_->options.loops->at(loop).Post([this, loop] {
      Start(Serve(loop), [this](absl::Status status) {
        HostState* host = host_;
        Method* method = method_;
        absl::Time start = start_;
        Finish(ToGrpcStatus(status));
        host->Finished(*method, start, status);
      });
    });
  }
  void OnDone() override { delete this; }
  void OnCancel() override { cancelled_.store(true); }
  void OnWriteDone(bool ok) override { std::exchange(written_, nullptr)(ok); }

  Task<bool> Write(const Message& message) override {
    if (cancelled()) co_return false;
    buffer_ = Serialise(message);
    bool ok = co_await Suspended<bool>([this](Suspended<bool>::Resolve resolve) {
      written_ = std::move(resolve);
      StartWrite(&buffer_);
    });
    co_return ok;
  }
  bool cancelled() const override { return cancelled_.load(); }

 private:
  Task<absl::Status> Serve(int loop) {
    absl::StatusOr<Call> call = host_->Accept(*context_, *method_, loop);
    if (!call.ok()) co_return call.status();
    std::unique_ptr<Message> request(request_type_->New());
    absl::Status status = Parse(*request_, host_->options.largest_request, request.get());
    if (status.ok()) status = CheckRequired(*request);
    if (!status.ok()) co_return status;
    auto body = [&] { return (*handler_)(*call, *request, *this); };
    co_return co_await Guarded(*call, body);
  }

  HostState* host_;
  Method* method_;
  const Message* request_type_;
  const ServiceHost::ServerStreamHandler* handler_;
  grpc::CallbackServerContext* context_;
  const grpc::ByteBuffer* request_;
  absl::Time start_ = absl::Now();
  grpc::ByteBuffer buffer_;
  std::function<void(bool)> written_;
  std::atomic<bool> cancelled_{false};
};

class ReadReactor : public grpc::ServerReadReactor<grpc::ByteBuffer>, public StreamReader {
 public:
  ReadReactor(HostState* host, Method* method, const Message* response_type,
              const ServiceHost::ClientStreamHandler* handler, grpc::CallbackServerContext* context,
              grpc::ByteBuffer* response)
      : host_(host),
        method_(method),
        response_type_(response_type),
        handler_(handler),
        context_(context),
        response_(response) {
    host_->active.fetch_add(1, std::memory_order_relaxed);
    int loop = host_->options.loops->NextIndex();
    host_->options.loops->at(loop).Post([this, loop] {
      Start(Serve(loop), [this](absl::Status status) {
        HostState* host = host_;
        Method* method = method_;
        absl::Time start = start_;
        Finish(ToGrpcStatus(status));
        host->Finished(*method, start, status);
      });
    });
  }
  void OnDone() override { delete this; }
  void OnReadDone(bool ok) override { std::exchange(read_, nullptr)(ok); }
  void OnCancel() override { cancelled_.store(true); }

  Task<absl::StatusOr<bool>> Read(Message* message) override {
    bool ok = co_await Suspended<bool>([this](Suspended<bool>::Resolve resolve) {
      read_ = std::move(resolve);
      StartRead(&buffer_);
    });
    // A cut stream ends like a complete one, but for this.
    if (!ok && (cancelled_.load() || context_->IsCancelled())) {
      co_return ReasonError(absl::StatusCode::kCancelled, reason::kCallCancelled,
                            "the caller ended its stream; nothing was stored");
    }
    if (!ok) co_return false;
    absl::Status status = Parse(buffer_, host_->options.largest_request, message);
    if (status.ok()) status = CheckRequired(*message);
    if (!status.ok()) co_return status;
    co_return true;
  }

 private:
  Task<absl::Status> Serve(int loop) {
    absl::StatusOr<Call> call = host_->Accept(*context_, *method_, loop);
    if (!call.ok()) co_return call.status();
    std::unique_ptr<Message> response(response_type_->New());
    auto body = [&] { return (*handler_)(*call, *this, response.get()); };
    absl::Status status = co_await Guarded(*call, body);
    if (status.ok()) *response_ = Serialise(*response);
    co_return status;
  }

  HostState* host_;
  Method* method_;
  const Message* response_type_;
  const ServiceHost::ClientStreamHandler* handler_;
  grpc::CallbackServerContext* context_;
  grpc::ByteBuffer* response_;
  absl::Time start_ = absl::Now();
  grpc::ByteBuffer buffer_;
  std::function<void(bool)> read_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace

ServiceHost::ServiceHost(Options options) : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
  if (!state_->options.metrics) state_->options.metrics = std::make_shared<prometheus::Registry>();
  state_->calls = &prometheus::BuildCounter()
                       .Name("maplebridge_calls_total")
                       .Help("Calls answered, by method and gRPC status code.")
                       .Register(*state_->options.metrics);
  state_->seconds = &prometheus::BuildHistogram()
                         .Name("maplebridge_call_seconds")
                         .Help("Time from the arrival of a call to its answer.")
                         .Register(*state_->options.metrics);
}

ServiceHost::~ServiceHost() = default;

void ServiceHost::AddUnary(std::string_view name, const Message& request, const Message& response,
                           UnaryHandler handler) {
  MethodService* service = nullptr;
  Method* method = state_->AddMethod(name, &service);
  if (!method) return;
  auto kept = std::make_shared<UnaryHandler>(std::move(handler));
  service->AddUnaryMethod(method->path, [host = state_.get(), method, kept, &request, &response](
                                            grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* in, grpc::ByteBuffer* out) {
    return new UnaryReactor(host, method, &request, &response, kept.get(), context, in, out);
  });
}

void ServiceHost::AddServerStream(std::string_view name, const Message& request,
                                  ServerStreamHandler handler) {
  MethodService* service = nullptr;
  Method* method = state_->AddMethod(name, &service);
  if (!method) return;
  auto kept = std::make_shared<ServerStreamHandler>(std::move(handler));
  service->AddServerStreamMethod(
      method->path, [host = state_.get(), method, kept, &request](
                        grpc::CallbackServerContext* context, const grpc::ByteBuffer* in) {
        return new WriteReactor(host, method, &request, kept.get(), context, in);
      });
}

void ServiceHost::AddClientStream(std::string_view name, const Message& response,
                                  ClientStreamHandler handler) {
  MethodService* service = nullptr;
  Method* method = state_->AddMethod(name, &service);
  if (!method) return;
  auto kept = std::make_shared<ClientStreamHandler>(std::move(handler));
  service->AddClientStreamMethod(
      method->path, [host = state_.get(), method, kept, &response](
                        grpc::CallbackServerContext* context, grpc::ByteBuffer* out) {
        return new ReadReactor(host, method, &response, kept.get(), context, out);
      });
}

absl::Status ServiceHost::RegisterWith(grpc::ServerBuilder& builder) {
  MB_RETURN_IF_ERROR(state_->problem);
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  for (auto& [name, service] : state_->services) {
    const auto* descriptor = pool->FindServiceByName(name);
    for (int i = 0; i < descriptor->method_count(); ++i) {
      if (!state_->added.count(descriptor->method(i)->full_name())) {
        return absl::FailedPreconditionError(descriptor->method(i)->full_name() +
                                             " has no handler");
      }
    }
    builder.RegisterService(service.get());
  }
  // Above our own limit, so that it is we who refuse, with details.
  builder.SetMaxReceiveMessageSize(state_->options.largest_request * 4);
  return absl::OkStatus();
}

int ServiceHost::active() const { return state_->active.load(); }

std::vector<std::string> ServiceHost::services() const {
  std::vector<std::string> names;
  for (const auto& [name, service] : state_->services) names.push_back(name);
  return names;
}

}  // namespace maplebridge
