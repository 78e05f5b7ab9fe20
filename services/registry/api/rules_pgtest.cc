#include <absl/strings/match.h>

#include "services/registry/api/report_dispute.h"
#include "services/registry/api/rules.h"
#include "services/registry/api/take_on.h"
#include "services/registry/api/transfers.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/at_once.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

absl::CivilDay Today() { return calendar::ChinaDay(absl::Now()); }

class RulesTest : public RegistryTest {
 protected:
  Call MinistryCall() {
    Caller caller;
    caller.principal = "callers/ministry";
    caller.roles = {options::v1::ROLE_MINISTRY};
    return CallBy(std::move(caller));
  }
  v1::RuleVersion BuiltIn() {
    Reported();  // loads the rules
    v1::GetRuleVersionRequest request;
    request.set_name("ruleVersions/" + std::string(kDisputeWorkflowVersion));
    return Must(&GetRuleVersion, MinistryCall(), request);
  }
  // Contracts in Zhejiang in ten days; nobody hands a dispute over.
  v1::RuleVersion Tight() {
    v1::RuleVersion draft = BuiltIn();
    draft.set_version("2027-04-zhejiang");
    draft.set_explanation("浙江省合同纠纷十日内调解");
    v1::RuleLimit* limit = draft.add_limits();
    limit->set_clock("mediation");
    limit->set_category("CONTRACT");
    limit->set_division("33");
    limit->set_unit(v1::RULE_UNIT_DAYS);
    limit->set_length(10);
    limit->set_source("浙司〔2027〕1号");
    auto* steps = draft.mutable_steps();
    for (int i = steps->size() - 1; i >= 0; --i) {
      if (absl::StrContains(steps->Get(i).event(), "Transfer")) steps->DeleteSubrange(i, 1);
    }
    return draft;
  }
  static v1::CreateRuleVersionRequest Creating(const v1::RuleVersion& draft) {
    v1::CreateRuleVersionRequest request;
    *request.mutable_rule_version() = draft;
    return request;
  }
  static v1::PutRuleVersionInForceRequest Forcing(const std::string& name, absl::CivilDay day) {
    v1::PutRuleVersionInForceRequest request;
    request.set_name(name);
    request.set_effective_day(DayWord(day));
    return request;
  }
  // Puts the version in force, as of a day that has come.
  void BeginNow(const std::string& name) {
    Must(&PutRuleVersionInForce, MinistryCall(), Forcing(name, Today() + 1));
    Execute(
        "UPDATE rule_versions SET effective_day = current_date - 1 WHERE 'ruleVersions/' || "
        "version = '" +
        name + "'");
    absl::Status loaded = Run(LoadRules(*parts_->databases[0], absl::Now() + absl::Seconds(10),
                                        absl::Now(), registry().rules.get()));
    ASSERT_TRUE(loaded.ok()) << loaded;
  }
  absl::Status Offer(const std::string& dispute) {
    v1::OfferTransferRequest request;
    request.set_parent(dispute);
    request.mutable_transfer()->set_to_organisation("organisations/gongshu");
    request.mutable_transfer()->set_explanation("移交");
    return Ask(&OfferTransfer, HeadCall(), request).status();
  }
};

constexpr postgres::Statement kLockSteps{"test_lock_steps",
                                         "LOCK TABLE rule_steps IN ACCESS EXCLUSIVE MODE"};
