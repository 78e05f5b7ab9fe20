#include "services/roster/store/case_fact_store.h"

namespace maplebridge::roster {
namespace {

using postgres::Statement;

// A dispute and its confirmation come by two feeds at once; whoever comes second sees the first.
// $1 dispute.
constexpr Statement kLock{"case_fact_lock",
                          "SELECT pg_advisory_xact_lock(hashtextextended('case_facts' || $1, 0))"};
// $1 to $19 in the order of the columns, $20 mediators. Who mediates follows the row alone.
constexpr Statement kPut{"case_fact_put", R"(
  WITH put AS (
  INSERT INTO case_facts (dispute, organisation, division, category, difficulty, referred, state,
                          agreement_form, report_day, accept_day, conclude_day, outcome,
                          performed_day, satisfaction, sum_fen, set_aside, relapsed, revision,
                          update_time)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
  ON CONFLICT (dispute) DO UPDATE
  SET organisation = excluded.organisation, division = excluded.division,
      category = excluded.category, difficulty = excluded.difficulty,
      referred = excluded.referred, state = excluded.state,
      agreement_form = excluded.agreement_form, report_day = excluded.report_day,
      accept_day = excluded.accept_day, conclude_day = excluded.conclude_day,
      outcome = excluded.outcome, performed_day = excluded.performed_day,
      satisfaction = excluded.satisfaction, sum_fen = excluded.sum_fen,
      set_aside = excluded.set_aside, relapsed = excluded.relapsed,
      revision = excluded.revision, update_time = excluded.update_time
  WHERE case_facts.revision < excluded.revision
  RETURNING dispute),
  dropped AS (
    DELETE FROM case_mediators
    WHERE dispute = (SELECT dispute FROM put) AND mediator <> ALL ($20::text[]))
  INSERT INTO case_mediators (dispute, mediator)
  SELECT put.dispute, mediator FROM put, unnest($20::text[]) AS mediator
  ON CONFLICT DO NOTHING)"};
// $1 confirmation, $2 dispute, $3 state, $4 revision, $5 time.
constexpr Statement kPutConfirmation{"case_confirmation_put", R"(
  INSERT INTO case_confirmations (confirmation, dispute, state, revision, update_time)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (confirmation) DO UPDATE
  SET dispute = excluded.dispute, state = excluded.state, revision = excluded.revision,
      update_time = excluded.update_time
  WHERE case_confirmations.revision < excluded.revision)"};
// The last ruling counts. $1 dispute.
constexpr Statement kTellConfirmation{"case_fact_confirmation", R"(
  UPDATE case_facts
  SET confirmation = (SELECT state FROM case_confirmations
                      WHERE dispute = $1 AND state IN ('CONFIRMED', 'REJECTED')
                      ORDER BY update_time DESC, confirmation DESC
                      LIMIT 1)
  WHERE dispute = $1)"};
// $1 source, $2 position, $3 resource, $4 event, $5 reason, $6 time.
constexpr Statement kRefusal{"case_refusal", R"(
  INSERT INTO feed_refusals (source, position, resource, event, reason, refuse_time)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT DO NOTHING)"};

postgres::Parameters RowOf(const CaseFact& fact) {
  postgres::Parameters p;
  p.Add(fact.dispute);
  p.Add(fact.organisation);
  p.Add(fact.division);
  p.Add(fact.category);
  p.Add(fact.difficulty);
  p.Add(fact.is_referred);
  p.Add(fact.state);
  p.Add(fact.agreement_form);
  p.Add(fact.report_day);
  p.Add(fact.accept_day);
  p.Add(fact.conclude_day);
  p.Add(fact.outcome);
  p.Add(fact.performed_day);
  p.Add(fact.satisfaction);
  p.Add(fact.sum_fen);
  p.Add(fact.is_set_aside);
  p.Add(fact.has_relapsed);
  p.Add(fact.revision);
  p.Add(fact.update_time);
  postgres::ArrayParameter mediators;
  for (const std::string& mediator : fact.mediators) mediators.Push(std::string_view(mediator));
  p.Add(mediators.Take());
  return p;
}

}  // namespace

void PutCaseFact(postgres::Transaction& transaction, const CaseFact& fact) {
  transaction.Later({&kLock, postgres::Parameters::Of(fact.dispute)});
  transaction.Later({&kPut, RowOf(fact)});
  transaction.Later({&kTellConfirmation, postgres::Parameters::Of(fact.dispute)});
}

void PutCaseConfirmation(postgres::Transaction& transaction, const CaseConfirmation& confirmation) {
  transaction.Later({&kLock, postgres::Parameters::Of(confirmation.dispute)});
  transaction.Later(
      {&kPutConfirmation,
       postgres::Parameters::Of(confirmation.confirmation, confirmation.dispute, confirmation.state,
                                confirmation.revision, confirmation.update_time)});
  transaction.Later({&kTellConfirmation, postgres::Parameters::Of(confirmation.dispute)});
}

Task<absl::Status> RecordCaseRefusal(postgres::Transaction& transaction, const CaseRefusal& refusal,
                                     absl::Time now) {
  auto done = co_await transaction.Execute(kRefusal, refusal.source, refusal.position,
                                           refusal.resource, refusal.event, refusal.reason, now);
  co_return done.status();
}

}  // namespace maplebridge::roster
