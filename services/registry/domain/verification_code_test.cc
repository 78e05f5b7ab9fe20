#include "services/registry/domain/verification_code.h"

#include <gtest/gtest.h>

#include <set>

namespace maplebridge::registry {
namespace {

TEST(VerificationCodeTest, TwelveCharactersInThreeGroups) {
  std::string hash;
  for (int i = 0; i < 32; ++i) hash += static_cast<char>(i);
  EXPECT_EQ(VerificationCode(hash), "ABCD-EFGH-JKLM");
}

TEST(VerificationCodeTest, NoCharacterIsMistakenForAnotherAndNoneIsLikelier) {
  std::set<char> characters;
  for (int byte = 0; byte < 256; ++byte) {
    const std::string code = VerificationCode(std::string(32, static_cast<char>(byte)));
    EXPECT_EQ(code.find_first_of("0O1I"), std::string::npos) << code;
    characters.insert(code[0]);
  }
  EXPECT_EQ(characters.size(), 32u) << "256 values over 32 characters: 8 for each";
}

TEST(VerificationCodeTest, TypedInAnyCaseWithOrWithoutHyphens) {
  constexpr char kCode[] = "ABCD-EFGH-JKLM";
  for (const char* typed : {"ABCD-EFGH-JKLM", "abcdefghjklm", "ABCD EFGH JKLM"}) {
    EXPECT_TRUE(IsVerificationCode(typed, kCode)) << typed;
  }
  for (const char* typed :
       {"", "ABCD", "ABCD-EFGH-JKLN", "BBCD-EFGH-JKLM", "ABCD-EFGH-JKLMN", "ABCD.EFGH.JKLM"}) {
    EXPECT_FALSE(IsVerificationCode(typed, kCode)) << typed;
  }
  EXPECT_FALSE(IsVerificationCode("", "")) << "no code is no right code";
}

TEST(VerificationCodeTest, TheSubjectTellsNumberAndDisputeApart) {
  EXPECT_NE(VerificationSubject("a", "bc"), VerificationSubject("ab", "c"));
}

}  // namespace
}  // namespace maplebridge::registry
