#include "services/registry/api/reminder_list.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/server/page_token.h"
#include "services/registry/api/reminders.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/words.h"
#include "services/registry/store/reminder_store.h"

namespace maplebridge::registry {
namespace {

// Those that are asked for, among those in which this one may have to act.
absl::StatusOr<std::vector<ReminderKind>> AskedKinds(const v1::ListRemindersRequest& request) {
  std::vector<ReminderKind> kinds = KindsOf(request.must_act());
  if (kinds.empty()) {
    return FieldError(
        "must_act", "must be organisation, mediator, bureau, centre or docking, or empty for all");
  }
  if (request.kinds_size() == 0) return kinds;
  std::vector<std::string> words;
  for (int i = 0; i < request.kinds_size(); ++i) {
    words.push_back(WordOf("REMINDER_KIND_", request.kinds(i)));
    const bool is_known =
        std::any_of(kAllReminderKinds.begin(), kAllReminderKinds.end(),
                    [&](ReminderKind kind) { return Word(kind) == words.back(); });
    if (!is_known) {
      return FieldError(absl::StrCat("kinds[", i, "]"), "must be a kind of reminder, or left out");
    }
  }
  std::erase_if(kinds, [&](ReminderKind kind) {
    return std::find(words.begin(), words.end(), Word(kind)) == words.end();
  });
  return kinds;
}

void FillReminder(v1::Reminder* message, const Reminder& reminder) {
  const Duty duty = DutyOf(reminder.kind, reminder.state);
  message->set_kind(EnumOf<v1::ReminderKind>("REMINDER_KIND_", Word(reminder.kind)));
  message->set_resource(reminder.resource);
  if (!reminder.dispute.empty()) message->set_dispute("disputes/" + reminder.dispute);
  message->set_category(reminder.category);
  message->set_state(reminder.state);
  message->set_organisation(reminder.organisation);
  message->set_division(division::DivisionCode::FromNumber(reminder.division).ToString());
  SetDeadlineMessage(message->mutable_deadline(), reminder.clock);
  message->set_overdue(reminder.overdue);
  message->set_must_act(std::string(duty.must_act));
  message->set_action(std::string(duty.action));
}

}  // namespace

Task<absl::StatusOr<v1::ListRemindersResponse>> ListReminderPage(
    Registry& registry, Call& call, const v1::ListRemindersRequest& request) {
  ReminderFilter filter;
  filter.now = call.now();
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  MB_CO_ASSIGN_OR_RETURN(filter.kinds, AskedKinds(request));
  filter.states = DisputeStatesOf(request.must_act());
  MB_CO_ASSIGN_OR_RETURN(const absl::CivilDay last,
                         LastDueDay(request.due_by_day(), calendar::ChinaDay(call.now())));
  if (!request.overdue_only()) filter.before = calendar::StartOfChinaDay(last + 1);
  MB_CO_ASSIGN_OR_RETURN(
      const DisputeFilter scope,
      ScopedFilter(registry, call.caller(), request.organisation(), request.division()));
  filter.organisation = scope.organisation;
  filter.court = scope.court;
  filter.division_first = scope.division_first;
  filter.division_last = scope.division_last;
  filter.limit = size + 1;
  filter.after_time = absl::UnixEpoch();
  if (token.size() == 2) {
    std::int64_t micros = 0;
    if (absl::SimpleAtoi(token[0], &micros)) filter.after_time = absl::FromUnixMicros(micros);
    filter.after_resource = token[1];
  }
  auto rows = co_await ListReminders(registry.database(call), call.deadline(), filter);
  if (!rows.ok()) co_return rows.status();
  v1::ListRemindersResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    const Reminder& shown = rows->back();
    response.set_next_page_token(
        MakePageToken(*registry.keys.match, request,
                      {absl::StrCat(absl::ToUnixMicros(shown.clock.due_time)), shown.resource}));
  }
  for (const Reminder& reminder : *rows) FillReminder(response.add_reminders(), reminder);
  co_return response;
}

}  // namespace maplebridge::registry
