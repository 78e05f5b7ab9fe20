#include "services/registry/domain/obligation.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/strip.h>

#include <algorithm>
#include <set>

#include "common/money/capital_amount.h"
#include "common/party/checked_text.h"

namespace maplebridge::registry {
namespace {

// Holds the sum of any sums that can be given.
__extension__ using Wide = __int128;
constexpr Wide kMostFen = 1'000'000'000'000'000'000;

bool Contains(const std::vector<std::string>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// 人民币壹万圆正 and 壹万元整 say the same.
std::string Bare(std::string_view words) {
  absl::string_view bare(words.data(), words.size());
  absl::ConsumePrefix(&bare, "人民币");
  return absl::StrReplaceAll(bare, {{"圆", "元"}, {"圓", "元"}, {"正", "整"}});
}

void CheckAmount(Obligation* obligation, const std::string& path, Violations* violations) {
  if (obligation->kind != ObligationKind::kPayment) {
    if (obligation->amount_fen != 0 || !obligation->amount_in_words.empty()) {
      violations->push_back({path + ".amount_fen", "must be 0 unless the obligation is a payment"});
    }
    return;
  }
  if (obligation->amount_fen <= 0) {
    violations->push_back({path + ".amount_fen", "must be above 0 for a payment"});
    return;
  }
  auto words = money::CapitalAmount(money::Fen(obligation->amount_fen));
  if (!words.ok()) {
    violations->push_back({path + ".amount_fen", std::string(words.status().message())});
    return;
  }
  if (!obligation->amount_in_words.empty() && Bare(obligation->amount_in_words) != Bare(*words)) {
    violations->push_back(
        {path + ".amount_in_words",
         "does not say the same as amount_fen; leave it empty or write the same sum in capital "
         "numerals"});
    return;
  }
  obligation->amount_in_words = *words;
}

void CheckPeople(const Obligation& obligation, const std::string& path,
                 const std::vector<std::string>& party_ids, Violations* violations) {
  if (!IsCaseIdentifier(obligation.obligation_id)) {
    violations->push_back({path + ".obligation_id", "must be 1 to 32 of a-z, 0-9 and -"});
  }
  if (!Contains(party_ids, obligation.debtor_party_id)) {
    violations->push_back({path + ".debtor_party_id", "is no party of this dispute"});
  }
  if (!Contains(party_ids, obligation.creditor_party_id)) {
    violations->push_back({path + ".creditor_party_id", "is no party of this dispute"});
  } else if (obligation.creditor_party_id == obligation.debtor_party_id) {
    violations->push_back({path + ".creditor_party_id", "must be another party than the debtor"});
  }
}

void CheckContent(const Obligation& obligation, const std::string& path, Violations* violations) {
  std::string wrong = CheckText(obligation.content, 1, 1000);
  if (wrong.empty()) wrong = WhyNotAgreed(obligation.content);
  if (!wrong.empty()) violations->push_back({path + ".content", wrong});
}

// Instalments in their order, above nothing, adding up to the whole.
void CheckInstalments(const Obligation& obligation, const std::string& path,
                      Violations* violations) {
  const std::vector<Due>& dues = obligation.dues;
  if (dues.empty()) return;
  const std::string list = path + ".instalments";
  if (obligation.kind != ObligationKind::kPayment) {
    violations->push_back({list, "must be empty unless the obligation is a payment"});
    return;
  }
  if (dues.size() < 2 || dues.size() > kMostInstalments) {
    violations->push_back({list, absl::StrCat("must be none, or 2 to ", kMostInstalments)});
    return;
  }
  Wide sum = 0;
  for (std::size_t i = 0; i < dues.size(); ++i) {
    const std::string each = absl::StrCat(list, "[", i, "]");
    if (dues[i].instalment != static_cast<int>(i) + 1) {
      violations->push_back({each + ".number", absl::StrCat("must be ", i + 1)});
    }
    if (dues[i].amount_fen <= 0) {
      violations->push_back({each + ".amount_fen", "must be above 0"});
    }
    if (i > 0 && dues[i].due_day && dues[i - 1].due_day &&
        *dues[i].due_day < *dues[i - 1].due_day) {
      violations->push_back({each + ".due_day", "must not be before the instalment before it"});
    }
    sum += dues[i].amount_fen;
  }
  if (sum != obligation.amount_fen) {
    violations->push_back({list, "must add up to amount_fen"});
  }
}

void CheckDueDay(Obligation* obligation, const std::string& path, absl::CivilDay today,
                 Violations* violations) {
  const absl::CivilDay latest(today.year() + kLongestDueYears, today.month(), today.day());
  const std::string too_far = absl::StrCat("must be at most ", kLongestDueYears, " years ahead");
  for (std::size_t i = 0; i < obligation->dues.size(); ++i) {
    const std::string each = absl::StrCat(path, ".instalments[", i, "].due_day");
    const std::optional<absl::CivilDay>& day = obligation->dues[i].due_day;
    if (!day) violations->push_back({each, "must be the day by which it is owed"});
    if (day && *day > latest) violations->push_back({each, too_far});
  }
  if (!obligation->dues.empty()) {
    const std::optional<absl::CivilDay> last = obligation->dues.back().due_day;
    if (obligation->due_day && last && *obligation->due_day != *last) {
      violations->push_back({path + ".due_day", "must be empty, or the last instalment's day"});
    }
    obligation->due_day = last;
    return;
  }
  if (!obligation->due_day && obligation->kind != ObligationKind::kForbearance) {
    violations->push_back({path + ".due_day", "must be the day by which it is owed"});
  }
  if (obligation->due_day && *obligation->due_day > latest) {
    violations->push_back({path + ".due_day", too_far});
  }
}

// What was performed of the obligation that this one carries on.
const Obligation* Former(const Obligation& obligation, const ObligationFrame& frame) {
  if (obligation.continues_obligation_id.empty() || frame.present == nullptr) return nullptr;
  return FindObligation(*frame.present, obligation.continues_obligation_id);
}

void CheckContinuation(const Obligation& obligation, const std::string& path,
                       const ObligationFrame& frame, std::set<std::string>* carried,
                       Violations* violations) {
  if (obligation.continues_obligation_id.empty()) return;
  const std::string field = path + ".continues_obligation_id";
  const Obligation* former = Former(obligation, frame);
  if (former == nullptr) {
    violations->push_back({field, "is no obligation of the concluded agreement"});
    return;
  }
  if (former->kind != obligation.kind || former->debtor_party_id != obligation.debtor_party_id ||
      former->creditor_party_id != obligation.creditor_party_id) {
    violations->push_back({field, "must be of the same kind and between the same parties"});
  }
  if (!carried->insert(obligation.continues_obligation_id).second) {
    violations->push_back({field, "is carried on by another obligation"});
  }
  if (former->performed_fen() > obligation.amount_fen) {
    violations->push_back({path + ".amount_fen", "is less than was performed of it already"});
  }
}

// Each sum has a reading in words; all of them together must be one that can be counted.
void CheckTotal(const std::vector<Obligation>& obligations, Violations* violations) {
  Wide sum = 0;
  for (const Obligation& obligation : obligations) sum += obligation.amount_fen;
  if (sum <= kMostFen) return;
  violations->push_back({"obligations", "must be for less than 10^16 yuan together"});
}

// An obligation without instalments is one thing that falls due.
void FillDues(std::vector<Obligation>* obligations) {
  for (Obligation& obligation : *obligations) {
    if (!obligation.dues.empty()) continue;
    Due whole;
    whole.amount_fen = obligation.amount_fen;
    whole.due_day = obligation.due_day;
    obligation.dues.push_back(whole);
  }
}

std::string DuePath(const std::string& path, const Obligation& obligation, std::size_t index) {
  return obligation.has_instalments() ? absl::StrCat(path, ".instalments[", index, "].due_day")
                                      : path + ".due_day";
}

}  // namespace

int Due::days_late() const {
  if (!performed_day || !due_day || *performed_day <= *due_day) return 0;
  return static_cast<int>(*performed_day - *due_day);
}

std::int64_t Obligation::performed_fen() const {
  std::int64_t sum = 0;
  for (const Due& due : dues) sum += due.performed_fen;
  return sum;
}

std::optional<absl::CivilDay> Obligation::performed_day() const {
  std::optional<absl::CivilDay> last;
  for (const Due& due : dues) {
    if (!due.performed_day) return std::nullopt;
    if (!last || *due.performed_day > *last) last = due.performed_day;
  }
  return last;
}

bool Obligation::overdue() const {
  return std::any_of(dues.begin(), dues.end(), [](const Due& due) { return due.overdue; });
}

int Obligation::days_late() const {
  int most = 0;
  for (const Due& due : dues) most = std::max(most, due.days_late());
  return most;
}

Violations NormaliseObligations(std::vector<Obligation>* obligations,
                                const ObligationFrame& frame) {
  Violations violations;
  if (obligations->empty() || obligations->size() > kMostObligations) {
    violations.push_back({"obligations", absl::StrCat("must be 1 to ", kMostObligations)});
    return violations;
  }
  std::set<std::string> ids, carried;
  std::size_t instalments = 0;
  for (std::size_t i = 0; i < obligations->size(); ++i) {
    Obligation& obligation = (*obligations)[i];
    const std::string path = absl::StrCat("obligations[", i, "]");
    CheckPeople(obligation, path, frame.party_ids, &violations);
    CheckContent(obligation, path, &violations);
    CheckAmount(&obligation, path, &violations);
    CheckInstalments(obligation, path, &violations);
    CheckDueDay(&obligation, path, frame.today, &violations);
    CheckContinuation(obligation, path, frame, &carried, &violations);
    if (!ids.insert(obligation.obligation_id).second) {
      violations.push_back({path + ".obligation_id", "is used by another obligation"});
    }
    instalments += obligation.dues.size();
  }
  if (instalments > kMostInstalmentsTogether) {
    violations.push_back(
        {"obligations",
         absl::StrCat("must have at most ", kMostInstalmentsTogether, " instalments together")});
  }
  CheckTotal(*obligations, &violations);
  FillDues(obligations);
  if (violations.empty()) violations = PastDays(*obligations, frame);
  return violations;
}

Violations PastDays(const std::vector<Obligation>& obligations, const ObligationFrame& frame) {
  Violations violations;
  for (std::size_t i = 0; i < obligations.size(); ++i) {
    const Obligation& obligation = obligations[i];
    const Obligation* former = Former(obligation, frame);
    // What was not paid in money was performed as a whole, or not at all.
    const bool is_done = former != nullptr && former->performed_day().has_value();
    std::int64_t covered = former == nullptr ? 0 : former->performed_fen();
    for (std::size_t k = 0; k < obligation.dues.size(); ++k) {
      const Due& due = obligation.dues[k];
      const bool is_covered =
          obligation.kind == ObligationKind::kPayment ? covered >= due.amount_fen : is_done;
      covered -= due.amount_fen;
      if (is_covered || !due.due_day || *due.due_day >= frame.today) continue;
      violations.push_back(
          {DuePath(absl::StrCat("obligations[", i, "]"), obligation, k),
           absl::StrCat("must not be before ", absl::FormatCivilTime(frame.today))});
    }
  }
  return violations;
}

std::optional<absl::CivilDay> UrgedDay(const Obligation& obligation, int instalment) {
  std::optional<absl::CivilDay> first;
  for (const Due& due : obligation.dues) {
    const bool is_meant = instalment == 0 ? !due.performed_day : due.instalment == instalment;
    if (is_meant && due.due_day && (!first || *due.due_day < *first)) first = due.due_day;
  }
  return first;
}

std::optional<absl::CivilDay> NextDueDay(const std::vector<Obligation>& obligations) {
  std::optional<absl::CivilDay> next;
  for (const Obligation& obligation : obligations) {
    for (const Due& due : obligation.dues) {
      if (due.performed_day || !due.due_day) continue;
      if (!next || *due.due_day < *next) next = due.due_day;
    }
  }
  return next;
}

const Obligation* FindObligation(const std::vector<Obligation>& obligations, std::string_view id) {
  for (const Obligation& obligation : obligations) {
    if (obligation.obligation_id == id) return &obligation;
  }
  return nullptr;
}

std::string_view Word(ObligationKind kind) {
  constexpr std::string_view kWords[] = {"PAYMENT", "ACT", "FORBEARANCE", "DELIVERY", "APOLOGY"};
  return kWords[static_cast<std::size_t>(kind)];
}

}  // namespace maplebridge::registry
