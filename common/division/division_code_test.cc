#include "common/division/division_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maplebridge::division {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(DivisionCodeTest, ShorterCodeNamesTheAncestor) {
  struct Row {
    std::string_view text, full, prefix;
    Level level;
  };
  for (const Row& row : {Row{"33", "330000000000", "33", Level::kProvince},
                         Row{"3301", "330100000000", "3301", Level::kCity},
                         Row{"330102", "330102000000", "330102", Level::kCounty},
                         Row{"330102001", "330102001000", "330102001", Level::kTownship},
                         Row{"330102001050", "330102001050", "330102001050", Level::kVillage},
                         Row{"330102000000", "330102000000", "330102", Level::kCounty},
                         Row{"441900", "441900000000", "4419", Level::kCity},
                         Row{"500000", "500000000000", "50", Level::kProvince}}) {
    const auto code = DivisionCode::Parse(row.text);
    ASSERT_TRUE(code.ok()) << code.status();
    EXPECT_EQ(code->ToString(), row.full);
    EXPECT_EQ(code->Prefix(), row.prefix);
    EXPECT_EQ(code->level(), row.level);
  }
}

TEST(DivisionCodeTest, MalformedCodeIsRefusedWithoutItsValue) {
  for (const std::string_view text :
       {"", "3", "330", "33010", "3301020", "3301020010", "33010200105", "3301020010500", "3301 2",
        "33o102", "330102001x50", "３３", "-33010", "00", "013301"}) {
    const auto code = DivisionCode::Parse(text);
    EXPECT_EQ(code.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(code.status().ToString(), HasSubstr("division code"));
    if (text.size() > 3) {
      EXPECT_THAT(std::string(code.status().ToString()), Not(HasSubstr(std::string(text))));
    }
  }
}

TEST(DivisionCodeTest, ContainsIsThePlaceAndAllInsideIt) {
  const auto code = [](std::string_view text) { return *DivisionCode::Parse(text); };
  EXPECT_TRUE(code("33").Contains(code("330102001050")));
  EXPECT_TRUE(code("330102").Contains(code("330102")));
  EXPECT_TRUE(code("330102").Contains(code("330102999999")));
  EXPECT_FALSE(code("330102").Contains(code("330103")));
  EXPECT_FALSE(code("330102").Contains(code("330101999999")));
  EXPECT_FALSE(code("330102").Contains(code("3301")));
  EXPECT_TRUE(code("441900").Contains(code("441900003")));
  EXPECT_FALSE(code("330102001050").Contains(code("330102001051")));
}

TEST(DivisionCodeTest, AtCutsToTheLevel) {
  const DivisionCode village = *DivisionCode::Parse("330102001050");
  EXPECT_EQ(village.At(Level::kProvince).Prefix(), "33");
  EXPECT_EQ(village.At(Level::kCity).Prefix(), "3301");
  EXPECT_EQ(village.At(Level::kCounty).Prefix(), "330102");
  EXPECT_EQ(village.At(Level::kTownship).Prefix(), "330102001");
  EXPECT_EQ(village.At(Level::kVillage), village);
}

}  // namespace
}  // namespace maplebridge::division
