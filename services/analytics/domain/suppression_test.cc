// An attacker knows every published count, that withheld counts are not 0, and perhaps one place
// exactly. What the attacker can find out is computed here by other means than in the code under
// test: for each withheld place, whether a count that is not small agrees with what is known.
#include "services/analytics/domain/suppression.h"

#include <gtest/gtest.h>

#include <bitset>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace maplebridge::analytics {
namespace {

using Day = absl::CivilDay;

constexpr std::size_t kBound = 320;  // larger than any total in these tests
using Values = std::bitset<kBound>;

std::string ParentOf(const std::string& code) {
  if (code.size() == 9) return code.substr(0, 6);
  return code.substr(0, code.size() - 2);
}

// Whether `inner` is `outer` or lies in it.
bool LiesIn(const std::string& inner, const std::string& outer) {
  return inner.compare(0, outer.size(), outer) == 0;
}

class Attacker {
 public:
  Attacker(const TownshipCounts& counts, const std::set<std::string>& hidden) : hidden_(hidden) {
    for (const auto& [township, count] : counts) {
      if (count == 0) continue;
      std::string code = township;
      totals_[code] += count;
      while (!code.empty()) {
        const std::string parent = ParentOf(code);
        children_[parent].insert(code);
        totals_[parent] += count;
        code = parent;
      }
    }
  }

  const std::map<std::string, std::int64_t>& totals() const { return totals_; }

  // Whether `target` may be no small count, as far as one who owns `owned` ("-" for nobody) can
  // tell.
  bool MayBeLarge(const std::string& target, const std::string& owned) {
    return Sums("", target, owned).any();
  }

 private:
  // The sums that `code` may have when `target` has the threshold or more.
  Values Sums(const std::string& code, const std::string& target, const std::string& owned) {
    Values sums;
    auto inside = children_.find(code);
    if (LiesIn(code, owned)) {
      sums.set(static_cast<std::size_t>(totals_.at(code)));
    } else if (inside == children_.end()) {
      for (std::size_t sum = 1; sum < kBound; ++sum) sums.set(sum);
    } else {
      sums.set(0);
      for (const std::string& child : inside->second) {
        const Values added = Sums(child, target, owned);
        Values next;
        for (std::size_t sum = 0; sum < kBound; ++sum) {
          if (added.test(sum)) next |= sums << sum;
        }
        sums = next;
      }
    }
    if (!hidden_.contains(code)) sums &= Only(totals_.at(code));
    if (code == target) {
      for (std::size_t sum = 0; sum < kSmallCellThreshold; ++sum) sums.reset(sum);
    }
    return sums;
  }

  static Values Only(std::int64_t value) {
    Values only;
    only.set(static_cast<std::size_t>(value));
    return only;
  }

