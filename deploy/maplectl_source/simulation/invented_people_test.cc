#include "deploy/maplectl_source/simulation/invented_people.h"

#include <gtest/gtest.h>

#include <set>

#include "common/identifier/credit_code.h"
#include "common/identifier/resident_number.h"
#include "common/identifier/telephone.h"

namespace maplebridge::maplectl {
namespace {

const absl::CivilDay kToday(2026, 11, 27);

TEST(InventedPeopleTest, NumbersAreRightByTheirRulesAndOfNobodyAlive) {
  RandomStream stream(7, "people");
  bool rare = false, dotted = false;
  for (int i = 0; i < 3000; ++i) {
    const InventedPerson person = InventPerson(stream, "330681", i % 30);
    const auto number = identifier::ResidentNumber::Parse(person.identity_number, kToday);
    ASSERT_TRUE(number.ok()) << number.status();
    EXPECT_LT(number->birth_date(), absl::CivilDay(1930, 1, 1));
    EXPECT_EQ(number->sex() == identifier::Sex::kFemale, person.is_woman);
    EXPECT_TRUE(identifier::Telephone::Parse(person.telephone).ok());
    EXPECT_EQ(person.telephone.substr(0, 3), "154");
    EXPECT_FALSE(person.name.empty());
    rare = rare || person.name.find("𣲘") != std::string::npos;
    dotted = dotted || person.name.find("·") != std::string::npos;
  }
  EXPECT_TRUE(rare) << "a character beyond the basic plane";
  EXPECT_TRUE(dotted) << "a name with a middle dot";
}

TEST(InventedPeopleTest, PeopleOfOneCaseHaveDifferentNumbers) {
  for (int seed = 0; seed < 200; ++seed) {
    RandomStream stream(static_cast<std::uint64_t>(seed), "case");
    std::set<std::string> numbers;
    for (int place = 0; place < 30; ++place) {
      EXPECT_TRUE(numbers.insert(InventPerson(stream, "330681", place).identity_number).second);
    }
  }
}

TEST(InventedPeopleTest, AWomanIsOneByHerNumber) {
  RandomStream stream(7, "woman");
  const InventedPerson woman = InventWoman(stream, "330681", 1);
  EXPECT_TRUE(woman.is_woman);
  EXPECT_EQ(identifier::ResidentNumber::Parse(woman.identity_number, kToday)->sex(),
            identifier::Sex::kFemale);
}

TEST(InventedPeopleTest, AMistypedNumberIsRefused) {
  RandomStream stream(7, "mistyped");
  for (int i = 0; i < 100; ++i) {
    const std::string number = InventPerson(stream, "330681", 0).identity_number;
    EXPECT_FALSE(identifier::ResidentNumber::Parse(Mistyped(number), kToday).ok()) << number;
  }
}

TEST(InventedPeopleTest, FirmsHaveRightCodes) {
  RandomStream stream(7, "firms");
  for (int i = 0; i < 200; ++i) {
    const InventedFirm firm = InventFirm(stream, "330681", "诸暨市");
    EXPECT_TRUE(identifier::CreditCode::Parse(firm.credit_code).ok()) << firm.credit_code;
    EXPECT_EQ(firm.name.substr(0, std::string("诸暨市").size()), "诸暨市");
  }
}

}  // namespace
}  // namespace maplebridge::maplectl
