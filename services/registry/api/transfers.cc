#include "services/registry/api/transfers.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include "common/deadlines/deadline_clock.h"
#include "common/server/page_token.h"
#include "services/registry/api/change_dispute.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/roster_peer.h"
#include "services/registry/api/take_on.h"
#include "services/registry/api/words.h"

namespace maplebridge::registry {
namespace {

constexpr char kCollection[] = "transfers";
void FillTransfer(v1::Transfer* message, const Transfer& transfer) {
  message->set_name(transfer.name());
  message->set_state(EnumOf<v1::TransferState>("TRANSFER_STATE_", transfer.state));
  message->set_from_organisation(transfer.from_organisation);
  message->set_to_organisation(transfer.to_organisation);
  message->set_explanation(transfer.explanation);
  message->set_answer(transfer.answer);
  SetDeadlineMessage(message->mutable_deadline(), transfer.clock);
  SetTime(message->mutable_create_time(), transfer.create_time);
  if (transfer.end_time) SetTime(message->mutable_end_time(), *transfer.end_time);
}

v1::Transfer TransferMessage(const Transfer& transfer) {
  v1::Transfer message;
  FillTransfer(&message, transfer);
  return message;
}

Task<absl::StatusOr<v1::Transfer>> Reread(postgres::Transaction& transaction,
                                          const std::string& dispute, int ordinal) {
  auto transfer = co_await ReadTransfer(transaction, dispute, ordinal);
  if (!transfer.ok()) co_return transfer.status();
  co_return TransferMessage(*transfer);
}

absl::Status CheckOffer(const Dispute& dispute, const roster::v1::Organisation& receiver,
                        const std::string& field) {
  if (!dispute.offered_organisation.empty()) {
    return PreconditionError(reason::kGuardFailed, dispute.name(),
                             "is offered to " + dispute.offered_organisation +
                                 " already; wait for the answer or cancel that offer");
  }
  if (receiver.name() == dispute.organisation) {
    return FieldError(field, "has the dispute already");
  }
  return CheckTakesOn(receiver, dispute);
}

// How an offer ends by a step of one of its sides.
struct OfferEnd {
  DisputeEvent event;
  const char* state;
  std::string answer;
};

// `after`: what becomes of the dispute.
template <typename Request>
Task<absl::StatusOr<v1::Transfer>> AnswerOffer(const Registry& registry, Call& call,
                                               const Request& request, OfferEnd end,
                                               std::function<absl::Status(Dispute&)> after) {
  MB_CO_ASSIGN_OR_RETURN(const PartName name, PartNameIn(kCollection, request.name()));
  StepRequest step_request;
  step_request.number = name.number;
  step_request.event = end.event;
  std::function<Task<absl::StatusOr<v1::Transfer>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Transfer>> {
    auto step = co_await BeginStep(registry, transaction, call, step_request);
    if (!step.ok()) co_return step.status();
    auto transfer = co_await ReadTransfer(transaction, name.number, name.ordinal);
    if (!transfer.ok()) co_return transfer.status();
    if (transfer->state != "OFFERED") {
      co_return StateForbidsError(transfer->name(), transfer->state, Word(end.event));
    }
    MB_CO_RETURN_IF_ERROR(after(step->dispute));
    const std::string state = end.state, clock = kTransferClock;
    absl::Status done = co_await EndOffer(transaction, name.number, state, end.answer, call.now(),
                                          call.caller().principal);
    if (!done.ok()) co_return done;
    step->dispute.offered_organisation.clear();
    done = co_await MeetDeadline(transaction, call, step->dispute.name(), clock);
    if (!done.ok()) co_return done;
    done = co_await FinishStep(registry, transaction, call, &*step);
    if (!done.ok()) co_return done;
    co_return co_await Reread(transaction, name.number, name.ordinal);
  };
  // Read without the dispute: who declined sees that no more, and its repeat is answered all the
  // same.
  std::function<Task<absl::StatusOr<v1::Transfer>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string&) {
        return Reread(transaction, name.number, name.ordinal);
      };
  co_return co_await ChangeOnce<v1::Transfer>(registry.database(call), call, request, change,
                                              reread);
}

}  // namespace

