#include "common/sealing/content_signature.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace maplebridge {
namespace {

class ContentSignatureTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "content_signature_XXXXXX";
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    ASSERT_EQ(Shell("openssl genpkey -algorithm SM2 -out sm2.key"), 0);
  }
  void TearDown() override { std::system(("rm -rf " + folder_).c_str()); }
  int Shell(const std::string& command) {
    return std::system(absl::StrCat("cd ", folder_, " && ", command, " >/dev/null 2>&1").c_str());
  }
  void Write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << bytes;
  }
  std::string Path(const std::string& name) { return folder_ + "/" + name; }

  std::string folder_;
};

TEST_F(ContentSignatureTest, AnotherToolVerifiesWhatWasSigned) {
  auto signer = ContentSigner::Load(Path("sm2.key"));
  ASSERT_TRUE(signer.ok()) << signer.status();
  for (std::size_t size : {0u, 1u, 1000u, 300'000u}) {
    const std::string content(size, 'x');
    auto signature = (*signer)->Sign(content);
    ASSERT_TRUE(signature.ok()) << signature.status();
    EXPECT_TRUE(IsSignedContent((*signer)->public_key(), content, *signature));
    Write("content", content);
    Write("signature", *signature);
    Write("key.pub", (*signer)->public_key());
    EXPECT_EQ(Shell("openssl dgst -sm3 -verify key.pub -sigopt distid:1234567812345678 -signature "
                    "signature content"),
              0);
    EXPECT_NE(Shell("openssl dgst -sm3 -verify key.pub -sigopt distid:8765432187654321 -signature "
                    "signature content"),
              0)
        << "the identity is part of what is signed";
    if (size == 0) continue;  // pkeyutl takes no empty file
    EXPECT_EQ(Shell("openssl pkeyutl -verify -pubin -inkey key.pub -rawin -digest sm3 -pkeyopt "
                    "distid:1234567812345678 -in content -sigfile signature"),
              0);
  }
}

TEST_F(ContentSignatureTest, WhatAnotherToolSignedVerifiesHere) {
  auto signer = ContentSigner::Load(Path("sm2.key"));
  ASSERT_TRUE(signer.ok());
  Write("content", "人民调解协议书");
  ASSERT_EQ(Shell("openssl dgst -sm3 -sign sm2.key -sigopt distid:1234567812345678 -out signature "
                  "content"),
            0);
  std::ifstream file(Path("signature"), std::ios::binary);
  const std::string signature{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(IsSignedContent((*signer)->public_key(), "人民调解协议书", signature));
}

TEST_F(ContentSignatureTest, AnyBitThatIsFlippedFails) {
  auto signer = ContentSigner::Load(Path("sm2.key"));
  ASSERT_TRUE(signer.ok());
  const std::string content = "支付货款人民币贰万元整";
  const std::string signature = *(*signer)->Sign(content);
  for (std::size_t bit = 0; bit < content.size() * 8; ++bit) {
    std::string other = content;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(IsSignedContent((*signer)->public_key(), other, signature)) << bit;
  }
  for (std::size_t bit = 0; bit < signature.size() * 8; bit += 7) {
    std::string other = signature;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(IsSignedContent((*signer)->public_key(), content, other)) << bit;
  }
  ASSERT_EQ(Shell("openssl genpkey -algorithm SM2 -out other.key"), 0);
  auto other = ContentSigner::Load(Path("other.key"));
  ASSERT_TRUE(other.ok());
  EXPECT_NE((*other)->key_id(), (*signer)->key_id());
  EXPECT_FALSE(IsSignedContent((*other)->public_key(), content, signature));
  EXPECT_FALSE(IsSignedContent("no key", content, signature));
}

TEST_F(ContentSignatureTest, OnlyAnSm2KeySigns) {
  EXPECT_EQ(ContentSigner::Load("/nowhere").status().code(), absl::StatusCode::kNotFound);
  ASSERT_EQ(Shell("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out other.key"),
            0);
  EXPECT_EQ(ContentSigner::Load(Path("other.key")).status().code(),
            absl::StatusCode::kInvalidArgument);
  Write("text.key", "no key");
  EXPECT_EQ(ContentSigner::Load(Path("text.key")).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ContentSignatureTest, TheKeysIdIsItsDigest) {
  auto signer = ContentSigner::Load(Path("sm2.key"));
  ASSERT_TRUE(signer.ok());
  Write("id", (*signer)->key_id());
  EXPECT_EQ((*signer)->key_id().size(), 16u);
  EXPECT_EQ(Shell("[ \"$(openssl pkey -in sm2.key -pubout -outform DER | openssl dgst -sm3 -r | "
                  "cut -c 1-16)\" = \"$(cat id)\" ]"),
            0);
}

}  // namespace
}  // namespace maplebridge
