#include "services/analytics/domain/fact.h"

namespace maplebridge::analytics {
namespace {

constexpr MilestoneSet kNone = 0;
constexpr MilestoneSet kOpened = Set(Milestone::kOpened);
constexpr MilestoneSet kAccepted = Set(Milestone::kAccepted);
constexpr MilestoneSet kSettled = Set(Milestone::kSettled);
constexpr MilestoneSet kFailed = Set(Milestone::kFailed);
constexpr MilestoneSet kEnded = Set(Milestone::kEnded);
constexpr MilestoneSet kPerformed = Set(Milestone::kPerformed);
constexpr MilestoneSet kAll = kOpened | kAccepted | kSettled | kFailed | kEnded | kPerformed;
constexpr FactKind kDispute = FactKind::kDispute;
constexpr FactKind kReferral = FactKind::kReferral;
constexpr FactKind kConfirmation = FactKind::kConfirmation;

// clang-format off
constexpr StateMeaning kMeanings[] = {
    {kDispute, "REPORTED",           kOpened,                                 kNone},
    {kDispute, "ACCEPTED",           kOpened | kAccepted,                     kNone},
    {kDispute, "MEDIATING",          kOpened | kAccepted,                     kNone},
    {kDispute, "SUSPENDED",          kOpened | kAccepted,                     kNone},
    {kDispute, "CONCLUDING",         kOpened | kAccepted,                     kNone},
    {kDispute, "AGREED",             kOpened | kAccepted | kSettled | kEnded, kNone},
    {kDispute, "PERFORMED",          kOpened | kAccepted | kSettled | kEnded | kPerformed, kNone},
    {kDispute, "CLOSED_FAILED",      kOpened | kFailed | kEnded,              kAccepted},
    {kDispute, "CLOSED_DECLINED",    kOpened | kEnded,                        kAccepted},
    {kDispute, "CLOSED_WITHDRAWN",   kOpened | kEnded,                        kAccepted},
    {kDispute, "CLOSED_UNPERFORMED", kOpened | kAccepted | kSettled | kEnded, kNone},
    {kDispute, "CLOSED_SET_ASIDE",   kOpened | kAccepted | kFailed | kEnded,  kNone},
    {kDispute, "CLOSED_MERGED",      kNone,                                   kNone},
    {kDispute, "ARCHIVED",           kNone,                                   kAll},

    {kReferral, "GUIDED",                    kNone,                                   kNone},
    {kReferral, "CONSENTED",                 kNone,                                   kNone},
    {kReferral, "SENT",                      kOpened,                                 kNone},
    {kReferral, "DECLINED",                  kOpened,                                 kNone},
    {kReferral, "ACCEPTED",                  kOpened | kAccepted,                     kNone},
    {kReferral, "AGREED",                    kOpened | kAccepted | kSettled | kEnded, kNone},
    {kReferral, "RETURNED",                  kOpened | kAccepted | kFailed | kEnded,  kNone},
    {kReferral, "WITHDRAWN",                 kEnded,                                  kOpened | kAccepted},
    {kReferral, "CLOSED_REFUSED",            kEnded,                                  kAll},
    {kReferral, "CLOSED_LAPSED",             kEnded,                                  kAll},
    {kReferral, "CLOSED_REGISTERED",         kEnded,                                  kAll},
    {kReferral, "CLOSED_TRIAL_RESUMED",      kEnded,                                  kAll},
    {kReferral, "CLOSED_CONFIRMED",          kEnded,                                  kAll},
    {kReferral, "CLOSED_SUIT_WITHDRAWN",     kEnded,                                  kAll},
    {kReferral, "CLOSED_MEDIATION_DOCUMENT", kEnded,                                  kAll},
    {kReferral, "CLOSED_SETTLED",            kEnded,                                  kAll},
    {kReferral, "CLOSED_UNCONFIRMED",        kEnded,                                  kAll},
    {kReferral, "CLOSED_UNPERFORMED",        kEnded,                                  kAll},
    {kReferral, "CLOSED_SET_ASIDE",          kOpened | kAccepted | kFailed | kEnded,  kNone},

    {kConfirmation, "DRAFT",           kNone,                                   kNone},
    {kConfirmation, "JOINTLY_APPLIED", kNone,                                   kNone},
    {kConfirmation, "SUBMITTED",       kOpened,                                 kNone},
    {kConfirmation, "ACCEPTED",        kOpened | kAccepted,                     kNone},
    {kConfirmation, "NOT_ACCEPTED",    kOpened | kFailed | kEnded,              kNone},
    {kConfirmation, "CONFIRMED",       kOpened | kAccepted | kSettled | kEnded, kNone},
    {kConfirmation, "REJECTED",        kOpened | kAccepted | kFailed | kEnded,  kNone},
    {kConfirmation, "DISMISSED",       kOpened | kAccepted | kFailed | kEnded,  kNone},
    {kConfirmation, "WITHDRAWN",       kEnded,                                  kOpened | kAccepted},
    {kConfirmation, "LAPSED",          kEnded,                                  kOpened | kAccepted},
};
// clang-format on

}  // namespace

std::string_view Word(FactKind kind) {
  switch (kind) {
    case FactKind::kDispute:
      return "DISPUTE";
    case FactKind::kReferral:
      return "REFERRAL";
    case FactKind::kConfirmation:
      return "CONFIRMATION";
  }
  return "";
}

std::string_view Word(Milestone milestone) {
  switch (milestone) {
    case Milestone::kOpened:
      return "OPENED";
    case Milestone::kAccepted:
      return "ACCEPTED";
    case Milestone::kSettled:
      return "SETTLED";
    case Milestone::kFailed:
      return "FAILED";
    case Milestone::kEnded:
      return "ENDED";
    case Milestone::kPerformed:
      return "PERFORMED";
  }
  return "";
}

std::optional<FactKind> FactKindOf(std::string_view word) {
  for (FactKind kind : kFactKinds) {
    if (Word(kind) == word) return kind;
  }
  return std::nullopt;
}

std::string_view OutcomeOf(const Fact& fact) {
  if (fact.time(Milestone::kFailed)) return "FAILED";
  if (fact.time(Milestone::kSettled)) return "SETTLED";
  if (fact.time(Milestone::kEnded)) return "OTHER";
  if (fact.time(Milestone::kOpened)) return "OPEN";
  return "NOT_OPENED";
}

std::span<const StateMeaning> StateMeanings() { return kMeanings; }

const StateMeaning* FindStateMeaning(FactKind kind, std::string_view state) {
  for (const StateMeaning& meaning : kMeanings) {
    if (meaning.kind == kind && meaning.state == state) return &meaning;
  }
  return nullptr;
}

Fact Apply(const Fact& fact, const Change& change) {
  if (change.revision <= fact.revision) return fact;
  Fact next = fact;
  next.resource = change.resource;
  next.kind = change.kind;
  next.revision = change.revision;
  next.division = change.division;
  next.organisation = change.organisation;
  next.court = change.court;
  next.category = change.category;
  next.source = change.source;
  next.state = change.to_state;
  const StateMeaning* meaning = FindStateMeaning(change.kind, change.to_state);
  if (meaning == nullptr) return next;
  for (Milestone milestone : kMilestones) {
    std::optional<absl::Time>& time = next.time(milestone);
    if ((meaning->holds & Set(milestone)) != 0) {
      if (!time) time = change.event_time;
    } else if ((meaning->keeps & Set(milestone)) == 0) {
      time.reset();
    }
  }
  // Nothing happens to what was never opened: a referral refused before it was sent is no case.
  if (!next.time(Milestone::kOpened)) next.times = {};
  return next;
}

}  // namespace maplebridge::analytics
