#include "common/status/error.h"

#include <absl/strings/cord.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace maplebridge {
namespace {

constexpr char kPayload[] = "type.googleapis.com/google.rpc.Status";

class StatusBuilder {
 public:
  StatusBuilder(absl::StatusCode code, std::string_view reason, std::string_view message)
      : code_(code) {
    proto_.set_code(static_cast<int>(code));
    proto_.set_message(std::string(message));
    google::rpc::ErrorInfo info;
    info.set_reason(std::string(reason));
    info.set_domain("maplebridge");
    Add(info);
  }
  void Add(const google::protobuf::Message& detail) { proto_.add_details()->PackFrom(detail); }
  absl::Status Build() const {
    absl::Status status(code_, proto_.message());
    status.SetPayload(kPayload, absl::Cord(proto_.SerializeAsString()));
    return status;
  }

 private:
  absl::StatusCode code_;
  google::rpc::Status proto_;
};

google::rpc::ResourceInfo Resource(std::string_view name) {
  google::rpc::ResourceInfo info;
  info.set_resource_name(std::string(name));
  info.set_resource_type("maplebridge/" + std::string(name.substr(0, name.find('/'))));
  return info;
}

absl::Status BadRequestError(std::string_view reason,
                             const std::vector<FieldViolation>& violations) {
  std::string message;
  google::rpc::BadRequest request;
  for (const FieldViolation& violation : violations) {
    if (!message.empty()) message += "; ";
    message += violation.field + ": " + violation.description;
    auto* entry = request.add_field_violations();
    entry->set_field(violation.field);
    entry->set_description(violation.description);
  }
  StatusBuilder builder(absl::StatusCode::kInvalidArgument, reason, message);
  builder.Add(request);
  return builder.Build();
}

}  // namespace

absl::Status FieldError(std::string_view field, std::string_view description) {
  return FieldErrors({{std::string(field), std::string(description)}});
}

absl::Status FieldErrors(const std::vector<FieldViolation>& violations) {
  return BadRequestError(reason::kFieldInvalid, violations);
}

absl::Status FieldReasonError(std::string_view reason, std::string_view field,
                              std::string_view description) {
  return BadRequestError(reason, {{std::string(field), std::string(description)}});
}

void FieldCheck::Add(std::string_view field, std::string_view description) {
  violations_.push_back({std::string(field), std::string(description)});
}

void FieldCheck::Check(std::string_view field, const absl::Status& status) {
  if (!status.ok()) violations_.push_back({std::string(field), std::string(status.message())});
}

void FieldCheck::Require(bool condition, std::string_view field, std::string_view description) {
  if (!condition) Add(field, description);
}

absl::Status FieldCheck::status() const {
  return violations_.empty() ? absl::OkStatus() : FieldErrors(violations_);
}

absl::Status NotFoundError(std::string_view resource) {
  StatusBuilder builder(
      absl::StatusCode::kNotFound, reason::kResourceNotFound,
      absl::StrCat(std::string(resource), " does not exist or is not visible to you"));
  builder.Add(Resource(resource));
  return builder.Build();
}

absl::Status ExistsError(std::string_view resource) {
  StatusBuilder builder(absl::StatusCode::kAlreadyExists, reason::kResourceExists,
                        absl::StrCat(std::string(resource), " exists already; nothing was stored"));
  builder.Add(Resource(resource));
  return builder.Build();
}

absl::Status StaleEtagError(std::string_view resource) {
  StatusBuilder builder(absl::StatusCode::kAborted, reason::kEtagStale,
                        absl::StrCat(std::string(resource),
                                     " has changed since the etag was read; nothing was stored; "
                                     "read it again and decide anew"));
  builder.Add(Resource(resource));
  return builder.Build();
}

absl::Status PreconditionError(std::string_view reason, std::string_view subject,
                               std::string_view description) {
  StatusBuilder builder(absl::StatusCode::kFailedPrecondition, reason,
                        absl::StrCat(std::string(subject), ": ", std::string(description)));
  google::rpc::PreconditionFailure failure;
  auto* violation = failure.add_violations();
  violation->set_type(std::string(reason));
  violation->set_subject(std::string(subject));
  violation->set_description(std::string(description));
  builder.Add(failure);
  return builder.Build();
}

absl::Status StateForbidsError(std::string_view resource, std::string_view state,
                               std::string_view event) {
  return PreconditionError(
      reason::kStateForbids, resource,
      absl::StrCat(std::string(event), " is not possible in state ", std::string(state),
                   "; nothing was stored; the workflow RPC lists the steps that are"));
}

absl::Status PermissionError(std::string_view reason, std::string_view description) {
  return ReasonError(absl::StatusCode::kPermissionDenied, reason, description);
}

absl::Status UnauthenticatedError(std::string_view reason, std::string_view description) {
  return ReasonError(absl::StatusCode::kUnauthenticated, reason, description);
}

absl::Status RetryLaterError(absl::StatusCode code, std::string_view reason,
                             std::string_view description, absl::Duration retry_after) {
  StatusBuilder builder(code, reason, description);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(retry_after));
  retry.mutable_retry_delay()->set_nanos(static_cast<int>(
      absl::ToInt64Nanoseconds(retry_after - absl::Seconds(absl::ToInt64Seconds(retry_after)))));
  builder.Add(retry);
  return builder.Build();
}

absl::Status ReasonError(absl::StatusCode code, std::string_view reason,
                         std::string_view description) {
  return StatusBuilder(code, reason, description).Build();
}

std::string ReasonOf(const absl::Status& status) {
  auto payload = status.GetPayload(kPayload);
  if (!payload) return "";
  google::rpc::Status proto;
  proto.ParseFromString(std::string(*payload));
  for (const auto& detail : proto.details()) {
    google::rpc::ErrorInfo info;
    if (detail.UnpackTo(&info)) return info.reason();
  }
  return "";
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  auto payload = status.GetPayload(kPayload);
  std::string details = payload ? std::string(*payload) : "";
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
                      details);
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  absl::Status answer(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  if (!status.error_details().empty()) {
    answer.SetPayload(kPayload, absl::Cord(status.error_details()));
  }
  return answer;
}

}  // namespace maplebridge
