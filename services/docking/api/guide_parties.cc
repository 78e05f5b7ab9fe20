#include "services/docking/api/guide_parties.h"

#include <absl/strings/str_cat.h>

#include "common/identifier/case_number.h"
#include "common/server/resource_id.h"
#include "services/docking/api/change_referral.h"
#include "services/docking/api/words.h"
#include "services/docking/domain/category.h"
#include "services/docking/domain/referral_rule.h"

namespace maplebridge::docking {
namespace {

void CheckCaseNumber(FieldCheck* check, const v1::Referral& message, Referral* referral) {
  auto number = identifier::CaseNumber::Parse(message.case_number());
  if (!number.ok()) {
    check->Add("referral.case_number", std::string(number.status().message()));
    return;
  }
  check->Require(
      KindAt(StageOf(number->type)) != ReferralKind::kUnspecified, "referral.case_number",
      "is of a type that is not referred; accepted are 民诉前调, 民初, 民终, 民申, 民再");
  referral->case_number = number->ToString();
}

void CheckCategory(FieldCheck* check, const v1::Referral& message) {
  check->Require(IsCategory(message.category()), "referral.category",
                 "is no category; ListDisputeCategories has them all");
  const bool is_other = message.category() == kOtherCategory;
  std::string wrong = CheckText(message.category_text(), is_other ? 1 : 0, is_other ? 100 : 0);
  check->Require(wrong.empty(), "referral.category_text",
                 is_other ? wrong : "must be empty unless the category is OTHER");
}

void CheckPlace(FieldCheck* check, const Docking& docking, const v1::Referral& message,
                Referral* referral) {
  auto code = docking.divisions().Normalise(message.division());
  if (!code.ok()) {
    check->Add("referral.division", std::string(code.status().message()));
    return;
  }
  referral->division = code->number();
  // A city without counties below it counts as one: 东莞, 中山, 儋州, 嘉峪关.
  auto place = docking.divisions().Find(*code);
  bool too_wide = !place || place->level == division::Level::kProvince;
  if (place && place->level == division::Level::kCity) {
    auto children = docking.divisions().Children(*code, 1, "");
    too_wide = !children.ok() || children->divisions.empty() ||
               children->divisions[0].level == division::Level::kCounty;
  }
  check->Require(!too_wide, "referral.division", "must be a county, township or village");
}

void CheckDomiciles(FieldCheck* check, const Docking& docking, Referral* referral) {
  for (std::size_t i = 0; i < referral->parties.size(); ++i) {
    std::string& domicile = referral->parties[i].domicile_division;
    if (domicile.empty()) continue;
    auto code = docking.divisions().Normalise(domicile);
    if (code.ok()) {
      domicile = code->ToString();
    } else {
      check->Add(absl::StrCat("referral.parties[", i, "].domicile_division"),
                 std::string(code.status().message()));
    }
  }
}

void CheckWords(FieldCheck* check, const v1::Referral& message) {
  std::string wrong = CheckText(message.summary(), 1, 2000);
  check->Require(wrong.empty(), "referral.summary", wrong);
  wrong = CheckText(message.guidance(), 1, 1000);
  check->Require(wrong.empty(), "referral.guidance", wrong);
  check->Require(message.amount_fen() >= 0, "referral.amount_fen", "must not be below 0");
}

// The referral that the request describes, with everything that is wrong named at once.
absl::StatusOr<Referral> DraftOf(const Docking& docking, const Call& call,
                                 const v1::Referral& message) {
  FieldCheck check;
  Referral referral;
  referral.court = message.court().empty() ? call.caller().court : message.court();
  check.Require(!NameParts("courts/*", referral.court).empty(), "referral.court",
                "must be courts/{code}");
  CheckCaseNumber(&check, message, &referral);
  CheckCategory(&check, message);
  CheckPlace(&check, docking, message, &referral);
  CheckWords(&check, message);
  for (int i = 0; i < message.parties_size(); ++i) {
    const std::string path = absl::StrCat("referral.parties[", i, "]");
    referral.parties.push_back(PartyOf(message.parties(i), path, &check));
  }
  AddViolations(&check, "referral.",
                NormaliseParties(&referral.parties, calendar::ChinaDay(call.now())));
  CheckDomiciles(&check, docking, &referral);
  MB_RETURN_IF_ERROR(check.status());
  referral.category = message.category();
  referral.category_text = message.category_text();
  referral.summary = message.summary();
  referral.amount_fen = message.amount_fen();
  referral.guidance = message.guidance();
  for (const Party& party : referral.parties) {
    Consent consent;
    consent.party_id = party.party_id;
    referral.consents.push_back(std::move(consent));
  }
  referral.create_time = StepTime(call);
  return referral;
}

// FIELD_INVALID for an unknown party, GUARD_FAILED for a consent taken back that was not given.
absl::StatusOr<ReferralEvent> ChooseConsent(const Referral& referral,
                                            const v1::RecordConsentRequest& request) {
  if (!IsParty(referral, request.party_id())) {
    return FieldError("party_id", "is no party of this referral");
  }
  const ReferralEvent event =
      ConsentEvent(referral, request.party_id(), WordOf("CONSENT_DECISION_", request.decision()));
  if (event != ReferralEvent::kWithdrawConsent) return event;
  for (const Consent& consent : referral.consents) {
    if (consent.party_id == request.party_id() && consent.decision != "CONSENT") {
      return PreconditionError(reason::kGuardFailed,
                               absl::StrCat(referral.name(), "/parties/", consent.party_id),
                               "has not consented, so there is no consent to take back; record "
                               "REFUSE instead");
    }
  }
  return event;
}

}  // namespace

Task<absl::StatusOr<v1::Referral>> OfferGuidance(Docking& docking, Call& call,
                                                 const v1::OfferGuidanceRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(Referral draft, DraftOf(docking, call, request.referral()));
  MB_CO_RETURN_IF_ERROR(RequireCourt(call.caller(), draft.court));
  draft.id = NewResourceId(call.now());
  std::function<Task<absl::StatusOr<v1::Referral>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Referral>> {
    auto step = AllowStep(draft, ReferralEvent::kOfferGuidance, Asker::kCaller);
    if (!step.ok()) co_return step.status();
    absl::Status done = co_await FinishStep(docking, transaction, call, &*step);
    if (!done.ok()) co_return done;
    co_return ReferralMessage(step->referral, PartyView::kMasked);
  };
  std::function<Task<absl::StatusOr<v1::Referral>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction,
                   const std::string& name) -> Task<absl::StatusOr<v1::Referral>> {
    return RereadReferral(docking, transaction, call, name);
  };
  co_return co_await ChangeOnce<v1::Referral>(docking.database(call), call, request, change,
                                              reread);
}

