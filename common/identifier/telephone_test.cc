#include "common/identifier/telephone.h"

#include <gtest/gtest.h>

#include <string>

namespace maplebridge::identifier {
namespace {

TEST(TelephoneTest, EverySpellingHasOneStoredForm) {
  const struct {
    std::string_view text, stored;
    TelephoneKind kind;
  } kCases[] = {
      {"13800138000", "13800138000", TelephoneKind::kMobile},
      {"19900000000", "19900000000", TelephoneKind::kMobile},
      {"138 0013 8000", "13800138000", TelephoneKind::kMobile},
      {"138-0013-8000", "13800138000", TelephoneKind::kMobile},
      {"+8613800138000", "13800138000", TelephoneKind::kMobile},
      {"+86 138-0013-8000", "13800138000", TelephoneKind::kMobile},
      {"+86-138-0013-8000", "13800138000", TelephoneKind::kMobile},
      {"0086 13800138000", "13800138000", TelephoneKind::kMobile},
      {"0571-87654321", "0571-87654321", TelephoneKind::kLandline},
      {"057187654321", "0571-87654321", TelephoneKind::kLandline},
      {"(0571)87654321", "0571-87654321", TelephoneKind::kLandline},
      {"0571-8765-4321", "0571-87654321", TelephoneKind::kLandline},
      {"0898-6543210", "0898-6543210", TelephoneKind::kLandline},
      {"010-65121234", "010-65121234", TelephoneKind::kLandline},
      {"021 6512 1234", "021-65121234", TelephoneKind::kLandline},
      {"0571-87654321-801", "0571-87654321-801", TelephoneKind::kLandline},
      {"0571-87654321-123456", "0571-87654321-123456", TelephoneKind::kLandline},
      {"+86 571 87654321", "0571-87654321", TelephoneKind::kLandline},
      {"+86-571-87654321", "0571-87654321", TelephoneKind::kLandline},
      {"0086-571-87654321-801", "0571-87654321-801", TelephoneKind::kLandline},
      {"+86 (0571) 87654321", "0571-87654321", TelephoneKind::kLandline},
      {"+86 10 65121234", "010-65121234", TelephoneKind::kLandline},
      {"+852 2123 4567", "+85221234567", TelephoneKind::kInternational},
      {"00852-2123-4567", "+85221234567", TelephoneKind::kInternational},
      {"+1 (212) 555-0100", "+12125550100", TelephoneKind::kInternational},
      {"+123456789012345", "+123456789012345", TelephoneKind::kInternational},
      {"+1234567", "+1234567", TelephoneKind::kInternational},
  };
  for (const auto& each : kCases) {
    auto telephone = Telephone::Parse(each.text);
    ASSERT_TRUE(telephone.ok()) << each.text << ": " << telephone.status();
    EXPECT_EQ(telephone->value(), each.stored) << each.text;
    EXPECT_EQ(telephone->kind(), each.kind) << each.text;
    // The stored form is one of the spellings.
    auto again = Telephone::Parse(telephone->value());
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(*again, *telephone);
  }
}

TEST(TelephoneTest, SaysWhatIsWrongWithoutTheNumber) {
  const struct {
    std::string_view text, fault;
  } kCases[] = {
      {"", "no digits"},
      {"+", "no digits"},
      {"12800138000", "second is 3 to 9"},
      {"1380013800", "11 digits"},
      {"138001380000", "11 digits"},
      {"77654321", "area code is missing"},
      {"0571-1234567", "seven or eight digits"},  // local numbers begin with 2 to 8
      {"0571-123", "seven or eight digits"},
      {"010-6512123", "seven or eight digits"},   // Beijing's numbers have eight
      {"011-65121234", "seven or eight digits"},  // no such area
      {"0571-87654321-1234567", "extension"},
      {"+86 12345", "country code 86"},
      {"0086", "country code 86"},
      {"+123456", "7 to 15 digits"},
      {"+1234567890123456", "7 to 15 digits"},
      {"+0123456789", "no country code begins with 0"},
      {"１３８00138000", "full-width"},
      {"138 0013 800o", "no digit"},
      {"-13800138000", "no digit"},
      {"13800138000;x", "no digit"},
      {"++13800138000", "no digit"},
  };
  for (const auto& each : kCases) {
    auto telephone = Telephone::Parse(each.text);
    ASSERT_FALSE(telephone.ok()) << each.text;
    EXPECT_EQ(telephone.status().code(), absl::StatusCode::kInvalidArgument);
    const std::string fault(telephone.status().message());
    EXPECT_NE(fault.find(each.fault), std::string::npos) << each.text << ": " << fault;
    if (each.text.size() > 6) {
      EXPECT_EQ(fault.find(each.text), std::string::npos) << fault;
    }
  }
}

}  // namespace
}  // namespace maplebridge::identifier
