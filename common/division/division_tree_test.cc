#include "common/division/division_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/reference/test_reference.h"

namespace maplebridge::division {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DivisionTreeTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto data = reference::BuildTestReference(reference::FixturePackages());
    ASSERT_TRUE(data.ok()) << data.status();
    data_ = *data;
  }
  static void TearDownTestSuite() { data_.reset(); }

  const DivisionTree& tree() const { return data_->divisions(); }
  static DivisionCode Code(std::string_view text) { return *DivisionCode::Parse(text); }
  static std::vector<std::string> Prefixes(const std::vector<Division>& divisions) {
    std::vector<std::string> prefixes;
    for (const Division& division : divisions) prefixes.push_back(division.code.Prefix());
    return prefixes;
  }

  static std::shared_ptr<const reference::ReferenceData> data_;
};
std::shared_ptr<const reference::ReferenceData> DivisionTreeTest::data_;

TEST_F(DivisionTreeTest, CountsRowsOfTheSourceAndDifferentCodes) {
  EXPECT_THAT(tree().source_rows(), ElementsAre(6, 7, 8, 22, 64));
  // 东莞, 中山 and 儋州 repeat their city's code once, 金门县 twice.
  EXPECT_EQ(tree().size(), size_t{6 + 7 + 8 + 22 + 64 - 5});
}

