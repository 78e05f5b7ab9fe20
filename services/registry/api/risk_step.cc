#include "services/registry/api/risk_step.h"

#include "common/division/division_code.h"
#include "common/feed/event_log.h"
#include "common/server/etag.h"
#include "services/registry/api/words.h"

namespace maplebridge::registry {
namespace {

ResourceScope ScopeOf(const RiskEntry& entry) {
  return {division::DivisionCode::FromNumber(entry.division).ToString(), entry.organisation, ""};
}

// An organisation works on its own, a bureau on all of its place.
absl::Status RequireWorksOn(const Caller& caller, const RiskEntry& entry) {
  if (caller.is_service()) return absl::OkStatus();
  MB_RETURN_IF_ERROR(CheckRiskVisible(caller, entry));
  if (!caller.organisation.empty()) return RequireOrganisation(caller, entry.organisation);
  return RequirePlace(caller, ScopeOf(entry).division);
}

ClockEnd ClockOfDeadline(std::string_view kind, const calendar::Deadline& deadline) {
  return {std::string(kind), deadline.due_day, deadline.due, deadline.provisional};
}

// The clock of the state that is entered; in the same state it runs on, but for a reminder.
Task<absl::Status> MoveClock(const Registry& registry, postgres::Transaction& transaction,
                             const Call& call, RiskState from, RiskEvent event, RiskEntry* entry) {
  const bool is_reminder = event == RiskEvent::kClockExpired;
  if (from == entry->state && !is_reminder) co_return absl::OkStatus();
  if (!entry->clock.kind.empty() && !is_reminder) {
    absl::Status met = co_await MeetDeadline(transaction, call, entry->name(), entry->clock.kind);
    if (!met.ok()) co_return met;
  }
  entry->overdue = is_reminder;
  entry->clock = ClockEnd();
  if (IsFinal(entry->state)) co_return absl::OkStatus();
  absl::StatusOr<calendar::Deadline> deadline = absl::UnknownError("");
  if (is_reminder) {
    deadline = StartRiskReminder(registry.calendar(), call.now());
  } else {
    deadline = StartRiskClock(registry.calendar(), entry->state, call.now());
  }
  if (!deadline.ok()) co_return deadline.status();
  entry->clock = ClockOfDeadline(ClockOf(entry->state).kind, *deadline);
  DeadlineRow row;
  row.resource = entry->name();
  row.kind = entry->clock.kind;
  row.due_day = entry->clock.due_day;
  row.due_time = entry->clock.due_time;
  row.provisional = entry->clock.provisional;
  const std::string reason(Word(event));
  co_return co_await SetDeadline(transaction, call, row, reason);
}

Task<absl::Status> Tell(const Registry& registry, postgres::Transaction& transaction,
                        const Call& call, const RiskEntry& entry, RiskState from,
                        RiskEvent risk_event) {
  const v1::RiskEntry payload = RiskEntryMessage(entry);
  NewEvent event;
  event.type = Word(risk_event);
  event.resource = entry.name();
  event.revision = entry.revision;
  event.from_state = Word(from);
  event.to_state = Word(entry.state);
  event.division = ScopeOf(entry).division;
  event.organisation = entry.organisation;
  event.payload = &payload;
  co_return co_await AppendEvent(transaction, call, *registry.parts.feed, event);
}

void FillMeasure(v1::PreventiveMeasure* message, const PreventiveMeasure& measure) {
  message->set_ordinal(measure.ordinal);
  message->set_content(measure.content);
  message->set_owner(measure.owner);
  message->set_due_day(DayWord(measure.due_day));
  if (measure.complete_time) SetTime(message->mutable_complete_time(), *measure.complete_time);
}

}  // namespace

absl::Status CheckRiskVisible(const Caller& caller, const RiskEntry& entry) {
  return MaySee(caller, ScopeOf(entry)) ? absl::OkStatus() : NotFoundError(entry.name());
}

absl::StatusOr<std::string> RiskIdIn(std::string_view field, const std::string& name) {
  std::vector<std::string> parts = NameParts("riskEntries/*", name);
  if (parts.empty()) return FieldError(field, "must be riskEntries/{id}");
  return parts[0];
}

void FillRiskEntry(v1::RiskEntry* message, const RiskEntry& entry) {
  message->set_name(entry.name());
  message->set_state(EnumOf<v1::RiskState>("RISK_STATE_", Word(entry.state)));
  message->set_division(ScopeOf(entry).division);
  message->set_category(entry.category);
  message->set_severity(EnumOf<v1::RiskSeverity>("RISK_SEVERITY_", entry.severity));
  message->set_description(entry.description);
  message->set_place_kind(entry.place_kind);
  message->set_group(entry.group);
  for (const std::string& person : entry.people) message->add_people(person);
  if (!entry.campaign.empty()) message->set_campaign("campaigns/" + entry.campaign);
  message->set_organisation(entry.organisation);
  message->set_source(EnumOf<v1::RiskSource>("RISK_SOURCE_", entry.source));
  for (const PreventiveMeasure& measure : entry.measures) {
    FillMeasure(message->add_measures(), measure);
  }
  if (!entry.clock.kind.empty()) {
    message->set_clock(entry.clock.kind);
    SetDeadlineMessage(message->mutable_deadline(), entry.clock);
  }
  message->set_overdue(entry.overdue);
  if (!entry.dispute.empty()) message->set_dispute("disputes/" + entry.dispute);
  message->set_outcome(entry.outcome);
  message->set_observation_count(entry.observation_count);
  SetTime(message->mutable_create_time(), entry.create_time);
  if (entry.report_time) SetTime(message->mutable_report_time(), *entry.report_time);
  if (entry.control_time) SetTime(message->mutable_control_time(), *entry.control_time);
  if (entry.end_time) SetTime(message->mutable_end_time(), *entry.end_time);
  message->set_revision(entry.revision);
  message->set_etag(Etag(entry.revision));
}

v1::RiskEntry RiskEntryMessage(const RiskEntry& entry) {
  v1::RiskEntry message;
  FillRiskEntry(&message, entry);
  return message;
}

Task<absl::StatusOr<OpenRiskStep>> BeginRiskStep(postgres::Transaction& transaction,
                                                 const Call& call, const std::string& id,
                                                 const std::string& etag, RiskEvent event) {
  auto entry = co_await LockRiskEntry(transaction, id);
  if (!entry.ok()) co_return entry.status();
  const bool is_own = event == RiskEvent::kClockExpired || event == RiskEvent::kObserve;
  if (!is_own) MB_CO_RETURN_IF_ERROR(RequireWorksOn(call.caller(), *entry));
  MB_CO_RETURN_IF_ERROR(CheckEtag(entry->name(), etag, entry->revision));
  OpenRiskStep step;
  step.from = entry->state;
  step.event = event;
  step.transition = Decide(entry->state, event);
  if (step.transition == nullptr) {
    co_return StateForbidsError(entry->name(), Word(entry->state), Word(event));
  }
  step.entry = *std::move(entry);
  co_return step;
}

Task<absl::Status> FinishRiskStep(const Registry& registry, postgres::Transaction& transaction,
                                  const Call& call, OpenRiskStep* step) {
  step->entry.state = step->transition->to;
  absl::Status done =
      co_await MoveClock(registry, transaction, call, step->from, step->event, &step->entry);
  if (!done.ok()) co_return done;
  ++step->entry.revision;
  done = co_await UpdateRiskEntry(transaction, step->entry);
  if (!done.ok()) co_return done;
  co_return co_await Tell(registry, transaction, call, step->entry, step->from, step->event);
}

Task<absl::Status> StoreNewRisk(const Registry& registry, postgres::Transaction& transaction,
                                const Call& call, RiskEntry* entry) {
  entry->state = RiskState::kFound;
  entry->revision = 1;
  absl::Status done =
      co_await MoveClock(registry, transaction, call, RiskState::kNone, RiskEvent::kCreate, entry);
  if (!done.ok()) co_return done;
  done = co_await InsertRiskEntry(transaction, *entry, call.caller().principal);
  if (!done.ok()) co_return done;
  co_return co_await Tell(registry, transaction, call, *entry, RiskState::kNone,
                          RiskEvent::kCreate);
}

bool IsOfRisk(const DeadlineRow& row) { return !NameParts("riskEntries/*", row.resource).empty(); }

Task<absl::Status> LockRisk(postgres::Transaction& transaction, const DeadlineRow& row) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, RiskIdIn("resource", row.resource));
  auto locked = co_await LockRiskEntry(transaction, id);
  co_return locked.status();
}

Task<absl::Status> ExpireRisk(const Registry& registry, postgres::Transaction& transaction,
                              const Call& call, const DeadlineRow& row) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, RiskIdIn("resource", row.resource));
  const std::string any_etag;
  auto step = co_await BeginRiskStep(transaction, call, id, any_etag, RiskEvent::kClockExpired);
  // A clock that outlived its state has nothing to say.
  if (absl::IsFailedPrecondition(step.status())) co_return absl::OkStatus();
  if (!step.ok()) co_return step.status();
  if (step->entry.clock.kind != row.kind) co_return absl::OkStatus();
  co_return co_await FinishRiskStep(registry, transaction, call, &*step);
}

}  // namespace maplebridge::registry
