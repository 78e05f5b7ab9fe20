#include "common/reference/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maplebridge::reference {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

absl::StatusOr<std::vector<std::vector<std::string>>> Read(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  const absl::Status status =
      ReadCsv(text, {"code", "name"}, [&rows](const std::vector<std::string>& fields) {
        rows.push_back(fields);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return rows;
}

TEST(CsvTest, ReadsQuotesLineEndsAndColumnsInAnyOrder) {
  const auto rows =
      Read("\xEF\xBB\xBFname,other,code\r\n\"浙,江\",1,33\n\"a \"\"b\"\"\",2,44\r\n,3,");
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_THAT(*rows, ElementsAre(ElementsAre("33", "浙,江"), ElementsAre("44", "a \"b\""),
                                 ElementsAre("", "")));
}

TEST(CsvTest, WrongTextIsRefusedAndNamesTheLine) {
  EXPECT_THAT(Read("code\n33").status().ToString(), HasSubstr("line 1: there is no column name"));
  EXPECT_THAT(Read("code,name\n33,a\n44").status().ToString(), HasSubstr("line 3: has 1 fields"));
  EXPECT_THAT(Read("code,name\n33,\"a").status().ToString(), HasSubstr("line 2"));
  EXPECT_THAT(Read("code,name\n33,\"a\"b").status().ToString(), HasSubstr("line 2"));
  EXPECT_THAT(Read("").status().ToString(), HasSubstr("no column code"));
}

}  // namespace
}  // namespace maplebridge::reference
