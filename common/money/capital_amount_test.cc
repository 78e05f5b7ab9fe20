#include "common/money/capital_amount.h"

#include <gtest/gtest.h>

#include <random>
#include <regex>
#include <vector>

namespace maplebridge::money {
namespace {

const char* const kDigits[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};
constexpr char kMayBe[] = "(?:零)?";

// The rules of 支付结算办法 annex 1, read digit by digit into a pattern: between digits that are
// not 0 and that do not touch, one 零 stands; where the gap ends before a thousands' digit or
// before 角 it may be left out. 亿 is said of 万亿, too.
std::string WholePattern(const std::string& digits) {
  const char* const places[] = {"", "拾", "佰", "仟"};
  std::string pattern;
  bool gap = false, section = false, above_yi = false;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::size_t place = digits.size() - 1 - i;  // 0: 元
    const int digit = digits[i] - '0';
    if (digit == 0) {
      gap = true;
    } else {
      if (gap && !pattern.empty()) pattern += place % 4 == 3 ? kMayBe : "零";
      pattern.append(kDigits[digit]).append(places[place % 4]);
      gap = false;
      section = true;
    }
    if (place % 4 != 0) continue;
    if (place == 12 && section) above_yi = true;
    if ((place == 12 || place == 4) && section) pattern += "万";
    if (place == 8 && (section || above_yi)) pattern += "亿";
    section = false;
  }
  return pattern;
}

std::string Pattern(int64_t fen) {
  const int64_t yuan = fen / 100;
  const int jiao = static_cast<int>(fen / 10 % 10), last = static_cast<int>(fen % 10);
  std::string pattern = "人民币";
  if (fen == 0) return pattern + "零元整";
  if (yuan > 0) pattern += WholePattern(std::to_string(yuan)) + "元";
  if (jiao == 0 && last == 0) return pattern + "整";
  if (jiao > 0) {
    if (yuan > 0 && yuan % 10 == 0) pattern += kMayBe;
    pattern.append(kDigits[jiao]).append("角");
  } else if (yuan > 0) {
    pattern += "零";
  }
  if (last > 0) return pattern + kDigits[last] + "分";
  return pattern + "(?:整)?";
}

void ExpectReading(int64_t fen) {
  auto text = CapitalAmount(Fen(fen));
  ASSERT_TRUE(text.ok()) << fen;
  EXPECT_TRUE(std::regex_match(*text, std::regex(Pattern(fen))))
      << fen << ": " << *text << " is not " << Pattern(fen);
}

TEST(CapitalAmount, EverySmallSumIsReadByTheRules) {
  for (int64_t fen = 0; fen < 20'000; ++fen) ExpectReading(fen);
}

TEST(CapitalAmount, EveryPatternOfZerosIsReadByTheRules) {
  // 18 digits, each 0 or not: every gap there can be, in whole yuan and with 角 and 分.
  for (int mask = 1; mask < 1 << 18; mask += mask < 1 << 12 ? 1 : 37) {
    int64_t fen = 0;
    for (int i = 17; i >= 0; --i) fen = fen * 10 + (mask >> i & 1 ? 1 + i % 9 : 0);
    ExpectReading(fen);
  }
}

TEST(CapitalAmount, SumsAtRandomAreReadByTheRules) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    int64_t most = 1;
    for (int digits = static_cast<int>(random() % 18) + 1; digits > 0; --digits) most *= 10;
    ExpectReading(static_cast<int64_t>(random() % static_cast<uint64_t>(most)));
  }
}

TEST(CapitalAmount, ReadsAsABillWouldSayIt) {
  for (auto [fen, text] :
       std::vector<std::pair<int64_t, std::string>>{{0, "人民币零元整"},
                                                    {32'500, "人民币叁佰贰拾伍元整"},
                                                    {140'950, "人民币壹仟肆佰零玖元伍角"},
                                                    {600'714, "人民币陆仟零柒元壹角肆分"},

                                                    {32'504, "人民币叁佰贰拾伍元零肆分"},

                                                    {5, "人民币伍分"},
                                                    {50, "人民币伍角"},
                                                    {1'000'000, "人民币壹万元整"},
                                                    {1'000'100, "人民币壹万零壹元整"},
                                                    {10'000'000'000, "人民币壹亿元整"},
                                                    {10'001'000'000, "人民币壹亿零壹万元整"},
                                                    {100'000'000'000'000, "人民币壹万亿元整"}}) {
    EXPECT_EQ(*CapitalAmount(Fen(fen)), text) << fen;
  }
}

TEST(CapitalAmount, RefusesWhatHasNoReading) {
  EXPECT_EQ(CapitalAmount(Fen(-1)).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(CapitalAmount(Fen(int64_t{1'000'000'000'000'000'000})).status().code(),
            absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace maplebridge::money
