#include "services/registry/api/obligations.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include "services/registry/api/words.h"

namespace maplebridge::registry {
namespace {

std::string DueResource(const Agreement& agreement, const Obligation& obligation, const Due& due) {
  std::string resource = absl::StrCat(agreement.name(), "/obligations/", obligation.obligation_id);
  if (due.instalment > 0) absl::StrAppend(&resource, "/instalments/", due.instalment);
  return resource;
}

DeadlineRow ClockOf(const Agreement& agreement, const Obligation& obligation, const Due& due) {
  DeadlineRow row;
  row.resource = DueResource(agreement, obligation, due);
  row.kind = kObligationClock;
  row.due_day = *due.due_day;
  row.due_time = calendar::StartOfChinaDay(*due.due_day + 1);
  return row;
}

ObligationKey KeyOf(const Agreement& agreement, const Obligation& obligation) {
  return {agreement.dispute, agreement.ordinal, obligation.obligation_id};
}

std::vector<int> LateDays(const Obligation& obligation, const std::vector<Share>& shares) {
  std::vector<int> late;
  for (const Share& share : shares) late.push_back(DaysLate(obligation, share));
  return late;
}

// "disputes/*/agreements/*/obligations/*" with or without an instalment.
struct DueName {
  std::string dispute;
  int agreement = 0;
  std::string obligation_id;
  int instalment = 0;
};
std::optional<DueName> ParseDueName(const std::string& resource) {
  std::vector<std::string> parts =
      NameParts("disputes/*/agreements/*/obligations/*/instalments/*", resource);
  if (parts.empty()) parts = NameParts("disputes/*/agreements/*/obligations/*", resource);
  DueName name;
  if (parts.size() < 3 || !absl::SimpleAtoi(parts[1], &name.agreement)) return std::nullopt;
  if (parts.size() == 4 && !absl::SimpleAtoi(parts[3], &name.instalment)) return std::nullopt;
  name.dispute = parts[0];
  name.obligation_id = parts[2];
  return name;
}

// The due that the clock is of, when it is open.
Due* OpenDue(Agreement* agreement, const DueName& name, Obligation** found) {
  for (Obligation& obligation : agreement->draft.obligations) {
    if (obligation.obligation_id != name.obligation_id) continue;
    for (Due& due : obligation.dues) {
      if (due.instalment != name.instalment || due.performed_day) continue;
      *found = &obligation;
      return &due;
    }
  }
  return nullptr;
}

}  // namespace

Task<absl::StatusOr<Agreement>> ReadPresentAgreement(postgres::Transaction& transaction,
                                                     const Dispute& dispute) {
  co_return co_await ReadAgreement(transaction, dispute.number, dispute.conclusion.agreement);
}

Task<absl::Status> OpenObligations(postgres::Transaction& transaction, const Call& call,
                                   const Dispute& dispute, const Agreement& agreement) {
  absl::Status opened = co_await OpenDues(transaction, dispute, agreement.ordinal);
  if (!opened.ok()) co_return opened;
  std::vector<DeadlineRow> rows;
  for (const Obligation& obligation : agreement.draft.obligations) {
    // What it carries on.
    if (obligation.performed_fen() > 0 || obligation.performed_day()) {
      absl::Status stored =
          co_await UpdateDues(transaction, KeyOf(agreement, obligation), obligation);
      if (!stored.ok()) co_return stored;
    }
    for (const Due& due : obligation.dues) {
      if (due.due_day && !due.performed_day) rows.push_back(ClockOf(agreement, obligation, due));
    }
  }
  const std::string reason = "agreed";
  co_return co_await SetDeadlines(transaction, call, rows, reason);
}

Task<absl::Status> EndObligations(postgres::Transaction& transaction, const Call& call,
                                  const Agreement& agreement) {
  absl::Status ended = co_await EndDues(transaction, agreement.dispute, agreement.ordinal);
  if (!ended.ok()) co_return ended;
  std::vector<std::string> resources;
  for (const Obligation& obligation : agreement.draft.obligations) {
    for (const Due& due : obligation.dues) {
      if (due.due_day && !due.performed_day) {
        resources.push_back(DueResource(agreement, obligation, due));
      }
    }
  }
  const std::string kind = kObligationClock;
  co_return co_await MeetDeadlines(transaction, call, resources, kind);
}

Task<absl::Status> CountPerformed(postgres::Transaction& transaction, const Call& call,
                                  const Agreement& agreement, Obligation* obligation) {
  const ObligationKey key = KeyOf(agreement, *obligation);
  auto shares = co_await ListShares(transaction, key);
  if (!shares.ok()) co_return shares.status();
  const std::vector<Due> before = obligation->dues;
  Settle(obligation, *shares);
  absl::Status done = co_await UpdateDues(transaction, key, *obligation);
  if (!done.ok()) co_return done;
  std::vector<std::string> met;
  std::vector<DeadlineRow> reopened;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const Due& due = obligation->dues[i];
    const bool was_open = !before[i].performed_day;
    if (!due.due_day || was_open == !due.performed_day) continue;
    if (was_open) {
      met.push_back(DueResource(agreement, *obligation, due));
    } else {
      reopened.push_back(ClockOf(agreement, *obligation, due));
    }
  }
  const std::string kind = kObligationClock;
  done = co_await MeetDeadlines(transaction, call, met, kind);
  if (!done.ok()) co_return done;
  const std::string reason = "reversed";
  co_return co_await SetDeadlines(transaction, call, reopened, reason);
}

