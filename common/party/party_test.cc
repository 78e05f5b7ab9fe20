#include "common/party/party.h"

#include <gtest/gtest.h>

#include "common/identifier/resident_number.h"

namespace maplebridge {
namespace {

const absl::CivilDay kToday(2026, 9, 28);

std::string Resident(int sequence) {
  return *identifier::GenerateResidentNumber("330102", absl::CivilDay(1980, 2, 29), sequence);
}

std::vector<Party> TwoParties() {
  Party applicant;
  applicant.party_id = "p1";
  applicant.display_name = "张三";
  applicant.identity_kind = IdentityKind::kResident;
  applicant.identity_number = Resident(11);
  applicant.telephone = "138 0013 8000";
  Party respondent;
  respondent.party_id = "p2";
  respondent.position = PartyPosition::kRespondent;
  respondent.display_name = "李四";
  respondent.identity_kind = IdentityKind::kResident;
  respondent.identity_number = Resident(22);
  return {applicant, respondent};
}

std::string OnlyField(const Violations& violations) {
  return violations.size() == 1 ? violations[0].field : std::to_string(violations.size());
}

TEST(PartyTest, TwoPartiesOnTwoSidesAreEnough) {
  std::vector<Party> parties = TwoParties();
  EXPECT_TRUE(NormaliseParties(&parties, kToday).empty());
  EXPECT_EQ(parties[0].telephone, "13800138000");
}

TEST(PartyTest, EachRuleNamesItsField) {
  struct Case {
    std::string field;
    std::function<void(std::vector<Party>&)> breaks;
  };
  const std::vector<Case> cases = {
      {"parties[0].party_id", [](auto& p) { p[0].party_id = "P1"; }},
      {"parties[1].party_id", [](auto& p) { p[1].party_id = "p1"; }},
      {"parties[0].display_name", [](auto& p) { p[0].display_name = ""; }},
      {"parties[0].display_name", [](auto& p) { p[0].display_name = std::string("a\0b", 3); }},
      {"parties[0].display_name", [](auto& p) { p[0].display_name = "\xff"; }},
      {"parties[0].display_name", [](auto& p) { p[0].display_name = std::string(101, 'a'); }},
      {"parties[1].identity_number",
       [](auto& p) { p[1].identity_number[17] = p[1].identity_number[17] == '1' ? '2' : '1'; }},
      {"parties[1].identity_number", [](auto& p) { p[1].identity_number = p[0].identity_number; }},
      {"parties[1].identity_number", [](auto& p) { p[1].identity_number = ""; }},
      {"parties[1].identity_kind",
       [](auto& p) { p[1].identity_kind = IdentityKind::kSocialCredit; }},
      {"parties[1].identity_kind", [](auto& p) { p[1].identity_kind = IdentityKind::kNone; }},
      {"parties[1].identity_kind", [](auto& p) { p[1].kind = PartyKind::kOrganisation; }},
      {"parties[0].telephone", [](auto& p) { p[0].telephone = "12345"; }},
      {"parties", [](auto& p) { p[1].position = PartyPosition::kThirdPerson; }},
      {"parties", [](auto& p) { p[0].position = PartyPosition::kThirdPerson; }},
      {"parties", [](auto& p) { p.resize(501, p[1]); }},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    std::vector<Party> parties = TwoParties();
    cases[i].breaks(parties);
    EXPECT_EQ(OnlyField(NormaliseParties(&parties, kToday)), cases[i].field) << "case " << i;
  }
}

TEST(PartyTest, OnePartyIsRefusedForNumberAndForItsMissingSide) {
  std::vector<Party> parties = TwoParties();
  parties.pop_back();
  EXPECT_EQ(NormaliseParties(&parties, kToday).size(), 2u);
}

TEST(PartyTest, NoDescriptionHoldsTheValue) {
  std::vector<Party> parties = TwoParties();
  parties[0].identity_number = "330102198002290118";
  parties[0].telephone = "99999";
  for (const Violation& violation : NormaliseParties(&parties, kToday)) {
    EXPECT_EQ(violation.description.find("330102198002290118"), std::string::npos);
    EXPECT_EQ(violation.description.find("99999"), std::string::npos);
  }
}

}  // namespace
}  // namespace maplebridge
