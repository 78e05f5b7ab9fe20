#include "services/registry/domain/agreement.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>

#include <algorithm>
#include <set>

#include "common/money/capital_amount.h"
#include "common/party/checked_text.h"

namespace maplebridge::registry {
namespace {

bool Contains(const std::vector<std::string>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// 人民币壹万元正 and 壹万元整 say the same.
std::string Bare(std::string_view words) {
  absl::string_view bare(words.data(), words.size());
  absl::ConsumePrefix(&bare, "人民币");
  std::string text(bare);
  constexpr std::string_view kOtherEnd = "正";
  if (absl::EndsWith(text, "正"))
    text.replace(text.size() - kOtherEnd.size(), kOtherEnd.size(), "整");
  return text;
}

void CheckAmount(Obligation* obligation, const std::string& path, Violations* violations) {
  if (obligation->kind != ObligationKind::kPayment) {
    if (obligation->amount_fen != 0 || !obligation->amount_in_words.empty()) {
      violations->push_back({path + ".amount_fen", "must be 0 unless the obligation is a payment"});
    }
    return;
  }
  if (obligation->amount_fen <= 0) {
    violations->push_back({path + ".amount_fen", "must be above 0 for a payment"});
    return;
  }
  auto words = money::CapitalAmount(money::Fen(obligation->amount_fen));
  if (!words.ok()) {
    violations->push_back({path + ".amount_fen", std::string(words.status().message())});
    return;
  }
  if (!obligation->amount_in_words.empty() && Bare(obligation->amount_in_words) != Bare(*words)) {
    violations->push_back(
        {path + ".amount_in_words",
         "does not say the same as amount_fen; leave it empty or write the same sum in capital "
         "numerals"});
    return;
  }
  obligation->amount_in_words = *words;
}

void CheckObligation(Obligation* obligation, const std::string& path,
                     const std::vector<std::string>& party_ids, Violations* violations) {
  if (!IsCaseIdentifier(obligation->obligation_id)) {
    violations->push_back({path + ".obligation_id", "must be 1 to 32 of a-z, 0-9 and -"});
  }
  if (!Contains(party_ids, obligation->debtor_party_id)) {
    violations->push_back({path + ".debtor_party_id", "is no party of this dispute"});
  }
  if (!Contains(party_ids, obligation->creditor_party_id)) {
    violations->push_back({path + ".creditor_party_id", "is no party of this dispute"});
  } else if (obligation->creditor_party_id == obligation->debtor_party_id) {
    violations->push_back({path + ".creditor_party_id", "must be another party than the debtor"});
  }
  if (std::string wrong = CheckText(obligation->content, 1, 1000); !wrong.empty()) {
    violations->push_back({path + ".content", wrong});
  }
  CheckAmount(obligation, path, violations);
}

}  // namespace

Violations NormaliseAgreement(AgreementDraft* draft, const std::vector<std::string>& party_ids) {
  Violations violations;
  if (std::string wrong = CheckText(draft->facts, 1, 5000); !wrong.empty()) {
    violations.push_back({"facts", wrong});
  }
  if (std::string wrong = CheckText(draft->performance_terms, 0, 2000); !wrong.empty()) {
    violations.push_back({"performance_terms", wrong});
  }
  if (draft->obligations.empty() || draft->obligations.size() > kMostObligations) {
    violations.push_back({"obligations", absl::StrCat("must be 1 to ", kMostObligations)});
    return violations;
  }
  std::set<std::string> ids;
  for (std::size_t i = 0; i < draft->obligations.size(); ++i) {
    Obligation& obligation = draft->obligations[i];
    const std::string path = absl::StrCat("obligations[", i, "]");
    CheckObligation(&obligation, path, party_ids, &violations);
    if (!ids.insert(obligation.obligation_id).second) {
      violations.push_back({path + ".obligation_id", "is used by another obligation"});
    }
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

std::optional<absl::CivilDay> NextDueDay(const std::vector<Obligation>& obligations) {
  std::optional<absl::CivilDay> next;
  for (const Obligation& obligation : obligations) {
    if (obligation.performed_day) continue;
    if (!next || obligation.due_day < *next) next = obligation.due_day;
  }
  return next;
}

std::string_view Word(AgreementForm form) {
  return form == AgreementForm::kWritten ? "WRITTEN" : "ORAL";
}
std::string_view Word(ObligationKind kind) {
  constexpr std::string_view kWords[] = {"PAYMENT", "ACT", "FORBEARANCE"};
  return kWords[static_cast<std::size_t>(kind)];
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
