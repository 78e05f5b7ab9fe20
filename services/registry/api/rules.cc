#include "services/registry/api/rules.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/feed/event_log.h"
#include "common/logging/log.h"
#include "common/server/etag.h"
#include "common/server/request_id.h"
#include "services/registry/api/words.h"
#include "services/registry/store/rule_store.h"

namespace maplebridge::registry {
namespace {

constexpr int kMostSteps = 500;
constexpr int kMostLimits = 5000;
constexpr int kFarthestDays = 366;
constexpr int kMostExamples = 20;

using VersionChange = std::function<Task<absl::StatusOr<v1::RuleVersion>>(postgres::Transaction&)>;
using VersionReread = std::function<Task<absl::StatusOr<v1::RuleVersion>>(postgres::Transaction&,
                                                                          const std::string&)>;

v1::RuleVersion Heading(const RuleVersion& version) {
  v1::RuleVersion message;
  message.set_name(version.name());
  message.set_version(version.rules.version);
  if (version.effective_day) message.set_effective_day(DayWord(*version.effective_day));
  message.set_explanation(version.explanation);
  SetTime(message.mutable_create_time(), version.create_time);
  if (version.force_time) SetTime(message.mutable_force_time(), *version.force_time);
  message.set_etag(Etag(version.revision));
  return message;
}

v1::RuleVersion VersionMessage(const RuleVersion& version) {
  v1::RuleVersion message = Heading(version);
  for (const DisputeTransition* row : version.rules.steps) {
    v1::RuleStep* step = message.add_steps();
    step->set_from(std::string(Word(row->from)));
    step->set_event(std::string(Word(row->event)));
    step->set_to(std::string(Word(row->to)));
    step->set_authority(std::string(Word(row->authority)));
    step->set_origin(EnumOf<v1::RuleOrigin>("RULE_ORIGIN_", Word(row->origin)));
  }
  for (const LimitRule& row : version.rules.limits) {
    v1::RuleLimit* limit = message.add_limits();
    limit->set_clock(row.clock);
    limit->set_category(row.category);
    limit->set_division(row.division_prefix);
    limit->set_unit(EnumOf<v1::RuleUnit>("RULE_UNIT_", RuleWord(row.period.rule)));
    limit->set_length(row.period.length);
    limit->set_source(row.source);
  }
  return message;
}

absl::StatusOr<std::string> VersionIn(const std::string& name) {
  std::vector<std::string> parts = NameParts("ruleVersions/*", name);
  if (parts.empty()) return FieldError("name", "must be ruleVersions/{version}");
  return parts[0];
}

bool IsVersion(std::string_view text) {
  const auto digits = [&](std::size_t at, std::size_t count) {
    return text.substr(at, count).find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (text.size() < 7 || !digits(0, 4) || text[4] != '-' || !digits(5, 2)) return false;
  const std::string_view word = text.substr(7);
  return word.empty() || (word.size() >= 2 && word.size() <= 17 && word[0] == '-' &&
                          std::all_of(word.begin() + 1, word.end(), [](char c) {
                            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
                          }));
}

void AddSteps(const v1::RuleVersion& message, RuleSet* rules, FieldCheck* check) {
  check->Require(message.steps_size() <= kMostSteps, "rule_version.steps",
                 absl::StrCat("must be at most ", kMostSteps));
  for (int i = 0; i < message.steps_size(); ++i) {
    const v1::RuleStep& step = message.steps(i);
    const DisputeTransition* row =
        FindTransition(step.from(), step.event(), step.to(), step.authority(),
                       WordOf("RULE_ORIGIN_", step.origin()));
    if (row == nullptr) {
      check->Add(absl::StrCat("rule_version.steps[", i, "]"),
                 "is no step of this program; DescribeDisputeWorkflow has them all");
    } else {
      rules->steps.push_back(row);
    }
  }
}

void AddLimits(const v1::RuleVersion& message, RuleSet* rules, FieldCheck* check) {
  check->Require(message.limits_size() <= kMostLimits, "rule_version.limits",
                 absl::StrCat("must be at most ", kMostLimits));
  for (int i = 0; i < message.limits_size(); ++i) {
    const v1::RuleLimit& limit = message.limits(i);
    const std::string path = absl::StrCat("rule_version.limits[", i, "]");
    check->Require(limit.length() > 0, path + ".length", "must be 1 or more");
    const std::string wrong = CheckText(limit.source(), 1, 200);
    check->Require(wrong.empty(), path + ".source", wrong);
    const bool is_place = limit.division().find_first_not_of("0123456789") == std::string::npos &&
                          limit.division().size() % 2 == 0 && limit.division().size() <= 6;
    check->Require(is_place, path + ".division", "must be the first 2, 4 or 6 digits of a code");
    rules->limits.push_back({limit.clock(),
                             limit.category(),
                             limit.division(),
                             {DeadlineRuleOf(WordOf("RULE_UNIT_", limit.unit())), limit.length()},
                             limit.source()});
  }
  for (std::size_t i = 0; i < rules->limits.size(); ++i) {
    const LimitRule& row = rules->limits[i];
    const auto same =
        std::count_if(rules->limits.begin(), rules->limits.begin() + static_cast<std::ptrdiff_t>(i),
                      [&](const LimitRule& other) {
                        return other.clock == row.clock && other.category == row.category &&
                               other.division_prefix == row.division_prefix;
                      });
    check->Require(same == 0, absl::StrCat("rule_version.limits[", i, "]"), "stands twice");
  }
}

absl::StatusOr<RuleVersion> DraftOf(const Call& call, const v1::RuleVersion& message) {
  FieldCheck check;
  RuleVersion version;
  check.Require(IsVersion(message.version()), "rule_version.version",
                "must be year and month, and a word where one month has several, such as 2027-04 "
                "or 2027-04-zhejiang");
  const std::string wrong = CheckText(message.explanation(), 1, 2000);
  check.Require(wrong.empty(), "rule_version.explanation", wrong);
  AddSteps(message, &version.rules, &check);
  AddLimits(message, &version.rules, &check);
  MB_RETURN_IF_ERROR(check.status());
  version.rules.version = message.version();
  version.explanation = message.explanation();
  version.create_time = call.now();
  version.create_principal = call.caller().principal;
  version.revision = 1;
  return version;
}

Task<absl::Status> Tell(const Registry& registry, postgres::Transaction& transaction,
                        const Call& call, const RuleVersion& version, const char* type) {
  const v1::RuleVersion payload = Heading(version);
  NewEvent event;
  event.type = type;
  event.resource = version.name();
  event.revision = version.revision;
  event.from_state = version.revision == 1 ? "" : "DRAFT";
  event.to_state = version.effective_day ? "IN_FORCE" : "DRAFT";
  event.payload = &payload;
  co_return co_await AppendEvent(transaction, call, *registry.parts.feed, event);
}

Task<absl::StatusOr<RuleVersion>> ReadVersion(Registry& registry, const Call& call,
                                              const std::string& version) {
  std::function<Task<absl::StatusOr<RuleVersion>>(postgres::Transaction&)> read =
      [&](postgres::Transaction& transaction) { return ReadRuleVersion(transaction, version); };
  co_return co_await registry.database(call).Transact<RuleVersion>(call.deadline(), read);
}

VersionReread RereadVersion() {
  return [](postgres::Transaction& transaction,
            const std::string& name) -> Task<absl::StatusOr<v1::RuleVersion>> {
    MB_CO_ASSIGN_OR_RETURN(const std::string id, VersionIn(name));
    auto version = co_await ReadRuleVersion(transaction, id);
    if (!version.ok()) co_return version.status();
    co_return VersionMessage(*version);
  };
}

// The day, when the version may be put in force from it on.
absl::Status CheckDay(absl::CivilDay day, const std::vector<RuleVersion>& versions) {
  for (const RuleVersion& other : versions) {
    if (!other.effective_day || *other.effective_day < day) continue;
    return FieldError("effective_day", absl::StrCat("must be after ", DayWord(*other.effective_day),
                                                    ", when ", other.rules.version, " begins"));
  }
  return absl::OkStatus();
}

absl::Status CheckFitToBegin(const RuleVersion& version) {
  if (version.effective_day) {
    return StateForbidsError(version.name(), "IN_FORCE", "PutRuleVersionInForce");
  }
  const Violations problems = CheckRules(version.rules);
  if (problems.empty()) return absl::OkStatus();
  return PreconditionError(reason::kGuardFailed, version.name(),
                           absl::StrCat(problems.front().field, " ", problems.front().description,
                                        problems.size() == 1 ? "" : "; CheckRuleVersion has more"));
}

}  // namespace

Task<absl::StatusOr<v1::RuleVersion>> CreateRuleVersion(
    Registry& registry, Call& call, const v1::CreateRuleVersionRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const RuleVersion draft, DraftOf(call, request.rule_version()));
  VersionChange change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::RuleVersion>> {
    absl::Status stored = co_await InsertRuleVersion(transaction, draft);
    if (!stored.ok()) co_return stored;
    stored = co_await Tell(registry, transaction, call, draft, "CreateRuleVersion");
    if (!stored.ok()) co_return stored;
    co_return VersionMessage(draft);
  };
  VersionReread reread = RereadVersion();
  co_return co_await ChangeOnce<v1::RuleVersion>(registry.database(call), call, request, change,
                                                 reread);
}

Task<absl::StatusOr<v1::RuleVersion>> GetRuleVersion(Registry& registry, Call& call,
                                                     const v1::GetRuleVersionRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, VersionIn(request.name()));
  auto version = co_await ReadVersion(registry, call, id);
  if (!version.ok()) co_return version.status();
  co_return VersionMessage(*version);
}

