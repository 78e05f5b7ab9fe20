#include "services/registry/api/escalations.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include "common/division/division_code.h"
#include "common/feed/event_log.h"
#include "common/server/etag.h"
#include "common/server/page_token.h"
#include "services/registry/api/change_dispute.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/words.h"
#include "services/registry/store/escalation_store.h"

namespace maplebridge::registry {
namespace {

constexpr char kCollection[] = "escalations";
void FillEscalation(v1::Escalation* message, const Escalation& escalation) {
  message->set_name(escalation.name());
  message->set_state(EnumOf<v1::EscalationState>("ESCALATION_STATE_", escalation.state));
  message->set_kind(EnumOf<v1::EscalationKind>("ESCALATION_KIND_", escalation.kind));
  message->set_description(escalation.description);
  message->set_measures(escalation.measures);
  message->set_told_authority(escalation.told_authority);
  SetTime(message->mutable_told_time(), escalation.told_time);
  message->set_level(EnumOf<v1::EscalationLevel>("ESCALATION_LEVEL_", Word(escalation.level)));
  if (!escalation.acknowledge_time) SetTime(message->mutable_due_time(), escalation.due_time);
  message->set_response(escalation.response);
  SetTime(message->mutable_create_time(), escalation.create_time);
  if (escalation.acknowledge_time) {
    SetTime(message->mutable_acknowledge_time(), *escalation.acknowledge_time);
  }
  message->set_missed_count(escalation.missed_count);
  message->set_revision(escalation.revision);
  message->set_etag(Etag(escalation.revision));
}

v1::Escalation EscalationMessage(const Escalation& escalation) {
  v1::Escalation message;
  FillEscalation(&message, escalation);
  return message;
}

std::string DivisionOf(const Escalation& escalation) {
  return division::DivisionCode::FromNumber(escalation.division).ToString();
}

// What can be said of a report without its dispute.
absl::StatusOr<Escalation> EscalationOf(const Call& call, const v1::Escalation& message) {
  FieldCheck check;
  Escalation escalation;
  std::string wrong = CheckText(message.description(), 1, 2000);
  check.Require(wrong.empty(), "escalation.description", wrong);
  wrong = CheckText(message.measures(), 1, 2000);
  check.Require(wrong.empty(), "escalation.measures", wrong);
  wrong = CheckText(message.told_authority(), 1, 200);
  check.Require(wrong.empty(), "escalation.told_authority", wrong);
  auto told = TimeOf(message.told_time());
  check.Check("escalation.told_time", told.status());
  if (told.ok()) {
    escalation.told_time = *told;
    check.Require(*told <= call.now(), "escalation.told_time", "must not be in the future");
  }
  MB_RETURN_IF_ERROR(check.status());
  escalation.kind = WordOf("ESCALATION_KIND_", message.kind());
  escalation.description = message.description();
  escalation.measures = message.measures();
  escalation.told_authority = message.told_authority();
  escalation.create_time = call.now();
  escalation.due_time = call.now() + kEscalationPatience;
  return escalation;
}

Task<absl::Status> RunClock(postgres::Transaction& transaction, const Call& call,
                            const Escalation& escalation, const std::string& reason) {
  DeadlineRow row;
  row.resource = escalation.name();
  row.kind = kEscalationClock;
  row.due_day = calendar::ChinaDay(escalation.due_time);
  row.due_time = escalation.due_time;
  co_return co_await SetDeadline(transaction, call, row, reason);
}

// A report is a resource of its own on the feed: it goes on after its dispute has ended.
Task<absl::Status> Tell(const Registry& registry, postgres::Transaction& transaction,
                        const Call& call, const Escalation& escalation, const std::string& type,
                        const std::string& from_state) {
  const v1::Escalation payload = EscalationMessage(escalation);
  NewEvent event;
  event.type = type;
  event.resource = escalation.name();
  event.revision = escalation.revision;
  event.from_state = from_state;
  event.to_state = escalation.state;
  event.division = DivisionOf(escalation);
  event.organisation = escalation.organisation;
  event.payload = &payload;
  co_return co_await AppendEvent(transaction, call, *registry.parts.feed, event);
}

Task<absl::StatusOr<v1::Escalation>> Reread(postgres::Transaction& transaction,
                                            const std::string& dispute, int ordinal) {
  auto escalation = co_await ReadEscalation(transaction, dispute, ordinal);
  if (!escalation.ok()) co_return escalation.status();
  co_return EscalationMessage(*escalation);
}

Task<absl::StatusOr<v1::Escalation>> Acknowledge(const Registry& registry,
                                                 postgres::Transaction& transaction,
                                                 const Call& call, const PartName& name,
                                                 const v1::AcknowledgeEscalationRequest& request) {
  auto escalation = co_await LockEscalation(transaction, name.number, name.ordinal);
  if (!escalation.ok()) co_return escalation.status();
  const ResourceScope scope{DivisionOf(*escalation), escalation->organisation, ""};
  if (!MaySee(call.caller(), scope)) co_return NotFoundError(request.name());
  if (!call.caller().Has(options::v1::ROLE_MINISTRY)) {
    MB_CO_RETURN_IF_ERROR(RequirePlace(call.caller(), scope.division));
  }
  MB_CO_RETURN_IF_ERROR(CheckEtag(request.name(), request.etag(), escalation->revision));
  if (escalation->acknowledge_time) {
    co_return StateForbidsError(request.name(), escalation->state, "AcknowledgeEscalation");
  }
  const std::string before = escalation->state;
  escalation->state = "ACKNOWLEDGED";
  escalation->response = request.response();
  escalation->acknowledge_time = call.now();
  escalation->acknowledge_principal = call.caller().principal;
  ++escalation->revision;
  absl::Status done = co_await UpdateEscalation(transaction, *escalation);
  if (!done.ok()) co_return done;
  const std::string clock = kEscalationClock;
  done = co_await MeetDeadline(transaction, call, escalation->name(), clock);
  if (!done.ok()) co_return done;
  const std::string type = "AcknowledgeEscalation";
  done = co_await Tell(registry, transaction, call, *escalation, type, before);
  if (!done.ok()) co_return done;
  co_return EscalationMessage(*escalation);
}

}  // namespace

Task<absl::StatusOr<v1::Escalation>> ReportEscalation(Registry& registry, Call& call,
                                                      const v1::ReportEscalationRequest& request) {
  StepRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.number, NumberIn("parent", request.parent()));
  step_request.etag = request.etag();
  step_request.event = DisputeEvent::kReportEscalation;
  MB_CO_ASSIGN_OR_RETURN(const Escalation draft, EscalationOf(call, request.escalation()));
  PartBody<v1::Escalation> body = [&](postgres::Transaction& transaction,
                                      OpenStep& step) -> Task<absl::StatusOr<v1::Escalation>> {
    Escalation escalation = draft;
    escalation.dispute = step.dispute.number;
    escalation.ordinal = ++step.dispute.escalation_count;
    escalation.division = step.dispute.division;
    escalation.organisation = step.dispute.organisation;
    absl::Status done = co_await InsertEscalation(transaction, escalation, call.caller().principal);
    if (!done.ok()) co_return done;
    const std::string type(Word(step.event)), no_state;
    done = co_await RunClock(transaction, call, escalation, type);
    if (!done.ok()) co_return done;
    done = co_await Tell(registry, transaction, call, escalation, type, no_state);
    if (!done.ok()) co_return done;
    co_return EscalationMessage(escalation);
  };
  PartReread<v1::Escalation> read = &Reread;
  co_return co_await ChangePart<v1::Escalation>(registry, call, request, step_request, kCollection,
                                                body, read);
}

