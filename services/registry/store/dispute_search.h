// All SQL on the index of words that disputes are found by.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "common/postgres/database.h"

namespace maplebridge::registry {

struct IndexedDispute {
  std::string dispute;  // number
  std::string category;
  bool is_closed = false;
  int length = 0;
  std::vector<std::string> words;
};

// Disputes that changed after the index's cursor, up to a settled position.
struct ChangedDisputes {
  // Where the index stands.
  std::int64_t cursor = 0;
  // Where it stands once these are indexed.
  std::int64_t position = 0;
  std::vector<std::string> numbers;
};
Task<absl::StatusOr<ChangedDisputes>> ReadChanged(postgres::Database& database, absl::Time deadline,
                                                  std::int64_t settled, int limit);
// Stores the words and moves the cursor; false, with nothing stored, when another replica moved it.
Task<absl::StatusOr<bool>> StoreWords(postgres::Database& database, absl::Time deadline,
                                      const ChangedDisputes& changed,
                                      const std::vector<IndexedDispute>& disputes);

struct WordQuery {
  // All of them must be there.
  std::vector<std::string> words;
  // A word may also be one of a party.
  bool with_party_words = false;
  // In place of the words; empty when the query is no number.
  std::string bare_number;
  // Scopes, all of them.
  std::vector<std::string> scopes;
  // As it was written, in small letters: ranks higher when it stands in the summary.
  std::string phrase;
  // Go on after this score and number.
  std::string after_score;
  std::string after_number;
  int limit = 50;
};
inline constexpr int kMostRanked = 2000;

struct FoundNumbers {
  std::vector<std::string> numbers;
  std::vector<std::string> scores;  // six decimals
  bool truncated = false;
};
// The best first, of equal ones the greatest number first.
Task<absl::StatusOr<FoundNumbers>> SearchNumbers(postgres::Database& database, absl::Time deadline,
                                                 const WordQuery& query);

struct LikeDispute {
  std::string number;
  // How many of the words stand in it.
  int common = 0;
  std::vector<std::string> obligation_kinds;
};
// Closed disputes of the category but `number`, those with the most of the words first.
Task<absl::StatusOr<std::vector<LikeDispute>>> FindAlike(
    postgres::Database& database, absl::Time deadline, const std::string& number,
    const std::string& category, const std::vector<std::string>& words, int limit);

}  // namespace maplebridge::registry
