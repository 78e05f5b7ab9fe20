// All SQL on planned sessions, on what they take, and on who was told and came.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/planned_session.h"
#include "services/registry/store/step_record.h"

namespace maplebridge::registry {

// What a planned session takes for its time.
struct Booking {
  std::string kind;  // "MEDIATOR", "ROOM", "PARTY"
  // Name of the mediator, organisation and room, or the hash of the party's identity in
  // hexadecimal.
  std::string key;
  // Who or what it is for people, such as the party's id.
  std::string label;
};
// Of the session that has it already.
struct TakenBooking {
  Booking booking;
  absl::Time start_time, end_time;
};

// Takes all of them for the session's time, or answers the first that is taken, and takes none. Two
// who ask at once wait for each other.
Task<absl::StatusOr<std::optional<TakenBooking>>> TakeBookings(postgres::Transaction& transaction,
                                                               const PlannedSession& session,
                                                               std::vector<Booking> bookings);
// Frees what the session had taken.
Task<absl::Status> FreeBookings(postgres::Transaction& transaction, const PlannedSession& session);

// Cancels what is still planned of a dispute, and frees it all.
Task<absl::Status> CancelPlannedSessions(postgres::Transaction& transaction,
                                         const std::string& dispute, const std::string& reason);

Task<absl::Status> InsertPlannedSession(postgres::Transaction& transaction,
                                        const PlannedSession& session,
                                        const std::string& principal);
// State, times, places, moves, recording.
Task<absl::Status> UpdatePlannedSession(postgres::Transaction& transaction,
                                        const PlannedSession& session);
Task<absl::Status> InsertNotice(postgres::Transaction& transaction, const StepRecord& step,
                                int planned_session, const SessionNotice& notice);
Task<absl::Status> InsertConsent(postgres::Transaction& transaction, const StepRecord& step,
                                 int planned_session, const RecordingConsent& consent);
Task<absl::Status> InsertAttendances(postgres::Transaction& transaction,
                                     const PlannedSession& session);
// With notices, consents and attendances. NOT_FOUND when there is none.
Task<absl::StatusOr<PlannedSession>> ReadPlannedSession(postgres::Transaction& transaction,
                                                        const std::string& dispute, int ordinal);

// What a list is made of: those of a dispute, or those of an organisation that touch a time.
struct PlannedSessionFilter {
  std::string dispute;  // number; empty for a calendar
  int after = 0;        // ordinal
  std::string organisation;
  std::string mediator;
  absl::Time start_time, end_time;
  // Go on after this begin, dispute and ordinal.
  absl::Time after_time = absl::UnixEpoch();
  std::string after_dispute;
  int limit = 50;
};
Task<absl::StatusOr<std::vector<PlannedSession>>> ListPlannedSessions(
    postgres::Database& database, absl::Time deadline, const PlannedSessionFilter& filter);

}  // namespace maplebridge::registry
