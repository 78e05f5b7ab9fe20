#include "services/registry/domain/search_words.h"

#include <absl/strings/str_join.h>
#include <gtest/gtest.h>

namespace maplebridge::registry {
namespace {

std::string Words(std::string_view text) { return absl::StrJoin(SearchWords(text), " "); }

TEST(SearchWordsTest, ChineseIsFoundByPairs) {
  EXPECT_EQ(Words("离婚"), "离婚");
  EXPECT_EQ(Words("离婚财产纠纷"), "离婚 婚财 财产 产纠 纠纷");
  EXPECT_EQ(Words("甲"), "甲");
  EXPECT_EQ(Words("货款，货款"), "货款");
}

TEST(SearchWordsTest, SignsPartWordsAndWidthAndCapitalsDoNotMatter) {
  EXPECT_EQ(Words("欠款12000元（ＡＢｃ）"), "欠款 12000 元 abc");
  EXPECT_EQ(Words("１２３ 45"), "123 45");
  EXPECT_EQ(Words("、。！…—"), "");
  EXPECT_EQ(Words(""), "");
}

TEST(SearchWordsTest, RareCharactersAndMinorityNamesAreFound) {
  EXPECT_EQ(Words("𠮷野㛃"), "𠮷野 野㛃");
  EXPECT_EQ(Words("买买提·吐尔逊"), "买买 买提 吐尔 尔逊");
  EXPECT_EQ(Words("བཀྲ"), "བཀ ཀྲ");
}

TEST(SearchWordsTest, WhatIsNoTextIsLeftOut) { EXPECT_EQ(Words("货款\xff\xfe纠纷"), "货款 纠纷"); }

TEST(SearchWordsTest, ANumberIsOneInAnySpelling) {
  EXPECT_EQ(BareNumber("D-330102-2026-00000017"), "d330102202600000017");
  EXPECT_EQ(BareNumber("ｄ３３０１０２ 2026 00000017"), "d330102202600000017");
  EXPECT_EQ(BareNumber("〔2026〕330102人调协字第0000001-1号"),
            BareNumber("[2026]330102人调协字第00000011号"));
  EXPECT_EQ(BareNumber("12 号"), "");
}

}  // namespace
}  // namespace maplebridge::registry
