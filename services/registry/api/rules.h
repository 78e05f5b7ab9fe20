// Dated versions of the rules: drafts, checks, a try on the open disputes, and putting in force.
#pragma once

#include "maplebridge/registry/v1/rule.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::RuleVersion>> CreateRuleVersion(
    Registry& registry, Call& call, const v1::CreateRuleVersionRequest& request);
Task<absl::StatusOr<v1::RuleVersion>> GetRuleVersion(Registry& registry, Call& call,
                                                     const v1::GetRuleVersionRequest& request);
Task<absl::StatusOr<v1::ListRuleVersionsResponse>> ListRuleVersionPage(
    Registry& registry, Call& call, const v1::ListRuleVersionsRequest& request);
Task<absl::StatusOr<v1::CheckRuleVersionResponse>> CheckRuleVersion(
    Registry& registry, Call& call, const v1::CheckRuleVersionRequest& request);
Task<absl::StatusOr<v1::TryRuleVersionResponse>> TryRuleVersion(
    Registry& registry, Call& call, const v1::TryRuleVersionRequest& request);
Task<absl::StatusOr<v1::RuleVersion>> PutRuleVersionInForce(
    Registry& registry, Call& call, const v1::PutRuleVersionInForceRequest& request);

// Keeps the registry's book of versions fresh: a version is put in force a day ahead at least, and
// every process has it long before.
Task<void> KeepRules(std::shared_ptr<Registry> registry);

}  // namespace maplebridge::registry
