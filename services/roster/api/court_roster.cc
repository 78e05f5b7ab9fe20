#include "services/roster/api/court_roster.h"

#include <absl/strings/ascii.h>

#include <algorithm>

#include "common/server/page_token.h"
#include "services/roster/api/words.h"
#include "services/roster/store/court_roster_store.h"

namespace maplebridge::roster {
namespace {

using namespace options::v1;  // the roles

bool IsCourtCode(const std::string& code) {
  return !code.empty() && code.size() <= 32 &&
         std::all_of(code.begin(), code.end(),
                     [](unsigned char c) { return absl::ascii_isalnum(c) || c == '-'; });
}

absl::StatusOr<std::string> CourtIn(std::string_view field, const std::string& name) {
  std::vector<std::string> parts = NameParts("courts/*", name);
  if (parts.empty() || !IsCourtCode(parts[0])) {
    return FieldError(field, "must be courts/{code}, such as courts/330102");
  }
  return name;
}

struct EntryName {
  std::string court;
  std::string organisation;
};

absl::StatusOr<EntryName> EntryNameIn(const std::string& name) {
  std::vector<std::string> parts = NameParts("courts/*/rosterEntries/*", name);
  if (parts.empty()) {
    return FieldError("name", "must be courts/{code}/rosterEntries/{organisation id}");
  }
  return EntryName{"courts/" + parts[0], parts[1]};
}

// The court itself, the organisation, its bureau, auditors and services.
absl::Status CheckEntryVisible(const Caller& caller, const PlacedEntry& placed) {
  ResourceScope scope;
  scope.division = DivisionText(placed.division);
  scope.organisation = "organisations/" + placed.entry.organisation;
  scope.court = placed.entry.court;
  return MaySee(caller, scope) ? absl::OkStatus() : NotFoundError(placed.entry.name());
}

absl::StatusOr<v1::CourtRosterEntry> EntryAnswer(
    const Caller& caller, const std::string& name,
    const absl::StatusOr<std::optional<PlacedEntry>>& found) {
  if (!found.ok()) return found.status();
  if (!found->has_value()) return NotFoundError(name);
  MB_RETURN_IF_ERROR(CheckEntryVisible(caller, **found));
  return EntryMessage((*found)->entry);
}

Task<absl::StatusOr<v1::CourtRosterEntry>> AddEntry(const Roster& roster,
                                                    postgres::Transaction& transaction,
                                                    const Call& call,
                                                    const CourtRosterEntry& entry) {
  // Locked: an organisation that is being suspended is on the roster before that or not at all.
  auto organisation = co_await LockOrganisation(transaction, entry.organisation);
  if (!organisation.ok()) co_return organisation.status();
  if (!MayTakeCases(organisation->state)) {
    co_return PreconditionError(reason::kOrganisationNotPublished, organisation->name(),
                                "is not published, or suspended or revoked; a court invites "
                                "organisations of the published roster");
  }
  auto inserted = co_await InsertEntry(transaction, entry);
  if (!inserted.ok()) co_return inserted.status();
  if (!*inserted) co_return ExistsError(entry.name());
  const v1::CourtRosterEntry message = EntryMessage(entry);
  OrganisationChange change;
  change.event = kCreateWord;
  change.resource = entry.name();
  change.revision = entry.revision;
  change.to_state = Word(organisation->state);
  change.court = entry.court;
  change.payload = &message;
  absl::Status appended = co_await AppendChange(roster, transaction, call, *organisation, change);
  if (!appended.ok()) co_return appended;
  co_return message;
}

}  // namespace

Task<absl::StatusOr<v1::CourtRosterEntry>> CreateCourtRosterEntry(
    Roster& roster, Call& call, const v1::CreateCourtRosterEntryRequest& request) {
  CourtRosterEntry entry;
  MB_CO_ASSIGN_OR_RETURN(entry.court, CourtIn("parent", request.parent()));
  MB_CO_ASSIGN_OR_RETURN(entry.organisation,
                         OrganisationIdIn("court_roster_entry.organisation",
                                          request.court_roster_entry().organisation()));
  MB_CO_RETURN_IF_ERROR(RequireCourt(call.caller(), entry.court));
  entry.create_time = StoredNow(call);
  entry.revision = 1;
  std::function<Task<absl::StatusOr<v1::CourtRosterEntry>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return AddEntry(roster, transaction, call, entry);
      };
  std::function<Task<absl::StatusOr<v1::CourtRosterEntry>>(postgres::Transaction&,
                                                           const std::string&)>
      reread = [&](postgres::Transaction& transaction,
                   const std::string& name) -> Task<absl::StatusOr<v1::CourtRosterEntry>> {
    auto found = co_await ReadEntry(transaction, entry.court, entry.organisation);
    co_return EntryAnswer(call.caller(), name, found);
  };
  co_return co_await ChangeOnce<v1::CourtRosterEntry>(roster.database(call), call, request, change,
                                                      reread);
}

Task<absl::StatusOr<v1::CourtRosterEntry>> GetCourtRosterEntry(
    Roster& roster, Call& call, const v1::GetCourtRosterEntryRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const EntryName parts, EntryNameIn(request.name()));
  auto found =
      co_await ReadEntry(roster.database(call), call.deadline(), parts.court, parts.organisation);
  co_return EntryAnswer(call.caller(), request.name(), found);
}

Task<absl::StatusOr<v1::ListCourtRosterEntriesResponse>> ListCourtRosterEntryPage(
    Roster& roster, Call& call, const v1::ListCourtRosterEntriesRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(const std::vector<std::string> token,
                         ReadPageToken(*roster.keys.match, request, request.page_token()));
  EntryFilter filter;
  MB_CO_ASSIGN_OR_RETURN(filter.court, CourtIn("parent", request.parent()));
  filter.sight = SightOf(call.caller());
  if (call.caller().HasAny({ROLE_COURT_SYSTEM, ROLE_COURT_CLERK, ROLE_JUDGE})) {
    MB_CO_RETURN_IF_ERROR(RequireCourt(call.caller(), filter.court));
    filter.sight.sees_all = true;
  }
  if (!token.empty()) filter.after = token[0];
  filter.limit = size + 1;
  auto rows = co_await ListEntries(roster.database(call), call.deadline(), filter);
  if (!rows.ok()) co_return rows.status();
  v1::ListCourtRosterEntriesResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    response.set_next_page_token(
        MakePageToken(*roster.keys.match, request, {rows->back().organisation}));
  }
  for (const CourtRosterEntry& entry : *rows) {
    *response.add_court_roster_entries() = EntryMessage(entry);
  }
  co_return response;
}

}  // namespace maplebridge::roster