Task<absl::StatusOr<roster::v1::Organisation>> AskReceiver(const Registry& registry,
                                                           const Call& call,
                                                           const std::string& field,
                                                           const std::string& name) {
  auto receiver = co_await AskOrganisation(registry, call, name);
  if (absl::IsNotFound(receiver.status())) {
    co_return FieldError(field, "is no organisation of the roster");
  }
  co_return receiver;
}

Task<absl::StatusOr<Transfer>> PutOffer(const Registry& registry,
                                        postgres::Transaction& transaction, const Call& call,
                                        const roster::v1::Organisation& receiver,
                                        const std::string& field, const std::string& explanation,
                                        OpenStep* step) {
  MB_CO_RETURN_IF_ERROR(CheckOffer(step->dispute, receiver, field));
  MB_CO_ASSIGN_OR_RETURN(
      const calendar::Deadline deadline,
      TransferDeadline(registry.calendar(), *step->rules, step->dispute, call.now()));
  Transfer transfer;
  transfer.dispute = step->dispute.number;
  transfer.ordinal = ++step->dispute.transfer_count;
  transfer.from_organisation = step->dispute.organisation;
  transfer.to_organisation = receiver.name();
  transfer.explanation = explanation;
  transfer.clock = ClockEnd{kTransferClock, deadline.due_day, deadline.due, deadline.provisional};
  transfer.create_time = call.now();
  absl::Status done = co_await InsertTransfer(transaction, transfer, call.caller().principal);
  if (!done.ok()) co_return done;
  step->dispute.offered_organisation = transfer.to_organisation;
  DeadlineRow row;
  row.resource = step->dispute.name();
  row.kind = kTransferClock;
  row.due_day = deadline.due_day;
  row.due_time = deadline.due;
  row.provisional = deadline.provisional;
  const std::string reason(Word(step->event));
  done = co_await SetDeadline(transaction, call, row, reason);
  if (!done.ok()) co_return done;
  co_return transfer;
}

Task<absl::StatusOr<v1::Transfer>> OfferTransfer(Registry& registry, Call& call,
                                                 const v1::OfferTransferRequest& request) {
  StepRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.number, NumberIn("parent", request.parent()));
  step_request.etag = request.etag();
  step_request.event = DisputeEvent::kOfferTransfer;
  FieldCheck check;
  check.Require(!NameParts("organisations/*", request.transfer().to_organisation()).empty(),
                "transfer.to_organisation", "must be organisations/{id}");
  std::string wrong = CheckText(request.transfer().explanation(), 1, 500);
  check.Require(wrong.empty(), "transfer.explanation", wrong);
  MB_CO_RETURN_IF_ERROR(check.status());
  const std::string transfer_field = "transfer.to_organisation";
  const std::string explanation = request.transfer().explanation();
  auto receiver =
      co_await AskReceiver(registry, call, transfer_field, request.transfer().to_organisation());
  if (!receiver.ok()) co_return receiver.status();
  PartBody<v1::Transfer> body = [&](postgres::Transaction& transaction,
                                    OpenStep& step) -> Task<absl::StatusOr<v1::Transfer>> {
    auto transfer = co_await PutOffer(registry, transaction, call, *receiver, transfer_field,
                                      explanation, &step);
    if (!transfer.ok()) co_return transfer.status();
    co_return TransferMessage(*transfer);
  };
  PartReread<v1::Transfer> read = &Reread;
  co_return co_await ChangePart<v1::Transfer>(registry, call, request, step_request, kCollection,
                                              body, read);
}

