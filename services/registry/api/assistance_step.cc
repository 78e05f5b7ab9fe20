#include "services/registry/api/assistance_step.h"

#include <absl/strings/str_cat.h>

#include "common/content/content_store.h"
#include "common/feed/event_log.h"
#include "common/server/etag.h"
#include "services/registry/api/words.h"
#include "services/registry/store/material_store.h"

namespace maplebridge::registry {
namespace {

// Keeps the result with its digests, and the material that holds it.
Task<absl::Status> TakeResult(const Registry& registry, postgres::Transaction& transaction,
                              const AssistanceMove& move, Assistance* assistance) {
  assistance->result = move.result;
  ContentDigest digest;
  digest.Update(move.result);
  const ContentDigest::Hex hex = digest.Finish();
  assistance->sha256 = hex.sha256;
  assistance->sm3 = hex.sm3;
  if (move.material.empty()) co_return absl::OkStatus();
  const std::optional<PartName> part = ParsePartName("materials", move.material);
  if (!part || part->number != assistance->dispute) {
    co_return FieldError("material",
                         "must be disputes/{number}/materials/{ordinal} of the dispute");
  }
  auto material = co_await LockMaterial(transaction, registry.keys, part->number, part->ordinal);
  if (!material.ok()) co_return material.status();
  assistance->material = part->ordinal;
  co_return absl::OkStatus();
}

}  // namespace

void FillAssistance(v1::Assistance* message, const Assistance& assistance) {
  message->set_name(assistance.name());
  message->set_state(EnumOf<v1::AssistanceState>("ASSISTANCE_STATE_", Word(assistance.state)));
  message->set_kind(EnumOf<v1::AssistanceKind>("ASSISTANCE_KIND_", Word(assistance.kind)));
  message->set_body_name(assistance.body_name);
  message->set_explanation(assistance.explanation);
  message->set_answer(assistance.answer);
  message->set_result(assistance.result);
  message->set_sha256(assistance.sha256);
  message->set_sm3(assistance.sm3);
  if (assistance.material > 0) {
    message->set_material(
        absl::StrCat("disputes/", assistance.dispute, "/materials/", assistance.material));
  }
  if (!assistance.clock.kind.empty()) {
    SetDeadlineMessage(message->mutable_deadline(), assistance.clock);
  }
  message->set_overdue(assistance.overdue);
  message->set_clock_source(assistance.clock_source);
  SetTime(message->mutable_create_time(), assistance.create_time);
  if (assistance.answer_time) SetTime(message->mutable_answer_time(), *assistance.answer_time);
  if (assistance.end_time) SetTime(message->mutable_end_time(), *assistance.end_time);
  message->set_revision(assistance.revision);
  message->set_etag(Etag(assistance.revision));
}

v1::Assistance AssistanceMessage(const Assistance& assistance) {
  v1::Assistance message;
  FillAssistance(&message, assistance);
  return message;
}

Task<absl::Status> StartAssistanceClock(const Registry& registry,
                                        postgres::Transaction& transaction, const Call& call,
                                        const std::string& name, Assistance* assistance) {
  const AssistanceLimit& limit = LimitOf(assistance->kind);
  const bool answers = assistance->state == AssistanceState::kRequested;
  const calendar::Period period = answers ? limit.answer : limit.delivery;
  MB_CO_ASSIGN_OR_RETURN(
      const calendar::Deadline deadline,
      calendar::CountDeadline(registry.calendar(), call.now(), period.rule, period.length));
  assistance->clock =
      ClockEnd{kAssistanceClock, deadline.due_day, deadline.due, deadline.provisional};
  assistance->clock_source = answers ? limit.answer_source : limit.delivery_source;
  assistance->overdue = false;
  if (name.empty()) co_return absl::OkStatus();
  DeadlineRow row;
  row.resource = name;
  row.kind = kAssistanceClock;
  row.due_day = deadline.due_day;
  row.due_time = deadline.due;
  row.provisional = deadline.provisional;
  const std::string reason = assistance->clock_source;
  co_return co_await SetDeadline(transaction, call, row, reason);
}

Task<absl::Status> TellAssistance(const Registry& registry, postgres::Transaction& transaction,
                                  const Call& call, const Dispute& dispute,
                                  const Assistance& assistance, const std::string& type,
                                  const std::string& from_state) {
  const v1::Assistance payload = AssistanceMessage(assistance);
  NewEvent event;
  event.type = type;
  event.resource = assistance.name();
  event.revision = assistance.revision;
  event.from_state = from_state;
  event.to_state = Word(assistance.state);
  event.division = ScopeOf(dispute).division;
  event.organisation = dispute.organisation;
  event.payload = &payload;
  co_return co_await AppendEvent(transaction, call, *registry.parts.feed, event);
}

Task<absl::Status> MoveAssistance(const Registry& registry, postgres::Transaction& transaction,
                                  const Call& call, const Dispute& dispute,
                                  const AssistanceMove& move, Assistance* assistance) {
  const AssistanceTransition* step = Decide(assistance->state, move.event);
  if (step == nullptr) {
    co_return StateForbidsError(assistance->name(), Word(assistance->state), Word(move.event));
  }
  const std::string before(Word(assistance->state)), name = assistance->name();
  const std::string clock = kAssistanceClock;
  const bool expired = move.event == AssistanceEvent::kClockExpired;
  absl::Status done = absl::OkStatus();
  assistance->state = step->to;
  ++assistance->revision;
  if (!move.answer.empty()) assistance->answer = move.answer;
  if (move.event == AssistanceEvent::kDeliver) {
    done = co_await TakeResult(registry, transaction, move, assistance);
    if (!done.ok()) co_return done;
  }
  if (expired) {
    assistance->overdue = true;
  } else {
    done = co_await MeetDeadline(transaction, call, name, clock);
    if (!done.ok()) co_return done;
  }
  if (move.event == AssistanceEvent::kAccept || move.event == AssistanceEvent::kDecline) {
    assistance->answer_time = call.now();
  }
  if (IsFinal(step->to)) {
    assistance->end_time = call.now();
    assistance->clock = ClockEnd();
    assistance->clock_source.clear();
    assistance->overdue = false;
  } else if (!expired) {
    done = co_await StartAssistanceClock(registry, transaction, call, name, assistance);
    if (!done.ok()) co_return done;
  }
  done = co_await UpdateAssistance(transaction, *assistance);
  if (!done.ok()) co_return done;
  const std::string type = expired ? "AssistanceOverdue" : std::string(Word(move.event));
  co_return co_await TellAssistance(registry, transaction, call, dispute, *assistance, type,
                                    before);
}

Task<absl::Status> CancelOpenAssistance(const Registry& registry,
                                        postgres::Transaction& transaction, const Call& call,
                                        const Dispute& dispute) {
  auto open = co_await ListOpenAssistance(transaction, dispute.number);
  if (!open.ok()) co_return open.status();
  AssistanceMove move;
  move.event = AssistanceEvent::kCancel;
  for (Assistance& assistance : *open) {
    absl::Status moved =
        co_await MoveAssistance(registry, transaction, call, dispute, move, &assistance);
    if (!moved.ok()) co_return moved;
  }
  co_return absl::OkStatus();
}

bool IsOfAssistance(const DeadlineRow& row) {
  return row.kind == kAssistanceClock && ParsePartName(kAssistance, row.resource).has_value();
}

Task<absl::Status> ExpireAssistance(const Registry& registry, postgres::Transaction& transaction,
                                    const Call& call, const DeadlineRow& row) {
  const std::optional<PartName> name = ParsePartName(kAssistance, row.resource);
  if (!name) co_return absl::OkStatus();
  auto dispute = co_await LockDispute(transaction, registry.keys, name->number);
  if (!dispute.ok()) co_return dispute.status();
  auto assistance = co_await ReadAssistance(transaction, name->number, name->ordinal);
  if (!assistance.ok()) co_return assistance.status();
  // A clock that outlived its state has nothing to say.
  if (assistance->clock.kind.empty()) co_return absl::OkStatus();
  AssistanceMove move;
  move.event = AssistanceEvent::kClockExpired;
  co_return co_await MoveAssistance(registry, transaction, call, *dispute, move, &*assistance);
}

}  // namespace maplebridge::registry
