#include "services/gateway/http2/header_block.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/gateway/http2/byte_queue.h"

namespace maplebridge::gateway {
namespace {

std::string Text(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

TEST(HeaderBlockTest, FieldsKeepTheirOrderAndTheFirstOfANameIsFound) {
  HeaderBlock block;
  EXPECT_TRUE(block.empty());
  block.Add(":path", "/a");
  block.Add("x", "1");
  block.Add("x", "2");
  ASSERT_EQ(block.size(), 3u);
  EXPECT_EQ(block.Name(0), ":path");
  EXPECT_EQ(block.Value(2), "2");
  EXPECT_EQ(block.Find("x"), "1");
  EXPECT_EQ(block.Find("y"), "");
}

TEST(HeaderBlockTest, FieldsForLibnghttp2PointAtNamesAndValuesWithTheirFlags) {
  HeaderBlock block;
  block.Add("te", "trailers");
  block.Add("maplebridge-context", std::string(3000, 'c'), NGHTTP2_NV_FLAG_NO_INDEX);
  block.Add("empty", "");
  std::vector<nghttp2_nv> fields;
  block.AsFields(fields);
  ASSERT_EQ(fields.size(), 3u);
  EXPECT_EQ(Text(fields[0].name, fields[0].namelen), "te");
  EXPECT_EQ(Text(fields[0].value, fields[0].valuelen), "trailers");
  EXPECT_EQ(Text(fields[1].value, fields[1].valuelen), std::string(3000, 'c'));
  EXPECT_EQ(fields[1].flags, NGHTTP2_NV_FLAG_NO_INDEX);
  EXPECT_EQ(fields[2].valuelen, 0u);
}

TEST(HeaderBlockTest, ValuesMayHoldAnyByte) {
  HeaderBlock block;
  const std::string bytes("\0\xff\n", 3);
  block.Add("x-bin", bytes);
  EXPECT_EQ(block.Find("x-bin"), bytes);
}

TEST(HeaderBlockTest, SizeIsCountedAsHttp2CountsIt) {
  HeaderBlock block;
  block.Add("ab", "cde");
  block.Add("f", "");
  EXPECT_EQ(block.ListSize(), 2u + 3 + 32 + 1 + 0 + 32);
  block.Release();
  EXPECT_EQ(block.ListSize(), 0u);
  EXPECT_TRUE(block.empty());
}

TEST(ByteQueueTest, BytesComeOutInOrderHoweverTheyAreTaken) {
  ByteQueue queue;
  std::string expected;
  std::string taken;
  uint8_t buffer[777];
  for (int i = 0; i < 300; ++i) {
    const std::string part(static_cast<size_t>(i * 7 % 501), static_cast<char>('a' + i % 26));
    queue.Append(part);
    expected += part;
    const size_t count = queue.Take(buffer, static_cast<size_t>(i * 11 % 777));
    taken.append(reinterpret_cast<char*>(buffer), count);
    ASSERT_EQ(queue.size(), expected.size() - taken.size());
  }
  taken.append(queue.view());
  queue.Clear();
  EXPECT_EQ(taken, expected);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace maplebridge::gateway
