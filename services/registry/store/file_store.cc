#include "services/registry/store/file_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"
#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

#define MB_SESSION_COLUMNS \
  "dispute, ordinal, kind, start_time, end_time, place, " MB_TEXTS("mediators") ", " MB_TEXTS( \
      "party_ids") ", rights_told, minutes, create_time, dispute_revision, coalesce(planned_session, 0)"
#define MB_DOCUMENT_COLUMNS                                                                   \
  "dispute, document_id, kind, number, media_type, size, sha256, sm3, page_count, template, " \
  "create_time, organisation_name, signature, signing_key"

// $1 dispute, $2 ordinal, $3 kind, $4 start, $5 end, $6 place, $7 mediators, $8 parties,
// $9 rights told, $10 minutes, $11 time, $12 revision of the dispute.
constexpr Statement kInsertSession{"session_insert", R"(
  INSERT INTO sessions (dispute, ordinal, kind, start_time, end_time, place, mediators, party_ids,
                        rights_told, minutes, create_time, dispute_revision, planned_session)
  VALUES ($1, $2, $3, $4, $5, $6, $7::text[], $8::text[], $9, $10, $11, $12, nullif($13, 0)))"};
// $1 dispute, $2 after, $3 limit.
constexpr Statement kListSessions{"sessions_list", "SELECT " MB_SESSION_COLUMNS
                                                   " FROM sessions"
                                                   " WHERE dispute = $1 AND ordinal > $2"
                                                   " ORDER BY ordinal"
                                                   " LIMIT $3"};
// $1 dispute, $2 ordinal.
constexpr Statement kReadSession{"session_read", "SELECT " MB_SESSION_COLUMNS
                                                 " FROM sessions"
                                                 " WHERE dispute = $1 AND ordinal = $2"};
// In the order of the columns.
constexpr Statement kInsertDocument{"document_insert",
                                    "INSERT INTO documents (" MB_DOCUMENT_COLUMNS
                                    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
                                    "$12, $13, $14)"};
// $1 dispute, $2 document.
constexpr Statement kReadDocument{"document_read", "SELECT " MB_DOCUMENT_COLUMNS
                                                   " FROM documents"
                                                   " WHERE dispute = $1 AND document_id = $2"};
// $1 number.
constexpr Statement kFindDocument{"document_find", "SELECT " MB_DOCUMENT_COLUMNS
                                                   " FROM documents"
                                                   " WHERE number = $1"};
// $1 dispute, $2 kind.
constexpr Statement kCountDocuments{"documents_count",
                                    "SELECT count(*) FROM documents"
                                    " WHERE dispute = $1 AND kind = $2"};
// $1 dispute.
constexpr Statement kListKinds{"documents_kinds",
                               "SELECT DISTINCT kind FROM documents WHERE dispute = $1"};
// $1 dispute.
constexpr Statement kListAllDocuments{"documents_list_all", "SELECT " MB_DOCUMENT_COLUMNS
                                                            " FROM documents"
                                                            " WHERE dispute = $1"
                                                            " ORDER BY create_time, document_id"};
// $1 dispute, $2 and $3 the last one seen, $4 limit.
constexpr Statement kListDocuments{
    "documents_list",
    "SELECT " MB_DOCUMENT_COLUMNS
    " FROM documents"
    " WHERE dispute = $1 AND (create_time, document_id) > ($2::timestamptz, $3::text)"
    " ORDER BY create_time, document_id"
    " LIMIT $4"};

Session SessionOf(const Row& row) {
  Session session;
  session.dispute = row.Text(0);
  session.ordinal = static_cast<int>(row.Int64(1));
  session.kind = row.Text(2);
  session.start_time = row.Time(3);
  session.end_time = row.Time(4);
  session.place = row.Text(5);
  session.mediators = TextsOf(row.View(6));
  session.party_ids = TextsOf(row.View(7));
  session.rights_told = row.Bool(8);
  session.minutes = row.Text(9);
  session.create_time = row.Time(10);
  session.dispute_revision = row.Int64(11);
  session.planned_session = static_cast<int>(row.Int64(12));
  return session;
}

Document DocumentOf(const Row& row) {
  Document document;
  document.dispute = row.Text(0);
  document.document_id = row.Text(1);
  document.kind = row.Text(2);
  document.number = row.Text(3);
  document.media_type = row.Text(4);
  document.size = row.Int64(5);
  document.sha256 = row.Text(6);
  document.sm3 = row.Text(7);
  document.page_count = static_cast<int>(row.Int64(8));
  document.template_name = row.Text(9);
  document.create_time = row.Time(10);
  document.organisation_name = row.Text(11);
  if (!row.IsNull(12)) document.signature = row.Bytes(12);
  document.signing_key = row.Text(13);
  return document;
}

