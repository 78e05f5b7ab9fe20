#include "services/registry/store/agreement_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"

namespace maplebridge::registry {
namespace {

using postgres::ArrayParameter;
using postgres::Result;
using postgres::Row;
using postgres::Statement;

// $1 dispute, $2 time.
constexpr Statement kReplaceDrafts{"agreements_replace", R"(
  UPDATE agreements
  SET state = 'REPLACED', update_time = $2, revision = revision + 1
  WHERE dispute = $1 AND state = 'DRAFT')"};
// $1 dispute, $2 time. Those that were not concluded upon: the one that was stands with the
// dispute.
constexpr Statement kReplaceUnconcluded{"agreements_replace_unconcluded", R"(
  UPDATE agreements a
  SET state = 'REPLACED', update_time = $2, revision = a.revision + 1
  FROM disputes d
  WHERE a.dispute = $1 AND d.number = $1 AND a.ordinal <> d.conclusion_agreement
    AND a.state IN ('DRAFT', 'IN_EFFECT'))"};
// $1 dispute, $2 ordinal, $3 form, $4 state, $5 facts, $6 terms, $7 number, $8 document,
// $9 effective day, $10 time, $11 agreed day.
constexpr Statement kInsert{"agreement_insert", R"(
  INSERT INTO agreements (dispute, ordinal, form, state, facts, performance_terms, number,
                          document_id, effective_day, create_time, update_time, revision,
                          agreed_day)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, 1, $11))"};
// $1 dispute, $2 agreement, $3 ids, $4 kinds, $5 debtors, $6 creditors, $7 contents, $8 sums,
// $9 sums in words, $10 due days, $11 what each carries on.
constexpr Statement kInsertObligations{"obligations_insert", R"(
  INSERT INTO obligations (dispute, agreement, obligation_id, ordinal, kind, debtor, creditor,
                           content, amount_fen, amount_in_words, due_day, continues_obligation_id)
  SELECT $1::text, $2::int, o.id, o.ordinal, o.kind, o.debtor, o.creditor, o.content, o.amount,
         o.words, o.due_day, o.continues
  FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[],
              $10::date[], $11::text[])
       WITH ORDINALITY
       AS o (id, kind, debtor, creditor, content, amount, words, due_day, continues, ordinal))"};
// $1 dispute, $2 agreement, $3 obligations, $4 instalments, $5 sums, $6 due days.
constexpr Statement kInsertDues{"dues_insert", R"(
  INSERT INTO dues (dispute, agreement, obligation_id, instalment, state, amount_fen, due_day)
  SELECT $1::text, $2::int, u.obligation, u.instalment, 'WAITING', u.amount, u.due_day
  FROM unnest($3::text[], $4::int[], $5::bigint[], $6::date[])
       AS u (obligation, instalment, amount, due_day))"};
// $1 dispute, $2 ordinal.
constexpr Statement kRead{"agreement_read", R"(
  SELECT a.form, a.state, a.facts, a.performance_terms, a.number, a.document_id, d.sha256, d.sm3,
         a.effective_day, a.create_time, a.update_time, a.revision, a.agreed_day
  FROM agreements a LEFT JOIN documents d USING (dispute, document_id)
  WHERE a.dispute = $1 AND a.ordinal = $2)"};
constexpr Statement kReadObligations{"obligations_read", R"(
  SELECT obligation_id, kind, debtor, creditor, content, amount_fen, amount_in_words, due_day,
         continues_obligation_id
  FROM obligations
  WHERE dispute = $1 AND agreement = $2
  ORDER BY ordinal)"};
constexpr Statement kReadDues{"dues_read", R"(
  SELECT u.obligation_id, u.instalment, u.amount_fen, u.due_day, u.performed_fen, u.performed_day,
         u.overdue
  FROM dues u JOIN obligations o USING (dispute, agreement, obligation_id)
  WHERE u.dispute = $1 AND u.agreement = $2
  ORDER BY o.ordinal, u.instalment)"};
constexpr Statement kReadSignatures{"signatures_read", R"(
  SELECT kind, signer, method, sign_time, representative_id, sign_day
  FROM signatures
  WHERE dispute = $1 AND agreement = $2
  ORDER BY sign_time, kind, signer)"};
// $1 dispute.
constexpr Statement kLastOral{"agreement_last_oral", R"(
  SELECT coalesce(max(ordinal), 0)::bigint FROM agreements
  WHERE dispute = $1 AND form = 'ORAL' AND state = 'IN_EFFECT')"};
