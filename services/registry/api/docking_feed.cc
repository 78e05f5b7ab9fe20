#include "services/registry/api/docking_feed.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include "common/feed/feed_consumer.h"
#include "common/feed/feed_hub.h"
#include "common/logging/log.h"
#include "common/server/peer_call.h"
#include "maplebridge/docking/v1/referral.grpc.pb.h"
#include "services/registry/api/obligations.h"
#include "services/registry/api/roster_peer.h"
#include "services/registry/api/words.h"
#include "services/registry/store/agreement_store.h"

namespace maplebridge::registry {
namespace {

constexpr char kSource[] = "docking";
constexpr char kPrincipal[] = "services/registry#docking";
constexpr absl::Duration kTimeout = absl::Seconds(15);

bool IsAcceptance(const feed::v1::Event& event) {
  return event.from_state() == "SENT" && event.to_state() == "ACCEPTED";
}

// What an event of a referral in mediation means here; unset when nothing.
std::optional<DisputeEvent> MeaningOf(const feed::v1::Event& event) {
  if (event.from_state() != "ACCEPTED") return std::nullopt;
  if (event.to_state() == "AGREED") return DisputeEvent::kConfirmAgreed;
  if (event.to_state() == "WITHDRAWN") return DisputeEvent::kWithdraw;
  if (event.to_state() == "RETURNED" || absl::StartsWith(event.to_state(), "CLOSED_")) {
    return DisputeEvent::kConfirmFailed;
  }
  if (event.type() == "Extend") return DisputeEvent::kExtend;
  return std::nullopt;
}

bool IsOfConcern(const feed::v1::Event& event) {
  return absl::StartsWith(event.resource(), "referrals/") &&
         (IsAcceptance(event) || MeaningOf(event));
}

docking::v1::Referral ReferralOf(const feed::v1::Event& event) {
  docking::v1::Referral referral;
  event.payload().UnpackTo(&referral);
  return referral;
}

std::optional<absl::CivilDay> DueDay(const docking::v1::Referral& referral) {
  auto day = DayOf(referral.deadline().deadline().due_day());
  if (!day.ok()) return std::nullopt;
  return *day;
}

Task<absl::Status> Refuse(postgres::Transaction& transaction, const feed::v1::Event& event,
                          const absl::Status& why) {
  Log(LogLevel::kError, "docking's event is refused here; see table feed_refusals",
      {{"resource", event.resource()},
       {"type", event.type()},
       {"position", std::to_string(event.position())},
       {"reason", std::string(why.message())}});
  const std::string text(why.message());
  co_return co_await RecordFeedRefusal(transaction, kSource, event.position(), event.resource(),
                                       event.type(), text, absl::Now());
}

absl::StatusOr<Dispute> DisputeFrom(const Registry& registry, const Call& call,
                                    const RuleSet& rules, const docking::v1::Referral& referral,
                                    const PreparedReferral& prepared) {
  Dispute dispute;
  auto division = division::DivisionCode::Parse(referral.division());
  if (!division.ok()) return division.status();
  dispute.division = division->number();
  dispute.state = DisputeState::kAccepted;
  dispute.category = referral.category();
  dispute.category_text = prepared.category_text;
  dispute.source = "REFERRAL";
  dispute.organisation = referral.organisation();
  dispute.organisation_name = prepared.organisation_name;
  dispute.summary = prepared.summary;
  dispute.claimed_amount_fen = referral.amount_fen();
  dispute.difficulty = prepared.parties.size() >= kGroupParties ? "MAJOR" : "ORDINARY";
  dispute.referral = referral.name();
  dispute.court = referral.court();
  dispute.parties = prepared.parties;
  Violations violations = NormaliseParties(&dispute.parties, calendar::ChinaDay(call.now()));
  if (!violations.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(violations[0].field, ": ", violations[0].description));
  }
  dispute.create_time = call.now();
  auto accepted = TimeOf(referral.accept_time());
  dispute.accept_time = accepted.ok() && referral.has_accept_time() ? *accepted : call.now();
  ClockInput input;
  input.state = DisputeState::kAccepted;
  input.category = dispute.category;
  input.division = dispute.division;
  input.rules = &rules;
  input.now = *dispute.accept_time;
  input.referral_due_day = DueDay(referral);
  auto clock = StartClock(registry.calendar(), input);
  if (!clock.ok()) return clock.status();
  dispute.clock = ClockEndOf(*clock);
  dispute.rules_version = rules.version;
  return dispute;
}

Task<absl::Status> Create(const Registry& registry, postgres::Transaction& transaction,
                          const Call& call, const feed::v1::Event& event,
                          const PreparedReferral& prepared) {
  auto known = co_await FindByReferral(transaction, event.resource());
  if (!known.ok()) co_return known.status();
  if (!known->empty()) co_return absl::OkStatus();
  if (!prepared.status.ok()) co_return co_await Refuse(transaction, event, prepared.status);
  auto rules = co_await RulesInForce(registry, call);
  if (!rules.ok()) co_return rules.status();
  auto dispute = DisputeFrom(registry, call, **rules, ReferralOf(event), prepared);
  if (!dispute.ok()) co_return co_await Refuse(transaction, event, dispute.status());
  NewDispute item;
  item.dispute = *std::move(dispute);
  item.event = Word(DisputeEvent::kAccept);
  item.principal = kPrincipal;
  item.method = event.resource();
  item.trace_id = event.trace_id();
  const PayloadOf payload = &DisputePayload;
  auto created = co_await CreateDispute(transaction, registry.keys, payload, item);
  if (!created.ok()) co_return created.status();
  FeedHub* feed = registry.parts.feed.get();
  transaction.AfterCommit([feed] { feed->Wake(); });
  co_return absl::OkStatus();
}

// What the step needs besides the workflow.
Task<absl::Status> FillStep(postgres::Transaction& transaction, const Call& call,
                            const docking::v1::Referral& referral, OpenStep* step) {
  if (step->event == DisputeEvent::kExtend) step->referral_due_day = DueDay(referral);
  if (step->event == DisputeEvent::kConfirmAgreed) {
    if (step->dispute.conclusion.agreement == 0) {
      co_return absl::FailedPreconditionError("the dispute was concluded without agreement");
    }
    auto agreement = co_await ReadAgreement(transaction, step->dispute.number,
                                            step->dispute.conclusion.agreement);
    if (!agreement.ok()) co_return agreement.status();
    step->next_due_day = NextDueDay(agreement->draft.obligations);
    co_return co_await OpenObligations(transaction, call, step->dispute, *agreement);
  }
  Conclusion& conclusion = step->dispute.conclusion;
  if (step->event == DisputeEvent::kConfirmFailed && conclusion.kind.empty()) {
    // Docking's own clock, or a consent withdrawn there, ended it before anybody concluded here.
    conclusion.kind = "NO_AGREEMENT";
    conclusion.reason =
        referral.conclusion().reason() == docking::v1::CONCLUSION_REASON_LIMIT_EXPIRED
            ? "LIMIT_EXPIRED"
            : "PARTY_REFUSED";
    conclusion.conclude_time = call.now();
  }
  co_return absl::OkStatus();
}

Task<absl::Status> Move(const Registry& registry, postgres::Transaction& transaction,
                        const Call& call, const feed::v1::Event& event, DisputeEvent meaning) {
  auto number = co_await FindByReferral(transaction, event.resource());
  if (!number.ok()) co_return number.status();
  if (number->empty()) {
    co_return co_await Refuse(transaction, event,
                              absl::NotFoundError("no dispute was born of this referral"));
  }
  StepRequest request;
  request.number = *number;
  request.event = meaning;
  request.asker = Asker::kDocking;
  auto step = co_await BeginStep(registry, transaction, call, request);
  if (absl::IsFailedPrecondition(step.status())) {
    co_return co_await Refuse(transaction, event, step.status());
  }
  if (!step.ok()) co_return step.status();
  absl::Status filled = co_await FillStep(transaction, call, ReferralOf(event), &*step);
  if (absl::IsFailedPrecondition(filled)) co_return co_await Refuse(transaction, event, filled);
  if (!filled.ok()) co_return filled;
  co_return co_await FinishStep(registry, transaction, call, &*step);
}

}  // namespace

