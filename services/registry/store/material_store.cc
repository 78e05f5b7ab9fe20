#include "services/registry/store/material_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

#define MB_UPLOAD_COLUMNS                                                                  \
  "dispute, upload_id, file_name, kind, party_id, size, declared_sha256, committed_size, " \
  "state, sha256, sm3, media_type, coalesce(material, 0), create_time, expire_time"
#define MB_MATERIAL_COLUMNS                                                                 \
  "dispute, ordinal, upload_id, file_name, kind, party_id, media_type, size, sha256, sm3, " \
  "m.create_time, state, withdraw_reason, withdraw_time, revision"
#define MB_FROM_MATERIALS " FROM materials m JOIN stored_files s USING (sha256)"

// $1 id, $2 dispute, $3 sealed name, $4 kind, $5 party, $6 size, $7 declared digest, $8 principal,
// $9 time, $10 end.
constexpr Statement kInsertUpload{"upload_insert", R"(
  INSERT INTO uploads (upload_id, dispute, file_name, kind, party_id, size, declared_sha256, state,
                       principal, create_time, expire_time)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 'OPEN', $8, $9, $10))"};
// $1 dispute, $2 id.
constexpr Statement kReadUpload{"upload_read", "SELECT " MB_UPLOAD_COLUMNS
                                               " FROM uploads"
                                               " WHERE dispute = $1 AND upload_id = $2"};
constexpr Statement kLockUpload{"upload_lock", "SELECT " MB_UPLOAD_COLUMNS
                                               " FROM uploads"
                                               " WHERE dispute = $1 AND upload_id = $2"
                                               " FOR NO KEY UPDATE"};
// $1 dispute, $2 state or "", $3 after, $4 limit.
constexpr Statement kListUploads{"uploads_list",
                                 "SELECT " MB_UPLOAD_COLUMNS
                                 " FROM uploads"
                                 " WHERE dispute = $1 AND ($2::text = '' OR state = $2::text)"
                                 " AND upload_id > $3"
                                 " ORDER BY upload_id LIMIT $4"};
// $1 dispute.
constexpr Statement kCountUploads{"uploads_count", R"(
  SELECT count(*), coalesce(sum(size), 0)::bigint,
         (SELECT count(*) FROM materials WHERE dispute = $1)
  FROM uploads WHERE dispute = $1 AND state = 'OPEN')"};
// $1 id, $2 writer. What was examined is whole, and its file may have been moved.
constexpr Statement kClaimUpload{"upload_claim", R"(
  UPDATE uploads SET writer = $2 WHERE upload_id = $1 AND state = 'OPEN' AND sha256 = ''
  RETURNING committed_size)"};
// $1 id, $2 writer, $3 size.
constexpr Statement kCommitUpload{"upload_commit", R"(
  UPDATE uploads SET committed_size = $3
  WHERE upload_id = $1 AND writer = $2 AND state = 'OPEN'
  RETURNING committed_size)"};
// $1 id, $2 sha256, $3 sm3, $4 type. Found by two at once, it is the same.
constexpr Statement kKeepExamination{"upload_examined", R"(
  UPDATE uploads SET sha256 = $2, sm3 = $3, media_type = $4
  WHERE upload_id = $1 AND state = 'OPEN')"};
// $1 id, $2 state, $3 material or NULL.
constexpr Statement kEndUpload{"upload_end", R"(
  UPDATE uploads SET state = $2, material = $3 WHERE upload_id = $1)"};

// $1 sha256, $2 sm3, $3 size, $4 time.
constexpr Statement kInsertFile{"stored_file_insert", R"(
  INSERT INTO stored_files (sha256, sm3, size, create_time) VALUES ($1, $2, $3, $4)
  ON CONFLICT (sha256) DO NOTHING)"};
// $1 dispute, $2 ordinal, $3 upload, $4 sha256, $5 sealed name, $6 kind, $7 party, $8 type,
// $9 principal, $10 time.
constexpr Statement kInsertMaterial{"material_insert", R"(
  INSERT INTO materials (dispute, ordinal, upload_id, sha256, file_name, kind, party_id, media_type,
                         state, principal, create_time, revision)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'KEPT', $9, $10, 1))"};
// $1 dispute, $2 ordinal.
constexpr Statement kReadMaterial{"material_read", "SELECT " MB_MATERIAL_COLUMNS MB_FROM_MATERIALS
                                                   " WHERE dispute = $1 AND ordinal = $2"};
constexpr Statement kLockMaterial{"material_lock", "SELECT " MB_MATERIAL_COLUMNS MB_FROM_MATERIALS
                                                   " WHERE dispute = $1 AND ordinal = $2"
                                                   " FOR NO KEY UPDATE OF m"};
// $1 dispute, $2 after, $3 limit.
constexpr Statement kListMaterials{"materials_list", "SELECT " MB_MATERIAL_COLUMNS MB_FROM_MATERIALS
                                                     " WHERE dispute = $1 AND ordinal > $2"
                                                     " ORDER BY ordinal LIMIT $3"};
