#include "services/roster/api/service.h"

#include "common/deadlines/deadline_clock.h"
#include "common/feed/feed_hub.h"
#include "common/server/handlers.h"
#include "services/roster/api/case_feed.h"
#include "services/roster/api/court_roster.h"
#include "services/roster/api/mediators.h"
#include "services/roster/api/organisation_steps.h"
#include "services/roster/api/organisations.h"

namespace maplebridge::roster {
namespace {

void ServeOrganisations(ServiceHost& host, const std::shared_ptr<Roster>& roster) {
  Handlers organisations(host, roster, "maplebridge.roster.v1.OrganisationService");
  organisations.Add("CreateOrganisation", &CreateOrganisation);
  organisations.Add("GetOrganisation", &GetOrganisation);
  organisations.Add("ListOrganisations", &ListOrganisationPage);
  organisations.Add("FileOrganisation", &FileOrganisation);
  organisations.Add("PublishOrganisation", &PublishOrganisation);
  organisations.Add("SuspendOrganisation", &SuspendOrganisation);
  organisations.Add("ReinstateOrganisation", &ReinstateOrganisation);
  organisations.Add("RevokeOrganisation", &RevokeOrganisation);
  organisations.Add("CreateMediator", &CreateMediator);
  organisations.Add("GetMediator", &GetMediator);
  organisations.Add("ListMediators", &ListMediatorPage);
  organisations.Add("DescribeOrganisationWorkflow", &DescribeOrganisationWorkflow);
}

void ServeCourtRosters(ServiceHost& host, const std::shared_ptr<Roster>& roster) {
  Handlers courts(host, roster, "maplebridge.roster.v1.CourtRosterService");
  courts.Add("CreateCourtRosterEntry", &CreateCourtRosterEntry);
  courts.Add("GetCourtRosterEntry", &GetCourtRosterEntry);
  courts.Add("ListCourtRosterEntries", &ListCourtRosterEntryPage);
}

}  // namespace

absl::StatusOr<std::shared_ptr<void>> BuildRoster(ServiceParts& parts, ServiceHost& host) {
  auto roster = std::make_shared<Roster>(parts);
  ServeOrganisations(host, roster);
  ServeCourtRosters(host, roster);
  ServeFeed(host, "maplebridge.roster.v1.RosterFeedService.WatchEvents", parts.databases,
            parts.feed, parts.draining);
  parts.RunInBackground([roster] {
    return RunDeadlines(*roster->parts.databases[0], ClockWork(roster), &absl::Now,
                        roster->parts.draining);
  });
  parts.RunInBackground([roster] { return FollowCases(roster); });
  parts.RunInBackground([roster] { return FollowConfirmations(roster); });
  return std::shared_ptr<void>(roster);
}

}  // namespace maplebridge::roster
