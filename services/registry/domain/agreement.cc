#include "services/registry/domain/agreement.h"

#include <algorithm>
#include <set>

#include "common/money/capital_amount.h"
#include "common/party/checked_text.h"

namespace maplebridge::registry {
namespace {

bool Contains(const std::vector<std::string>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

Violations NormaliseAgreement(AgreementDraft* draft, const ObligationFrame& frame) {
  Violations violations;
  std::string wrong = CheckText(draft->facts, 1, 5000);
  if (!wrong.empty()) violations.push_back({"facts", wrong});
  wrong = CheckText(draft->performance_terms, 0, 2000);
  if (wrong.empty()) wrong = WhyNotAgreed(draft->performance_terms);
  if (!wrong.empty()) violations.push_back({"performance_terms", wrong});
  for (Violation& violation : NormaliseObligations(&draft->obligations, frame)) {
    violations.push_back(std::move(violation));
  }
  return violations;
}

std::vector<std::string> MissingSignatures(AgreementForm form,
                                           const std::vector<Signature>& signatures,
                                           const std::vector<std::string>& party_ids) {
  std::vector<std::string> missing;
  if (form == AgreementForm::kOral) return missing;
  bool mediator = false, seal = false;
  std::set<std::string> parties;
  for (const Signature& signature : signatures) {
    if (signature.kind == SignerKind::kParty) parties.insert(signature.signer);
    mediator = mediator || signature.kind == SignerKind::kMediator;
    seal = seal || signature.kind == SignerKind::kOrganisation;
  }
  for (const std::string& party : party_ids) {
    if (!parties.contains(party)) missing.push_back(party);
  }
  if (!mediator) missing.push_back("mediator");
  if (!seal) missing.push_back("seal");
  return missing;
}

absl::CivilDay LastSignDay(const std::vector<Signature>& signatures) {
  absl::CivilDay last = absl::CivilDay::min();
  for (const Signature& signature : signatures) last = std::max(last, signature.sign_day);
  return last;
}

std::string CheckSignature(const Signature& signature, const std::vector<std::string>& party_ids,
                           const std::vector<std::string>& mediators,
                           std::string_view organisation) {
  switch (signature.kind) {
    case SignerKind::kParty:
      if (!Contains(party_ids, signature.signer)) return "is no party of this dispute";
      return "";
    case SignerKind::kMediator:
      if (!Contains(mediators, signature.signer)) return "is not assigned to this dispute";
      if (signature.method == SignatureMethod::kSeal)
        return "a mediator signs; the seal is the organisation's";
      return "";
    case SignerKind::kOrganisation:
      if (signature.signer != organisation) return "is not the organisation of this dispute";
      if (signature.method != SignatureMethod::kSeal) return "an organisation signs by its seal";
      return "";
  }
  return "is unknown";
}

std::string_view Word(AgreementForm form) {
  return form == AgreementForm::kWritten ? "WRITTEN" : "ORAL";
}
std::string_view Word(SignerKind kind) {
  constexpr std::string_view kWords[] = {"PARTY", "MEDIATOR", "ORGANISATION"};
  return kWords[static_cast<std::size_t>(kind)];
}
std::string_view Word(SignatureMethod method) {
  constexpr std::string_view kWords[] = {"SIGNATURE", "FINGERPRINT", "SEAL"};
  return kWords[static_cast<std::size_t>(method)];
}

}  // namespace maplebridge::registry
