// What people of a county quarrel about, how often, when, and how it ends as a rule.
#pragma once

#include <span>
#include <string_view>

#include "deploy/maplectl_source/simulation/year_rhythm.h"

namespace maplebridge::maplectl {

struct DisputeKind {
  std::string_view category;
  // Of all disputes; the sum of all is 1.
  double share;
  Season season;
  bool is_industry;
  // Of those that are mediated, how many end in an agreement.
  double success;
  // Share of disputes whose respondent is a firm.
  double firm;
  // Sum in dispute in yuan; 0 for disputes that are not about money.
  int least_yuan;
  int most_yuan;
  // What it is about, to be read after place and day; three of each.
  std::string_view stories[3];
  // What is owed under an agreement: paid, or done.
  std::string_view payment;
  std::string_view act;
};

std::span<const DisputeKind> DisputeKinds();

}  // namespace maplebridge::maplectl