// $1 dispute, $2 agreement, $3 kind, $4 signer, $5 method, $6 time, $7 who signed for it, $8 day.
constexpr Statement kInsertSignature{"signature_insert", R"(
  INSERT INTO signatures (dispute, agreement, kind, signer, method, sign_time,
                          representative_id, sign_day)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT DO NOTHING)"};
// $1 dispute, $2 ordinal, $3 state, $4 effective day, $5 time, $6 revision.
constexpr Statement kUpdate{"agreement_update", R"(
  UPDATE agreements
  SET state = $3, effective_day = $4, update_time = $5, revision = $6
  WHERE dispute = $1 AND ordinal = $2)"};
template <typename Word1, typename Kind>
Kind KindOf(std::string_view word, Word1 word_of, std::initializer_list<Kind> kinds) {
  for (Kind kind : kinds) {
    if (word_of(kind) == word) return kind;
  }
  return *kinds.begin();
}

Obligation ObligationOf(const Row& row) {
  using enum ObligationKind;
  Obligation obligation;
  obligation.obligation_id = row.Text(0);
  obligation.kind = KindOf(row.View(1), [](ObligationKind kind) { return Word(kind); },
                           {kPayment, kAct, kForbearance, kDelivery, kApology});
  obligation.debtor_party_id = row.Text(2);
  obligation.creditor_party_id = row.Text(3);
  obligation.content = row.Text(4);
  obligation.amount_fen = row.Int64(5);
  obligation.amount_in_words = row.Text(6);
  if (!row.IsNull(7)) obligation.due_day = row.Day(7);
  obligation.continues_obligation_id = row.Text(8);
  return obligation;
}

// Rows in the order of the obligations.
void ReadDues(const postgres::Result& rows, std::vector<Obligation>* obligations) {
  auto obligation = obligations->begin();
  for (int i = 0; i < rows.size(); ++i) {
    const Row row = rows[i];
    while (obligation->obligation_id != row.View(0)) ++obligation;
    Due due;
    due.instalment = static_cast<int>(row.Int64(1));
    due.amount_fen = row.Int64(2);
    if (!row.IsNull(3)) due.due_day = row.Day(3);
    due.performed_fen = row.Int64(4);
    if (!row.IsNull(5)) due.performed_day = row.Day(5);
    due.overdue = row.Bool(6);
    obligation->dues.push_back(due);
  }
}

StoredSignature SignatureOf(const Row& row) {
  StoredSignature stored;
  stored.signature.kind =
      KindOf(row.View(0), [](SignerKind kind) { return Word(kind); },
             {SignerKind::kParty, SignerKind::kMediator, SignerKind::kOrganisation});
  stored.signature.signer = row.Text(1);
  stored.signature.method =
      KindOf(row.View(2), [](SignatureMethod method) { return Word(method); },
             {SignatureMethod::kSignature, SignatureMethod::kFingerprint, SignatureMethod::kSeal});
  stored.sign_time = row.Time(3);
  stored.signature.representative_id = row.Text(4);
  stored.signature.sign_day = row.Day(5);
  return stored;
}

void ReadHead(const Row& row, Agreement* agreement) {
  agreement->draft.form =
      row.View(0) == Word(AgreementForm::kOral) ? AgreementForm::kOral : AgreementForm::kWritten;
  agreement->state = row.Text(1);
  agreement->draft.facts = row.Text(2);
  agreement->draft.performance_terms = row.Text(3);
  agreement->number = row.Text(4);
  agreement->document_id = row.Text(5);
  agreement->document_sha256 = row.Text(6);
  agreement->document_sm3 = row.Text(7);
  if (!row.IsNull(8)) agreement->effective_day = row.Day(8);
  agreement->create_time = row.Time(9);
  agreement->update_time = row.Time(10);
  agreement->revision = row.Int64(11);
  agreement->draft.agreed_day = row.Day(12);
}

