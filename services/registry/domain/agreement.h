// Agreements: what may stand in one, who has to sign, and when it takes effect (PML 28-30).
#pragma once

#include <absl/time/civil_time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/party/violation.h"

namespace maplebridge::registry {

enum class AgreementForm : std::uint8_t { kWritten, kOral };
enum class ObligationKind : std::uint8_t { kPayment, kAct, kForbearance };
enum class SignerKind : std::uint8_t { kParty, kMediator, kOrganisation };
enum class SignatureMethod : std::uint8_t { kSignature, kFingerprint, kSeal };

struct Obligation {
  std::string obligation_id;
  ObligationKind kind = ObligationKind::kPayment;
  std::string debtor_party_id;
  std::string creditor_party_id;
  std::string content;
  std::int64_t amount_fen = 0;
  // As given by the caller; NormaliseAgreement writes the official form.
  std::string amount_in_words;
  absl::CivilDay due_day;
  std::optional<absl::CivilDay> performed_day;
};

struct Signature {
  SignerKind kind = SignerKind::kParty;
  // party_id, mediator name, or organisation name.
  std::string signer;
  SignatureMethod method = SignatureMethod::kSignature;
  // Who signed for the party; empty when it signed itself.
  std::string representative_id;
};

struct AgreementDraft {
  AgreementForm form = AgreementForm::kWritten;
  std::string facts;
  std::string performance_terms;
  std::vector<Obligation> obligations;
};

inline constexpr int kMostObligations = 100;

// Checks the draft against the dispute's parties; writes each payment's sum in capital numerals.
// A sum in words that the caller gave must say the same as the figures, with or without the
// leading 人民币 and with 整 or 正 at its end.
Violations NormaliseAgreement(AgreementDraft* draft, const std::vector<std::string>& party_ids);

// Who has not signed yet: party ids, "mediator", "seal". An agreement with none missing is in
// effect (PML 29: signature or fingerprint of all parties, signature of the mediator, seal). An
// oral one needs nobody (PML 30).
std::vector<std::string> MissingSignatures(AgreementForm form,
                                           const std::vector<Signature>& signatures,
                                           const std::vector<std::string>& party_ids);

// Empty when `signature` may be added; else why not. A seal is put on by the organisation, and by
// nobody else.
std::string CheckSignature(const Signature& signature, const std::vector<std::string>& party_ids,
                           const std::vector<std::string>& mediators,
                           std::string_view organisation);

// First day on which an obligation that is not performed is owed; empty when all are performed.
std::optional<absl::CivilDay> NextDueDay(const std::vector<Obligation>& obligations);

std::string_view Word(AgreementForm form);
std::string_view Word(ObligationKind kind);
std::string_view Word(SignerKind kind);
std::string_view Word(SignatureMethod method);

}  // namespace maplebridge::registry
