// All SQL on agreements, their obligations and signatures.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/agreement.h"

namespace maplebridge::registry {

struct StoredSignature {
  Signature signature;
  absl::Time sign_time;
};

struct Agreement {
  std::string dispute;  // number
  int ordinal = 0;
  std::string state;  // "DRAFT", "IN_EFFECT", "REPLACED"
  AgreementDraft draft;
  std::string number;
  std::string document_id;  // empty for an oral one
  std::string document_sha256, document_sm3;
  std::vector<StoredSignature> signatures;
  std::optional<absl::CivilDay> effective_day;
  absl::Time create_time, update_time;
  std::int64_t revision = 0;

  std::string name() const;
};

// Stores a new one with its obligations, and marks earlier drafts of the dispute as replaced.
Task<absl::Status> InsertAgreement(postgres::Transaction& transaction, const Agreement& agreement);
// Marks as replaced what no conclusion rests on: who the parties are has changed.
Task<absl::Status> ReplaceUnconcluded(postgres::Transaction& transaction,
                                      const std::string& dispute, absl::Time now);
// NOT_FOUND when there is none. The dispute's row is the lock of its agreements.
Task<absl::StatusOr<Agreement>> ReadAgreement(postgres::Transaction& transaction,
                                              const std::string& dispute, int ordinal);
// Ordinal of the dispute's last oral agreement in effect; 0 without one.
Task<absl::StatusOr<int>> LastOralAgreement(postgres::Transaction& transaction,
                                            const std::string& dispute);
// Adds a signature; ALREADY_EXISTS when that signer has signed.
Task<absl::Status> InsertSignature(postgres::Transaction& transaction, const Agreement& agreement,
                                   const StoredSignature& signature);
// Stores state, effective day, update time and revision.
Task<absl::Status> UpdateAgreement(postgres::Transaction& transaction, const Agreement& agreement);

}  // namespace maplebridge::registry
