// All SQL on observations, and on what they are compared with.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"

namespace maplebridge::registry {

struct Observation {
  std::string id;
  std::string partner;  // principal
  std::string partner_number;
  std::string digest;
  std::uint64_t division = 0;
  std::string category;
  std::string description;
  std::vector<std::string> people;
  absl::Time observe_time;
  std::string outcome;     // "NEW_ENTRY", "KNOWN_ENTRY", "KNOWN_DISPUTE"
  std::string risk_entry;  // id
  std::string dispute;     // number
  double likeness = 0;
  std::string reason;
  absl::Time create_time;
};

// Makes batches of the same places wait for each other, so that two like observations never both
// become an entry.
Task<absl::Status> LockPlaces(postgres::Transaction& transaction,
                              const std::vector<std::uint64_t>& divisions);
// Those of the partner that came before, by their numbers.
Task<absl::StatusOr<std::vector<Observation>>> ReadObservations(
    postgres::Transaction& transaction, const std::string& partner,
    const std::vector<std::string>& partner_numbers);
Task<absl::Status> InsertObservations(postgres::Transaction& transaction,
                                      const std::vector<Observation>& observations);

// An open risk entry or dispute that an observation may be about.
struct Subject {
  std::string risk_entry;  // id, or
  std::string dispute;     // number
  std::uint64_t division = 0;
  std::string category;
  std::string text;
  std::vector<std::string> people;
};
// The newest open ones of these places and categories, since `since`; at most 50 of each kind,
// place and category.
Task<absl::StatusOr<std::vector<Subject>>> ReadSubjects(postgres::Transaction& transaction,
                                                        const std::vector<std::uint64_t>& divisions,
                                                        const std::vector<std::string>& categories,
                                                        absl::Time since);

// By id; `partner` empty for all.
Task<absl::StatusOr<std::vector<Observation>>> ListObservations(
    postgres::Database& database, absl::Time deadline, const std::string& partner,
    std::uint64_t division_first, std::uint64_t division_last, const std::string& after, int limit);

}  // namespace maplebridge::registry
