#include <absl/strings/str_cat.h>

#include <set>

#include "common/division/division_tree.h"
#include "services/registry/api/campaigns.h"
#include "services/registry/api/coverage.h"
#include "services/registry/api/village_tasks.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

absl::CivilDay Today() { return calendar::ChinaDay(absl::Now()); }

class CampaignTest : public RegistryTest {
 protected:
  static constexpr char kCounty[] = "330102";

  Call BureauCall(const std::string& division = kCounty) {
    Caller bureau;
    bureau.principal = "callers/bureau-" + division;
    bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
    bureau.division = division;
    return CallBy(bureau);
  }
  Call MediatorCall() {
    Caller mediator;
    mediator.principal = "callers/mediator";
    mediator.roles = {options::v1::ROLE_MEDIATOR};
    mediator.organisation = kOrganisation;
    mediator.division = "330102001";
    return CallBy(mediator);
  }
  static v1::CreateCampaignRequest Draft() {
    v1::CreateCampaignRequest request;
    v1::Campaign* campaign = request.mutable_campaign();
    campaign->set_title("岁末年初矛盾纠纷集中排查");
    campaign->set_kind(v1::INVESTIGATION_KIND_GENERAL);
    campaign->set_mode(v1::INVESTIGATION_MODE_CENTRALISED);
    campaign->add_divisions(kCounty);
    campaign->add_forces(v1::FORCE_GRID_WORKERS);
    campaign->add_forces(v1::FORCE_COMMITTEES);
    campaign->set_start_day(DayWord(Today() - 10));
    campaign->set_end_day(DayWord(Today() + 20));
    return request;
  }
  v1::Campaign Opened() { return Must(&CreateCampaign, BureauCall(), Draft()); }
  // Codes of the county's villages.
  std::vector<std::string> Villages() {
    const auto county = *division::DivisionCode::Parse(kCounty);
    std::vector<std::string> codes;
    for (const auto& village : registry().divisions().Leaves(county, 0, 1000)) {
      codes.push_back(village.code.ToString());
    }
    return codes;
  }
  static v1::RecordVisitRequest VisitTo(const std::string& campaign, const std::string& village) {
    v1::RecordVisitRequest request;
    request.set_parent(campaign);
    v1::Visit* visit = request.mutable_visit();
    visit->set_division(village);
    visit->set_visit_day(DayWord(Today()));
    visit->add_forces(v1::FORCE_GRID_WORKERS);
    visit->set_household_count(12);
    visit->set_notes("走访十二户，未见异常");
    return request;
  }
  v1::Coverage Covered(const std::string& campaign, const std::string& division = "") {
    v1::GetCoverageRequest request;
    request.set_name(campaign);
    request.set_division(division);
    return Must(&GetCoverage, BureauCall(), request);
  }
  // Codes of tasks, over pages.
  std::vector<std::string> Tasks(const std::string& campaign, v1::VillageVisit visit,
                                 int page_size) {
    v1::ListVillageTasksRequest request;
    request.set_parent(campaign);
    request.set_visit(visit);
    request.set_page_size(page_size);
    std::vector<std::string> codes;
    do {
      const v1::ListVillageTasksResponse page = Must(&ListVillageTaskPage, BureauCall(), request);
      EXPECT_LE(page.tasks_size(), page_size);
      for (const v1::VillageTask& task : page.tasks()) codes.push_back(task.division());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return codes;
  }
};

TEST_F(CampaignTest, EveryVillageIsATaskAndTheUnvisitedAreBlindSpots) {
  const std::vector<std::string> villages = Villages();
  ASSERT_GE(villages.size(), 4u);
  const v1::Campaign campaign = Opened();
  EXPECT_EQ(campaign.village_count(), static_cast<int>(villages.size()));
  EXPECT_EQ(campaign.divisions(0), "330102000000");
  EXPECT_EQ(Tasks(campaign.name(), v1::VILLAGE_VISIT_UNSPECIFIED, 2), villages);

  std::vector<std::string> visited, blind;
  for (std::size_t i = 0; i < villages.size(); ++i) {
    (i % 2 == 0 ? visited : blind).push_back(villages[i]);
  }
  for (const std::string& village : visited) {
    Must(&RecordVisit, MediatorCall(), VisitTo(campaign.name(), village));
  }
  Must(&RecordVisit, MediatorCall(), VisitTo(campaign.name(), visited[0]));
  for (int page_size : {1, 3, 1000}) {
    EXPECT_EQ(Tasks(campaign.name(), v1::VILLAGE_VISIT_VISITED, page_size), visited);
    EXPECT_EQ(Tasks(campaign.name(), v1::VILLAGE_VISIT_UNVISITED, page_size), blind);
  }
  const v1::Coverage all = Covered(campaign.name());
  EXPECT_EQ(all.total().village_count(), static_cast<int>(villages.size()));
  EXPECT_EQ(all.total().visited_count(), static_cast<int>(visited.size()));
  EXPECT_EQ(all.total().blind_spot_count(), static_cast<int>(blind.size()));
  const v1::Coverage below = Covered(campaign.name(), kCounty);
  EXPECT_GT(below.places_size(), 1);
  EXPECT_EQ(below.total().visited_count(), all.total().visited_count());
  EXPECT_EQ(below.total().village_count(), all.total().village_count());
  v1::GetCampaignRequest get;
  get.set_name(campaign.name());
  EXPECT_EQ(Must(&GetCampaign, BureauCall(), get).visited_count(),
            static_cast<int>(visited.size()));
}

TEST_F(CampaignTest, TheAssignmentOfTheSmallestPlaceCounts) {
  const v1::Campaign campaign = Opened();
  const std::vector<std::string> villages = Villages();
  v1::AssignVillagesRequest request;
  request.set_parent(campaign.name());
  request.mutable_assignment()->set_division(kCounty);
  request.mutable_assignment()->set_organisation("organisations/county");
  request.mutable_assignment()->set_due_day(DayWord(Today() - 1));
  EXPECT_EQ(Must(&AssignVillages, BureauCall(), request).name(),
            campaign.name() + "/assignments/1");
  request.mutable_assignment()->set_division(villages[0]);
  request.mutable_assignment()->set_organisation(kOrganisation);
  request.mutable_assignment()->add_forces(v1::FORCE_POLICE_STATION);
  request.mutable_assignment()->set_due_day(DayWord(Today() + 5));
  Must(&AssignVillages, BureauCall(), request);
  v1::ListVillageTasksRequest list;
  list.set_parent(campaign.name());
  const v1::ListVillageTasksResponse tasks = Must(&ListVillageTaskPage, BureauCall(), list);
  EXPECT_EQ(tasks.tasks(0).organisation(), kOrganisation);
  EXPECT_EQ(tasks.tasks(0).forces_size(), 1);
  EXPECT_FALSE(tasks.tasks(0).overdue());
  EXPECT_EQ(tasks.tasks(1).organisation(), "organisations/county");
  EXPECT_TRUE(tasks.tasks(1).overdue());
  Must(&RecordVisit, MediatorCall(), VisitTo(campaign.name(), villages[1]));
  EXPECT_FALSE(Must(&ListVillageTaskPage, BureauCall(), list).tasks(1).overdue());
  request.mutable_assignment()->set_due_day(DayWord(Today() + 21));
  ExpectError(Ask(&AssignVillages, BureauCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "assignment.due_day");
}

TEST_F(CampaignTest, AVisitIsOfTheCampaignsPlacesDaysAndForces) {
  const v1::Campaign campaign = Opened();
  const std::string village = Villages()[0];
  const auto refused = [&](const v1::RecordVisitRequest& request, const std::string& field) {
    ExpectError(Ask(&RecordVisit, MediatorCall(), request).status(), StatusCode::kInvalidArgument,
                reason::kFieldInvalid, field);
  };
  v1::RecordVisitRequest request = VisitTo(campaign.name(), "110101001001");
  refused(request, "visit.division");
  request = VisitTo(campaign.name(), "330102001");
  refused(request, "visit.division");
  request = VisitTo(campaign.name(), village);
  request.mutable_visit()->set_visit_day(DayWord(Today() - 11));
  refused(request, "visit.visit_day");
  request.mutable_visit()->set_visit_day(DayWord(Today() + 1));
  refused(request, "visit.visit_day");
  request = VisitTo(campaign.name(), village);
  request.mutable_visit()->add_forces(v1::FORCE_POLICE_STATION);
  refused(request, "visit.forces[1]");
  request.mutable_visit()->set_forces(1, v1::FORCE_GRID_WORKERS);
  refused(request, "visit.forces[1]");
  request = VisitTo(campaign.name(), village);
  request.mutable_visit()->set_household_count(-1);
  refused(request, "visit.household_count");
  EXPECT_EQ(Value("SELECT count(*)::text FROM visits"), "0");
}

TEST_F(CampaignTest, AClosedCampaignTakesNoVisits) {
  const v1::Campaign campaign = Opened();
  v1::CloseCampaignRequest close;
  close.set_name(campaign.name());
  close.set_conclusion("共走访十二户，排查隐患三条。");
  const v1::Campaign closed = Must(&CloseCampaign, BureauCall(), close);
  EXPECT_EQ(closed.state(), v1::CAMPAIGN_STATE_CLOSED);
  EXPECT_TRUE(closed.has_close_time());
  ExpectError(Ask(&RecordVisit, MediatorCall(), VisitTo(campaign.name(), Villages()[0])).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
  ExpectError(Ask(&CloseCampaign, BureauCall(), close).status(), StatusCode::kFailedPrecondition,
              reason::kStateForbids);
  EXPECT_EQ(Value("SELECT string_agg(type || ' ' || revision, ', ' ORDER BY position) FROM events"),
            "CreateCampaign 1, CloseCampaign 2");
}

TEST_F(CampaignTest, ABureauOpensOnlyInItsOwnPlaceAndOthersDoNotSeeIt) {
  ExpectError(Ask(&CreateCampaign, BureauCall("330105"), Draft()).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
  const v1::Campaign campaign = Opened();
  v1::GetCampaignRequest get;
  get.set_name(campaign.name());
  ExpectError(Ask(&GetCampaign, BureauCall("330105"), get).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  EXPECT_EQ(Must(&GetCampaign, BureauCall("3301"), get).name(), campaign.name());
  v1::ListCampaignsRequest list;
  EXPECT_EQ(Must(&ListCampaignPage, BureauCall("330105"), list).campaigns_size(), 0);
  EXPECT_EQ(Must(&ListCampaignPage, BureauCall("33"), list).campaigns_size(), 1);
  EXPECT_EQ(Must(&ListCampaignPage, MediatorCall(), list).campaigns_size(), 1);
  v1::CloseCampaignRequest close;
  close.set_name(campaign.name());
  close.set_conclusion("总结");
  ExpectError(Ask(&CloseCampaign, BureauCall("330102001"), close).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
}

TEST_F(CampaignTest, ARepeatedCallMakesNothingNew) {
  v1::CreateCampaignRequest request = Draft();
  request.set_request_id(NewRequestId());
  const v1::Campaign campaign = Must(&CreateCampaign, BureauCall(), request);
  EXPECT_EQ(Must(&CreateCampaign, BureauCall(), request).name(), campaign.name());
  v1::RecordVisitRequest visit = VisitTo(campaign.name(), Villages()[0]);
  visit.set_request_id(NewRequestId());
  const std::string name = Must(&RecordVisit, MediatorCall(), visit).name();
  EXPECT_EQ(Must(&RecordVisit, MediatorCall(), visit).name(), name);
  EXPECT_EQ(Value("SELECT visit_count::text FROM visited_villages"), "1");
}

}  // namespace
}  // namespace maplebridge::registry
