#include "common/sealing/sealing.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace maplebridge {
namespace {

std::string WriteFile(const std::string& text) {
  std::string path = testing::TempDir() + "sealing_test_XXXXXX";
  close(mkstemp(path.data()));
  std::ofstream(path) << text;
  return path;
}

std::shared_ptr<const SealingKeys> Keys(const std::string& text) {
  const std::string path = WriteFile(text);
  auto keys = SealingKeys::Load(path);
  unlink(path.c_str());
  EXPECT_TRUE(keys.ok()) << keys.status();
  return *keys;
}

constexpr char kPurpose[] = "disputes/D-330102-2026-0000001/parties/p1#identity_number";
constexpr char kNumber[] = "11010519491231002X";

TEST(SealingKeys, OpensWhatItSealedAndNeverTheSameTwice) {
  const auto keys = Keys("k1:" + std::string(64, 'a') + "\n");
  const std::string sealed = keys->Seal(kPurpose, kNumber);
  EXPECT_EQ(*keys->Open(kPurpose, sealed), kNumber);
  EXPECT_NE(sealed, keys->Seal(kPurpose, kNumber));
  EXPECT_EQ(sealed.find(kNumber), std::string::npos);
  EXPECT_EQ(*keys->Open(kPurpose, keys->Seal(kPurpose, "")), "");
}

TEST(SealingKeys, AValueThatWasMovedOrChangedDoesNotOpen) {
  const auto keys = Keys("k1:" + std::string(64, 'a') + "\n");
  const std::string sealed = keys->Seal(kPurpose, kNumber);
  EXPECT_EQ(keys->Open("disputes/other/parties/p1#identity_number", sealed).status().code(),
            absl::StatusCode::kDataLoss);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(keys->Open(kPurpose, changed).ok()) << "byte " << i;
    EXPECT_FALSE(keys->Open(kPurpose, sealed.substr(0, i)).ok()) << "cut at " << i;
  }
}

TEST(SealingKeys, AnOldKeyStillOpensAfterANewOneSeals) {
  const auto before = Keys("k1:" + std::string(64, 'a') + "\n");
  const auto after = Keys("k2:" + std::string(64, 'c') + "\nk1:" + std::string(64, 'a') + "\n");
  EXPECT_EQ(*after->Open(kPurpose, before->Seal(kPurpose, kNumber)), kNumber);
  EXPECT_FALSE(before->Open(kPurpose, after->Seal(kPurpose, kNumber)).ok());
}

TEST(MatchKey, APartysAccountIsNotNamedByTheHashOfTheSearch) {
  const std::string path = WriteFile(std::string(64, 'b'));
  auto key = MatchKey::Load(path);
  unlink(path.c_str());
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_NE((*key)->Hash(PartyAccountKind("RESIDENT"), kNumber), (*key)->Hash("RESIDENT", kNumber));
  EXPECT_NE((*key)->Hash(PartyAccountKind("RESIDENT"), kNumber),
            (*key)->Hash(PartyAccountKind("PASSPORT"), kNumber));
}

TEST(SealingKeys, ABadKeyFileIsRefusedWithoutItsContents) {
  for (const std::string& text : {std::string(""), std::string("k1:abc"), std::string(64, 'a'),
                                  "k1:" + std::string(63, 'a') + "g"}) {
    const std::string path = WriteFile(text);
    auto keys = SealingKeys::Load(path);
    unlink(path.c_str());
    ASSERT_FALSE(keys.ok());
    if (text.empty()) continue;
    EXPECT_EQ(keys.status().ToString().find(text), std::string::npos);
  }
  EXPECT_EQ(SealingKeys::Load("/nowhere").status().code(), absl::StatusCode::kNotFound);
}

TEST(MatchKey, FindsTheSameValueHoweverItIsTyped) {
  const std::string path = WriteFile(std::string(64, 'b'));
  auto key = MatchKey::Load(path);
  unlink(path.c_str());
  ASSERT_TRUE(key.ok());
  EXPECT_EQ((*key)->Hash("resident", "11010519491231002X"),
            (*key)->Hash("resident", " 110105 19491231 002x"));
  EXPECT_NE((*key)->Hash("resident", "13800000000"), (*key)->Hash("telephone", "13800000000"));
  EXPECT_EQ((*key)->Hash("resident", "1").size(), 32u);
}

TEST(Mask, KeepsOnlyTheEnds) {
  EXPECT_EQ(Mask("11010519491231002X"), "110***********002X");
  EXPECT_EQ(Mask("12345678"), "********");
}

// GB/T 32905-2016, annex A.1, and FIPS 180-2.
TEST(ContentDigest, GivesThePublishedDigestsOfAbcInAnyPieces) {
  for (std::size_t cut = 0; cut <= 3; ++cut) {
    ContentDigest digest;
    digest.Update(std::string_view("abc").substr(0, cut));
    digest.Update(std::string_view("abc").substr(cut));
    const ContentDigest::Hex hex = digest.Finish();
    EXPECT_EQ(hex.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex.sm3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  }
}

}  // namespace
}  // namespace maplebridge
