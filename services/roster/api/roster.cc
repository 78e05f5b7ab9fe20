#include "services/roster/api/roster.h"

#include <absl/strings/numbers.h>

#include "common/deadlines/deadline_clock.h"
#include "common/feed/event_log.h"
#include "common/reference/reference_data.h"
#include "common/server/etag.h"
#include "services/roster/api/words.h"
#include "services/roster/domain/organisation_clock.h"
#include "services/roster/store/court_roster_store.h"

namespace maplebridge::roster {
namespace {

using namespace options::v1;  // the roles

constexpr std::size_t kDivisionDigits = 12;

Task<absl::Status> EndAllMediators(const Roster& roster, postgres::Transaction& transaction,
                                   const Call& call, const Organisation& organisation) {
  auto ended = co_await EndMediators(transaction, roster.keys, organisation.id);
  if (!ended.ok()) co_return ended.status();
  for (const Mediator& mediator : *ended) {
    const v1::Mediator payload = MediatorMessage(mediator, MediatorView::kPublished);
    OrganisationChange change;
    change.event = kEndWord;
    change.resource = mediator.name();
    change.revision = mediator.revision;
    change.from_state = Word(MediatorState::kActive);
    change.to_state = Word(mediator.state);
    change.payload = &payload;
    absl::Status appended = co_await AppendChange(roster, transaction, call, organisation, change);
    if (!appended.ok()) co_return appended;
  }
  co_return absl::OkStatus();
}

// Courts hear of every change of an organisation on their roster (PML 10).
Task<absl::Status> TellCourts(const Roster& roster, postgres::Transaction& transaction,
                              const Call& call, const OpenStep& step) {
  auto entries = co_await RaiseEntries(transaction, step.organisation.id);
  if (!entries.ok()) co_return entries.status();
  for (const CourtRosterEntry& entry : *entries) {
    const v1::CourtRosterEntry payload = EntryMessage(entry);
    OrganisationChange change;
    change.event = Word(step.step->event);
    change.resource = entry.name();
    change.revision = entry.revision;
    change.from_state = Word(step.from);
    change.to_state = Word(step.organisation.state);
    change.court = entry.court;
    change.payload = &payload;
    absl::Status appended =
        co_await AppendChange(roster, transaction, call, step.organisation, change);
    if (!appended.ok()) co_return appended;
  }
  co_return absl::OkStatus();
}

Task<absl::Status> MoveClock(const Roster& roster, postgres::Transaction& transaction,
                             const Call& call, const OpenStep& step) {
  // Members come and go while the same clock runs.
  if (step.step->event == OrganisationEvent::kChangeMembers) co_return absl::OkStatus();
  const std::string all_kinds;
  absl::Status met = co_await MeetDeadline(transaction, call, step.organisation.name(), all_kinds);
  if (!met.ok()) co_return met;
  const std::string event(Word(step.step->event));
  co_return co_await SetClock(roster, transaction, call, step.organisation, event);
}

}  // namespace

Roster::Roster(ServiceParts& service_parts)
    : parts(service_parts), keys{service_parts.sealing, service_parts.match} {}

const calendar::Calendar& Roster::calendar() const { return parts.reference_data->calendar(); }
const division::DivisionTree& Roster::divisions() const {
  return parts.reference_data->divisions();
}

absl::Time StoredNow(const Call& call) {
  return absl::FromUnixMicros(absl::ToUnixMicros(call.now()));
}

absl::StatusOr<std::string> OrganisationIdIn(std::string_view field, const std::string& name) {
  std::vector<std::string> parts = NameParts("organisations/*", name);
  if (parts.empty()) return FieldError(field, "must be organisations/{id}");
  return parts[0];
}

bool WorksWith(const Caller& caller, const Organisation& organisation) {
  ResourceScope scope;
  scope.division = DivisionText(organisation.division);
  scope.organisation = organisation.name();
  return MaySee(caller, scope);
}

absl::Status CheckVisible(const Caller& caller, const Organisation& organisation) {
  return organisation.on_published_roster() || WorksWith(caller, organisation)
             ? absl::OkStatus()
             : NotFoundError(organisation.name());
}

Sight SightOf(const Caller& caller) {
  Sight sight;
  sight.sees_all = caller.HasAny({ROLE_SERVICE, ROLE_AUDITOR, ROLE_MINISTRY});
  if (caller.HasAny({ROLE_COUNTY_BUREAU, ROLE_CITY_BUREAU, ROLE_PROVINCE_BUREAU}) &&
      !caller.division.empty() && caller.division.size() <= kDivisionDigits) {
    const std::size_t open = kDivisionDigits - caller.division.size();
    const std::string first = caller.division + std::string(open, '0');
    const std::string last = caller.division + std::string(open, '9');
    if (!absl::SimpleAtoi(first, &sight.division_first) ||
        !absl::SimpleAtoi(last, &sight.division_last)) {
      sight.division_first = 1;
      sight.division_last = 0;
    }
  }
  if (caller.HasAny({ROLE_MEDIATOR, ROLE_ORGANISATION_HEAD, ROLE_CENTRE})) {
    const std::vector<std::string> own = NameParts("organisations/*", caller.organisation);
    if (!own.empty()) sight.organisation = own[0];
  }
  return sight;
}

Task<absl::StatusOr<OpenStep>> BeginStep(postgres::Transaction& transaction, const Call& call,
                                         const StepRequest& request) {
  auto locked = co_await LockOrganisation(transaction, request.id);
  if (!locked.ok()) co_return locked.status();
  OpenStep step;
  step.organisation = *std::move(locked);
  step.from = step.organisation.state;
  const std::string name = step.organisation.name();
  if (request.asker == Asker::kBureau) {
    MB_CO_RETURN_IF_ERROR(CheckVisible(call.caller(), step.organisation));
    MB_CO_RETURN_IF_ERROR(RequirePlace(call.caller(), DivisionText(step.organisation.division)));
  }
  MB_CO_RETURN_IF_ERROR(CheckEtag(name, request.etag, step.organisation.revision));
  step.step = FindStep(step.from, request.event);
  if (step.step == nullptr) {
    co_return StateForbidsError(name, Word(step.from), Word(request.event));
  }
  co_return step;
}

Task<absl::Status> FinishStep(const Roster& roster, postgres::Transaction& transaction,
                              const Call& call, OpenStep* step) {
  Organisation& organisation = step->organisation;
  organisation.state = step->step->to;
  organisation.update_time = StoredNow(call);
  ++organisation.revision;
  if (organisation.state == OrganisationState::kPublished && !organisation.publish_time) {
    organisation.publish_time = StoredNow(call);
  }
  const bool is_end = organisation.state == OrganisationState::kRevoked;
  if (is_end) organisation.mediator_count = 0;
  absl::Status done = co_await UpdateOrganisation(transaction, organisation);
  if (!done.ok()) co_return done;
  StepRecord record;
  record.event = Word(step->step->event);
  record.from_state = Word(step->from);
  record.reason = step->reason;
  record.actor = call.caller().principal;
  record.trace_id = call.trace_id();
  done = co_await RecordStep(transaction, organisation, record);
  if (!done.ok()) co_return done;
  done = co_await MoveClock(roster, transaction, call, *step);
  if (!done.ok()) co_return done;
  const v1::Organisation payload = OrganisationMessage(organisation);
  OrganisationChange change;
  change.event = record.event;
  change.resource = organisation.name();
  change.revision = organisation.revision;
  change.from_state = record.from_state;
  change.to_state = Word(organisation.state);
  change.payload = &payload;
  done = co_await AppendChange(roster, transaction, call, organisation, change);
  if (!done.ok()) co_return done;
  if (is_end) {
    done = co_await EndAllMediators(roster, transaction, call, organisation);
    if (!done.ok()) co_return done;
  }
  co_return co_await TellCourts(roster, transaction, call, *step);
}

Task<absl::Status> SetClock(const Roster& roster, postgres::Transaction& transaction,
                            const Call& call, const Organisation& organisation,
                            const std::string& event) {
  MB_CO_ASSIGN_OR_RETURN(std::optional<RunningClock> clock,
                         StartClock(roster.calendar(), organisation.state, call.now()));
  if (!clock) co_return absl::OkStatus();
  DeadlineRow row;
  row.resource = organisation.name();
  row.kind = clock->kind;
  row.due_day = clock->deadline.due_day;
  row.due_time = clock->deadline.due;
  row.provisional = clock->deadline.provisional;
  co_return co_await SetDeadline(transaction, call, row, event);
}

Task<absl::Status> AppendChange(const Roster& roster, postgres::Transaction& transaction,
                                const Call& call, const Organisation& organisation,
                                const OrganisationChange& change) {
  NewEvent event;
  event.type = change.event;
  event.resource = change.resource;
  event.revision = change.revision;
  event.from_state = change.from_state;
  event.to_state = change.to_state;
  event.division = DivisionText(organisation.division);
  event.organisation = organisation.name();
  event.court = change.court;
  event.payload = change.payload;
  co_return co_await AppendEvent(transaction, call, *roster.parts.feed, event);
}

Task<absl::StatusOr<v1::Organisation>> RereadOrganisation(postgres::Transaction& transaction,
                                                          const Call& call,
                                                          const std::string& name) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, OrganisationIdIn("name", name));
  auto organisation = co_await ReadOrganisation(transaction, id);
  if (!organisation.ok()) co_return organisation.status();
  MB_CO_RETURN_IF_ERROR(CheckVisible(call.caller(), *organisation));
  co_return OrganisationMessage(*organisation);
}

}  // namespace maplebridge::roster
