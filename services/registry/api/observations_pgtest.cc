#include <absl/strings/str_cat.h>

#include <algorithm>
#include <random>

#include "services/registry/api/observations.h"
#include "services/registry/api/risk_entries.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class ObservationTest : public RegistryTest {
 protected:
  Call PartnerCall(const std::string& principal = "callers/police-330102",
                   const std::string& division = "330102") {
    Caller partner;
    partner.principal = principal;
    partner.roles = {options::v1::ROLE_PARTNER_SYSTEM};
    partner.division = division;
    return CallBy(partner);
  }
  static v1::Observation Seen(const std::string& number, const std::string& description,
                              const std::string& category = "NEIGHBOURS") {
    v1::Observation observation;
    observation.set_partner_number(number);
    observation.set_division("330102001");
    observation.set_category(category);
    observation.set_description(description);
    SetTime(observation.mutable_observe_time(), absl::FromUnixSeconds(1'790'000'000));
    return observation;
  }
  absl::StatusOr<v1::BatchCreateObservationsResponse> Share(
      const std::vector<v1::Observation>& observations, Call call) {
    v1::BatchCreateObservationsRequest request;
    for (const v1::Observation& each : observations) *request.add_observations() = each;
    return Ask(&BatchCreateObservations, std::move(call), request);
  }
  v1::Observation ShareOne(const v1::Observation& observation) {
    auto response = Share({observation}, PartnerCall());
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->observations(0) : v1::Observation();
  }
};

TEST_F(ObservationTest, WhatIsNewBecomesARiskEntryAndWhatIsAlikeBelongsToIt) {
  const v1::Observation first = ShareOne(Seen("A-1", "两户村民因宅基地围墙发生争吵"));
  EXPECT_EQ(first.outcome(), v1::OBSERVATION_OUTCOME_NEW_ENTRY);
  const v1::Observation second = ShareOne(Seen("A-2", "村民因宅基地围墙再次争吵"));
  EXPECT_EQ(second.outcome(), v1::OBSERVATION_OUTCOME_KNOWN_ENTRY);
  EXPECT_EQ(second.subject(), first.subject());
  EXPECT_GE(second.likeness(), 0.5);
  const v1::Observation other = ShareOne(Seen("A-3", "棋牌室深夜噪声扰民"));
  EXPECT_EQ(other.outcome(), v1::OBSERVATION_OUTCOME_NEW_ENTRY);
  EXPECT_EQ(ShareOne(Seen("A-4", "两户村民因宅基地围墙发生争吵", "CONTRACT")).outcome(),
            v1::OBSERVATION_OUTCOME_NEW_ENTRY);
  EXPECT_EQ(Value("SELECT string_agg(observation_count::text, ' ' ORDER BY risk_entry_id) FROM "
                  "risk_entries"),
            "2 1 1");
  EXPECT_EQ(Value("SELECT state || ' ' || source || ' ' || clock FROM risk_entries LIMIT 1"),
            "FOUND OBSERVATION report");
}

TEST_F(ObservationTest, WhatIsAnOpenDisputeAlreadyBelongsToIt) {
  const v1::Dispute dispute = Reported();  // "货款未付" between 张三 and 李四
  v1::Observation seen = Seen("B-1", "张三上门讨要货款未付", "CONTRACT");
  seen.add_people("张三");
  const v1::Observation matched = ShareOne(seen);
  EXPECT_EQ(matched.outcome(), v1::OBSERVATION_OUTCOME_KNOWN_DISPUTE);
  EXPECT_EQ(matched.subject(), dispute.name());
  EXPECT_EQ(Value("SELECT count(*)::text FROM risk_entries"), "0");
}

TEST_F(ObservationTest, AnObservationCountsOnceHoweverOftenAndInWhateverOrderItComes) {
  std::vector<v1::Observation> all;
  for (int i = 0; i < 300; ++i) {
    all.push_back(Seen(absl::StrCat("C-", i), absl::StrCat("第", i / 3, "号院", i / 3, "积水")));
  }
  std::mt19937 random(7);
  for (int round = 0; round < 3; ++round) {
    std::shuffle(all.begin(), all.end(), random);
    for (std::size_t from = 0; from < all.size(); from += 100) {
      auto response = Share(
          {all.begin() + static_cast<long>(from), all.begin() + static_cast<long>(from + 100)},
          PartnerCall());
      ASSERT_TRUE(response.ok()) << response.status();
      for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(response->observations(i).partner_number(),
                  all[from + static_cast<std::size_t>(i)].partner_number());
      }
    }
  }
  EXPECT_EQ(Value("SELECT count(*) || ' ' || count(DISTINCT partner_number) FROM observations"),
            "300 300");
  EXPECT_EQ(Value("SELECT sum(observation_count)::text FROM risk_entries"), "300");
}

