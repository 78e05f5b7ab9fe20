#include "services/docking/api/clock_expiry.h"

#include <absl/strings/match.h>

#include <algorithm>

#include "common/server/peer_call.h"
#include "maplebridge/registry/v1/dispute.grpc.pb.h"
#include "services/docking/api/confirmation_step.h"
#include "services/docking/api/words.h"
#include "services/docking/domain/referral_rule.h"
#include "services/docking/store/confirmation_store.h"

namespace maplebridge::docking {
namespace {

// What was asked before the referral was locked.
struct PreparedExpiry {
  // Set when mediation was under way.
  std::optional<bool> materials_equal;
};

// A conclusion made in time must not be overtaken by the clock while it is on its way from the
// registry's feed. OK when there is none. Any error puts the expiry off; not UNAVAILABLE, which
// would hold up the clocks of all other resources.
Task<absl::Status> CheckNoConclusion(const Docking& docking, const Call& call,
                                     const Referral& referral) {
  if (!docking.parts.registry || referral.dispute.empty()) co_return absl::OkStatus();
  auto stub = registry::v1::DisputeService::NewStub(docking.parts.registry);
  registry::v1::GetDisputeRequest request;
  request.set_name(referral.dispute);
  auto start = [&](grpc::ClientContext* context, registry::v1::Dispute* response, auto done) {
    stub->async()->GetDispute(context, &request, response, done);
  };
  const absl::Time until = std::min(call.deadline(), absl::Now() + absl::Seconds(2));
  auto dispute = co_await PeerCall<registry::v1::Dispute>(until, call.trace_id(), start);
  if (absl::IsNotFound(dispute.status())) co_return absl::OkStatus();
  if (!dispute.ok()) {
    co_return absl::FailedPreconditionError(
        "the registry cannot be asked whether mediation was concluded in time");
  }
  if (dispute->state() == registry::v1::DISPUTE_STATE_CONCLUDING) {
    co_return absl::FailedPreconditionError("the registry's conclusion is on its way");
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<bool>> IsBeforeCourt(postgres::Transaction& transaction,
                                         const Referral& referral) {
  if (referral.confirmation.empty()) co_return false;
  MB_CO_ASSIGN_OR_RETURN(const std::string id,
                         ConfirmationIdIn("confirmation", referral.confirmation));
  auto confirmation = co_await ReadConfirmation(transaction, id);
  if (!confirmation.ok()) co_return confirmation.status();
  co_return IsWithCourt(confirmation->state);
}

// What the end of the clock leaves behind in the referral.
absl::Status Fill(const Call& call, const PreparedExpiry& prepared, OpenStep* step) {
  Referral& referral = step->referral;
  if (step->from == ReferralState::kSent) {
    Decline& decline = referral.decline.emplace();
    decline.reason = "NOT_ANSWERED_IN_TIME";
    decline.organisation = referral.organisation;
    decline.decline_time = StepTime(call);
  }
  if (step->from == ReferralState::kAccepted) {
    if (!prepared.materials_equal) {
      return absl::FailedPreconditionError(
          "mediation began while the end of its limit was prepared");
    }
    Conclusion& conclusion = referral.conclusion.emplace();
    conclusion.reason = "LIMIT_EXPIRED";
    conclusion.materials_equal = *prepared.materials_equal;
    conclusion.conclude_time = StepTime(call);
  }
  // An application that was never submitted lapses with the window.
  if (step->event != ReferralEvent::kClockExpired) referral.confirmation.clear();
  return absl::OkStatus();
}

bool IsOfReferral(const DeadlineRow& row) { return absl::StartsWith(row.resource, "referrals/"); }

Task<absl::StatusOr<PreparedExpiry>> PrepareExpiry(const Docking& docking, const Call& call,
                                                   const DeadlineRow& row) {
  PreparedExpiry prepared;
  if (!IsOfReferral(row)) co_return prepared;
  MB_CO_ASSIGN_OR_RETURN(const std::string id, ReferralIdIn("resource", row.resource));
  auto found = co_await FindReferral(docking.database(call), call.deadline(), docking.keys, id);
  if (!found.ok()) co_return found.status();
  if (!found->has_value() || (*found)->state != ReferralState::kAccepted) co_return prepared;
  absl::Status free = co_await CheckNoConclusion(docking, call, **found);
  if (!free.ok()) co_return free;
  auto equal = co_await AreMaterialsEqual(docking, call, **found);
  if (!equal.ok()) co_return equal.status();
  prepared.materials_equal = *equal;
  co_return prepared;
}

// The referral first, as every step of a referral or of an application for confirmation does.
Task<absl::Status> LockExpired(const Docking& docking, postgres::Transaction& transaction,
                               const DeadlineRow& row) {
  std::string referral_name = row.resource;
  if (!IsOfReferral(row)) {
    MB_CO_ASSIGN_OR_RETURN(const std::string id, ConfirmationIdIn("resource", row.resource));
    auto confirmation = co_await ReadConfirmation(transaction, id);
    if (!confirmation.ok()) co_return confirmation.status();
    referral_name = confirmation->referral;
  }
  MB_CO_ASSIGN_OR_RETURN(const std::string id, ReferralIdIn("referral", referral_name));
  auto referral = co_await LockReferral(transaction, docking.keys, id);
  co_return referral.status();
}

Task<absl::Status> ExpireReferral(const Docking& docking, postgres::Transaction& transaction,
                                  Call& call, const DeadlineRow& row,
                                  const PreparedExpiry& prepared) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, ReferralIdIn("resource", row.resource));
  auto referral = co_await LockReferral(transaction, docking.keys, id);
  if (!referral.ok()) co_return referral.status();
  // A clock that outlived its state has nothing to say.
  if (referral->clock.kind != row.kind) co_return absl::OkStatus();
  auto with_court = co_await IsBeforeCourt(transaction, *referral);
  if (!with_court.ok()) co_return with_court.status();
  const ReferralEvent event = ExpiryEvent(*referral, *with_court, calendar::ChinaDay(call.now()));
  if (IsUrged(*referral, event, *with_court)) ++referral->urge_count;
  auto step = AllowStep(*std::move(referral), event, Asker::kClock);
  if (!step.ok()) co_return step.status();
  MB_CO_RETURN_IF_ERROR(Fill(call, prepared, &*step));
  co_return co_await FinishStep(docking, transaction, call, &*step);
}

Task<absl::Status> ExpireConfirmation(const Docking& docking, postgres::Transaction& transaction,
                                      Call& call, const DeadlineRow& row) {
  ConfirmationRequest request;
  MB_CO_ASSIGN_OR_RETURN(request.id, ConfirmationIdIn("resource", row.resource));
  request.choose = Always(ConfirmationEvent::kClockExpired);
  request.right = ConfirmationRight::kOwn;
  request.asker = Asker::kClock;
  auto step = co_await BeginConfirmation(docking, transaction, call, request);
  if (absl::IsFailedPrecondition(step.status())) co_return absl::OkStatus();
  if (!step.ok()) co_return step.status();
  if (step->confirmation.clock.kind != row.kind) co_return absl::OkStatus();
  const bool is_end = IsFinal(step->transition->to);
  if (!is_end) ++step->confirmation.urge_count;
  absl::Status done = co_await FinishConfirmation(docking, transaction, call, &*step);
  if (!done.ok() || !is_end) co_return done;
  co_return co_await ReleaseReferral(docking, transaction, call, *step);
}

}  // namespace

DeadlineWork ClockWork(std::shared_ptr<const Docking> docking) {
  // One expiry after the other: what is prepared is for the next effect.
  auto prepared = std::make_shared<PreparedExpiry>();
  DeadlineWork work;
  work.prepare = [docking, prepared](Call& call, const DeadlineRow& row) -> Task<absl::Status> {
    auto next = co_await PrepareExpiry(*docking, call, row);
    if (!next.ok()) co_return next.status();
    *prepared = *next;
    co_return absl::OkStatus();
  };
  work.lock = [docking](postgres::Transaction& transaction, const DeadlineRow& row) {
    return LockExpired(*docking, transaction, row);
  };
  work.effect = [docking, prepared](postgres::Transaction& transaction, Call& call,
                                    const DeadlineRow& row) {
    return IsOfReferral(row) ? ExpireReferral(*docking, transaction, call, row, *prepared)
                             : ExpireConfirmation(*docking, transaction, call, row);
  };
  return work;
}

}  // namespace maplebridge::docking
