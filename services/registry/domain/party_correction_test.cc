#include "services/registry/domain/party_correction.h"

#include <gtest/gtest.h>

namespace maplebridge::registry {
namespace {

TEST(PartyCorrectionTest, WhoAPartyIsChangesOnlyBeforeTheAgreementAndNotOfAReferral) {
  using enum DisputeState;
  for (const PartyField& field : PartyFields()) {
    const bool is_identity = field.kind == PartyFieldKind::kIdentity;
    for (DisputeState state : {kReported, kAccepted, kMediating, kSuspended}) {
      EXPECT_EQ(WhyNotCorrectable(field, state, false), "") << field.name;
      EXPECT_EQ(WhyNotCorrectable(field, state, true) != "", is_identity) << field.name;
    }
    for (DisputeState state : {kConcluding, kAgreed, kPerformed}) {
      EXPECT_EQ(WhyNotCorrectable(field, state, false) != "", is_identity) << field.name;
    }
  }
}

TEST(PartyCorrectionTest, EveryFieldIsTakenAlone) {
  Party from;
  from.display_name = "李四";
  from.identity_kind = IdentityKind::kPassport;
  from.identity_number = "E12345678";
  from.birth_day = absl::CivilDay(1990, 1, 1);
  from.capacity = Capacity::kLimited;
  from.represented_by = "p2";
  from.telephone = "13800138000";
  from.service_address = "甲";
  from.other_addresses = {{AddressKind::kOther, "乙"}};
  from.domicile_division = "330102000000";
  const auto values = [](const Party& party) {
    return std::vector<bool>{party.display_name.empty(),
                             party.identity_kind == IdentityKind::kNone,
                             party.identity_number.empty(),
                             !party.birth_day.has_value(),
                             party.capacity == Capacity::kByAge,
                             party.represented_by.empty(),
                             party.telephone.empty(),
                             party.service_address.empty(),
                             party.other_addresses.empty(),
                             party.domicile_division.empty()};
  };
  ASSERT_EQ(PartyFields().size(), values(from).size());
  for (std::size_t i = 0; i < PartyFields().size(); ++i) {
    Party to;
    PartyFields()[i].take(from, &to);
    const std::vector<bool> empty = values(to);
    for (std::size_t j = 0; j < empty.size(); ++j) {
      EXPECT_EQ(empty[j], i != j) << PartyFields()[i].name << " " << PartyFields()[j].name;
    }
  }
  EXPECT_EQ(FindPartyField("position"), nullptr);
}

TEST(PartyCorrectionTest, OnlyTheChangedPartyIsJudged) {
  std::vector<Party> parties(2);
  parties[0].party_id = "p1";
  parties[0].telephone = "1";
  parties[0].display_name = "张三";
  parties[1].party_id = "p2";
  parties[1].display_name = "";
  parties[1].position = PartyPosition::kRespondent;
  const Violations found =
      CheckChangedParty(&parties, 0, "correction", absl::CivilDay(2026, 9, 28));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].field, "correction.telephone");
}

TEST(PartyCorrectionTest, WhatStandsOnceIsNamedAtThePartyThatChanged) {
  std::vector<Party> parties(2);
  for (std::size_t i = 0; i < 2; ++i) {
    parties[i].party_id = i == 0 ? "p1" : "p2";
    parties[i].display_name = "张三";
    parties[i].identity_kind = IdentityKind::kPassport;
    parties[i].identity_number = "E12345678";
  }
  parties[1].position = PartyPosition::kRespondent;
  for (std::size_t i = 0; i < 2; ++i) {
    const Violations found =
        CheckChangedParty(&parties, i, "correction", absl::CivilDay(2026, 9, 28));
    ASSERT_EQ(found.size(), 1u) << i;
    EXPECT_EQ(found[0].field, "correction.identity_number") << i;
    EXPECT_EQ(parties[0].party_id, "p1") << "the order stays";
  }
}

}  // namespace
}  // namespace maplebridge::registry
