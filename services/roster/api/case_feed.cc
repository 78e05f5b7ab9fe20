#include "services/roster/api/case_feed.h"

#include "common/calendar/working_calendar.h"
#include "common/division/division_code.h"
#include "common/feed/feed_consumer.h"
#include "common/logging/log.h"
#include "maplebridge/docking/v1/judicial_confirmation_resource.pb.h"
#include "maplebridge/registry/v1/dispute_resource.pb.h"
#include "services/roster/api/words.h"
#include "services/roster/store/case_fact_store.h"

namespace maplebridge::roster {
namespace {

constexpr char kRegistry[] = "registry";
constexpr char kDocking[] = "docking";
constexpr std::size_t kDivisionDigits = 12;

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixMicros(timestamp.seconds() * 1'000'000 + timestamp.nanos() / 1'000);
}

// The days, the form and the outcome. What docking has not yet confirmed, or what ended before, is
// no outcome.
void FillConclusion(const registry::v1::Dispute& dispute, std::string_view state, CaseFact* fact) {
  const registry::v1::Conclusion& conclusion = dispute.conclusion();
  if (!dispute.has_conclusion() || state == "CONCLUDING" || state == "CLOSED_WITHDRAWN" ||
      state == "CLOSED_MERGED") {
    return;
  }
  fact->conclude_day = calendar::ChinaDay(TimeOf(conclusion.conclude_time()));
  if (conclusion.kind() != registry::v1::CONCLUSION_KIND_AGREEMENT) {
    fact->outcome = "FAILED";
    return;
  }
  fact->outcome = "AGREED";
  if (conclusion.agreement().empty()) return;
  // Only a written agreement is a document (PML 28, 29).
  fact->agreement_form = conclusion.document().document().empty() ? "ORAL" : "WRITTEN";
}

absl::Status FillDays(const registry::v1::Dispute& dispute, CaseFact* fact) {
  fact->report_day = calendar::ChinaDay(TimeOf(dispute.create_time()));
  if (dispute.has_accept_time()) {
    fact->accept_day = calendar::ChinaDay(TimeOf(dispute.accept_time()));
  }
  if (dispute.performed_day().empty()) return absl::OkStatus();
  absl::CivilDay day;
  if (!absl::ParseCivilTime(dispute.performed_day(), &day)) {
    return absl::InvalidArgumentError("performed_day is no day");
  }
  fact->performed_day = day;
  return absl::OkStatus();
}

absl::StatusOr<CaseFact> FactOf(const feed::v1::Event& event) {
  registry::v1::Dispute dispute;
  if (!event.payload().UnpackTo(&dispute)) {
    return absl::InvalidArgumentError("payload is no dispute");
  }
  auto division = division::DivisionCode::Parse(event.division());
  if (event.division().size() != kDivisionDigits || !division.ok()) {
    return absl::InvalidArgumentError("division is not a code of 12 digits");
  }
  if (event.revision() <= 0 || event.to_state().empty() || dispute.category().empty() ||
      !dispute.has_create_time()) {
    return absl::InvalidArgumentError("revision, state, category or time of report is missing");
  }
  CaseFact fact;
  fact.dispute = event.resource();
  fact.organisation = dispute.organisation();
  fact.division = division->number();
  fact.category = dispute.category();
  fact.difficulty = WordOf("DIFFICULTY_", dispute.difficulty());
  if (fact.difficulty.empty()) fact.difficulty = "ORDINARY";
  fact.is_referred = !dispute.referral().empty();
  fact.state = event.to_state();
  MB_RETURN_IF_ERROR(FillDays(dispute, &fact));
  FillConclusion(dispute, fact.state, &fact);
  if (dispute.satisfaction() > 0) fact.satisfaction = dispute.satisfaction();
  if (dispute.claimed_amount_fen() > 0) fact.sum_fen = dispute.claimed_amount_fen();
  fact.is_set_aside = fact.state == "CLOSED_SET_ASIDE" || !dispute.set_aside_case_number().empty();
  fact.has_relapsed = dispute.relapsed();
  fact.revision = event.revision();
  fact.update_time = TimeOf(event.event_time());
  for (const std::string& mediator : dispute.mediators()) {
    if (NameParts("organisations/*/mediators/*", mediator).empty()) {
      return absl::InvalidArgumentError("a mediator's name is malformed");
    }
    fact.mediators.push_back(mediator);
  }
  return fact;
}

absl::StatusOr<CaseConfirmation> ConfirmationOf(const feed::v1::Event& event) {
  docking::v1::Confirmation payload;
  if (!event.payload().UnpackTo(&payload)) {
    return absl::InvalidArgumentError("payload is no confirmation");
  }
  if (event.revision() <= 0 || event.to_state().empty() || payload.dispute().empty()) {
    return absl::InvalidArgumentError("revision, state or dispute is missing");
  }
  CaseConfirmation confirmation;
  confirmation.confirmation = event.resource();
  confirmation.dispute = payload.dispute();
  confirmation.state = event.to_state();
  confirmation.revision = event.revision();
  confirmation.update_time = TimeOf(event.event_time());
  return confirmation;
}

// INVALID_ARGUMENT for what the event itself says wrongly.
absl::Status Apply(postgres::Transaction& transaction, std::string_view source,
                   const feed::v1::Event& event) {
  if (source == kRegistry && !NameParts("disputes/*", event.resource()).empty()) {
    MB_ASSIGN_OR_RETURN(const CaseFact fact, FactOf(event));
    PutCaseFact(transaction, fact);
  }
  if (source == kDocking && !NameParts("confirmations/*", event.resource()).empty()) {
    MB_ASSIGN_OR_RETURN(const CaseConfirmation confirmation, ConfirmationOf(event));
    PutCaseConfirmation(transaction, confirmation);
  }
  return absl::OkStatus();
}

Task<void> Follow(std::shared_ptr<Roster> roster, FeedSource source) {
  if (!source.channel) co_return;
  const std::string name = source.name;
  FeedBatchEffect effect = [name](postgres::Transaction& transaction,
                                  std::span<const feed::v1::Event> events) {
    return ApplyCaseEvents(transaction, name, events);
  };
  co_await FollowFeed(source, *roster->parts.databases[0], effect, roster->parts.draining);
}

}  // namespace

Task<absl::Status> ApplyCaseEvents(postgres::Transaction& transaction, std::string source,
                                   std::span<const feed::v1::Event> events) {
  for (const feed::v1::Event& event : events) {
    absl::Status applied = Apply(transaction, source, event);
    if (!applied.ok()) {
      Log(LogLevel::kError, "an event of a case is refused here; see table feed_refusals",
          {{"source", source},
           {"position", std::to_string(event.position())},
           {"resource", event.resource()},
           {"reason", std::string(applied.message())}});
      CaseRefusal refusal{source, event.position(), event.resource(), event.type(),
                          std::string(applied.message())};
      applied = co_await RecordCaseRefusal(transaction, refusal, absl::Now());
    }
    if (!applied.ok()) co_return applied;
  }
  co_return absl::OkStatus();
}

Task<void> FollowCases(std::shared_ptr<Roster> roster) {
  FeedSource source;
  source.name = kRegistry;
  source.method = "/maplebridge.registry.v1.RegistryFeedService/WatchEvents";
  source.channel = roster->parts.registry;
  co_await Follow(roster, source);
}

Task<void> FollowConfirmations(std::shared_ptr<Roster> roster) {
  FeedSource source;
  source.name = kDocking;
  source.method = "/maplebridge.docking.v1.DockingFeedService/WatchEvents";
  source.channel = roster->parts.docking;
  co_await Follow(roster, source);
}

}  // namespace maplebridge::roster
