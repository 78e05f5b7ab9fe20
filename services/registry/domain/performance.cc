#include "services/registry/domain/performance.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <map>

namespace maplebridge::registry {
namespace {

const Due* FindDue(const Obligation& obligation, int instalment) {
  for (const Due& due : obligation.dues) {
    if (due.instalment == instalment) return &due;
  }
  return nullptr;
}

SharingOut Wrong(std::string field, std::string description) {
  SharingOut out;
  out.violations.push_back({std::move(field), std::move(description)});
  return out;
}

SharingOut ShareOutPayment(const Obligation& obligation, const PerformanceClaim& claim) {
  std::vector<const Due*> dues;
  std::int64_t open = 0;
  for (const Due& due : obligation.dues) {
    const bool is_meant = claim.instalment == 0 || due.instalment == claim.instalment;
    if (!is_meant || due.performed_day) continue;
    dues.push_back(&due);
    open += due.open_fen();
  }
  if (claim.amount_fen > open) {
    return Wrong("amount_fen", absl::StrCat("is more than the ", open, " fen that are open"));
  }
  SharingOut out;
  std::int64_t left = claim.amount_fen == 0 ? open : claim.amount_fen;
  for (const Due* due : dues) {
    const std::int64_t part = std::min(left, due->open_fen());
    if (part == 0) break;
    out.shares.push_back({0, due->instalment, part, claim.day});
    left -= part;
  }
  return out;
}

}  // namespace

SharingOut ShareOut(const Obligation& obligation, const PerformanceClaim& claim) {
  const bool is_payment = obligation.kind == ObligationKind::kPayment;
  if (claim.amount_fen < 0) return Wrong("amount_fen", "must not be below 0");
  if (!is_payment && claim.amount_fen != 0) {
    return Wrong("amount_fen", "must be 0 unless the obligation is a payment");
  }
  if (claim.instalment != 0 &&
      (!obligation.has_instalments() || FindDue(obligation, claim.instalment) == nullptr)) {
    return Wrong("instalment", "is no instalment of this obligation");
  }
  // Until its day nobody can say that it was kept.
  if (obligation.kind == ObligationKind::kForbearance && obligation.due_day &&
      claim.day < *obligation.due_day) {
    return Wrong("performed_day", "must not be before the last day on which it binds");
  }
  if (is_payment) return ShareOutPayment(obligation, claim);
  SharingOut out;
  out.shares.push_back({0, 0, 0, claim.day});
  return out;
}

void Settle(Obligation* obligation, const std::vector<Share>& shares) {
  const bool is_payment = obligation->kind == ObligationKind::kPayment;
  for (Due& due : obligation->dues) {
    due.performed_fen = 0;
    due.performed_day.reset();
    std::optional<absl::CivilDay> last;
    for (const Share& share : shares) {
      if (share.instalment != due.instalment) continue;
      due.performed_fen += share.amount_fen;
      if (!last || share.day > *last) last = share.day;
    }
    if (!is_payment || due.performed_fen == due.amount_fen) due.performed_day = last;
    if (due.performed_day) due.overdue = false;
  }
}

SharingOut CarryOver(const Obligation& former, const std::vector<Share>& shares,
                     const Obligation& obligation) {
  if (former.performed_fen() > obligation.amount_fen) {
    return Wrong("", absl::StrCat(former.performed_fen(),
                                  " fen were performed meanwhile of an obligation that is now for ",
                                  obligation.amount_fen, "; draw the agreement up anew"));
  }
  // What one performance paid of several instalments is one sum again.
  std::map<int, PerformanceClaim> claims;
  for (const Share& share : shares) {
    PerformanceClaim& claim = claims[share.performance];
    claim.amount_fen += share.amount_fen;
    claim.day = share.day;
  }
  SharingOut out;
  Obligation counted = obligation;
  for (const auto& [performance, claim] : claims) {
    std::vector<Share> parts;
    if (obligation.kind == ObligationKind::kPayment) {
      parts = ShareOutPayment(counted, claim).shares;
    } else {
      parts.push_back({0, 0, 0, claim.day});
    }
    for (Share& part : parts) {
      part.performance = performance;
      out.shares.push_back(part);
    }
    Settle(&counted, out.shares);
  }
  return out;
}

int DaysLate(const Obligation& obligation, const Share& share) {
  const Due* due = FindDue(obligation, share.instalment);
  if (due == nullptr || !due->due_day || share.day <= *due->due_day) return 0;
  return static_cast<int>(share.day - *due->due_day);
}

PerformanceFigures FiguresOf(const std::vector<Obligation>& obligations) {
  PerformanceFigures figures;
  figures.obligation_count = static_cast<int>(obligations.size());
  std::optional<absl::CivilDay> last;
  for (const Obligation& obligation : obligations) {
    figures.owed_fen += obligation.amount_fen;
    figures.performed_fen += obligation.performed_fen();
    const std::optional<absl::CivilDay> day = obligation.performed_day();
    if (day) {
      ++figures.performed_count;
      if (!last || *day > *last) last = day;
    }
    for (const Due& due : obligation.dues) {
      if (due.overdue) ++figures.overdue_count;
      if (due.days_late() > 0) ++figures.late_count;
    }
  }
  if (figures.all_performed()) figures.performed_day = last;
  return figures;
}

}  // namespace maplebridge::registry
