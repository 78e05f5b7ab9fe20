#include "services/registry/api/operations.h"

#include <absl/strings/str_cat.h>

#include <limits>

#include "common/server/page_token.h"
#include "common/server/request_id.h"
#include "common/server/resource_id.h"
#include "services/registry/api/words.h"
#include "services/registry/store/operation_store.h"

namespace maplebridge::registry {
namespace {

using options::v1::ROLE_CENTRE;
using options::v1::ROLE_ORGANISATION_HEAD;

absl::StatusOr<std::string> OperationIdIn(const std::string& name) {
  const std::vector<std::string> parts = NameParts("operations/*", name);
  if (parts.empty()) return FieldError("name", "must be operations/{id}");
  return parts[0];
}

// An import is of its organisation; an export holds what its caller may see, so it is for that
// caller alone, and only while the caller belongs where it did.
absl::Status CheckSees(const Caller& caller, const Operation& operation) {
  bool sees = false;
  if (operation.is_import()) {
    sees = caller.HasAny({ROLE_ORGANISATION_HEAD, ROLE_CENTRE}) &&
           caller.organisation == operation.organisation;
  } else {
    sees = caller.principal == operation.principal &&
           caller.organisation == operation.organisation && caller.division == operation.division &&
           caller.court == operation.court;
  }
  return sees ? absl::OkStatus() : NotFoundError(operation.name());
}

void FillOutcome(v1::Operation* message, const Operation& operation) {
  if (operation.state == "FAILED") {
    message->mutable_error()->set_reason(std::string(reason::kInternal));
    message->mutable_error()->set_message(
        "a fault of the service ended it; what was done before stays done, and the log has more");
    return;
  }
  if (operation.chunk_count == 0 || !operation.expire_time) return;
  v1::OperationResult* result = message->mutable_result();
  result->set_media_type("text/csv; charset=utf-8");
  result->set_size(operation.result_size);
  SetTime(result->mutable_expire_time(), *operation.expire_time);
  result->set_expired(operation.result_destroyed);
}

// Why there is nothing to read; OK when there is.
absl::Status CheckReadable(const Operation& operation, absl::Time now) {
  if (operation.is_running()) {
    return StateForbidsError(operation.name(), operation.state, "ReadOperationResult");
  }
  if (operation.chunk_count == 0 || operation.state == "FAILED") {
    return PreconditionError(reason::kGuardFailed, operation.name(),
                             operation.is_import() ? "has no result: no row had errors"
                                                   : "has no result: it was ended before its time");
  }
  if (operation.result_destroyed || (operation.expire_time && *operation.expire_time <= now)) {
    return PreconditionError(reason::kGuardFailed, operation.name(),
                             "had a result, which is destroyed after 7 days; order it anew");
  }
  return absl::OkStatus();
}

Task<absl::StatusOr<v1::Operation>> Cancel(const Registry& registry,
                                           postgres::Transaction& transaction, const Call& call,
                                           const std::string& id) {
  // Waits for the step that is under way.
  auto operation = co_await LockOperation(transaction, registry.keys, id);
  if (!operation.ok()) co_return operation.status();
  MB_CO_RETURN_IF_ERROR(CheckSees(call.caller(), *operation));
  if (operation->state == "STAGING") co_return NotFoundError(operation->name());
  if (!operation->is_running()) {
    co_return StateForbidsError(operation->name(), operation->state, "CancelOperation");
  }
  operation->End("CANCELLED", call.now());
  operation->update_time = call.now();
  constexpr int kAll = std::numeric_limits<int>::max();
  absl::Status done = co_await DeleteStagedRows(transaction, id, kAll);
  if (!done.ok()) co_return done;
  done = co_await UpdateOperation(transaction, *operation);
  if (!done.ok()) co_return done;
  co_return OperationMessage(*operation);
}

}  // namespace

Operation NewOperation(const Call& call, std::string_view kind, std::string_view state) {
  const Caller& caller = call.caller();
  Operation operation;
  operation.id = NewResourceId(call.now());
  operation.kind = kind;
  operation.state = state;
  operation.organisation = caller.organisation;
  operation.principal = caller.principal;
  for (const Role role : caller.roles) operation.roles.push_back(options::v1::Role_Name(role));
  operation.division = caller.division;
  operation.court = caller.court;
  operation.trace_id = call.trace_id();
  operation.create_time = call.now();
  operation.update_time = call.now();
  return operation;
}

Caller RightsOf(const Operation& operation) {
  Caller caller;
  caller.principal = operation.principal;
  for (const std::string& name : operation.roles) {
    Role role = options::v1::ROLE_UNSPECIFIED;
    if (options::v1::Role_Parse(name, &role)) caller.roles.push_back(role);
  }
  caller.division = operation.division;
  caller.organisation = operation.organisation;
  caller.court = operation.court;
  return caller;
}

v1::Operation OperationMessage(const Operation& operation) {
  v1::Operation message;
  message.set_name(operation.name());
  message.set_kind(EnumOf<v1::OperationKind>("OPERATION_KIND_", operation.kind));
  message.set_state(EnumOf<v1::OperationState>("OPERATION_STATE_", operation.state));
  message.set_done(!operation.is_running());
  message.set_organisation(operation.organisation);
  v1::OperationProgress* progress = message.mutable_progress();
  progress->set_row_count(operation.row_count);
  progress->set_done_count(operation.done_count);
  progress->set_imported_count(operation.imported_count);
  progress->set_repeated_count(operation.repeated_count);
  progress->set_refused_count(operation.refused_count);
  if (!operation.is_running()) FillOutcome(&message, operation);
  for (const std::string& column : operation.ignored_columns) message.add_ignored_columns(column);
  SetTime(message.mutable_create_time(), operation.create_time);
  SetTime(message.mutable_update_time(), operation.update_time);
  if (operation.end_time) SetTime(message.mutable_end_time(), *operation.end_time);
  return message;
}

Task<absl::StatusOr<v1::Operation>> RereadOperation(const Registry& registry,
                                                    postgres::Transaction& transaction,
                                                    const Call& call, const std::string& name) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, OperationIdIn(name));
  auto operation = co_await ReadOperation(transaction, registry.keys, id);
  if (!operation.ok()) co_return operation.status();
  MB_CO_RETURN_IF_ERROR(CheckSees(call.caller(), *operation));
  co_return OperationMessage(*operation);
}

