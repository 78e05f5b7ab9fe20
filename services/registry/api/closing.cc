#include "services/registry/api/closing.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include "common/identifier/case_number.h"
#include "services/registry/api/change_dispute.h"
#include "services/registry/api/obligations.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/case_file.h"
#include "services/registry/store/agreement_store.h"
#include "services/registry/store/closing_store.h"
#include "services/registry/store/escalation_store.h"
#include "services/registry/store/file_store.h"

namespace maplebridge::registry {
namespace {

constexpr int kLongestExtensionDays = 180;

// OK when the obligation, or its instalment, is open and its day has passed; a forbearance is
// broken on any day on which it binds.
absl::Status CheckBroken(const std::string& subject, const Obligation& obligation, const Due& due,
                         absl::CivilDay today) {
  if (due.performed_day) {
    return PreconditionError(
        reason::kGuardFailed, subject,
        absl::StrCat("was recorded as performed on ", DayWord(*due.performed_day)));
  }
  const bool lasts = obligation.kind == ObligationKind::kForbearance;
  if (!lasts && due.due_day && *due.due_day >= today) {
    return PreconditionError(
        reason::kGuardFailed, subject,
        absl::StrCat("is due on ", DayWord(*due.due_day), " and not broken before"));
  }
  return absl::OkStatus();
}

// Of the obligation as a whole: its last day, and when all of it was performed.
Due WholeOf(const Obligation& obligation) {
  Due whole;
  whole.due_day = obligation.due_day;
  whole.performed_day = obligation.performed_day();
  return whole;
}

// FIELD_INVALID or GUARD_FAILED unless the obligation of the concluded agreement is broken.
absl::Status CheckBreach(const Agreement& agreement, const v1::ReportBreachRequest& request,
                         absl::CivilDay today) {
  const Obligation* obligation =
      FindObligation(agreement.draft.obligations, request.obligation_id());
  if (obligation == nullptr) {
    return FieldError("obligation_id", "is no obligation of the concluded agreement");
  }
  const std::string subject = absl::StrCat(agreement.name(), "#", request.obligation_id());
  if (request.instalment() == 0) {
    return CheckBroken(subject, *obligation, WholeOf(*obligation), today);
  }
  for (const Due& due : obligation->dues) {
    if (due.instalment != request.instalment()) continue;
    return CheckBroken(absl::StrCat(subject, "/", due.instalment), *obligation, due, today);
  }
  return FieldError("instalment", "is no instalment of this obligation");
}

// What is open is followed no more.
Task<absl::Status> EndPresent(postgres::Transaction& transaction, const Call& call,
                              OpenStep* step) {
  auto agreement = co_await ReadPresentAgreement(transaction, step->dispute);
  if (!agreement.ok()) co_return agreement.status();
  co_return co_await EndObligations(transaction, call, *agreement);
}

}  // namespace

Task<absl::StatusOr<v1::Dispute>> WithdrawDispute(Registry& registry, Call& call,
                                                  const v1::WithdrawDisputeRequest& request) {
  if (std::string wrong = CheckText(request.evidence(), 1, 500); !wrong.empty()) {
    co_return FieldError("evidence", wrong);
  }
  const std::vector<std::string> parties(request.party_ids().begin(), request.party_ids().end());
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    MB_CO_RETURN_IF_ERROR(CheckParties(step.dispute, "party_ids", parties));
    co_return co_await InsertWithdrawal(transaction, StepRecordOf(call, step), parties,
                                        request.evidence());
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kWithdraw, body);
}

Task<absl::StatusOr<v1::Dispute>> ExtendDispute(Registry& registry, Call& call,
                                                const v1::ExtendDisputeRequest& request) {
  const absl::CivilDay today = calendar::ChinaDay(call.now());
  FieldCheck check;
  auto day = DayOf(request.last_day());
  check.Check("last_day", day.status());
  if (day.ok()) {
    check.Require(*day <= today + kLongestExtensionDays, "last_day",
                  absl::StrCat("must be at most ", kLongestExtensionDays, " days from today"));
  }
  std::string wrong = CheckText(request.evidence(), 1, 500);
  check.Require(wrong.empty(), "evidence", wrong);
  MB_CO_RETURN_IF_ERROR(check.status());
  const std::vector<std::string> parties(request.party_ids().begin(), request.party_ids().end());
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    MB_CO_RETURN_IF_ERROR(CheckParties(step.dispute, "party_ids", parties));
    MB_CO_RETURN_IF_ERROR(RequireConsentOfAll(step.dispute, parties, "a later last day"));
    // A reminder's day is not the limit: a dispute that is overdue is extended from today.
    const absl::CivilDay present = step.dispute.overdue ? today : step.dispute.clock.due_day;
    if (*day <= present) {
      co_return FieldError("last_day", absl::StrCat("must be after ", DayWord(present)));
    }
    step.extended_day = *day;
    co_return co_await InsertExtension(transaction, StepRecordOf(call, step), *day, parties,
                                       request.evidence());
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kExtend, body);
}

