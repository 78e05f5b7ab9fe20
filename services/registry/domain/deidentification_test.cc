#include "services/registry/domain/deidentification.h"

#include <gtest/gtest.h>

namespace maplebridge::registry {
namespace {

TEST(DeidentificationTest, NamesAreTakenOutTheLongestFirst) {
  EXPECT_EQ(Deidentify("张三丰欠张三货款，张三多次催讨", {"张三", "张三丰"}),
            "＊欠＊货款，＊多次催讨");
  EXPECT_EQ(Deidentify("买买提·吐尔逊与𠮷野", {"买买提·吐尔逊", "𠮷野", ""}), "＊与＊");
}

TEST(DeidentificationTest, NumbersThatNameSomebodyAreTakenOut) {
  EXPECT_EQ(Deidentify("电话13800138000，", {}), "电话＊，");
  EXPECT_EQ(Deidentify("座机0571-8765432。", {}), "座机＊。");
  EXPECT_EQ(Deidentify("身份证33010219800101001X号", {}), "身份证＊号");
  EXPECT_EQ(Deidentify("１３８００１３８０００", {}), "＊");
  EXPECT_EQ(Deidentify("浙A12345小客车", {}), "浙＊小客车");
  EXPECT_EQ(Deidentify("2026年3月", {}), "2026年3月");
}

}  // namespace
}  // namespace maplebridge::registry
