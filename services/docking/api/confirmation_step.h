// The one way to take a step in the life of an application for confirmation, and what it means for
// its referral. Every transaction locks the referral first, then the application.
#pragma once

#include <functional>

#include "common/server/request_id.h"
#include "services/docking/api/confirmation_message.h"
#include "services/docking/api/docking.h"
#include "services/docking/domain/docking_clock.h"

namespace maplebridge::docking {

enum class ConfirmationRight : std::uint8_t {
  // Not said: refused.
  kNobody,
  // The court applied to.
  kCourt,
  // The court, the organisation that mediated, or a party.
  kInvolved,
  // The service itself: a clock.
  kOwn,
};

// The party whose own account the caller is; empty for every other caller. Such an account is named
// "callers/party-{hex of the keyed hash of the identity number}", so that no name or number stands
// in a principal.
std::string PartyBehind(const Docking& docking, const Caller& caller, const Referral& referral);
// OK when the caller has the right in a case that it may see; NOT_FOUND when it may not see it.
absl::Status CheckConfirmationRight(const Docking& docking, const Caller& caller,
                                    const Referral& referral, std::string_view resource,
                                    ConfirmationRight right);
// A party's own account acts for that party only.
absl::Status CheckActsFor(const Docking& docking, const Caller& caller, const Referral& referral,
                          const std::string& party_id);

using ConfirmationChoice = std::function<absl::StatusOr<ConfirmationEvent>(const Confirmation&)>;
ConfirmationChoice Always(ConfirmationEvent event);

struct ConfirmationRequest {
  std::string id;
  std::string etag;
  ConfirmationChoice choose;
  ConfirmationRight right = ConfirmationRight::kNobody;
  Asker asker = Asker::kCaller;
};

// Both rows are locked and the workflow allows the step.
struct OpenConfirmation {
  Referral referral;
  Confirmation confirmation;
  ConfirmationState from = ConfirmationState::kNone;
  ConfirmationEvent event = ConfirmationEvent::kApply;
  const ConfirmationTransition* transition = nullptr;
  // For the ruling's clock.
  RulingLimit limit;
};

Task<absl::StatusOr<OpenConfirmation>> BeginConfirmation(const Docking& docking,
                                                         postgres::Transaction& transaction,
                                                         const Call& call,
                                                         const ConfirmationRequest& request);
// Stores the application in its new state with its clock, and appends the event. RESOURCE_EXISTS
// for a new one beside another that is under way.
Task<absl::Status> FinishConfirmation(const Docking& docking, postgres::Transaction& transaction,
                                      const Call& call, OpenConfirmation* step);
// Moves the referral as the application's step demands.
Task<absl::Status> MoveReferral(const Docking& docking, postgres::Transaction& transaction,
                                const Call& call, const OpenConfirmation& step,
                                ReferralEvent event);
// The application ended without confirmation: the referral is free for another one.
Task<absl::Status> ReleaseReferral(const Docking& docking, postgres::Transaction& transaction,
                                   const Call& call, const OpenConfirmation& step);

// The id in "confirmations/{id}"; FIELD_INVALID names `field`.
absl::StatusOr<std::string> ConfirmationIdIn(std::string_view field, const std::string& name);

Task<absl::StatusOr<v1::Confirmation>> RereadConfirmation(const Docking& docking,
                                                          postgres::Transaction& transaction,
                                                          const Call& call,
                                                          const std::string& name);

// Guards and changes of one step before it is stored; and what follows from it afterwards.
struct ConfirmationBody {
  std::function<Task<absl::Status>(postgres::Transaction&, OpenConfirmation&)> before;
  std::function<Task<absl::Status>(postgres::Transaction&, OpenConfirmation&)> after;
};

template <typename Request>
Task<absl::StatusOr<v1::Confirmation>> ChangeConfirmation(const Docking& docking, Call& call,
                                                          const Request& request,
                                                          ConfirmationRight right,
                                                          const ConfirmationChoice& choose,
                                                          const ConfirmationBody& body) {
  ConfirmationRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.id, ConfirmationIdIn("name", request.name()));
  step_request.etag = request.etag();
  step_request.choose = choose;
  step_request.right = right;
  std::function<Task<absl::StatusOr<v1::Confirmation>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Confirmation>> {
    auto step = co_await BeginConfirmation(docking, transaction, call, step_request);
    if (!step.ok()) co_return step.status();
    absl::Status done = co_await body.before(transaction, *step);
    if (!done.ok()) co_return done;
    done = co_await FinishConfirmation(docking, transaction, call, &*step);
    if (!done.ok()) co_return done;
    if (body.after) {
      done = co_await body.after(transaction, *step);
      if (!done.ok()) co_return done;
    }
    co_return ConfirmationMessage(step->confirmation);
  };
  std::function<Task<absl::StatusOr<v1::Confirmation>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction,
                   const std::string& name) -> Task<absl::StatusOr<v1::Confirmation>> {
    return RereadConfirmation(docking, transaction, call, name);
  };
  co_return co_await ChangeOnce<v1::Confirmation>(docking.database(call), call, request, change,
                                                  reread);
}

}  // namespace maplebridge::docking
