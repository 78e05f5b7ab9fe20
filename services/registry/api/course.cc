#include "services/registry/api/course.h"

#include <algorithm>

#include "services/registry/api/change_dispute.h"
#include "services/registry/api/file_page.h"
#include "services/registry/api/words.h"
#include "services/registry/store/course_store.h"

namespace maplebridge::registry {
namespace {

constexpr int kLongestSuspensionDays = 180;

absl::StatusOr<Helper> HelperOf(const Call& call, const v1::Helper& message) {
  FieldCheck check;
  std::string wrong = CheckText(message.display_name(), 1, 100);
  check.Require(wrong.empty(), "helper.display_name", wrong);
  wrong = CheckText(message.explanation(), 1, 500);
  check.Require(wrong.empty(), "helper.explanation", wrong);
  MB_RETURN_IF_ERROR(check.status());
  Helper helper;
  helper.kind = WordOf("HELPER_KIND_", message.kind());
  helper.display_name = message.display_name();
  helper.explanation = message.explanation();
  helper.party_ids.assign(message.party_ids().begin(), message.party_ids().end());
  helper.create_time = call.now();
  return helper;
}

void FillHelper(v1::Helper* message, const Helper& helper) {
  message->set_name(absl::StrCat("disputes/", helper.dispute, "/helpers/", helper.ordinal));
  message->set_kind(EnumOf<v1::HelperKind>("HELPER_KIND_", helper.kind));
  message->set_display_name(helper.display_name);
  message->set_explanation(helper.explanation);
  for (const std::string& party : helper.party_ids) message->add_party_ids(party);
  SetTime(message->mutable_create_time(), helper.create_time);
}

v1::Helper HelperMessage(const Helper& helper) {
  v1::Helper message;
  FillHelper(&message, helper);
  return message;
}

absl::StatusOr<Recusal> RecusalOf(const Call& call, const v1::Recusal& message) {
  if (std::string wrong = CheckText(message.explanation(), 1, 500); !wrong.empty()) {
    return FieldError("recusal.explanation", wrong);
  }
  Recusal recusal;
  recusal.party_id = message.party_id();
  recusal.mediator = message.mediator();
  recusal.reason = WordOf("RECUSAL_REASON_", message.reason());
  recusal.upheld = message.upheld();
  recusal.explanation = message.explanation();
  recusal.create_time = call.now();
  return recusal;
}

void FillRecusal(v1::Recusal* message, const Recusal& recusal) {
  message->set_name(absl::StrCat("disputes/", recusal.dispute, "/recusals/", recusal.ordinal));
  message->set_party_id(recusal.party_id);
  message->set_mediator(recusal.mediator);
  message->set_reason(EnumOf<v1::RecusalReason>("RECUSAL_REASON_", recusal.reason));
  message->set_upheld(recusal.upheld);
  message->set_explanation(recusal.explanation);
  SetTime(message->mutable_create_time(), recusal.create_time);
}

v1::Recusal RecusalMessage(const Recusal& recusal) {
  v1::Recusal message;
  FillRecusal(&message, recusal);
  return message;
}

// The mediator leaves the dispute when the objection is upheld.
absl::Status ApplyRecusal(const Recusal& recusal, Dispute* dispute) {
  const auto is_party = [&](const Party& party) { return party.party_id == recusal.party_id; };
  FieldCheck check;
  check.Require(std::any_of(dispute->parties.begin(), dispute->parties.end(), is_party),
                "recusal.party_id", "is no party of this dispute");
  const auto place =
      std::find(dispute->mediators.begin(), dispute->mediators.end(), recusal.mediator);
  check.Require(place != dispute->mediators.end(), "recusal.mediator",
                "is not assigned to this dispute");
  MB_RETURN_IF_ERROR(check.status());
  if (!recusal.upheld) return absl::OkStatus();
  if (dispute->mediators.size() == 1) {
    return PreconditionError(
        reason::kGuardFailed, dispute->name(),
        "has no other mediator; assign one beside " + recusal.mediator + " first");
  }
  const auto at = place - dispute->mediators.begin();
  dispute->mediators.erase(place);
  if (at < std::ssize(dispute->mediator_names)) {
    dispute->mediator_names.erase(dispute->mediator_names.begin() + at);
  }
  return absl::OkStatus();
}

// What is left of the limit when it stands still from now on.
absl::StatusOr<calendar::Period> Rest(const Registry& registry, const Call& call,
                                      const Dispute& dispute) {
  absl::StatusOr<calendar::Period> rest = absl::FailedPreconditionError("");
  if (!dispute.overdue && dispute.limit) {
    rest = RestOfLimit(registry.calendar(), *dispute.limit, call.now());
  } else if (!dispute.overdue) {
    // Accepted before limits were kept: the days that are left.
    const auto days = dispute.clock.due_day - calendar::ChinaDay(call.now()) + 1;
    rest = calendar::Period{calendar::DeadlineRule::kCalendar, static_cast<int>(days)};
  }
  if (rest.ok()) return rest;
  return PreconditionError(reason::kGuardFailed, dispute.name(),
                           "its limit has run out and cannot stand still; extend it first");
}

}  // namespace

Task<absl::StatusOr<v1::Helper>> InviteHelper(Registry& registry, Call& call,
                                              const v1::InviteHelperRequest& request) {
  StepRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.number, NumberIn("parent", request.parent()));
  step_request.etag = request.etag();
  step_request.event = DisputeEvent::kInviteOthers;
  MB_CO_ASSIGN_OR_RETURN(const Helper draft, HelperOf(call, request.helper()));
  PartBody<v1::Helper> body = [&](postgres::Transaction& transaction,
                                  OpenStep& step) -> Task<absl::StatusOr<v1::Helper>> {
    Helper helper = draft;
    MB_CO_RETURN_IF_ERROR(CheckParties(step.dispute, "helper.party_ids", helper.party_ids));
    MB_CO_RETURN_IF_ERROR(RequireConsentOfAll(step.dispute, helper.party_ids, "the help"));
    helper.dispute = step.dispute.number;
    helper.ordinal = ++step.dispute.helper_count;
    absl::Status stored = co_await InsertHelper(transaction, helper, call.caller().principal);
    if (!stored.ok()) co_return stored;
    co_return HelperMessage(helper);
  };
  PartReread<v1::Helper> read = [](postgres::Transaction& transaction, const std::string& dispute,
                                   int ordinal) -> Task<absl::StatusOr<v1::Helper>> {
    auto helper = co_await ReadHelper(transaction, dispute, ordinal);
    if (!helper.ok()) co_return helper.status();
    co_return HelperMessage(*helper);
  };
  co_return co_await ChangePart<v1::Helper>(registry, call, request, step_request, "helpers", body,
                                            read);
}

