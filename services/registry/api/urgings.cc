#include "services/registry/api/urgings.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "services/registry/api/change_dispute.h"
#include "services/registry/api/file_page.h"
#include "services/registry/api/obligations.h"
#include "services/registry/api/words.h"
#include "services/registry/store/urging_store.h"

namespace maplebridge::registry {
namespace {

std::string AgreementName(const ObligationKey& key) {
  return absl::StrCat("disputes/", key.dispute, "/agreements/", key.agreement);
}

void FillUrging(v1::Urging* message, const Urging& urging) {
  message->set_name(urging.name());
  message->set_agreement(AgreementName(urging.obligation));
  message->set_obligation_id(urging.obligation.obligation_id);
  message->set_instalment(urging.instalment);
  message->set_urge_day(DayWord(urging.urge_day));
  message->set_method(EnumOf<v1::UrgingMethod>("URGING_METHOD_", urging.method));
  message->set_mediator(urging.mediator);
  message->set_content(urging.content);
  message->set_reminder(urging.reminder);
  message->set_response(EnumOf<v1::UrgingResponse>("URGING_RESPONSE_", urging.response));
  message->set_answer(urging.answer);
  if (urging.promised_day) message->set_promised_day(DayWord(*urging.promised_day));
  SetTime(message->mutable_create_time(), urging.create_time);
  if (urging.answer_time) SetTime(message->mutable_answer_time(), *urging.answer_time);
  message->set_dispute_revision(urging.dispute_revision);
}

v1::Urging UrgingMessage(const Urging& urging) {
  v1::Urging message;
  FillUrging(&message, urging);
  return message;
}

// Response, words and promised day, below `prefix`; `answer` has response(), answer() and
// promised_day().
template <typename Message>
void ReadAnswer(const Call& call, const Message& answer, const std::string& prefix,
                FieldCheck* check, Urging* urging) {
  urging->response = WordOf("URGING_RESPONSE_", answer.response());
  urging->answer = answer.answer();
  const bool answered = !urging->response.empty();
  const std::string wrong = CheckText(answer.answer(), answered ? 1 : 0, answered ? 1000 : 0);
  check->Require(wrong.empty(), prefix + "answer", wrong);
  if (answered) urging->answer_time = call.now();
  if (answer.promised_day().empty()) return;
  auto day = DayOf(answer.promised_day());
  check->Check(prefix + "promised_day", day.status());
  if (!day.ok()) return;
  check->Require(answer.response() == v1::URGING_RESPONSE_PROMISED, prefix + "promised_day",
                 "is given only with the response PROMISED");
  check->Require(*day >= urging->urge_day, prefix + "promised_day",
                 "must not be before the urging");
  urging->promised_day = *day;
}

absl::StatusOr<Urging> DraftOf(const Call& call, const v1::Urging& message) {
  FieldCheck check;
  Urging urging;
  urging.obligation.obligation_id = message.obligation_id();
  urging.instalment = message.instalment();
  auto day = DayOf(message.urge_day());
  check.Check("urging.urge_day", day.status());
  if (day.ok()) {
    urging.urge_day = *day;
    check.Require(*day <= calendar::ChinaDay(call.now()), "urging.urge_day",
                  "must not be in the future");
  }
  const std::string wrong = CheckText(message.content(), 1, 1000);
  check.Require(wrong.empty(), "urging.content", wrong);
  ReadAnswer(call, message, "urging.", &check, &urging);
  MB_RETURN_IF_ERROR(check.status());
  urging.method = WordOf("URGING_METHOD_", message.method());
  urging.mediator = message.mediator();
  urging.content = message.content();
  urging.create_time = call.now();
  return urging;
}

// What is urged: open, of the present agreement. Sets whether it is a reminder.
absl::Status CheckUrged(const Dispute& dispute, const Agreement& agreement, Urging* urging) {
  const auto& mediators = dispute.mediators;
  if (std::find(mediators.begin(), mediators.end(), urging->mediator) == mediators.end()) {
    return FieldError("urging.mediator", "is no mediator of this dispute");
  }
  const Obligation* obligation =
      FindObligation(agreement.draft.obligations, urging->obligation.obligation_id);
  if (obligation == nullptr) {
    return FieldError("urging.obligation_id", "is no obligation of the concluded agreement");
  }
  std::optional<absl::CivilDay> performed = obligation->performed_day();
  const std::optional<absl::CivilDay> due_day = UrgedDay(*obligation, urging->instalment);
  bool is_there = urging->instalment == 0;
  for (const Due& due : obligation->dues) {
    if (urging->instalment == 0 || due.instalment != urging->instalment) continue;
    is_there = true;
    performed = due.performed_day;
  }
  if (!is_there) return FieldError("urging.instalment", "is no instalment of this obligation");
  if (performed) {
    return PreconditionError(reason::kGuardFailed,
                             absl::StrCat(agreement.name(), "#", obligation->obligation_id),
                             absl::StrCat("was recorded as performed on ", DayWord(*performed)));
  }
  urging->reminder = due_day && urging->urge_day <= *due_day;
  return absl::OkStatus();
}

PartReread<v1::Urging> RereadUrging() {
  return [](postgres::Transaction& transaction, const std::string& dispute,
            int ordinal) -> Task<absl::StatusOr<v1::Urging>> {
    auto urging = co_await ReadUrging(transaction, dispute, ordinal);
    if (!urging.ok()) co_return urging.status();
    co_return UrgingMessage(*urging);
  };
}

constexpr int kFarthestDays = 366;

// The last day of the list.
absl::StatusOr<absl::CivilDay> LastDay(const v1::ListDueObligationsRequest& request,
                                       absl::CivilDay today) {
  if (request.overdue_only()) return today - 1;
  if (request.due_by_day().empty()) return today;
  auto day = DayOf(request.due_by_day());
  if (!day.ok()) return FieldError("due_by_day", std::string(day.status().message()));
  if (*day > today + kFarthestDays) {
    return FieldError("due_by_day",
                      absl::StrCat("must be at most ", kFarthestDays, " days from today"));
  }
  return *day;
}

absl::StatusOr<DuePlace> PlaceOf(const std::vector<std::string>& token) {
  DuePlace place;
  place.due_day = absl::CivilDay(1, 1, 1);
  if (token.size() != 4) return place;
  MB_ASSIGN_OR_RETURN(place.due_day, DayOf(token[0]));
  place.dispute = token[1];
  place.obligation_id = token[2];
  if (!absl::SimpleAtoi(token[3], &place.instalment)) place.instalment = 0;
  return place;
}

void FillDue(v1::DueObligation* message, const DueObligation& due, absl::CivilDay today) {
  const std::string dispute = "disputes/" + due.place.dispute;
  message->set_dispute(dispute);
  message->set_agreement(absl::StrCat(dispute, "/agreements/", due.agreement));
  message->set_obligation_id(due.place.obligation_id);
  message->set_instalment(due.place.instalment);
  message->set_kind(EnumOf<v1::ObligationKind>("OBLIGATION_KIND_", due.kind));
  message->set_debtor_party_id(due.debtor_party_id);
  message->set_creditor_party_id(due.creditor_party_id);
  message->set_amount_fen(due.amount_fen);
  message->set_open_amount_fen(due.amount_fen - due.performed_fen);
  message->set_due_day(DayWord(due.place.due_day));
  message->set_days_overdue(
      std::max(static_cast<std::int32_t>(today - due.place.due_day), std::int32_t{0}));
  message->set_urging_count(due.urging_count);
  if (due.last_urge_day) message->set_last_urge_day(DayWord(*due.last_urge_day));
  message->set_organisation(due.organisation);
  message->set_division(division::DivisionCode::FromNumber(due.division).ToString());
}

}  // namespace

Task<absl::StatusOr<v1::Urging>> UrgePerformance(Registry& registry, Call& call,
                                                 const v1::UrgePerformanceRequest& request) {
  StepRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.number, NumberIn("parent", request.parent()));
  step_request.etag = request.etag();
  step_request.event = DisputeEvent::kUrge;
  MB_CO_ASSIGN_OR_RETURN(const Urging draft, DraftOf(call, request.urging()));
  PartBody<v1::Urging> body = [&](postgres::Transaction& transaction,
                                  OpenStep& step) -> Task<absl::StatusOr<v1::Urging>> {
    auto agreement = co_await ReadPresentAgreement(transaction, step.dispute);
    if (!agreement.ok()) co_return agreement.status();
    Urging urging = draft;
    MB_CO_RETURN_IF_ERROR(CheckUrged(step.dispute, *agreement, &urging));
    urging.obligation.dispute = step.dispute.number;
    urging.obligation.agreement = agreement->ordinal;
    urging.ordinal = ++step.dispute.urging_count;
    urging.dispute_revision = step.dispute.revision + 1;
    absl::Status stored = co_await InsertUrging(transaction, urging, call.caller().principal);
    if (!stored.ok()) co_return stored;
    co_return UrgingMessage(urging);
  };
  const PartReread<v1::Urging> read = RereadUrging();
  co_return co_await ChangePart<v1::Urging>(registry, call, request, step_request, "urgings", body,
                                            read);
}

