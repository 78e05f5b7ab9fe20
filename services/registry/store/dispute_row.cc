#include "services/registry/store/dispute_row.h"

#include "services/registry/domain/rule_set.h"
#include "services/registry/store/dispute_store.h"
#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

// In the order of the parameters of UpdateDispute.
constexpr Statement kUpdate{"dispute_update", R"(
  UPDATE disputes
  SET state = $2, organisation = $3, organisation_name = $4, mediators = $5::text[],
      mediator_names = $6::text[], session_count = $7, agreement_count = $8,
      obligation_count = $9, performed_count = $10, conclusion_kind = $11,
      conclusion_reason = $12, conclusion_explanation = $13, conclusion_agreement = $14,
      conclusion_document = $15, conclusion_document_number = $16, conclusion_sha256 = $17,
      conclusion_sm3 = $18, effective_day = $19, conclude_time = $20, confirmation_due_day = $21,
      confirmation_due_time = $22, confirmation_provisional = $23, clock = $24, due_day = $25,
      due_time = $26, provisional = $27, overdue = $28, decline_reason = $29,
      decline_advice = $30, accept_time = $31, update_time = $32, revision = $33,
      breach_count = $34, follow_up_count = $35, satisfaction = $36, relapsed = $37,
      unperformed_reason = $38, set_aside_case_number = $39, retention = $40, archive_time = $41,
      offered_organisation = $42, transfer_count = $43, helper_count = $44, recusal_count = $45,
      escalation_count = $46, limit_from = $47, limit_rule = $48, limit_length = $49,
      merged_into = nullif($50, ''), planned_session_count = $51, owed_fen = $52,
      performed_fen = $53, overdue_count = $54, late_count = $55, performed_day = $56,
      urging_count = $57, performance_count = $58
  WHERE number = $1)"};

Conclusion ConclusionOf(const Row& row) {
  Conclusion conclusion;
  conclusion.kind = row.Text(20);
  if (conclusion.kind.empty()) return conclusion;
  conclusion.reason = row.Text(21);
  conclusion.explanation = row.Text(22);
  conclusion.agreement = static_cast<int>(row.Int64(23));
  conclusion.document_id = row.Text(24);
  conclusion.document_number = row.Text(25);
  conclusion.sha256 = row.Text(26);
  conclusion.sm3 = row.Text(27);
  if (!row.IsNull(28)) conclusion.effective_day = row.Day(28);
  conclusion.conclude_time = row.Time(29);
  if (!row.IsNull(30)) {
    conclusion.confirmation = ClockEnd{"confirmation", row.Day(30), row.Time(31), row.Bool(32)};
  }
  return conclusion;
}

void AddConclusion(postgres::Parameters* p, const Conclusion& conclusion) {
  p->Add(conclusion.kind);
  p->Add(conclusion.reason);
  p->Add(conclusion.explanation);
  p->Add(conclusion.agreement);
  p->Add(conclusion.document_id);
  p->Add(conclusion.document_number);
  p->Add(conclusion.sha256);
  p->Add(conclusion.sm3);
  p->Add(conclusion.effective_day);
  if (conclusion.kind.empty()) {
    p->Add(std::nullopt);
  } else {
    p->Add(conclusion.conclude_time);
  }
  if (conclusion.confirmation) {
    p->Add(conclusion.confirmation->due_day);
    p->Add(conclusion.confirmation->due_time);
    p->Add(conclusion.confirmation->provisional);
  } else {
    for (int i = 0; i < 3; ++i) p->Add(std::nullopt);
  }
}

void AddClock(postgres::Parameters* p, const ClockEnd& clock) {
  p->Add(clock.kind);
  if (clock.kind.empty()) {
    p->Add(std::nullopt);
    p->Add(std::nullopt);
  } else {
    p->Add(clock.due_day);
    p->Add(clock.due_time);
  }
  p->Add(clock.provisional);
}

void AddLimit(postgres::Parameters* p, const std::optional<MediationLimit>& limit) {
  if (limit) {
    p->Add(limit->from);
    p->Add(RuleWord(limit->period.rule));
    p->Add(limit->period.length);
  } else {
    for (int i = 0; i < 3; ++i) p->Add(std::nullopt);
  }
}

}  // namespace

