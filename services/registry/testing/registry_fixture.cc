#include "services/registry/testing/registry_fixture.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "common/feed/feed_hub.h"
#include "common/identifier/resident_number.h"
#include "common/postgres/service_migrations.h"
#include "common/reference/test_reference.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/registry/api/agreements.h"
#include "services/registry/api/documents.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/take_on.h"
#include "services/registry/api/words.h"
#include "services/registry/files/disk_file_store.h"
#include "services/registry/testing/pdf_text.h"
#include "services/registry/testing/received_document.h"

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

// A database with all migrations, made once: a copy of it takes a fraction of their time.
const std::string& MigratedDatabase(EventLoop& loop) {
  static const auto* name = new std::string([&loop] {
    std::string made = absl::StrCat("registry_template_", getpid());
    auto created = OneStatement(loop, Admin(), "CREATE DATABASE " + made);
    EXPECT_TRUE(created.ok()) << created.status();
    std::vector<postgres::Migration> migrations{postgres::CommonMigration()};
    for (const postgres::Migration& each : ServiceMigrations()) migrations.push_back(each);
    absl::Status migrated = postgres::Migrate(absl::StrCat(Admin(), " dbname=", made), migrations);
    EXPECT_TRUE(migrated.ok()) << migrated;
    return made;
  }());
  return *name;
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

std::shared_ptr<const reference::ReferenceData> TestReferenceData() {
  static const auto* data = new std::shared_ptr<const reference::ReferenceData>([] {
    auto built = reference::BuildTestReference(reference::FixturePackages());
    EXPECT_TRUE(built.ok()) << built.status();
    return *built;
  }());
  return *data;
}

// One for all tests: making a key takes its time.
std::shared_ptr<const ContentSigner> TestSigner() {
  static const auto* signer = new std::shared_ptr<const ContentSigner>([] {
    const std::string path = WriteKey("");
    EXPECT_EQ(
        std::system(absl::StrCat("openssl genpkey -algorithm SM2 -out ", path, " 2>&1").c_str()),
        0);
    auto loaded = ContentSigner::Load(path);
    unlink(path.c_str());
    EXPECT_TRUE(loaded.ok()) << loaded.status();
    return *loaded;
  }());
  return *signer;
}

}  // namespace

v1::Signature PartySignature(const std::string& party_id) {
  v1::Signature signature;
  signature.set_party_id(party_id);
  signature.set_method(v1::SIGNATURE_METHOD_SIGNATURE);
  return signature;
}

std::vector<std::string> FieldsOf(const absl::Status& status) {
  google::rpc::Status message;
  message.ParseFromString(ToGrpcStatus(status).error_details());
  std::vector<std::string> fields;
  for (const auto& detail : message.details()) {
    google::rpc::BadRequest request;
    if (!detail.UnpackTo(&request)) continue;
    for (const auto& violation : request.field_violations()) fields.push_back(violation.field());
  }
  return fields;
}

void ExpectError(const absl::Status& status, absl::StatusCode code, std::string_view reason,
                 const std::string& field) {
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_EQ(ReasonOf(status), reason) << status;
  std::vector<std::string> fields;
  if (!field.empty()) fields.push_back(field);
  EXPECT_EQ(FieldsOf(status), fields) << status;
}

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
  auto created = OneStatement(
      loops_->at(0), Admin(),
      absl::StrCat("CREATE DATABASE ", database_, " TEMPLATE ", MigratedDatabase(loops_->at(0))));
  ASSERT_TRUE(created.ok()) << created.status();
  const std::string conninfo = absl::StrCat(Admin(), " dbname=", database_);
  // Each database has an id of its own.
  Execute("UPDATE file_stores SET database_id = gen_random_uuid()::text");

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
  parts_->signer = TestSigner();
  parts_->reference_data = TestReferenceData();
  parts_->feed = std::make_shared<FeedHub>(*parts_->databases[0]);
  parts_->roster = roster_->channel();
  parts_->draining = [this] { return draining_.load(); };
  auto maker = DocumentMaker::Load(MAPLEBRIDGE_TEMPLATES);
  ASSERT_TRUE(maker.ok()) << maker.status();
  files_ = absl::StrCat(testing::TempDir(), database_, "_files");
  parts_->files = files_;
  FileParts files;
  auto store = DiskFileStore::Open(files_, parts_->sealing);
  ASSERT_TRUE(store.ok()) << store.status();
  files.store = *store;
  files.examiner = MAPLEBRIDGE_EXAMINER;
  registry_ = std::make_shared<Registry>(*parts_, *maker, files);
}

