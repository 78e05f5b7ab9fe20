#include "services/analytics/testing/analytics_fixture.h"

#include <absl/strings/str_cat.h>
#include <google/protobuf/util/time_util.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <future>

#include "common/feed/feed_hub.h"
#include "common/postgres/service_migrations.h"
#include "common/reference/test_reference.h"
#include "maplebridge/docking/v1/judicial_confirmation_resource.pb.h"
#include "maplebridge/docking/v1/referral_resource.pb.h"
#include "maplebridge/registry/v1/dispute_resource.pb.h"
#include "maplebridge/roster/v1/organisation.pb.h"
#include "services/analytics/api/feeds.h"
#include "services/analytics/api/query_indicators.h"
#include "services/analytics/store/fact_store.h"

namespace maplebridge::analytics {
namespace {

std::string Admin() {
  const char* conninfo = std::getenv("MAPLEBRIDGE_TEST_DATABASE");
  return conninfo == nullptr ? "" : conninfo;
}

absl::StatusOr<postgres::Result> OneStatement(EventLoop& loop, const std::string& conninfo,
                                              const std::string& sql) {
  auto task = [&]() -> Task<absl::StatusOr<postgres::Result>> {
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    auto connection = co_await postgres::Connection::Open(conninfo, deadline);
    if (!connection.ok()) co_return connection.status();
    const postgres::Statement statement{"one", sql.c_str()};
    std::vector<postgres::Command> commands;
    commands.push_back({&statement, postgres::Parameters()});
    auto results = co_await (*connection)->Run(std::move(commands), deadline);
    if (!results.ok()) co_return results.status();
    co_return (*results)[0];
  };
  return RunBlocking(loop, task());
}

std::shared_ptr<const reference::ReferenceData> TestReferenceData() {
  static const auto* data = new std::shared_ptr<const reference::ReferenceData>([] {
    auto built = reference::BuildTestReference(reference::FixturePackages());
    EXPECT_TRUE(built.ok()) << built.status();
    return *built;
  }());
  return *data;
}

feed::v1::Event EventOf(const Story& story, const std::string& resource, std::int64_t revision,
                        const std::string& state, absl::Time time) {
  feed::v1::Event event;
  *event.mutable_event_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
  event.set_type("Test");
  event.set_resource(resource);
  event.set_revision(revision);
  event.set_to_state(state);
  event.set_division(story.division);
  event.set_organisation(story.organisation);
  event.set_court(story.court);
  return event;
}

Call CallBy(Caller caller, absl::Time now) {
  Call::Values values;
  values.caller = std::make_shared<Caller>(std::move(caller));
  values.method = "test";
  values.now = now;
  values.deadline = absl::Now() + absl::Seconds(20);
  return Call(values);
}

}  // namespace

absl::Time September(int day, int hour) {
  return absl::FromCivil(absl::CivilSecond(2026, 9, day, hour), absl::FixedTimeZone(8 * 60 * 60));
}

const v1::IndicatorRow& RowAt(const v1::QueryIndicatorsResponse& response,
                              const std::string& division) {
  static const v1::IndicatorRow none;
  for (const v1::IndicatorRow& row : response.rows()) {
    if (row.division() == division) return row;
  }
  ADD_FAILURE() << "no row of " << division << " in " << response.ShortDebugString();
  return none;
}

const v1::IndicatorValue& ValueOf(const v1::IndicatorRow& row, const std::string& indicator) {
  static const v1::IndicatorValue none;
  for (const v1::IndicatorValue& value : row.values()) {
    if (value.indicator() == indicator) return value;
  }
  ADD_FAILURE() << "no " << indicator << " in " << row.ShortDebugString();
  return none;
}

void AnalyticsTest::SetUp() {
  ASSERT_FALSE(Admin().empty()) << "MAPLEBRIDGE_TEST_DATABASE names no cluster";
  now_ = September(30) + absl::Hours(24);
  loops_ = std::make_unique<EventLoops>(1);
  static int count = 0;
  database_ = absl::StrCat("analytics_test_", getpid(), "_", ++count);
  auto created = OneStatement(loops_->at(0), Admin(), "CREATE DATABASE " + database_);
  ASSERT_TRUE(created.ok()) << created.status();
  const std::string conninfo = absl::StrCat(Admin(), " dbname=", database_);
  std::vector<postgres::Migration> migrations{postgres::CommonMigration()};
  for (const postgres::Migration& migration : ServiceMigrations()) migrations.push_back(migration);
  absl::Status migrated = postgres::Migrate(conninfo, migrations);
  ASSERT_TRUE(migrated.ok()) << migrated;

  registry_ = std::make_unique<FakeRegistryFeed>();
  docking_ = std::make_unique<FakeDockingFeed>();
  roster_ = std::make_unique<FakeRosterFeed>();
  parts_ = std::make_unique<ServiceParts>();
  parts_->name = "analytics";
  parts_->loops = loops_.get();
  postgres::DatabaseOptions options;
  options.conninfo = conninfo;
  parts_->databases.push_back(std::make_unique<postgres::Database>(options));
  parts_->reference_data = TestReferenceData();
  parts_->registry = registry_->channel();
  parts_->docking = docking_->channel();
  parts_->roster = roster_->channel();
  analytics_ = std::make_shared<Analytics>(*parts_);
}

void AnalyticsTest::TearDown() {
  if (parts_) {
    // Connections belong to their loop.
    auto close = [this]() -> Task<bool> {
      parts_->databases.clear();
      co_return true;
    };
    Run(close());
  }
  if (database_.empty()) return;
  auto dropped = OneStatement(loops_->at(0), Admin(),
                              absl::StrCat("DROP DATABASE ", database_, " WITH (FORCE)"));
  EXPECT_TRUE(dropped.ok()) << dropped.status();
}

void AnalyticsTest::TellDispute(Story& story, const std::string& state, absl::Time time) {
  registry::v1::Dispute dispute;
  dispute.set_category(story.category);
  dispute.set_source(registry::v1::DISPUTE_SOURCE_REFERRAL);
  feed::v1::Event event =
      EventOf(story, "disputes/D-" + story.id, ++story.dispute_revision, state, time);
  event.mutable_payload()->PackFrom(dispute);
  registry_->Add(event);
}

void AnalyticsTest::TellReferral(Story& story, const std::string& state, absl::Time time) {
  docking::v1::Referral referral;
  referral.set_category(story.category);
  referral.set_kind(docking::v1::REFERRAL_KIND_APPOINTED);
  feed::v1::Event event =
      EventOf(story, "referrals/" + story.id, ++story.referral_revision, state, time);
  event.mutable_payload()->PackFrom(referral);
  docking_->Add(event);
}

void AnalyticsTest::TellConfirmation(Story& story, const std::string& state, absl::Time time) {
  docking::v1::Confirmation confirmation;
  confirmation.set_referral("referrals/" + story.id);
  feed::v1::Event event =
      EventOf(story, "confirmations/" + story.id, ++story.confirmation_revision, state, time);
  event.mutable_payload()->PackFrom(confirmation);
  docking_->Add(event);
}

void AnalyticsTest::TellOrganisation(const std::string& name, const std::string& division) {
  Story story;
  story.division = division;
  story.organisation = name;
  story.court = "";
  roster::v1::Organisation organisation;
  organisation.set_kind(roster::v1::ORGANISATION_KIND_TOWNSHIP);
  feed::v1::Event event = EventOf(story, name, 1, "PUBLISHED", September(1));
  event.mutable_payload()->PackFrom(organisation);
  roster_->Add(event);
}

void AnalyticsTest::FollowToEnd(const std::string& feed, std::int64_t end) {
  const std::string wanted = absl::StrCat(end);
  const std::string sql = absl::StrCat(
      "SELECT coalesce(max(position), 0) FROM feed_cursors WHERE source = '", feed, "'");
  auto stop = std::make_shared<std::atomic<bool>>(false);
  parts_->draining = [stop] { return stop->load(); };
  for (const FeedSource& source : FeedsOf(*parts_)) {
    if (source.name != feed) continue;
    std::promise<void> ended;
    loops_->at(0).Post([this, source, &ended] {
      Start(Follow(analytics_, source), [&ended] { ended.set_value(); });
    });
    const absl::Time patience = absl::Now() + absl::Seconds(20);
    std::string reached = Value(sql);
    while (reached != wanted && absl::Now() < patience) reached = Value(sql);
    *stop = true;
    ended.get_future().wait();
    EXPECT_EQ(reached, wanted) << feed << " was not taken in to its end";
  }
}

void AnalyticsTest::CatchUp() {
  FollowToEnd("docking", docking_->last_position());
  FollowToEnd("registry", registry_->last_position());
  FollowToEnd("roster", roster_->last_position());
}

absl::Status AnalyticsTest::Apply(const std::string& source, const feed::v1::Event& event) {
  std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
    const std::span<const feed::v1::Event> one(&event, 1);
    absl::Status applied = co_await ApplyEvents(transaction, source, one);
    if (!applied.ok()) co_return applied;
    co_return true;
  };
  return Run(parts_->databases[0]->Transact<bool>(absl::Now() + absl::Seconds(20), body)).status();
}

