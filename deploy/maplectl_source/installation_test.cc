#include "deploy/maplectl_source/installation.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace maplebridge::maplectl {
namespace {

class InstallationTest : public testing::Test {
 protected:
  void SetUp() override {
    var_ = testing::TempDir() + "installation_XXXXXX";
    ASSERT_NE(mkdtemp(var_.data()), nullptr);
  }
  void TearDown() override { std::filesystem::remove_all(var_); }
  void WriteSettings(const std::string& text) {
    std::filesystem::create_directories(var_ + "/etc");
    std::ofstream(var_ + "/etc/suite.env") << text;
  }
  std::string var_;
};

TEST_F(InstallationTest, WithoutSettingsThereIsNoneAndThePortsAreTheUsualOnes) {
  const Installation installation = Installation::Open(var_);
  EXPECT_FALSE(installation.exists());
  EXPECT_EQ(installation.PortOf(0), 7400);
  EXPECT_EQ(installation.UpCommand(), "deploy/up --var " + var_ + " --port-base 7400");
  EXPECT_EQ(installation.DownCommand(), "deploy/down --var " + var_);
}

TEST_F(InstallationTest, ReadsWhatDeployUpWrote) {
  WriteSettings(
      "# a comment\nMAPLEBRIDGE_VAR=/x\nMAPLEBRIDGE_PORT_BASE=9100\n"
      "export QUOTED='a b'\nEMPTY=\n\n");
  const Installation installation = Installation::Open(var_ + "/");
  EXPECT_TRUE(installation.exists());
  EXPECT_EQ(installation.var(), var_);
  EXPECT_EQ(installation.PortOf(40), 9140);
  EXPECT_EQ(installation.Setting("QUOTED"), "a b");
  EXPECT_EQ(installation.Setting("EMPTY"), "");
  EXPECT_EQ(installation.Setting("ABSENT"), "");
  EXPECT_EQ(installation.ConninfoOf("roster"),
            "hostaddr=127.0.0.1 port=9105 user=maplebridge_roster dbname=maplebridge_roster "
            "passfile='" +
                var_ + "/keys/roster.passfile' application_name=maplectl");
}

TEST_F(InstallationTest, AFileThatCannotBeReadIsNamedWithTheReason) {
  EXPECT_EQ(ReadFile(var_ + "/none").status().message(), var_ + "/none: No such file or directory");
  EXPECT_EQ(ReadFile(var_).status().message(), var_ + ": Is a directory");
}

}  // namespace
}  // namespace maplebridge::maplectl
