#include "common/money/capital_amount.h"

#include <array>

namespace maplebridge::money {
namespace {

constexpr std::array<std::string_view, 10> kDigits = {"零", "壹", "贰", "叁", "肆",
                                                      "伍", "陆", "柒", "捌", "玖"};
constexpr std::array<std::string_view, 4> kPlaces = {"", "拾", "佰", "仟"};
constexpr std::array<std::string_view, 4> kSections = {"", "万", "亿", "万亿"};
constexpr int64_t kLimitInYuan = 10'000'000'000'000'000;

// Whole yuan above 0. A run of zeros reads as one 零, and none before a section's end.
std::string Whole(int64_t yuan) {
  std::array<int, 4> sections{};
  for (int& section : sections) {
    section = static_cast<int>(yuan % 10'000);
    yuan /= 10'000;
  }
  std::string text;
  bool zero_owed = false;
  for (int index = 3; index >= 0; --index) {
    int section = sections[index];
    if (section == 0) {
      // 万亿 names 亿 itself; when only its 亿 part is empty the 亿 must still be said.
      if (index == 2 && sections[3] != 0) text += "亿";
      zero_owed = zero_owed || !text.empty();
      continue;
    }
    int divisor = 1'000;
    for (int place = 3; place >= 0; --place, divisor /= 10) {
      int digit = section / divisor % 10;
      if (digit == 0) {
        zero_owed = zero_owed || !text.empty();
        continue;
      }
      if (zero_owed) text += "零";
      zero_owed = false;
      text.append(kDigits[digit]).append(kPlaces[place]);
    }
    text += index == 3 ? "万" : kSections[index];
    zero_owed = false;
    if (section % 10 == 0 && index > 0) zero_owed = true;
  }
  return text;
}

}  // namespace

absl::StatusOr<std::string> CapitalAmount(Fen amount) {
  if (amount.amount() < 0) return absl::OutOfRangeError("expected 0 or more");
  int64_t yuan = amount.amount() / 100;
  int jiao = static_cast<int>(amount.amount() / 10 % 10);
  int fen = static_cast<int>(amount.amount() % 10);
  if (yuan >= kLimitInYuan) return absl::OutOfRangeError("expected less than 10^16 yuan");
  std::string text = "人民币";
  if (yuan > 0) text.append(Whole(yuan)).append("元");
  if (jiao == 0 && fen == 0) return yuan > 0 ? text + "整" : text + "零元整";
  if (jiao > 0) text.append(kDigits[jiao]).append("角");
  if (jiao == 0 && yuan > 0) text += "零";
  if (fen > 0) text.append(kDigits[fen]).append("分");
  return text;
}

}  // namespace maplebridge::money
