// Agreements: what may stand in one, who has to sign, and when it takes effect (PML 28-30).
#pragma once

#include <absl/time/civil_time.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/party/violation.h"
#include "services/registry/domain/obligation.h"

namespace maplebridge::registry {

enum class AgreementForm : std::uint8_t { kWritten, kOral };
enum class SignerKind : std::uint8_t { kParty, kMediator, kOrganisation };
enum class SignatureMethod : std::uint8_t { kSignature, kFingerprint, kSeal };

struct Signature {
  SignerKind kind = SignerKind::kParty;
  // party_id, mediator name, or organisation name.
  std::string signer;
  SignatureMethod method = SignatureMethod::kSignature;
  // Who signed for the party; empty when it signed itself.
  std::string representative_id;
  // Day on which it was put.
  absl::CivilDay sign_day;
};

struct AgreementDraft {
  AgreementForm form = AgreementForm::kWritten;
  std::string facts;
  std::string performance_terms;
  std::vector<Obligation> obligations;
  // Day on which the parties came to it.
  absl::CivilDay agreed_day;
};

// Checks the draft and brings its obligations into their stored form: see NormaliseObligations.
Violations NormaliseAgreement(AgreementDraft* draft, const ObligationFrame& frame);

// Who has not signed yet: party ids, "mediator", "seal". An agreement with none missing is in
// effect (PML 29: signature or fingerprint of all parties, signature of the mediator, seal). An
// oral one needs nobody (PML 30).
std::vector<std::string> MissingSignatures(AgreementForm form,
                                           const std::vector<Signature>& signatures,
                                           const std::vector<std::string>& party_ids);

// The last day on which one of them was put: with none missing, the day of effect (PML 29).
absl::CivilDay LastSignDay(const std::vector<Signature>& signatures);

// Empty when `signature` may be added; else why not. A seal is put on by the organisation, and by
// nobody else.
std::string CheckSignature(const Signature& signature, const std::vector<std::string>& party_ids,
                           const std::vector<std::string>& mediators,
                           std::string_view organisation);

std::string_view Word(AgreementForm form);
std::string_view Word(SignerKind kind);
std::string_view Word(SignatureMethod method);

}  // namespace maplebridge::registry