Task<absl::StatusOr<v1::Transfer>> AcceptTransfer(Registry& registry, Call& call,
                                                  const v1::AcceptTransferRequest& request) {
  const std::string organisation = call.caller().organisation;
  MB_CO_RETURN_IF_ERROR(RequireOrganisation(call.caller(), organisation));
  // Asked again: it may have been suspended or revoked since the offer.
  auto receiver = co_await AskOrganisation(registry, call, organisation);
  if (!receiver.ok()) co_return receiver.status();
  OfferEnd end;
  end.event = DisputeEvent::kTransfer;
  end.state = "ACCEPTED";
  auto after = [&](Dispute& dispute) -> absl::Status {
    MB_RETURN_IF_ERROR(CheckTakesOn(*receiver, dispute));
    dispute.organisation = organisation;
    dispute.organisation_name = receiver->display_name();
    dispute.mediators.clear();
    dispute.mediator_names.clear();
    dispute.accept_time.reset();
    dispute.limit.reset();
    return absl::OkStatus();
  };
  co_return co_await AnswerOffer(registry, call, request, end, after);
}

Task<absl::StatusOr<v1::Transfer>> DeclineTransfer(Registry& registry, Call& call,
                                                   const v1::DeclineTransferRequest& request) {
  if (std::string wrong = CheckText(request.answer(), 1, 500); !wrong.empty()) {
    co_return FieldError("answer", wrong);
  }
  OfferEnd end;
  end.event = DisputeEvent::kDeclineTransfer;
  end.state = "DECLINED";
  end.answer = request.answer();
  auto after = [](Dispute&) { return absl::OkStatus(); };
  co_return co_await AnswerOffer(registry, call, request, end, after);
}

Task<absl::StatusOr<v1::Transfer>> CancelTransfer(Registry& registry, Call& call,
                                                  const v1::CancelTransferRequest& request) {
  OfferEnd end;
  end.event = DisputeEvent::kCancelTransfer;
  end.state = "CANCELLED";
  auto after = [](Dispute&) { return absl::OkStatus(); };
  co_return co_await AnswerOffer(registry, call, request, end, after);
}

Task<absl::StatusOr<v1::ListTransfersResponse>> ListTransferPage(
    Registry& registry, Call& call, const v1::ListTransfersRequest& request) {
  TransferFilter filter;
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  if (request.parent() == kAnyDispute) {
    filter.organisation = call.caller().organisation;
    MB_CO_RETURN_IF_ERROR(RequireOrganisation(call.caller(), filter.organisation));
  } else {
    auto dispute = co_await ReadPreview(registry, call, "parent", request.parent());
    if (!dispute.ok()) co_return dispute.status();
    filter.dispute = dispute->number;
  }
  filter.state = WordOf("TRANSFER_STATE_", request.state());
  filter.limit = size + 1;
  if (token.size() == 2) {
    filter.after_dispute = token[0];
    if (!absl::SimpleAtoi(token[1], &filter.after_ordinal)) filter.after_ordinal = 0;
  }
  auto rows = co_await ListTransfers(registry.database(call), call.deadline(), filter);
  if (!rows.ok()) co_return rows.status();
  v1::ListTransfersResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    const Transfer& last = rows->back();
    response.set_next_page_token(
        MakePageToken(*registry.keys.match, request, {last.dispute, absl::StrCat(last.ordinal)}));
  }
  for (const Transfer& transfer : *rows) FillTransfer(response.add_transfers(), transfer);
  co_return response;
}

Task<absl::Status> LapseTransfer(const Registry& registry, postgres::Transaction& transaction,
                                 const Call& call, const std::string& number) {
  StepRequest request;
  request.number = number;
  request.event = DisputeEvent::kLapseTransfer;
  request.asker = Asker::kClock;
  auto step = co_await BeginStep(registry, transaction, call, request);
  if (!step.ok()) co_return step.status();
  const std::string state = "LAPSED", no_answer;
  absl::Status done =
      co_await EndOffer(transaction, number, state, no_answer, call.now(), call.caller().principal);
  if (!done.ok()) co_return done;
  step->dispute.offered_organisation.clear();
  co_return co_await FinishStep(registry, transaction, call, &*step);
}

}  // namespace maplebridge::registry
