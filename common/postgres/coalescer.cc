#include "common/postgres/coalescer.h"

#include "common/status/error.h"

namespace maplebridge::postgres {

absl::Status CoalescerFullError() {
  return RetryLaterError(absl::StatusCode::kResourceExhausted, reason::kOverloaded,
                         "too many calls of this kind wait; nothing was stored; try again",
                         absl::Milliseconds(200));
}

absl::Status CoalescerLateError() {
  return ReasonError(absl::StatusCode::kDeadlineExceeded, reason::kDeadlinePassed,
                     "the deadline passed before the call's turn; nothing was stored");
}

absl::Status CoalescerFailedError() {
  return absl::InternalError("this service failed on the call; whether it was stored is not known");
}

}  // namespace maplebridge::postgres