TEST_F(ObservationTest, TheSameNumberWithAnotherContentIsRefusedWithAllOfItsBatch) {
  ShareOne(Seen("D-1", "棋牌室深夜噪声扰民"));
  const std::string before = RowCounts();
  auto response = Share({Seen("D-2", "新的情况"), Seen("D-1", "别的内容")}, PartnerCall());
  ExpectError(response.status(), StatusCode::kAlreadyExists, reason::kResourceExists);
  EXPECT_EQ(RowCounts(), before);
  EXPECT_EQ(Value("SELECT count(*)::text FROM observations"), "1");
  // Another partner's numbers are its own.
  EXPECT_TRUE(Share({Seen("D-1", "别的内容")}, PartnerCall("callers/grid-330102")).ok());
}

TEST_F(ObservationTest, EverythingThatIsWrongIsNamedAtOnce) {
  v1::Observation wrong = Seen("号", "", "NONE");
  wrong.set_division("99");
  SetTime(wrong.mutable_observe_time(), absl::Now() + absl::Hours(1));
  auto response = Share({Seen("E-1", "一"), wrong, Seen("E-1", "二")}, PartnerCall());
  EXPECT_EQ(
      FieldsOf(response.status()),
      (std::vector<std::string>{"observations[1].partner_number", "observations[1].division",
                                "observations[1].category", "observations[1].description",
                                "observations[1].observe_time", "observations[2].partner_number"}));
  ExpectError(Share({}, PartnerCall()).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "observations");
  ExpectError(Share({Seen("E-2", "一")}, PartnerCall("callers/police", "330105")).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
}

TEST_F(ObservationTest, AnEntryThatHasEndedTakesNoMore) {
  const v1::Observation first = ShareOne(Seen("F-1", "两户村民因宅基地围墙发生争吵"));
  Execute(
      "UPDATE risk_entries SET state = 'RESOLVED', clock = '', due_time = NULL, due_day = "
      "NULL, outcome = '已化解', end_time = now()");
  const v1::Observation again = ShareOne(Seen("F-2", "两户村民因宅基地围墙发生争吵"));
  EXPECT_EQ(again.outcome(), v1::OBSERVATION_OUTCOME_NEW_ENTRY);
  EXPECT_NE(again.subject(), first.subject());
}

TEST_F(ObservationTest, APartnerListsItsOwnAndTheBureauAll) {
  ShareOne(Seen("G-1", "棋牌室深夜噪声扰民"));
  ASSERT_TRUE(Share({Seen("G-1", "楼道堆物堵塞")}, PartnerCall("callers/grid-330102")).ok());
  v1::ListObservationsRequest request;
  EXPECT_EQ(Must(&ListObservationPage, PartnerCall(), request).observations_size(), 1);
  Caller bureau;
  bureau.principal = "callers/bureau";
  bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
  bureau.division = "330102";
  request.set_page_size(1);
  const v1::ListObservationsResponse page = Must(&ListObservationPage, CallBy(bureau), request);
  EXPECT_EQ(page.observations_size(), 1);
  EXPECT_NE(page.next_page_token(), "");
}

}  // namespace
}  // namespace maplebridge::registry