Caller AnalyticsTest::Head() {
  Caller caller;
  caller.principal = "callers/head";
  caller.roles = {options::v1::ROLE_ORGANISATION_HEAD};
  caller.organisation = kOrganisation;
  return caller;
}

Caller AnalyticsTest::Court() {
  Caller caller;
  caller.principal = "callers/court";
  caller.roles = {options::v1::ROLE_COURT_SYSTEM};
  caller.court = kCourt;
  return caller;
}

Caller AnalyticsTest::Bureau(options::v1::Role role, const std::string& division) {
  Caller caller;
  caller.principal = "callers/bureau";
  caller.roles = {role};
  caller.division = division;
  return caller;
}

Caller AnalyticsTest::Auditor() {
  Caller caller;
  caller.principal = "callers/auditor";
  caller.roles = {options::v1::ROLE_AUDITOR};
  return caller;
}

Caller AnalyticsTest::Service() {
  Caller caller;
  caller.principal = "services/test";
  caller.roles = {options::v1::ROLE_SERVICE};
  return caller;
}

absl::StatusOr<v1::QueryIndicatorsResponse> AnalyticsTest::Query(
    const Caller& caller, const v1::QueryIndicatorsRequest& request) {
  Call call = CallBy(caller, now_);
  return Run(QueryIndicators(*analytics_, call, request));
}

