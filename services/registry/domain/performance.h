// Performing what was agreed: what a performance counts for, what is taken back, what a new
// agreement carries on, and the figures of it.
#pragma once

#include <absl/time/civil_time.h>

#include <optional>
#include <string>
#include <vector>

#include "services/registry/domain/obligation.h"

namespace maplebridge::registry {

// What somebody says was performed.
struct PerformanceClaim {
  int instalment = 0;           // 0: the earliest open ones
  std::int64_t amount_fen = 0;  // 0: all that is open
  absl::CivilDay day;
};

// Part of a performance that counts for one due.
struct Share {
  int performance = 0;  // ordinal
  int instalment = 0;
  std::int64_t amount_fen = 0;
  absl::CivilDay day;
};

// Shares of the claim over what is open, the earliest instalment first; the performance's ordinal
// is left to the caller. A payment never counts for more than is open.
struct SharingOut {
  std::vector<Share> shares;
  // Field "instalment", "amount_fen" or "performed_day"; empty when there is nothing wrong.
  Violations violations;
};
SharingOut ShareOut(const Obligation& obligation, const PerformanceClaim& claim);

// Brings the obligation to what `shares` say, whatever it was before; each is of this obligation.
// What is performed is not overdue any more.
void Settle(Obligation* obligation, const std::vector<Share>& shares);

// Shares of `former` counted for the obligation that carries it on, each performance in its order.
// Empty field: the violation says that more was performed than `obligation` is for.
SharingOut CarryOver(const Obligation& former, const std::vector<Share>& shares,
                     const Obligation& obligation);

// Days by which a share of this due came late.
int DaysLate(const Obligation& obligation, const Share& share);

struct PerformanceFigures {
  int obligation_count = 0;
  int performed_count = 0;  // obligations
  std::int64_t owed_fen = 0;
  std::int64_t performed_fen = 0;
  int overdue_count = 0;  // dues
  int late_count = 0;     // dues
  // Of the last obligation; unset while one is open.
  std::optional<absl::CivilDay> performed_day;

  bool all_performed() const { return performed_count == obligation_count; }
};
PerformanceFigures FiguresOf(const std::vector<Obligation>& obligations);

}  // namespace maplebridge::registry