Task<absl::Status> InsertObligations(postgres::Transaction& transaction,
                                     const Agreement& agreement) {
  ArrayParameter ids, kinds, debtors, creditors, contents, amounts, words, days, continues;
  ArrayParameter due_ids, instalments, due_amounts, due_days;
  for (const Obligation& obligation : agreement.draft.obligations) {
    ids.Push(std::string_view(obligation.obligation_id));
    kinds.Push(Word(obligation.kind));
    debtors.Push(std::string_view(obligation.debtor_party_id));
    creditors.Push(std::string_view(obligation.creditor_party_id));
    contents.Push(std::string_view(obligation.content));
    amounts.Push(obligation.amount_fen);
    words.Push(std::string_view(obligation.amount_in_words));
    days.PushOptional(obligation.due_day);
    continues.Push(std::string_view(obligation.continues_obligation_id));
    for (const Due& due : obligation.dues) {
      due_ids.Push(std::string_view(obligation.obligation_id));
      instalments.Push(std::int64_t{due.instalment});
      due_amounts.Push(due.amount_fen);
      due_days.PushOptional(due.due_day);
    }
  }
  auto stored = co_await transaction.Execute(
      kInsertObligations, agreement.dispute, agreement.ordinal, ids.Take(), kinds.Take(),
      debtors.Take(), creditors.Take(), contents.Take(), amounts.Take(), words.Take(), days.Take(),
      continues.Take());
  if (!stored.ok()) co_return stored.status();
  stored = co_await transaction.Execute(kInsertDues, agreement.dispute, agreement.ordinal,
                                        due_ids.Take(), instalments.Take(), due_amounts.Take(),
                                        due_days.Take());
  co_return stored.status();
}

}  // namespace

std::string Agreement::name() const {
  return absl::StrCat("disputes/", dispute, "/agreements/", ordinal);
}

Task<absl::Status> ReplaceUnconcluded(postgres::Transaction& transaction,
                                      const std::string& dispute, absl::Time now) {
  auto replaced = co_await transaction.Execute(kReplaceUnconcluded, dispute, now);
  co_return replaced.status();
}

Task<absl::Status> InsertAgreement(postgres::Transaction& transaction, const Agreement& agreement) {
  auto replaced =
      co_await transaction.Execute(kReplaceDrafts, agreement.dispute, agreement.create_time);
  if (!replaced.ok()) co_return replaced.status();
  std::optional<std::string> document;
  if (!agreement.document_id.empty()) document = agreement.document_id;
  auto inserted = co_await transaction.Execute(
      kInsert, agreement.dispute, agreement.ordinal, Word(agreement.draft.form), agreement.state,
      agreement.draft.facts, agreement.draft.performance_terms, agreement.number, document,
      agreement.effective_day, agreement.create_time, agreement.draft.agreed_day);
  if (!inserted.ok()) co_return inserted.status();
  co_return co_await InsertObligations(transaction, agreement);
}

Task<absl::StatusOr<Agreement>> ReadAgreement(postgres::Transaction& transaction,
                                              const std::string& dispute, int ordinal) {
  std::vector<postgres::Command> commands;
  for (const Statement* statement : {&kRead, &kReadObligations, &kReadSignatures, &kReadDues}) {
    commands.push_back({statement, postgres::Parameters::Of(dispute, ordinal)});
  }
  auto results = co_await transaction.ExecuteAll(std::move(commands));
  if (!results.ok()) co_return results.status();
  Agreement agreement;
  agreement.dispute = dispute;
  agreement.ordinal = ordinal;
  if ((*results)[0].empty()) co_return NotFoundError(agreement.name());
  ReadHead((*results)[0][0], &agreement);
  for (int i = 0; i < (*results)[1].size(); ++i) {
    agreement.draft.obligations.push_back(ObligationOf((*results)[1][i]));
  }
  for (int i = 0; i < (*results)[2].size(); ++i) {
    agreement.signatures.push_back(SignatureOf((*results)[2][i]));
  }
  ReadDues((*results)[3], &agreement.draft.obligations);
  co_return agreement;
}

Task<absl::StatusOr<int>> LastOralAgreement(postgres::Transaction& transaction,
                                            const std::string& dispute) {
  auto rows = co_await transaction.Execute(kLastOral, dispute);
  if (!rows.ok()) co_return rows.status();
  co_return static_cast<int>((*rows)[0].Int64(0));
}

Task<absl::Status> InsertSignature(postgres::Transaction& transaction, const Agreement& agreement,
                                   const StoredSignature& signature) {
  auto inserted = co_await transaction.Execute(
      kInsertSignature, agreement.dispute, agreement.ordinal, Word(signature.signature.kind),
      signature.signature.signer, Word(signature.signature.method), signature.sign_time,
      signature.signature.representative_id, signature.signature.sign_day);
  if (!inserted.ok()) co_return inserted.status();
  if (inserted->affected() == 0) {
    co_return ExistsError(absl::StrCat(agreement.name(), "#", signature.signature.signer));
  }
  co_return absl::OkStatus();
}

Task<absl::Status> UpdateAgreement(postgres::Transaction& transaction, const Agreement& agreement) {
  auto updated = co_await transaction.Execute(kUpdate, agreement.dispute, agreement.ordinal,
                                              agreement.state, agreement.effective_day,
                                              agreement.update_time, agreement.revision);
  co_return updated.status();
}

}  // namespace maplebridge::registry
