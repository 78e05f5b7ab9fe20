#include "services/docking/testing/docking_fixture.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "common/feed/feed_hub.h"
#include "common/identifier/resident_number.h"
#include "common/postgres/service_migrations.h"
#include "common/reference/test_reference.h"
#include "common/server/resource_id.h"
#include "services/docking/api/clock_expiry.h"
#include "services/docking/api/guide_parties.h"
#include "services/docking/api/materials.h"
#include "services/docking/api/read_referrals.h"
#include "services/docking/api/registry_feed.h"
#include "services/docking/api/send_referral.h"
#include "services/docking/api/words.h"

namespace maplebridge::docking {
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

template <typename Keys>
std::shared_ptr<const Keys> LoadKey(const std::string& text) {
  std::string path = testing::TempDir() + "docking_key_XXXXXX";
  close(mkstemp(path.data()));
  std::ofstream(path) << text << "\n";
  auto keys = Keys::Load(path);
  unlink(path.c_str());
  EXPECT_TRUE(keys.ok()) << keys.status();
  return *keys;
}

Call CallBy(Caller caller) {
  Call::Values values;
  values.caller = std::make_shared<Caller>(std::move(caller));
  values.method = "test";
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

std::string NewRequestId() { return NewResourceId(absl::Now()); }

std::string Sha256(const std::string& bytes) {
  ContentDigest digest;
  digest.Update(bytes);
  return digest.Finish().sha256;
}

Task<absl::StatusOr<bool>> FakeReader::Read(google::protobuf::Message* message) {
  if (messages.empty()) co_return false;
  message->CopyFrom(messages.front());
  messages.pop_front();
  co_return true;
}

Task<bool> FakeWriter::Write(const google::protobuf::Message& message) {
  messages.push_back(static_cast<const v1::DownloadMaterialResponse&>(message));
  co_return true;
}

void DockingTest::SetUp() {
  ASSERT_FALSE(Admin().empty()) << "MAPLEBRIDGE_TEST_DATABASE names no cluster";
  loops_ = std::make_unique<EventLoops>(1);
  static int count = 0;
  database_ = absl::StrCat("docking_test_", getpid(), "_", ++count);
  auto created = OneStatement(loops_->at(0), Admin(), "CREATE DATABASE " + database_);
  ASSERT_TRUE(created.ok()) << created.status();
  const std::string conninfo = absl::StrCat(Admin(), " dbname=", database_);
  std::vector<postgres::Migration> migrations{postgres::CommonMigration()};
  for (const postgres::Migration& migration : ServiceMigrations()) migrations.push_back(migration);
  absl::Status migrated = postgres::Migrate(conninfo, migrations);
  ASSERT_TRUE(migrated.ok()) << migrated;

  peers_ = std::make_unique<FakePeers>();
  peers_->organisations[kOrganisation] = roster::v1::ORGANISATION_STATE_PUBLISHED;
  peers_->organisations[kOther] = roster::v1::ORGANISATION_STATE_PUBLISHED;
  peers_->entries.insert(absl::StrCat(kCourt, "/rosterEntries/qingbo"));

  parts_ = std::make_unique<ServiceParts>();
  parts_->name = "docking";
  parts_->loops = loops_.get();
  postgres::DatabaseOptions options;
  options.conninfo = conninfo;
  parts_->databases.push_back(std::make_unique<postgres::Database>(options));
  parts_->sealing = LoadKey<SealingKeys>("k1:" + std::string(64, 'a'));
  parts_->match = LoadKey<MatchKey>(std::string(64, 'b'));
  parts_->reference_data = TestReferenceData();
  parts_->feed = std::make_shared<FeedHub>(*parts_->databases[0]);
  parts_->roster = peers_->channel();
  parts_->registry = parts_->roster;
  parts_->draining = [] { return true; };
  docking_ = std::make_shared<Docking>(*parts_);
}

void DockingTest::TearDown() {
  if (parts_) {
    // Connections belong to their loop.
    auto close = [this]() -> Task<bool> {
      docking_.reset();
      parts_->feed.reset();
      parts_->databases.clear();
      co_return true;
    };
    Run(close());
  }
  peers_.reset();
  auto dropped = OneStatement(loops_->at(0), Admin(),
                              absl::StrCat("DROP DATABASE ", database_, " WITH (FORCE)"));
  EXPECT_TRUE(dropped.ok()) << dropped.status();
}

Call DockingTest::CourtCall(const std::string& court) {
  Caller caller;
  caller.principal = "callers/court";
  caller.roles = {options::v1::ROLE_COURT_SYSTEM, options::v1::ROLE_JUDGE};
  caller.court = court;
  return CallBy(std::move(caller));
}

Call DockingTest::HeadCall(const std::string& organisation) {
  Caller caller;
  caller.principal = "callers/head";
  caller.roles = {options::v1::ROLE_ORGANISATION_HEAD, options::v1::ROLE_MEDIATOR};
  caller.organisation = organisation;
  return CallBy(std::move(caller));
}

Call DockingTest::BureauCall(const std::string& division) {
  Caller caller;
  caller.principal = "callers/bureau";
  caller.roles = {options::v1::ROLE_COUNTY_BUREAU};
  caller.division = division;
  return CallBy(std::move(caller));
}

Call DockingTest::PartyCall(int party) {
  FieldCheck check;
  const Party named = PartyOf(Draft().parties(party - 1), "party", &check);
  Caller caller;
  caller.principal = "callers/party-" + absl::BytesToHexString(PartyAccount(docking_->keys, named));
  caller.roles = {options::v1::ROLE_PARTY};
  return CallBy(std::move(caller));
}

Call DockingTest::ServiceCall() { return OwnCall("services/registry", absl::Seconds(20)); }

std::string DockingTest::Value(const std::string& sql) {
  auto result = OneStatement(loops_->at(0), absl::StrCat(Admin(), " dbname=", database_), sql);
  EXPECT_TRUE(result.ok()) << result.status() << "\n" << sql;
  return result.ok() && !result->empty() ? (*result)[0].Text(0) : "";
}

void DockingTest::Execute(const std::string& sql) {
  auto result = OneStatement(loops_->at(0), absl::StrCat(Admin(), " dbname=", database_), sql);
  EXPECT_TRUE(result.ok()) << result.status() << "\n" << sql;
}

std::string DockingTest::EventsOf(const std::string& resource) {
  return Value("SELECT string_agg(type, ' ' ORDER BY position) FROM events WHERE resource = '" +
               resource + "'");
}

v1::Referral DockingTest::Draft(bool is_filed) {
  v1::Referral referral;
  referral.set_case_number(is_filed ? "(2026)浙0102民初7号" : "（2026）浙0102民诉前调7号");
  referral.set_category("CONTRACT");
  referral.set_division("330102001");
  referral.set_summary("货款未付");
  referral.set_amount_fen(5'000'000);
  referral.set_guidance("告知调解自愿、不收费");
  for (int i = 0; i < 2; ++i) {
    type::v1::Party* party = referral.add_parties();
    party->set_party_id(absl::StrCat("p", i + 1));
    party->set_kind(type::v1::PARTY_KIND_PERSON);
    party->set_position(i == 0 ? type::v1::PARTY_POSITION_APPLICANT
                               : type::v1::PARTY_POSITION_RESPONDENT);
    party->set_display_name(i == 0 ? "张三" : "李四");
    party->set_identity_kind(type::v1::IDENTITY_KIND_RESIDENT);
    party->set_identity_number(
        *identifier::GenerateResidentNumber("330102", absl::CivilDay(1980, 1, 1 + i), 10 + i));
    party->set_telephone("1380013800" + std::to_string(i));
    party->set_service_address("杭州市上城区");
  }
  return referral;
}

v1::Referral DockingTest::Guide(bool is_filed) {
  v1::OfferGuidanceRequest request;
  *request.mutable_referral() = Draft(is_filed);
  auto referral = Ask(&OfferGuidance, CourtCall(), request);
  EXPECT_TRUE(referral.ok()) << referral.status();
  return referral.value_or(v1::Referral());
}

absl::StatusOr<v1::Referral> DockingTest::Consent(const std::string& name, const std::string& party,
                                                  v1::ConsentDecision decision) {
  v1::RecordConsentRequest request;
  request.set_name(name);
  request.set_party_id(party);
  request.set_decision(decision);
  request.set_evidence("笔录第2页");
  return Ask(&RecordConsent, CourtCall(), request);
}

v1::Referral DockingTest::Consented(bool is_filed) {
  const v1::Referral referral = Guide(is_filed);
  EXPECT_TRUE(Consent(referral.name(), "p1").ok());
  auto consented = Consent(referral.name(), "p2");
  EXPECT_TRUE(consented.ok()) << consented.status();
  return consented.value_or(v1::Referral());
}

v1::SendReferralRequest DockingTest::Sending(const v1::Referral& referral) {
  v1::SendReferralRequest request;
  request.set_name(referral.name());
  const bool is_filed = referral.case_number().find("民初") != std::string::npos;
  request.set_kind(is_filed ? v1::REFERRAL_KIND_ENTRUSTED : v1::REFERRAL_KIND_APPOINTED);
  if (is_filed) request.set_procedure(v1::TRIAL_PROCEDURE_SIMPLIFIED);
  request.set_organisation(kOrganisation);
  request.set_choice(v1::ORGANISATION_CHOICE_COURT);
  return request;
}

v1::Referral DockingTest::Sent(bool is_filed) {
  auto sent = Ask(&SendReferral, CourtCall(), Sending(Consented(is_filed)));
  EXPECT_TRUE(sent.ok()) << sent.status();
  return sent.value_or(v1::Referral());
}

v1::Referral DockingTest::Accepted(bool is_filed) {
  v1::AcceptReferralRequest request;
  request.set_name(Sent(is_filed).name());
  auto accepted = Ask(&AcceptReferral, HeadCall(), request);
  EXPECT_TRUE(accepted.ok()) << accepted.status();
  return accepted.value_or(v1::Referral());
}

v1::Referral DockingTest::Agreed(bool is_filed) {
  const v1::Referral referral = Accepted(is_filed);
  Apply(DisputeEvent(referral, "Accept", "", "ACCEPTED"));
  Apply(EventWith(Concluded(referral), "ConcludeByAgreement", "MEDIATING", "CONCLUDING"));
  return Get(referral.name());
}

v1::Referral DockingTest::Get(const std::string& name) {
  v1::GetReferralRequest request;
  request.set_name(name);
  auto referral = Ask(&GetReferral, CourtCall(), request);
  EXPECT_TRUE(referral.ok()) << referral.status();
  return referral.value_or(v1::Referral());
}

absl::StatusOr<v1::Material> DockingTest::Upload(const std::string& name, const std::string& bytes,
                                                 const std::string& request_id) {
  FakeReader reader;
  v1::MaterialHeader& header = *reader.messages.emplace_back().mutable_header();
  header.set_referral(name);
  header.set_request_id(request_id);
  header.mutable_material()->set_title("起诉状");
  header.mutable_material()->set_media_type("application/pdf");
  header.mutable_material()->set_size(static_cast<std::int64_t>(bytes.size()));
  header.mutable_material()->set_sha256(Sha256(bytes));
  for (std::size_t at = 0; at < bytes.size(); at += 1 << 20) {
    reader.messages.emplace_back().set_chunk(bytes.substr(at, 1 << 20));
  }
  Call call = CourtCall();
  return Run(UploadMaterial(*docking_, call, reader));
}

registry::v1::Dispute DockingTest::DisputeOf(const v1::Referral& referral) {
  registry::v1::Dispute dispute;
  dispute.set_name(kDispute);
  dispute.set_referral(referral.name());
  dispute.set_court(referral.court());
  dispute.set_organisation(referral.organisation());
  return dispute;
}

feed::v1::Event DockingTest::EventWith(const registry::v1::Dispute& dispute,
                                       const std::string& type, const std::string& from,
                                       const std::string& to) {
  feed::v1::Event event;
  event.set_position(++position_);
  SetTime(event.mutable_event_time(), absl::Now());
  event.set_type(type);
  event.set_resource(dispute.name());
  event.set_revision(position_);
  event.set_from_state(from);
  event.set_to_state(to);
  event.mutable_payload()->PackFrom(dispute);
  return event;
}

feed::v1::Event DockingTest::DisputeEvent(const v1::Referral& referral, const std::string& type,
                                          const std::string& from, const std::string& to) {
  return EventWith(DisputeOf(referral), type, from, to);
}

registry::v1::Dispute DockingTest::Concluded(const v1::Referral& referral) {
  registry::v1::Dispute dispute = DisputeOf(referral);
  dispute.add_mediators(kMediator);
  dispute.set_obligation_count(2);
  registry::v1::Conclusion& conclusion = *dispute.mutable_conclusion();
  conclusion.set_kind(registry::v1::CONCLUSION_KIND_AGREEMENT);
  conclusion.set_agreement(absl::StrCat(kDispute, "/agreements/1"));
  conclusion.mutable_document()->set_document(absl::StrCat(kDispute, "/documents/agreement-1"));
  conclusion.mutable_document()->set_sha256(kDigest);
  conclusion.set_effective_day(DayWord(calendar::ChinaDay(absl::Now())));
  SetTime(conclusion.mutable_conclude_time(), absl::Now());
  return dispute;
}

void DockingTest::Apply(const feed::v1::Event& event) {
  auto apply = [&]() -> Task<absl::Status> {
    auto prepared = co_await PrepareReturn(*docking_, event);
    if (!prepared.ok()) co_return prepared.status();
    std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
        [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
      absl::Status applied = co_await ApplyRegistryEvent(*docking_, transaction, event, *prepared);
      if (!applied.ok()) co_return applied;
      co_return true;
    };
    auto done = co_await database().Transact<bool>(absl::Now() + absl::Seconds(20), body);
    co_return done.status();
  };
  absl::Status applied = Run(apply());
  EXPECT_TRUE(applied.ok()) << applied;
}

int DockingTest::Expire(const std::string& resource) {
  Execute("UPDATE deadlines SET next_attempt = now() - interval '1 minute' WHERE resource = '" +
          resource + "' AND state = 'RUNNING'");
  auto expired = Run(ExpireDue(database(), ClockWork(docking_), absl::Now()));
  EXPECT_TRUE(expired.ok()) << expired.status();
  return expired.value_or(-1);
}

}  // namespace maplebridge::docking