void RegistryTest::TearDown() {
  if (!loops_) return;
  if (parts_) CloseDatabases();
  roster_.reset();
  auto dropped = OneStatement(loops_->at(0), Admin(),
                              absl::StrCat("DROP DATABASE ", database_, " WITH (FORCE)"));
  EXPECT_TRUE(dropped.ok()) << dropped.status();
  if (!files_.empty()) std::filesystem::remove_all(files_);
}

void RegistryTest::CloseDatabases() {
  // Connections belong to their loop.
  auto close = [this]() -> Task<bool> {
    registry_.reset();
    parts_->feed.reset();
    parts_->databases.clear();
    co_return true;
  };
  Run(close());
}

Call RegistryTest::CallBy(Caller caller, const std::string& method) {
  Call::Values values;
  values.caller = std::make_shared<Caller>(std::move(caller));
  values.method = method;
  values.now = absl::FromUnixMicros(absl::ToUnixMicros(absl::Now()));
  values.deadline = values.now + absl::Seconds(20);
  values.trace_id = "0af7651916cd43dd8448eb211c80319c";
  return Call(values);
}

Call RegistryTest::HeadCall(const std::string& method) {
  Caller head;
  head.principal = "callers/head";
  head.roles = {options::v1::ROLE_ORGANISATION_HEAD, options::v1::ROLE_MEDIATOR};
  head.organisation = kOrganisation;
  return CallBy(head, method);
}

Call RegistryTest::StrangerCall() {
  Caller head;
  head.principal = "callers/other-head";
  head.roles = {options::v1::ROLE_ORGANISATION_HEAD};
  head.organisation = "organisations/gongshu";
  return CallBy(head);
}

Call RegistryTest::CourtCall() {
  Caller court;
  court.principal = "callers/court-330102";
  court.roles = {options::v1::ROLE_COURT_SYSTEM};
  court.court = kCourt;
  return CallBy(court);
}

Call RegistryTest::ServiceCall() { return OwnCall("services/test", absl::Seconds(20)); }

std::string RegistryTest::Value(const std::string& sql) {
  auto result = OneStatement(loops_->at(0), absl::StrCat(Admin(), " dbname=", database_), sql);
  EXPECT_TRUE(result.ok()) << result.status() << "\n" << sql;
  if (!result.ok() || result->empty() || (*result)[0].IsNull(0)) return "";
  return (*result)[0].Text(0);
}

void RegistryTest::Execute(const std::string& sql) {
  auto result = OneStatement(loops_->at(0), absl::StrCat(Admin(), " dbname=", database_), sql);
  EXPECT_TRUE(result.ok()) << result.status() << "\n" << sql;
}

std::string RegistryTest::RowCounts() {
  std::string counts;
  for (const char* table : {"disputes",
                            "parties",
                            "party_representatives",
                            "party_changes",
                            "sessions",
                            "planned_sessions",
                            "minutes",
                            "messages",
                            "agreements",
                            "obligations",
                            "dues",
                            "performances",
                            "performance_shares",
                            "urgings",
                            "breaches",
                            "reports",
                            "signatures",
                            "documents",
                            "contents",
                            "uploads",
                            "materials",
                            "stored_files",
                            "deadlines",
                            "deadline_changes",
                            "events",
                            "request_ids",
                            "party_reads"}) {
    absl::StrAppend(&counts, table, "=", Value(absl::StrCat("SELECT count(*)::text FROM ", table)),
                    " ");
  }
  return counts;
}

