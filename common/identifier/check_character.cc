#include "common/identifier/check_character.h"

namespace maplebridge::identifier {

char CheckCharacterMod11_2(std::string_view digits) {
  int product = 0;
  for (const char digit : digits) product = (product + (digit - '0')) * 2 % 11;
  const int check = (12 - product) % 11;
  return check == 10 ? 'X' : static_cast<char>('0' + check);
}

char CheckDigitMod11_10(std::string_view digits) {
  int product = 10;
  for (const char digit : digits) {
    const int sum = (product + (digit - '0')) % 10;
    product = (sum == 0 ? 10 : sum) * 2 % 11;
  }
  return static_cast<char>('0' + (11 - product) % 10);
}

}  // namespace maplebridge::identifier
