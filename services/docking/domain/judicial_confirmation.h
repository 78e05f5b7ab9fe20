// Judicial confirmation 司法确认 of mediation agreements: the application and its rules but for its
// states (JC, PML 33, CPL 205-206, interpretation art. 353-358).
#pragma once

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/docking/domain/confirmation_workflow.h"
#include "services/docking/domain/referral.h"

namespace maplebridge::docking {

struct Applicant {
  std::string party_id;
  bool joined = false;
  std::string evidence;
  absl::Time join_time;
};

struct ConfirmationDocument {
  std::string kind;  // "AGREEMENT", …
  std::string document;
  std::string sha256;
};

struct Confirmation {
  std::string id;
  std::string referral;  // "referrals/{id}"
  std::string dispute;
  std::string agreement;
  std::string agreement_sha256;
  absl::CivilDay effective_day;
  absl::CivilDay window_day;
  std::string court;
  std::string organisation;
  std::uint64_t division = 0;
  std::vector<std::string> matters;
  std::vector<ConfirmationDocument> documents;
  bool agent_acts = false;
  std::vector<Applicant> applicants;  // in the order of the referral's parties
  ConfirmationState state = ConfirmationState::kNone;
  Clock clock;
  std::string case_number;
  std::string ruling_number;
  std::string not_accepted_ground;
  std::string rejection_ground;
  std::string withdrawal_reason;
  std::string article;
  std::optional<absl::Time> submit_time;
  std::optional<absl::Time> decide_time;
  absl::Time create_time;
  absl::Time update_time;
  std::int64_t revision = 0;
  std::int64_t urge_count = 0;

  std::string name() const { return "confirmations/" + id; }
};

// The article that forbids to confirm such a matter; empty when it may be confirmed.
std::string_view ExcludingArticle(std::string_view matter);

// The article that a decision rests on. `ground`: a word of NotAcceptedGround or RejectionGround.
std::string_view NotAcceptedArticle(std::string_view ground);
std::string_view RejectionArticle(std::string_view ground);
inline constexpr std::string_view kConfirmationArticle = "CPL 206";

// Papers that JC art. 3 asks for and the application lacks, in the order of the law.
std::vector<std::string> MissingDocuments(const Confirmation& confirmation);
// Puts papers in, in the order of the law; one of a kind replaces the earlier.
void PutDocuments(Confirmation* confirmation, const std::vector<ConfirmationDocument>& documents);
// Null when there is none of the kind.
const ConfirmationDocument* FindDocument(const Confirmation& confirmation, std::string_view kind);

// Parties that have not joined, in order.
std::vector<std::string> MissingApplicants(const Confirmation& confirmation);
// Null for an unknown party.
Applicant* FindApplicant(Confirmation* confirmation, std::string_view party_id);

}  // namespace maplebridge::docking