  const std::set<std::string>& hidden_;
  std::map<std::string, std::int64_t> totals_;
  std::map<std::string, std::set<std::string>> children_;
};

void ExpectSafe(const TownshipCounts& counts, const std::string& trace) {
  const std::set<std::string> hidden = SuppressedDivisions(counts);
  Attacker attacker(counts, hidden);
  std::vector<std::string> owners = {"-"};
  for (const auto& [code, total] : attacker.totals()) {
    EXPECT_TRUE(total >= kSmallCellThreshold || hidden.contains(code))
        << trace << ": small and published: " << code;
    owners.push_back(code);
  }
  for (const std::string& owner : owners) {
    for (const std::string& code : hidden) {
      if (owner != "-" && (LiesIn(code, owner) || LiesIn(owner, code))) continue;
      // What is withheld only to cover others may be computed, as long as it is not small.
      EXPECT_TRUE(attacker.MayBeLarge(code, owner))
          << trace << ": " << owner << " knows that " << code << " is small";
    }
  }
}

TEST(SuppressionTest, NothingSmallNothingWithheld) {
  EXPECT_TRUE(SuppressedDivisions({}).empty());
  EXPECT_TRUE(SuppressedDivisions({{"330102001", 0}}).empty());
  EXPECT_TRUE(SuppressedDivisions({{"330102001", 5}, {"330102002", 7}, {"440100000", 9}}).empty());
}

TEST(SuppressionTest, TheThresholdIsFive) {
  for (std::int64_t count = 1; count <= 8; ++count) {
    const TownshipCounts counts = {
        {"330102001", count}, {"330102002", 50}, {"330102003", 60}, {"330102004", 70}};
    EXPECT_EQ(SuppressedDivisions(counts).contains("330102001"), count < 5) << count;
    EXPECT_FALSE(SuppressedDivisions(counts).contains("330102")) << count;
    ExpectSafe(counts, "threshold");
  }
}

// One small township could be had as the county less its other townships, so others go with it:
// two, for the bureau of one of them would subtract its own.
TEST(SuppressionTest, ASiblingSumDoesNotTell) {
  const TownshipCounts counts = {
      {"330102001", 3}, {"330102002", 40}, {"330102003", 50}, {"330102004", 60}};
  EXPECT_EQ(SuppressedDivisions(counts),
            (std::set<std::string>{"330102001", "330102002", "330102003"}));
}

// The only township of a county is the county; the only county of a city is the city; and so on up
// to where there are others to hide among.
TEST(SuppressionTest, ALineOfOnlyChildrenIsWithheldUpToItsSiblings) {
  const TownshipCounts counts = {
      {"330102001", 2}, {"330202001", 50}, {"330302001", 60}, {"330402001", 70}, {"440102001", 80}};
  const std::set<std::string> hidden = SuppressedDivisions(counts);
  for (const char* code : {"330102001", "330102", "3301"}) EXPECT_TRUE(hidden.contains(code));
  // A city withheld as cover is withheld down to its township, else that would tell it.
  for (const char* code : {"3302", "330202", "330202001", "3303", "330303"}) {
    EXPECT_EQ(hidden.contains(code), std::string(code) != "330303") << code;
  }
  EXPECT_FALSE(hidden.contains("33"));
  EXPECT_FALSE(hidden.contains("4401"));
  ExpectSafe(counts, "only children");
}

TEST(SuppressionTest, DifferencesAcrossFourLevelsDoNotTell) {
  ExpectSafe({{"330102001", 1},
              {"330102002", 30},
              {"330103001", 40},
              {"330201001", 100},
              {"330201002", 4},
              {"440101001", 55},
              {"440101002", 5},
              {"510101001", 2}},
             "four levels");
}

TEST(SuppressionTest, ThinTablesAreWithheldWhole) {
  ExpectSafe({{"330102001", 1}}, "one case");
  ExpectSafe({{"330102001", 2}, {"330102002", 2}}, "two and two");
  ExpectSafe({{"330102001", 4}, {"330102002", 200}}, "one small, one large");
  EXPECT_TRUE(SuppressedDivisions({{"330102001", 2}}).contains("33"));
}

// Random tables of all shapes: chains, fans, thin and mixed.
TEST(SuppressionTest, NoAttackerLearnsASmallCount) {
  const unsigned seed = 20260928;
  std::mt19937 random(seed);
  for (int round = 0; round < 250; ++round) {
    TownshipCounts counts;
    const unsigned provinces = 1 + random() % 3;
    const unsigned fan = 1 + random() % 3;
    const unsigned largest = random() % 2 == 0 ? 8 : 25;
    for (unsigned province = 0; province < provinces; ++province) {
      for (unsigned city = 0; city < 1 + random() % fan; ++city) {
        for (unsigned county = 0; county < 1 + random() % fan; ++county) {
          for (unsigned township = 0; township < 1 + random() % 4; ++township) {
            const std::string code = std::to_string(33 + province) + "0" + std::to_string(city) +
                                     "0" + std::to_string(county) + "00" + std::to_string(township);
            counts[code] = random() % 3 == 0 ? random() % 5 : random() % largest;
          }
        }
      }
    }
    std::int64_t total = 0;
    for (const auto& [code, count] : counts) total += count;
    if (total == 0 || total > 120) continue;
    ExpectSafe(counts, "seed " + std::to_string(seed) + " round " + std::to_string(round));
    if (HasFatalFailure() || HasNonfatalFailure()) return;
  }
}

TEST(SuppressionTest, ItDoesNotDependOnTheOrderOfAsking) {
  const TownshipCounts counts = {
      {"330102001", 3}, {"330102002", 40}, {"330102003", 40}, {"330102004", 40}};
  EXPECT_EQ(SuppressedDivisions(counts), SuppressedDivisions(counts));
}

TEST(SuppressionTest, OnlyWholeMonthsThatHaveEndedArePublished) {
  const Day today(2026, 10, 1);
  struct Case {
    Day start;
    Day end;
    bool is_published;
  };
  const Case cases[] = {
      {Day(2026, 9, 1), Day(2026, 9, 30), true},    {Day(2024, 2, 1), Day(2024, 2, 29), true},
      {Day(2025, 12, 1), Day(2025, 12, 31), true},  {Day(2026, 9, 1), Day(2026, 9, 29), false},
      {Day(2026, 9, 2), Day(2026, 9, 30), false},   {Day(2026, 8, 1), Day(2026, 9, 30), false},
      {Day(2026, 10, 1), Day(2026, 10, 31), false}, {Day(2026, 1, 1), Day(2026, 12, 31), false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(IsPublishedPeriod(c.start, c.end, today), c.is_published)
        << absl::FormatCivilTime(c.start) << " " << absl::FormatCivilTime(c.end);
  }
  EXPECT_FALSE(IsPublishedPeriod(Day(2026, 9, 1), Day(2026, 9, 30), Day(2026, 9, 30)));
}

}  // namespace
}  // namespace maplebridge::analytics
