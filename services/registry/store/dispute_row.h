// The row of a dispute: its columns in the one order in which they are read.
#pragma once

#include "common/postgres/result.h"
#include "services/registry/domain/dispute.h"
#include "services/registry/store/text_array.h"

// Arrays come as text, their elements parted by the unit separator.
#define MB_DISPUTE_COLUMNS \
  "number, state, category, category_text, sub_category, source, division, organisation, "     \
  "organisation_name, summary, claimed_amount_fen, difficulty, "                               \
  MB_TEXTS("mediators") ", " MB_TEXTS("mediator_names") ", "          \
  "referral, court, session_count, agreement_count, obligation_count, performed_count, "       \
  "conclusion_kind, conclusion_reason, conclusion_explanation, conclusion_agreement, "         \
  "conclusion_document, conclusion_document_number, conclusion_sha256, conclusion_sm3, "       \
  "effective_day, conclude_time, confirmation_due_day, confirmation_due_time, "                \
  "confirmation_provisional, clock, due_day, due_time, provisional, overdue, decline_reason, " \
  "decline_advice, create_time, accept_time, update_time, revision, breach_count, "            \
  "follow_up_count, satisfaction, relapsed, unperformed_reason, set_aside_case_number, "       \
  "retention, archive_time, offered_organisation, transfer_count, helper_count, "              \
  "recusal_count, escalation_count, limit_from, limit_rule, limit_length, "                    \
  "coalesce(merged_into, ''), rules_version, planned_session_count, owed_fen, performed_fen, "   \
  "overdue_count, late_count, performed_day, urging_count, performance_count, centre, "          \
  "open_route, has_joint_mediation, " MB_TEXTS("joint_organisations")

namespace maplebridge::registry {

// How many there are: what a statement selects beside them comes after.
inline constexpr int kDisputeColumnCount = 74;

// A row of MB_DISPUTE_COLUMNS.
Dispute DisputeOf(const postgres::Row& row);

}  // namespace maplebridge::registry