constexpr postgres::Statement kWaiting{
    "test_waiting",
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'rule_steps'::regclass"};

TEST_F(RulesTest, AVersionThatIsStoredWhileOthersAreReadIsReadTheNextTime) {
  postgres::Database& database = *parts_->databases[0];
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  ASSERT_TRUE(Run(LoadRules(database, deadline, absl::Now(), registry().rules.get())).ok());
  RuleVersion added;
  added.rules = BuiltInRules();
  added.rules.version = "2027-09-added";
  added.create_time = absl::Now();
  added.explanation = "added";
  added.create_principal = "test";
  added.revision = 1;
  bool is_locked = false;
  // The reader has seen the versions and waits for their steps when the new one is committed.
  std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
    auto locked = co_await transaction.Execute(kLockSteps);
    if (!locked.ok()) co_return locked.status();
    absl::Status stored = co_await InsertRuleVersion(transaction, added);
    if (!stored.ok()) co_return stored;
    is_locked = true;
    while (true) {
      auto waiting = co_await database.Query(deadline, kWaiting);
      if (!waiting.ok()) co_return waiting.status();
      if ((*waiting)[0].Int64(0) > 0) co_return true;
      co_await Sleep(absl::Milliseconds(2));
    }
  };
  RuleBook book;
  std::vector<std::function<Task<absl::StatusOr<bool>>()>> both;
  both.push_back([&] { return database.Transact<bool>(deadline, body); });
  both.push_back([&]() -> Task<absl::StatusOr<bool>> {
    while (!is_locked && absl::Now() < deadline) co_await Sleep(absl::Milliseconds(2));
    absl::Status loaded = co_await LoadRules(database, deadline, absl::Now(), &book);
    if (!loaded.ok()) co_return loaded;
    co_return true;
  });
  for (const auto& answer : Run(AtOnce<bool>(std::move(both)))) {
    ASSERT_TRUE(answer.ok()) << answer.status();
  }
  EXPECT_EQ(book.Find("2027-09-added"), nullptr);
  ASSERT_TRUE(Run(LoadRules(database, deadline, absl::Now(), &book)).ok());
  EXPECT_EQ(book.Find("2027-09-added")->steps.size(), BuiltInRules().steps.size());
}

TEST_F(RulesTest, ADisputeKeepsTheRulesItBeganUnder) {
  roster().organisations["organisations/gongshu"] = roster().organisations[kOrganisation];
  roster().organisations["organisations/gongshu"].set_name("organisations/gongshu");
  const v1::Dispute old = Accepted(1);
  EXPECT_EQ(old.rules_version(), kDisputeWorkflowVersion);
  const v1::RuleVersion tight = Must(&CreateRuleVersion, MinistryCall(), Creating(Tight()));
  EXPECT_EQ(tight.effective_day(), "");
  BeginNow(tight.name());

  const v1::Dispute fresh = Accepted(2);
  EXPECT_EQ(fresh.rules_version(), "2027-04-zhejiang");
  EXPECT_LT(fresh.deadline().due_day(), old.deadline().due_day());
  ExpectError(Offer(fresh.name()), StatusCode::kFailedPrecondition, reason::kStateForbids);
  EXPECT_TRUE(Offer(old.name()).ok());
  // What the old one does next is counted by its own rules.
  EXPECT_EQ(Assign(old.name()).deadline().due_day(), old.deadline().due_day());
  EXPECT_EQ(Value("SELECT string_agg(rules_version, ',' ORDER BY number) FROM disputes WHERE "
                  "state <> 'REPORTED'"),
            absl::StrCat(std::string(kDisputeWorkflowVersion), ",2027-04-zhejiang"));
}

