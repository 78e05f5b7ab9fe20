#include "services/registry/api/follow_up.h"

#include <absl/strings/str_cat.h>

#include "services/registry/api/change_dispute.h"
#include "services/registry/api/file_page.h"
#include "services/registry/api/words.h"
#include "services/registry/store/closing_store.h"

namespace maplebridge::registry {
namespace {

// What can be said of a visit without its dispute.
absl::StatusOr<FollowUp> FollowUpOf(const Call& call, const v1::FollowUp& message) {
  FieldCheck check;
  FollowUp follow_up;
  auto day = DayOf(message.visit_day());
  check.Check("follow_up.visit_day", day.status());
  if (day.ok()) {
    follow_up.visit_day = *day;
    check.Require(*day <= calendar::ChinaDay(call.now()), "follow_up.visit_day",
                  "must not be in the future");
  }
  check.Require(message.satisfaction() >= 0 && message.satisfaction() <= 5,
                "follow_up.satisfaction", "must be 1 to 5, or 0 when it was not asked");
  std::string wrong = CheckText(message.notes(), 0, 2000);
  check.Require(wrong.empty(), "follow_up.notes", wrong);
  MB_RETURN_IF_ERROR(check.status());
  follow_up.method = WordOf("FOLLOW_UP_METHOD_", message.method());
  follow_up.party_ids.assign(message.party_ids().begin(), message.party_ids().end());
  follow_up.satisfaction = message.satisfaction();
  follow_up.relapsed = message.relapsed();
  follow_up.notes = message.notes();
  follow_up.create_time = call.now();
  return follow_up;
}

void FillFollowUp(v1::FollowUp* message, const FollowUp& follow_up) {
  message->set_name(absl::StrCat("disputes/", follow_up.dispute, "/followUps/", follow_up.ordinal));
  message->set_visit_day(DayWord(follow_up.visit_day));
  message->set_method(EnumOf<v1::FollowUpMethod>("FOLLOW_UP_METHOD_", follow_up.method));
  for (const std::string& party : follow_up.party_ids) message->add_party_ids(party);
  message->set_satisfaction(follow_up.satisfaction);
  message->set_relapsed(follow_up.relapsed);
  message->set_notes(follow_up.notes);
  SetTime(message->mutable_create_time(), follow_up.create_time);
  message->set_dispute_revision(follow_up.dispute_revision);
}

v1::FollowUp FollowUpMessage(const FollowUp& follow_up) {
  v1::FollowUp message;
  FillFollowUp(&message, follow_up);
  return message;
}

}  // namespace

Task<absl::StatusOr<v1::FollowUp>> RecordFollowUp(Registry& registry, Call& call,
                                                  const v1::RecordFollowUpRequest& request) {
  StepRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.number, NumberIn("parent", request.parent()));
  step_request.etag = request.etag();
  step_request.event = DisputeEvent::kFollowUp;
  MB_CO_ASSIGN_OR_RETURN(const FollowUp draft, FollowUpOf(call, request.follow_up()));
  PartBody<v1::FollowUp> body = [&](postgres::Transaction& transaction,
                                    OpenStep& step) -> Task<absl::StatusOr<v1::FollowUp>> {
    FollowUp follow_up = draft;
    MB_CO_RETURN_IF_ERROR(CheckParties(step.dispute, "follow_up.party_ids", follow_up.party_ids));
    follow_up.dispute = step.dispute.number;
    follow_up.ordinal = ++step.dispute.follow_up_count;
    follow_up.dispute_revision = step.dispute.revision + 1;
    if (follow_up.satisfaction > 0) step.dispute.satisfaction = follow_up.satisfaction;
    step.dispute.relapsed = step.dispute.relapsed || follow_up.relapsed;
    absl::Status stored = co_await InsertFollowUp(transaction, follow_up, call.caller().principal);
    if (!stored.ok()) co_return stored;
    co_return FollowUpMessage(follow_up);
  };
  PartReread<v1::FollowUp> read = [](postgres::Transaction& transaction, const std::string& dispute,
                                     int ordinal) -> Task<absl::StatusOr<v1::FollowUp>> {
    auto follow_up = co_await ReadFollowUp(transaction, dispute, ordinal);
    if (!follow_up.ok()) co_return follow_up.status();
    co_return FollowUpMessage(*follow_up);
  };
  co_return co_await ChangePart<v1::FollowUp>(registry, call, request, step_request, "followUps",
                                              body, read);
}

Task<absl::StatusOr<v1::ListFollowUpsResponse>> ListFollowUpPage(
    Registry& registry, Call& call, const v1::ListFollowUpsRequest& request) {
  auto page = co_await OpenFilePage(registry, call, request);
  if (!page.ok()) co_return page.status();
  auto follow_ups = co_await ListFollowUps(registry.database(call), call.deadline(), page->dispute,
                                           page->after, page->size + 1);
  if (!follow_ups.ok()) co_return follow_ups.status();
  v1::ListFollowUpsResponse response;
  for (const FollowUp& follow_up : *follow_ups) {
    if (response.follow_ups_size() == page->size) {
      response.set_next_page_token(FilePageToken(registry, request, follow_up.ordinal));
      break;
    }
    FillFollowUp(response.add_follow_ups(), follow_up);
  }
  co_return response;
}

}  // namespace maplebridge::registry
