#include "services/gateway/forwarder/health_probe.h"

#include "grpc/health/v1/health.pb.h"

namespace maplebridge::gateway {

using grpc::health::v1::HealthCheckResponse;

void HealthProbe::Tick() {
  if (!pool_.is_up()) {
    is_serving_ = false;
    return;
  }
  if (stream_ != nullptr && stream_->is_open()) {
    if (++waited_ < kPatience) return;
    is_serving_ = false;
  }
  Ask();
}

void HealthProbe::Ask() {
  waited_ = 0;
  said_serving_ = false;
  reader_ = std::make_unique<MessageReader>(kLargestAnswer);
  stream_ = std::make_unique<BackendStream>(*this);
  HeaderBlock headers;
  headers.Add(":method", "POST");
  headers.Add(":scheme", "https");
  headers.Add(":path", "/grpc.health.v1.Health/Check");
  headers.Add(":authority", pool_.name());
  headers.Add("te", "trailers");
  headers.Add("content-type", "application/grpc");
  headers.Add("grpc-timeout", "2500m");
  headers.Add("user-agent", "maplebridge-gateway");
  if (!pool_.Open(*stream_, std::move(headers))) {
    is_serving_ = false;
    return;
  }
  // The empty request asks for the service as a whole.
  stream_->Write(FrameMessage(""));
  stream_->Finish();
}

void HealthProbe::OnResponseHeaders(const HeaderBlock& headers, bool is_last) {
  if (is_last) OnStatus(headers);
}

void HealthProbe::OnResponseData(std::string_view bytes) {
  reader_->Append(bytes);
  stream_->Consume(bytes.size());
  std::string message;
  if (reader_->Next(&message) != MessageReader::State::kMessage) return;
  HealthCheckResponse response;
  said_serving_ =
      response.ParseFromString(message) && response.status() == HealthCheckResponse::SERVING;
}

void HealthProbe::OnResponseTrailers(HeaderBlock trailers) { OnStatus(trailers); }

void HealthProbe::OnStatus(const HeaderBlock& headers) {
  const std::string_view status = headers.Find("grpc-status");
  constexpr std::string_view kUnimplemented = "12";
  is_serving_ = status == kUnimplemented || (status == "0" && said_serving_);
}

void HealthProbe::OnBackendEnd(BackendEnd end) {
  if (end.kind != BackendEnd::Kind::kClosed) is_serving_ = false;
}

}  // namespace maplebridge::gateway
