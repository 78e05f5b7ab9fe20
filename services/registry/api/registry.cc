#include "services/registry/api/registry.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <algorithm>

#include "common/deadlines/deadline_clock.h"
#include "common/feed/event_log.h"
#include "common/identifier/dispute_number.h"
#include "common/reference/reference_data.h"
#include "common/server/etag.h"
#include "services/registry/api/route_step.h"
#include "services/registry/api/words.h"
#include "services/registry/store/session_plan_store.h"
#include "services/registry/store/transfer_store.h"

namespace maplebridge::registry {
namespace {

// A state in which the limit of the mediation runs.
constexpr DisputeState kLimitedState = DisputeState::kMediating;

// A request_id is stored once in a statement; calls without one have nothing in common.
std::vector<std::string> ReportKeys(const NewDispute& item) {
  if (item.request_id.empty()) return {};
  return {absl::StrCat(item.principal, "\n", item.request_id)};
}

std::vector<std::string> NoKeys(const std::string&) { return {}; }

absl::Status CheckStepScope(const Caller& caller, const OpenStep& step) {
  // A dispute without an organisation may be taken on by any that the county shows it to.
  if (step.event == DisputeEvent::kAccept && step.dispute.organisation.empty()) {
    return absl::OkStatus();
  }
  // An offer is answered by the side that it was made to.
  const bool answers =
      step.event == DisputeEvent::kTransfer || step.event == DisputeEvent::kDeclineTransfer;
  if (answers && !step.dispute.offered_organisation.empty()) {
    MB_RETURN_IF_ERROR(CheckPreview(caller, step.dispute));
    return RequireOrganisation(caller, step.dispute.offered_organisation);
  }
  MB_RETURN_IF_ERROR(CheckVisible(caller, step.dispute));
  // The bureau of the place sees duplicates in several organisations.
  const bool is_merge = step.event == DisputeEvent::kMerge || step.event == DisputeEvent::kUnmerge;
  if (is_merge && caller.Has(options::v1::ROLE_COUNTY_BUREAU)) {
    return RequirePlace(caller, ScopeOf(step.dispute).division);
  }
  return RequireOrganisation(caller, step.dispute.organisation);
}

// An offer does not outlive the states in which it may be made.
Task<absl::Status> DropOffer(postgres::Transaction& transaction, const Call& call, OpenStep* step) {
  Dispute& dispute = step->dispute;
  const bool may_stand = Decide(*step->rules, dispute.state, DisputeEvent::kLapseTransfer,
                                dispute.referral_born(), Asker::kClock)
                             .transition != nullptr;
  if (dispute.offered_organisation.empty() || may_stand) co_return absl::OkStatus();
  const std::string no_answer;
  absl::Status done = co_await EndOffer(transaction, dispute.number, "CANCELLED", no_answer,
                                        call.now(), call.caller().principal);
  if (!done.ok()) co_return done;
  dispute.offered_organisation.clear();
  const std::string clock = kTransferClock;
  co_return co_await MeetDeadline(transaction, call, dispute.name(), clock);
}

absl::StatusOr<RunningClock> NextClock(const Registry& registry, const Call& call,
                                       const OpenStep& step) {
  const bool stays = step.from == step.transition->to;
  if (step.event == DisputeEvent::kClockExpired && stays) {
    return StartReminder(registry.calendar(), step.transition->to, call.now());
  }
  ClockInput input;
  input.state = step.transition->to;
  input.category = step.dispute.category;
  input.division = step.dispute.division;
  input.rules = step.rules.get();
  input.now = call.now();
  input.receive_time = step.dispute.create_time;
  input.next_due_day = step.next_due_day;
  input.referral_due_day = step.referral_due_day;
  input.extended_day = step.extended_day;
  input.suspended_until = step.suspended_until;
  if (step.from == DisputeState::kSuspended && step.dispute.limit) {
    input.rest = step.dispute.limit->period;
  }
  return StartClock(registry.calendar(), input);
}

Task<absl::Status> MoveClock(const Registry& registry, postgres::Transaction& transaction,
                             const Call& call, OpenStep* step) {
  Dispute& dispute = step->dispute;
  if (step->transition->clock == ClockStep::kKeep) co_return absl::OkStatus();
  auto clock = NextClock(registry, call, *step);
  if (!clock.ok()) co_return clock.status();
  const std::string reason(Word(step->event));
  if (!dispute.clock.kind.empty() && dispute.clock.kind != clock->kind) {
    absl::Status met = co_await MeetDeadline(transaction, call, dispute.name(), dispute.clock.kind);
    if (!met.ok()) co_return met;
  }
  dispute.clock = ClockEndOf(*clock);
  dispute.overdue =
      step->event == DisputeEvent::kClockExpired && step->from == step->transition->to;
  const bool counts_limit = ClockOf(step->transition->to).kind == ClockOf(kLimitedState).kind;
  if (counts_limit && !dispute.overdue && clock->period && clock->from) {
    dispute.limit = MediationLimit{*clock->from, *clock->period};
  }
  if (dispute.clock.kind.empty()) co_return absl::OkStatus();
  DeadlineRow row;
  row.resource = dispute.name();
  row.kind = dispute.clock.kind;
  row.due_day = dispute.clock.due_day;
  row.due_time = dispute.clock.due_time;
  row.provisional = dispute.clock.provisional;
  co_return co_await SetDeadline(transaction, call, row, reason);
}

// Watches how many calls share a statement; nothing without `metrics`.
postgres::CoalescerOptions Watched(prometheus::Registry* metrics, const std::string& statement) {
  postgres::CoalescerOptions options;
  if (metrics == nullptr) return options;
  auto& sizes = prometheus::BuildHistogram()
                    .Name("maplebridge_batch_size")
                    .Help("Calls that shared one statement.")
                    .Register(*metrics)
                    .Add({{"statement", statement}},
                         prometheus::Histogram::BucketBoundaries{1, 2, 4, 8, 16, 32, 64});
  options.on_batch = [&sizes](std::size_t size) { sizes.Observe(static_cast<double>(size)); };
  return options;
}

}  // namespace

HotPaths::HotPaths(postgres::Database& database, const StoreKeys& keys,
                   prometheus::Registry* metrics)
    : batch(database, keys, &DisputePayload),
      reports([this](const std::vector<const NewDispute*>& items,
                     absl::Time deadline) { return batch.Run(items, deadline); },
              &ReportKeys, Watched(metrics, "report")),
      reads(
          [&database, keys](const std::vector<const std::string*>& items, absl::Time deadline)
              -> Task<absl::StatusOr<std::vector<absl::StatusOr<std::optional<Dispute>>>>> {
            std::vector<std::string> numbers;
            for (const std::string* item : items) numbers.push_back(*item);
            auto found = co_await ReadDisputes(database, deadline, keys, numbers);
            if (!found.ok()) co_return found.status();
            std::vector<absl::StatusOr<std::optional<Dispute>>> answers;
            for (std::optional<Dispute>& dispute : *found) answers.push_back(std::move(dispute));
            co_return answers;
          },
          &NoKeys, Watched(metrics, "read")) {}

Registry::Registry(ServiceParts& service_parts, std::shared_ptr<const DocumentMaker> document_maker,
                   FileParts file_parts)
    : parts(service_parts),
      keys{service_parts.sealing, service_parts.match},
      signer(service_parts.signer),
      maker(std::move(document_maker)),
      files(std::move(file_parts)),
      file_metrics(parts.metrics.get()) {
  for (auto& database : parts.databases) {
    hot.push_back(std::make_unique<HotPaths>(*database, keys, parts.metrics.get()));
  }
}

std::string DisputePayload(const Dispute& dispute) {
  return StrippedPayload(DisputeMessage(dispute, PartyView::kBare));
}

const calendar::Calendar& Registry::calendar() const { return parts.reference_data->calendar(); }
const division::DivisionTree& Registry::divisions() const {
  return parts.reference_data->divisions();
}

absl::StatusOr<std::string> NumberIn(std::string_view field, const std::string& name) {
  std::vector<std::string> parts = NameParts("disputes/*", name);
  if (parts.empty() || !identifier::DisputeNumber::Parse(parts[0]).ok()) {
    return FieldError(field, "must be disputes/{number}, such as disputes/D-330102-2026-00000017");
  }
  return parts[0];
}

std::optional<PartName> ParsePartName(std::string_view collection, const std::string& name) {
  std::vector<std::string> parts =
      NameParts(absl::StrCat("disputes/*/", std::string(collection), "/*"), name);
  PartName parsed;
  if (parts.empty() || !absl::SimpleAtoi(parts[1], &parsed.ordinal)) return std::nullopt;
  parsed.number = parts[0];
  return parsed;
}

absl::StatusOr<PartName> PartNameIn(std::string_view collection, const std::string& name) {
  std::optional<PartName> parsed = ParsePartName(collection, name);
  if (parsed) return *parsed;
  return FieldError(
      "name", absl::StrCat("must be disputes/{number}/", std::string(collection), "/{ordinal}"));
}

absl::Status CheckVisible(const Caller& caller, const Dispute& dispute) {
  if (MaySee(caller, ScopeOf(dispute)) || ReadsBeside(caller, dispute)) return absl::OkStatus();
  return NotFoundError(dispute.name());
}

absl::Status CheckPreview(const Caller& caller, const Dispute& dispute) {
  ResourceScope offered = ScopeOf(dispute);
  offered.organisation = dispute.offered_organisation;
  if (MaySee(caller, offered)) return absl::OkStatus();
  return CheckVisible(caller, dispute);
}

absl::Status RequireWorksOn(const Caller& caller, const Dispute& dispute) {
  if (caller.is_service()) return absl::OkStatus();
  return RequireOrganisation(caller, dispute.organisation);
}

absl::Status RequireReadsFile(const Caller& caller, const Dispute& dispute) {
  return ReadsBeside(caller, dispute) ? absl::OkStatus() : RequireWorksOn(caller, dispute);
}

absl::Status CheckParties(const Dispute& dispute, std::string_view field,
                          const std::vector<std::string>& party_ids) {
  FieldCheck check;
  for (auto id = party_ids.begin(); id != party_ids.end(); ++id) {
    const std::string place =
        absl::StrCat(std::string(field), "[", std::distance(party_ids.begin(), id), "]");
    check.Require(std::any_of(dispute.parties.begin(), dispute.parties.end(),
                              [&](const Party& party) { return party.party_id == *id; }),
                  place, "is no party of this dispute");
    check.Require(std::find(party_ids.begin(), id, *id) == id, place, "is named twice");
  }
  return check.status();
}

namespace {

// Of a group, an error names so many and counts the others.
constexpr std::size_t kMostNamed = 10;

}  // namespace

absl::Status RequireConsentOfAll(const Dispute& dispute, const std::vector<std::string>& agreed,
                                 std::string_view to_what) {
  const auto agrees = [&](const std::string& party_id) {
    return std::find(agreed.begin(), agreed.end(), party_id) != agreed.end();
  };
  std::vector<std::string> missing;
  for (const Party& party : dispute.parties) {
    // Short of settling, who represents a group binds it (CPL 56).
    const bool is_bound = !party.represented_by.empty() && agrees(party.represented_by);
    if (!is_bound && !agrees(party.party_id)) missing.push_back(party.party_id);
  }
  if (missing.empty()) return absl::OkStatus();
  const std::string first = absl::StrCat(dispute.name(), "/parties/", missing.front());
  std::string more;
  if (missing.size() > kMostNamed) {
    more = absl::StrCat(" and ", missing.size() - kMostNamed, " more");
    missing.resize(kMostNamed);
  }
  return PreconditionError(reason::kConsentMissing, first,
                           absl::StrCat("all parties must agree to ", std::string(to_what),
                                        "; missing: ", absl::StrJoin(missing, ", "), more));
}

StepRecord StepRecordOf(const Call& call, const OpenStep& step) {
  StepRecord record;
  record.dispute = step.dispute.number;
  record.dispute_revision = step.dispute.revision + 1;
  record.principal = call.caller().principal;
  record.time = call.now();
  return record;
}

ClockEnd ClockEndOf(const RunningClock& clock) {
  ClockEnd end;
  end.kind = clock.kind;
  end.due_day = clock.deadline.due_day;
  end.due_time = clock.deadline.due;
  end.provisional = clock.deadline.provisional;
  return end;
}

absl::Status RefusalError(const Dispute& dispute, DisputeEvent event, Refusal refusal) {
  if (refusal == Refusal::kReferralOwned) {
    return PreconditionError(
        reason::kReferralOwned, dispute.name(),
        absl::StrCat("a court referred this dispute, so docking decides ", std::string(Word(event)),
                     "; call ReferralService on ", dispute.referral));
  }
  return StateForbidsError(dispute.name(), Word(dispute.state), Word(event));
}

Task<absl::StatusOr<std::shared_ptr<const RuleSet>>> RulesInForce(const Registry& registry,
                                                                  const Call& call) {
  if (!registry.rules->is_loaded()) {
    absl::Status loaded = co_await LoadRules(registry.database(call), call.deadline(), call.now(),
                                             registry.rules.get());
    if (!loaded.ok()) co_return loaded;
  }
  auto rules = registry.rules->InForce(calendar::ChinaDay(call.now()));
  if (rules == nullptr) co_return absl::InternalError("no version of the rules is in force");
  co_return rules;
}

Task<absl::StatusOr<std::shared_ptr<const RuleSet>>> RulesOf(const Registry& registry,
                                                             const Call& call,
                                                             const std::string& version) {
  auto rules = registry.rules->Find(version);
  if (rules != nullptr) co_return rules;
  absl::Status loaded = co_await LoadRules(registry.database(call), call.deadline(), call.now(),
                                           registry.rules.get());
  if (!loaded.ok()) co_return loaded;
  rules = registry.rules->Find(version);
  if (rules == nullptr) {
    co_return absl::InternalError("the rules " + version + " of a dispute are unknown");
  }
  co_return rules;
}

Task<absl::StatusOr<OpenStep>> BeginStep(const Registry& registry,
                                         postgres::Transaction& transaction, const Call& call,
                                         const StepRequest& request) {
  auto locked = co_await LockDispute(transaction, registry.keys, request.number);
  if (!locked.ok()) co_return locked.status();
  OpenStep step;
  step.dispute = *std::move(locked);
  step.from = step.dispute.state;
  step.event = request.event;
  if (request.asker == Asker::kCaller) {
    MB_CO_RETURN_IF_ERROR(CheckStepScope(call.caller(), step));
  }
  MB_CO_RETURN_IF_ERROR(CheckEtag(step.dispute.name(), request.etag, step.dispute.revision));
  auto rules = co_await RulesOf(registry, call, step.dispute.rules_version);
  if (!rules.ok()) co_return rules.status();
  step.rules = *std::move(rules);
  const DisputeDecision decision =
      Decide(*step.rules, step.from, request.event, step.dispute.referral_born(), request.asker);
  if (decision.transition == nullptr) {
    co_return RefusalError(step.dispute, request.event, decision.refusal);
  }
  step.transition = decision.transition;
  co_return step;
}

Task<absl::Status> FinishStep(const Registry& registry, postgres::Transaction& transaction,
                              const Call& call, OpenStep* step) {
  Dispute& dispute = step->dispute;
  absl::Status moved = co_await MoveClock(registry, transaction, call, step);
  if (!moved.ok()) co_return moved;
  dispute.state = step->transition->to;
  absl::Status dropped = co_await DropOffer(transaction, call, step);
  if (!dropped.ok()) co_return dropped;
  const bool ends_sessions = step->from == DisputeState::kMediating &&
                             dispute.state != DisputeState::kMediating &&
                             dispute.planned_session_count > 0;
  if (ends_sessions) {
    const std::string why(Word(step->event));
    dropped = co_await CancelPlannedSessions(transaction, dispute.number, why);
    if (!dropped.ok()) co_return dropped;
  }
  dropped = co_await FollowStep(registry, transaction, call, *step);
  if (!dropped.ok()) co_return dropped;
  dispute.update_time = call.now();
  ++dispute.revision;
  absl::Status updated = co_await UpdateDispute(transaction, dispute);
  if (!updated.ok()) co_return updated;
  const v1::Dispute payload = DisputeMessage(dispute, PartyView::kBare);
  NewEvent event;
  event.type = Word(step->event);
  event.resource = dispute.name();
  event.revision = dispute.revision;
  event.from_state = Word(step->from);
  event.to_state = Word(dispute.state);
  event.division = payload.division();
  event.organisation = dispute.organisation;
  event.court = dispute.court;
  event.payload = &payload;
  co_return co_await AppendEvent(transaction, call, *registry.parts.feed, event);
}

Task<absl::StatusOr<v1::Dispute>> RereadDispute(const Registry& registry,
                                                postgres::Transaction& transaction,
                                                const Call& call, const std::string& name) {
  auto number = NumberIn("name", name);
  if (!number.ok()) co_return number.status();
  auto dispute = co_await ReadDispute(transaction, registry.keys, *number);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(CheckVisible(call.caller(), *dispute));
  co_return DisputeMessage(*dispute, ViewOf(call.caller(), *dispute));
}

}  // namespace maplebridge::registry