Task<absl::StatusOr<v1::Urging>> RecordUrgingAnswer(Registry& registry, Call& call,
                                                    const v1::RecordUrgingAnswerRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const PartName name, PartNameIn("urgings", request.name()));
  StepRequest step_request;
  step_request.number = name.number;
  step_request.etag = request.etag();
  step_request.event = DisputeEvent::kUrge;
  PartBody<v1::Urging> body = [&](postgres::Transaction& transaction,
                                  OpenStep& step) -> Task<absl::StatusOr<v1::Urging>> {
    auto urging = co_await ReadUrging(transaction, name.number, name.ordinal);
    if (!urging.ok()) co_return urging.status();
    if (urging->answer_time) {
      co_return PreconditionError(reason::kGuardFailed, urging->name(),
                                  "was answered before; record a new urging");
    }
    FieldCheck check;
    ReadAnswer(call, request, "", &check, &*urging);
    MB_CO_RETURN_IF_ERROR(check.status());
    urging->dispute_revision = step.dispute.revision + 1;
    absl::Status stored =
        co_await UpdateUrgingAnswer(transaction, *urging, call.caller().principal);
    if (!stored.ok()) co_return stored;
    co_return UrgingMessage(*urging);
  };
  const PartReread<v1::Urging> read = RereadUrging();
  co_return co_await ChangePart<v1::Urging>(registry, call, request, step_request, "urgings", body,
                                            read);
}

