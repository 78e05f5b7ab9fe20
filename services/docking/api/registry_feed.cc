#include "services/docking/api/registry_feed.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include "common/feed/feed_consumer.h"
#include "common/logging/log.h"
#include "maplebridge/registry/v1/dispute_resource.pb.h"
#include "services/docking/api/words.h"
#include "services/docking/domain/docking_clock.h"

namespace maplebridge::docking {
namespace {

constexpr char kSource[] = "registry";
constexpr char kPrincipal[] = "services/docking#registry";
// Reading 200 MB again takes its time.
constexpr absl::Duration kTimeout = absl::Minutes(2);

struct Meaning {
  std::string_view type;
  ReferralEvent event;
};

// What the registry's words mean here. The rest is progress.
constexpr Meaning kMeanings[] = {
    {"ConcludeByAgreement", ReferralEvent::kAgree},
    {"ConcludeWithoutAgreement", ReferralEvent::kReturn},
    {"Amend", ReferralEvent::kAmend},
    {"CloseUnperformed", ReferralEvent::kCloseUnperformed},
    {"SetAside", ReferralEvent::kSetAside},
};
// The registry's answers to docking's own decisions, and its clocks.
constexpr std::string_view kEchoes[] = {"ConfirmAgreed", "ConfirmFailed", "Withdraw",
                                        "Extend",        "ClockExpired",  "MarkOverdue"};

std::optional<ReferralEvent> MeaningOf(const feed::v1::Event& event) {
  if (event.from_state().empty()) return ReferralEvent::kOpenDispute;
  for (std::string_view echo : kEchoes) {
    if (event.type() == echo) return std::nullopt;
  }
  for (const Meaning& meaning : kMeanings) {
    if (event.type() == meaning.type) return meaning.event;
  }
  return ReferralEvent::kProgress;
}

// The dispute in the event, when it is one that a court referred.
std::optional<registry::v1::Dispute> ReferredDispute(const feed::v1::Event& event) {
  registry::v1::Dispute dispute;
  if (!absl::StartsWith(event.resource(), "disputes/") || !event.payload().UnpackTo(&dispute) ||
      dispute.referral().empty()) {
    return std::nullopt;
  }
  return dispute;
}

Task<absl::Status> Refuse(postgres::Transaction& transaction, const feed::v1::Event& event,
                          const absl::Status& why) {
  Log(LogLevel::kError, "the registry's event is refused here; see table feed_refusals",
      {{"resource", event.resource()},
       {"type", event.type()},
       {"position", std::to_string(event.position())},
       {"reason", std::string(why.message())}});
  const std::string text(why.message());
  co_return co_await RecordFeedRefusal(transaction, kSource, event.position(), event.resource(),
                                       event.type(), text, absl::Now());
}

absl::Time EventTime(const feed::v1::Event& event, const Call& call) {
  auto time = TimeOf(event.event_time());
  return time.ok() && event.has_event_time() ? *time : StepTime(call);
}

// Where the step happened, as far as the dispute tells it.
std::string ProgressResource(const feed::v1::Event& event, const registry::v1::Dispute& dispute) {
  if (event.type() == "HoldSession") {
    return absl::StrCat(event.resource(), "/sessions/", dispute.session_count());
  }
  return event.resource();
}

absl::Status Settle(const Docking& docking, const Call& call, const registry::v1::Dispute& dispute,
                    Referral* referral) {
  const registry::v1::Conclusion& conclusion = dispute.conclusion();
  auto day = DayOf(conclusion.effective_day());
  if (!day.ok() || conclusion.agreement().empty()) {
    return absl::FailedPreconditionError("the conclusion names no agreement in effect");
  }
  Settlement& settlement = referral->settlement.emplace();
  settlement.agreement = conclusion.agreement();
  settlement.document = conclusion.document().document();
  settlement.sha256 = conclusion.document().sha256();
  settlement.obligation_count = dispute.obligation_count();
  settlement.effective_day = *day;
  auto time = TimeOf(conclusion.conclude_time());
  settlement.conclude_time = time.ok() && conclusion.has_conclude_time() ? *time : StepTime(call);
  // A new agreement is fed back anew, and may be confirmed anew.
  referral->acknowledge_time.reset();
  referral->is_unconfirmed = false;
  if (referral->kind != ReferralKind::kAppointed) return absl::OkStatus();
  auto window = WindowDeadline(docking.calendar(), *day);
  if (!window.ok()) return window.status();
  referral->window_day = window->due_day;
  return absl::OkStatus();
}

void Return(const Call& call, const registry::v1::Dispute& dispute, const PreparedReturn& prepared,
            Referral* referral) {
  const registry::v1::Conclusion& from = dispute.conclusion();
  Conclusion& conclusion = referral->conclusion.emplace();
  conclusion.reason = WordOf("CONCLUSION_REASON_", from.reason());
  conclusion.document = from.document().document();
  conclusion.sha256 = from.document().sha256();
  conclusion.materials_equal = prepared.materials_equal;
  auto time = TimeOf(from.conclude_time());
  conclusion.conclude_time = time.ok() && from.has_conclude_time() ? *time : StepTime(call);
}

absl::Status Fill(const Docking& docking, const Call& call, const feed::v1::Event& event,
                  const registry::v1::Dispute& dispute, const PreparedReturn& prepared,
                  OpenStep* step) {
  Referral& referral = step->referral;
  referral.dispute = event.resource();
  if (referral.mediator.empty() && dispute.mediators_size() > 0) {
    referral.mediator = dispute.mediators(0);
  }
  Progress& progress = referral.progress.emplace();
  progress.type = event.type();
  progress.resource = ProgressResource(event, dispute);
  progress.event_time = EventTime(event, call);
  if (step->event == ReferralEvent::kAgree || step->event == ReferralEvent::kAmend) {
    return Settle(docking, call, dispute, &referral);
  }
  if (step->event == ReferralEvent::kReturn) Return(call, dispute, prepared, &referral);
  return absl::OkStatus();
}

}  // namespace

Task<absl::StatusOr<PreparedReturn>> PrepareReturn(const Docking& docking,
                                                   const feed::v1::Event& event) {
  PreparedReturn prepared;
  const std::optional<registry::v1::Dispute> dispute = ReferredDispute(event);
  if (!dispute || MeaningOf(event) != ReferralEvent::kReturn) co_return prepared;
  const Call call = OwnCall(kPrincipal, kTimeout);
  auto id = ReferralIdIn("referral", dispute->referral());
  if (!id.ok()) co_return prepared;
  auto referral = co_await FindReferral(docking.database(call), call.deadline(), docking.keys, *id);
  if (!referral.ok()) co_return referral.status();
  if (!referral->has_value()) co_return prepared;
  auto equal = co_await AreMaterialsEqual(docking, call, **referral);
  if (!equal.ok()) co_return equal.status();
  prepared.materials_equal = *equal;
  co_return prepared;
}

Task<absl::Status> ApplyRegistryEvent(const Docking& docking, postgres::Transaction& transaction,
                                      const feed::v1::Event& event,
                                      const PreparedReturn& prepared) {
  const std::optional<registry::v1::Dispute> dispute = ReferredDispute(event);
  const std::optional<ReferralEvent> meaning = MeaningOf(event);
  if (!dispute || !meaning) co_return absl::OkStatus();
  auto id = ReferralIdIn("referral", dispute->referral());
  if (!id.ok()) co_return co_await Refuse(transaction, event, id.status());
  const Call call = OwnCall(kPrincipal, kTimeout);
  StepRequest request;
  request.id = *id;
  request.choose = Always(*meaning);
  request.right = StepRight::kOwn;
  request.asker = Asker::kRegistry;
  auto step = co_await BeginStep(docking, transaction, call, request);
  if (absl::IsFailedPrecondition(step.status()) || absl::IsNotFound(step.status())) {
    // Progress of a case that docking has left is the registry's own affair.
    if (*meaning == ReferralEvent::kProgress) co_return absl::OkStatus();
    co_return co_await Refuse(transaction, event, step.status());
  }
  if (!step.ok()) co_return step.status();
  const absl::Status filled = Fill(docking, call, event, *dispute, prepared, &*step);
  if (absl::IsFailedPrecondition(filled)) co_return co_await Refuse(transaction, event, filled);
  if (!filled.ok()) co_return filled;
  co_return co_await FinishStep(docking, transaction, call, &*step);
}

Task<void> FollowRegistry(std::shared_ptr<Docking> docking) {
  if (!docking->parts.registry) co_return;
  FeedSource source;
  source.name = kSource;
  source.method = "/maplebridge.registry.v1.RegistryFeedService/WatchEvents";
  source.channel = docking->parts.registry;
  FeedHandler handler =
      [docking](const feed::v1::Event& event) -> Task<absl::StatusOr<FeedEffect>> {
    if (!ReferredDispute(event)) co_return FeedEffect();
    auto prepared = co_await PrepareReturn(*docking, event);
    if (!prepared.ok()) co_return prepared.status();
    FeedEffect effect = [docking, &event,
                         prepared = *prepared](postgres::Transaction& transaction) {
      return ApplyRegistryEvent(*docking, transaction, event, prepared);
    };
    co_return effect;
  };
  co_await FollowFeed(source, *docking->parts.databases[0], handler, docking->parts.draining);
}

}  // namespace maplebridge::docking
