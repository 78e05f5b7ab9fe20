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

TEST(TemplateTest, ATableHasColumnsAndNoValueMakesACell) {
  auto form = Template::Parse(
      "template: a/1\npage: landscape\n|= name:3 | sum:1>\n{{#people}}\n| {{name}} | {{outer}}\n"
      "{{/people}}\n");
  ASSERT_TRUE(form.ok()) << form.status();
  EXPECT_TRUE(form->is_landscape());
  TemplateValues values = Values();
  values.lists["people"][0].fields["name"] = "张三 | 李四";
  auto filled = form->Fill(values);
  ASSERT_TRUE(filled.ok()) << filled.status();
  ASSERT_EQ(filled->size(), 3u);
  const Paragraph& head = (*filled)[0];
  EXPECT_EQ(head.cells, (std::vector<std::string>{"name", "sum"}));
  ASSERT_EQ(head.columns.size(), 2u);
  EXPECT_EQ(head.columns[0].width, 3);
  EXPECT_FALSE(head.columns[0].to_the_right);
  EXPECT_TRUE(head.columns[1].to_the_right);
  EXPECT_EQ((*filled)[1].cells, (std::vector<std::string>{"张三 | 李四", "O"}));
  for (const char* wrong : {"|= a", "|= a:0", "|= a:x", "|a"}) {
    EXPECT_FALSE(Template::Parse("template: a/1\n" + std::string(wrong) + "\n").ok()) << wrong;
  }
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