Task<absl::StatusOr<v1::ListUrgingsResponse>> ListUrgingPage(
    Registry& registry, Call& call, const v1::ListUrgingsRequest& request) {
  auto page = co_await OpenFilePage(registry, call, request);
  if (!page.ok()) co_return page.status();
  auto urgings = co_await ListUrgings(registry.database(call), call.deadline(), page->dispute,
                                      page->after, page->size + 1);
  if (!urgings.ok()) co_return urgings.status();
  v1::ListUrgingsResponse response;
  for (const Urging& urging : *urgings) {
    if (response.urgings_size() == page->size) {
      response.set_next_page_token(FilePageToken(registry, request, urging.ordinal));
      break;
    }
    FillUrging(response.add_urgings(), urging);
  }
  co_return response;
}

Task<absl::StatusOr<v1::ListBreachesResponse>> ListBreachPage(
    Registry& registry, Call& call, const v1::ListBreachesRequest& request) {
  auto page = co_await OpenFilePage(registry, call, request);
  if (!page.ok()) co_return page.status();
  auto breaches = co_await ListBreaches(registry.database(call), call.deadline(), page->dispute,
                                        page->after, page->size + 1);
  if (!breaches.ok()) co_return breaches.status();
  v1::ListBreachesResponse response;
  for (const ReportedBreach& breach : *breaches) {
    if (response.breaches_size() == page->size) {
      response.set_next_page_token(FilePageToken(registry, request, breach.ordinal));
      break;
    }
    v1::Breach* message = response.add_breaches();
    message->set_name(
        absl::StrCat("disputes/", breach.obligation.dispute, "/breaches/", breach.ordinal));
    message->set_agreement(AgreementName(breach.obligation));
    message->set_obligation_id(breach.obligation.obligation_id);
    message->set_instalment(breach.instalment);
    message->set_explanation(breach.explanation);
    SetTime(message->mutable_create_time(), breach.report_time);
  }
  co_return response;
}

Task<absl::StatusOr<v1::ListDueObligationsResponse>> ListDueObligationPage(
    Registry& registry, Call& call, const v1::ListDueObligationsRequest& request) {
  const absl::CivilDay today = calendar::ChinaDay(call.now());
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  MB_CO_ASSIGN_OR_RETURN(
      const DisputeFilter scope,
      ScopedFilter(registry, call.caller(), request.organisation(), request.division()));
  DueObligationFilter filter;
  filter.organisation = scope.organisation;
  filter.division_first = scope.division_first;
  filter.division_last = scope.division_last;
  if (!request.dispute().empty()) {
    MB_CO_ASSIGN_OR_RETURN(filter.dispute, NumberIn("dispute", request.dispute()));
  } else if (!request.debtor_party_id().empty()) {
    co_return FieldError("debtor_party_id", "is of a dispute; say which in `dispute`");
  }
  filter.debtor_party_id = request.debtor_party_id();
  MB_CO_ASSIGN_OR_RETURN(filter.last_day, LastDay(request, today));
  MB_CO_ASSIGN_OR_RETURN(filter.after, PlaceOf(token));
  filter.limit = size + 1;
  auto dues = co_await ListDueObligations(registry.database(call), call.deadline(), filter);
  if (!dues.ok()) co_return dues.status();
  v1::ListDueObligationsResponse response;
  if (static_cast<int>(dues->size()) > size) {
    dues->pop_back();
    const DuePlace& last = dues->back().place;
    response.set_next_page_token(MakePageToken(
        *registry.keys.match, request,
        {DayWord(last.due_day), last.dispute, last.obligation_id, absl::StrCat(last.instalment)}));
  }
  for (const DueObligation& due : *dues) FillDue(response.add_due_obligations(), due, today);
  co_return response;
}

}  // namespace maplebridge::registry
