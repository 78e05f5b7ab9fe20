// All SQL on the dated versions of the rules.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/rule_set.h"

namespace maplebridge::registry {

struct RuleVersion {
  RuleSet rules;
  // First day on which disputes begin under it; unset while it is a draft.
  std::optional<absl::CivilDay> effective_day;
  std::string explanation;
  absl::Time create_time;
  std::string create_principal;
  std::optional<absl::Time> force_time;
  std::string force_principal;
  std::int64_t revision = 0;

  std::string name() const { return "ruleVersions/" + rules.version; }
};

// ALREADY_EXISTS when there is one by this version.
Task<absl::Status> InsertRuleVersion(postgres::Transaction& transaction,
                                     const RuleVersion& version);
// Locked until the transaction ends. NOT_FOUND when there is none.
Task<absl::StatusOr<RuleVersion>> LockRuleVersion(postgres::Transaction& transaction,
                                                  const std::string& version);
Task<absl::StatusOr<RuleVersion>> ReadRuleVersion(postgres::Transaction& transaction,
                                                  const std::string& version);
// Holds all of them, so that no two are put in force at once.
Task<absl::Status> HoldRuleVersions(postgres::Transaction& transaction);
Task<absl::Status> UpdateRuleVersion(postgres::Transaction& transaction,
                                     const RuleVersion& version);
// By version, with steps and limits: there is a handful of them. A step that this program does not
// have is left out.
Task<absl::StatusOr<std::vector<RuleVersion>>> ListRuleVersions(postgres::Transaction& transaction);

// Open disputes that the rules treat alike: same state, category, county and days.
struct OpenGroup {
  // One of them, with what the rules look at.
  Dispute dispute;
  std::int64_t count = 0;
};
Task<absl::StatusOr<std::vector<OpenGroup>>> ListOpenGroups(postgres::Database& database,
                                                            absl::Time deadline);

}  // namespace maplebridge::registry