Task<absl::StatusOr<v1::Operation>> GetOperation(Registry& registry, Call& call,
                                                 const v1::GetOperationRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, OperationIdIn(request.name()));
  auto operation =
      co_await ReadOperation(registry.database(call), call.deadline(), registry.keys, id);
  if (!operation.ok()) co_return operation.status();
  MB_CO_RETURN_IF_ERROR(CheckSees(call.caller(), *operation));
  co_return OperationMessage(*operation);
}

Task<absl::StatusOr<v1::ListOperationsResponse>> ListOperationPage(
    Registry& registry, Call& call, const v1::ListOperationsRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  const Caller& caller = call.caller();
  OperationFilter filter;
  filter.principal = caller.principal;
  filter.organisation = caller.organisation;
  filter.division = caller.division;
  filter.court = caller.court;
  if (caller.HasAny({ROLE_ORGANISATION_HEAD, ROLE_CENTRE})) {
    filter.import_organisation = caller.organisation;
  }
  filter.kind = WordOf("OPERATION_KIND_", request.kind());
  if (!token.empty()) filter.before = token[0];
  filter.limit = size + 1;
  auto rows =
      co_await ListOperations(registry.database(call), call.deadline(), registry.keys, filter);
  if (!rows.ok()) co_return rows.status();
  v1::ListOperationsResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    response.set_next_page_token(MakePageToken(*registry.keys.match, request, {rows->back().id}));
  }
  for (const Operation& operation : *rows) {
    *response.add_operations() = OperationMessage(operation);
  }
  co_return response;
}

Task<absl::StatusOr<v1::Operation>> CancelOperation(Registry& registry, Call& call,
                                                    const v1::CancelOperationRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, OperationIdIn(request.name()));
  std::function<Task<absl::StatusOr<v1::Operation>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) { return Cancel(registry, transaction, call, id); };
  std::function<Task<absl::StatusOr<v1::Operation>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string& name) {
        return RereadOperation(registry, transaction, call, name);
      };
  co_return co_await ChangeOnce<v1::Operation>(registry.database(call), call, request, change,
                                               reread);
}

Task<absl::Status> ReadOperationResult(Registry& registry, Call& call,
                                       const v1::ReadOperationResultRequest& request,
                                       StreamWriter& writer) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, OperationIdIn(request.name()));
  postgres::Database& database = registry.database(call);
  auto operation = co_await ReadOperation(database, call.deadline(), registry.keys, id);
  if (!operation.ok()) co_return operation.status();
  MB_CO_RETURN_IF_ERROR(CheckSees(call.caller(), *operation));
  MB_CO_RETURN_IF_ERROR(CheckReadable(*operation, call.now()));
  absl::Status recorded = co_await RecordOperationRead(
      database, call.deadline(), id, call.caller().principal, call.now(), call.trace_id());
  if (!recorded.ok()) co_return recorded;
  v1::ReadOperationResultResponse message;
  for (int ordinal = 0; ordinal < operation->chunk_count; ++ordinal) {
    auto chunk = co_await ReadResultChunk(database, call.deadline(), registry.keys, id, ordinal);
    if (!chunk.ok()) co_return chunk.status();
    message.set_chunk(*std::move(chunk));
    const bool written = co_await writer.Write(message);
    if (!written) co_return absl::OkStatus();
  }
  co_return absl::OkStatus();
}

}  // namespace maplebridge::registry
