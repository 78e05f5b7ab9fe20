#include "services/registry/api/reminders.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include "common/server/page_token.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/reminder.h"

namespace maplebridge::registry {
namespace {

constexpr int kFarthestDays = 366;

void FillDue(v1::DueDispute* message, const Dispute& dispute) {
  const DisputeClock& clock = ClockOf(dispute.state);
  message->set_dispute(dispute.name());
  message->set_state(EnumOf<v1::DisputeState>("DISPUTE_STATE_", Word(dispute.state)));
  message->set_category(dispute.category);
  message->set_organisation(dispute.organisation);
  message->set_division(division::DivisionCode::FromNumber(dispute.division).ToString());
  for (const std::string& mediator : dispute.mediators) message->add_mediators(mediator);
  message->set_clock(dispute.clock.kind);
  SetDeadlineMessage(message->mutable_deadline(), dispute.clock);
  message->set_overdue(dispute.overdue);
  message->set_must_act(std::string(Word(clock.must_act)));
  message->set_action(std::string(clock.action));
}

}  // namespace

absl::StatusOr<absl::CivilDay> LastDueDay(const std::string& word, absl::CivilDay today) {
  if (word.empty()) return today;
  auto day = DayOf(word);
  if (!day.ok()) return FieldError("due_by_day", std::string(day.status().message()));
  if (*day > today + kFarthestDays) {
    return FieldError("due_by_day",
                      absl::StrCat("must be at most ", kFarthestDays, " days from today"));
  }
  return *day;
}

Task<absl::StatusOr<v1::ListDueDisputesResponse>> ListDueDisputePage(
    Registry& registry, Call& call, const v1::ListDueDisputesRequest& request) {
  DueFilter due;
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  due.states = DisputeStatesOf(request.must_act());
  if (due.states.empty()) {
    co_return FieldError("must_act", "must be organisation, mediator or docking, or empty for all");
  }
  MB_CO_ASSIGN_OR_RETURN(const absl::CivilDay last,
                         LastDueDay(request.due_by_day(), calendar::ChinaDay(call.now())));
  if (!request.overdue_only()) due.before = calendar::StartOfChinaDay(last + 1);
  MB_CO_ASSIGN_OR_RETURN(due.filter, ScopedFilter(registry, call.caller(), request.organisation(),
                                                  request.division()));
  due.filter.limit = size + 1;
  due.after_time = absl::UnixEpoch();
  if (token.size() == 2) {
    std::int64_t micros = 0;
    if (absl::SimpleAtoi(token[0], &micros)) due.after_time = absl::FromUnixMicros(micros);
    due.after_number = token[1];
  }
  auto rows = co_await ListDueDisputes(registry.database(call), call.deadline(), due);
  if (!rows.ok()) co_return rows.status();
  v1::ListDueDisputesResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    const Dispute& shown = rows->back();
    response.set_next_page_token(
        MakePageToken(*registry.keys.match, request,
                      {absl::StrCat(absl::ToUnixMicros(shown.clock.due_time)), shown.number}));
  }
  for (const Dispute& dispute : *rows) FillDue(response.add_due_disputes(), dispute);
  co_return response;
}

}  // namespace maplebridge::registry
