#include "common/csv/csv_writer.h"

#include <gtest/gtest.h>

#include "common/csv/csv_reader.h"

namespace maplebridge::csv {
namespace {

TEST(CsvWriterTest, EveryFieldIsQuotedAndFormulasAreLedByAnApostrophe) {
  EXPECT_EQ(Line({"编号", "a,b", ""}), "\"编号\",\"a,b\",\"\"\r\n");
  EXPECT_EQ(Line({"say \"x\"\n"}), "\"say \"\"x\"\"\n\"\r\n");
  for (const char* formula : {"=1+1", "+8613800138000", "-1", "@SUM(A1)", "\t=1", "\r=1"}) {
    EXPECT_EQ(Line({formula}), std::string("\"'") + formula + "\"\r\n");
  }
  EXPECT_EQ(Line({"1=1"}), "\"1=1\"\r\n");
}

TEST(CsvWriterTest, WhatIsWrittenIsReadAgain) {
  const std::vector<std::string> cells{"",   "a",   "a,b", "\"", "\"\"", "x\ny", "=1",
                                       "'=", "'a'", "-",   "𠮷", "@",    "'",    "''=1"};
  const std::string line = Line(cells);
  Reader reader(line);
  Record record;
  ASSERT_TRUE(reader.Next(&record));
  EXPECT_EQ(record.fault, "");
  ASSERT_EQ(record.fields.size(), cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    // An apostrophe that was there before a sign cannot be told from ours.
    if (cells[i] == "'=") continue;
    EXPECT_EQ(Unguarded(record.fields[i]), cells[i]);
  }
}

}  // namespace
}  // namespace maplebridge::csv
