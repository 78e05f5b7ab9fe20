#include "services/docking/api/during_mediation.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include "services/docking/api/change_referral.h"
#include "services/docking/api/words.h"
#include "services/docking/domain/referral_rule.h"

namespace maplebridge::docking {
namespace {

constexpr int kMostFacts = 200;

absl::Status CheckParties(const Referral& referral, const std::vector<std::string>& party_ids,
                          std::string_view field) {
  FieldCheck check;
  for (std::size_t i = 0; i < party_ids.size(); ++i) {
    check.Require(IsParty(referral, party_ids[i]), absl::StrCat(std::string(field), "[", i, "]"),
                  "is no party of this referral");
  }
  return check.status();
}

// FIELD_INVALID for a stranger, CONSENT_MISSING when a party is not among them.
absl::Status RequireAllParties(const Referral& referral, const std::vector<std::string>& party_ids,
                               std::string_view field, std::string_view what) {
  MB_RETURN_IF_ERROR(CheckParties(referral, party_ids, field));
  const std::vector<std::string> missing = MissingParties(referral, party_ids);
  return missing.empty() ? absl::OkStatus() : ConsentMissingError(referral, missing, what);
}

absl::Status CheckRecord(const v1::UndisputedFactsRecord& record) {
  FieldCheck check;
  check.Require(record.facts_size() <= kMostFacts, "record.facts", "must be 1 to 200");
  for (int i = 0; i < record.facts_size(); ++i) {
    const std::string path = absl::StrCat("record.facts[", i, "]");
    std::string wrong = CheckText(record.facts(i).text(), 1, 2000);
    check.Require(wrong.empty(), path + ".text", wrong);
    for (int ground : record.facts(i).not_exempt_grounds()) {
      check.Require(ground != v1::NOT_EXEMPT_GROUND_UNSPECIFIED, path + ".not_exempt_grounds",
                    "must each be a ground of the list");
    }
  }
  check.Require(!NameParts("organisations/*/mediators/*", record.mediator()).empty(),
                "record.mediator", "must be organisations/{id}/mediators/{id}");
  return check.status();
}

absl::Status CheckRecordWith(const Referral& referral, const UndisputedFactsRecord& record) {
  if (!absl::StartsWith(record.mediator, referral.organisation + "/mediators/")) {
    return FieldError("record.mediator", "is not of the organisation that mediates");
  }
  for (std::size_t i = 0; i < record.facts.size(); ++i) {
    MB_RETURN_IF_ERROR(RequireAllParties(
        referral, record.facts[i].agreed_party_ids,
        absl::StrCat("record.facts[", i, "].agreed_party_ids"),
        absl::StrCat("a fact is undisputed when every party accepts it (Opinion 3-3); fact ",
                     i + 1)));
  }
  return RequireAllParties(referral, record.signed_party_ids, "record.signed_party_ids",
                           "every party signs the record (Opinion 3-3)");
}

}  // namespace

Task<absl::StatusOr<v1::Referral>> ExtendReferral(Docking& docking, Call& call,
                                                  const v1::ExtendReferralRequest& request) {
  FieldCheck check;
  const absl::StatusOr<absl::CivilDay> until = DayOf(request.until());
  check.Check("until", until.status());
  std::string wrong = CheckText(request.evidence(), 1, 500);
  check.Require(wrong.empty(), "evidence", wrong);
  MB_CO_RETURN_IF_ERROR(check.status());
  const std::vector<std::string> party_ids(request.party_ids().begin(), request.party_ids().end());
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    if (*until <= step.referral.clock.due_day) {
      co_return FieldError("until", absl::StrCat("must be later than the present last day, ",
                                                 DayWord(step.referral.clock.due_day)));
    }
    MB_CO_RETURN_IF_ERROR(
        RequireAllParties(step.referral, party_ids, "party_ids",
                          "an extension needs the consent in writing of every party (SIM 27)"));
    step.until = *until;
    Extension extension;
    extension.until = *until;
    extension.party_ids = party_ids;
    extension.evidence = request.evidence();
    extension.create_time = StepTime(call);
    const int ordinal = static_cast<int>(step.referral.extensions.size()) + 1;
    step.referral.extensions.push_back(extension);
    co_return co_await InsertExtension(transaction, step.referral.id, ordinal, extension);
  };
  co_return co_await ChangeReferral(docking, call, request, StepRight::kCourtOrOrganisation,
                                    Always(ReferralEvent::kExtend), body);
}

Task<absl::StatusOr<v1::Referral>> WithdrawReferral(Docking& docking, Call& call,
                                                    const v1::WithdrawReferralRequest& request) {
  if (std::string wrong = CheckText(request.reason(), 1, 500); !wrong.empty()) {
    co_return FieldError("reason", wrong);
  }
  StepBody body = [&](postgres::Transaction&, OpenStep& step) -> Task<absl::Status> {
    Withdrawal& withdrawal = step.referral.withdrawal.emplace();
    withdrawal.by = WordOf("WITHDRAWAL_BY_", request.by());
    withdrawal.reason = request.reason();
    withdrawal.withdraw_time = StepTime(call);
    co_return absl::OkStatus();
  };
  co_return co_await ChangeReferral(docking, call, request, StepRight::kCourt,
                                    Always(ReferralEvent::kWithdraw), body);
}

Task<absl::StatusOr<v1::Referral>> RecordUndisputedFacts(
    Docking& docking, Call& call, const v1::RecordUndisputedFactsRequest& request) {
  MB_CO_RETURN_IF_ERROR(CheckRecord(request.record()));
  UndisputedFactsRecord record = RecordOf(request.record());
  record.record_time = StepTime(call);
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    MB_CO_RETURN_IF_ERROR(CheckRecordWith(step.referral, record));
    step.referral.undisputed_facts = record;
    co_return co_await InsertUndisputedFacts(transaction, step.referral.id, record);
  };
  co_return co_await ChangeReferral(docking, call, request, StepRight::kOrganisation,
                                    Always(ReferralEvent::kRecordUndisputedFacts), body);
}

}  // namespace maplebridge::docking
