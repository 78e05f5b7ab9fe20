#include "services/roster/api/mediators.h"

#include <absl/strings/str_cat.h>

#include <set>

#include "common/calendar/working_calendar.h"
#include "common/identifier/resident_number.h"
#include "common/identifier/telephone.h"
#include "common/server/page_token.h"
#include "common/server/resource_id.h"
#include "services/roster/api/words.h"
#include "services/roster/domain/text_rule.h"

namespace maplebridge::roster {
namespace {

constexpr int kMostFields = 30;

void CheckIdentity(FieldCheck* check, const v1::Mediator& message, absl::CivilDay today,
                   Mediator* mediator) {
  constexpr std::string_view kField = "mediator.identity_number";
  auto number = identifier::ResidentNumber::Parse(message.identity_number(), today);
  if (!number.ok()) {
    check->Check(kField, number.status());
    return;
  }
  mediator->identity_number = number->value();
  const std::optional<ResidentNumberFacts> facts = ReadResidentNumber(number->value());
  if (!facts) {
    check->Add(kField, "tells no birth day and sex");
    return;
  }
  mediator->sex = facts->sex;
  check->Require(IsAdult(facts->birth_day, today), kField,
                 "tells a person below 18; a mediator is an adult (PML 14)");
}

void CheckFields(FieldCheck* check, const v1::Mediator& message) {
  check->Require(message.fields_size() <= kMostFields, "mediator.fields",
                 absl::StrCat("must be up to ", kMostFields, " categories; none stands for all"));
  std::set<std::string> seen;
  for (int i = 0; i < message.fields_size(); ++i) {
    const std::string path = absl::StrCat("mediator.fields[", i, "]");
    check->Require(IsCategoryCode(message.fields(i)), path,
                   "must be a category's code, such as CONTRACT");
    check->Require(seen.insert(message.fields(i)).second, path, "is named twice");
  }
}

// The mediator that the request describes, with everything that is wrong named at once.
absl::StatusOr<Mediator> DraftOf(const Call& call, const v1::Mediator& message) {
  FieldCheck check;
  Mediator mediator;
  std::string wrong = CheckLine(message.display_name(), 1, 50);
  check.Require(wrong.empty(), "mediator.display_name", wrong);
  CheckIdentity(&check, message, calendar::ChinaDay(call.now()), &mediator);
  if (!message.telephone().empty()) {
    auto telephone = identifier::Telephone::Parse(message.telephone());
    check.Check("mediator.telephone", telephone.status());
    if (telephone.ok()) mediator.telephone = telephone->value();
  }
  const std::optional<Employment> employment =
      EmploymentOf(WordOf("EMPLOYMENT_", message.employment()));
  check.Require(employment.has_value(), "mediator.employment", "is required");
  wrong = CheckLine(message.source_profession(), 0, 50);
  check.Require(wrong.empty(), "mediator.source_profession", wrong);
  CheckFields(&check, message);
  MB_RETURN_IF_ERROR(check.status());
  mediator.display_name = message.display_name();
  mediator.employment = *employment;
  mediator.is_head = message.head();
  mediator.source_profession = message.source_profession();
  mediator.fields.assign(message.fields().begin(), message.fields().end());
  mediator.create_time = StoredNow(call);
  mediator.revision = 1;
  return mediator;
}

// A person is one mediator of an organisation, and one person heads it. The organisation's row is
// locked, so what is true here stays true until the mediator is stored.
Task<absl::Status> CheckStanding(const Roster& roster, postgres::Transaction& transaction,
                                 const Mediator& mediator) {
  Mediator other;
  other.organisation = mediator.organisation;
  auto same = co_await FindByIdentity(transaction, roster.keys, mediator.organisation,
                                      mediator.identity_number);
  if (!same.ok()) co_return same.status();
  if (!same->empty()) {
    other.id = *same;
    co_return ExistsError(other.name());
  }
  if (!mediator.is_head) co_return absl::OkStatus();
  auto head = co_await FindHead(transaction, mediator.organisation);
  if (!head.ok()) co_return head.status();
  if (head->empty()) co_return absl::OkStatus();
  other.id = *head;
  co_return PreconditionError(reason::kGuardFailed, other.name(),
                              "is the head already, and an organisation has one (PML 8); leave "
                              "mediator.head unset");
}

Task<absl::Status> StoreMediator(const Roster& roster, postgres::Transaction& transaction,
                                 const Call& call, const Organisation& organisation,
                                 const Mediator& mediator) {
  absl::Status stored = co_await InsertMediator(transaction, roster.keys, mediator);
  if (!stored.ok()) co_return stored;
  const v1::Mediator payload = MediatorMessage(mediator, MediatorView::kPublished);
  OrganisationChange change;
  change.event = kCreateWord;
  change.resource = mediator.name();
  change.revision = mediator.revision;
  change.to_state = Word(mediator.state);
  change.payload = &payload;
  co_return co_await AppendChange(roster, transaction, call, organisation, change);
}

MediatorView ViewOf(const Caller& caller, const Organisation& organisation) {
  return WorksWith(caller, organisation) ? MediatorView::kMasked : MediatorView::kPublished;
}

struct MediatorName {
  std::string organisation;
  std::string id;
};

absl::StatusOr<MediatorName> MediatorNameIn(const std::string& name) {
  std::vector<std::string> parts = NameParts("organisations/*/mediators/*", name);
  if (parts.empty()) return FieldError("name", "must be organisations/{id}/mediators/{id}");
  return MediatorName{parts[0], parts[1]};
}

// The mediator of a repeated call, as this caller sees it now.
Task<absl::StatusOr<v1::Mediator>> RereadMediator(const Roster& roster,
                                                  postgres::Transaction& transaction,
                                                  const Call& call, const std::string& name) {
  MB_CO_ASSIGN_OR_RETURN(const MediatorName parts, MediatorNameIn(name));
  auto organisation = co_await ReadOrganisation(transaction, parts.organisation);
  if (!organisation.ok()) co_return organisation.status();
  MB_CO_RETURN_IF_ERROR(CheckVisible(call.caller(), *organisation));
  auto mediator = co_await ReadMediator(transaction, roster.keys, parts.organisation, parts.id);
  if (!mediator.ok()) co_return mediator.status();
  co_return MediatorMessage(*mediator, ViewOf(call.caller(), *organisation));
}

}  // namespace

Task<absl::StatusOr<v1::Mediator>> CreateMediator(Roster& roster, Call& call,
                                                  const v1::CreateMediatorRequest& request) {
  StepRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.id, OrganisationIdIn("parent", request.parent()));
  step_request.event = OrganisationEvent::kChangeMembers;
  MB_CO_ASSIGN_OR_RETURN(const Mediator draft, DraftOf(call, request.mediator()));
  std::function<Task<absl::StatusOr<v1::Mediator>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Mediator>> {
    auto step = co_await BeginStep(transaction, call, step_request);
    if (!step.ok()) co_return step.status();
    Mediator mediator = draft;
    mediator.organisation = step_request.id;
    mediator.id = NewResourceId(call.now());
    absl::Status done = co_await CheckStanding(roster, transaction, mediator);
    if (!done.ok()) co_return done;
    done = co_await StoreMediator(roster, transaction, call, step->organisation, mediator);
    if (!done.ok()) co_return done;
    ++step->organisation.mediator_count;
    done = co_await FinishStep(roster, transaction, call, &*step);
    if (!done.ok()) co_return done;
    co_return MediatorMessage(mediator, ViewOf(call.caller(), step->organisation));
  };
  std::function<Task<absl::StatusOr<v1::Mediator>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string& name) {
        return RereadMediator(roster, transaction, call, name);
      };
  co_return co_await ChangeOnce<v1::Mediator>(roster.database(call), call, request, change, reread);
}