absl::StatusOr<v1::GetFeedPositionsResponse> AnalyticsTest::Positions() {
  Call call = CallBy(Service(), now_);
  const v1::GetFeedPositionsRequest request;
  return Run(GetFeedPositions(*analytics_, call, request));
}

void AnalyticsTest::ExpectCountsStandOnFacts() {
  std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
      [](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
    auto facts = co_await ReadFacts(transaction);
    if (!facts.ok()) co_return facts.status();
    auto counts = co_await ReadDailyCounts(transaction);
    if (!counts.ok()) co_return counts.status();
    CellSums wanted;
    for (const Fact& fact : *facts) {
      for (const auto& [cell, sum] : CellsOf(fact)) {
        wanted[cell].count += sum.count;
        wanted[cell].seconds += sum.seconds;
      }
    }
    co_return wanted == *counts;
  };
  auto same = Run(parts_->databases[0]->Transact<bool>(absl::Now() + absl::Seconds(20), body));
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_TRUE(*same) << "daily_counts is not what the facts add up to";
}

std::string AnalyticsTest::Value(const std::string& sql) {
  auto result = OneStatement(loops_->at(0), absl::StrCat(Admin(), " dbname=", database_), sql);
  EXPECT_TRUE(result.ok()) << result.status() << "\n" << sql;
  return result.ok() && !result->empty() ? (*result)[0].Text(0) : "";
}

}  // namespace maplebridge::analytics
