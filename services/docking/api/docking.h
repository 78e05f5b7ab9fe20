// What the handlers of docking share: its parts, and the one way to take a step in a referral's
// life.
#pragma once

#include <absl/status/statusor.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/calendar/deadline.h"
#include "common/division/division_tree.h"
#include "common/server/call.h"
#include "common/server/service_main.h"
#include "services/docking/api/referral_message.h"
#include "services/docking/domain/referral_workflow.h"
#include "services/docking/store/referral_store.h"

namespace maplebridge::docking {

struct Docking {
  explicit Docking(ServiceParts& parts);

  ServiceParts& parts;
  StoreKeys keys;

  const calendar::Calendar& calendar() const;
  const division::DivisionTree& divisions() const;
  postgres::Database& database(const Call& call) const { return parts.database(call); }
};

// The time of a step, as precise as it is stored, so that a repeated call has the same answer.
absl::Time StepTime(const Call& call);

// Whose caller may take a step.
enum class StepRight : std::uint8_t {
  // Not said: refused.
  kNobody,
  kCourt,
  kOrganisation,
  kCourtOrOrganisation,
  // The service itself: a feed, a clock, a confirmation.
  kOwn,
};

// Which event a request is may depend on the referral as it stands; an error refuses the request.
using EventChoice = std::function<absl::StatusOr<ReferralEvent>(const Referral&)>;
EventChoice Always(ReferralEvent event);

struct StepRequest {
  std::string id;
  std::string etag;
  EventChoice choose;
  StepRight right = StepRight::kNobody;
  Asker asker = Asker::kCaller;
};

// A step that is under way: the referral's row is locked and the workflow allows the step.
struct OpenStep {
  Referral referral;
  ReferralState from = ReferralState::kNone;
  ReferralEvent event = ReferralEvent::kOfferGuidance;
  const ReferralTransition* transition = nullptr;
  // New last day of the mediation limit, of an extension.
  std::optional<absl::CivilDay> until;
};

// The workflow's answer for a referral that is locked, or new.
absl::StatusOr<OpenStep> AllowStep(Referral referral, ReferralEvent event, Asker asker);
// Locks the referral and checks that the caller may see it and take the step, the etag, and the
// workflow.
Task<absl::StatusOr<OpenStep>> BeginStep(const Docking& docking, postgres::Transaction& transaction,
                                         const Call& call, const StepRequest& request);
// Stores the referral in its new state with its clock, and appends the event.
Task<absl::Status> FinishStep(const Docking& docking, postgres::Transaction& transaction,
                              const Call& call, OpenStep* step);

// The referral of a repeated call, as this caller sees it now.
Task<absl::StatusOr<v1::Referral>> RereadReferral(const Docking& docking,
                                                  postgres::Transaction& transaction,
                                                  const Call& call, const std::string& name);

// The id in "referrals/{id}"; FIELD_INVALID names `field`.
absl::StatusOr<std::string> ReferralIdIn(std::string_view field, const std::string& name);
// The referral, when the caller may see it; NOT_FOUND otherwise.
Task<absl::StatusOr<Referral>> FindVisible(const Docking& docking, const Call& call,
                                           std::string_view field, const std::string& name);

// What a list may show to the caller.
struct ListScope {
  std::string court;
  std::string organisation;
  std::uint64_t division_first = 0;
  std::uint64_t division_last = 999'999'999'999;
};
absl::StatusOr<ListScope> ScopeOfList(const Caller& caller);

// CONSENT_MISSING names the first of the parties as its subject and all in its text.
absl::Status ConsentMissingError(const Referral& referral,
                                 const std::vector<std::string>& party_ids, std::string_view what);

// True when each material was read again and has the digest that it was sent with.
Task<absl::StatusOr<bool>> AreMaterialsEqual(const Docking& docking, const Call& call,
                                             const Referral& referral);

}  // namespace maplebridge::docking
