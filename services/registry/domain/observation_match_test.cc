#include "services/registry/domain/observation_match.h"

#include <gtest/gtest.h>

namespace maplebridge::registry {
namespace {

Likeness Of(const std::string& one, std::vector<std::string> people, const std::string& other,
            std::vector<std::string> others) {
  const Traits first = PrepareTraits(one, std::move(people));
  const Traits second = PrepareTraits(other, std::move(others));
  EXPECT_DOUBLE_EQ(Compare(first, second).score, Compare(second, first).score);
  return Compare(first, second);
}

TEST(ObservationMatchTest, TheSameToldInOtherWordsIsTheSame) {
  EXPECT_TRUE(IsSame(Of("两户因宅基地围墙争吵", {}, "两户村民因宅基地围墙多次争吵", {})));
  EXPECT_DOUBLE_EQ(Of("宅基地围墙", {}, "宅基地围墙", {}).score, 1);
}

TEST(ObservationMatchTest, AnotherCauseIsAnother) {
  EXPECT_FALSE(IsSame(Of("两户因宅基地围墙争吵", {}, "拖欠农民工工资，工人聚集", {})));
}

TEST(ObservationMatchTest, PeopleCountForHalf) {
  const Likeness same = Of("围墙争吵", {"张三", "李四"}, "因围墙起冲突", {"李四", "张三", "张三"});
  EXPECT_EQ(same.common_people, 2);
  EXPECT_TRUE(IsSame(same));
  EXPECT_FALSE(IsSame(Of("围墙争吵", {"张三"}, "围墙争吵起冲突", {"王五"})) &&
               Of("围墙争吵", {"张三"}, "围墙争吵起冲突", {"王五"}).score > 0.5);
  EXPECT_EQ(Of("a", {"张三"}, "b", {"张三"}).score, 0.5);
}

TEST(ObservationMatchTest, NothingIsLikeNothing) {
  EXPECT_EQ(Of("", {}, "", {}).score, 0);
  EXPECT_FALSE(IsSame(Of("。", {}, "，", {})));
}

}  // namespace
}  // namespace maplebridge::registry
