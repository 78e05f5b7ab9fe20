#include "common/content/content_store.h"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>

#include "common/status/error.h"

namespace maplebridge {
namespace {

std::shared_ptr<const SealingKeys> Keys() {
  const std::string path = testing::TempDir() + "content_store_test.key";
  std::ofstream(path) << "k1:" << std::string(64, 'a') << "\n";
  auto keys = SealingKeys::Load(path);
  EXPECT_TRUE(keys.ok()) << keys.status();
  return *keys;
}

TEST(ContentWriterTest, MoreThanItsLimitIsRefused) {
  const auto keys = Keys();
  ContentMemory memory(1 << 20);
  ContentWriter writer(*keys, 10, memory);
  EXPECT_TRUE(writer.Append("0123456789").ok());
  EXPECT_EQ(writer.Append("0").code(), absl::StatusCode::kResourceExhausted);
}

TEST(ContentWriterTest, WhatIsUnderWayTogetherIsBoundedAndGivenBack) {
  const auto keys = Keys();
  ContentMemory memory(25);
  const std::string ten = "0123456789";
  std::optional<ContentWriter> first(std::in_place, *keys, 100, memory);
  EXPECT_TRUE(first->Append(ten).ok());
  ContentWriter second(*keys, 100, memory);
  EXPECT_TRUE(second.Append(ten).ok());
  const absl::Status refused = second.Append(ten);
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  first.reset();
  EXPECT_TRUE(second.Append(ten).ok()) << "the first one's bytes are free again";
  EXPECT_EQ(second.Append(ten).code(), absl::StatusCode::kResourceExhausted);
}

TEST(HeldMemoryTest, WhatDoesNotFitIsRefusedAndTheRestIsGivenBackAtItsEnd) {
  ContentMemory memory(25);
  {
    HeldMemory held(memory);
    EXPECT_TRUE(held.Take(10).ok());
    EXPECT_TRUE(held.Take(15).ok());
    EXPECT_EQ(ReasonOf(held.Take(1)), reason::kOverloaded);
    HeldMemory other(memory);
    EXPECT_EQ(other.Take(1).code(), absl::StatusCode::kResourceExhausted);
  }
  HeldMemory held(memory);
  EXPECT_TRUE(held.Take(25).ok());
}

}  // namespace
}  // namespace maplebridge