Task<absl::StatusOr<PreparedReferral>> PrepareReferral(const Registry& registry,
                                                       const feed::v1::Event& event) {
  PreparedReferral prepared;
  if (!IsAcceptance(event)) co_return prepared;
  const Call call = OwnCall(kPrincipal, kTimeout);
  auto stub = docking::v1::ReferralService::NewStub(registry.parts.docking);
  docking::v1::GetReferralRequest get;
  get.set_name(event.resource());
  auto start_get = [&](grpc::ClientContext* context, docking::v1::Referral* response, auto done) {
    stub->async()->GetReferral(context, &get, response, done);
  };
  auto referral =
      co_await PeerCall<docking::v1::Referral>(call.deadline(), event.trace_id(), start_get);
  docking::v1::ListReferralPartiesRequest list;
  list.set_parent(event.resource());
  auto start_list = [&](grpc::ClientContext* context,
                        docking::v1::ListReferralPartiesResponse* response, auto done) {
    stub->async()->ListReferralParties(context, &list, response, done);
  };
  auto parties = co_await PeerCall<docking::v1::ListReferralPartiesResponse>(
      call.deadline(), event.trace_id(), start_list);
  for (const absl::Status& status : {referral.status(), parties.status()}) {
    if (absl::IsNotFound(status)) {
      prepared.status = status;
      co_return prepared;
    }
    if (!status.ok()) co_return status;
  }
  prepared.category_text = referral->category_text();
  prepared.summary = referral->summary();
  FieldCheck check;
  for (int i = 0; i < parties->parties_size(); ++i) {
    const std::string path = absl::StrCat("parties[", i, "]");
    prepared.parties.push_back(PartyOf(parties->parties(i), path, &check));
  }
  MB_CO_RETURN_IF_ERROR(check.status());
  // The name may come later, when mediators are assigned: the roster being down delays nothing.
  auto organisation = co_await AskOrganisation(registry, call, referral->organisation());
  if (organisation.ok()) prepared.organisation_name = organisation->display_name();
  co_return prepared;
}