Task<absl::StatusOr<v1::Mediator>> GetMediator(Roster& roster, Call& call,
                                               const v1::GetMediatorRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const MediatorName parts, MediatorNameIn(request.name()));
  auto organisation =
      co_await ReadOrganisation(roster.database(call), call.deadline(), parts.organisation);
  // What is said is that the mediator is not there: whether its organisation is, stays unsaid.
  if (absl::IsNotFound(organisation.status())) co_return NotFoundError(request.name());
  if (!organisation.ok()) co_return organisation.status();
  if (!CheckVisible(call.caller(), *organisation).ok()) co_return NotFoundError(request.name());
  auto mediator = co_await ReadMediator(roster.database(call), call.deadline(), roster.keys,
                                        parts.organisation, parts.id);
  if (!mediator.ok()) co_return mediator.status();
  co_return MediatorMessage(*mediator, ViewOf(call.caller(), *organisation));
}

Task<absl::StatusOr<v1::ListMediatorsResponse>> ListMediatorPage(
    Roster& roster, Call& call, const v1::ListMediatorsRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(const std::vector<std::string> token,
                         ReadPageToken(*roster.keys.match, request, request.page_token()));
  MediatorFilter filter;
  MB_CO_ASSIGN_OR_RETURN(filter.organisation, OrganisationIdIn("parent", request.parent()));
  auto organisation =
      co_await ReadOrganisation(roster.database(call), call.deadline(), filter.organisation);
  if (!organisation.ok()) co_return organisation.status();
  MB_CO_RETURN_IF_ERROR(CheckVisible(call.caller(), *organisation));
  if (!token.empty()) filter.after = token[0];
  filter.limit = size + 1;
  auto rows = co_await ListMediators(roster.database(call), call.deadline(), roster.keys, filter);
  if (!rows.ok()) co_return rows.status();
  v1::ListMediatorsResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    response.set_next_page_token(MakePageToken(*roster.keys.match, request, {rows->back().id}));
  }
  const MediatorView view = ViewOf(call.caller(), *organisation);
  for (const Mediator& mediator : *rows) {
    *response.add_mediators() = MediatorMessage(mediator, view);
  }
  co_return response;
}

}  // namespace maplebridge::roster