Task<absl::StatusOr<v1::ListRuleVersionsResponse>> ListRuleVersionPage(
    Registry& registry, Call& call, const v1::ListRuleVersionsRequest&) {
  using Versions = std::vector<RuleVersion>;
  std::function<Task<absl::StatusOr<Versions>>(postgres::Transaction&)> list =
      [](postgres::Transaction& transaction) { return ListRuleVersions(transaction); };
  auto versions = co_await registry.database(call).Transact<Versions>(call.deadline(), list);
  if (!versions.ok()) co_return versions.status();
  v1::ListRuleVersionsResponse response;
  for (const RuleVersion& version : *versions) *response.add_rule_versions() = Heading(version);
  co_return response;
}

Task<absl::StatusOr<v1::CheckRuleVersionResponse>> CheckRuleVersion(
    Registry& registry, Call& call, const v1::CheckRuleVersionRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, VersionIn(request.name()));
  auto version = co_await ReadVersion(registry, call, id);
  if (!version.ok()) co_return version.status();
  v1::CheckRuleVersionResponse response;
  for (const Violation& violation : CheckRules(version->rules)) {
    v1::RuleProblem* problem = response.add_problems();
    problem->set_field(violation.field);
    problem->set_description(violation.description);
  }
  co_return response;
}

Task<absl::StatusOr<v1::TryRuleVersionResponse>> TryRuleVersion(
    Registry& registry, Call& call, const v1::TryRuleVersionRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, VersionIn(request.name()));
  auto version = co_await ReadVersion(registry, call, id);
  if (!version.ok()) co_return version.status();
  auto groups = co_await ListOpenGroups(registry.database(call), call.deadline());
  if (!groups.ok()) co_return groups.status();
  v1::TryRuleVersionResponse response;
  for (const OpenGroup& group : *groups) {
    MB_CO_ASSIGN_OR_RETURN(const RulesEffect effect,
                           EffectOn(version->rules, registry.calendar(), group.dispute,
                                    calendar::ChinaDay(call.now())));
    response.set_dispute_count(response.dispute_count() + group.count);
    if (effect.is_stuck) response.set_stuck_count(response.stuck_count() + group.count);
    if (effect.is_earlier) response.set_earlier_count(response.earlier_count() + group.count);
    if (effect.is_later) response.set_later_count(response.later_count() + group.count);
    if (effect.is_overdue) response.set_overdue_count(response.overdue_count() + group.count);
    if ((effect.is_stuck || effect.is_overdue) && response.examples_size() < kMostExamples) {
      response.add_examples(group.dispute.name());
    }
  }
  co_return response;
}

