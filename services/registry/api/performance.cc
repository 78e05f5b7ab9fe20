#include "services/registry/api/performance.h"

#include <absl/strings/str_cat.h>

#include "services/registry/api/change_dispute.h"
#include "services/registry/api/file_page.h"
#include "services/registry/api/obligations.h"
#include "services/registry/api/words.h"

namespace maplebridge::registry {
namespace {

void FillPerformance(v1::Performance* message, const Performance& performance) {
  const std::string dispute = absl::StrCat("disputes/", performance.obligation.dispute);
  message->set_name(performance.name());
  message->set_agreement(absl::StrCat(dispute, "/agreements/", performance.obligation.agreement));
  message->set_obligation_id(performance.obligation.obligation_id);
  message->set_amount_fen(performance.amount_fen);
  for (const StoredShare& stored : performance.shares) {
    v1::PerformanceShare* share = message->add_shares();
    share->set_instalment(stored.instalment);
    share->set_amount_fen(stored.amount_fen);
    share->set_days_late(stored.days_late);
  }
  message->set_performed_day(DayWord(performance.performed_day));
  message->set_method(EnumOf<v1::PerformanceMethod>("PERFORMANCE_METHOD_", performance.method));
  message->set_performer(performance.performer);
  message->set_evidence(performance.evidence);
  SetTime(message->mutable_create_time(), performance.create_time);
  if (performance.reverse_time) {
    SetTime(message->mutable_reverse_time(), *performance.reverse_time);
  }
  message->set_reverse_explanation(performance.reverse_explanation);
  message->set_dispute_revision(performance.dispute_revision);
}

v1::Performance PerformanceMessage(const Performance& performance) {
  v1::Performance message;
  FillPerformance(&message, performance);
  return message;
}

// What can be said of a performance without its dispute.
absl::StatusOr<Performance> DraftOf(const Call& call, const v1::RecordPerformanceRequest& request) {
  const absl::CivilDay today = calendar::ChinaDay(call.now());
  FieldCheck check;
  Performance performance;
  performance.performed_day = today;
  if (!request.performed_day().empty()) {
    auto day = DayOf(request.performed_day());
    check.Check("performed_day", day.status());
    if (day.ok()) {
      check.Require(*day <= today, "performed_day", "must not be in the future");
      performance.performed_day = *day;
    }
  }
  std::string wrong = CheckText(request.evidence(), 1, 500);
  check.Require(wrong.empty(), "evidence", wrong);
  wrong = CheckText(request.performer(), 0, 100);
  check.Require(wrong.empty(), "performer", wrong);
  MB_RETURN_IF_ERROR(check.status());
  performance.method = WordOf("PERFORMANCE_METHOD_", request.method());
  if (performance.method.empty()) performance.method = "OTHER";
  performance.performer = request.performer();
  performance.evidence = request.evidence();
  performance.create_time = call.now();
  return performance;
}

// The obligation to mark as performed; FIELD_INVALID or GUARD_FAILED when it cannot be.
absl::StatusOr<Obligation*> OpenObligation(Agreement* agreement,
                                           const v1::RecordPerformanceRequest& request) {
  for (Obligation& obligation : agreement->draft.obligations) {
    if (obligation.obligation_id != request.obligation_id()) continue;
    std::optional<absl::CivilDay> day = obligation.performed_day();
    for (const Due& due : obligation.dues) {
      if (due.instalment == request.instalment() && due.performed_day) day = due.performed_day;
    }
    if (!day) return &obligation;
    return PreconditionError(reason::kGuardFailed,
                             absl::StrCat(agreement->name(), "#", request.obligation_id()),
                             absl::StrCat("was recorded as performed on ", DayWord(*day)));
  }
  return FieldError("obligation_id", "is no obligation of the concluded agreement");
}

// What the performance counts for; FIELD_INVALID names what is wrong with the request.
absl::StatusOr<std::vector<Share>> SharesOf(const Dispute& dispute, const Obligation& obligation,
                                            const Performance& performance,
                                            const v1::RecordPerformanceRequest& request) {
  FieldCheck check;
  const absl::CivilDay first =
      calendar::ChinaDay(dispute.accept_time.value_or(dispute.create_time));
  check.Require(
      performance.performed_day >= first, "performed_day",
      absl::StrCat("must not be before ", DayWord(first), ", when the dispute was accepted"));
  PerformanceClaim claim;
  claim.instalment = request.instalment();
  claim.amount_fen = request.amount_fen();
  claim.day = performance.performed_day;
  SharingOut out = ShareOut(obligation, claim);
  AddViolations(&check, "", out.violations);
  MB_RETURN_IF_ERROR(check.status());
  return std::move(out.shares);
}

Task<absl::Status> Store(postgres::Transaction& transaction, const Call& call,
                         const Obligation& obligation, Performance performance,
                         std::vector<Share> shares) {
  std::vector<int> late;
  for (Share& share : shares) {
    share.performance = performance.ordinal;
    performance.amount_fen += share.amount_fen;
    late.push_back(DaysLate(obligation, share));
  }
  absl::Status stored =
      co_await InsertPerformance(transaction, performance, call.caller().principal);
  if (!stored.ok()) co_return stored;
  co_return co_await InsertShares(transaction, performance.obligation, shares, late);
}

// Takes the performance back; it counts for an obligation of the present agreement.
Task<absl::Status> Reverse(postgres::Transaction& transaction, const Call& call, OpenStep* step,
                           const Performance& performance) {
  auto agreement = co_await ReadPresentAgreement(transaction, step->dispute);
  if (!agreement.ok()) co_return agreement.status();
  auto counted = co_await CountedObligation(transaction, step->dispute.number, performance.ordinal,
                                            agreement->ordinal);
  if (!counted.ok()) co_return counted.status();
  if (counted->empty()) {
    co_return PreconditionError(reason::kGuardFailed, performance.name(),
                                "was under an agreement that was replaced, and is not carried on");
  }
  absl::Status stored = co_await UpdateReversal(transaction, performance, call.caller().principal);
  if (!stored.ok()) co_return stored;
  for (Obligation& obligation : agreement->draft.obligations) {
    if (obligation.obligation_id != *counted) continue;
    stored = co_await CountPerformed(transaction, call, *agreement, &obligation);
    if (!stored.ok()) co_return stored;
  }
  SetFigures(step, agreement->draft.obligations);
  co_return absl::OkStatus();
}

}  // namespace

Task<absl::StatusOr<v1::Dispute>> RecordPerformance(Registry& registry, Call& call,
                                                    const v1::RecordPerformanceRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const Performance draft, DraftOf(call, request));
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    auto agreement = co_await ReadPresentAgreement(transaction, step.dispute);
    if (!agreement.ok()) co_return agreement.status();
    MB_CO_ASSIGN_OR_RETURN(Obligation * obligation, OpenObligation(&*agreement, request));
    MB_CO_ASSIGN_OR_RETURN(std::vector<Share> shares,
                           SharesOf(step.dispute, *obligation, draft, request));
    Performance performance = draft;
    performance.obligation = {step.dispute.number, agreement->ordinal, obligation->obligation_id};
    performance.ordinal = ++step.dispute.performance_count;
    performance.dispute_revision = step.dispute.revision + 1;
    absl::Status stored = co_await Store(transaction, call, *obligation, performance, shares);
    if (!stored.ok()) co_return stored;
    stored = co_await CountPerformed(transaction, call, *agreement, obligation);
    if (!stored.ok()) co_return stored;
    SetFigures(&step, agreement->draft.obligations);
    co_return CompleteWhenPerformed(&step);
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kRecordPerformance, body);
}

