#include "services/registry/api/uploads.h"

#include <absl/strings/str_cat.h>

#include "common/calendar/working_calendar.h"
#include "common/server/page_token.h"
#include "common/server/request_id.h"
#include "common/server/resource_id.h"
#include "services/registry/api/material_message.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/words.h"
#include "services/registry/store/material_store.h"

namespace maplebridge::registry {
namespace {

// Left to PostgreSQL, which may stand on the same disk and stops without any.
constexpr std::int64_t kReserve = std::int64_t{512} << 20;

absl::StatusOr<Upload> DraftOf(const Call& call, const v1::Upload& message) {
  Upload upload;
  upload.file_name = message.file_name();
  upload.kind = WordOf("MATERIAL_KIND_", message.kind());
  upload.party_id = message.party_id();
  upload.size = message.size();
  upload.declared_sha256 = message.sha256();
  FieldCheck check;
  AddViolations(&check, "upload.", CheckUpload(upload));
  MB_RETURN_IF_ERROR(check.status());
  upload.create_time = call.now();
  upload.expire_time = call.now() + kUploadLife;
  return upload;
}

absl::Status CheckPartyOf(const Dispute& dispute, const Upload& upload) {
  if (upload.party_id.empty()) return absl::OkStatus();
  for (const Party& party : dispute.parties) {
    if (party.party_id == upload.party_id) return absl::OkStatus();
  }
  return FieldError("upload.party_id", "is no party of this dispute");
}

Task<absl::Status> CheckRoom(const Registry& registry, std::int64_t size) {
  auto free = co_await registry.files.store->Free();
  if (!free.ok()) co_return free.status();
  if (*free - size >= kReserve) co_return absl::OkStatus();
  co_return RetryLaterError(absl::StatusCode::kResourceExhausted, reason::kFileStoreFull,
                            "the file store has no room for it; nothing was stored",
                            absl::Seconds(60));
}

Task<absl::Status> RunClock(postgres::Transaction& transaction, const Call& call,
                            const Upload& upload) {
  DeadlineRow row;
  row.resource = upload.name();
  row.kind = kUploadClock;
  row.due_day = calendar::ChinaDay(upload.expire_time);
  row.due_time = upload.expire_time;
  const std::string why = "CreateUpload";
  co_return co_await SetDeadline(transaction, call, row, why);
}

Task<absl::StatusOr<v1::Upload>> Create(const Registry& registry,
                                        postgres::Transaction& transaction, const Call& call,
                                        const std::string& number, const Upload& draft) {
  auto dispute = co_await LockDispute(transaction, registry.keys, number);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(CheckMayWrite(call.caller(), *dispute));
  MB_CO_RETURN_IF_ERROR(CheckTakesMaterials(*dispute, "CreateUpload"));
  MB_CO_RETURN_IF_ERROR(CheckPartyOf(*dispute, draft));
  auto count = co_await CountUploads(transaction, number);
  if (!count.ok()) co_return count.status();
  const std::string why_not =
      WhyNoMoreUploads(count->open, count->open_bytes, count->materials, draft.size);
  if (!why_not.empty()) {
    co_return PreconditionError(reason::kGuardFailed, dispute->name(), why_not);
  }
  Upload upload = draft;
  upload.dispute = number;
  upload.id = NewResourceId(call.now());
  absl::Status done =
      co_await InsertUpload(transaction, registry.keys, upload, call.caller().principal);
  if (!done.ok()) co_return done;
  done = co_await RunClock(transaction, call, upload);
  if (!done.ok()) co_return done;
  co_return UploadMessage(upload);
}

Task<absl::StatusOr<v1::Upload>> Reread(const Registry& registry,
                                        postgres::Transaction& transaction, const Call& call,
                                        const std::string& name) {
  MB_CO_ASSIGN_OR_RETURN(const UploadName parts, UploadNameIn("name", name));
  auto dispute = co_await ReadDispute(transaction, registry.keys, parts.dispute);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(CheckMayWrite(call.caller(), *dispute));
  auto upload = co_await LockUpload(transaction, registry.keys, parts.dispute, parts.id);
  if (!upload.ok()) co_return upload.status();
  co_return UploadMessage(*upload);
}

Task<absl::StatusOr<v1::Upload>> Cancel(const Registry& registry,
                                        postgres::Transaction& transaction, const Call& call,
                                        const UploadName& name) {
  auto dispute = co_await LockDispute(transaction, registry.keys, name.dispute);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(CheckMayWrite(call.caller(), *dispute));
  auto upload = co_await LockUpload(transaction, registry.keys, name.dispute, name.id);
  if (!upload.ok()) co_return upload.status();
  if (!upload->is_open()) {
    co_return StateForbidsError(upload->name(), upload->state, "CancelUpload");
  }
  upload->state = "CANCELLED";
  absl::Status done = co_await EndUpload(transaction, *upload);
  if (!done.ok()) co_return done;
  const std::string clock = kUploadClock;
  done = co_await MeetDeadline(transaction, call, upload->name(), clock);
  if (!done.ok()) co_return done;
  co_return UploadMessage(*upload);
}

}  // namespace

Task<absl::StatusOr<v1::Upload>> CreateUpload(Registry& registry, Call& call,
                                              const v1::CreateUploadRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string number, NumberIn("parent", request.parent()));
  MB_CO_ASSIGN_OR_RETURN(const Upload draft, DraftOf(call, request.upload()));
  auto seen = co_await ReadVisible(registry, call, "parent", request.parent());
  if (!seen.ok()) co_return seen.status();
  MB_CO_RETURN_IF_ERROR(CheckMayWrite(call.caller(), *seen));
  absl::Status room = co_await CheckRoom(registry, draft.size);
  if (!room.ok()) co_return room;
  std::function<Task<absl::StatusOr<v1::Upload>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return Create(registry, transaction, call, number, draft);
      };
  std::function<Task<absl::StatusOr<v1::Upload>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string& name) {
        return Reread(registry, transaction, call, name);
      };
  co_return co_await ChangeOnce<v1::Upload>(registry.database(call), call, request, change, reread);
}

