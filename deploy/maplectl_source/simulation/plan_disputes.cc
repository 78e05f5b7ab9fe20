#include <absl/strings/str_cat.h>

#include <algorithm>

#include "deploy/maplectl_source/simulation/plan_parts.h"

namespace maplebridge::maplectl {
namespace {

// A rural county in Zhejiang has about so many disputes a year to a thousand people.
constexpr double kDisputesOfThousand = 3.0;
constexpr int kGroupFrom = 10;

constexpr const char* kReferredKinds[] = {
    "CONTRACT", "DAMAGES", "LABOUR", "ROAD_TRAFFIC", "PROPERTY_MANAGEMENT", "FINANCE"};
constexpr const char* kTenseKinds[] = {"NEIGHBOURS", "MARRIAGE_FAMILY", "LABOUR",
                                       "LAND_ACQUISITION"};

bool IsOneOf(std::string_view word, std::span<const char* const> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Mistakes that may happen to a dispute of this course.
std::vector<Mistake> MistakesOf(const PlannedDispute& dispute) {
  std::vector<Mistake> mistakes = {Mistake::kNoRespondent, Mistake::kUnfitMatter,
                                   Mistake::kReusedRequestId, Mistake::kStrangersLook,
                                   Mistake::kWrongNumber};
  if (dispute.outcome == Outcome::kDeclined) return mistakes;
  mistakes.insert(mistakes.end(), {Mistake::kRightsNotTold, Mistake::kSessionToCome});
  if (dispute.outcome != Outcome::kAgreed) return mistakes;
  if (dispute.is_written) mistakes.push_back(Mistake::kUnsigned);
  if (dispute.performance == Performance::kInTime) mistakes.push_back(Mistake::kPerformedTwice);
  return mistakes;
}

class DisputePlanner {
 public:
  DisputePlanner(const VillageFrame& frame, std::string key)
      : frame_(frame), stream_(frame.settings.seed, "dispute " + key) {
    dispute_.key = std::move(key);
    dispute_.division = frame.village.code;
  }

  PlannedDispute Plan() {
    std::vector<double> shares;
    for (const DisputeKind& kind : DisputeKinds()) shares.push_back(kind.share);
    const std::size_t kind = stream_.Weighted(shares);
    const absl::CivilDay day = frame_.rhythm.PickDay(DisputeKinds()[kind].season, stream_);
    Begin(kind, day);
    dispute_.is_referred = IsOneOf(this->kind().category, kReferredKinds) && stream_.Chance(0.07);
    PlanCourse();
    if (dispute_.is_referred) {
      Refer();
    } else {
      PlanHandling();
    }
    PlanEnd();
    return std::move(dispute_);
  }

  PlannedDispute PlanOutbreakOf(std::size_t kind, absl::CivilDay day) {
    Begin(kind, day);
    dispute_.source = "INVESTIGATION";
    dispute_.organisation = frame_.township;
    PlanCourse();
    if (dispute_.outcome == Outcome::kDeclined) dispute_.outcome = Outcome::kAgreed;
    PlanEnd();
    return std::move(dispute_);
  }

 private:
  const DisputeKind& kind() const { return DisputeKinds()[dispute_.kind]; }

  void Begin(std::size_t kind, absl::CivilDay day) {
    dispute_.kind = kind;
    dispute_.day = day;
    dispute_.summary = StoryOf(frame_.county, frame_.township, frame_.village, day,
                               this->kind().stories[stream_.Below(3)]);
    PlanSource();
    PlanOrganisation();
    PlanParties();
    PlanSums();
  }

  void PlanSource() {
    constexpr const char* kSources[] = {"APPLICATION", "INITIATIVE", "INVESTIGATION", "POLICE",
                                        "CENTRE",      "HOTLINE",    "PETITION"};
    constexpr double kWeights[] = {0.48, 0.2, 0.06, 0.12, 0.04, 0.06, 0.04};
    dispute_.source = kSources[stream_.Weighted(kWeights)];
    constexpr double kReporters[] = {0.72, 0.1, 0.12, 0.06};
    dispute_.reporter = static_cast<Reporter>(stream_.Weighted(kReporters));
    if (dispute_.reporter == Reporter::kParty) dispute_.source = "APPLICATION";
  }

  void PlanOrganisation() {
    const auto industry = frame_.book.by_category.find(std::string(kind().category));
    const auto village = frame_.book.by_village.find(frame_.village.code);
    dispute_.organisation = frame_.township;
    if (industry != frame_.book.by_category.end() && stream_.Chance(0.75)) {
      dispute_.organisation = industry->second;
    } else if (village != frame_.book.by_village.end() && stream_.Chance(0.7)) {
      dispute_.organisation = village->second;
    }
  }

  void AddPerson(bool is_applicant) {
    const auto place = static_cast<int>(dispute_.parties.size());
    const InventedPerson person = InventPerson(stream_, frame_.county.code, place);
    dispute_.parties.push_back(
        {false, is_applicant, person.name, person.identity_number, person.telephone});
  }

  void PlanParties() {
    const bool is_group = kind().category == "LABOUR" && stream_.Chance(0.06);
    const int applicants =
        is_group ? stream_.Between(kGroupFrom, kGroupFrom + 4) : 1 + (stream_.Chance(0.12) ? 1 : 0);
    for (int i = 0; i < applicants; ++i) AddPerson(/*is_applicant=*/true);
    if (!stream_.Chance(kind().firm)) {
      AddPerson(/*is_applicant=*/false);
      return;
    }
    const InventedFirm firm = InventFirm(stream_, frame_.county.code, frame_.county.name);
    dispute_.parties.push_back({true, false, firm.name, firm.credit_code, firm.telephone});
  }

  // Small sums are many, large ones few.
  void PlanSums() {
    constexpr double kDifficulties[] = {0.25, 0.62, 0.11, 0.02};
    constexpr const char* kWords[] = {"SIMPLE", "ORDINARY", "COMPLEX", "MAJOR"};
    dispute_.difficulty = kWords[stream_.Weighted(kDifficulties)];
    if (static_cast<int>(dispute_.parties.size()) >= kGroupFrom) dispute_.difficulty = "MAJOR";
    if (kind().most_yuan == 0) return;
    const double low = stream_.Share();
    const double share = low * low * low;
    const auto yuan = static_cast<std::int64_t>(kind().least_yuan +
                                                share * (kind().most_yuan - kind().least_yuan));
    dispute_.claimed_fen = yuan * 100 + stream_.Below(20) * 5;
    // People agree on whole yuan.
    dispute_.agreed_fen = yuan * stream_.Between(55, 100) / 100 * 100;
  }

  void PlanCourse() {
    dispute_.sessions = 1 + stream_.Poisson(0.4);
    if (stream_.Chance(0.06)) dispute_.days_late = stream_.Between(1, 12);
    dispute_.is_written = stream_.Chance(kind().is_industry ? 0.85 : 0.35);
    if (dispute_.difficulty == "MAJOR" || dispute_.agreed_fen >= 5'000'000) {
      dispute_.is_written = true;
    }
    dispute_.obligations = stream_.Chance(0.3) ? 2 : 1;
    const double drawn = stream_.Share();
    dispute_.outcome = drawn < 0.02                     ? Outcome::kDeclined
                       : drawn < 0.035                  ? Outcome::kWithdrawn
                       : stream_.Chance(kind().success) ? Outcome::kAgreed
                                                        : Outcome::kFailed;
    constexpr double kPerformances[] = {0.86, 0.07, 0.045, 0.025};
    dispute_.performance = static_cast<Performance>(stream_.Weighted(kPerformances));
  }

  // What happens only to disputes that no court referred.
  void PlanHandling() {
    if (dispute_.outcome != Outcome::kDeclined && stream_.Chance(0.02)) {
      dispute_.transfer = PlannedTransfer{OtherOrganisation(), stream_.Chance(0.75)};
    }
    const bool is_mediated =
        dispute_.outcome == Outcome::kAgreed || dispute_.outcome == Outcome::kFailed;
    dispute_.has_escalation =
        is_mediated && IsOneOf(kind().category, kTenseKinds) && stream_.Chance(0.015);
    dispute_.is_repeated = stream_.Chance(0.02);
    if (!stream_.Chance(0.06)) return;
    const std::vector<Mistake> mistakes = MistakesOf(dispute_);
    dispute_.mistake =
        mistakes[static_cast<std::size_t>(stream_.Below(static_cast<int>(mistakes.size())))];
  }

  // A village hands over to its township, a township to the next, an industry's to the place.
  std::size_t OtherOrganisation() {
    if (dispute_.organisation != frame_.township) return frame_.township;
    return (frame_.township + 1) % frame_.county.townships.size();
  }

  void Refer() {
    dispute_.source = "REFERRAL";
    // Courts refer to the committees on their roster: townships' and industries'.
    const PlannedOrganisation& chosen = frame_.book.organisations[dispute_.organisation];
    if (chosen.kind == OrganisationKind::kVillage) dispute_.organisation = frame_.township;
    if (dispute_.outcome == Outcome::kDeclined) dispute_.is_consent_refused = true;
    if (dispute_.outcome != Outcome::kFailed) dispute_.outcome = Outcome::kAgreed;
    // What a court refers is written down.
    dispute_.is_written = true;
  }

  void PlanEnd() {
    const bool is_open =
        dispute_.outcome == Outcome::kAgreed && dispute_.performance == Performance::kStillOpen;
    if (is_open || dispute_.is_consent_refused) return;
    const bool is_hard = dispute_.difficulty == "COMPLEX" || dispute_.difficulty == "MAJOR";
    if (stream_.Chance(is_hard ? 0.9 : 0.28)) {
      constexpr double kAnswers[] = {0.01, 0.02, 0.07, 0.3, 0.6};
      dispute_.satisfaction = 1 + static_cast<int>(stream_.Weighted(kAnswers));
      dispute_.is_relapsed = dispute_.satisfaction <= 3 && stream_.Chance(0.15);
    }
    dispute_.is_archived = stream_.Chance(0.45);
    if (is_hard && dispute_.outcome == Outcome::kAgreed && dispute_.satisfaction == 0) {
      dispute_.is_archived = false;
    }
    dispute_.has_documents = !dispute_.is_referred && stream_.Chance(0.06);
  }

  const VillageFrame& frame_;
  RandomStream stream_;
  PlannedDispute dispute_;
};

}  // namespace

std::string StoryOf(const County& county, std::size_t township, const Village& village,
                    absl::CivilDay day, std::string_view story) {
  return absl::StrCat(day.year(), "年", day.month(), "月", day.day(), "日，",
                      county.townships[township].name, village.name, "：", std::string(story));
}

std::vector<PlannedDispute> PlanDisputes(const VillageFrame& frame) {
  RandomStream stream(frame.settings.seed, "disputes of " + frame.village.code);
  const double mean = frame.village.population * kDisputesOfThousand / 1000 * frame.settings.scale;
  std::vector<PlannedDispute> disputes;
  const int count = stream.Poisson(mean);
  for (int i = 1; i <= count; ++i) {
    disputes.push_back(DisputePlanner(frame, absl::StrCat(frame.village.code, " ", i)).Plan());
  }
  return disputes;
}

PlannedDispute PlanOutbreak(const VillageFrame& frame, const std::string& key, std::size_t kind,
                            absl::CivilDay day) {
  return DisputePlanner(frame, key).PlanOutbreakOf(kind, day);
}

}  // namespace maplebridge::maplectl
