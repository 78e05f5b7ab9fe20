#include "services/docking/api/roster_peer.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/server/peer_call.h"
#include "maplebridge/roster/v1/court_roster.grpc.pb.h"
#include "maplebridge/roster/v1/organisation.grpc.pb.h"
#include "services/docking/store/roster_projection.h"

namespace maplebridge::docking {
namespace {

// A roster that hangs must leave time to answer from what is known here.
constexpr absl::Duration kPatience = absl::Seconds(2);

absl::Time Until(const Call& call) { return std::min(call.deadline(), absl::Now() + kPatience); }

// What the roster says; no value when it has no such organisation.
Task<absl::StatusOr<std::optional<bool>>> AskPublished(const Docking& docking, const Call& call,
                                                       const std::string& organisation) {
  auto stub = roster::v1::OrganisationService::NewStub(docking.parts.roster);
  roster::v1::GetOrganisationRequest request;
  request.set_name(organisation);
  auto start = [&](grpc::ClientContext* context, roster::v1::Organisation* response, auto done) {
    stub->async()->GetOrganisation(context, &request, response, done);
  };
  auto found = co_await PeerCall<roster::v1::Organisation>(Until(call), call.trace_id(), start);
  if (absl::IsNotFound(found.status())) co_return std::optional<bool>();
  if (!found.ok()) co_return found.status();
  co_return std::optional<bool>(found->state() == roster::v1::ORGANISATION_STATE_PUBLISHED);
}

Task<absl::StatusOr<bool>> AskEntry(const Docking& docking, const Call& call,
                                    const std::string& organisation, const std::string& court) {
  auto stub = roster::v1::CourtRosterService::NewStub(docking.parts.roster);
  roster::v1::GetCourtRosterEntryRequest request;
  request.set_name(
      absl::StrCat(court, "/rosterEntries/", organisation.substr(sizeof("organisations/") - 1)));
  auto start = [&](grpc::ClientContext* context, roster::v1::CourtRosterEntry* response,
                   auto done) {
    stub->async()->GetCourtRosterEntry(context, &request, response, done);
  };
  auto found = co_await PeerCall<roster::v1::CourtRosterEntry>(Until(call), call.trace_id(), start);
  if (absl::IsNotFound(found.status())) co_return false;
  if (!found.ok()) co_return found.status();
  co_return true;
}

Task<absl::StatusOr<RosterAnswer>> AskLive(const Docking& docking, const Call& call,
                                           const std::string& organisation,
                                           const std::string& court) {
  RosterAnswer answer;
  if (!docking.parts.roster) co_return absl::UnavailableError("no roster is configured");
  auto published = co_await AskPublished(docking, call, organisation);
  if (!published.ok()) co_return published.status();
  answer.is_known = published->has_value();
  answer.is_published = published->value_or(false);
  if (court.empty() || !answer.is_published) co_return answer;
  auto entry = co_await AskEntry(docking, call, organisation, court);
  if (!entry.ok()) co_return entry.status();
  answer.is_on_roster = *entry;
  co_return answer;
}

bool IsOutage(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

Task<absl::StatusOr<RosterAnswer>> AskRoster(const Docking& docking, const Call& call,
                                             const std::string& organisation,
                                             const std::string& court) {
  auto live = co_await AskLive(docking, call, organisation, court);
  if (live.ok() || !IsOutage(live.status())) co_return live;
  auto known =
      co_await ReadProjection(docking.database(call), call.deadline(), organisation, court);
  if (!known.ok()) co_return known.status();
  if (!known->has_value()) {
    co_return RetryLaterError(absl::StatusCode::kUnavailable, reason::kPeerUnavailable,
                              "the roster cannot be asked, and nothing is known here about this "
                              "organisation; nothing was stored; try again",
                              absl::Seconds(5));
  }
  RosterAnswer answer;
  answer.is_known = true;
  answer.is_published = (*known)->is_published;
  answer.is_on_roster = (*known)->is_on_roster;
  answer.roster_time = (*known)->roster_time;
  co_return answer;
}

absl::Status CheckRosterAnswer(const RosterAnswer& answer, const std::string& organisation,
                               const std::string& court) {
  if (!answer.is_known) {
    return FieldError("organisation",
                      "is no organisation of the roster; accepted is the name of a published one, "
                      "\"organisations/{id}\"");
  }
  if (!answer.is_published) {
    return PreconditionError(reason::kOrganisationNotPublished, organisation,
                             "takes no cases: it is not published, or suspended or revoked; "
                             "choose another organisation");
  }
  if (!court.empty() && !answer.is_on_roster) {
    return PreconditionError(reason::kOrganisationNotOnRoster, organisation,
                             absl::StrCat("is not on the specially-invited roster of ", court,
                                          "; the court chooses from its own roster (SIM 9)"));
  }
  return absl::OkStatus();
}

}  // namespace maplebridge::docking
