// What steps do to the obligations of an agreement: each of them, and each instalment, is a clock
// from the day the dispute is concluded by it.
#pragma once

#include "common/deadlines/deadline_clock.h"
#include "services/registry/api/registry.h"
#include "services/registry/domain/performance.h"
#include "services/registry/store/agreement_store.h"
#include "services/registry/store/performance_store.h"

namespace maplebridge::registry {

// Kind of the clock; its resource is "disputes/*/agreements/*/obligations/*", with
// "/instalments/{number}" behind it for an instalment.
inline constexpr char kObligationClock[] = "obligation";

// Reads the agreement by which the dispute is concluded.
Task<absl::StatusOr<Agreement>> ReadPresentAgreement(postgres::Transaction& transaction,
                                                     const Dispute& dispute);

// Starts the clocks of what is open under the agreement.
Task<absl::Status> OpenObligations(postgres::Transaction& transaction, const Call& call,
                                   const Dispute& dispute, const Agreement& agreement);
// Ends the clocks of what is open under it: it is not followed any more.
Task<absl::Status> EndObligations(postgres::Transaction& transaction, const Call& call,
                                  const Agreement& agreement);

// Counts anew what is performed of the obligation, stores it, and moves its clocks.
Task<absl::Status> CountPerformed(postgres::Transaction& transaction, const Call& call,
                                  const Agreement& agreement, Obligation* obligation);

// Counts what was performed under `former` for the obligations of `agreement` that carry it on.
// GUARD_FAILED when more was performed than one of them is for.
Task<absl::Status> CarryPerformed(postgres::Transaction& transaction, const Agreement& former,
                                  Agreement* agreement);

// Sets the dispute's figures, and the clock's next day.
void SetFigures(OpenStep* step, const std::vector<Obligation>& obligations);

// Once every obligation is performed, the step is another one: it completes the performance.
absl::Status CompleteWhenPerformed(OpenStep* step);

// True of the clock of an obligation or instalment.
bool IsOfObligation(const DeadlineRow& row);
// The dispute's number in the clock's resource.
absl::StatusOr<std::string> DisputeOfObligation(const DeadlineRow& row);
// Its day has passed: marks it, and tells.
Task<absl::Status> ExpireObligation(const Registry& registry, postgres::Transaction& transaction,
                                    Call& call, const DeadlineRow& row);

}  // namespace maplebridge::registry
