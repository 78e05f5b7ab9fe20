#include "services/docking/store/referral_row.h"

namespace maplebridge::docking {
namespace {

using postgres::Parameters;
using postgres::Statement;

// What is known of a new referral.
constexpr Statement kInsert{"referral_insert", R"(
  INSERT INTO referrals (id, court, case_number, category, category_text, division, summary,
                         amount_fen, guidance, create_time, state, clock, due_day, due_time,
                         clock_start_time, provisional, clock_because, update_time, revision)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17::text[], $18,
          $19))"};

// In the order of AddChanges.
constexpr Statement kUpdate{"referral_update", R"(
  UPDATE referrals
  SET kind = $2, procedure = $3, choice = $4, organisation = $5, roster_time = $6, state = $7,
      clock = $8, due_day = $9, due_time = $10, clock_start_time = $11, provisional = $12,
      clock_because = $13::text[], dispute = $14, mediator = $15, progress_type = $16,
      progress_resource = $17, progress_time = $18, decline_reason = $19, decline_text = $20,
      decline_organisation = $21, decline_time = $22, settlement_agreement = $23,
      settlement_document = $24, settlement_sha256 = $25, obligation_count = $26,
      effective_day = $27, settle_time = $28, conclusion_reason = $29, conclusion_document = $30,
      conclusion_sha256 = $31, materials_equal = $32, conclude_time = $33, withdrawal_by = $34,
      withdrawal_reason = $35, withdraw_time = $36, confirmation = $37, window_day = $38,
      is_unconfirmed = $39, filed_case_number = $40, accept_time = $41, acknowledge_time = $42,
      update_time = $43, revision = $44, urge_count = $45
  WHERE id = $1)"};

// A time that belongs to a part which may be absent.
template <typename Part>
void AddTime(Parameters* p, const std::optional<Part>& part, absl::Time Part::*time) {
  if (part) {
    p->Add((*part).*time);
  } else {
    p->Add(std::nullopt);
  }
}

void AddOutcome(Parameters* p, const Referral& referral) {
  const Settlement settlement = referral.settlement.value_or(Settlement());
  p->Add(settlement.agreement);
  p->Add(settlement.document);
  p->Add(settlement.sha256);
  p->Add(settlement.obligation_count);
  if (referral.settlement) {
    p->Add(settlement.effective_day);
  } else {
    p->Add(std::nullopt);
  }
  AddTime(p, referral.settlement, &Settlement::conclude_time);
  const Conclusion conclusion = referral.conclusion.value_or(Conclusion());
  p->Add(conclusion.reason);
  p->Add(conclusion.document);
  p->Add(conclusion.sha256);
  p->Add(conclusion.materials_equal);
  AddTime(p, referral.conclusion, &Conclusion::conclude_time);
  const Withdrawal withdrawal = referral.withdrawal.value_or(Withdrawal());
  p->Add(withdrawal.by);
  p->Add(withdrawal.reason);
  AddTime(p, referral.withdrawal, &Withdrawal::withdraw_time);
}

void AddChanges(Parameters* p, const Referral& referral) {
  p->Add(referral.id);
  p->Add(Word(referral.kind));
  p->Add(referral.procedure);
  p->Add(referral.choice);
  p->Add(referral.organisation);
  p->Add(referral.roster_time);
  p->Add(Word(referral.state));
  AddClock(p, referral.clock);
  p->Add(referral.dispute);
  p->Add(referral.mediator);
  const Progress progress = referral.progress.value_or(Progress());
  p->Add(progress.type);
  p->Add(progress.resource);
  AddTime(p, referral.progress, &Progress::event_time);
  const Decline decline = referral.decline.value_or(Decline());
  p->Add(decline.reason);
  p->Add(decline.text);
  p->Add(decline.organisation);
  AddTime(p, referral.decline, &Decline::decline_time);
  AddOutcome(p, referral);
  p->Add(referral.confirmation);
  p->Add(referral.window_day);
  p->Add(referral.is_unconfirmed);
  p->Add(referral.filed_case_number);
  p->Add(referral.accept_time);
  p->Add(referral.acknowledge_time);
  p->Add(referral.update_time);
  p->Add(referral.revision);
  p->Add(referral.urge_count);
}

// Parts whose time says whether they are there.
std::optional<Progress> ReadProgress(ColumnReader* reader) {
  Progress progress;
  progress.type = reader->Text();
  progress.resource = reader->Text();
  const std::optional<absl::Time> time = reader->OptionalTime();
  if (!time) return std::nullopt;
  progress.event_time = *time;
  return progress;
}

std::optional<Decline> ReadDecline(ColumnReader* reader) {
  Decline decline;
  decline.reason = reader->Text();
  decline.text = reader->Text();
  decline.organisation = reader->Text();
  const std::optional<absl::Time> time = reader->OptionalTime();
  if (!time) return std::nullopt;
  decline.decline_time = *time;
  return decline;
}

std::optional<Settlement> ReadSettlement(ColumnReader* reader) {
  Settlement settlement;
  settlement.agreement = reader->Text();
  settlement.document = reader->Text();
  settlement.sha256 = reader->Text();
  settlement.obligation_count = reader->Int();
  settlement.effective_day = reader->OptionalDay().value_or(absl::CivilDay());
  const std::optional<absl::Time> time = reader->OptionalTime();
  if (!time) return std::nullopt;
  settlement.conclude_time = *time;
  return settlement;
}

std::optional<Conclusion> ReadConclusion(ColumnReader* reader) {
  Conclusion conclusion;
  conclusion.reason = reader->Text();
  conclusion.document = reader->Text();
  conclusion.sha256 = reader->Text();
  conclusion.materials_equal = reader->Bool();
  const std::optional<absl::Time> time = reader->OptionalTime();
  if (!time) return std::nullopt;
  conclusion.conclude_time = *time;
  return conclusion;
}

std::optional<Withdrawal> ReadWithdrawal(ColumnReader* reader) {
  Withdrawal withdrawal;
  withdrawal.by = reader->Text();
  withdrawal.reason = reader->Text();
  const std::optional<absl::Time> time = reader->OptionalTime();
  if (!time) return std::nullopt;
  withdrawal.withdraw_time = *time;
  return withdrawal;
}

}  // namespace