Task<absl::StatusOr<v1::Escalation>> AcknowledgeEscalation(
    Registry& registry, Call& call, const v1::AcknowledgeEscalationRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const PartName name, PartNameIn(kCollection, request.name()));
  if (std::string wrong = CheckText(request.response(), 1, 2000); !wrong.empty()) {
    co_return FieldError("response", wrong);
  }
  std::function<Task<absl::StatusOr<v1::Escalation>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return Acknowledge(registry, transaction, call, name, request);
      };
  std::function<Task<absl::StatusOr<v1::Escalation>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string&) {
        return Reread(transaction, name.number, name.ordinal);
      };
  co_return co_await ChangeOnce<v1::Escalation>(registry.database(call), call, request, change,
                                                reread);
}

Task<absl::StatusOr<v1::ListEscalationsResponse>> ListEscalationPage(
    Registry& registry, Call& call, const v1::ListEscalationsRequest& request) {
  EscalationFilter filter;
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  if (request.parent() == kAnyDispute) {
    MB_CO_ASSIGN_OR_RETURN(const DisputeFilter scope,
                           ScopedFilter(registry, call.caller(), "", ""));
    filter.organisation = scope.organisation;
    filter.division_first = scope.division_first;
    filter.division_last = scope.division_last;
  } else {
    auto dispute = co_await ReadVisible(registry, call, "parent", request.parent());
    if (!dispute.ok()) co_return dispute.status();
    filter.dispute = dispute->number;
  }
  filter.state = WordOf("ESCALATION_STATE_", request.state());
  filter.limit = size + 1;
  if (token.size() == 3) {
    std::int64_t micros = 0;
    if (absl::SimpleAtoi(token[0], &micros)) filter.after_time = absl::FromUnixMicros(micros);
    filter.after_dispute = token[1];
    if (!absl::SimpleAtoi(token[2], &filter.after_ordinal)) filter.after_ordinal = 0;
  }
  auto rows = co_await ListEscalations(registry.database(call), call.deadline(), filter);
  if (!rows.ok()) co_return rows.status();
  v1::ListEscalationsResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    const Escalation& last = rows->back();
    response.set_next_page_token(MakePageToken(*registry.keys.match, request,
                                               {absl::StrCat(absl::ToUnixMicros(last.due_time)),
                                                last.dispute, absl::StrCat(last.ordinal)}));
  }
  for (const Escalation& escalation : *rows) {
    FillEscalation(response.add_escalations(), escalation);
  }
  co_return response;
}

