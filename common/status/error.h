// Errors with google.rpc details. Inside the suite they are absl::Status with one payload, a
// serialised google.rpc.Status; at the edge that payload becomes grpc-status-details-bin.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <grpcpp/support/status.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/status/reason.h"

namespace maplebridge {

// A field that is wrong: `field` is its path in the request, such as
// "dispute.parties[1].telephone"; `description` says what was wrong and what is accepted, and never
// holds a private value.
struct FieldViolation {
  std::string field;
  std::string description;
};

// INVALID_ARGUMENT with BadRequest.
absl::Status FieldError(std::string_view field, std::string_view description);
absl::Status FieldErrors(const std::vector<FieldViolation>& violations);
// INVALID_ARGUMENT with BadRequest, for a field that is wrong in a way of its own `reason`.
absl::Status FieldReasonError(std::string_view reason, std::string_view field,
                              std::string_view description);

// Gathers what is wrong with a request, so that one answer names all of it.
class FieldCheck {
 public:
  void Add(std::string_view field, std::string_view description);
  // Adds the message of a status that is not OK.
  void Check(std::string_view field, const absl::Status& status);
  void Require(bool condition, std::string_view field, std::string_view description);
  absl::Status status() const;

 private:
  std::vector<FieldViolation> violations_;
};

// NOT_FOUND with ResourceInfo.
absl::Status NotFoundError(std::string_view resource);
// ALREADY_EXISTS with ResourceInfo.
absl::Status ExistsError(std::string_view resource);
// ABORTED with ResourceInfo: `etag` is stale.
absl::Status StaleEtagError(std::string_view resource);
// FAILED_PRECONDITION with ErrorInfo and PreconditionFailure; `subject` is what it is about (a
// resource or a party), `description` what was expected and what to do.
absl::Status PreconditionError(std::string_view reason, std::string_view subject,
                               std::string_view description);
// FAILED_PRECONDITION STATE_FORBIDS: `event` is not allowed from `state`.
absl::Status StateForbidsError(std::string_view resource, std::string_view state,
                               std::string_view event);
// PERMISSION_DENIED.
absl::Status PermissionError(std::string_view reason, std::string_view description);
// UNAUTHENTICATED.
absl::Status UnauthenticatedError(std::string_view reason, std::string_view description);
// UNAVAILABLE or RESOURCE_EXHAUSTED with RetryInfo.
absl::Status RetryLaterError(absl::StatusCode code, std::string_view reason,
                             std::string_view description, absl::Duration retry_after);
// Any code with ErrorInfo.
absl::Status ReasonError(absl::StatusCode code, std::string_view reason,
                         std::string_view description);

// The reason of the status's ErrorInfo; empty when it has none.
std::string ReasonOf(const absl::Status& status);

// To the wire and back (both keep the details).
grpc::Status ToGrpcStatus(const absl::Status& status);
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace maplebridge
