// The row of a referral: its columns in the one order in which they are read and written.
#pragma once

#include "common/postgres/database.h"
#include "services/docking/domain/referral.h"
#include "services/docking/store/column_reader.h"

#define MB_CLOCK_COLUMNS                                                                     \
  "clock, due_day, due_time, clock_start_time, provisional, array_to_string(clock_because, " \
  "E'\\x1f')"

#define MB_REFERRAL_COLUMNS                                                                     \
  "id, court, case_number, category, category_text, division, summary, amount_fen, guidance, "  \
  "create_time, kind, procedure, choice, organisation, roster_time, state, " MB_CLOCK_COLUMNS   \
  ", dispute, mediator, progress_type, progress_resource, progress_time, decline_reason, "      \
  "decline_text, decline_organisation, decline_time, settlement_agreement, "                    \
  "settlement_document, settlement_sha256, obligation_count, effective_day, settle_time, "      \
  "conclusion_reason, conclusion_document, conclusion_sha256, materials_equal, conclude_time, " \
  "withdrawal_by, withdrawal_reason, withdraw_time, confirmation, window_day, is_unconfirmed, " \
  "filed_case_number, accept_time, acknowledge_time, update_time, revision, urge_count"

namespace maplebridge::docking {

// A row of MB_REFERRAL_COLUMNS.
Referral ReferralOf(const postgres::Row& row);

Clock ReadClock(ColumnReader* reader);
// Six values, in the order of MB_CLOCK_COLUMNS.
void AddClock(postgres::Parameters* parameters, const Clock& clock);

// A new referral's row without what hangs on it.
Task<absl::Status> InsertReferralRow(postgres::Transaction& transaction, const Referral& referral);
// Stores what a step may change; the row is locked.
Task<absl::Status> UpdateReferral(postgres::Transaction& transaction, const Referral& referral);

}  // namespace maplebridge::docking
