#include "deploy/maplectl_source/simulation/county.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>

#include "common/status/macros.h"
#include "deploy/maplectl_source/console.h"
#include "deploy/maplectl_source/simulation/random_stream.h"

namespace maplebridge::maplectl {
namespace {

constexpr int kPageSize = 1000;

absl::StatusOr<std::vector<division::Division>> ChildrenOf(const division::DivisionTree& divisions,
                                                           division::DivisionCode code) {
  std::vector<division::Division> all;
  std::string token;
  do {
    MB_ASSIGN_OR_RETURN(const division::DivisionPage page,
                        divisions.Children(code, kPageSize, token));
    all.insert(all.end(), page.divisions.begin(), page.divisions.end());
    token = page.next_page_token;
  } while (!token.empty());
  return all;
}

// "新合村村委会" is the committee's name; the place is 新合村.
std::string PlaceName(std::string_view name) {
  absl::string_view place(name.data(), name.size());
  for (const char* end : {"民委员会", "委会"}) {
    if (absl::ConsumeSuffix(&place, end)) break;
  }
  for (const char* end : {"村村", "社区居", "居"}) {
    if (!absl::EndsWith(place, end)) continue;
    const std::size_t last = std::string_view("村").size();
    return std::string(place.substr(0, place.size() - last));
  }
  return std::string(place);
}

// A community of a town has about twice the people of a village.
int PopulationOf(const Village& village, std::uint64_t seed) {
  RandomStream stream(seed, "population " + village.code);
  const bool is_community = absl::StrContains(village.name, "社区");
  return is_community ? stream.Between(2200, 5200) : stream.Between(900, 2900);
}

}  // namespace

int County::population() const {
  int sum = 0;
  for (const Township& township : townships) {
    for (const Village& village : township.villages) sum += village.population;
  }
  return sum;
}

int County::village_count() const {
  std::size_t count = 0;
  for (const Township& township : townships) count += township.villages.size();
  return static_cast<int>(count);
}

absl::StatusOr<County> ReadCounty(const division::DivisionTree& divisions, std::string_view code,
                                  std::uint64_t seed) {
  const auto found = divisions.Find(code);
  if (!found.ok() || code.size() != 6 || found->level != division::Level::kCounty) {
    return Problem(absl::StatusCode::kInvalidArgument,
                   absl::StrCat("--county ", std::string(code), " is no county"),
                   "give 6 digits such as 330681; maplectl division list --in 3306 names them");
  }
  County county{std::string(code), std::string(found->name), {}};
  MB_ASSIGN_OR_RETURN(const auto townships, ChildrenOf(divisions, found->code));
  for (const division::Division& each : townships) {
    Township township{each.code.Prefix(), std::string(each.name), {}};
    MB_ASSIGN_OR_RETURN(const auto villages, ChildrenOf(divisions, each.code));
    for (const division::Division& place : villages) {
      Village village{place.code.ToString(), PlaceName(place.name), 0};
      village.population = PopulationOf(village, seed);
      township.villages.push_back(std::move(village));
    }
    if (!township.villages.empty()) county.townships.push_back(std::move(township));
  }
  if (county.townships.empty()) {
    return Problem(absl::StatusCode::kInvalidArgument,
                   county.name + " has no villages in the table", "choose another county");
  }
  return county;
}

}  // namespace maplebridge::maplectl
