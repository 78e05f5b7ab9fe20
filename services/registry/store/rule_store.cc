#include "services/registry/store/rule_store.h"

#include <map>

#include "common/status/error.h"

namespace maplebridge::registry {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;

// $1 version, $2 effective day, $3 explanation, $4 time, $5 principal, $6 time put in force, $7 by
// whom, $8 revision.
constexpr Statement kInsert{"rule_version_insert", R"(
  INSERT INTO rule_versions (version, effective_day, explanation, create_time, create_principal,
                             force_time, force_principal, revision)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (version) DO NOTHING)"};
// $1 version, $2 ordinal, $3 from, $4 event, $5 to, $6 authority, $7 origin.
constexpr Statement kInsertStep{"rule_step_insert", R"(
  INSERT INTO rule_steps (version, ordinal, from_state, event, to_state, authority, origin)
  VALUES ($1, $2, $3, $4, $5, $6, $7))"};
// $1 version, $2 ordinal, $3 clock, $4 category, $5 place, $6 rule, $7 length, $8 source.
constexpr Statement kInsertLimit{"rule_limit_insert", R"(
  INSERT INTO rule_limits (version, ordinal, clock, category, division_prefix, rule, length, source)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8))"};
#define MB_VERSION_COLUMNS                                                           \
  "version, effective_day, explanation, create_time, create_principal, force_time, " \
  "force_principal, revision"
// $1 version, or empty for all.
constexpr Statement kRead{"rule_versions_read", "SELECT " MB_VERSION_COLUMNS
                                                " FROM rule_versions"
                                                " WHERE $1 = '' OR version = $1"
                                                " ORDER BY version"};
constexpr Statement kLock{"rule_version_lock", "SELECT " MB_VERSION_COLUMNS
                                               " FROM rule_versions"
                                               " WHERE version = $1"
                                               " FOR UPDATE"};
constexpr Statement kReadSteps{"rule_steps_read", R"(
  SELECT version, from_state, event, to_state, authority, origin
  FROM rule_steps
  WHERE $1 = '' OR version = $1
  ORDER BY version, ordinal)"};
constexpr Statement kReadLimits{"rule_limits_read", R"(
  SELECT version, clock, category, division_prefix, rule, length, source
  FROM rule_limits
  WHERE $1 = '' OR version = $1
  ORDER BY version, ordinal)"};
constexpr Statement kHold{"rule_versions_hold", R"(
  LOCK TABLE rule_versions IN SHARE ROW EXCLUSIVE MODE)"};
// $1 version, $2 effective day, $3 time, $4 principal, $5 revision.
constexpr Statement kUpdate{"rule_version_update", R"(
  UPDATE rule_versions
  SET effective_day = $2, force_time = $3, force_principal = $4, revision = $5
  WHERE version = $1)"};

constexpr Statement kOpenGroups{"open_disputes_by_rules", R"(
  SELECT state, category, division / 1000000 * 1000000, referral <> '', overdue, due_day,
         (limit_from AT TIME ZONE 'Asia/Shanghai')::date, count(*), min(number)
  FROM disputes
  WHERE state <> 'ARCHIVED'
  GROUP BY 1, 2, 3, 4, 5, 6, 7
  ORDER BY 9)"};

OpenGroup OpenGroupOf(const Row& row) {
  OpenGroup group;
  Dispute& dispute = group.dispute;
  dispute.state = DisputeStateOf(row.View(0)).value_or(DisputeState::kNone);
  dispute.category = row.Text(1);
  dispute.division = static_cast<std::uint64_t>(row.Int64(2));
  if (row.Bool(3)) dispute.referral = "referrals/-";
  dispute.overdue = row.Bool(4);
  if (!row.IsNull(5)) dispute.clock.due_day = row.Day(5);
  if (!row.IsNull(6)) dispute.limit = MediationLimit{calendar::StartOfChinaDay(row.Day(6)), {}};
  group.count = row.Int64(7);
  dispute.number = row.Text(8);
  return group;
}

RuleVersion VersionOf(const Row& row) {
  RuleVersion found;
  found.rules.version = row.Text(0);
  if (!row.IsNull(1)) found.effective_day = row.Day(1);
  found.explanation = row.Text(2);
  found.create_time = row.Time(3);
  found.create_principal = row.Text(4);
  found.force_time = row.OptionalTime(5);
  found.force_principal = row.Text(6);
  found.revision = row.Int64(7);
  return found;
}

