#include "services/analytics/api/feeds.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>

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

// A confirmation is of the category and kind of the referral it came from, which the same feed has
// told before.
Task<absl::StatusOr<Change>> ConfirmationChange(postgres::Transaction& transaction,
                                                const feed::v1::Event& event) {
  docking::v1::Confirmation confirmation;
  if (!event.payload().UnpackTo(&confirmation)) {
    co_return absl::InvalidArgumentError("payload is no confirmation");
  }
  auto referral = co_await LockFact(transaction, confirmation.referral());
  if (!referral.ok()) co_return referral.status();
  Change change = ChangeOf(event, FactKind::kConfirmation);
  change.category = referral->category;
  change.source = referral->source;
  co_return change;
}

Task<absl::Status> Take(postgres::Transaction& transaction, const Change& change, absl::Time now) {
  MB_CO_RETURN_IF_ERROR(CheckDivision(change.division));
  auto before = co_await LockFact(transaction, change.resource);
  if (!before.ok()) co_return before.status();
  const Fact after = Apply(*before, change);
  if (after.revision == before->revision) co_return absl::OkStatus();
  if (after.revision != before->revision + 1) {
    Log(LogLevel::kWarning, "a revision is missing in the feed",
        {{"resource", change.resource},
         {"known", std::to_string(before->revision)},
         {"came", std::to_string(change.revision)}});
  }
  absl::Status saved = co_await SaveFact(transaction, after, change.event_time, now);
  if (!saved.ok()) co_return saved;
  const CellSums differences = Restatement(*before, after);
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

Task<absl::Status> TakeEvent(postgres::Transaction& transaction, const feed::v1::Event& event,
                             absl::Time now) {
  absl::StatusOr<Change> change = absl::NotFoundError("");
  if (IsOf("organisations/", event.resource())) {
    co_return co_await TakeOrganisation(transaction, event, now);
  }
  if (IsOf("disputes/", event.resource())) {
    change = DisputeChange(event);
  } else if (IsOf("referrals/", event.resource())) {
    change = ReferralChange(event);
  } else if (IsOf("confirmations/", event.resource())) {
    change = co_await ConfirmationChange(transaction, event);
  } else {
    co_return absl::OkStatus();
  }
  if (!change.ok()) co_return change.status();
  co_return co_await Take(transaction, *change, now);
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
  FeedHandler handler = [name](const feed::v1::Event& event) -> Task<absl::StatusOr<FeedEffect>> {
    FeedEffect effect = [name, &event](postgres::Transaction& transaction) {
      return ApplyEvent(transaction, name, event);
    };
    co_return effect;
  };
  co_await FollowFeed(source, *analytics->parts.databases[0], handler, analytics->parts.draining);
}

Task<absl::Status> ApplyEvent(postgres::Transaction& transaction, std::string source,
                              const feed::v1::Event& event) {
  const absl::Time now = absl::Now();
  absl::Status taken = co_await TakeEvent(transaction, event, now);
  // Only what an event itself says wrongly is INVALID_ARGUMENT here; no statement has failed then.
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
  co_return co_await RecordFeedTime(transaction, source, TimeOf(event.event_time()), now);
}

}  // namespace maplebridge::analytics
