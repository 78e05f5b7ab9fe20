// Sessions of mediation before they are held: plan, move, cancel, notices, consent to recording,
// attendance.
#pragma once

#include "maplebridge/registry/v1/session_plan.pb.h"
#include "services/registry/api/registry.h"
#include "services/registry/domain/planned_session.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::PlannedSession>> PlanSession(Registry& registry, Call& call,
                                                     const v1::PlanSessionRequest& request);
Task<absl::StatusOr<v1::PlannedSession>> MoveSession(Registry& registry, Call& call,
                                                     const v1::MoveSessionRequest& request);
Task<absl::StatusOr<v1::PlannedSession>> CancelSession(Registry& registry, Call& call,
                                                       const v1::CancelSessionRequest& request);
Task<absl::StatusOr<v1::PlannedSession>> RecordNotice(Registry& registry, Call& call,
                                                      const v1::RecordNoticeRequest& request);
Task<absl::StatusOr<v1::PlannedSession>> RecordRecordingConsent(
    Registry& registry, Call& call, const v1::RecordRecordingConsentRequest& request);
Task<absl::StatusOr<v1::PlannedSession>> RecordAttendance(
    Registry& registry, Call& call, const v1::RecordAttendanceRequest& request);
Task<absl::StatusOr<v1::ListPlannedSessionsResponse>> ListPlannedSessionPage(
    Registry& registry, Call& call, const v1::ListPlannedSessionsRequest& request);

}  // namespace maplebridge::registry
