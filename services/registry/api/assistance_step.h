// The one way to move a request for assistance, with its clock and its event; by a call, by its
// clock, or with the end of its dispute.
#pragma once

#include "common/deadlines/deadline_clock.h"
#include "maplebridge/registry/v1/centre_resource.pb.h"
#include "services/registry/api/registry.h"
#include "services/registry/store/assistance_store.h"

namespace maplebridge::registry {

inline constexpr char kAssistance[] = "assistance";

struct AssistanceMove {
  AssistanceEvent event = AssistanceEvent::kCancel;
  std::string answer;
  std::string result;
  // "disputes/{number}/materials/{ordinal}" or empty.
  std::string material;
};

void FillAssistance(v1::Assistance* message, const Assistance& assistance);
v1::Assistance AssistanceMessage(const Assistance& assistance);

// Starts the clock of the answer, or of the delivery once the body is at work. `name`: empty before
// the request has one; then only its end is counted.
Task<absl::Status> StartAssistanceClock(const Registry& registry,
                                        postgres::Transaction& transaction, const Call& call,
                                        const std::string& name, Assistance* assistance);
Task<absl::Status> TellAssistance(const Registry& registry, postgres::Transaction& transaction,
                                  const Call& call, const Dispute& dispute,
                                  const Assistance& assistance, const std::string& type,
                                  const std::string& from_state);

// STATE_FORBIDS when the table does not allow it. The dispute's row is locked.
Task<absl::Status> MoveAssistance(const Registry& registry, postgres::Transaction& transaction,
                                  const Call& call, const Dispute& dispute,
                                  const AssistanceMove& move, Assistance* assistance);
// Cancels what is still open of a dispute that is archived.
Task<absl::Status> CancelOpenAssistance(const Registry& registry,
                                        postgres::Transaction& transaction, const Call& call,
                                        const Dispute& dispute);

// The clock of a request, and what its end does: the request is overdue, and goes on.
bool IsOfAssistance(const DeadlineRow& row);
Task<absl::Status> ExpireAssistance(const Registry& registry, postgres::Transaction& transaction,
                                    const Call& call, const DeadlineRow& row);

}  // namespace maplebridge::registry
