#include "services/analytics/api/feeds.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <map>
#include <set>

#include "common/division/division_code.h"
#include "common/logging/log.h"
#include "maplebridge/docking/v1/judicial_confirmation_resource.pb.h"
#include "maplebridge/docking/v1/referral_resource.pb.h"
#include "maplebridge/registry/v1/dispute_resource.pb.h"
#include "maplebridge/roster/v1/organisation.pb.h"
#include "services/analytics/store/fact_store.h"

namespace maplebridge::analytics {
namespace {

constexpr int kDigitsOfDivision = 12;

// "disputes/D-…" but not "disputes/D-…/sessions/1".
bool IsOf(std::string_view collection, std::string_view resource) {
  return absl::StartsWith(absl::string_view(resource.data(), resource.size()),
                          absl::string_view(collection.data(), collection.size())) &&
         resource.find('/', collection.size()) == std::string_view::npos;
}

// The word of an enumeration's value without its prefix; empty for 0.
std::string WordIn(const std::string& name, std::string_view prefix) {
  const std::string word = name.substr(std::min(prefix.size(), name.size()));
  return word == "UNSPECIFIED" ? "" : word;
}

absl::Status CheckDivision(const std::string& division) {
  if (division.size() == kDigitsOfDivision && division::DivisionCode::Parse(division).ok()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("division is not a code of 12 digits");
}

// PostgreSQL keeps microseconds; durations must come out the same from what is read back.
absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixMicros(timestamp.seconds() * 1'000'000 + timestamp.nanos() / 1'000);
}

Change ChangeOf(const feed::v1::Event& event, FactKind kind) {
  Change change;
  change.resource = event.resource();
  change.kind = kind;
  change.revision = event.revision();
  change.event_time = TimeOf(event.event_time());
  change.division = event.division();
  change.organisation = event.organisation();
  change.court = event.court();
  change.to_state = event.to_state();
  return change;
}

absl::StatusOr<Change> DisputeChange(const feed::v1::Event& event) {
  registry::v1::Dispute dispute;
  if (!event.payload().UnpackTo(&dispute)) {
    return absl::InvalidArgumentError("payload is no dispute");
  }
  Change change = ChangeOf(event, FactKind::kDispute);
  change.category = dispute.category();
  change.source = WordIn(registry::v1::DisputeSource_Name(dispute.source()), "DISPUTE_SOURCE_");
  return change;
}

absl::StatusOr<Change> ReferralChange(const feed::v1::Event& event) {
  docking::v1::Referral referral;
  if (!event.payload().UnpackTo(&referral)) {
    return absl::InvalidArgumentError("payload is no referral");
  }
  Change change = ChangeOf(event, FactKind::kReferral);
  change.category = referral.category();
  change.source = WordIn(docking::v1::ReferralKind_Name(referral.kind()), "REFERRAL_KIND_");
  return change;
}

// What an event of a confirmation names instead of its category and kind: the referral it came
// from, which the same feed has told before.
absl::StatusOr<std::string> ReferralOf(const feed::v1::Event& event) {
  docking::v1::Confirmation confirmation;
  if (!event.payload().UnpackTo(&confirmation)) {
    return absl::InvalidArgumentError("payload is no confirmation");
  }
  return confirmation.referral();
}

// The facts that a batch of events is about, before and after it.
struct Batch {
  Facts before;
  Facts after;
  // Resource and time of its last change, of the facts that changed.
  std::map<std::string, absl::Time> changed;
};

const Fact& KnownFact(const Facts& facts, const std::string& resource) {
  static const Fact nothing;
  const auto known = facts.find(resource);
  return known == facts.end() ? nothing : known->second;
}

absl::Status Take(const Change& change, Batch* batch) {
  MB_RETURN_IF_ERROR(CheckDivision(change.division));
  const Fact before = KnownFact(batch->after, change.resource);
  Fact after = Apply(before, change);
  if (after.revision == before.revision) return absl::OkStatus();
  if (after.revision != before.revision + 1) {
    Log(LogLevel::kWarning, "a revision is missing in the feed",
        {{"resource", change.resource},
         {"known", std::to_string(before.revision)},
         {"came", std::to_string(change.revision)}});
  }
  batch->after[change.resource] = std::move(after);
  batch->changed[change.resource] = change.event_time;
  return absl::OkStatus();
}

// Stores what changed, and restates the counts that it changes.
Task<absl::Status> Save(postgres::Transaction& transaction, const Batch& batch, absl::Time now) {
  if (batch.changed.empty()) co_return absl::OkStatus();
  std::vector<SavedFact> facts;
  CellSums differences;
  for (const auto& [resource, event_time] : batch.changed) {
    const Fact& after = batch.after.at(resource);
    facts.push_back({after, event_time});
    for (const auto& [cell, sum] : Restatement(KnownFact(batch.before, resource), after)) {
      Sum& difference = differences[cell];
      difference.count += sum.count;
      difference.seconds += sum.seconds;
    }
  }
  std::erase_if(differences, [](const auto& entry) { return entry.second == Sum{}; });
  absl::Status saved = co_await SaveFacts(transaction, facts, now);
  if (!saved.ok()) co_return saved;
  co_return co_await Restate(transaction, differences);
}

Task<absl::Status> TakeOrganisation(postgres::Transaction& transaction,
                                    const feed::v1::Event& event, absl::Time now) {
  roster::v1::Organisation organisation;
  if (!event.payload().UnpackTo(&organisation)) {
    co_return absl::InvalidArgumentError("payload is no organisation");
  }
  MB_CO_RETURN_IF_ERROR(CheckDivision(event.division()));
  OrganisationRow row;
  row.organisation = event.resource();
  row.revision = event.revision();
  row.division = event.division();
  row.kind = WordIn(roster::v1::OrganisationKind_Name(organisation.kind()), "ORGANISATION_KIND_");
  row.state = event.to_state();
  co_return co_await SaveOrganisation(transaction, row, now);
}

bool IsOfFact(const feed::v1::Event& event) {
  return IsOf("disputes/", event.resource()) || IsOf("referrals/", event.resource()) ||
         IsOf("confirmations/", event.resource());
}

absl::StatusOr<Change> FactChange(const feed::v1::Event& event, const Facts& facts) {
  if (IsOf("disputes/", event.resource())) return DisputeChange(event);
  if (IsOf("referrals/", event.resource())) return ReferralChange(event);
  MB_ASSIGN_OR_RETURN(const std::string name, ReferralOf(event));
  const Fact& referral = KnownFact(facts, name);
  Change change = ChangeOf(event, FactKind::kConfirmation);
  change.category = referral.category;
  change.source = referral.source;
  return change;
}

// The facts that the events are about, locked in one order.
Task<absl::StatusOr<Batch>> LockBatch(postgres::Transaction& transaction,
                                      std::span<const feed::v1::Event> events) {
  std::set<std::string> resources;
  for (const feed::v1::Event& event : events) {
    if (IsOfFact(event)) resources.insert(event.resource());
    if (!IsOf("confirmations/", event.resource())) continue;
    if (auto referral = ReferralOf(event); referral.ok()) resources.insert(*referral);
  }
  Batch batch;
  if (resources.empty()) co_return batch;
  auto facts = co_await LockFacts(transaction, resources);
  if (!facts.ok()) co_return facts.status();
  batch.before = *facts;
  batch.after = *std::move(facts);
  co_return batch;
}

Task<absl::Status> TakeEvent(postgres::Transaction& transaction, const feed::v1::Event& event,
                             Batch* batch, absl::Time now) {
  if (IsOf("organisations/", event.resource())) {
    co_return co_await TakeOrganisation(transaction, event, now);
  }
  if (!IsOfFact(event)) co_return absl::OkStatus();
  MB_CO_ASSIGN_OR_RETURN(const Change change, FactChange(event, batch->after));
  co_return Take(change, batch);
}

}  // namespace

std::vector<FeedSource> FeedsOf(const ServiceParts& parts) {
  const FeedSource all[] = {
      {"registry", "/maplebridge.registry.v1.RegistryFeedService/WatchEvents", parts.registry},
      {"docking", "/maplebridge.docking.v1.DockingFeedService/WatchEvents", parts.docking},
      {"roster", "/maplebridge.roster.v1.RosterFeedService/WatchEvents", parts.roster},
  };
  std::vector<FeedSource> configured;
  for (const FeedSource& source : all) {
    if (source.channel) configured.push_back(source);
  }
  return configured;
}

Task<void> Follow(std::shared_ptr<Analytics> analytics, FeedSource source) {
  const std::string name = source.name;
  FeedBatchEffect effect = [name](postgres::Transaction& transaction,
                                  std::span<const feed::v1::Event> events) {
    return ApplyEvents(transaction, name, events);
  };
  co_await FollowFeed(source, *analytics->parts.databases[0], effect, analytics->parts.draining);
}

Task<absl::Status> ApplyEvents(postgres::Transaction& transaction, std::string source,
                               std::span<const feed::v1::Event> events) {
  const absl::Time now = absl::Now();
  auto batch = co_await LockBatch(transaction, events);
  if (!batch.ok()) co_return batch.status();
  for (const feed::v1::Event& event : events) {
    absl::Status taken = co_await TakeEvent(transaction, event, &*batch, now);
    // Only what an event itself says wrongly is INVALID_ARGUMENT here; no statement has failed
    // then.
    if (absl::IsInvalidArgument(taken)) {
      Log(LogLevel::kError, "an event cannot be counted; see table feed_refusals",
          {{"source", source},
           {"position", std::to_string(event.position())},
           {"resource", event.resource()},
           {"reason", std::string(taken.message())}});
      FeedRefusal refusal{source, event.position(), event.resource(), event.type(),
                          std::string(taken.message())};
      taken = co_await RecordFeedRefusal(transaction, refusal, now);
    }
    if (!taken.ok()) co_return taken;
  }
  absl::Status saved = co_await Save(transaction, *batch, now);
  if (!saved.ok()) co_return saved;
  co_return co_await RecordFeedTime(transaction, source, TimeOf(events.back().event_time()), now);
}

}  // namespace maplebridge::analytics
