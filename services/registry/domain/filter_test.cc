#include "services/registry/domain/filter.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

namespace maplebridge::registry {
namespace {

// A filter written out with every parenthesis.
std::string Write(const Filter& filter) {
  switch (filter.kind) {
    case Filter::Kind::kComparison:
      return absl::StrCat(filter.field, std::string(Sign(filter.comparator)), "'", filter.value,
                          "'");
    case Filter::Kind::kNot:
      return absl::StrCat("not(", Write(filter.parts[0]), ")");
    default:
      break;
  }
  std::string text = filter.kind == Filter::Kind::kAnd ? "and(" : "or(";
  for (std::size_t i = 0; i < filter.parts.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ", Write(filter.parts[i]));
  }
  return text + ")";
}

std::string Read(std::string_view text) {
  auto filter = ParseFilter(text);
  return filter.ok() ? Write(*filter) : std::string(filter.status().message());
}

TEST(FilterTest, OrBindsMoreTightlyThanAnd) {
  EXPECT_EQ(Read("a=1 AND b=2 OR c=3"), "and(a='1', or(b='2', c='3'))");
  EXPECT_EQ(Read("(a=1 AND b=2) OR c=3"), "or(and(a='1', b='2'), c='3')");
  EXPECT_EQ(Read("a=1 b=2"), "and(a='1', b='2')");
  EXPECT_EQ(Read("((a = 1))"), "a='1'");
}

TEST(FilterTest, EveryComparatorIsRead) {
  for (const char* sign : {"=", "!=", "<", "<=", ">", ">=", ":"}) {
    EXPECT_EQ(Read(absl::StrCat("a", sign, "1")), absl::StrCat("a", sign, "'1'"));
    EXPECT_EQ(Read(absl::StrCat(" a ", sign, " 1 ")), absl::StrCat("a", sign, "'1'"));
  }
}

TEST(FilterTest, NotAndMinusNegateWhatFollows) {
  EXPECT_EQ(Read("NOT a=1 AND b=2"), "and(not(a='1'), b='2')");
  EXPECT_EQ(Read("-a=1"), "not(a='1')");
  EXPECT_EQ(Read("NOT (a=1 OR NOT b=2)"), "not(or(a='1', not(b='2')))");
  EXPECT_EQ(Read("a=-1"), "a='-1'");
}

TEST(FilterTest, AQuotedTextKeepsItsSigns) {
  EXPECT_EQ(Read("t >= \"2026-10-01T00:00:00+08:00\""), "t>='2026-10-01T00:00:00+08:00'");
  EXPECT_EQ(Read("s = 'AND (邻里)'"), "s='AND (邻里)'");
  EXPECT_EQ(Read("s = \"a \\\"b\\\"\""), "s='a \"b\"'");
}

TEST(FilterTest, WhatIsWrongIsSaidWithItsPlace) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "at character 1: expected a field"},
      {"state", "at character 6: expected =, !="},
      {"state =", "at character 8: expected a value"},
      {"邻里 = \"x", "at character 6: this text is not closed"},
      {"a=1 AND", "at character 8: expected a field"},
      {"(a=1", "at character 5: expected )"},
      {"a=1)", "at character 4: expected AND"},
      {"a!1", "at character 2: expected !="},
      {"t > 2026-10-01T00:00", "at character 18: a time"},
      {"a=1 OR OR b=2", "at character 11: expected =, !="},
  };
  for (const auto& [text, message] : cases) {
    EXPECT_TRUE(absl::StartsWith(Read(text), message)) << text << ": " << Read(text);
  }
}

TEST(FilterTest, LengthDepthAndNumberAreBounded) {
  EXPECT_TRUE(absl::StrContains(Read(std::string(kLongestFilter + 1, ' ')), "at most 2000 bytes"));
  EXPECT_EQ(Read(std::string(kDeepestFilter, '(') + "a=1" + std::string(kDeepestFilter, ')')),
            "a='1'");
  EXPECT_TRUE(absl::StrContains(
      Read(std::string(kDeepestFilter + 1, '(') + "a=1" + std::string(kDeepestFilter + 1, ')')),
      "nested too deeply"));
  std::string negated;
  for (int i = 0; i < 100; ++i) negated += "NOT ";
  EXPECT_TRUE(absl::StrContains(Read(negated + "a=1"), "nested too deeply"));
  std::string many = "a=1";
  for (int i = 0; i < kMostComparisons; ++i) many += " OR a=1";
  EXPECT_TRUE(absl::StrContains(Read(many), "more than 50"));
  EXPECT_TRUE(absl::StrContains(Read("a=\xff"), "UTF-8"));
}

}  // namespace
}  // namespace maplebridge::registry