TEST_F(RulesTest, AVersionWithADeadEndIsStoredAndFoundAndNotPutInForce) {
  v1::RuleVersion draft = Tight();
  auto* steps = draft.mutable_steps();
  for (int i = steps->size() - 1; i >= 0; --i) {
    if (steps->Get(i).event() == "Archive") steps->DeleteSubrange(i, 1);
  }
  const std::string name = Must(&CreateRuleVersion, MinistryCall(), Creating(draft)).name();
  v1::CheckRuleVersionRequest check;
  check.set_name(name);
  const auto found = Must(&CheckRuleVersion, MinistryCall(), check);
  ASSERT_GT(found.problems_size(), 0);
  EXPECT_EQ(found.problems(0).field(), "steps");
  const std::string before = RowCounts();
  ExpectError(Ask(&PutRuleVersionInForce, MinistryCall(), Forcing(name, Today() + 1)).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  EXPECT_EQ(RowCounts(), before);
  EXPECT_EQ(Value("SELECT count(*) FROM rule_versions WHERE effective_day IS NOT NULL"), "1");
}

TEST_F(RulesTest, TryingAVersionCountsTheOpenDisputesAndChangesNothing) {
  const v1::Dispute first = Mediating(1);
  Accepted(2);
  Reported(3);
  const std::string name = Must(&CreateRuleVersion, MinistryCall(), Creating(Tight())).name();
  Execute("UPDATE disputes SET limit_from = limit_from - interval '12 days' WHERE number = '" +
          first.name().substr(9) + "'");
  const std::string before = RowCounts();
  v1::TryRuleVersionRequest request;
  request.set_name(name);
  const auto tried = Must(&TryRuleVersion, MinistryCall(), request);
  EXPECT_EQ(tried.dispute_count(), 4) << "and the one that loaded the rules";
  EXPECT_EQ(tried.earlier_count(), 2);
  EXPECT_EQ(tried.later_count(), 0);
  EXPECT_EQ(tried.overdue_count(), 1);
  EXPECT_EQ(tried.stuck_count(), 0);
  ASSERT_EQ(tried.examples_size(), 1);
  EXPECT_EQ(tried.examples(0), first.name());
  EXPECT_EQ(RowCounts(), before);
  EXPECT_EQ(Get(first.name()).rules_version(), kDisputeWorkflowVersion);
}

TEST_F(RulesTest, EveryWrongFieldIsNamed) {
  const v1::RuleVersion good = Tight();
  const std::string before = RowCounts();
  const auto expect = [&](const std::function<void(v1::RuleVersion*)>& change,
                          const std::string& field) {
    v1::RuleVersion draft = good;
    change(&draft);
    ExpectError(Ask(&CreateRuleVersion, MinistryCall(), Creating(draft)).status(),
                StatusCode::kInvalidArgument, reason::kFieldInvalid, field);
  };
  expect([](auto* v) { v->set_version("2027"); }, "rule_version.version");
  expect([](auto* v) { v->set_version("2027-04-"); }, "rule_version.version");
  expect([](auto* v) { v->set_version("2027-04-ZJ"); }, "rule_version.version");
  expect([](auto* v) { v->set_explanation(""); }, "rule_version.explanation");
  expect([](auto* v) { v->mutable_steps(3)->set_to("NOWHERE"); }, "rule_version.steps[3]");
  expect([](auto* v) { v->mutable_limits(0)->set_length(0); }, "rule_version.limits[0].length");
  expect([](auto* v) { v->mutable_limits(0)->set_division("3"); },
         "rule_version.limits[0].division");
  expect([](auto* v) { *v->mutable_limits(1) = v->limits(0); }, "rule_version.limits[1]");
  EXPECT_EQ(RowCounts(), before);
}

TEST_F(RulesTest, OnlyADayToComeAndAfterEveryOtherVersionAndOnlyOnce) {
  const std::string name = Must(&CreateRuleVersion, MinistryCall(), Creating(Tight())).name();
  ExpectError(Ask(&CreateRuleVersion, MinistryCall(), Creating(Tight())).status(),
              StatusCode::kAlreadyExists, reason::kResourceExists);
  const auto force = [&](const std::string& version, absl::CivilDay day) {
    return Ask(&PutRuleVersionInForce, MinistryCall(), Forcing(version, day)).status();
  };
  for (absl::CivilDay day : {Today(), Today() - 1, Today() + 367}) {
    ExpectError(force(name, day), StatusCode::kInvalidArgument, reason::kFieldInvalid,
                "effective_day");
  }
  EXPECT_TRUE(force(name, Today() + 10).ok());
  ExpectError(force(name, Today() + 20), StatusCode::kFailedPrecondition, reason::kStateForbids);
  v1::RuleVersion second = Tight();
  second.set_version("2027-05");
  const std::string later = Must(&CreateRuleVersion, MinistryCall(), Creating(second)).name();
  ExpectError(force(later, Today() + 10), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "effective_day");
  EXPECT_TRUE(force(later, Today() + 11).ok());
  EXPECT_EQ(Must(&ListRuleVersionPage, MinistryCall(), v1::ListRuleVersionsRequest())
                .rule_versions_size(),
            3);
  EXPECT_EQ(Reported(9).rules_version(), kDisputeWorkflowVersion) << "not begun yet";
}

}  // namespace
}  // namespace maplebridge::registry