absl::StatusOr<Document> OneDocument(const absl::StatusOr<postgres::Result>& rows,
                                     const std::string& dispute, const std::string& document_id) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) {
    return NotFoundError(absl::StrCat("disputes/", dispute, "/documents/", document_id));
  }
  return DocumentOf((*rows)[0]);
}

absl::StatusOr<std::vector<Document>> AllDocuments(const absl::StatusOr<postgres::Result>& rows) {
  if (!rows.ok()) return rows.status();
  std::vector<Document> documents;
  for (int i = 0; i < rows->size(); ++i) documents.push_back(DocumentOf((*rows)[i]));
  return documents;
}

}  // namespace

Task<absl::Status> InsertSession(postgres::Transaction& transaction, const Session& session) {
  auto inserted = co_await transaction.Execute(
      kInsertSession, session.dispute, session.ordinal, session.kind, session.start_time,
      session.end_time, session.place, TextArray(session.mediators), TextArray(session.party_ids),
      session.rights_told, session.minutes, session.create_time, session.dispute_revision,
      session.planned_session);
  co_return inserted.status();
}

Task<absl::StatusOr<std::vector<Session>>> ListSessions(postgres::Database& database,
                                                        absl::Time deadline,
                                                        const std::string& dispute, int after,
                                                        int limit) {
  auto rows = co_await database.Query(deadline, kListSessions, dispute, after, limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<Session> sessions;
  for (int i = 0; i < rows->size(); ++i) sessions.push_back(SessionOf((*rows)[i]));
  co_return sessions;
}

Task<absl::StatusOr<Session>> ReadSession(postgres::Transaction& transaction,
                                          const std::string& dispute, int ordinal) {
  auto rows = co_await transaction.Execute(kReadSession, dispute, ordinal);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) {
    co_return NotFoundError(absl::StrCat("disputes/", dispute, "/sessions/", ordinal));
  }
  co_return SessionOf((*rows)[0]);
}

Task<absl::Status> InsertDocument(postgres::Transaction& transaction, const Document& document) {
  const postgres::Bytes signature{document.signature};
  auto inserted = co_await transaction.Execute(
      kInsertDocument, document.dispute, document.document_id, document.kind, document.number,
      document.media_type, document.size, document.sha256, document.sm3, document.page_count,
      document.template_name, document.create_time, document.organisation_name, signature,
      document.signing_key);
  co_return inserted.status();
}

Task<absl::StatusOr<Document>> ReadDocument(postgres::Database& database, absl::Time deadline,
                                            const std::string& dispute,
                                            const std::string& document_id) {
  auto rows = co_await database.Query(deadline, kReadDocument, dispute, document_id);
  co_return OneDocument(rows, dispute, document_id);
}

Task<absl::StatusOr<Document>> ReadDocument(postgres::Transaction& transaction,
                                            const std::string& dispute,
                                            const std::string& document_id) {
  auto rows = co_await transaction.Execute(kReadDocument, dispute, document_id);
  co_return OneDocument(rows, dispute, document_id);
}

Task<absl::StatusOr<std::optional<Document>>> FindDocument(postgres::Database& database,
                                                           absl::Time deadline,
                                                           const std::string& number) {
  auto rows = co_await database.Query(deadline, kFindDocument, number);
  if (!rows.ok()) co_return rows.status();
  std::optional<Document> found;
  if (!rows->empty()) found = DocumentOf((*rows)[0]);
  co_return found;
}

Task<absl::StatusOr<std::set<DocumentKind>>> ListDocumentKinds(postgres::Transaction& transaction,
                                                               const std::string& dispute) {
  auto rows = co_await transaction.Execute(kListKinds, dispute);
  if (!rows.ok()) co_return rows.status();
  std::set<DocumentKind> kinds;
  for (int i = 0; i < rows->size(); ++i) {
    if (const auto kind = DocumentKindOf((*rows)[i].View(0))) kinds.insert(*kind);
  }
  co_return kinds;
}

Task<absl::StatusOr<int>> CountDocuments(postgres::Transaction& transaction,
                                         const std::string& dispute, const std::string& kind) {
  auto rows = co_await transaction.Execute(kCountDocuments, dispute, kind);
  if (!rows.ok()) co_return rows.status();
  co_return static_cast<int>((*rows)[0].Int64(0));
}

Task<absl::StatusOr<std::vector<Document>>> ListDocuments(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const std::string& dispute,
                                                          absl::Time after_time,
                                                          const std::string& after_id, int limit) {
  auto rows =
      co_await database.Query(deadline, kListDocuments, dispute, after_time, after_id, limit);
  co_return AllDocuments(rows);
}

Task<absl::StatusOr<std::vector<Document>>> ListDocuments(postgres::Transaction& transaction,
                                                          const std::string& dispute) {
  auto rows = co_await transaction.Execute(kListAllDocuments, dispute);
  co_return AllDocuments(rows);
}

}  // namespace maplebridge::registry
