#include "services/registry/domain/duplicate.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <set>

#include "services/registry/domain/observation_match.h"

namespace maplebridge::registry {
namespace {

constexpr double kPeople = 0.5, kPlace = 0.1, kCategory = 0.1, kText = 0.3;
// Texts that share less than this are not called alike.
constexpr double kAlike = 0.5;

std::set<std::string> IdentitiesOf(const Dispute& dispute) {
  std::set<std::string> identities;
  for (const Party& party : dispute.parties) {
    if (party.identity_number.empty()) continue;
    identities.insert(
        absl::StrCat(std::string(Word(party.identity_kind)), " ", party.identity_number));
  }
  return identities;
}

std::set<std::string> NamesOf(const Dispute& dispute) {
  std::set<std::string> names;
  for (const Party& party : dispute.parties) names.insert(party.display_name);
  return names;
}

// The share of the smaller side that the other has, too.
double CommonShare(const std::set<std::string>& one, const std::set<std::string>& other,
                   int* common) {
  *common = static_cast<int>(std::count_if(one.begin(), one.end(),
                                           [&](const auto& each) { return other.contains(each); }));
  const std::size_t least = std::min(one.size(), other.size());
  return least == 0 ? 0 : static_cast<double>(*common) / static_cast<double>(least);
}

double ComparePeople(const Dispute& one, const Dispute& other, std::vector<std::string>* reasons) {
  int common = 0;
  const std::set<std::string> first = IdentitiesOf(one), second = IdentitiesOf(other);
  const char* what = " identity numbers in common";
  double share = CommonShare(first, second, &common);
  if (first.empty() && second.empty()) {
    share = CommonShare(NamesOf(one), NamesOf(other), &common);
    what = " names in common";
  }
  if (common > 0) reasons->push_back(absl::StrCat(common, what));
  return share;
}

}  // namespace

DuplicateScore CompareDisputes(const Dispute& one, const Dispute& other) {
  DuplicateScore result;
  result.score = kPeople * ComparePeople(one, other, &result.reasons);
  if (one.division == other.division) {
    result.score += kPlace;
    result.reasons.emplace_back("the same place");
  }
  if (one.category == other.category) {
    result.score += kCategory;
    result.reasons.emplace_back("the same category");
  }
  const double text =
      Compare(PrepareTraits(one.summary, {}), PrepareTraits(other.summary, {})).score;
  result.score += kText * text;
  if (text >= kAlike) {
    result.reasons.push_back(
        absl::StrCat("texts ", static_cast<int>(text * 100 + 0.5), " % alike"));
  }
  return result;
}

}  // namespace maplebridge::registry