Task<absl::StatusOr<v1::Referral>> RecordConsent(Docking& docking, Call& call,
                                                 const v1::RecordConsentRequest& request) {
  if (std::string wrong = CheckText(request.evidence(), 1, 500); !wrong.empty()) {
    co_return FieldError("evidence", wrong);
  }
  // Materials do not change any more once mediation has begun, so they are read before the row is
  // locked.
  std::optional<bool> materials_equal;
  if (request.decision() == v1::CONSENT_DECISION_WITHDRAW) {
    auto referral = co_await FindVisible(docking, call, "name", request.name());
    if (!referral.ok()) co_return referral.status();
    if (referral->state == ReferralState::kAccepted) {
      auto equal = co_await AreMaterialsEqual(docking, call, *referral);
      if (!equal.ok()) co_return equal.status();
      materials_equal = *equal;
    }
  }
  EventChoice choose = [&](const Referral& referral) { return ChooseConsent(referral, request); };
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    Consent* consent = FindConsent(&step.referral, request.party_id());
    consent->decision = WordOf("CONSENT_DECISION_", request.decision());
    consent->evidence = request.evidence();
    consent->decision_time = StepTime(call);
    if (step.from == ReferralState::kAccepted) {
      if (!materials_equal) {
        // Accepted since it was read above.
        auto equal = co_await AreMaterialsEqual(docking, call, step.referral);
        if (!equal.ok()) co_return equal.status();
        materials_equal = *equal;
      }
      Conclusion& conclusion = step.referral.conclusion.emplace();
      conclusion.reason = "PARTY_REFUSED";
      conclusion.materials_equal = *materials_equal;
      conclusion.conclude_time = StepTime(call);
    }
    co_return co_await InsertConsent(transaction, step.referral.id, *consent,
                                     call.caller().principal);
  };
  co_return co_await ChangeReferral(docking, call, request, StepRight::kCourt, choose, body);
}

}  // namespace maplebridge::docking
