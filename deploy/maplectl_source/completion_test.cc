#include "deploy/maplectl_source/completion.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>

namespace maplebridge::maplectl {
namespace {

class CompletionTest : public testing::Test {
 protected:
  CompletionTest() : app_("Test", "maplectl") {
    app_.add_flag("--json", json_, "JSON");
    CLI::App* check = app_.add_subcommand("check", "Check: it's one");
    check->add_option("--batch", file_, "File");
    app_.add_subcommand("status", "Status");
    CLI::App* dispute = app_.add_subcommand("dispute", "Disputes");
    dispute->add_subcommand("accept", "Take it on");
    CLI::App* list = dispute->add_subcommand("list", "List them");
    list->add_option("--state", file_, "State")->type_name("OPEN|CLOSED");
    // Named as a group is.
    list->add_option("DISPUTE", file_, "Dispute");
  }
  // What bash would offer for the words.
  std::string Offered(const std::string& words) {
    auto script = CompletionScript(app_, "bash", {"JUDGE"});
    EXPECT_TRUE(script.ok()) << script.status();
    const std::string path = testing::TempDir() + "completion_" + std::to_string(getpid());
    std::ofstream(path) << *script << "COMP_WORDS=(" << words
                        << ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_maplectl\n"
                        << "echo \"${COMPREPLY[*]}\"\n";
    FILE* pipe = popen(("bash -u " + path + " 2>&1").c_str(), "r");
    char line[1024] = "";
    EXPECT_NE(fgets(line, sizeof line, pipe), nullptr);
    EXPECT_EQ(pclose(pipe), 0) << line;
    unlink(path.c_str());
    std::string offered = line;
    while (!offered.empty() && offered.back() == '\n') offered.pop_back();
    return offered;
  }

  CLI::App app_;
  bool json_ = false;
  std::string file_;
};

TEST_F(CompletionTest, BashOffersCommandsThenTheirOwnOptions) {
  const std::pair<std::string, std::string> cases[] = {
      {"maplectl ''", "check status dispute"},
      {"maplectl st", "status"},
      {"maplectl --j", "--json"},
      {"maplectl check --b", "--batch"},
      {"maplectl status --b", ""},
      {"maplectl --json check ''", "resident social_credit"},
      {"maplectl --role ''", "JUDGE"},
  };
  for (const auto& [words, offered] : cases) EXPECT_EQ(Offered(words), offered) << words;
}

TEST_F(CompletionTest, BashOffersVerbsOfAGroupThenTheirOptionsAndTheWordsOfALists) {
  const std::pair<std::string, std::string> cases[] = {
      {"maplectl dispute ''", "accept list"},
      {"maplectl dispute a", "accept"},
      {"maplectl --json dispute l", "list"},
      {"maplectl dispute list --s", "--state"},
      {"maplectl dispute list --state ''", "OPEN CLOSED"},
      {"maplectl dispute list --state C", "CLOSED"},
      {"maplectl dispute accept --s", ""},
      {"maplectl status --state ''", "--help --json --help"},
  };
  for (const auto& [words, offered] : cases) EXPECT_EQ(Offered(words), offered) << words;
}

TEST_F(CompletionTest, ZshNamesEveryCommandWithItsMeaning) {
  auto script = CompletionScript(app_, "zsh", {"JUDGE"});
  ASSERT_TRUE(script.ok()) << script.status();
  EXPECT_NE(script->find("'check:Check\\: it'\\''s one'"), std::string::npos) << *script;
  EXPECT_NE(script->find("check) options+=(--help --batch resident social_credit)"),
            std::string::npos)
      << *script;
}

TEST_F(CompletionTest, AnotherShellIsRefused) {
  EXPECT_EQ(CompletionScript(app_, "fish", {}).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace maplebridge::maplectl