Task<absl::StatusOr<v1::Performance>> ReversePerformance(
    Registry& registry, Call& call, const v1::ReversePerformanceRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const PartName name, PartNameIn("performances", request.name()));
  if (std::string wrong = CheckText(request.explanation(), 1, 500); !wrong.empty()) {
    co_return FieldError("explanation", wrong);
  }
  StepRequest step_request;
  step_request.number = name.number;
  step_request.etag = request.etag();
  step_request.event = DisputeEvent::kReversePerformance;
  PartBody<v1::Performance> body = [&](postgres::Transaction& transaction,
                                       OpenStep& step) -> Task<absl::StatusOr<v1::Performance>> {
    auto performance = co_await ReadPerformance(transaction, name.number, name.ordinal);
    if (!performance.ok()) co_return performance.status();
    if (performance->reverse_time) {
      co_return PreconditionError(reason::kGuardFailed, performance->name(), "was reversed before");
    }
    performance->reverse_time = call.now();
    performance->reverse_explanation = request.explanation();
    performance->dispute_revision = step.dispute.revision + 1;
    absl::Status reversed = co_await Reverse(transaction, call, &step, *performance);
    if (!reversed.ok()) co_return reversed;
    co_return PerformanceMessage(*performance);
  };
  PartReread<v1::Performance> read = [](postgres::Transaction& transaction,
                                        const std::string& dispute,
                                        int ordinal) -> Task<absl::StatusOr<v1::Performance>> {
    auto performance = co_await ReadPerformance(transaction, dispute, ordinal);
    if (!performance.ok()) co_return performance.status();
    co_return PerformanceMessage(*performance);
  };
  co_return co_await ChangePart<v1::Performance>(registry, call, request, step_request,
                                                 "performances", body, read);
}

Task<absl::StatusOr<v1::ListPerformancesResponse>> ListPerformancePage(
    Registry& registry, Call& call, const v1::ListPerformancesRequest& request) {
  auto page = co_await OpenFilePage(registry, call, request);
  if (!page.ok()) co_return page.status();
  auto performances = co_await ListPerformances(registry.database(call), call.deadline(),
                                                page->dispute, page->after, page->size + 1);
  if (!performances.ok()) co_return performances.status();
  v1::ListPerformancesResponse response;
  for (const Performance& performance : *performances) {
    if (response.performances_size() == page->size) {
      response.set_next_page_token(FilePageToken(registry, request, performance.ordinal));
      break;
    }
    FillPerformance(response.add_performances(), performance);
  }
  co_return response;
}

}  // namespace maplebridge::registry
