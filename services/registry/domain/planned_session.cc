#include "services/registry/domain/planned_session.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <set>

#include "common/party/checked_text.h"

namespace maplebridge::registry {

std::string PlannedSession::name() const {
  return absl::StrCat("disputes/", dispute, "/plannedSessions/", ordinal);
}

Violations CheckPlan(const PlannedSession& session, absl::Time now) {
  Violations violations;
  if (session.start_time <= now || session.start_time > now + kFarthestSession) {
    violations.push_back({"start_time", "must be after now, and at most 366 days from it"});
  }
  if (session.end_time <= session.start_time ||
      session.end_time > session.start_time + kLongestSession) {
    violations.push_back({"end_time", "must be after start_time, and at most 12 hours after it"});
  }
  const bool is_online = session.kind == "ONLINE";
  if (std::string wrong = CheckText(session.place, is_online ? 0 : 1, 200); !wrong.empty()) {
    violations.push_back({"place", wrong});
  }
  if (std::string wrong = CheckText(session.room, 0, 100); !wrong.empty()) {
    violations.push_back({"room", wrong});
  }
  return violations;
}

bool IsLateNotice(const PlannedSession& session, absl::Time told_time) {
  return told_time > session.start_time - kNoticeTime;
}

Violations CheckAttendance(const PlannedSession& session,
                           const std::vector<SessionAttendance>& attendances) {
  Violations violations;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < attendances.size(); ++i) {
    const std::string& party = attendances[i].party_id;
    const std::string path = absl::StrCat("attendances[", i, "]");
    const bool is_planned = std::find(session.party_ids.begin(), session.party_ids.end(), party) !=
                            session.party_ids.end();
    if (!is_planned) {
      violations.push_back({path + ".party_id", "is no party that the session was planned with"});
    } else if (!seen.insert(party).second) {
      violations.push_back({path + ".party_id", "is named twice"});
    }
    if (std::string wrong = CheckText(attendances[i].explanation, 0, 500); !wrong.empty()) {
      violations.push_back({path + ".explanation", wrong});
    }
  }
  for (const std::string& party : session.party_ids) {
    if (!seen.contains(party))
      violations.push_back({"attendances", "must say whether " + party + " came"});
  }
  return violations;
}

std::vector<std::string> WithoutConsent(const PlannedSession& session,
                                        const std::vector<SessionAttendance>& attendances) {
  std::vector<std::string> missing;
  for (const SessionAttendance& each : attendances) {
    if (each.attendance == "ABSENT") continue;
    const auto consent =
        std::find_if(session.consents.begin(), session.consents.end(),
                     [&](const RecordingConsent& c) { return c.party_id == each.party_id; });
    if (consent == session.consents.end() || consent->decision != "CONSENT") {
      missing.push_back(each.party_id);
    }
  }
  return missing;
}

}  // namespace maplebridge::registry
