#include "services/docking/api/read_referrals.h"

#include "common/identifier/case_number.h"
#include "common/server/page_token.h"
#include "services/docking/api/words.h"

namespace maplebridge::docking {
namespace {

absl::StatusOr<ReferralFilter> FilterOf(const Caller& caller,
                                        const v1::ListReferralsRequest& request) {
  MB_ASSIGN_OR_RETURN(const ListScope scope, ScopeOfList(caller));
  ReferralFilter filter;
  filter.court = scope.court;
  filter.organisation = scope.organisation;
  filter.division_first = scope.division_first;
  filter.division_last = scope.division_last;
  filter.state = WordOf("REFERRAL_STATE_", request.state());
  if (request.case_number().empty()) return filter;
  auto number = identifier::CaseNumber::Parse(request.case_number());
  if (!number.ok()) return FieldError("case_number", std::string(number.status().message()));
  filter.case_number = number->ToString();
  return filter;
}

}  // namespace

Task<absl::StatusOr<v1::Referral>> GetReferral(Docking& docking, Call& call,
                                               const v1::GetReferralRequest& request) {
  auto referral = co_await FindVisible(docking, call, "name", request.name());
  if (!referral.ok()) co_return referral.status();
  co_return ReferralMessage(*referral, ViewOf(call.caller(), *referral));
}

Task<absl::StatusOr<v1::ListReferralsResponse>> ListReferralPage(
    Docking& docking, Call& call, const v1::ListReferralsRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*docking.keys.match, request, request.page_token()));
  MB_CO_ASSIGN_OR_RETURN(ReferralFilter filter, FilterOf(call.caller(), request));
  if (!token.empty()) filter.before = token[0];
  filter.limit = size + 1;
  auto rows = co_await ListReferrals(docking.database(call), call.deadline(), docking.keys, filter);
  if (!rows.ok()) co_return rows.status();
  v1::ListReferralsResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    response.set_next_page_token(MakePageToken(*docking.keys.match, request, {rows->back().id}));
  }
  for (const Referral& referral : *rows) {
    *response.add_referrals() = ReferralMessage(referral, ViewOf(call.caller(), referral));
  }
  co_return response;
}

Task<absl::StatusOr<v1::ListReferralPartiesResponse>> ListReferralParties(
    Docking& docking, Call& call, const v1::ListReferralPartiesRequest& request) {
  auto referral = co_await FindVisible(docking, call, "parent", request.parent());
  if (!referral.ok()) co_return referral.status();
  const Caller& caller = call.caller();
  const bool has_accepted = referral->accept_time.has_value();
  if (!caller.is_service() && !RequireCourt(caller, referral->court).ok()) {
    MB_CO_RETURN_IF_ERROR(RequireOrganisation(caller, referral->organisation));
    if (!has_accepted) {
      co_return PermissionError(reason::kScopeNotAllowed,
                                "the organisation sees identities once it has accepted the case");
    }
  }
  absl::Status recorded =
      co_await RecordPartyRead(docking.database(call), call.deadline(), referral->id,
                               caller.principal, call.now(), call.trace_id());
  if (!recorded.ok()) co_return recorded;
  v1::ListReferralPartiesResponse response;
  for (const Party& party : referral->parties) {
    FillParty(response.add_parties(), party, PartyView::kFull);
  }
  co_return response;
}

}  // namespace maplebridge::docking
