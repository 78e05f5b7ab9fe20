#include "deploy/maplectl_source/csv.h"

#include <gtest/gtest.h>

namespace maplebridge::maplectl {
namespace {

using Rows = std::vector<std::vector<std::string>>;

TEST(CsvTest, ReadsWhatProgramsWrite) {
  struct Case {
    std::string text;
    Rows rows;
  };
  const Case cases[] = {
      {"kind,value\nresident,1\n", {{"resident", "1"}}},
      {"kind,value\r\nresident,1\r\n", {{"resident", "1"}}},
      {"\xEF\xBB\xBFkind,value\nresident,1", {{"resident", "1"}}},
      {"kind,value\n\"a,b\",\"say \"\"yes\"\"\"\n", {{"a,b", "say \"yes\""}}},
      {"kind,value\n\"two\nlines\",\n", {{"two\nlines", ""}}},
      {"kind,value\n\n,\n\n", {{"", ""}}},
      {"kind,value\n", {}},
  };
  for (const Case& c : cases) {
    auto table = ParseCsv(c.text);
    ASSERT_TRUE(table.ok()) << table.status();
    EXPECT_EQ(table->heading, (std::vector<std::string>{"kind", "value"})) << c.text;
    EXPECT_EQ(table->rows, c.rows) << c.text;
  }
}

TEST(CsvTest, NamesTheLineThatIsWrong) {
  const std::pair<std::string, std::string> cases[] = {
      {"a,b\n1,2\n3\n", "line 3 has 1 fields"},
      {"a,b\n\"1\n2\",2\n3,4,5\n", "line 4 has 3 fields"},
      {"a,b\n1,\"2\n", "line 2: a quoted field does not end"},
      {"a,b\n1,\"2\"x\n", "line 2: a quoted field does not end"},
  };
  for (const auto& [text, wanted] : cases) {
    auto table = ParseCsv(text);
    ASSERT_FALSE(table.ok()) << text;
    EXPECT_NE(std::string(table.status().message()).find(wanted), std::string::npos)
        << table.status();
  }
}

TEST(CsvTest, WhatIsWrittenIsReadBack) {
  const std::vector<std::string> fields = {"plain", "a,b", "say \"yes\"", "two\nlines", "", "中文"};
  std::string text = "1,2,3,4,5,6\n";
  AppendCsvLine(fields, &text);
  auto table = ParseCsv(text);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->rows, (Rows{fields}));
}

TEST(CsvTest, AColumnThatIsNotThereIsNamedWithThoseThatAre) {
  auto table = ParseCsv("from,rule\n");
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(*ColumnOf(*table, "rule"), 1U);
  EXPECT_EQ(ColumnOf(*table, "n").status().message(), "the heading has no column n");
}

}  // namespace
}  // namespace maplebridge::maplectl
