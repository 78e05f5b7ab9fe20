#include "services/gateway/json/path_template.h"

#include <gtest/gtest.h>

#include "services/gateway/json/percent_encoding.h"

namespace maplebridge::gateway {
namespace {

// "name=a/b, other=c"; "no" when the path does not fit.
std::string Matched(const std::string& pattern, const std::string& path) {
  const auto parsed = PathTemplate::Parse(pattern);
  if (!parsed.ok()) return std::string(parsed.status().message());
  const auto bindings = parsed->Match(RequestPath::Cut(path));
  if (!bindings) return "no";
  std::string text;
  for (const PathBinding& binding : *bindings) {
    text += (text.empty() ? "" : ", ") + binding.field + "=" + binding.value;
  }
  return text;
}

struct MatchCase {
  const char* pattern;
  const char* path;
  const char* expected;
};

TEST(PathTemplateTest, PathsAndTheirBindings) {
  const MatchCase cases[] = {
      {"/v1/disputes", "/v1/disputes", ""},
      {"/v1/disputes", "/v1/disputes/", "no"},
      {"/v1/disputes", "/v1/Disputes", "no"},
      {"/v1/disputes", "/v1/disputes/7", "no"},
      {"/v1/disputes", "v1/disputes", "no"},
      {"/v1/disputes", "", "no"},
      {"/v1/{name=organisations/*}", "/v1/organisations/o1", "name=organisations/o1"},
      {"/v1/{name=organisations/*}", "/v1/organisations", "no"},
      {"/v1/{name=organisations/*}", "/v1/organisations/", "no"},
      {"/v1/{name=organisations/*}", "/v1/organisations/o1/mediators", "no"},
      {"/v1/{name=organisations/*}", "/v1/courts/o1", "no"},
      {"/v1/{name=organisations/*/mediators/*}", "/v1/organisations/o1/mediators/m1",
       "name=organisations/o1/mediators/m1"},
      {"/v1/{parent=disputes/*}/documents", "/v1/disputes/d/documents", "parent=disputes/d"},
      {"/v1/{a}/x/{b.c=y/*}", "/v1/1/x/y/2", "a=1, b.c=y/2"},
      {"/v1/{name=disputes/*}:accept", "/v1/disputes/d:accept", "name=disputes/d"},
      {"/v1/{name=disputes/*}:accept", "/v1/disputes/d:decline", "no"},
      {"/v1/{name=disputes/*}:accept", "/v1/disputes/d", "no"},
      {"/v1/{name=disputes/*}:accept", "/v1/disputes/:accept", "no"},
      {"/v1/disputes:describe", "/v1/disputes:describe", ""},
      {"/v1/disputes:describe", "/v1/disputes", "no"},
      // An identifier may hold a colon.
      {"/v1/{name=disputes/*}", "/v1/disputes/a:b", "name=disputes/a:b"},
      {"/v1/{name=disputes/*}:accept", "/v1/disputes/a:b:accept", "name=disputes/a:b"},
      {"/v1/{name=files/**}", "/v1/files/a/b/c", "name=files/a/b/c"},
      {"/v1/{name=files/**}", "/v1/files/a", "name=files/a"},
      {"/v1/{name=files/**}:get", "/v1/files/a/b:get", "name=files/a/b"},
      {"/v1/{name=disputes/*}", "/v1/disputes/%E6%A1%88", "name=disputes/案"},
      {"/v1/{id}", "/v1/a%2Fb", "id=a/b"},
      {"/v1/{name=disputes/*}", "/v1/disputes/a%2Fb", "name=disputes/a%2Fb"},
      {"/v1/{id}", "/v1/%zz", "no"},
      {"/v1/{id}", "/v1/%E6%A1", "no"},
  };
  for (const MatchCase& one : cases) {
    EXPECT_EQ(Matched(one.pattern, one.path), one.expected) << one.pattern << " " << one.path;
  }
}

TEST(PathTemplateTest, WrongTemplatesAreRefused) {
  for (const char* pattern : {"", "v1", "/v1//a", "/v1/{name", "/v1/{=a/*}", "/v1/{name=a//b}",
                              "/v1/**/a", "/v1/{name=**}/a", "/v1/a:", "/v1/"}) {
    EXPECT_FALSE(PathTemplate::Parse(pattern).ok()) << pattern;
  }
}

TEST(PathTemplateTest, TemplatesThatFitTheSamePathsHaveOneShape) {
  EXPECT_EQ(PathTemplate::Parse("/v1/{name=a/*}:do")->Shape(), "/v1/a/*:do");
  EXPECT_EQ(PathTemplate::Parse("/v1/a/{id}:do")->Shape(), "/v1/a/*:do");
  EXPECT_EQ(PathTemplate::Parse("/v1/{rest=**}")->Shape(), "/v1/**");
}

TEST(PercentEncodingTest, PartsOfUrlsDecode) {
  EXPECT_EQ(DecodeUrlPart("a%20b%2Fc", false), "a b/c");
  EXPECT_EQ(DecodeUrlPart("a%2fb", true), "a%2Fb");
  EXPECT_EQ(DecodeUrlPart("a+b", false), "a+b");
  for (const char* wrong : {"%", "%1", "%g0", "a%2", "%ff", "%C0%80", "%ED%A0%80"}) {
    EXPECT_EQ(DecodeUrlPart(wrong, false), std::nullopt) << wrong;
  }
}

TEST(PercentEncodingTest, QueriesAreCutIntoNamesAndValues) {
  const QueryParameters expected = {{"a", "1"}, {"b", ""}, {"c", "x y=z"}, {"a", "案"}};
  EXPECT_EQ(ParseQuery("a=1&b&&c=x+y%3Dz&a=%E6%A1%88"), expected);
  EXPECT_EQ(ParseQuery(""), QueryParameters());
  EXPECT_EQ(ParseQuery("a=%f"), std::nullopt);
}

TEST(PercentEncodingTest, TextIsUtf8OrNot) {
  for (const char* text : {"", "abc", "é", "枫桥", "\U0001F341", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
  for (const char* bytes : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80",
                            "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xff", "a\xe6\xa1"}) {
    EXPECT_FALSE(IsUtf8(bytes));
  }
}

}  // namespace
}  // namespace maplebridge::gateway