Task<absl::Status> ApplyDockingEvent(const Registry& registry, postgres::Transaction& transaction,
                                     const feed::v1::Event& event,
                                     const PreparedReferral& prepared) {
  if (!IsOfConcern(event)) co_return absl::OkStatus();
  const Call call = OwnCall(kPrincipal, kTimeout);
  if (IsAcceptance(event)) co_return co_await Create(registry, transaction, call, event, prepared);
  co_return co_await Move(registry, transaction, call, event, *MeaningOf(event));
}

Task<void> FollowDocking(std::shared_ptr<Registry> registry) {
  if (!registry->parts.docking) co_return;
  FeedSource source;
  source.name = kSource;
  source.method = "/maplebridge.docking.v1.DockingFeedService/WatchEvents";
  source.channel = registry->parts.docking;
  FeedHandler handler =
      [registry](const feed::v1::Event& event) -> Task<absl::StatusOr<FeedEffect>> {
    if (!IsOfConcern(event)) co_return FeedEffect();
    auto prepared = co_await PrepareReferral(*registry, event);
    if (!prepared.ok()) co_return prepared.status();
    FeedEffect effect = [registry, &event,
                         prepared = *std::move(prepared)](postgres::Transaction& transaction) {
      return ApplyDockingEvent(*registry, transaction, event, prepared);
    };
    co_return effect;
  };
  co_await FollowFeed(source, *registry->parts.databases[0], handler, registry->parts.draining);
}

}  // namespace maplebridge::registry
