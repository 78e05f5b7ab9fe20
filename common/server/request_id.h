// Exactly once, seen from outside: a change runs once for (principal, method, request_id).
#pragma once

#include <functional>
#include <string>

#include "common/postgres/database.h"
#include "common/server/call.h"

namespace maplebridge {

// SHA-256 over the request's deterministic form without its request_id and unknown fields.
std::string RequestDigest(const google::protobuf::Message& request);

// INVALID_ARGUMENT unless empty or a UUID.
absl::Status CheckRequestId(std::string_view request_id);

// Claims the request_id in the transaction. Answers the resource name that the first run made, or
// "" when this is the first. REQUEST_ID_REUSED when the body differs. Empty ids claim nothing.
Task<absl::StatusOr<std::string>> ClaimRequestId(postgres::Transaction& transaction,
                                                 const Call& call, const std::string& request_id,
                                                 const std::string& digest);
// Keeps the name of what was made with the claim.
Task<absl::Status> KeepRequestResult(postgres::Transaction& transaction, const Call& call,
                                     const std::string& request_id, const std::string& resource);

// Forgets claims older than 7 days, hourly, until `stop` answers true.
Task<void> ForgetRequestIds(postgres::Database& database, std::function<bool()> stop);

// Runs `change` in a transaction, or answers a repeat with what `read` makes of the resource now,
// under the caller's present rights. Response has name(); Request has request_id().
template <typename Response, typename Request>
Task<absl::StatusOr<Response>> ChangeOnce(
    postgres::Database& database, Call& call, const Request& request,
    std::function<Task<absl::StatusOr<Response>>(postgres::Transaction&)> change,
    std::function<Task<absl::StatusOr<Response>>(postgres::Transaction&, const std::string& name)>
        read) {
  MB_CO_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  const std::string digest = RequestDigest(request);
  std::function<Task<absl::StatusOr<Response>>(postgres::Transaction&)> body =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<Response>> {
    auto claimed = co_await ClaimRequestId(transaction, call, request.request_id(), digest);
    if (!claimed.ok()) co_return claimed.status();
    if (!claimed->empty()) co_return co_await read(transaction, *claimed);
    absl::StatusOr<Response> answer = co_await change(transaction);
    if (!answer.ok()) co_return answer.status();
    absl::Status kept =
        co_await KeepRequestResult(transaction, call, request.request_id(), answer->name());
    if (!kept.ok()) co_return kept;
    co_return answer;
  };
  co_return co_await database.Transact<Response>(call.deadline(), body);
}

}  // namespace maplebridge
