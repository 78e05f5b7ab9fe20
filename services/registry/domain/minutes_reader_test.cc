#include "services/registry/domain/minutes_reader.h"

#include <gtest/gtest.h>

namespace maplebridge::registry {
namespace {

constexpr absl::CivilDay kDay(2026, 3, 2);

Representative Acting(const std::string& id, RepresentativeKind kind,
                      AgentAuthority authority = AgentAuthority::kNone) {
  Representative representative;
  representative.representative_id = id;
  representative.kind = kind;
  representative.authority = authority;
  representative.telephone = "1390000000" + id.substr(1);
  return representative;
}

Party Grown() {
  Party party;
  party.telephone = "13800138000";
  party.birth_day = absl::CivilDay(1980, 5, 1);
  return party;
}

MinutesReader By(const std::string& id) { return {id, "1390000000" + id.substr(1)}; }

TEST(MinutesReaderTest, AGrownPartyReadsItself) {
  Party party = Grown();
  party.representatives = {Acting("r1", RepresentativeKind::kAgent, AgentAuthority::kSpecial)};
  EXPECT_EQ(MinutesReaderOf(party, kDay), (MinutesReader{"", "13800138000"}));
}

TEST(MinutesReaderTest, ForAMinorTheGuardianReadsWhateverTelephoneTheMinorHas) {
  Party party = Grown();
  party.birth_day = absl::CivilDay(2008, 3, 3);  // 18 on the day after.
  EXPECT_EQ(MinutesReaderOf(party, kDay), MinutesReader{}) << "nobody is named";
  party.representatives = {Acting("r1", RepresentativeKind::kAgent, AgentAuthority::kSpecial),
                           Acting("r2", RepresentativeKind::kGuardian)};
  EXPECT_EQ(MinutesReaderOf(party, kDay), By("r2"));
  EXPECT_EQ(MinutesReaderOf(party, kDay + 1), (MinutesReader{"", "13800138000"}));
}

TEST(MinutesReaderTest, AuthorityThatEndedReadsNothing) {
  Party party = Grown();
  party.capacity = Capacity::kNone;
  party.representatives = {Acting("r1", RepresentativeKind::kGuardian)};
  party.representatives[0].last_day = kDay;
  EXPECT_EQ(MinutesReaderOf(party, kDay), By("r1"));
  EXPECT_EQ(MinutesReaderOf(party, kDay + 1), MinutesReader{});
}

TEST(MinutesReaderTest, WhoHasNoTelephoneIsReachedThroughWhoMayAdmit) {
  Party party = Grown();
  party.telephone.clear();
  party.representatives = {Acting("r1", RepresentativeKind::kAgent, AgentAuthority::kGeneral)};
  EXPECT_EQ(MinutesReaderOf(party, kDay), MinutesReader{});
  party.representatives.push_back(
      Acting("r2", RepresentativeKind::kAgent, AgentAuthority::kSpecial));
  EXPECT_EQ(MinutesReaderOf(party, kDay), By("r2"));
  party.kind = PartyKind::kOrganisation;
  party.representatives.push_back(Acting("r3", RepresentativeKind::kLegalRepresentative));
  EXPECT_EQ(MinutesReaderOf(party, kDay), By("r3"));
}

}  // namespace
}  // namespace maplebridge::registry
