// The rules on referrals that a table of states cannot say: consent of each party, the kind that a
// case number allows, what the end of a clock means.
#pragma once

#include <absl/time/civil_time.h>

#include <string>
#include <string_view>
#include <vector>

#include "services/docking/domain/referral.h"

namespace maplebridge::docking {

// What a type of case number says of the case.
enum class CaseStage : std::uint8_t {
  // Before filing: 民诉前调.
  kBeforeFiling,
  // Filed: 民初, 民终, ….
  kFiled,
  // Confirmation of an agreement: 诉前调确, 调确, 民特.
  kConfirmation,
  // None that a referral is about: enforcement, preservation, ….
  kOther,
};
// `type`: the type characters of a case number, such as "民诉前调".
CaseStage StageOf(std::string_view type);

// What a case at this stage can be referred as; kUnspecified when it cannot be referred.
ReferralKind KindAt(CaseStage stage);
// The kind it was sent as, or would be by its case number.
ReferralKind EffectiveKind(const Referral& referral, CaseStage stage);

// The answer of one party; null for an unknown party.
Consent* FindConsent(Referral* referral, std::string_view party_id);
// Parties that have not consented, in order.
std::vector<std::string> MissingConsents(const Referral& referral);
// The event that an answer is: the last consent completes. `decision`: "CONSENT", "REFUSE",
// "WITHDRAW".
ReferralEvent ConsentEvent(const Referral& referral, std::string_view party_id,
                           std::string_view decision);

// Parties of the referral that `given` lacks, in order; and those it names that are not parties.
std::vector<std::string> MissingParties(const Referral& referral,
                                        const std::vector<std::string>& given);
bool IsParty(const Referral& referral, std::string_view party_id);

// What the end of the running clock is. `is_with_court`: an application for confirmation is there.
ReferralEvent ExpiryEvent(const Referral& referral, bool is_with_court, absl::CivilDay today);
// Whether the expiry leaves a duty that is urged: counted and told on the feed.
bool IsUrged(const Referral& referral, ReferralEvent event, bool is_with_court);

}  // namespace maplebridge::docking