Task<absl::Status> CarryPerformed(postgres::Transaction& transaction, const Agreement& former,
                                  Agreement* agreement) {
  for (Obligation& obligation : agreement->draft.obligations) {
    if (obligation.continues_obligation_id.empty()) continue;
    const Obligation* carried =
        FindObligation(former.draft.obligations, obligation.continues_obligation_id);
    if (carried == nullptr) {
      co_return PreconditionError(reason::kGuardFailed, agreement->name(),
                                  "carries on an obligation of another agreement than the one that "
                                  "is in force now; draw it up anew");
    }
    auto shares = co_await ListShares(transaction, KeyOf(former, *carried));
    if (!shares.ok()) co_return shares.status();
    const SharingOut out = CarryOver(*carried, *shares, obligation);
    if (!out.violations.empty()) {
      co_return PreconditionError(reason::kGuardFailed,
                                  absl::StrCat(agreement->name(), "#", obligation.obligation_id),
                                  out.violations.front().description);
    }
    Settle(&obligation, out.shares);
    absl::Status stored = co_await InsertShares(transaction, KeyOf(*agreement, obligation),
                                                out.shares, LateDays(obligation, out.shares));
    if (!stored.ok()) co_return stored;
  }
  co_return absl::OkStatus();
}

void SetFigures(OpenStep* step, const std::vector<Obligation>& obligations) {
  const PerformanceFigures figures = FiguresOf(obligations);
  Dispute& dispute = step->dispute;
  dispute.obligation_count = figures.obligation_count;
  dispute.performed_count = figures.performed_count;
  dispute.owed_fen = figures.owed_fen;
  dispute.performed_fen = figures.performed_fen;
  dispute.overdue_count = figures.overdue_count;
  dispute.late_count = figures.late_count;
  dispute.performed_day = figures.performed_day;
  step->next_due_day = NextDueDay(obligations);
}

absl::Status CompleteWhenPerformed(OpenStep* step) {
  if (step->dispute.performed_count < step->dispute.obligation_count) return absl::OkStatus();
  step->event = DisputeEvent::kCompletePerformance;
  const DisputeDecision decision =
      Decide(*step->rules, step->from, step->event, step->dispute.referral_born(), Asker::kCaller);
  if (decision.transition == nullptr) {
    return RefusalError(step->dispute, step->event, decision.refusal);
  }
  step->transition = decision.transition;
  return absl::OkStatus();
}

bool IsOfObligation(const DeadlineRow& row) { return row.kind == kObligationClock; }

absl::StatusOr<std::string> DisputeOfObligation(const DeadlineRow& row) {
  const std::optional<DueName> name = ParseDueName(row.resource);
  if (!name) return absl::InvalidArgumentError(row.resource + ": is no obligation");
  return name->dispute;
}

Task<absl::Status> ExpireObligation(const Registry& registry, postgres::Transaction& transaction,
                                    Call& call, const DeadlineRow& row) {
  const std::optional<DueName> name = ParseDueName(row.resource);
  if (!name) co_return absl::InvalidArgumentError(row.resource + ": is no obligation");
  StepRequest request;
  request.number = name->dispute;
  request.event = DisputeEvent::kMarkOverdue;
  request.asker = Asker::kClock;
  auto step = co_await BeginStep(registry, transaction, call, request);
  // A clock that outlived its state, or its agreement, has nothing to say.
  if (absl::IsFailedPrecondition(step.status())) co_return absl::OkStatus();
  if (!step.ok()) co_return step.status();
  if (step->dispute.conclusion.agreement != name->agreement) co_return absl::OkStatus();
  auto agreement = co_await ReadPresentAgreement(transaction, step->dispute);
  if (!agreement.ok()) co_return agreement.status();
  Obligation* obligation = nullptr;
  Due* due = OpenDue(&*agreement, *name, &obligation);
  if (due == nullptr) co_return absl::OkStatus();
  // The last day of a forbearance is its end, and no breach.
  if (obligation->kind == ObligationKind::kForbearance) co_return absl::OkStatus();
  due->overdue = true;
  absl::Status stored =
      co_await UpdateDues(transaction, KeyOf(*agreement, *obligation), *obligation);
  if (!stored.ok()) co_return stored;
  SetFigures(&*step, agreement->draft.obligations);
  co_return co_await FinishStep(registry, transaction, call, &*step);
}

}  // namespace maplebridge::registry