// $1 dispute, $2 ordinal, $3 reason, $4 time, $5 principal, $6 revision.
constexpr Statement kWithdraw{"material_withdraw", R"(
  UPDATE materials
  SET state = 'WITHDRAWN', withdraw_reason = $3, withdraw_time = $4, withdraw_principal = $5,
      revision = $6
  WHERE dispute = $1 AND ordinal = $2)"};

std::string NamePurpose(std::string_view upload_id) {
  return absl::StrCat("uploads/", std::string(upload_id), "#file_name");
}

absl::Status TakenOver() {
  return ReasonError(absl::StatusCode::kAborted, reason::kUploadTakenOver,
                     "another stream writes to this upload, or it has ended; ask GetUpload");
}

std::optional<std::string> PartyOrNull(const std::string& party_id) {
  if (party_id.empty()) return std::nullopt;
  return party_id;
}

absl::StatusOr<Upload> UploadOf(const StoreKeys& keys, const Row& row) {
  Upload upload;
  upload.dispute = row.Text(0);
  upload.id = row.Text(1);
  MB_ASSIGN_OR_RETURN(upload.file_name, keys.sealing->Open(NamePurpose(upload.id), row.Bytes(2)));
  upload.kind = row.Text(3);
  upload.party_id = row.Text(4);
  upload.size = row.Int64(5);
  upload.declared_sha256 = row.Text(6);
  upload.committed_size = row.Int64(7);
  upload.state = row.Text(8);
  upload.sha256 = row.Text(9);
  upload.sm3 = row.Text(10);
  upload.media_type = row.Text(11);
  upload.material = static_cast<int>(row.Int64(12));
  upload.create_time = row.Time(13);
  upload.expire_time = row.Time(14);
  return upload;
}

absl::StatusOr<Material> MaterialOf(const StoreKeys& keys, const Row& row) {
  Material material;
  material.dispute = row.Text(0);
  material.ordinal = static_cast<int>(row.Int64(1));
  material.upload = row.Text(2);
  MB_ASSIGN_OR_RETURN(material.file_name,
                      keys.sealing->Open(NamePurpose(material.upload), row.Bytes(3)));
  material.kind = row.Text(4);
  material.party_id = row.Text(5);
  material.media_type = row.Text(6);
  material.size = row.Int64(7);
  material.sha256 = row.Text(8);
  material.sm3 = row.Text(9);
  material.create_time = row.Time(10);
  material.state = row.Text(11);
  material.withdraw_reason = row.Text(12);
  material.withdraw_time = row.OptionalTime(13);
  material.revision = row.Int64(14);
  return material;
}

absl::StatusOr<Upload> OneUpload(const StoreKeys& keys,
                                 const absl::StatusOr<postgres::Result>& rows,
                                 const std::string& dispute, const std::string& id) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return NotFoundError(absl::StrCat("disputes/", dispute, "/uploads/", id));
  return UploadOf(keys, (*rows)[0]);
}

absl::StatusOr<Material> OneMaterial(const StoreKeys& keys,
                                     const absl::StatusOr<postgres::Result>& rows,
                                     const std::string& dispute, int ordinal) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) {
    return NotFoundError(absl::StrCat("disputes/", dispute, "/materials/", ordinal));
  }
  return MaterialOf(keys, (*rows)[0]);
}

absl::StatusOr<std::vector<Material>> AllMaterials(const StoreKeys& keys,
                                                   const absl::StatusOr<postgres::Result>& rows) {
  if (!rows.ok()) return rows.status();
  std::vector<Material> materials;
  for (int i = 0; i < rows->size(); ++i) {
    MB_ASSIGN_OR_RETURN(Material material, MaterialOf(keys, (*rows)[i]));
    materials.push_back(std::move(material));
  }
  return materials;
}

}  // namespace

Task<absl::Status> InsertUpload(postgres::Transaction& transaction, const StoreKeys& keys,
                                const Upload& upload, const std::string& principal) {
  postgres::Bytes name{keys.sealing->Seal(NamePurpose(upload.id), upload.file_name)};
  auto inserted = co_await transaction.Execute(
      kInsertUpload, upload.id, upload.dispute, name, upload.kind, PartyOrNull(upload.party_id),
      upload.size, upload.declared_sha256, principal, upload.create_time, upload.expire_time);
  co_return inserted.status();
}

Task<absl::StatusOr<Upload>> ReadUpload(postgres::Database& database, absl::Time deadline,
                                        const StoreKeys& keys, const std::string& dispute,
                                        const std::string& id) {
  auto rows = co_await database.Query(deadline, kReadUpload, dispute, id);
  co_return OneUpload(keys, rows, dispute, id);
}

Task<absl::StatusOr<Upload>> LockUpload(postgres::Transaction& transaction, const StoreKeys& keys,
                                        const std::string& dispute, const std::string& id) {
  auto rows = co_await transaction.Execute(kLockUpload, dispute, id);
  co_return OneUpload(keys, rows, dispute, id);
}

