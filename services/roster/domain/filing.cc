#include "services/roster/domain/filing.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>

namespace maplebridge::roster {
namespace {

// A blank of ASCII or the ideographic one.
bool HasBlank(std::string_view text) {
  return text.find_first_of(" \t\r\n") != std::string_view::npos ||
         text.find("\u3000") != std::string_view::npos;
}

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

bool IsCommitteeName(std::string_view name) {
  return name.size() > kCommitteeSuffix.size() && name.ends_with(kCommitteeSuffix) &&
         !HasBlank(name);
}

std::vector<FilingGap> CheckFiling(const Filing& filing) {
  std::vector<FilingGap> gaps;
  if (!IsCommitteeName(filing.display_name)) {
    gaps.push_back(
        {"display_name", absl::StrCat("the name must be the place, the industry if any, and ",
                                      std::string(kCommitteeSuffix), ", without blanks")});
  }
  if (IsBlank(filing.seal)) {
    gaps.push_back({"seal", "a committee needs a seal for its agreements (PML 29): give its text"});
  }
  const int members = static_cast<int>(filing.members.size());
  if (members < kMembersAtLeast || members > kMembersAtMost) {
    gaps.push_back({"members", absl::StrCat("a committee has ", kMembersAtLeast, " to ",
                                            kMembersAtMost, " members (PML 8), found ", members)});
  }
  const auto heads = std::count_if(filing.members.begin(), filing.members.end(),
                                   [](const FilingMember& member) { return member.is_head; });
  if (heads != 1) {
    gaps.push_back({"head", absl::StrCat("exactly one member is the head (PML 8), found ", heads)});
  }
  if (std::none_of(filing.members.begin(), filing.members.end(),
                   [](const FilingMember& member) { return member.sex == Sex::kFemale; })) {
    gaps.push_back({"women", "a committee has a woman among its members (PML 8), found none"});
  }
  return gaps;
}

}  // namespace maplebridge::roster
