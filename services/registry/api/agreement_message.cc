#include "services/registry/api/agreement_message.h"

#include <absl/strings/str_cat.h>

#include "common/server/etag.h"
#include "services/registry/api/words.h"

namespace maplebridge::registry {
namespace {

void FillInstalment(v1::Instalment* message, const Due& due) {
  message->set_number(due.instalment);
  message->set_amount_fen(due.amount_fen);
  if (due.due_day) message->set_due_day(DayWord(*due.due_day));
  message->set_performed_amount_fen(due.performed_fen);
  if (due.performed_day) message->set_performed_day(DayWord(*due.performed_day));
  message->set_overdue(due.overdue);
  message->set_days_late(due.days_late());
}

void FillObligation(v1::Obligation* message, const Obligation& obligation) {
  message->set_obligation_id(obligation.obligation_id);
  message->set_kind(EnumOf<v1::ObligationKind>("OBLIGATION_KIND_", Word(obligation.kind)));
  message->set_debtor_party_id(obligation.debtor_party_id);
  message->set_creditor_party_id(obligation.creditor_party_id);
  message->set_content(obligation.content);
  message->set_amount_fen(obligation.amount_fen);
  message->set_amount_in_words(obligation.amount_in_words);
  if (obligation.due_day) message->set_due_day(DayWord(*obligation.due_day));
  if (obligation.has_instalments()) {
    for (const Due& due : obligation.dues) FillInstalment(message->add_instalments(), due);
  }
  message->set_continues_obligation_id(obligation.continues_obligation_id);
  const std::optional<absl::CivilDay> performed = obligation.performed_day();
  if (performed) message->set_performed_day(DayWord(*performed));
  message->set_performed_amount_fen(obligation.performed_fen());
  message->set_overdue(obligation.overdue());
  message->set_days_late(obligation.days_late());
}

void FillSignature(v1::Signature* message, const StoredSignature& stored) {
  switch (stored.signature.kind) {
    case SignerKind::kParty:
      message->set_party_id(stored.signature.signer);
      break;
    case SignerKind::kMediator:
      message->set_mediator(stored.signature.signer);
      break;
    case SignerKind::kOrganisation:
      message->set_organisation(stored.signature.signer);
      break;
  }
  message->set_method(
      EnumOf<v1::SignatureMethod>("SIGNATURE_METHOD_", Word(stored.signature.method)));
  SetTime(message->mutable_sign_time(), stored.sign_time);
  message->set_representative_id(stored.signature.representative_id);
  message->set_sign_day(DayWord(stored.signature.sign_day));
}

Obligation ObligationOf(const v1::Obligation& message) {
  Obligation obligation;
  obligation.obligation_id = message.obligation_id();
  obligation.kind = static_cast<ObligationKind>(message.kind() - 1);
  obligation.debtor_party_id = message.debtor_party_id();
  obligation.creditor_party_id = message.creditor_party_id();
  obligation.content = message.content();
  obligation.amount_fen = message.amount_fen();
  obligation.amount_in_words = message.amount_in_words();
  obligation.continues_obligation_id = message.continues_obligation_id();
  return obligation;
}

// Days that are given; whether one must be is the domain's to say.
void ReadDays(const v1::Obligation& given, const std::string& path, FieldCheck* check,
              Obligation* obligation) {
  if (!given.due_day().empty()) {
    auto day = DayOf(given.due_day());
    check->Check(path + ".due_day", day.status());
    if (day.ok()) obligation->due_day = *day;
  }
  for (const v1::Instalment& instalment : given.instalments()) {
    Due due;
    due.instalment = instalment.number();
    due.amount_fen = instalment.amount_fen();
    auto day = DayOf(instalment.due_day());
    check->Check(absl::StrCat(path, ".instalments[", obligation->dues.size(), "].due_day"),
                 day.status());
    if (day.ok()) due.due_day = *day;
    obligation->dues.push_back(due);
  }
}

// A day that was; today for an empty word.
absl::CivilDay DayUntil(absl::CivilDay today, const std::string& field, const std::string& word,
                        FieldCheck* check) {
  if (word.empty()) return today;
  auto day = DayOf(word);
  check->Check(field, day.status());
  if (!day.ok()) return today;
  check->Require(*day <= today, field, "must not be in the future");
  return *day;
}

}  // namespace

v1::Agreement AgreementMessage(const Agreement& agreement) {
  v1::Agreement message;
  message.set_name(agreement.name());
  message.set_form(EnumOf<v1::AgreementForm>("AGREEMENT_FORM_", Word(agreement.draft.form)));
  message.set_state(EnumOf<v1::AgreementState>("AGREEMENT_STATE_", agreement.state));
  message.set_facts(agreement.draft.facts);
  for (const Obligation& obligation : agreement.draft.obligations) {
    FillObligation(message.add_obligations(), obligation);
  }
  message.set_performance_terms(agreement.draft.performance_terms);
  message.set_number(agreement.number);
  if (!agreement.document_id.empty()) {
    v1::DocumentReference* document = message.mutable_document();
    document->set_document(
        absl::StrCat("disputes/", agreement.dispute, "/documents/", agreement.document_id));
    document->set_number(agreement.number);
    document->set_sha256(agreement.document_sha256);
    document->set_sm3(agreement.document_sm3);
  }
  for (const StoredSignature& stored : agreement.signatures) {
    FillSignature(message.add_signatures(), stored);
  }
  if (agreement.effective_day) message.set_effective_day(DayWord(*agreement.effective_day));
  SetTime(message.mutable_create_time(), agreement.create_time);
  SetTime(message.mutable_update_time(), agreement.update_time);
  message.set_revision(agreement.revision);
  message.set_etag(Etag(agreement.revision));
  message.set_agreed_day(DayWord(agreement.draft.agreed_day));
  return message;
}

absl::StatusOr<AgreementDraft> DraftOf(const v1::Agreement& message, absl::CivilDay today) {
  FieldCheck check;
  AgreementDraft draft;
  draft.agreed_day = DayUntil(today, "agreement.agreed_day", message.agreed_day(), &check);
  draft.form =
      message.form() == v1::AGREEMENT_FORM_ORAL ? AgreementForm::kOral : AgreementForm::kWritten;
  draft.facts = message.facts();
  draft.performance_terms = message.performance_terms();
  for (const v1::Obligation& given : message.obligations()) {
    Obligation obligation = ObligationOf(given);
    ReadDays(given, absl::StrCat("agreement.obligations[", draft.obligations.size(), "]"), &check,
             &obligation);
    draft.obligations.push_back(std::move(obligation));
  }
  MB_RETURN_IF_ERROR(check.status());
  return draft;
}

absl::StatusOr<Signature> SignatureOf(const v1::Signature& message, absl::CivilDay today) {
  Signature signature;
  FieldCheck check;
  signature.sign_day = DayUntil(today, "signature.sign_day", message.sign_day(), &check);
  MB_RETURN_IF_ERROR(check.status());
  switch (message.signer_case()) {
    case v1::Signature::kPartyId:
      signature.kind = SignerKind::kParty;
      signature.signer = message.party_id();
      break;
    case v1::Signature::kMediator:
      signature.kind = SignerKind::kMediator;
      signature.signer = message.mediator();
      break;
    case v1::Signature::kOrganisation:
      signature.kind = SignerKind::kOrganisation;
      signature.signer = message.organisation();
      break;
    case v1::Signature::SIGNER_NOT_SET:
      return FieldError("signature.signer", "must name a party, a mediator or the organisation");
  }
  if (message.method() == v1::SIGNATURE_METHOD_UNSPECIFIED) {
    return FieldError("signature.method", "must say how it was signed");
  }
  signature.method = static_cast<SignatureMethod>(message.method() - 1);
  signature.representative_id = message.representative_id();
  if (!signature.representative_id.empty() && signature.kind != SignerKind::kParty) {
    return FieldError("signature.representative_id", "is of a party's signature alone");
  }
  return signature;
}

}  // namespace maplebridge::registry
