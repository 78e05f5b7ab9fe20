// A referral as docking knows it. Enumerations without a type of their own here are words of the
// API without their prefix.
#pragma once

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/party/party.h"
#include "services/docking/domain/referral_workflow.h"

namespace maplebridge::docking {

// A clock as stored.
struct Clock {
  std::string kind;  // "MEDIATION"; empty: none runs
  absl::CivilDay due_day;
  absl::Time due_time;
  absl::Time start_time;
  bool provisional = false;
  // How the day was found, one sentence a step.
  std::vector<std::string> because;
};

struct Consent {
  std::string party_id;
  std::string decision;  // "CONSENT", "REFUSE", "WITHDRAW"; empty until given
  std::string evidence;
  absl::Time decision_time;
};

struct Material {
  std::string referral;  // id
  int number = 0;
  std::string title;
  std::string media_type;
  std::int64_t size = 0;
  std::string sha256, sm3;
  absl::Time create_time;

  std::string name() const {
    return "referrals/" + referral + "/materials/" + std::to_string(number);
  }
};

struct Extension {
  absl::CivilDay until;
  std::vector<std::string> party_ids;
  std::string evidence;
  absl::Time create_time;
};

struct UndisputedFact {
  std::string text;
  std::vector<std::string> agreed_party_ids;
  std::vector<std::string> not_exempt_grounds;  // "NATIONAL_INTEREST", …
};

// The undisputed facts record 无争议事实记载 (Opinion 3-3).
struct UndisputedFactsRecord {
  std::vector<UndisputedFact> facts;
  std::vector<std::string> signed_party_ids;
  std::string mediator;
  absl::Time record_time;
};

struct Progress {
  std::string type;
  std::string resource;
  absl::Time event_time;
};

struct Decline {
  std::string reason;
  std::string text;
  std::string organisation;
  absl::Time decline_time;
};

struct Settlement {
  std::string agreement;
  std::string document;  // empty for an oral agreement
  std::string sha256;
  int obligation_count = 0;
  absl::CivilDay effective_day;
  absl::Time conclude_time;
};

struct Conclusion {
  std::string reason;
  std::string document;  // empty when a clock or a party ended mediation
  std::string sha256;
  bool materials_equal = false;
  absl::Time conclude_time;
};

struct Withdrawal {
  std::string by;
  std::string reason;
  absl::Time withdraw_time;
};

struct Referral {
  std::string id;
  std::string court;
  std::string case_number;  // in its stored form
  std::string category;
  std::string category_text;
  std::uint64_t division = 0;
  std::string summary;
  std::int64_t amount_fen = 0;
  std::string guidance;
  ReferralKind kind = ReferralKind::kUnspecified;
  std::string procedure;
  std::string choice;
  std::string organisation;
  std::optional<absl::Time> roster_time;
  ReferralState state = ReferralState::kNone;
  Clock clock;
  std::string dispute;
  std::string mediator;
  std::optional<Progress> progress;
  std::optional<Decline> decline;
  std::optional<Settlement> settlement;
  std::optional<Conclusion> conclusion;
  std::optional<Withdrawal> withdrawal;
  std::string confirmation;
  // Last day for a joint application for confirmation; unset for an entrusted case.
  std::optional<absl::CivilDay> window_day;
  // A court did not confirm the agreement that stands now.
  bool is_unconfirmed = false;
  std::string filed_case_number;
  std::optional<absl::Time> accept_time;
  std::optional<absl::Time> acknowledge_time;
  absl::Time create_time;
  absl::Time update_time;
  std::int64_t revision = 0;
  std::int64_t urge_count = 0;
  std::vector<Party> parties;
  std::vector<Consent> consents;  // in the order of the parties
  std::vector<Material> materials;
  std::vector<Extension> extensions;
  std::optional<UndisputedFactsRecord> undisputed_facts;

  std::string name() const { return "referrals/" + id; }
};

}  // namespace maplebridge::docking
