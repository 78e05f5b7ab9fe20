#include "services/registry/testing/registry_fixture.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "common/feed/feed_hub.h"
#include "common/identifier/resident_number.h"
#include "common/postgres/service_migrations.h"
#include "common/reference/test_reference.h"
#include "services/registry/testing/fake_roster.h"

namespace maplebridge::registry {
namespace {

std::string Admin() {
  const char* conninfo = std::getenv("MAPLEBRIDGE_TEST_DATABASE");
  return conninfo == nullptr ? "" : conninfo;
}

// One statement of its own on a connection of its own.
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

std::string WriteKey(const std::string& text) {
  std::string path = testing::TempDir() + "registry_key_XXXXXX";
  close(mkstemp(path.data()));
  std::ofstream(path) << text << "\n";
  return path;
}

template <typename Keys>
std::shared_ptr<const Keys> LoadKey(const std::string& text) {
  const std::string path = WriteKey(text);
  auto keys = Keys::Load(path);
  unlink(path.c_str());
  EXPECT_TRUE(keys.ok()) << keys.status();
  return *keys;
}

Call CallBy(Caller caller, const std::string& method) {
  Call::Values values;
  values.caller = std::make_shared<Caller>(std::move(caller));
  values.method = method;
  values.now = absl::Now();
  values.deadline = values.now + absl::Seconds(20);
  values.trace_id = "0af7651916cd43dd8448eb211c80319c";
  return Call(values);
}

std::shared_ptr<const reference::ReferenceData> TestReferenceData() {
  static const auto* data = new std::shared_ptr<const reference::ReferenceData>([] {
    auto built = reference::BuildTestReference(reference::FixturePackages());
    EXPECT_TRUE(built.ok()) << built.status();
    return *built;
  }());
  return *data;
}

}  // namespace

std::string NewRequestId() {
  unsigned char bytes[16];
  RAND_bytes(bytes, sizeof bytes);
  std::string text;
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += absl::StrFormat("%02x", bytes[i]);
  }
  return text;
}

void RegistryTest::SetUp() {
  ASSERT_FALSE(Admin().empty()) << "MAPLEBRIDGE_TEST_DATABASE names no cluster";
  loops_ = std::make_unique<EventLoops>(1);
  static int count = 0;
  database_ = absl::StrCat("registry_test_", getpid(), "_", ++count);
  auto created = OneStatement(loops_->at(0), Admin(), "CREATE DATABASE " + database_);
  ASSERT_TRUE(created.ok()) << created.status();
  const std::string conninfo = absl::StrCat(Admin(), " dbname=", database_);
  std::vector<postgres::Migration> migrations{postgres::CommonMigration()};
  for (const postgres::Migration& migration : ServiceMigrations()) migrations.push_back(migration);
  absl::Status migrated = postgres::Migrate(conninfo, migrations);
  ASSERT_TRUE(migrated.ok()) << migrated;

  roster_ = std::make_unique<FakeRoster>();
  roster::v1::Organisation& committee = roster_->organisations[kOrganisation];
  committee.set_name(kOrganisation);
  committee.set_display_name("上城区清波街道人民调解委员会");
  committee.set_kind(roster::v1::ORGANISATION_KIND_TOWNSHIP);
  committee.set_division("330102001000");
  committee.set_state(roster::v1::ORGANISATION_STATE_PUBLISHED);
  roster::v1::Mediator& mediator = roster_->mediators[kMediator];
  mediator.set_name(kMediator);
  mediator.set_display_name("王调解");
  mediator.set_state(roster::v1::MEDIATOR_STATE_ACTIVE);

  parts_ = std::make_unique<ServiceParts>();
  parts_->name = "registry";
  parts_->loops = loops_.get();
  postgres::DatabaseOptions options;
  options.conninfo = conninfo;
  parts_->databases.push_back(std::make_unique<postgres::Database>(options));
  parts_->sealing = LoadKey<SealingKeys>("k1:" + std::string(64, 'a'));
  parts_->match = LoadKey<MatchKey>(std::string(64, 'b'));
  parts_->reference_data = TestReferenceData();
  parts_->feed = std::make_shared<FeedHub>(*parts_->databases[0]);
  parts_->roster = roster_->channel();
  parts_->draining = [] { return true; };
  auto maker = DocumentMaker::Load(MAPLEBRIDGE_TEMPLATES);
  ASSERT_TRUE(maker.ok()) << maker.status();
  registry_ = std::make_unique<Registry>(*parts_, *maker);
}

void RegistryTest::TearDown() {
  if (parts_) {
    // Connections belong to their loop.
    auto close = [this]() -> Task<bool> {
      registry_.reset();
      parts_->feed.reset();
      parts_->databases.clear();
      co_return true;
    };
    Run(close());
  }
  roster_.reset();
  auto dropped = OneStatement(loops_->at(0), Admin(),
                              absl::StrCat("DROP DATABASE ", database_, " WITH (FORCE)"));
  EXPECT_TRUE(dropped.ok()) << dropped.status();
}

Call RegistryTest::HeadCall(const std::string& method) {
  Caller head;
  head.principal = "callers/head";
  head.roles = {options::v1::ROLE_ORGANISATION_HEAD, options::v1::ROLE_MEDIATOR};
  head.organisation = kOrganisation;
  return CallBy(head, method);
}

Call RegistryTest::CourtCall() {
  Caller court;
  court.principal = "callers/court-330102";
  court.roles = {options::v1::ROLE_COURT_SYSTEM};
  court.court = kCourt;
  return CallBy(court, "test");
}

Call RegistryTest::ServiceCall() { return OwnCall("services/test", absl::Seconds(20)); }

std::string RegistryTest::Value(const std::string& sql) {
  auto result = OneStatement(loops_->at(0), absl::StrCat(Admin(), " dbname=", database_), sql);
  EXPECT_TRUE(result.ok()) << result.status() << "\n" << sql;
  return result.ok() && !result->empty() ? (*result)[0].Text(0) : "";
}

void RegistryTest::Execute(const std::string& sql) {
  auto result = OneStatement(loops_->at(0), absl::StrCat(Admin(), " dbname=", database_), sql);
  EXPECT_TRUE(result.ok()) << result.status() << "\n" << sql;
}

v1::Dispute RegistryTest::Draft(int sequence) {
  v1::Dispute dispute;
  dispute.set_category("CONTRACT");
  dispute.set_source(v1::DISPUTE_SOURCE_APPLICATION);
  dispute.set_division("330102001");
  dispute.set_organisation(kOrganisation);
  dispute.set_summary("货款未付");
  dispute.set_claimed_amount_fen(5'000'000);
  for (int i = 0; i < 2; ++i) {
    type::v1::Party* party = dispute.add_parties();
    party->set_party_id(absl::StrCat("p", i + 1));
    party->set_kind(type::v1::PARTY_KIND_PERSON);
    party->set_position(i == 0 ? type::v1::PARTY_POSITION_APPLICANT
                               : type::v1::PARTY_POSITION_RESPONDENT);
    party->set_display_name(i == 0 ? "张三" : "李四");
    party->set_identity_kind(type::v1::IDENTITY_KIND_RESIDENT);
    party->set_identity_number(*identifier::GenerateResidentNumber(
        "330102", absl::CivilDay(1980, 1, 1 + sequence % 28), (sequence * 2 + i) % 1000));
    party->set_telephone("1380013800" + std::to_string(i));
    party->set_service_address("杭州市上城区");
  }
  return dispute;
}

}  // namespace maplebridge::registry