TEST_F(DivisionTreeTest, FindsEveryLengthOfACode) {
  for (const std::string_view text : {"330102", "330102000", "330102000000"}) {
    const auto division = tree().Find(text);
    ASSERT_TRUE(division.ok()) << division.status();
    EXPECT_EQ(division->name, "上城区");
    EXPECT_EQ(division->level, Level::kCounty);
    EXPECT_EQ(division->parent, Code("3301"));
    EXPECT_TRUE(division->has_children);
  }
  EXPECT_EQ(tree().Find("33")->parent, std::nullopt);
  EXPECT_EQ(tree().Find("99").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(tree().Find("9").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(tree().Find(Code("330199")), std::nullopt);
}

TEST_F(DivisionTreeTest, NormaliseGivesTwelveDigitsOfAPlaceThatExists) {
  EXPECT_EQ(tree().Normalise("3301")->ToString(), "330100000000");
  EXPECT_EQ(tree().Normalise("330102001")->ToString(), "330102001000");
  EXPECT_EQ(tree().Normalise("330199").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(tree().Normalise("33019").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(DivisionTreeTest, AncestorsComeFromTheProvinceDown) {
  EXPECT_THAT(Prefixes(tree().Ancestors(Code("330102001"))), ElementsAre("33", "3301", "330102"));
  EXPECT_THAT(tree().Ancestors(Code("33")), IsEmpty());
  EXPECT_THAT(tree().Ancestors(Code("330199")), IsEmpty());
}

TEST_F(DivisionTreeTest, CityWithoutDistrictsGoesStraightToItsTownships) {
  for (const std::string_view city : {"4419", "4420", "4604"}) {
    const auto division = tree().Find(city);
    ASSERT_TRUE(division.ok());
    EXPECT_EQ(division->level, Level::kCity);
    EXPECT_EQ(tree().Find(std::string(city) + "00")->level, Level::kCity);
    const auto children = tree().Children(division->code, 0, "");
    ASSERT_TRUE(children.ok());
    ASSERT_EQ(children->divisions.size(), 3u);
    for (const Division& child : children->divisions) {
      EXPECT_EQ(child.level, Level::kTownship);
      EXPECT_EQ(child.parent, division->code);
      EXPECT_THAT(Prefixes(tree().Ancestors(child.code)),
                  ElementsAre(city.substr(0, 2), std::string(city)));
    }
  }
}

TEST_F(DivisionTreeTest, JiayuguanHasACountyRowOfItsOwnCode) {
  const auto children = tree().Children(Code("6202"), 0, "");
  ASSERT_TRUE(children.ok());
  ASSERT_THAT(Prefixes(children->divisions), ElementsAre("620201"));
  EXPECT_EQ(children->divisions[0].name, "嘉峪关市");
  EXPECT_EQ(children->divisions[0].level, Level::kCounty);
}

TEST_F(DivisionTreeTest, JinmenIsACountyWithNothingInside) {
  const auto division = tree().Find("350527");
  ASSERT_TRUE(division.ok());
  EXPECT_EQ(division->level, Level::kCounty);
  EXPECT_FALSE(division->has_children);
  EXPECT_THAT(tree().Children(division->code, 0, "")->divisions, IsEmpty());
}

TEST_F(DivisionTreeTest, LeavesAreThePlacesWithNothingBelowInOrderAndGoOnAfterACode) {
  const DivisionCode county = Code("330102");
  const auto all = tree().Leaves(county, 0, 1000);
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(tree().CountLeaves(county), static_cast<int>(all.size()));
  std::vector<std::string> one_by_one;
  for (uint64_t after = 0;;) {
    const auto next = tree().Leaves(county, after, 1);
    if (next.empty()) break;
    EXPECT_FALSE(next[0].has_children);
    one_by_one.push_back(next[0].code.Prefix());
    after = next[0].code.number();
  }
  EXPECT_EQ(one_by_one, Prefixes(all));
  EXPECT_THAT(Prefixes(tree().Leaves(Code("350527"), 0, 10)), ElementsAre("350527"));
  EXPECT_EQ(tree().CountLeaves(Code("330199")), 0);
}

TEST_F(DivisionTreeTest, PagesHoldEveryChildOnce) {
  for (int page_size = 1; page_size <= 7; ++page_size) {
    std::vector<std::string> seen;
    std::string token;
    do {
      const auto page = tree().Children(std::nullopt, page_size, token);
      ASSERT_TRUE(page.ok()) << page.status();
      ASSERT_LE(page->divisions.size(), static_cast<size_t>(page_size));
      for (const std::string& prefix : Prefixes(page->divisions)) seen.push_back(prefix);
      token = page->next_page_token;
    } while (!token.empty());
    EXPECT_THAT(seen, ElementsAre("11", "33", "35", "44", "46", "62")) << page_size;
  }
}

TEST_F(DivisionTreeTest, WrongPageIsRefusedAndNamesTheField) {
  EXPECT_THAT(tree().Children(std::nullopt, -1, "").status().ToString(), HasSubstr("page_size"));
  EXPECT_THAT(tree().Children(std::nullopt, 1001, "").status().ToString(), HasSubstr("page_size"));
  EXPECT_TRUE(tree().Children(std::nullopt, 1000, "").ok());
  for (const std::string_view token : {"x", "99", "330102"}) {
    EXPECT_THAT(tree().Children(std::nullopt, 1, token).status().ToString(),
                HasSubstr("page_token"));
  }
  EXPECT_EQ(tree().Children(Code("99"), 0, "").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(DivisionTreeTest, AncestorIsTrulyAboveAndExists) {
  EXPECT_TRUE(tree().IsAncestor(Code("33"), Code("330102001")));
  EXPECT_TRUE(tree().IsAncestor(Code("441900"), Code("441900003")));
  EXPECT_FALSE(tree().IsAncestor(Code("330102"), Code("330102")));
  EXPECT_FALSE(tree().IsAncestor(Code("330102001"), Code("33")));
  EXPECT_FALSE(tree().IsAncestor(Code("3301"), Code("44")));
  EXPECT_FALSE(tree().IsAncestor(Code("99"), Code("33")));
}

TEST_F(DivisionTreeTest, FullNameLeavesFillersOut) {
  EXPECT_EQ(tree().FullName(Code("330102")), "浙江省杭州市上城区");
  EXPECT_EQ(tree().FullName(Code("110101")), "北京市东城区");
  EXPECT_EQ(tree().FullName(Code("1101")), "北京市市辖区");
  EXPECT_EQ(tree().FullName(Code("441900003")), "广东省东莞市东城街道");
  EXPECT_EQ(tree().FullName(Code("99")), "");
}

TEST(BrokenTableTest, IsRefusedAsDataLoss) {
  const std::string names = "浙江省";
  const DivisionRow province{330000000000, kNoParent, 1, 0, 9, 0, 0, 0};
  const DivisionRow city{330100000000, 0, 0, 0, 9, 1, 1, 0};
  EXPECT_TRUE(DivisionTree::Create(std::vector{province, city}, names).ok());
  auto with = [&](auto change) {
    std::vector<DivisionRow> rows{province, city};
    change(rows);
    return DivisionTree::Create(rows, names).status().code();
  };
  const auto kLoss = absl::StatusCode::kDataLoss;
  EXPECT_EQ(with([](auto& rows) { std::swap(rows[0], rows[1]); }), kLoss);
  EXPECT_EQ(with([](auto& rows) { rows[1].parent = 1; }), kLoss);
  EXPECT_EQ(with([](auto& rows) { rows[1].parent = kNoParent; }), kLoss);
  EXPECT_EQ(with([](auto& rows) { rows[1].code = 440100000000; }), kLoss);
  EXPECT_EQ(with([](auto& rows) { rows[0].inside = 2; }), kLoss);
  EXPECT_EQ(with([](auto& rows) { rows[0].inside = 0; }), kLoss);
  EXPECT_EQ(with([](auto& rows) { rows[1].name_length = 0; }), kLoss);
  EXPECT_EQ(with([](auto& rows) { rows[1].name_offset = 4; }), kLoss);
  EXPECT_EQ(with([](auto& rows) { rows[1].lowest_level = 5; }), kLoss);
  EXPECT_EQ(with([](auto& rows) { rows[1].level = 0; }), kLoss);
}

}  // namespace
}  // namespace maplebridge::division