Dispute DisputeOf(const Row& row) {
  Dispute dispute;
  dispute.number = row.Text(0);
  dispute.state = DisputeStateOf(row.View(1)).value_or(DisputeState::kNone);
  dispute.category = row.Text(2);
  dispute.category_text = row.Text(3);
  dispute.sub_category = row.Text(4);
  dispute.source = row.Text(5);
  dispute.division = static_cast<std::uint64_t>(row.Int64(6));
  dispute.organisation = row.Text(7);
  dispute.organisation_name = row.Text(8);
  dispute.summary = row.Text(9);
  dispute.claimed_amount_fen = row.Int64(10);
  dispute.difficulty = row.Text(11);
  dispute.mediators = TextsOf(row.View(12));
  dispute.mediator_names = TextsOf(row.View(13));
  dispute.referral = row.Text(14);
  dispute.court = row.Text(15);
  dispute.session_count = static_cast<int>(row.Int64(16));
  dispute.agreement_count = static_cast<int>(row.Int64(17));
  dispute.obligation_count = static_cast<int>(row.Int64(18));
  dispute.performed_count = static_cast<int>(row.Int64(19));
  dispute.conclusion = ConclusionOf(row);
  dispute.clock.kind = row.Text(33);
  if (!dispute.clock.kind.empty()) {
    dispute.clock.due_day = row.Day(34);
    dispute.clock.due_time = row.Time(35);
    dispute.clock.provisional = row.Bool(36);
  }
  dispute.overdue = row.Bool(37);
  dispute.decline_reason = row.Text(38);
  dispute.decline_advice = row.Text(39);
  dispute.create_time = row.Time(40);
  dispute.accept_time = row.OptionalTime(41);
  dispute.update_time = row.Time(42);
  dispute.revision = row.Int64(43);
  dispute.breach_count = static_cast<int>(row.Int64(44));
  dispute.follow_up_count = static_cast<int>(row.Int64(45));
  dispute.satisfaction = static_cast<int>(row.Int64(46));
  dispute.relapsed = row.Bool(47);
  dispute.unperformed_reason = row.Text(48);
  dispute.set_aside_case_number = row.Text(49);
  dispute.retention = row.Text(50);
  dispute.archive_time = row.OptionalTime(51);
  dispute.offered_organisation = row.Text(52);
  dispute.transfer_count = static_cast<int>(row.Int64(53));
  dispute.helper_count = static_cast<int>(row.Int64(54));
  dispute.recusal_count = static_cast<int>(row.Int64(55));
  dispute.escalation_count = static_cast<int>(row.Int64(56));
  dispute.merged_into = row.Text(60);
  dispute.rules_version = row.Text(61);
  dispute.planned_session_count = static_cast<int>(row.Int64(62));
  dispute.owed_fen = row.Int64(63);
  dispute.performed_fen = row.Int64(64);
  dispute.overdue_count = static_cast<int>(row.Int64(65));
  dispute.late_count = static_cast<int>(row.Int64(66));
  if (!row.IsNull(67)) dispute.performed_day = row.Day(67);
  dispute.urging_count = static_cast<int>(row.Int64(68));
  dispute.performance_count = static_cast<int>(row.Int64(69));
  dispute.centre = row.Text(70);
  dispute.open_route = static_cast<int>(row.Int64(71));
  dispute.has_joint_mediation = row.Bool(72);
  dispute.joint_organisations = TextsOf(row.View(73));
  if (!row.IsNull(59)) {
    dispute.limit = MediationLimit{row.OptionalTime(57),
                                   {DeadlineRuleOf(row.View(58)), static_cast<int>(row.Int64(59))}};
  }
  return dispute;
}

Task<absl::Status> UpdateDispute(postgres::Transaction& transaction, const Dispute& dispute) {
  postgres::Parameters p;
  p.Add(dispute.number);
  p.Add(Word(dispute.state));
  p.Add(dispute.organisation);
  p.Add(dispute.organisation_name);
  p.Add(TextArray(dispute.mediators));
  p.Add(TextArray(dispute.mediator_names));
  p.Add(dispute.session_count);
  p.Add(dispute.agreement_count);
  p.Add(dispute.obligation_count);
  p.Add(dispute.performed_count);
  AddConclusion(&p, dispute.conclusion);
  AddClock(&p, dispute.clock);
  p.Add(dispute.overdue);
  p.Add(dispute.decline_reason);
  p.Add(dispute.decline_advice);
  p.Add(dispute.accept_time);
  p.Add(dispute.update_time);
  p.Add(dispute.revision);
  p.Add(dispute.breach_count);
  p.Add(dispute.follow_up_count);
  p.Add(dispute.satisfaction);
  p.Add(dispute.relapsed);
  p.Add(dispute.unperformed_reason);
  p.Add(dispute.set_aside_case_number);
  p.Add(dispute.retention);
  p.Add(dispute.archive_time);
  p.Add(dispute.offered_organisation);
  p.Add(dispute.transfer_count);
  p.Add(dispute.helper_count);
  p.Add(dispute.recusal_count);
  p.Add(dispute.escalation_count);
  AddLimit(&p, dispute.limit);
  p.Add(dispute.merged_into);
  p.Add(dispute.planned_session_count);
  p.Add(dispute.owed_fen);
  p.Add(dispute.performed_fen);
  p.Add(dispute.overdue_count);
  p.Add(dispute.late_count);
  p.Add(dispute.performed_day);
  p.Add(dispute.urging_count);
  p.Add(dispute.performance_count);
  transaction.Later({&kUpdate, std::move(p)});
  co_return absl::OkStatus();
}

}  // namespace maplebridge::registry
