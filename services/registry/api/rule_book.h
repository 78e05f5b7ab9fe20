// The versions of the rules that this process knows, as the database had them last.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/store/rule_store.h"

namespace maplebridge::registry {

// Read and replaced by any thread.
class RuleBook {
 public:
  // Under which a dispute stands that begins on this day; null while nothing was loaded.
  std::shared_ptr<const RuleSet> InForce(absl::CivilDay day) const;
  // Null when it is not known here.
  std::shared_ptr<const RuleSet> Find(const std::string& version) const;
  bool is_loaded() const { return Read() != nullptr; }

  void Replace(const std::vector<RuleVersion>& versions);

 private:
  struct Pages {
    std::map<std::string, std::shared_ptr<const RuleSet>> by_version;
    std::map<absl::CivilDay, std::shared_ptr<const RuleSet>> by_day;
  };
  std::shared_ptr<const Pages> Read() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return pages_;
  }

  // Held for the copy of a pointer.
  mutable std::mutex mutex_;
  std::shared_ptr<const Pages> pages_;
};

// Loads all versions; stores the one that the program was built with when the database does not
// have it: in force when it is the first, else as a draft.
Task<absl::Status> LoadRules(postgres::Database& database, absl::Time deadline, absl::Time now,
                             RuleBook* book);

}  // namespace maplebridge::registry
