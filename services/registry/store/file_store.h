// All SQL on what a dispute's file holds: sessions and documents. The bytes of documents are in
// common/content.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/document_number.h"

namespace maplebridge::registry {

struct Session {
  std::string dispute;  // number
  int ordinal = 0;
  std::string kind;  // "ONSITE", "ONLINE", "SEPARATE"
  absl::Time start_time, end_time;
  std::string place;
  std::vector<std::string> mediators;
  std::vector<std::string> party_ids;
  bool rights_told = false;
  std::string minutes;
  absl::Time create_time;
  std::int64_t dispute_revision = 0;
  int planned_session = 0;  // ordinal; 0 for one that was not planned
};

struct Document {
  std::string dispute;  // number
  std::string document_id;
  std::string kind;  // "AGREEMENT", "CONCLUSION_NOTICE", …
  std::string number;
  std::string media_type;
  std::int64_t size = 0;
  std::string sha256, sm3;
  int page_count = 0;
  std::string template_name;
  std::string organisation_name;  // of the committee that made it
  absl::Time create_time;
  // Empty of one that was made before documents were signed.
  std::string signature;    // DER
  std::string signing_key;  // id
};

Task<absl::Status> InsertSession(postgres::Transaction& transaction, const Session& session);
// From ordinal `after` on, at most `limit`.
Task<absl::StatusOr<std::vector<Session>>> ListSessions(postgres::Database& database,
                                                        absl::Time deadline,
                                                        const std::string& dispute, int after,
                                                        int limit);
// NOT_FOUND when there is none.
Task<absl::StatusOr<Session>> ReadSession(postgres::Transaction& transaction,
                                          const std::string& dispute, int ordinal);

Task<absl::Status> InsertDocument(postgres::Transaction& transaction, const Document& document);
// NOT_FOUND when there is none.
Task<absl::StatusOr<Document>> ReadDocument(postgres::Database& database, absl::Time deadline,
                                            const std::string& dispute,
                                            const std::string& document_id);
Task<absl::StatusOr<Document>> ReadDocument(postgres::Transaction& transaction,
                                            const std::string& dispute,
                                            const std::string& document_id);
// By the number printed on it; unset when there is none.
Task<absl::StatusOr<std::optional<Document>>> FindDocument(postgres::Database& database,
                                                           absl::Time deadline,
                                                           const std::string& number);
// The kinds of which the dispute has a document.
Task<absl::StatusOr<std::set<DocumentKind>>> ListDocumentKinds(postgres::Transaction& transaction,
                                                               const std::string& dispute);
// How many documents of this kind the dispute has.
Task<absl::StatusOr<int>> CountDocuments(postgres::Transaction& transaction,
                                         const std::string& dispute, const std::string& kind);
// By time of making, then id, beyond the given pair.
Task<absl::StatusOr<std::vector<Document>>> ListDocuments(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const std::string& dispute,
                                                          absl::Time after_time,
                                                          const std::string& after_id, int limit);
// All of them, in the same order.
Task<absl::StatusOr<std::vector<Document>>> ListDocuments(postgres::Transaction& transaction,
                                                          const std::string& dispute);

}  // namespace maplebridge::registry
