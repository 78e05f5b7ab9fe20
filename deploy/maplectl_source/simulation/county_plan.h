// A county's year as data: who is there, what happens, how it ends. Pure: the same county,
// calendar, seed and scale make the same plan, whatever the order in which its parts are made.
#pragma once

#include <absl/time/civil_time.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "deploy/maplectl_source/simulation/county.h"
#include "deploy/maplectl_source/simulation/dispute_kind.h"
#include "deploy/maplectl_source/simulation/invented_people.h"
#include "deploy/maplectl_source/simulation/year_rhythm.h"

namespace maplebridge::maplectl {

enum class OrganisationKind { kTownship, kVillage, kIndustry };

struct PlannedOrganisation {
  OrganisationKind kind = OrganisationKind::kTownship;
  std::string division;  // 6, 9 or 12 digits
  std::string display_name;
  std::string founding_unit;
  // The first is the head; at least one is a woman.
  std::vector<InventedPerson> members;
};

struct PlannedParty {
  bool is_firm = false;
  bool is_applicant = false;
  std::string name;
  std::string identity_number;
  std::string telephone;
};

enum class Reporter { kMediator, kHead, kBureau, kParty };
enum class Outcome { kDeclined, kWithdrawn, kFailed, kAgreed };
enum class Performance { kInTime, kStillOpen, kAfterUrging, kNever };

// What goes wrong on the way and must be refused; the dispute goes on rightly afterwards.
enum class Mistake {
  kNone,
  kWrongNumber,      // a mistyped identity number, mended
  kNoRespondent,     // reported with one side only
  kUnfitMatter,      // a matter that is not to be mediated
  kReusedRequestId,  // a request id with another content
  kStrangersLook,    // another organisation reads the parties
  kRightsNotTold,    // a first session without rights told
  kSessionToCome,    // a session that ends in the future
  kUnsigned,         // concluded before all have signed
  kPerformedTwice,   // an obligation performed once more
};

struct PlannedTransfer {
  std::size_t organisation = 0;  // to which
  bool is_accepted = false;
};

struct PlannedDispute {
  // "330681109002 3": its village and number.
  std::string key;
  absl::CivilDay day;
  std::size_t kind = 0;  // of DisputeKinds()
  std::string division;
  std::string summary;
  std::string source;  // word of DisputeSource, "APPLICATION"
  std::size_t organisation = 0;
  Reporter reporter = Reporter::kMediator;
  std::vector<PlannedParty> parties;
  std::int64_t claimed_fen = 0;
  std::string difficulty;  // word of Difficulty; MAJOR by itself from ten parties on
  Mistake mistake = Mistake::kNone;
  // The report is sent twice with the same request id.
  bool is_repeated = false;
  std::optional<PlannedTransfer> transfer;
  bool has_escalation = false;
  Outcome outcome = Outcome::kAgreed;
  int sessions = 1;
  // How many days ago the sessions were held that are only now entered.
  int days_late = 0;
  bool is_written = false;
  // The first a payment where there is a sum, else an act; the second to leave it at that.
  int obligations = 1;
  std::int64_t agreed_fen = 0;
  Performance performance = Performance::kInTime;
  // Satisfaction told at the follow-up visit, 1 to 5; 0 when there is none.
  int satisfaction = 0;
  bool is_relapsed = false;
  bool is_archived = false;
  bool has_documents = false;
  // Referred by the court.
  bool is_referred = false;
  // A party does not consent to the referral: it never becomes a dispute.
  bool is_consent_refused = false;

  // Who has it at the end.
  std::size_t last_organisation() const {
    return transfer && transfer->is_accepted ? transfer->organisation : organisation;
  }
};

struct PlannedRisk {
  std::string division;
  std::size_t kind = 0;
  std::size_t organisation = 0;
  std::string severity;
  std::string description;
  std::vector<std::string> people;
  // "FOUND", "REPORTED", "CONTROLLED", "RESOLVED", "ESCALATED": how far it comes.
  std::string state;
  // What breaks out of an ESCALATED one.
  std::optional<PlannedDispute> dispute;
};

struct PlannedVisit {
  std::string division;
  absl::CivilDay day;
  int households = 0;
  std::optional<PlannedRisk> risk;
};

struct PlannedCampaign {
  std::string title;
  std::string theme;  // with it SPECIAL
  std::vector<std::string> categories;
  absl::CivilDay first_day, last_day;
  bool is_closed = true;
  // By township of the county.
  std::vector<std::vector<PlannedVisit>> visits;
};

struct PlannedObservation {
  std::string number;
  std::string division;
  std::size_t kind = 0;
  std::string description;
  std::string person;
  absl::CivilDay day;
};

struct CountyPlan {
  County county;
  int year = 0;
  // Township committees first, in the order of the county's townships.
  std::vector<PlannedOrganisation> organisations;
  std::vector<PlannedDispute> disputes;  // by day
  std::vector<PlannedCampaign> campaigns;
  std::vector<PlannedObservation> observations;
};

struct PlanSettings {
  std::uint64_t seed = 0;
  // 1 for about as much as a county of this size has.
  double scale = 1;
};

CountyPlan MakePlan(const County& county, const YearRhythm& rhythm, const PlanSettings& settings);

// Word of the state in which the dispute stands at the end: "PERFORMED", "ARCHIVED", …; empty for a
// referral that never becomes one.
std::string LastState(const PlannedDispute& dispute);
// True when it was taken on.
bool IsAccepted(const PlannedDispute& dispute);

// The disputes of the plan, those that break out of risks, too.
std::vector<const PlannedDispute*> AllDisputes(const CountyPlan& plan);

// Calls by the name of their method.
using CallCounts = std::map<std::string, int>;
// Those that the plan asks for and that succeed, but reads.
CallCounts PlannedCalls(const CountyPlan& plan);
// Those that must be refused.
CallCounts PlannedRefusals(const CountyPlan& plan);

}  // namespace maplebridge::maplectl
