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

absl::Status CoalescerOverdueError() {
  return ReasonError(
      absl::StatusCode::kDeadlineExceeded, reason::kDeadlinePassed,
      "the deadline passed while the database was at the call; whether it was stored "
      "is not known; a change sent again with its request_id happens once");
}

absl::Status CoalescerFailedError() {
  return absl::InternalError("this service failed on the call; whether it was stored is not known");
}

}  // namespace maplebridge::postgres
