#include "common/csv/csv_reader.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <gtest/gtest.h>

namespace maplebridge::csv {
namespace {

// "1: a|b" for a record on line 1; "1! a|b" for a broken one.
std::string Read(std::string_view text) {
  Reader reader(text);
  Record record;
  std::string all;
  while (reader.Next(&record)) {
    absl::StrAppend(&all, all.empty() ? "" : "; ", record.line, record.fault.empty() ? ": " : "! ",
                    absl::StrJoin(record.fields, "|"));
  }
  return all;
}

TEST(CsvReaderTest, RecordsAreReadAndBrokenOnesArePassedOver) {
  const struct {
    const char* what;
    std::string_view text;
    const char* expected;
  } rows[] = {
      {"nothing", "", ""},
      {"one field", "a", "1: a"},
      {"LF", "a,b\nc,d\n", "1: a|b; 2: c|d"},
      {"CR LF", "a,b\r\nc,d\r\n", "1: a|b; 2: c|d"},
      {"CR", "a,b\rc,d", "1: a|b; 2: c|d"},
      {"no end of line at the end", "a,b\nc,d", "1: a|b; 2: c|d"},
      {"empty fields", ",\n,,x\n", "1: |; 2: ||x"},
      {"an empty field at the end", "a,", "1: a|"},
      {"empty lines", "\n\na\n\r\n\nb\n", "3: a; 6: b"},
      {"quotes", "\"a,b\",\"\"\n", "1: a,b|"},
      {"doubled quotes", "\"a \"\"b\"\" c\"\n", "1: a \"b\" c"},
      {"four quotes are one", "\"\"\"\"\n", "1: \""},
      {"a line break in quotes", "\"a\r\nb\",c\nd,e\n", "1: a\nb|c; 3: d|e"},
      {"a quote inside an unquoted field", "a\"b\"c,d\n", "1: a\"b\"c|d"},
      {"text after a quoted field", "\"a\"b,c\nd,e\n", "1! ab|c; 2: d|e"},
      {"a space after a quoted field", "\"a\" ,c\nd,e\n", "1! a |c; 2: d|e"},
      {"a quote that is not closed", "x,\"a\nb,c\nd,e", "1! x|a; 2: b|c; 3: d|e"},
      {"one that ends at a later record's quote", "x,\"a\nb,\"c\"\nd,e\n",
       "1! x|a; 2: b|c; 3: d|e"},
      {"a quote at the very end", "a,\"", "1! a|"},
      {"a broken record after a long one", "\"a\n\nb\",c\n\"d\n", "1: a\n\nb|c; 4! d"},
      {"beyond the basic plane", "\"𠮷野\",𠀋\n", "1: 𠮷野|𠀋"},
      {"other commas are text", "a，b、c\n", "1: a，b、c"},
  };
  for (const auto& row : rows) EXPECT_EQ(Read(row.text), row.expected) << row.what;
}

TEST(CsvReaderTest, AFieldThatIsTooLongIsBrokenAndTheNextLineIsRead) {
  const std::string most(65536, 'a');
  EXPECT_EQ(Read("\"" + most + "\"\nb\n"), "1: " + most + "; 2: b");
  EXPECT_EQ(Read("\"" + most + "a\"\nb\n"), "1! " + most + "a; 2: b");
}

TEST(CsvReaderTest, QuotesThatAreNeverClosedCostNoMoreThanTheirLines) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "y,\"\"\"\n";
  Reader reader(text);
  Record record;
  int last = 0;
  while (reader.Next(&record)) {
    EXPECT_GT(record.line, last);
    last = record.line;
  }
  EXPECT_GE(last, 19999);
}

TEST(CsvReaderTest, AFaultSaysWhatIsAccepted) {
  Record record;
  Reader unclosed("\"a\n");
  ASSERT_TRUE(unclosed.Next(&record));
  EXPECT_NE(record.fault.find("does not end"), std::string::npos) << record.fault;
  Reader going_on("\"a\"b\n");
  ASSERT_TRUE(going_on.Next(&record));
  EXPECT_NE(record.fault.find("follows the end"), std::string::npos) << record.fault;
}

}  // namespace
}  // namespace maplebridge::csv