Clock ReadClock(ColumnReader* reader) {
  Clock clock;
  clock.kind = reader->Text();
  if (clock.kind.empty()) {
    reader->Skip(5);
    return clock;
  }
  clock.due_day = reader->Day();
  clock.due_time = reader->Time();
  clock.start_time = reader->Time();
  clock.provisional = reader->Bool();
  clock.because = reader->List();
  return clock;
}

void AddClock(Parameters* p, const Clock& clock) {
  p->Add(clock.kind);
  if (clock.kind.empty()) {
    for (int i = 0; i < 3; ++i) p->Add(std::nullopt);
  } else {
    p->Add(clock.due_day);
    p->Add(clock.due_time);
    p->Add(clock.start_time);
  }
  p->Add(clock.provisional);
  p->Add(TextArray(clock.because));
}

Referral ReferralOf(const postgres::Row& row) {
  ColumnReader reader(row);
  Referral referral;
  referral.id = reader.Text();
  referral.court = reader.Text();
  referral.case_number = reader.Text();
  referral.category = reader.Text();
  referral.category_text = reader.Text();
  referral.division = static_cast<std::uint64_t>(reader.Int64());
  referral.summary = reader.Text();
  referral.amount_fen = reader.Int64();
  referral.guidance = reader.Text();
  referral.create_time = reader.Time();
  referral.kind = ReferralKindOf(reader.Text());
  referral.procedure = reader.Text();
  referral.choice = reader.Text();
  referral.organisation = reader.Text();
  referral.roster_time = reader.OptionalTime();
  referral.state = ReferralStateOf(reader.Text()).value_or(ReferralState::kNone);
  referral.clock = ReadClock(&reader);
  referral.dispute = reader.Text();
  referral.mediator = reader.Text();
  referral.progress = ReadProgress(&reader);
  referral.decline = ReadDecline(&reader);
  referral.settlement = ReadSettlement(&reader);
  referral.conclusion = ReadConclusion(&reader);
  referral.withdrawal = ReadWithdrawal(&reader);
  referral.confirmation = reader.Text();
  referral.window_day = reader.OptionalDay();
  referral.is_unconfirmed = reader.Bool();
  referral.filed_case_number = reader.Text();
  referral.accept_time = reader.OptionalTime();
  referral.acknowledge_time = reader.OptionalTime();
  referral.update_time = reader.Time();
  referral.revision = reader.Int64();
  referral.urge_count = reader.Int64();
  return referral;
}

Task<absl::Status> InsertReferralRow(postgres::Transaction& transaction, const Referral& referral) {
  Parameters p;
  p.Add(referral.id);
  p.Add(referral.court);
  p.Add(referral.case_number);
  p.Add(referral.category);
  p.Add(referral.category_text);
  p.Add(referral.division);
  p.Add(referral.summary);
  p.Add(referral.amount_fen);
  p.Add(referral.guidance);
  p.Add(referral.create_time);
  p.Add(Word(referral.state));
  AddClock(&p, referral.clock);
  p.Add(referral.update_time);
  p.Add(referral.revision);
  auto inserted = co_await transaction.ExecuteWith(kInsert, std::move(p));
  co_return inserted.status();
}

Task<absl::Status> UpdateReferral(postgres::Transaction& transaction, const Referral& referral) {
  Parameters p;
  AddChanges(&p, referral);
  auto updated = co_await transaction.ExecuteWith(kUpdate, std::move(p));
  co_return updated.status();
}

}  // namespace maplebridge::docking