bool IsOfEscalation(const DeadlineRow& row) {
  return row.kind == kEscalationClock && ParsePartName(kCollection, row.resource).has_value();
}

Task<absl::Status> LockReport(postgres::Transaction& transaction, const DeadlineRow& row) {
  const std::optional<PartName> name = ParsePartName(kCollection, row.resource);
  if (!name) co_return absl::OkStatus();
  auto locked = co_await LockEscalation(transaction, name->number, name->ordinal);
  co_return locked.status();
}

Task<absl::Status> ClimbEscalation(const Registry& registry, postgres::Transaction& transaction,
                                   const Call& call, const DeadlineRow& row) {
  const std::optional<PartName> name = ParsePartName(kCollection, row.resource);
  if (!name) co_return absl::OkStatus();
  auto escalation = co_await LockEscalation(transaction, name->number, name->ordinal);
  if (!escalation.ok()) co_return escalation.status();
  if (escalation->acknowledge_time) co_return absl::OkStatus();
  escalation->level = NextLevel(escalation->level);
  escalation->due_time = call.now() + kEscalationPatience;
  ++escalation->missed_count;
  ++escalation->revision;
  absl::Status done = co_await UpdateEscalation(transaction, *escalation);
  if (!done.ok()) co_return done;
  const std::string type = "EscalationClimbed";
  done = co_await RunClock(transaction, call, *escalation, type);
  if (!done.ok()) co_return done;
  co_return co_await Tell(registry, transaction, call, *escalation, type, escalation->state);
}

}  // namespace maplebridge::registry
