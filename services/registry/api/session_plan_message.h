// Between the message PlannedSession and the planned session as the domain knows it.
#pragma once

#include <absl/status/statusor.h>

#include "common/server/call.h"
#include "maplebridge/registry/v1/session_plan.pb.h"
#include "services/registry/domain/planned_session.h"

namespace maplebridge::registry {

void FillPlannedSession(v1::PlannedSession* message, const PlannedSession& session);
v1::PlannedSession PlannedSessionMessage(const PlannedSession& session);

// A plan that a caller sent, checked by itself. FIELD_INVALID names its fields.
absl::StatusOr<PlannedSession> PlanOf(const Call& call, const v1::PlannedSession& message);
absl::StatusOr<SessionNotice> NoticeOf(const Call& call, const v1::SessionNotice& message);
absl::StatusOr<RecordingConsent> ConsentOf(const Call& call, const v1::RecordingConsent& message);
std::vector<SessionAttendance> AttendancesOf(const v1::RecordAttendanceRequest& request);

}  // namespace maplebridge::registry
