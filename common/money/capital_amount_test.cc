#include "common/money/capital_amount.h"

#include <gtest/gtest.h>

namespace maplebridge::money {
namespace {

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
