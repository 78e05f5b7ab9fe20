// Sessions before they are held: when one may be planned, who was told in time, who came.
#pragma once

#include <absl/time/time.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/party/violation.h"

namespace maplebridge::registry {

struct SessionNotice {
  std::string party_id;
  std::string method;
  absl::Time told_time;
  std::string evidence;
  // How often the session had moved when the party was told.
  int move_count = 0;
  bool is_late = false;
};

struct RecordingConsent {
  std::string party_id;
  std::string decision;  // "CONSENT" or "REFUSE"
  std::string evidence;
  absl::Time decision_time;
};

struct SessionAttendance {
  std::string party_id;
  std::string attendance;  // "PRESENT", "LATE", "REPRESENTED", "ABSENT"
  std::string explanation;
};

struct PlannedSession {
  std::string dispute;  // number
  int ordinal = 0;
  std::string organisation;
  std::string state;  // "PLANNED", "CANCELLED", "HELD"
  std::string kind;
  absl::Time start_time, end_time;
  std::string place;
  std::string room;
  std::string online_room;
  std::vector<std::string> mediators;
  std::vector<std::string> party_ids;
  bool recorded = false;
  // True when a session of the dispute names it.
  bool is_recorded_as_session = false;
  int move_count = 0;
  std::string reason;
  absl::Time create_time;
  std::vector<SessionNotice> notices;
  std::vector<RecordingConsent> consents;
  std::vector<SessionAttendance> attendances;

  std::string name() const;
};

inline constexpr absl::Duration kLongestSession = absl::Hours(12);
inline constexpr absl::Duration kFarthestSession = absl::Hours(366 * 24);
// Told later than this before the begin, a party is told late.
inline constexpr absl::Duration kNoticeTime = absl::Hours(24);

// What is wrong with the plan by itself, with paths such as "start_time".
Violations CheckPlan(const PlannedSession& session, absl::Time now);

bool IsLateNotice(const PlannedSession& session, absl::Time told_time);

// What is wrong with who came: each party that it was planned with once, and nobody else. Paths
// such as "attendances[1].party_id".
Violations CheckAttendance(const PlannedSession& session,
                           const std::vector<SessionAttendance>& attendances);

// Parties who came, or were represented, and whose last word on recording is not consent.
std::vector<std::string> WithoutConsent(const PlannedSession& session,
                                        const std::vector<SessionAttendance>& attendances);

}  // namespace maplebridge::registry