Task<absl::StatusOr<v1::Upload>> GetUpload(Registry& registry, Call& call,
                                           const v1::GetUploadRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const UploadName name, UploadNameIn("name", request.name()));
  auto dispute = co_await ReadVisible(registry, call, "name", "disputes/" + name.dispute);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(CheckMayRead(call.caller(), *dispute));
  auto upload = co_await ReadUpload(registry.database(call), call.deadline(), registry.keys,
                                    name.dispute, name.id);
  if (!upload.ok()) co_return upload.status();
  co_return UploadMessage(*upload);
}

Task<absl::StatusOr<v1::ListUploadsResponse>> ListUploadPage(
    Registry& registry, Call& call, const v1::ListUploadsRequest& request) {
  auto dispute = co_await ReadVisible(registry, call, "parent", request.parent());
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(CheckMayRead(call.caller(), *dispute));
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  const std::string after = token.empty() ? "" : token[0];
  auto rows =
      co_await ListUploads(registry.database(call), call.deadline(), registry.keys, dispute->number,
                           WordOf("UPLOAD_STATE_", request.state()), after, size + 1);
  if (!rows.ok()) co_return rows.status();
  v1::ListUploadsResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    response.set_next_page_token(MakePageToken(*registry.keys.match, request, {rows->back().id}));
  }
  for (const Upload& upload : *rows) FillUpload(response.add_uploads(), upload);
  co_return response;
}

Task<absl::StatusOr<v1::Upload>> CancelUpload(Registry& registry, Call& call,
                                              const v1::CancelUploadRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const UploadName name, UploadNameIn("name", request.name()));
  std::function<Task<absl::StatusOr<v1::Upload>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) { return Cancel(registry, transaction, call, name); };
  std::function<Task<absl::StatusOr<v1::Upload>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string& repeated) {
        return Reread(registry, transaction, call, repeated);
      };
  auto answer =
      co_await ChangeOnce<v1::Upload>(registry.database(call), call, request, change, reread);
  // The sweep would do it, too: what fails here is done then.
  if (answer.ok()) (void)co_await registry.files.store->DropUnfinished(name.id);
  co_return answer;
}

Task<absl::StatusOr<WritableUpload>> FindWritable(Registry& registry, const Call& call,
                                                  std::string_view field, const std::string& name) {
  MB_CO_ASSIGN_OR_RETURN(const UploadName parts, UploadNameIn(field, name));
  auto dispute = co_await ReadVisible(registry, call, field, "disputes/" + parts.dispute);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(CheckMayWrite(call.caller(), *dispute));
  auto upload = co_await ReadUpload(registry.database(call), call.deadline(), registry.keys,
                                    parts.dispute, parts.id);
  if (!upload.ok()) co_return upload.status();
  WritableUpload found;
  found.upload = *std::move(upload);
  found.dispute = *std::move(dispute);
  co_return found;
}

bool IsOfUpload(const DeadlineRow& row) {
  return row.kind == kUploadClock && UploadNameIn("resource", row.resource).ok();
}

Task<absl::Status> LockUploadOf(const Registry& registry, postgres::Transaction& transaction,
                                const DeadlineRow& row) {
  MB_CO_ASSIGN_OR_RETURN(const UploadName name, UploadNameIn("resource", row.resource));
  auto dispute = co_await LockDispute(transaction, registry.keys, name.dispute);
  if (!dispute.ok()) co_return dispute.status();
  auto upload = co_await LockUpload(transaction, registry.keys, name.dispute, name.id);
  co_return upload.status();
}

Task<absl::Status> ExpireUpload(const Registry& registry, postgres::Transaction& transaction,
                                const DeadlineRow& row) {
  MB_CO_ASSIGN_OR_RETURN(const UploadName name, UploadNameIn("resource", row.resource));
  auto upload = co_await LockUpload(transaction, registry.keys, name.dispute, name.id);
  if (!upload.ok()) co_return upload.status();
  if (!upload->is_open()) co_return absl::OkStatus();
  // The sweep deletes its bytes.
  upload->state = "EXPIRED";
  co_return co_await EndUpload(transaction, *upload);
}

}  // namespace maplebridge::registry
