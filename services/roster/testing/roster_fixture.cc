#include "services/roster/testing/roster_fixture.h"

#include <absl/strings/str_cat.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <unistd.h>

#include <fstream>

#include "common/deadlines/deadline_clock.h"
#include "common/feed/feed_hub.h"
#include "common/identifier/resident_number.h"
#include "common/postgres/service_migrations.h"
#include "common/reference/test_reference.h"
#include "common/server/resource_id.h"
#include "services/roster/api/mediators.h"
#include "services/roster/api/organisation_steps.h"
#include "services/roster/api/organisations.h"

namespace maplebridge::roster {
namespace {

template <typename Keys>
std::shared_ptr<const Keys> LoadKey(const std::string& text) {
  std::string path = testing::TempDir() + "roster_key_XXXXXX";
  close(mkstemp(path.data()));
  std::ofstream(path) << text << "\n";
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

Call CallBy(Caller caller) {
  Call::Values values;
  values.caller = std::make_shared<Caller>(std::move(caller));
  values.method = "test";
  values.now = absl::Now();
  values.deadline = values.now + absl::Seconds(20);
  values.trace_id = "0af7651916cd43dd8448eb211c80319c";
  return Call(values);
}

google::rpc::Status DetailsOf(const absl::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(ToGrpcStatus(status).error_details());
  return details;
}

}  // namespace

std::string NewRequestId() { return NewResourceId(absl::Now()); }

std::string FieldsOf(const absl::Status& status) {
  std::string fields;
  const google::rpc::Status details = DetailsOf(status);
  for (const auto& detail : details.details()) {
    google::rpc::BadRequest request;
    if (!detail.UnpackTo(&request)) continue;
    for (const auto& violation : request.field_violations()) {
      absl::StrAppend(&fields, fields.empty() ? "" : ", ", violation.field());
    }
  }
  return fields;
}

std::string SubjectOf(const absl::Status& status) {
  const google::rpc::Status details = DetailsOf(status);
  for (const auto& detail : details.details()) {
    google::rpc::PreconditionFailure failure;
    if (detail.UnpackTo(&failure)) return failure.violations(0).subject();
  }
  return "";
}

void RosterTest::SetUp() {
  loops_ = std::make_unique<EventLoops>(1);
  database_ = std::make_unique<postgres::TestDatabase>(loops_->at(0), ServiceMigrations());
  parts_ = std::make_unique<ServiceParts>();
  parts_->name = "roster";
  parts_->loops = loops_.get();
  postgres::DatabaseOptions options;
  options.conninfo = database_->conninfo();
  parts_->databases.push_back(std::make_unique<postgres::Database>(options));
  parts_->sealing = LoadKey<SealingKeys>("k1:" + std::string(64, 'a'));
  parts_->match = LoadKey<MatchKey>(std::string(64, 'b'));
  parts_->reference_data = TestReferenceData();
  parts_->feed = std::make_shared<FeedHub>(*parts_->databases[0]);
  parts_->draining = [] { return true; };
  roster_ = std::make_shared<Roster>(*parts_);
}

void RosterTest::TearDown() {
  // Connections belong to their loop.
  auto close = [this]() -> Task<bool> {
    roster_.reset();
    parts_->feed.reset();
    parts_->databases.clear();
    co_return true;
  };
  Run(close());
  database_.reset();
}

Call RosterTest::Bureau(const std::string& division, options::v1::Role role) {
  Caller caller;
  caller.principal = "callers/bureau-" + division;
  caller.roles = {role};
  caller.division = division;
  return CallBy(caller);
}

Call RosterTest::Court(const std::string& court) {
  Caller caller;
  caller.principal = "callers/" + court;
  caller.roles = {options::v1::ROLE_COURT_SYSTEM};
  caller.court = court;
  return CallBy(caller);
}

Call RosterTest::Head(const std::string& organisation) {
  Caller caller;
  caller.principal = "callers/head";
  caller.roles = {options::v1::ROLE_ORGANISATION_HEAD};
  caller.organisation = organisation;
  return CallBy(caller);
}

Call RosterTest::Auditor() {
  Caller caller;
  caller.principal = "callers/auditor";
  caller.roles = {options::v1::ROLE_AUDITOR};
  return CallBy(caller);
}

Call RosterTest::Service() { return OwnCall("services/registry", absl::Seconds(20)); }

int RosterTest::ExpireClocks(absl::Time now) {
  auto expired = Run(ExpireDue(*parts_->databases[0], ClockWork(roster_), now));
  EXPECT_TRUE(expired.ok()) << expired.status();
  return expired.ok() ? *expired : -1;
}

std::string RosterTest::EventsOf(const std::string& resource) {
  return Value(absl::StrCat(
      "SELECT string_agg(type || ':' || from_state || '>' || to_state, ' ' ORDER BY position) "
      "FROM events WHERE resource = '",
      resource, "'"));
}

v1::Organisation RosterTest::OrganisationDraft() {
  v1::Organisation organisation;
  organisation.set_display_name("上城区清波街道人民调解委员会");
  organisation.set_kind(v1::ORGANISATION_KIND_TOWNSHIP);
  organisation.set_division("330102001");
  organisation.set_founding_unit("上城区清波街道办事处");
  organisation.set_office_address("杭州市上城区");
  organisation.set_office_telephone("0571-87654321");
  organisation.set_seal("上城区清波街道人民调解委员会");
  return organisation;
}

v1::Mediator RosterTest::MediatorDraft(int sequence) {
  v1::Mediator mediator;
  mediator.set_display_name("王调解");
  mediator.set_identity_number(
      *identifier::GenerateResidentNumber("330102", absl::CivilDay(1980, 5, 17), sequence));
  mediator.set_telephone("13800138000");
  mediator.set_employment(v1::EMPLOYMENT_FULL_TIME);
  mediator.set_source_profession("lawyer");
  mediator.add_fields("CONTRACT");
  return mediator;
}

v1::Mediator RosterTest::AddMediator(const std::string& organisation, const v1::Mediator& draft) {
  v1::CreateMediatorRequest request;
  request.set_parent(organisation);
  *request.mutable_mediator() = draft;
  auto made = Ask(&CreateMediator, Bureau(), request);
  EXPECT_TRUE(made.ok()) << made.status();
  return made.ok() ? *made : v1::Mediator();
}

v1::Organisation RosterTest::Read(const std::string& organisation) {
  v1::GetOrganisationRequest request;
  request.set_name(organisation);
  auto found = Ask(&GetOrganisation, Service(), request);
  EXPECT_TRUE(found.ok()) << found.status();
  return found.ok() ? *found : v1::Organisation();
}

v1::Organisation RosterTest::Draft() {
  v1::CreateOrganisationRequest request;
  *request.mutable_organisation() = OrganisationDraft();
  auto made = Ask(&CreateOrganisation, Bureau(), request);
  EXPECT_TRUE(made.ok()) << made.status();
  if (!made.ok()) return v1::Organisation();
  for (int sequence = 0; sequence < 3; ++sequence) {
    v1::Mediator mediator = MediatorDraft(sequence);
    mediator.set_head(sequence == 0);
    AddMediator(made->name(), mediator);
  }
  return Read(made->name());
}

v1::Organisation RosterTest::InState(OrganisationState state) {
  const std::string name = Draft().name();
  const auto step = [&](auto handler, auto request) {
    request.set_name(name);
    auto done = Ask(handler, Bureau(), request);
    EXPECT_TRUE(done.ok()) << done.status();
  };
  if (state == OrganisationState::kRevoked) {
    v1::RevokeOrganisationRequest revoke;
    revoke.set_reason("撤销");
    step(&RevokeOrganisation, revoke);
    return Read(name);
  }
  if (state >= OrganisationState::kFiled) step(&FileOrganisation, v1::FileOrganisationRequest());
  if (state >= OrganisationState::kPublished) {
    step(&PublishOrganisation, v1::PublishOrganisationRequest());
  }
  if (state == OrganisationState::kSuspended) {
    v1::SuspendOrganisationRequest suspend;
    suspend.set_reason("整改");
    step(&SuspendOrganisation, suspend);
  }
  return Read(name);
}

}  // namespace maplebridge::roster
