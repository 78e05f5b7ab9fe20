#include "services/registry/api/materials.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/sealing/sealing.h"
#include "common/server/etag.h"
#include "services/registry/api/change_dispute.h"
#include "services/registry/api/file_page.h"
#include "services/registry/api/material_message.h"
#include "services/registry/store/material_store.h"

namespace maplebridge::registry {
namespace {

// The material, when the caller may read the dispute's file.
Task<absl::StatusOr<Material>> Find(Registry& registry, const Call& call, const std::string& name) {
  MB_CO_ASSIGN_OR_RETURN(const PartName part, PartNameIn(kMaterials, name));
  auto dispute = co_await ReadVisible(registry, call, "name", "disputes/" + part.number);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(CheckMayRead(call.caller(), *dispute));
  co_return co_await ReadMaterial(registry.database(call), call.deadline(), registry.keys,
                                  part.number, part.ordinal);
}

// Bytes from `begin` to before `end`.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

absl::StatusOr<Range> RangeOf(const v1::DownloadMaterialRequest& request,
                              const Material& material) {
  FieldCheck check;
  check.Require(request.offset() >= 0 && request.offset() <= material.size, "offset",
                absl::StrCat("must be 0 to ", material.size));
  check.Require(request.length() >= 0, "length", "must not be below 0");
  MB_RETURN_IF_ERROR(check.status());
  Range range;
  range.begin = request.offset();
  const std::int64_t rest = material.size - range.begin;
  const bool is_all = request.length() == 0 || request.length() > rest;
  range.end = range.begin + (is_all ? rest : request.length());
  return range;
}

absl::Status ChangedError(const Material& material) {
  return ReasonError(absl::StatusCode::kDataLoss, reason::kDigestDiffers,
                     material.name() + ": stored bytes are no longer what was taken in");
}

Task<absl::Status> SendBytes(Registry& registry, const Material& material, const Range& range,
                             StreamWriter& writer) {
  v1::DownloadMaterialResponse message;
  ContentDigest digest;
  for (std::int64_t place = range.begin; place < range.end;) {
    const int ordinal = static_cast<int>(place / kFileChunk);
    auto chunk = co_await registry.files.store->Read(material.sha256, ordinal);
    if (!chunk.ok()) co_return chunk.status();
    const std::int64_t start = ordinal * kFileChunk;
    const std::int64_t expected = std::min(kFileChunk, material.size - start);
    if (static_cast<std::int64_t>(chunk->size()) != expected) co_return ChangedError(material);
    auto update = [&] {
      digest.Update(*chunk);
      return true;
    };
    (void)co_await OnWorker(update);
    const std::int64_t end = std::min(start + expected, range.end);
    message.set_chunk(chunk->substr(static_cast<std::size_t>(place - start),
                                    static_cast<std::size_t>(end - place)));
    place = end;
    if (!co_await writer.Write(message)) co_return absl::CancelledError("the caller has gone");
  }
  const bool is_whole = range.begin == 0 && range.end == material.size;
  if (is_whole && digest.Finish().sha256 != material.sha256) co_return ChangedError(material);
  co_return absl::OkStatus();
}

Task<absl::StatusOr<v1::Material>> Withdraw(const Registry& registry,
                                            postgres::Transaction& transaction, const Call& call,
                                            const PartName& part,
                                            const v1::WithdrawMaterialRequest& request) {
  auto dispute = co_await LockDispute(transaction, registry.keys, part.number);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(CheckMayWrite(call.caller(), *dispute));
  auto material = co_await LockMaterial(transaction, registry.keys, part.number, part.ordinal);
  if (!material.ok()) co_return material.status();
  MB_CO_RETURN_IF_ERROR(CheckEtag(material->name(), request.etag(), material->revision));
  MB_CO_RETURN_IF_ERROR(CheckTakesMaterials(*dispute, "WithdrawMaterial"));
  if (material->is_withdrawn()) {
    co_return StateForbidsError(material->name(), material->state, "WithdrawMaterial");
  }
  const std::string before = material->state;
  material->state = "WITHDRAWN";
  material->withdraw_reason = request.reason();
  material->withdraw_time = call.now();
  ++material->revision;
  absl::Status done = co_await WithdrawMaterialRow(transaction, *material, call.caller().principal);
  if (!done.ok()) co_return done;
  done = co_await TellMaterial(registry, transaction, call, *dispute, *material, "WithdrawMaterial",
                               before);
  if (!done.ok()) co_return done;
  co_return MaterialMessage(*material);
}

Task<absl::StatusOr<v1::Material>> Reread(const Registry& registry,
                                          postgres::Transaction& transaction, const Call& call,
                                          const PartName& part) {
  auto dispute = co_await ReadDispute(transaction, registry.keys, part.number);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(CheckMayWrite(call.caller(), *dispute));
  auto material = co_await LockMaterial(transaction, registry.keys, part.number, part.ordinal);
  if (!material.ok()) co_return material.status();
  co_return MaterialMessage(*material);
}

}  // namespace

Task<absl::StatusOr<v1::Material>> GetMaterial(Registry& registry, Call& call,
                                               const v1::GetMaterialRequest& request) {
  auto material = co_await Find(registry, call, request.name());
  if (!material.ok()) co_return material.status();
  co_return MaterialMessage(*material);
}

Task<absl::StatusOr<v1::ListMaterialsResponse>> ListMaterialPage(
    Registry& registry, Call& call, const v1::ListMaterialsRequest& request) {
  auto page = co_await OpenFilePage(registry, call, request);
  if (!page.ok()) co_return page.status();
  auto rows = co_await ListMaterials(registry.database(call), call.deadline(), registry.keys,
                                     page->dispute, page->after, page->size + 1);
  if (!rows.ok()) co_return rows.status();
  v1::ListMaterialsResponse response;
  if (static_cast<int>(rows->size()) > page->size) {
    response.set_next_page_token(FilePageToken(registry, request, rows->back().ordinal));
    rows->pop_back();
  }
  for (const Material& material : *rows) FillMaterial(response.add_materials(), material);
  co_return response;
}

Task<absl::Status> DownloadMaterial(Registry& registry, Call& call,
                                    const v1::DownloadMaterialRequest& request,
                                    StreamWriter& writer) {
  auto material = co_await Find(registry, call, request.name());
  if (!material.ok()) co_return material.status();
  MB_CO_ASSIGN_OR_RETURN(const Range range, RangeOf(request, *material));
  if (material->is_withdrawn() && !call.caller().Has(options::v1::ROLE_AUDITOR)) {
    co_return StateForbidsError(material->name(), material->state, "DownloadMaterial");
  }
  // Materials show who the parties are.
  absl::Status recorded =
      co_await RecordPartyRead(registry.database(call), call.deadline(), material->dispute,
                               call.caller().principal, call.now(), call.trace_id());
  if (!recorded.ok()) co_return recorded;
  v1::DownloadMaterialResponse message;
  FillMaterial(message.mutable_material(), *material);
  if (!co_await writer.Write(message)) co_return absl::CancelledError("the caller has gone");
  co_return co_await SendBytes(registry, *material, range, writer);
}

Task<absl::StatusOr<v1::Material>> WithdrawMaterial(Registry& registry, Call& call,
                                                    const v1::WithdrawMaterialRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const PartName part, PartNameIn(kMaterials, request.name()));
  if (std::string wrong = CheckText(request.reason(), 1, 1000); !wrong.empty()) {
    co_return FieldError("reason", wrong);
  }
  std::function<Task<absl::StatusOr<v1::Material>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return Withdraw(registry, transaction, call, part, request);
      };
  std::function<Task<absl::StatusOr<v1::Material>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string&) {
        return Reread(registry, transaction, call, part);
      };
  co_return co_await ChangeOnce<v1::Material>(registry.database(call), call, request, change,
                                              reread);
}

}  // namespace maplebridge::registry
