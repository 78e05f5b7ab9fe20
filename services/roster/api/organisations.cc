#include "services/roster/api/organisations.h"

#include "common/division/division_tree.h"
#include "common/identifier/telephone.h"
#include "common/server/page_token.h"
#include "common/server/resource_id.h"
#include "services/roster/api/words.h"
#include "services/roster/domain/text_rule.h"

namespace maplebridge::roster {
namespace {

void CheckWritten(FieldCheck* check, std::string_view field, std::string_view text, int least,
                  int most) {
  const std::string wrong = CheckLine(text, least, most);
  check->Require(wrong.empty(), field, wrong);
}

// The organisation that the request describes, with everything that is wrong named at once.
absl::StatusOr<Organisation> DraftOf(const Roster& roster, const Call& call,
                                     const v1::Organisation& message) {
  FieldCheck check;
  Organisation organisation;
  organisation.kind = WordOf("ORGANISATION_KIND_", message.kind());
  check.Require(!organisation.kind.empty(), "organisation.kind", "is required");
  CheckWritten(&check, "organisation.display_name", message.display_name(), 1, 100);
  CheckWritten(&check, "organisation.founding_unit", message.founding_unit(), 1, 100);
  CheckWritten(&check, "organisation.office_address", message.office_address(), 0, 200);
  CheckWritten(&check, "organisation.seal", message.seal(), 0, 100);
  auto division = roster.divisions().Normalise(message.division());
  check.Check("organisation.division", division.status());
  if (!message.office_telephone().empty()) {
    auto telephone = identifier::Telephone::Parse(message.office_telephone());
    check.Check("organisation.office_telephone", telephone.status());
    if (telephone.ok()) organisation.office_telephone = telephone->value();
  }
  MB_RETURN_IF_ERROR(check.status());
  organisation.display_name = message.display_name();
  organisation.division = division->number();
  organisation.founding_unit = message.founding_unit();
  organisation.office_address = message.office_address();
  organisation.seal = message.seal();
  organisation.create_time = StoredNow(call);
  organisation.update_time = StoredNow(call);
  organisation.revision = 1;
  return organisation;
}

Task<absl::Status> StoreDraft(const Roster& roster, postgres::Transaction& transaction,
                              const Call& call, const Organisation& organisation) {
  absl::Status done = co_await InsertOrganisation(transaction, organisation);
  if (!done.ok()) co_return done;
  StepRecord record;
  record.event = kCreateWord;
  record.actor = call.caller().principal;
  record.trace_id = call.trace_id();
  done = co_await RecordStep(transaction, organisation, record);
  if (!done.ok()) co_return done;
  done = co_await SetClock(roster, transaction, call, organisation, record.event);
  if (!done.ok()) co_return done;
  const v1::Organisation payload = OrganisationMessage(organisation);
  OrganisationChange change;
  change.event = record.event;
  change.resource = organisation.name();
  change.revision = organisation.revision;
  change.to_state = Word(organisation.state);
  change.payload = &payload;
  co_return co_await AppendChange(roster, transaction, call, organisation, change);
}

absl::StatusOr<OrganisationFilter> FilterOf(const Roster& roster, const Caller& caller,
                                            const v1::ListOrganisationsRequest& request) {
  OrganisationFilter filter;
  filter.sight = SightOf(caller);
  filter.state = WordOf("ORGANISATION_STATE_", request.state());
  if (request.division().empty()) return filter;
  auto code = roster.divisions().Normalise(request.division());
  if (!code.ok()) return FieldError("division", std::string(code.status().message()));
  filter.division_first = code->number();
  filter.division_last = code->LastNumber();
  return filter;
}

}  // namespace

Task<absl::StatusOr<v1::Organisation>> CreateOrganisation(
    Roster& roster, Call& call, const v1::CreateOrganisationRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const Organisation draft, DraftOf(roster, call, request.organisation()));
  MB_CO_RETURN_IF_ERROR(RequirePlace(call.caller(), DivisionText(draft.division)));
  std::function<Task<absl::StatusOr<v1::Organisation>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Organisation>> {
    Organisation organisation = draft;
    organisation.id = NewResourceId(call.now());
    absl::Status stored = co_await StoreDraft(roster, transaction, call, organisation);
    if (!stored.ok()) co_return stored;
    co_return OrganisationMessage(organisation);
  };
  std::function<Task<absl::StatusOr<v1::Organisation>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string& name) {
        return RereadOrganisation(transaction, call, name);
      };
  co_return co_await ChangeOnce<v1::Organisation>(roster.database(call), call, request, change,
                                                  reread);
}

Task<absl::StatusOr<v1::Organisation>> GetOrganisation(Roster& roster, Call& call,
                                                       const v1::GetOrganisationRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, OrganisationIdIn("name", request.name()));
  auto organisation = co_await ReadOrganisation(roster.database(call), call.deadline(), id);
  if (!organisation.ok()) co_return organisation.status();
  MB_CO_RETURN_IF_ERROR(CheckVisible(call.caller(), *organisation));
  co_return OrganisationMessage(*organisation);
}

Task<absl::StatusOr<v1::ListOrganisationsResponse>> ListOrganisationPage(
    Roster& roster, Call& call, const v1::ListOrganisationsRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(const std::vector<std::string> token,
                         ReadPageToken(*roster.keys.match, request, request.page_token()));
  MB_CO_ASSIGN_OR_RETURN(OrganisationFilter filter, FilterOf(roster, call.caller(), request));
  if (!token.empty()) filter.after = token[0];
  filter.limit = size + 1;
  auto rows = co_await ListOrganisations(roster.database(call), call.deadline(), filter);
  if (!rows.ok()) co_return rows.status();
  v1::ListOrganisationsResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    response.set_next_page_token(MakePageToken(*roster.keys.match, request, {rows->back().id}));
  }
  for (const Organisation& organisation : *rows) {
    *response.add_organisations() = OrganisationMessage(organisation);
  }
  co_return response;
}

}  // namespace maplebridge::roster
