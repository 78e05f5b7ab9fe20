#include "services/docking/api/read_confirmations.h"

#include "common/server/page_token.h"
#include "services/docking/api/confirmation_step.h"
#include "services/docking/api/words.h"
#include "services/docking/store/confirmation_store.h"

namespace maplebridge::docking {
namespace {

absl::StatusOr<ConfirmationFilter> FilterOf(const Caller& caller,
                                            const v1::ListConfirmationsRequest& request) {
  MB_ASSIGN_OR_RETURN(const ListScope scope, ScopeOfList(caller));
  ConfirmationFilter filter;
  filter.court = scope.court;
  filter.organisation = scope.organisation;
  filter.division_first = scope.division_first;
  filter.division_last = scope.division_last;
  filter.state = WordOf("CONFIRMATION_STATE_", request.state());
  if (request.referral().empty()) return filter;
  MB_ASSIGN_OR_RETURN(filter.referral, ReferralIdIn("referral", request.referral()));
  return filter;
}

// A party sees the applications of its own case.
Task<absl::StatusOr<bool>> IsOfParty(const Docking& docking, const Call& call,
                                     const Confirmation& confirmation) {
  if (!call.caller().Has(options::v1::ROLE_PARTY)) co_return false;
  MB_CO_ASSIGN_OR_RETURN(const std::string id, ReferralIdIn("referral", confirmation.referral));
  auto referral = co_await FindReferral(docking.database(call), call.deadline(), docking.keys, id);
  if (!referral.ok()) co_return referral.status();
  co_return referral->has_value() && !PartyBehind(docking, call.caller(), **referral).empty();
}

}  // namespace

Task<absl::StatusOr<v1::Confirmation>> GetConfirmation(Docking& docking, Call& call,
                                                       const v1::GetConfirmationRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, ConfirmationIdIn("name", request.name()));
  auto found = co_await FindConfirmation(docking.database(call), call.deadline(), id);
  if (!found.ok()) co_return found.status();
  if (!found->has_value()) co_return NotFoundError(request.name());
  if (!MaySee(call.caller(), ScopeOf(**found))) {
    auto own = co_await IsOfParty(docking, call, **found);
    if (!own.ok()) co_return own.status();
    if (!*own) co_return NotFoundError(request.name());
  }
  co_return ConfirmationMessage(**found);
}

Task<absl::StatusOr<v1::ListConfirmationsResponse>> ListConfirmationPage(
    Docking& docking, Call& call, const v1::ListConfirmationsRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*docking.keys.match, request, request.page_token()));
  MB_CO_ASSIGN_OR_RETURN(ConfirmationFilter filter, FilterOf(call.caller(), request));
  if (!token.empty()) filter.before = token[0];
  filter.limit = size + 1;
  auto rows = co_await ListConfirmations(docking.database(call), call.deadline(), filter);
  if (!rows.ok()) co_return rows.status();
  v1::ListConfirmationsResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    response.set_next_page_token(MakePageToken(*docking.keys.match, request, {rows->back().id}));
  }
  for (const Confirmation& confirmation : *rows) {
    *response.add_confirmations() = ConfirmationMessage(confirmation);
  }
  co_return response;
}

}  // namespace maplebridge::docking
