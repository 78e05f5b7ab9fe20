// The order is what keeps a crash harmless: the bytes are examined; what was found is committed to
// the upload's row; the file is moved to its place, under the lock that a sweep respects; the
// material's row commits. A crash in between leaves the upload open and its bytes findable, by
// their digest if not as an unfinished file, and finalising goes on where it was.
#include "services/registry/api/finalise_upload.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/content/content_store.h"
#include "common/server/request_id.h"
#include "common/status/error.h"
#include "services/registry/api/material_message.h"
#include "services/registry/api/uploads.h"
#include "services/registry/files/examination.h"
#include "services/registry/store/material_store.h"
#include "services/registry/store/stored_file_store.h"

namespace maplebridge::registry {
namespace {

// What the examiner takes beside the bytes.
constexpr std::int64_t kExaminerMemory = 32 << 20;

absl::Status MissingBytes() {
  return ReasonError(absl::StatusCode::kDataLoss, reason::kDigestDiffers,
                     "committed bytes of this upload are missing or were changed; cancel it and "
                     "send the file again");
}

// All bytes of the upload: their digest, and a copy to examine. NOT_FOUND when the file has been
// moved to its place.
Task<absl::Status> ReadThrough(Registry& registry, const Upload& upload, PlainBytes* plain,
                               ContentDigest::Hex* hex) {
  ContentDigest digest;
  for (std::int64_t place = 0; place < upload.size; place += kFileChunk) {
    const int ordinal = static_cast<int>(place / kFileChunk);
    auto chunk = co_await registry.files.store->ReadUnfinished(upload.id, ordinal);
    if (!chunk.ok()) co_return chunk.status();
    const std::int64_t expected = std::min(kFileChunk, upload.size - place);
    if (static_cast<std::int64_t>(chunk->size()) != expected) co_return MissingBytes();
    auto take = [&] {
      digest.Update(*chunk);
      return plain->Append(*chunk);
    };
    absl::Status taken = co_await OnWorker(take);
    if (!taken.ok()) co_return taken;
  }
  *hex = digest.Finish();
  co_return absl::OkStatus();
}

absl::Status RefusedError(const Upload& upload, const std::string& refusal) {
  std::string why = "is of a type that is not kept";
  if (refusal == reason::kFileActiveContent) {
    why = "holds a script, a launch action or a macro";
  } else if (refusal == reason::kFileExpandsTooFar) {
    why = "would be too large when unpacked";
  } else if (refusal == reason::kFileUnreadable) {
    why = "is damaged or encrypted and cannot be examined";
  }
  return FieldReasonError(refusal, "name",
                          absl::StrCat("the file of ", upload.name(), " ", why,
                                       "; nothing was stored; cancel the upload"));
}

// Fills in digest and type of a complete upload.
Task<absl::Status> Examine(Registry& registry, Upload* upload) {
  HeldMemory memory;
  MB_CO_RETURN_IF_ERROR(memory.Take(upload->size + kExaminerMemory));
  PlainBytes plain;
  ContentDigest::Hex hex;
  absl::Status read = co_await ReadThrough(registry, *upload, &plain, &hex);
  if (!read.ok()) co_return read;
  if (!upload->declared_sha256.empty() && hex.sha256 != upload->declared_sha256) {
    co_return ReasonError(absl::StatusCode::kInvalidArgument, reason::kDigestDiffers,
                          absl::StrCat("the bytes have the SHA-256 ", hex.sha256,
                                       ", not the one announced; nothing was stored; cancel the "
                                       "upload and send the file again"));
  }
  auto verdict = co_await ExamineApart(registry.files.examiner, plain);
  if (!verdict.ok()) co_return verdict.status();
  if (!verdict->refusal.empty()) co_return RefusedError(*upload, verdict->refusal);
  upload->sha256 = hex.sha256;
  upload->sm3 = hex.sm3;
  upload->media_type = verdict->media_type;
  co_return absl::OkStatus();
}

// Examines the upload unless that was done before, and commits what was found.
Task<absl::Status> EnsureExamined(Registry& registry, const Call& call, Upload upload) {
  if (!upload.is_open() || upload.is_examined()) co_return absl::OkStatus();
  if (upload.committed_size < upload.size) {
    co_return PreconditionError(reason::kGuardFailed, upload.name(),
                                absl::StrCat("has ", upload.committed_size, " of ", upload.size,
                                             " bytes; append the rest first"));
  }
  absl::Status examined = co_await Examine(registry, &upload);
  if (absl::IsNotFound(examined)) {
    // Another call has moved the file: then its row says so.
    auto now = co_await ReadUpload(registry.database(call), call.deadline(), registry.keys,
                                   upload.dispute, upload.id);
    if (!now.ok()) co_return now.status();
    co_return now->is_examined() ? absl::OkStatus() : MissingBytes();
  }
  if (!examined.ok()) co_return examined;
  co_return co_await KeepExamination(registry.database(call), call.deadline(), upload);
}

Material MaterialOf(const Call& call, const Upload& upload, int ordinal) {
  Material material;
  material.dispute = upload.dispute;
  material.ordinal = ordinal;
  material.upload = upload.id;
  const MaterialType* type = FindMaterialType(upload.media_type);
  material.file_name = type == nullptr ? upload.file_name : FileNameOf(upload.file_name, *type);
  material.kind = upload.kind;
  material.party_id = upload.party_id;
  material.media_type = upload.media_type;
  material.size = upload.size;
  material.sha256 = upload.sha256;
  material.sm3 = upload.sm3;
  material.create_time = call.now();
  return material;
}

// Moves the bytes to their place, then writes the rows.
Task<absl::Status> Store(const Registry& registry, postgres::Transaction& transaction,
                         const Call& call, const Dispute& dispute, Upload upload,
                         const Material& material) {
  auto database_id = co_await LockFilesToKeep(transaction);
  if (!database_id.ok()) co_return database_id.status();
  absl::Status done = co_await registry.files.store->Bind(*database_id);
  if (!done.ok()) co_return done;
  done = co_await registry.files.store->Keep(upload.id, upload.sha256);
  if (absl::IsNotFound(done)) co_return MissingBytes();
  if (!done.ok()) co_return done;
  done = co_await InsertMaterial(transaction, registry.keys, material, call.caller().principal);
  if (!done.ok()) co_return done;
  upload.state = "FINISHED";
  upload.material = material.ordinal;
  done = co_await EndUpload(transaction, upload);
  if (!done.ok()) co_return done;
  const std::string clock = kUploadClock;
  done = co_await MeetDeadline(transaction, call, upload.name(), clock);
  if (!done.ok()) co_return done;
  const std::string no_state;
  co_return co_await TellMaterial(registry, transaction, call, dispute, material, "FinaliseUpload",
                                  no_state);
}

Task<absl::StatusOr<v1::Material>> Finalise(const Registry& registry,
                                            postgres::Transaction& transaction, const Call& call,
                                            const UploadName& name) {
  auto dispute = co_await LockDispute(transaction, registry.keys, name.dispute);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(CheckMayWrite(call.caller(), *dispute));
  auto upload = co_await LockUpload(transaction, registry.keys, name.dispute, name.id);
  if (!upload.ok()) co_return upload.status();
  if (upload->material > 0) {
    auto made =
        co_await LockMaterial(transaction, registry.keys, upload->dispute, upload->material);
    if (!made.ok()) co_return made.status();
    co_return MaterialMessage(*made);
  }
  if (!upload->is_open()) {
    co_return StateForbidsError(upload->name(), upload->state, "FinaliseUpload");
  }
  MB_CO_RETURN_IF_ERROR(CheckTakesMaterials(*dispute, "FinaliseUpload"));
  auto count = co_await CountUploads(transaction, upload->dispute);
  if (!count.ok()) co_return count.status();
  if (count->materials >= kMostMaterials) {
    co_return PreconditionError(
        reason::kGuardFailed, dispute->name(),
        absl::StrCat("has ", count->materials, " materials, the most there may be"));
  }
  const Material material = MaterialOf(call, *upload, count->materials + 1);
  absl::Status stored = co_await Store(registry, transaction, call, *dispute, *upload, material);
  if (!stored.ok()) co_return stored;
  co_return MaterialMessage(material);
}

Task<absl::StatusOr<v1::Material>> Reread(const Registry& registry,
                                          postgres::Transaction& transaction, const Call& call,
                                          const std::string& name) {
  const std::optional<PartName> part = ParsePartName(kMaterials, name);
  if (!part) co_return NotFoundError(name);
  auto dispute = co_await ReadDispute(transaction, registry.keys, part->number);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(CheckMayWrite(call.caller(), *dispute));
  auto material = co_await LockMaterial(transaction, registry.keys, part->number, part->ordinal);
  if (!material.ok()) co_return material.status();
  co_return MaterialMessage(*material);
}

Task<absl::StatusOr<v1::Material>> ExamineAndFinalise(Registry& registry, Call& call,
                                                      const v1::FinaliseUploadRequest& request) {
  MB_CO_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  MB_CO_ASSIGN_OR_RETURN(const UploadName name, UploadNameIn("name", request.name()));
  auto found = co_await FindWritable(registry, call, "name", request.name());
  if (!found.ok()) co_return found.status();
  absl::Status examined = co_await EnsureExamined(registry, call, found->upload);
  if (!examined.ok()) co_return examined;
  std::function<Task<absl::StatusOr<v1::Material>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return Finalise(registry, transaction, call, name);
      };
  std::function<Task<absl::StatusOr<v1::Material>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string& made) {
        return Reread(registry, transaction, call, made);
      };
  co_return co_await ChangeOnce<v1::Material>(registry.database(call), call, request, change,
                                              reread);
}

}  // namespace

Task<absl::StatusOr<v1::Material>> FinaliseUpload(Registry& registry, Call& call,
                                                  const v1::FinaliseUploadRequest& request) {
  auto answer = co_await ExamineAndFinalise(registry, call, request);
  if (!answer.ok()) registry.file_metrics.CountRefusal(ReasonOf(answer.status()));
  co_return answer;
}

}  // namespace maplebridge::registry
