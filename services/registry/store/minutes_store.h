// All SQL on minutes, the parties' words on them, and the links by which they speak.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/one_time_code.h"
#include "services/registry/store/step_record.h"

namespace maplebridge::registry {

struct MinutesConfirmation {
  std::string party_id;
  std::string decision;  // "CONFIRM" or "OBJECT"
  std::string objection;
  std::string evidence;  // of a signature on paper; empty for a one-time code
  absl::Time confirm_time;
  std::string representative_id;  // empty when the party itself spoke
};

struct Minutes {
  std::string dispute;  // number
  int session = 0;
  int version = 0;
  std::string state;
  std::string text;
  std::string sha256, sm3;
  absl::Time create_time;
  std::vector<MinutesConfirmation> confirmations;

  std::string name() const;
};

// The version that was not replaced, locked until the transaction ends; unset when there is none.
Task<absl::StatusOr<std::optional<Minutes>>> LockMinutes(postgres::Transaction& transaction,
                                                         const std::string& dispute, int session);
Task<absl::StatusOr<std::optional<Minutes>>> ReadMinutes(postgres::Transaction& transaction,
                                                         const std::string& dispute, int session);
// Replaces the version before and ends its links.
Task<absl::Status> InsertMinutes(postgres::Transaction& transaction, const Minutes& minutes,
                                 const std::string& principal);
Task<absl::Status> SetMinutesState(postgres::Transaction& transaction, const Minutes& minutes);
Task<absl::Status> InsertConfirmation(postgres::Transaction& transaction, const Minutes& minutes,
                                      const MinutesConfirmation& confirmation);
// Of all versions of this session.
Task<absl::StatusOr<std::int64_t>> CountConfirmations(postgres::Transaction& transaction,
                                                      const std::string& dispute, int session);

struct MinutesLink {
  std::string dispute;  // number
  int session = 0;
  std::string party_id;
  std::string representative_id;  // empty when the party itself reads
  int version = 0;
  std::string token_match;
  absl::Time expire_time;
  std::string code_match;  // empty without a code
  CodeCourse course;
};
// A new link of this party; the one before ends.
Task<absl::Status> InsertLink(postgres::Transaction& transaction, const MinutesLink& link);
// Unset when there is none, or it has ended. Who changes it locks the minutes first.
Task<absl::StatusOr<std::optional<MinutesLink>>> ReadLink(postgres::Transaction& transaction,
                                                          const std::string& token_match,
                                                          absl::Time now);
Task<absl::StatusOr<std::optional<MinutesLink>>> LockLink(postgres::Transaction& transaction,
                                                          const std::string& token_match,
                                                          absl::Time now);
Task<absl::Status> UpdateLink(postgres::Transaction& transaction, const MinutesLink& link);

}  // namespace maplebridge::registry