Task<absl::StatusOr<std::vector<Upload>>> ListUploads(postgres::Database& database,
                                                      absl::Time deadline, const StoreKeys& keys,
                                                      const std::string& dispute,
                                                      const std::string& state,
                                                      const std::string& after, int limit) {
  auto rows = co_await database.Query(deadline, kListUploads, dispute, state, after, limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<Upload> uploads;
  for (int i = 0; i < rows->size(); ++i) {
    MB_CO_ASSIGN_OR_RETURN(Upload upload, UploadOf(keys, (*rows)[i]));
    uploads.push_back(std::move(upload));
  }
  co_return uploads;
}

Task<absl::StatusOr<UploadCount>> CountUploads(postgres::Transaction& transaction,
                                               const std::string& dispute) {
  auto rows = co_await transaction.Execute(kCountUploads, dispute);
  if (!rows.ok()) co_return rows.status();
  UploadCount count;
  count.open = static_cast<int>((*rows)[0].Int64(0));
  count.open_bytes = (*rows)[0].Int64(1);
  count.materials = static_cast<int>((*rows)[0].Int64(2));
  co_return count;
}

Task<absl::StatusOr<std::int64_t>> ClaimUpload(postgres::Database& database, absl::Time deadline,
                                               const std::string& id, const std::string& writer) {
  auto rows = co_await database.Query(deadline, kClaimUpload, id, writer);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) co_return TakenOver();
  co_return (*rows)[0].Int64(0);
}

Task<absl::Status> CommitUpload(postgres::Database& database, absl::Time deadline,
                                const std::string& id, const std::string& writer,
                                std::int64_t size) {
  auto rows = co_await database.Query(deadline, kCommitUpload, id, writer, size);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) co_return TakenOver();
  co_return absl::OkStatus();
}

Task<absl::Status> KeepExamination(postgres::Database& database, absl::Time deadline,
                                   const Upload& upload) {
  auto kept = co_await database.Query(deadline, kKeepExamination, upload.id, upload.sha256,
                                      upload.sm3, upload.media_type);
  co_return kept.status();
}

Task<absl::Status> EndUpload(postgres::Transaction& transaction, const Upload& upload) {
  std::optional<std::int64_t> material;
  if (upload.material > 0) material = upload.material;
  auto ended = co_await transaction.Execute(kEndUpload, upload.id, upload.state, material);
  co_return ended.status();
}

Task<absl::Status> InsertMaterial(postgres::Transaction& transaction, const StoreKeys& keys,
                                  const Material& material, const std::string& principal) {
  auto stored = co_await transaction.Execute(kInsertFile, material.sha256, material.sm3,
                                             material.size, material.create_time);
  if (!stored.ok()) co_return stored.status();
  postgres::Bytes name{keys.sealing->Seal(NamePurpose(material.upload), material.file_name)};
  auto inserted = co_await transaction.Execute(
      kInsertMaterial, material.dispute, material.ordinal, material.upload, material.sha256, name,
      material.kind, PartyOrNull(material.party_id), material.media_type, principal,
      material.create_time);
  co_return inserted.status();
}

Task<absl::StatusOr<Material>> ReadMaterial(postgres::Database& database, absl::Time deadline,
                                            const StoreKeys& keys, const std::string& dispute,
                                            int ordinal) {
  auto rows = co_await database.Query(deadline, kReadMaterial, dispute, ordinal);
  co_return OneMaterial(keys, rows, dispute, ordinal);
}

Task<absl::StatusOr<Material>> LockMaterial(postgres::Transaction& transaction,
                                            const StoreKeys& keys, const std::string& dispute,
                                            int ordinal) {
  auto rows = co_await transaction.Execute(kLockMaterial, dispute, ordinal);
  co_return OneMaterial(keys, rows, dispute, ordinal);
}

Task<absl::StatusOr<std::vector<Material>>> ListMaterials(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const StoreKeys& keys,
                                                          const std::string& dispute, int after,
                                                          int limit) {
  auto rows = co_await database.Query(deadline, kListMaterials, dispute, after, limit);
  co_return AllMaterials(keys, rows);
}

Task<absl::StatusOr<std::vector<Material>>> ListMaterials(postgres::Transaction& transaction,
                                                          const StoreKeys& keys,
                                                          const std::string& dispute) {
  const int after = 0;
  auto rows = co_await transaction.Execute(kListMaterials, dispute, after, kMostMaterials);
  co_return AllMaterials(keys, rows);
}

Task<absl::Status> WithdrawMaterialRow(postgres::Transaction& transaction, const Material& material,
                                       const std::string& principal) {
  auto withdrawn = co_await transaction.Execute(kWithdraw, material.dispute, material.ordinal,
                                                material.withdraw_reason, material.withdraw_time,
                                                principal, material.revision);
  co_return withdrawn.status();
}

}  // namespace maplebridge::registry
