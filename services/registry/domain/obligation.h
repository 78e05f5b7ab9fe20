// Obligations of an agreement: what each is about, when it falls due, and what may not be agreed.
#pragma once

#include <absl/time/civil_time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/party/violation.h"

namespace maplebridge::registry {

enum class ObligationKind : std::uint8_t { kPayment, kAct, kForbearance, kDelivery, kApology };

// What falls due on a day of its own: an obligation as a whole, or one instalment of it.
struct Due {
  int instalment = 0;  // 0: the obligation as a whole
  std::int64_t amount_fen = 0;
  std::optional<absl::CivilDay> due_day;  // unset: lasts
  std::int64_t performed_fen = 0;
  std::optional<absl::CivilDay> performed_day;  // of the last part; unset while open
  // Its clock ran out while it was open.
  bool overdue = false;

  std::int64_t open_fen() const { return amount_fen - performed_fen; }
  // Days by which it was performed late; 0 while it is open.
  int days_late() const;
};

struct Obligation {
  std::string obligation_id;
  ObligationKind kind = ObligationKind::kPayment;
  std::string debtor_party_id;
  std::string creditor_party_id;
  std::string content;
  std::int64_t amount_fen = 0;
  // As given by the caller; NormaliseObligations writes the official form.
  std::string amount_in_words;
  std::optional<absl::CivilDay> due_day;
  std::string continues_obligation_id;  // of the agreement that is amended; empty for a new one
  // As given: the instalments, or none. Once normalised: never empty.
  std::vector<Due> dues;

  bool has_instalments() const { return dues.size() > 1; }
  std::int64_t performed_fen() const;
  // Day of the last part; unset while something is open.
  std::optional<absl::CivilDay> performed_day() const;
  bool overdue() const;
  int days_late() const;
};

inline constexpr int kMostObligations = 600;
inline constexpr int kMostInstalments = 120;
inline constexpr int kMostInstalmentsTogether = 2000;
inline constexpr int kLongestDueYears = 50;

// What obligations are checked against.
struct ObligationFrame {
  std::vector<std::string> party_ids;
  absl::CivilDay today;
  // Those of the agreement in effect that a new one amends, with what was performed; null without.
  const std::vector<Obligation>* present = nullptr;
};

// Checks them and brings them into their stored form: sums in capital numerals, each with its dues.
// A sum in words that the caller gave must say the same as the figures, with or without the leading
// 人民币 and with 整 or 正 at its end.
Violations NormaliseObligations(std::vector<Obligation>* obligations, const ObligationFrame& frame);

// What is owed by a day that has passed when the agreement would take effect today; a carried on
// obligation's days count as far as what was performed does not cover them.
Violations PastDays(const std::vector<Obligation>& obligations, const ObligationFrame& frame);

// The day by which that is owed that is urged: of the instalment, or with 0 of the first due that
// is open; empty when it has none.
std::optional<absl::CivilDay> UrgedDay(const Obligation& obligation, int instalment);

// First day on which something that is open is owed; empty when nothing with a day is.
std::optional<absl::CivilDay> NextDueDay(const std::vector<Obligation>& obligations);

// Empty, or why this cannot be agreed: it would confirm or end a relation of identity, which only a
// registry or a court can (JC 4). Going there to register it can be agreed.
std::string WhyNotAgreed(std::string_view content);

const Obligation* FindObligation(const std::vector<Obligation>& obligations, std::string_view id);

std::string_view Word(ObligationKind kind);

}  // namespace maplebridge::registry