Task<absl::StatusOr<v1::RuleVersion>> PutRuleVersionInForce(
    Registry& registry, Call& call, const v1::PutRuleVersionInForceRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, VersionIn(request.name()));
  const absl::CivilDay today = calendar::ChinaDay(call.now());
  auto day = DayOf(request.effective_day());
  if (!day.ok()) co_return FieldError("effective_day", std::string(day.status().message()));
  if (*day <= today || *day > today + kFarthestDays) {
    co_return FieldError("effective_day", absl::StrCat("must be after today, and at most ",
                                                       kFarthestDays, " days from it"));
  }
  VersionChange change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::RuleVersion>> {
    absl::Status done = co_await HoldRuleVersions(transaction);
    if (!done.ok()) co_return done;
    auto version = co_await ReadRuleVersion(transaction, id);
    if (!version.ok()) co_return version.status();
    MB_CO_RETURN_IF_ERROR(CheckEtag(version->name(), request.etag(), version->revision));
    MB_CO_RETURN_IF_ERROR(CheckFitToBegin(*version));
    auto others = co_await ListRuleVersions(transaction);
    if (!others.ok()) co_return others.status();
    MB_CO_RETURN_IF_ERROR(CheckDay(*day, *others));
    version->effective_day = *day;
    version->force_time = call.now();
    version->force_principal = call.caller().principal;
    ++version->revision;
    done = co_await UpdateRuleVersion(transaction, *version);
    if (!done.ok()) co_return done;
    done = co_await Tell(registry, transaction, call, *version, "PutRuleVersionInForce");
    if (!done.ok()) co_return done;
    co_return VersionMessage(*version);
  };
  VersionReread reread = RereadVersion();
  co_return co_await ChangeOnce<v1::RuleVersion>(registry.database(call), call, request, change,
                                                 reread);
}

Task<void> KeepRules(std::shared_ptr<Registry> registry) {
  constexpr absl::Duration kEvery = absl::Seconds(30);
  constexpr absl::Duration kPatience = absl::Seconds(10);
  absl::Time next = absl::InfinitePast();
  while (!registry->parts.draining()) {
    const absl::Time now = absl::Now();
    if (now >= next) {
      absl::Status loaded = co_await LoadRules(*registry->parts.databases[0], now + kPatience, now,
                                               registry->rules.get());
      if (!loaded.ok()) {
        Log(LogLevel::kWarning, "the versions of the rules cannot be read",
            {{"status", std::string(loaded.message())}});
      }
      next = now + (loaded.ok() ? kEvery : absl::Seconds(1));
    }
    co_await Sleep(absl::Milliseconds(200));
  }
}

}  // namespace maplebridge::registry
