#include "services/registry/api/rule_book.h"

#include <algorithm>

namespace maplebridge::registry {
namespace {

constexpr char kPrincipal[] = "services/registry";

RuleVersion BuiltIn(bool is_first, absl::Time now) {
  RuleVersion version;
  version.rules = BuiltInRules();
  version.explanation = "as the program was built";
  version.create_time = now;
  version.create_principal = kPrincipal;
  version.revision = 1;
  if (is_first) {
    version.effective_day = absl::CivilDay(2000, 1, 1);
    version.force_time = now;
    version.force_principal = kPrincipal;
  }
  return version;
}

}  // namespace

std::shared_ptr<const RuleSet> RuleBook::InForce(absl::CivilDay day) const {
  const std::shared_ptr<const Pages> pages = Read();
  if (pages == nullptr) return nullptr;
  auto after = pages->by_day.upper_bound(day);
  return after == pages->by_day.begin() ? nullptr : std::prev(after)->second;
}

std::shared_ptr<const RuleSet> RuleBook::Find(const std::string& version) const {
  const std::shared_ptr<const Pages> pages = Read();
  if (pages == nullptr) return nullptr;
  auto found = pages->by_version.find(version);
  return found == pages->by_version.end() ? nullptr : found->second;
}

void RuleBook::Replace(const std::vector<RuleVersion>& versions) {
  auto pages = std::make_shared<Pages>();
  for (const RuleVersion& version : versions) {
    auto rules = std::make_shared<const RuleSet>(version.rules);
    pages->by_version[version.rules.version] = rules;
    if (version.effective_day) pages->by_day[*version.effective_day] = rules;
  }
  std::lock_guard<std::mutex> lock(mutex_);
  pages_ = std::move(pages);
}

Task<absl::Status> LoadRules(postgres::Database& database, absl::Time deadline, absl::Time now,
                             RuleBook* book) {
  using Versions = std::vector<RuleVersion>;
  std::function<Task<absl::StatusOr<Versions>>(postgres::Transaction&)> load =
      [now](postgres::Transaction& transaction) -> Task<absl::StatusOr<Versions>> {
    auto versions = co_await ListRuleVersions(transaction);
    if (!versions.ok()) co_return versions.status();
    const auto is_built_in = [](const RuleVersion& version) {
      return version.rules.version == kDisputeWorkflowVersion;
    };
    if (std::any_of(versions->begin(), versions->end(), is_built_in)) co_return versions;
    absl::Status held = co_await HoldRuleVersions(transaction);
    if (!held.ok()) co_return held;
    // Another replica may have been first.
    versions = co_await ListRuleVersions(transaction);
    if (!versions.ok()) co_return versions.status();
    if (std::any_of(versions->begin(), versions->end(), is_built_in)) co_return versions;
    versions->push_back(BuiltIn(versions->empty(), now));
    absl::Status stored = co_await InsertRuleVersion(transaction, versions->back());
    if (!stored.ok()) co_return stored;
    co_return versions;
  };
  auto versions = co_await database.Transact<Versions>(deadline, load);
  if (!versions.ok()) co_return versions.status();
  book->Replace(*versions);
  co_return absl::OkStatus();
}

}  // namespace maplebridge::registry