Task<absl::StatusOr<v1::ListHelpersResponse>> ListHelperPage(
    Registry& registry, Call& call, const v1::ListHelpersRequest& request) {
  auto page = co_await OpenFilePage(registry, call, request);
  if (!page.ok()) co_return page.status();
  auto helpers = co_await ListHelpers(registry.database(call), call.deadline(), page->dispute,
                                      page->after, page->size + 1);
  if (!helpers.ok()) co_return helpers.status();
  v1::ListHelpersResponse response;
  for (const Helper& helper : *helpers) {
    if (response.helpers_size() == page->size) {
      response.set_next_page_token(FilePageToken(registry, request, helper.ordinal));
      break;
    }
    FillHelper(response.add_helpers(), helper);
  }
  co_return response;
}

Task<absl::StatusOr<v1::Recusal>> RecordRecusal(Registry& registry, Call& call,
                                                const v1::RecordRecusalRequest& request) {
  StepRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.number, NumberIn("parent", request.parent()));
  step_request.etag = request.etag();
  step_request.event = DisputeEvent::kRecuse;
  MB_CO_ASSIGN_OR_RETURN(const Recusal draft, RecusalOf(call, request.recusal()));
  PartBody<v1::Recusal> body = [&](postgres::Transaction& transaction,
                                   OpenStep& step) -> Task<absl::StatusOr<v1::Recusal>> {
    Recusal recusal = draft;
    MB_CO_RETURN_IF_ERROR(ApplyRecusal(recusal, &step.dispute));
    recusal.dispute = step.dispute.number;
    recusal.ordinal = ++step.dispute.recusal_count;
    absl::Status stored = co_await InsertRecusal(transaction, recusal, call.caller().principal);
    if (!stored.ok()) co_return stored;
    co_return RecusalMessage(recusal);
  };
  PartReread<v1::Recusal> read = [](postgres::Transaction& transaction, const std::string& dispute,
                                    int ordinal) -> Task<absl::StatusOr<v1::Recusal>> {
    auto recusal = co_await ReadRecusal(transaction, dispute, ordinal);
    if (!recusal.ok()) co_return recusal.status();
    co_return RecusalMessage(*recusal);
  };
  co_return co_await ChangePart<v1::Recusal>(registry, call, request, step_request, "recusals",
                                             body, read);
}

Task<absl::StatusOr<v1::ListRecusalsResponse>> ListRecusalPage(
    Registry& registry, Call& call, const v1::ListRecusalsRequest& request) {
  auto page = co_await OpenFilePage(registry, call, request);
  if (!page.ok()) co_return page.status();
  auto recusals = co_await ListRecusals(registry.database(call), call.deadline(), page->dispute,
                                        page->after, page->size + 1);
  if (!recusals.ok()) co_return recusals.status();
  v1::ListRecusalsResponse response;
  for (const Recusal& recusal : *recusals) {
    if (response.recusals_size() == page->size) {
      response.set_next_page_token(FilePageToken(registry, request, recusal.ordinal));
      break;
    }
    FillRecusal(response.add_recusals(), recusal);
  }
  co_return response;
}

Task<absl::StatusOr<v1::Dispute>> SuspendDispute(Registry& registry, Call& call,
                                                 const v1::SuspendDisputeRequest& request) {
  const absl::CivilDay today = calendar::ChinaDay(call.now());
  FieldCheck check;
  auto day = DayOf(request.last_day());
  check.Check("last_day", day.status());
  if (day.ok()) {
    check.Require(
        *day > today && *day <= today + kLongestSuspensionDays, "last_day",
        absl::StrCat("must be after today, and at most ", kLongestSuspensionDays, " days from it"));
  }
  std::string wrong = CheckText(request.evidence(), 1, 500);
  check.Require(wrong.empty(), "evidence", wrong);
  MB_CO_RETURN_IF_ERROR(check.status());
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    MB_CO_ASSIGN_OR_RETURN(const calendar::Period rest, Rest(registry, call, step.dispute));
    step.dispute.limit = MediationLimit{std::nullopt, rest};
    step.suspended_until = *day;
    const StepRecord record = StepRecordOf(call, step);
    const std::string reason = WordOf("SUSPENSION_REASON_", request.reason());
    co_return co_await InsertSuspension(transaction, record, reason, *day, request.evidence());
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kSuspend, body);
}

Task<absl::StatusOr<v1::Dispute>> ResumeDispute(Registry& registry, Call& call,
                                                const v1::ResumeDisputeRequest& request) {
  StepBody body = [](postgres::Transaction&, OpenStep&) -> Task<absl::Status> {
    co_return absl::OkStatus();
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kResume, body);
}

}  // namespace maplebridge::registry
