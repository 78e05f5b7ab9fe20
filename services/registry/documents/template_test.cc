#include "services/registry/documents/template.h"

#include <gtest/gtest.h>

namespace maplebridge::registry {
namespace {

TemplateValues Values() {
  TemplateValues values;
  values.fields = {{"title", "协议书"}, {"empty", ""}, {"outer", "O"}};
  TemplateValues one, two;
  one.fields = {{"name", "张三"}};
  two.fields = {{"name", "{{title}} # {{/people}}"}};
  values.lists["people"] = {one, two};
  return values;
}

std::string Text(const std::vector<Paragraph>& paragraphs) {
  std::string text;
  for (const Paragraph& paragraph : paragraphs) {
    text += std::to_string(static_cast<int>(paragraph.style)) + paragraph.text + "|";
  }
  return text;
}

TEST(TemplateTest, FillsFieldsListsAndConditions) {
  auto form = Template::Parse(
      "template: a/1\n= {{title}}\n{{?empty}}not this\n{{?title}}- this\n{{#people}}\n> {{name}} "
      "{{outer}}\n{{/people}}\n\nend\n");
  ASSERT_TRUE(form.ok()) << form.status();
  EXPECT_EQ(form->name(), "a/1");
  auto filled = form->Fill(Values());
  ASSERT_TRUE(filled.ok()) << filled.status();
  // A value that looks like template stays text.
  EXPECT_EQ(Text(*filled), "1协议书|4this|3张三 O|3{{title}} # {{/people}} O|7|0end|");
}

TEST(TemplateTest, WhatIsWrongIsNamed) {
  EXPECT_FALSE(Template::Parse("= no name\n").ok());
  EXPECT_FALSE(Template::Parse("template: a/1\n{{#people}}\n").ok());
  EXPECT_FALSE(Template::Parse("template: a/1\n{{/people}}\n").ok());
  auto unknown = Template::Parse("template: a/1\n{{nobody}}\n")->Fill(Values());
  EXPECT_NE(std::string(unknown.status().message()).find("nobody"), std::string::npos);
  EXPECT_FALSE(Template::Load("/nowhere/at/all.txt").ok());
}

}  // namespace
}  // namespace maplebridge::registry
