#include "services/gateway/errors/refusal.h"

#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>

#include "services/gateway/forwarder/status_headers.h"
#include "services/gateway/local/local_call.h"
#include "services/gateway/observe/audit_log.h"
#include "services/gateway/observe/trace.h"

namespace maplebridge::gateway {
namespace {

TEST(RefusalTest, AnyTextComesBackFromPercentEncoding) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  for (const std::string& text : {std::string(), std::string("plain"), std::string("50 %"),
                                  std::string("没有这件纠纷"), all}) {
    const std::string encoded = PercentEncode(text);
    for (const char c : encoded) EXPECT_TRUE(c >= 0x20 && c <= 0x7e);
    EXPECT_EQ(PercentDecode(encoded), text);
  }
  EXPECT_EQ(PercentDecode("100% sure %4"), "100% sure %4") << "what is no code stays";
}

TEST(RefusalTest, BinaryHeadersHaveNoPaddingAndComeBackWithOrWithoutIt) {
  for (const std::string& bytes : {std::string(), std::string("a"), std::string("ab"),
                                   std::string("\0\xff\x7f", 3), std::string(1000, '\x80')}) {
    const std::string encoded = EncodeBinaryHeader(bytes);
    EXPECT_EQ(encoded.find('='), std::string::npos);
    std::string decoded;
    EXPECT_TRUE(DecodeBinaryHeader(encoded, &decoded));
    EXPECT_EQ(decoded, bytes);
  }
  std::string decoded;
  EXPECT_TRUE(DecodeBinaryHeader("YQ==", &decoded));
  EXPECT_EQ(decoded, "a");
  EXPECT_FALSE(DecodeBinaryHeader("*", &decoded));
}

TEST(RefusalTest, AServiceThatIsDownSaysWhenToTryAgain) {
  const Refusal refusal = BackendUnavailable("docking", "no connection");
  EXPECT_EQ(refusal.code(), grpc::StatusCode::UNAVAILABLE);
  google::rpc::ErrorInfo info;
  google::rpc::RetryInfo retry;
  ASSERT_TRUE(refusal.details(0).UnpackTo(&info));
  ASSERT_TRUE(refusal.details(1).UnpackTo(&retry));
  EXPECT_EQ(info.metadata().at("backend"), "docking");
  EXPECT_EQ(retry.retry_delay().seconds(), 1);
}

TEST(RefusalTest, TrailersCarryTheWholeStatus) {
  HeaderBlock headers;
  const Refusal refusal = MakeRefusal(grpc::StatusCode::ABORTED, "WHY", "über");
  AddStatus(refusal, headers);
  EXPECT_EQ(headers.Find("grpc-status"), "10");
  EXPECT_EQ(headers.Find("grpc-message"), "%C3%BCber");
  std::string bytes;
  ASSERT_TRUE(DecodeBinaryHeader(headers.Find("grpc-status-details-bin"), &bytes));
  EXPECT_EQ(bytes, refusal.SerializeAsString());
}

TEST(RefusalTest, NamesOfCodes) {
  EXPECT_EQ(StatusCodeName(0), "OK");
  EXPECT_EQ(StatusCodeName(16), "UNAUTHENTICATED");
  EXPECT_EQ(StatusCodeName(17), "UNKNOWN");
  EXPECT_EQ(StatusCodeName(-1), "UNKNOWN");
}

TEST(MessageReaderTest, MessagesComeOutWholeHoweverTheyAreCut) {
  const std::string stream = FrameMessage("one") + FrameMessage("") + FrameMessage("three");
  for (size_t cut = 1; cut <= stream.size(); ++cut) {
    MessageReader reader(100);
    std::vector<std::string> messages;
    for (size_t i = 0; i < stream.size(); i += cut) {
      reader.Append(std::string_view(stream).substr(i, cut));
      std::string message;
      while (reader.Next(&message) == MessageReader::State::kMessage) messages.push_back(message);
    }
    EXPECT_EQ(messages, (std::vector<std::string>{"one", "", "three"})) << cut;
  }
}

TEST(MessageReaderTest, TooLargeAndCompressedMessagesAreSaid) {
  std::string message;
  MessageReader reader(3);
  reader.Append(FrameMessage("four"));
  EXPECT_EQ(reader.Next(&message), MessageReader::State::kTooLarge);
  MessageReader fits(4);
  fits.Append(FrameMessage("four"));
  EXPECT_EQ(fits.Next(&message), MessageReader::State::kMessage);
  MessageReader compressed(100);
  compressed.Append(std::string("\1\0\0\0\0", 5));
  EXPECT_EQ(compressed.Next(&message), MessageReader::State::kCompressed);
}

TEST(TraceTest, MadeTracesAreValidAndDiffer) {
  TraceSource source;
  const std::string one = source.Next();
  const std::string other = source.Next();
  EXPECT_TRUE(IsTraceParent(one)) << one;
  EXPECT_NE(TraceIdOf(one), TraceIdOf(other));
}

TEST(TraceTest, OnlyTheW3cFormIsTaken) {
  const std::string good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  EXPECT_TRUE(IsTraceParent(good));
  EXPECT_EQ(TraceIdOf(good), "0af7651916cd43dd8448eb211c80319c");
  for (const std::string& wrong :
       {std::string(), std::string("01") + good.substr(2), good + "0", good.substr(1),
        std::string("00-00000000000000000000000000000000-b7ad6b7169203331-01"),
        std::string("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"),
        std::string("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"),
        std::string("00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01")}) {
    EXPECT_FALSE(IsTraceParent(wrong)) << wrong;
  }
}

TEST(AuditLogTest, TextIsEscapedForJson) {
  std::string line;
  AppendJsonText("a\"b\\c\nd\x01 枫", line);
  EXPECT_EQ(line, "a\\\"b\\\\c\\u000ad\\u0001 枫");
}

}  // namespace
}  // namespace maplebridge::gateway