Task<absl::StatusOr<v1::Dispute>> ReportBreach(Registry& registry, Call& call,
                                               const v1::ReportBreachRequest& request) {
  if (std::string wrong = CheckText(request.explanation(), 1, 500); !wrong.empty()) {
    co_return FieldError("explanation", wrong);
  }
  const absl::CivilDay today = calendar::ChinaDay(call.now());
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    auto agreement = co_await ReadPresentAgreement(transaction, step.dispute);
    if (!agreement.ok()) co_return agreement.status();
    MB_CO_RETURN_IF_ERROR(CheckBreach(*agreement, request, today));
    Breach breach;
    breach.ordinal = ++step.dispute.breach_count;
    breach.agreement = agreement->ordinal;
    breach.obligation_id = request.obligation_id();
    breach.instalment = request.instalment();
    breach.explanation = request.explanation();
    co_return co_await InsertBreach(transaction, StepRecordOf(call, step), breach);
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kReportBreach, body);
}

Task<absl::StatusOr<v1::Dispute>> CloseUnperformed(Registry& registry, Call& call,
                                                   const v1::CloseUnperformedRequest& request) {
  if (std::string wrong = CheckText(request.evidence(), 1, 500); !wrong.empty()) {
    co_return FieldError("evidence", wrong);
  }
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    if (request.reason() == v1::UNPERFORMED_REASON_URGED_IN_VAIN &&
        step.dispute.breach_count == 0) {
      co_return PreconditionError(reason::kGuardFailed, step.dispute.name(),
                                  "no breach was reported; report which obligation is broken and "
                                  "how the debtor was urged (PML 31)");
    }
    step.dispute.unperformed_reason = WordOf("UNPERFORMED_REASON_", request.reason());
    absl::Status ended = co_await EndPresent(transaction, call, &step);
    if (!ended.ok()) co_return ended;
    AgreementEnd end;
    end.evidence = request.evidence();
    co_return co_await InsertAgreementEnd(transaction, StepRecordOf(call, step), end);
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kCloseUnperformed, body);
}

Task<absl::StatusOr<v1::Dispute>> RecordSetAside(Registry& registry, Call& call,
                                                 const v1::RecordSetAsideRequest& request) {
  FieldCheck check;
  auto number = identifier::CaseNumber::Parse(request.case_number());
  check.Check("case_number", number.status());
  auto day = DayOf(request.effective_day());
  check.Check("effective_day", day.status());
  if (day.ok()) {
    check.Require(*day <= calendar::ChinaDay(call.now()), "effective_day",
                  "must not be in the future");
  }
  MB_CO_RETURN_IF_ERROR(check.status());
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    AgreementEnd end;
    end.case_number = number->ToString();
    end.effective_day = *day;
    step.dispute.set_aside_case_number = end.case_number;
    absl::Status ended = co_await EndPresent(transaction, call, &step);
    if (!ended.ok()) co_return ended;
    co_return co_await InsertAgreementEnd(transaction, StepRecordOf(call, step), end);
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kSetAside, body);
}

Task<absl::StatusOr<v1::Dispute>> ArchiveDispute(Registry& registry, Call& call,
                                                 const v1::ArchiveDisputeRequest& request) {
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    auto documents = co_await ListDocumentKinds(transaction, step.dispute.number);
    if (!documents.ok()) co_return documents.status();
    std::vector<std::string> gaps = FileGaps(step.dispute, *documents);
    auto open = co_await CountOpenEscalations(transaction, step.dispute.number);
    if (!open.ok()) co_return open.status();
    if (*open > 0) {
      gaps.push_back("the bureau's answer to an escalation: have it acknowledged (PML 25)");
    }
    if (!gaps.empty()) {
      co_return PreconditionError(reason::kGuardFailed, step.dispute.name(),
                                  absl::StrCat("the file lacks ", absl::StrJoin(gaps, "; and ")));
    }
    step.dispute.retention = WordOf("RETENTION_", request.retention());
    step.dispute.archive_time = call.now();
    co_return absl::OkStatus();
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kArchive, body);
}

}  // namespace maplebridge::registry
