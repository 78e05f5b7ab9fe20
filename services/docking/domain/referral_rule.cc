#include "services/docking/domain/referral_rule.h"

#include <algorithm>

namespace maplebridge::docking {
namespace {

struct StageRow {
  std::string_view type;
  CaseStage stage;
};

constexpr StageRow kStages[] = {
    {"民诉前调", CaseStage::kBeforeFiling},
    {"民初", CaseStage::kFiled},
    {"民终", CaseStage::kFiled},
    {"民申", CaseStage::kFiled},
    {"民再", CaseStage::kFiled},
    {"诉前调确", CaseStage::kConfirmation},
    {"调确", CaseStage::kConfirmation},
    {"民特", CaseStage::kConfirmation},
};

}  // namespace

CaseStage StageOf(std::string_view type) {
  for (const StageRow& row : kStages) {
    if (row.type == type) return row.stage;
  }
  return CaseStage::kOther;
}

ReferralKind KindAt(CaseStage stage) {
  if (stage == CaseStage::kBeforeFiling) return ReferralKind::kAppointed;
  if (stage == CaseStage::kFiled) return ReferralKind::kEntrusted;
  return ReferralKind::kUnspecified;
}

ReferralKind EffectiveKind(const Referral& referral, CaseStage stage) {
  return referral.kind != ReferralKind::kUnspecified ? referral.kind : KindAt(stage);
}

Consent* FindConsent(Referral* referral, std::string_view party_id) {
  for (Consent& consent : referral->consents) {
    if (consent.party_id == party_id) return &consent;
  }
  return nullptr;
}

std::vector<std::string> MissingConsents(const Referral& referral) {
  std::vector<std::string> missing;
  for (const Consent& consent : referral.consents) {
    if (consent.decision != "CONSENT") missing.push_back(consent.party_id);
  }
  return missing;
}

ReferralEvent ConsentEvent(const Referral& referral, std::string_view party_id,
                           std::string_view decision) {
  if (decision == "REFUSE") return ReferralEvent::kRefuse;
  if (decision == "WITHDRAW") return ReferralEvent::kWithdrawConsent;
  const std::vector<std::string> missing = MissingConsents(referral);
  const bool is_last = missing.size() == 1 && missing[0] == party_id;
  return is_last ? ReferralEvent::kCompleteConsent : ReferralEvent::kConsent;
}

std::vector<std::string> MissingParties(const Referral& referral,
                                        const std::vector<std::string>& given) {
  std::vector<std::string> missing;
  for (const Party& party : referral.parties) {
    if (std::find(given.begin(), given.end(), party.party_id) == given.end()) {
      missing.push_back(party.party_id);
    }
  }
  return missing;
}

bool IsParty(const Referral& referral, std::string_view party_id) {
  return std::any_of(referral.parties.begin(), referral.parties.end(),
                     [party_id](const Party& party) { return party.party_id == party_id; });
}

ReferralEvent ExpiryEvent(const Referral& referral, bool is_with_court, absl::CivilDay today) {
  // An unacknowledged feedback does not keep the window open: the law counts it from the
  // agreement's effect.
  const bool is_window_over = referral.state == ReferralState::kAgreed && referral.window_day &&
                              *referral.window_day < today && !is_with_court;
  if (!is_window_over) return ReferralEvent::kClockExpired;
  return referral.is_unconfirmed ? ReferralEvent::kWindowClosedUnconfirmed
                                 : ReferralEvent::kWindowClosed;
}

bool IsUrged(const Referral& referral, ReferralEvent event, bool is_with_court) {
  if (event != ReferralEvent::kClockExpired) return false;
  switch (referral.state) {
    case ReferralState::kReturned:
    case ReferralState::kClosedRefused:
    case ReferralState::kClosedLapsed:
      return true;
    case ReferralState::kAgreed:
      // While the court decides on the application nobody owes the referral anything.
      return !(referral.acknowledge_time && is_with_court);
    default:
      return false;
  }
}

}  // namespace maplebridge::docking