void RegistryTest::AwaitValue(const std::string& sql, const std::string& expected) {
  std::string last;
  for (absl::Time end = absl::Now() + absl::Seconds(15); absl::Now() < end;) {
    last = Value(sql);
    if (last == expected) return;
    auto wait = []() -> Task<bool> {
      co_await Sleep(absl::Milliseconds(20));
      co_return true;
    };
    Run(wait());
  }
  ADD_FAILURE() << sql << " is still " << last << ", not " << expected;
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

v1::Dispute RegistryTest::Reported(int sequence) {
  v1::ReportDisputeRequest request;
  *request.mutable_dispute() = Draft(sequence);
  return Must(&ReportDispute, HeadCall(), request);
}

v1::Dispute RegistryTest::Accepted(int sequence) {
  v1::AcceptDisputeRequest request;
  request.set_name(Reported(sequence).name());
  return Must(&AcceptDispute, HeadCall(), request);
}

v1::Dispute RegistryTest::Mediating(int sequence) { return Assign(Accepted(sequence).name()); }

v1::Dispute RegistryTest::Assign(const std::string& name) {
  v1::AssignMediatorsRequest request;
  request.set_name(name);
  request.add_mediators(kMediator);
  return Must(&AssignMediators, HeadCall(), request);
}

v1::Session RegistryTest::HoldSession(const std::string& name, bool rights_told) {
  v1::RecordSessionRequest request;
  request.set_parent(name);
  v1::Session* session = request.mutable_session();
  session->set_kind(v1::SESSION_KIND_ONSITE);
  SetTime(session->mutable_start_time(), absl::Now() - absl::Hours(2));
  SetTime(session->mutable_end_time(), absl::Now() - absl::Hours(1));
  session->set_place("清波街道调解室");
  session->add_mediators(kMediator);
  session->add_party_ids("p1");
  session->add_party_ids("p2");
  session->set_rights_told(rights_told);
  session->set_minutes("双方到场，陈述了事实与理由。");
  return Must(&RecordSession, HeadCall(), request);
}

v1::Agreement RegistryTest::AgreementDraft(absl::CivilDay due) {
  v1::Agreement agreement;
  agreement.set_form(v1::AGREEMENT_FORM_WRITTEN);
  agreement.set_facts("双方签订买卖合同，货已交付，货款未付。");
  for (int i = 1; i <= 2; ++i) {
    v1::Obligation* obligation = agreement.add_obligations();
    obligation->set_obligation_id(absl::StrCat("o", i));
    obligation->set_kind(v1::OBLIGATION_KIND_PAYMENT);
    obligation->set_debtor_party_id("p2");
    obligation->set_creditor_party_id("p1");
    obligation->set_content("以银行转账方式支付货款。");
    obligation->set_amount_fen(2'500'000);
    obligation->set_due_day(DayWord(due + 10 * (i - 1)));
  }
  return agreement;
}

v1::Agreement RegistryTest::Agree(const std::string& name, absl::CivilDay due) {
  v1::CreateAgreementRequest request;
  request.set_parent(name);
  *request.mutable_agreement() = AgreementDraft(due);
  return Must(&CreateAgreement, HeadCall(), request);
}

v1::Agreement RegistryTest::Sign(const std::string& agreement, const v1::Signature& signature) {
  v1::SignAgreementRequest request;
  request.set_name(agreement);
  *request.mutable_signature() = signature;
  return Must(&SignAgreement, HeadCall(), request);
}

v1::Agreement RegistryTest::SignByAll(const std::string& agreement) {
  Sign(agreement, PartySignature("p1"));
  Sign(agreement, PartySignature("p2"));
  v1::Signature mediator;
  mediator.set_mediator(kMediator);
  mediator.set_method(v1::SIGNATURE_METHOD_SIGNATURE);
  Sign(agreement, mediator);
  v1::Signature seal;
  seal.set_organisation(kOrganisation);
  seal.set_method(v1::SIGNATURE_METHOD_SEAL);
  return Sign(agreement, seal);
}

std::string RegistryTest::DocumentText(const std::string& name) {
  ReceivedDocument received;
  v1::DownloadDocumentRequest request;
  request.set_name(name);
  Call call = HeadCall();
  absl::Status done = Run(DownloadDocument(registry(), call, request, received));
  EXPECT_TRUE(done.ok()) << done;
  return PdfText(received.bytes);
}

v1::Dispute RegistryTest::Get(const std::string& name) {
  v1::GetDisputeRequest request;
  request.set_name(name);
  return Must(&GetDispute, HeadCall(), request);
}

}  // namespace maplebridge::registry
