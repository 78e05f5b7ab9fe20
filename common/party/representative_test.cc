#include "common/party/representative.h"

#include <gtest/gtest.h>

#include <functional>

#include "common/identifier/resident_number.h"
#include "common/party/party.h"

namespace maplebridge {
namespace {

const absl::CivilDay kToday(2026, 9, 28);

absl::CivilDay Day(int year, int month, int day) { return absl::CivilDay(year, month, day); }

std::string Born(absl::CivilDay day, int sequence = 11) {
  return *identifier::GenerateResidentNumber("330102", day, sequence);
}

Representative Agent(AgentAuthority authority = AgentAuthority::kSpecial) {
  Representative agent;
  agent.representative_id = "r1";
  agent.display_name = "王律师";
  agent.authority = authority;
  agent.evidence = "授权委托书，2026年9月1日";
  return agent;
}

Representative Guardian() {
  Representative guardian = Agent(AgentAuthority::kNone);
  guardian.kind = RepresentativeKind::kGuardian;
  guardian.evidence = "户口簿：父亲";
  return guardian;
}

Party Person(const std::string& id, PartyPosition position, absl::CivilDay born, int sequence) {
  Party party;
  party.party_id = id;
  party.position = position;
  party.display_name = "张三";
  party.identity_kind = IdentityKind::kResident;
  party.identity_number = Born(born, sequence);
  return party;
}

// An applicant born on this day, and a grown-up respondent.
std::vector<Party> Two(absl::CivilDay born = absl::CivilDay(1980, 2, 29)) {
  return {Person("p1", PartyPosition::kApplicant, born, 11),
          Person("p2", PartyPosition::kRespondent, absl::CivilDay(1970, 1, 1), 22)};
}

std::string Fields(const Violations& violations) {
  std::string fields;
  for (const Violation& violation : violations) {
    fields += (fields.empty() ? "" : " ") + violation.field;
  }
  return fields;
}

TEST(RepresentativeTest, EachRuleNamesItsField) {
  struct Case {
    std::string field;
    std::function<void(std::vector<Party>&)> breaks;
  };
  const std::string path = "parties[0].representatives";
  const std::vector<Case> cases = {
      {"", [](auto& p) { p[0].representatives = {Agent()}; }},
      {"", [](auto& p) { p[0].representatives = {Guardian()}; }},
      {path + "[0].representative_id",
       [](auto& p) {
         p[0].representatives = {Agent()};
         p[0].representatives[0].representative_id = "R1";
       }},
      {path + "[1].representative_id",
       [](auto& p) {
         p[0].representatives = {Agent(), Guardian()};
       }},
      {path + "[0].authority",
       [](auto& p) { p[0].representatives = {Agent(AgentAuthority::kNone)}; }},
      {path + "[0].authority",
       [](auto& p) {
         p[0].representatives = {Guardian()};
         p[0].representatives[0].authority = AgentAuthority::kSpecial;
       }},
      {path + "[0].evidence",
       [](auto& p) {
         p[0].representatives = {Agent()};
         p[0].representatives[0].evidence = "";
       }},
      {path + "[0].kind",
       [](auto& p) {
         p[0].representatives = {Guardian()};
         p[0].representatives[0].kind = RepresentativeKind::kLegalRepresentative;
       }},
      {path + "[0].identity_number",
       [](auto& p) {
         p[0].representatives = {Agent()};
         p[0].representatives[0].identity_kind = IdentityKind::kResident;
         p[0].representatives[0].identity_number = p[1].identity_number;
       }},
      {path,
       [](auto& p) {
         for (int i = 0; i < 3; ++i) {
           p[0].representatives.push_back(Agent());
           p[0].representatives.back().representative_id = "r" + std::to_string(i);
         }
       }},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    std::vector<Party> parties = Two();
    cases[i].breaks(parties);
    EXPECT_EQ(Fields(NormaliseParties(&parties, kToday)), cases[i].field) << "case " << i;
  }
}

TEST(RepresentativeTest, AnOrganisationHasALegalRepresentativeAndNoGuardian) {
  std::vector<Party> parties = Two();
  for (PartyKind kind : {PartyKind::kOrganisation, PartyKind::kPlatformCompany}) {
    parties[1].kind = kind;
    parties[1].identity_kind = IdentityKind::kSocialCredit;
    parties[1].identity_number = "91350100M000100Y43";
    Representative legal = Guardian();
    legal.kind = RepresentativeKind::kLegalRepresentative;
    legal.evidence = "";
    parties[1].representatives = {legal};
    EXPECT_EQ(Fields(NormaliseParties(&parties, kToday)), "");
    parties[1].representatives = {Guardian()};
    EXPECT_EQ(Fields(NormaliseParties(&parties, kToday)), "parties[1].representatives[0].kind");
  }
}

TEST(CapacityTest, FollowsTheAgeToTheDay) {
  struct Case {
    absl::CivilDay born;
    Capacity expected;
  };
  // Today is 28 September 2026.
  for (const Case& each :
       {Case{Day(2018, 9, 29), Capacity::kNone}, Case{Day(2018, 9, 28), Capacity::kLimited},
        Case{Day(2008, 9, 29), Capacity::kLimited}, Case{Day(2008, 9, 28), Capacity::kFull}}) {
    std::vector<Party> parties = Two(each.born);
    EXPECT_EQ(Fields(NormaliseParties(&parties, kToday)), "");
    EXPECT_EQ(CapacityOn(parties[0], kToday), each.expected) << each.born;
    EXPECT_EQ(LacksGuardian(parties[0], kToday), each.expected != Capacity::kFull);
    parties[0].representatives = {Guardian()};
    EXPECT_FALSE(LacksGuardian(parties[0], kToday));
  }
}

TEST(CapacityTest, BornOnLeapDayIsOfAgeOnTheFirstOfMarchOfACommonYear) {
  std::vector<Party> parties = Two(Day(2008, 2, 29));
  EXPECT_TRUE(NormaliseParties(&parties, kToday).empty());
  EXPECT_EQ(CapacityOn(parties[0], Day(2026, 2, 28)), Capacity::kLimited);
  EXPECT_EQ(CapacityOn(parties[0], Day(2026, 3, 1)), Capacity::kFull);
}

TEST(CapacityTest, WhoLivesOnOwnWorkFromSixteenOnCountsAsOfAge) {
  std::vector<Party> parties = Two(Day(2010, 9, 28));
  parties[0].capacity = Capacity::kFull;
  EXPECT_EQ(Fields(NormaliseParties(&parties, kToday)), "");
  EXPECT_EQ(CapacityOn(parties[0], kToday), Capacity::kFull);
  parties = Two(Day(2010, 9, 29));
  parties[0].capacity = Capacity::kFull;
  EXPECT_EQ(Fields(NormaliseParties(&parties, kToday)), "parties[0].capacity");
}

TEST(CapacityTest, OfAPersonAloneAndWithTheBirthDayOfTheNumber) {
  std::vector<Party> parties = Two();
  parties[0].birth_day = absl::CivilDay(1980, 2, 28);
  EXPECT_EQ(Fields(NormaliseParties(&parties, kToday)), "parties[0].birth_day");
  parties = Two();
  parties[1].kind = PartyKind::kOrganisation;
  parties[1].identity_kind = IdentityKind::kNone;
  parties[1].identity_number = "";
  parties[1].birth_day = absl::CivilDay(1980, 2, 28);
  parties[1].capacity = Capacity::kLimited;
  EXPECT_EQ(Fields(NormaliseParties(&parties, kToday)), "parties[1].birth_day parties[1].capacity");
}

TEST(SettlingTest, WhoMaySignForWhom) {
  std::vector<Party> parties = Two(Day(2015, 1, 1));
  ASSERT_TRUE(NormaliseParties(&parties, kToday).empty());
  Party& child = parties[0];
  Party& grown = parties[1];
  EXPECT_EQ(WhyCannotSettle(grown, "", kToday), "");
  EXPECT_NE(WhyCannotSettle(child, "", kToday), "");
  child.representatives = {Guardian(), Agent()};
  child.representatives[1].representative_id = "r2";
  EXPECT_EQ(WhyCannotSettle(child, "r1", kToday), "");
  EXPECT_NE(WhyCannotSettle(child, "r2", kToday), "") << "an agent is no guardian";
  EXPECT_NE(WhyCannotSettle(child, "r3", kToday), "") << "nobody";
  grown.representatives = {Agent(AgentAuthority::kGeneral)};
  EXPECT_NE(WhyCannotSettle(grown, "r1", kToday), "") << "general authority";
  grown.representatives = {Agent()};
  EXPECT_EQ(WhyCannotSettle(grown, "r1", kToday), "");
  grown.representatives[0].last_day = kToday;
  EXPECT_EQ(WhyCannotSettle(grown, "r1", kToday), "");
  EXPECT_NE(WhyCannotSettle(grown, "r1", kToday + 1), "") << "ended";
  child.representatives[0].last_day = kToday - 1;
  EXPECT_TRUE(LacksGuardian(child, kToday));
}

// A side of `count`, of whom the first `chosen` represent the others in turn.
std::vector<Party> Group(int count, int chosen) {
  std::vector<Party> parties;
  for (int i = 0; i < count; ++i) {
    parties.push_back(Person("a" + std::to_string(i), PartyPosition::kApplicant,
                             absl::CivilDay(1980, 1, 1) + i, i % 999));
    if (i >= chosen) parties.back().represented_by = "a" + std::to_string(i % chosen);
  }
  parties.push_back(Person("b", PartyPosition::kRespondent, absl::CivilDay(1970, 1, 1), 22));
  return parties;
}

TEST(GroupTest, TenOrMoreHaveTwoToFiveRepresentatives) {
  for (auto [count, chosen, expected] :
       {std::tuple(300, 2, ""), std::tuple(10, 5, ""), std::tuple(10, 1, "parties"),
        std::tuple(12, 6, "parties")}) {
    std::vector<Party> parties = Group(count, chosen);
    EXPECT_EQ(Fields(NormaliseParties(&parties, kToday)), expected) << count << "/" << chosen;
  }
  std::vector<Party> few = Group(9, 8);
  EXPECT_EQ(Fields(NormaliseParties(&few, kToday)), "parties[8].represented_by");
}

TEST(GroupTest, ARepresentativeIsAnotherPartyOfTheSameSideWhoStandsForItself) {
  for (const char* wrong : {"a9", "b", "nobody", "a8"}) {
    std::vector<Party> parties = Group(10, 2);
    parties[9].represented_by = wrong;
    EXPECT_EQ(Fields(NormaliseParties(&parties, kToday)), "parties[9].represented_by") << wrong;
  }
}

TEST(NameTest, RareCharactersDotsAndFiftyCharactersAreNames) {
  for (std::string name : {std::string("𠮷野家"), std::string("㛃"),
                           std::string("迪丽热巴·迪力木拉提"), std::string("阿卜杜拉•买买提")}) {
    std::vector<Party> parties = Two();
    parties[0].display_name = name;
    EXPECT_EQ(Fields(NormaliseParties(&parties, kToday)), "") << name;
    EXPECT_EQ(parties[0].display_name, name);
  }
  std::string fifty;
  for (int i = 0; i < 49; ++i) fifty += i == 24 ? "·" : "龘";
  std::vector<Party> parties = Two();
  parties[0].display_name = fifty + "𠮷";
  EXPECT_EQ(Fields(NormaliseParties(&parties, kToday)), "");
}

}  // namespace
}  // namespace maplebridge
