// The table of verbs against the descriptors of the services.
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "deploy/maplectl_source/verbs/verb.h"
#include "deploy/maplectl_source/verbs/verb_field.h"
#include "deploy/maplectl_source/verbs/verb_parser.h"

namespace maplebridge::maplectl {
namespace {

using google::protobuf::FieldDescriptor;

template <typename Check>
void ForEachVerb(Check check) {
  for (const VerbGroup& group : VerbGroups()) {
    for (const Verb& verb : group.verbs) {
      SCOPED_TRACE(absl::StrCat(std::string(group.name), " ", std::string(verb.name)));
      const auto method = MethodOf(verb.method);
      ASSERT_TRUE(method.ok()) << method.status();
      check(group, verb, **method);
    }
  }
}

std::vector<std::string> Words(std::string_view text) {
  return absl::StrSplit(absl::string_view(text.data(), text.size()), ' ', absl::SkipEmpty());
}

TEST(VerbTableTest, GroupsAndVerbsAreNamedOnceAndHaveHelp) {
  std::set<std::string_view> groups;
  for (const VerbGroup& group : VerbGroups()) {
    EXPECT_TRUE(groups.insert(group.name).second) << group.name;
    EXPECT_FALSE(group.help.empty()) << group.name;
    std::set<std::string_view> verbs;
    for (const Verb& verb : group.verbs) {
      EXPECT_TRUE(verbs.insert(verb.name).second) << group.name << " " << verb.name;
      EXPECT_FALSE(verb.help.empty()) << group.name << " " << verb.name;
    }
  }
  EXPECT_GT(groups.size(), 10u);
}

TEST(VerbTableTest, EveryInputIsAFieldOfItsMethodsRequestAndHasHelp) {
  ForEachVerb([](const VerbGroup&, const Verb& verb, const auto& method) {
    std::set<std::string_view> words;
    bool options_began = false;
    for (const Input& input : verb.inputs) {
      EXPECT_TRUE(words.insert(input.word).second) << input.word;
      EXPECT_FALSE(input.help.empty()) << input.word;
      const auto path = PathOf(method.input_type(), input.field);
      ASSERT_TRUE(path.ok()) << path.status();
      const bool is_option = absl::StartsWith(std::string(input.word), "--");
      EXPECT_TRUE(is_option || !options_began)
          << input.word << " stands by its place: put it first";
      options_began = options_began || is_option;
    }
  });
}

TEST(VerbTableTest, EveryFormFitsTheTypeOfItsField) {
  ForEachVerb([](const VerbGroup&, const Verb& verb, const auto& method) {
    for (const Input& input : verb.inputs) {
      const auto path = PathOf(method.input_type(), input.field);
      ASSERT_TRUE(path.ok()) << path.status();
      const FieldDescriptor& field = *path->back();
      const std::string type =
          field.message_type() == nullptr ? "" : field.message_type()->full_name();
      switch (input.form) {
        case Form::kName:
          EXPECT_EQ(field.cpp_type(), FieldDescriptor::CPPTYPE_STRING) << input.word;
          EXPECT_TRUE(input.detail.ends_with("/")) << input.word;
          break;
        case Form::kParty:
          EXPECT_EQ(type, "maplebridge.type.v1.Party") << input.word;
          EXPECT_TRUE(field.is_repeated()) << input.word;
          break;
        case Form::kPayment:
        case Form::kAct:
          EXPECT_EQ(type, "maplebridge.registry.v1.Obligation") << input.word;
          EXPECT_TRUE(field.is_repeated()) << input.word;
          break;
        case Form::kPlain:
          EXPECT_TRUE(type.empty() || IsTimestamp(field)) << input.word << " is a " << type;
          break;
      }
    }
  });
}

TEST(VerbTableTest, WhatTheServiceNeedsCanBeGiven) {
  ForEachVerb([](const VerbGroup&, const Verb& verb, const auto& method) {
    // Required fields of the request, and of the one message that it carries.
    std::vector<std::string> needed;
    const auto add = [&needed](const google::protobuf::Descriptor* type, const std::string& at) {
      for (int i = 0; i < type->field_count(); ++i) {
        const FieldPath path = {type->field(i)};
        if (IsRequired(Input{"", "", ""}, path)) needed.push_back(at + type->field(i)->name());
      }
    };
    add(method.input_type(), "");
    const std::vector<std::string> outer = needed;
    for (const std::string& name : outer) {
      const auto* inner = method.input_type()->FindFieldByName(name)->message_type();
      if (inner != nullptr && !IsTimestamp(*method.input_type()->FindFieldByName(name))) {
        std::erase(needed, name);
        add(inner, name + ".");
      }
    }
    for (const std::string& field : needed) {
      const bool is_there = std::any_of(
          verb.inputs.begin(), verb.inputs.end(),
          [&](const Input& input) { return absl::StartsWith(std::string(input.field), field); });
      EXPECT_TRUE(is_there) << field << " is required and no word fills it";
    }
  });
}

TEST(VerbTableTest, EveryColumnIsAFieldOfTheRow) {
  ForEachVerb([](const VerbGroup&, const Verb& verb, const auto& method) {
    const auto* row = method.output_type();
    if (!verb.rows.empty()) {
      const auto* rows = row->FindFieldByName(std::string(verb.rows));
      ASSERT_NE(rows, nullptr) << verb.rows;
      ASSERT_TRUE(rows->is_repeated()) << verb.rows;
      row = rows->message_type();
    }
    EXPECT_EQ(verb.columns.empty(), method.server_streaming() && verb.name == "export");
    if (method.server_streaming()) return;
    for (const Column& column : verb.columns) {
      EXPECT_FALSE(column.heading.empty());
      const auto path = PathOf(row, column.field);
      ASSERT_TRUE(path.ok()) << path.status();
      const bool is_leaf = path->back()->message_type() == nullptr || IsTimestamp(*path->back());
      EXPECT_TRUE(is_leaf) << column.field << " is no single value";
    }
  });
}

TEST(VerbTableTest, StreamsAreDownloadsAndPagesHaveRows) {
  ForEachVerb([](const VerbGroup&, const Verb& verb, const auto& method) {
    EXPECT_FALSE(method.client_streaming());
    if (method.server_streaming()) {
      EXPECT_NE(method.output_type()->FindFieldByName("chunk"), nullptr);
    }
    if (method.input_type()->FindFieldByName("page_token") != nullptr) {
      EXPECT_FALSE(verb.rows.empty()) << "a list names the field of its rows";
    }
  });
}

TEST(VerbTableTest, NoWordHidesOneOfTheProgramOrOfEveryVerb) {
  const std::set<std::string> global = {"--var",         "--json", "--address",   "--token",
                                        "--certificate", "--key",  "--authority", "--help"};
  ForEachVerb([&](const VerbGroup&, const Verb& verb, const auto&) {
    const std::vector<std::string> common = CommonWords(verb);
    for (const Input& input : verb.inputs) {
      const std::string word(input.word);
      EXPECT_FALSE(global.contains(word)) << word;
      EXPECT_EQ(std::find(common.begin(), common.end(), word), common.end()) << word;
    }
  });
}

// As the shell would take it apart, but for quotes around words.
std::vector<std::string> ArgumentsOf(std::string_view example) {
  std::vector<std::string> arguments;
  std::string quoted;
  for (const std::string& word : Words(example)) {
    if (quoted.empty() && word[0] != '\'') {
      arguments.push_back(word);
      continue;
    }
    quoted += (quoted.empty() ? "" : " ") + word;
    if (word.back() == '\'') {
      arguments.push_back(quoted.substr(1, quoted.size() - 2));
      quoted.clear();
    }
  }
  std::reverse(arguments.begin(), arguments.end());
  arguments.pop_back();  // maplectl
  return arguments;
}

TEST(VerbTableTest, EveryExampleIsParsedAsItsOwnVerbAndMakesAWholeRequest) {
  ForEachVerb([](const VerbGroup& group, const Verb& verb, const auto& method) {
    CLI::App app("maplectl", "maplectl");
    VerbCall call;
    bool is_chosen = false;
    AddVerbs(app, &call, [&is_chosen] { is_chosen = true; });
    EXPECT_TRUE(verb.example.starts_with(
        absl::StrCat("maplectl ", std::string(group.name), " ", std::string(verb.name))))
        << verb.example;
    std::vector<std::string> arguments = ArgumentsOf(verb.example);
    try {
      app.parse(arguments);
    } catch (const CLI::ParseError& error) {
      FAIL() << verb.example << ": " << error.what();
    }
    ASSERT_TRUE(is_chosen);
    EXPECT_EQ(call.verb, &verb);
    const auto request = MakeRequest(verb, call.written, absl::FromUnixSeconds(1'790'000'000));
    ASSERT_TRUE(request.ok()) << request.status();
    EXPECT_EQ((*request)->GetDescriptor()->full_name(), method.input_type()->full_name());
  });
}

}  // namespace
}  // namespace maplebridge::maplectl
