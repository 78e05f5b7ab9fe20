// People and firms that nobody is: names put together from syllables, identity numbers with a right
// check character and a birth date in the years 1900 to 1929, telephones of a prefix that no
// operator has (154).
#pragma once

#include <string>
#include <string_view>

#include "deploy/maplectl_source/simulation/random_stream.h"

namespace maplebridge::maplectl {

struct InventedPerson {
  std::string name;
  std::string identity_number;
  std::string telephone;
  bool is_woman = false;
};

struct InventedFirm {
  std::string name;
  std::string credit_code;
  std::string telephone;
};

// `county`: six digits. `place`: 0 to 29; people of one case with different places have different
// numbers.
InventedPerson InventPerson(RandomStream& stream, std::string_view county, int place);
InventedPerson InventWoman(RandomStream& stream, std::string_view county, int place);
// `seat`: where it is, such as "诸暨市".
InventedFirm InventFirm(RandomStream& stream, std::string_view county, std::string_view seat);

// The number with another check character: what a slip of the pen makes of it.
std::string Mistyped(const std::string& identity_number);

}  // namespace maplebridge::maplectl
