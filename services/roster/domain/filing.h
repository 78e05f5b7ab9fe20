// What an organisation must have before it goes on file with the county justice bureau
// (People's Mediation Law art. 8, 9, 10).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::roster {

enum class Sex { kFemale, kMale };

// A member who is not suspended and has not left.
struct FilingMember {
  Sex sex;
  bool is_head;
};

struct Filing {
  std::string display_name;
  std::string seal;
  std::vector<FilingMember> members;
};

// One thing that is missing: `subject` names it for a program, `description` says what was found,
// what is expected, and the article.
struct FilingGap {
  std::string_view subject;
  std::string description;
};

inline constexpr std::string_view kCommitteeSuffix = "人民调解委员会";
inline constexpr int kMembersAtLeast = 3;
inline constexpr int kMembersAtMost = 9;

// True for place + industry + 人民调解委员会: the suffix with something before it, no blanks.
bool IsCommitteeName(std::string_view name);

// Everything that is missing; empty when the organisation may be filed.
std::vector<FilingGap> CheckFiling(const Filing& filing);

}  // namespace maplebridge::roster