std::vector<RuleVersion> VersionsOf(const Result& versions, const Result& steps,
                                    const Result& limits) {
  std::vector<RuleVersion> found;
  for (int i = 0; i < versions.size(); ++i) found.push_back(VersionOf(versions[i]));
  std::map<std::string, RuleSet*> by_version;
  for (RuleVersion& version : found) by_version[version.rules.version] = &version.rules;
  // Each statement sees what was committed before it: the rows of a version that came between the
  // first and these are left out with it.
  for (int i = 0; i < steps.size(); ++i) {
    const Row row = steps[i];
    const auto version = by_version.find(row.Text(0));
    const DisputeTransition* step =
        FindTransition(row.View(1), row.View(2), row.View(3), row.View(4), row.View(5));
    if (version != by_version.end() && step != nullptr) version->second->steps.push_back(step);
  }
  for (int i = 0; i < limits.size(); ++i) {
    const Row row = limits[i];
    const auto version = by_version.find(row.Text(0));
    if (version == by_version.end()) continue;
    version->second->limits.push_back(
        {row.Text(1),
         row.Text(2),
         row.Text(3),
         {DeadlineRuleOf(row.View(4)), static_cast<int>(row.Int64(5))},
         row.Text(6)});
  }
  return found;
}

Task<absl::StatusOr<std::vector<RuleVersion>>> Read(postgres::Transaction& transaction,
                                                    const Statement& statement,
                                                    const std::string& version) {
  std::vector<postgres::Command> commands;
  commands.push_back({&statement, postgres::Parameters::Of(version)});
  commands.push_back({&kReadSteps, postgres::Parameters::Of(version)});
  commands.push_back({&kReadLimits, postgres::Parameters::Of(version)});
  auto results = co_await transaction.ExecuteAll(std::move(commands));
  if (!results.ok()) co_return results.status();
  co_return VersionsOf((*results)[0], (*results)[1], (*results)[2]);
}

Task<absl::StatusOr<RuleVersion>> ReadOne(postgres::Transaction& transaction,
                                          const Statement& statement, const std::string& version) {
  auto found = co_await Read(transaction, statement, version);
  if (!found.ok()) co_return found.status();
  if (found->empty()) co_return NotFoundError("ruleVersions/" + version);
  co_return std::move(found->front());
}

}  // namespace

Task<absl::Status> InsertRuleVersion(postgres::Transaction& transaction,
                                     const RuleVersion& version) {
  const std::string& id = version.rules.version;
  auto inserted = co_await transaction.Execute(
      kInsert, id, version.effective_day, version.explanation, version.create_time,
      version.create_principal, version.force_time, version.force_principal, version.revision);
  if (!inserted.ok()) co_return inserted.status();
  if (inserted->affected() == 0) co_return ExistsError(version.name());
  std::vector<postgres::Command> commands;
  int ordinal = 0;
  for (const DisputeTransition* step : version.rules.steps) {
    commands.push_back(
        {&kInsertStep,
         postgres::Parameters::Of(id, ++ordinal, Word(step->from), Word(step->event),
                                  Word(step->to), Word(step->authority), Word(step->origin))});
  }
  ordinal = 0;
  for (const LimitRule& limit : version.rules.limits) {
    commands.push_back(
        {&kInsertLimit,
         postgres::Parameters::Of(id, ++ordinal, limit.clock, limit.category, limit.division_prefix,
                                  RuleWord(limit.period.rule), limit.period.length, limit.source)});
  }
  auto rows = co_await transaction.ExecuteAll(std::move(commands));
  co_return rows.status();
}

Task<absl::StatusOr<RuleVersion>> LockRuleVersion(postgres::Transaction& transaction,
                                                  const std::string& version) {
  return ReadOne(transaction, kLock, version);
}

Task<absl::StatusOr<RuleVersion>> ReadRuleVersion(postgres::Transaction& transaction,
                                                  const std::string& version) {
  return ReadOne(transaction, kRead, version);
}

Task<absl::Status> HoldRuleVersions(postgres::Transaction& transaction) {
  auto held = co_await transaction.Execute(kHold);
  co_return held.status();
}

Task<absl::Status> UpdateRuleVersion(postgres::Transaction& transaction,
                                     const RuleVersion& version) {
  auto updated =
      co_await transaction.Execute(kUpdate, version.rules.version, version.effective_day,
                                   version.force_time, version.force_principal, version.revision);
  co_return updated.status();
}

Task<absl::StatusOr<std::vector<RuleVersion>>> ListRuleVersions(
    postgres::Transaction& transaction) {
  const std::string all;
  co_return co_await Read(transaction, kRead, all);
}

Task<absl::StatusOr<std::vector<OpenGroup>>> ListOpenGroups(postgres::Database& database,
                                                            absl::Time deadline) {
  auto rows = co_await database.Query(deadline, kOpenGroups);
  if (!rows.ok()) co_return rows.status();
  std::vector<OpenGroup> groups;
  for (int i = 0; i < rows->size(); ++i) groups.push_back(OpenGroupOf((*rows)[i]));
  co_return groups;
}

}  // namespace maplebridge::registry
