#include "deploy/maplectl_source/simulation/county_plan.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "common/calendar/test_calendar.h"
#include "common/identifier/credit_code.h"
#include "common/identifier/resident_number.h"
#include "deploy/maplectl_source/simulation/plan_calls.h"

namespace maplebridge::maplectl {
namespace {

County TestCounty(int townships, int villages) {
  County county{"330681", "诸暨市", {}};
  for (int t = 0; t < townships; ++t) {
    Township township{absl::StrFormat("330681%03d", 100 + t), absl::StrCat("镇", t), {}};
    for (int v = 0; v < villages; ++v) {
      township.villages.push_back(
          {absl::StrFormat("%s%03d", township.code, 200 + v), absl::StrCat("村", t, "-", v), 2000});
    }
    county.townships.push_back(std::move(township));
  }
  return county;
}

class CountyPlanTest : public testing::Test {
 protected:
  CountyPlan Plan(const County& county, std::uint64_t seed = 7, double scale = 1) const {
    return MakePlan(county, rhythm_, {seed, scale});
  }

  const calendar::Calendar calendar_ = calendar::TestCalendar();
  const YearRhythm rhythm_{calendar_, 2026, absl::CivilDay(2026, 12, 31)};
};

// Everything that is planned, in words, by what it is planned for.
std::set<std::string> WordsOf(const CountyPlan& plan) {
  std::set<std::string> words;
  for (const PlannedDispute* dispute : AllDisputes(plan)) {
    std::string parties;
    for (const PlannedParty& party : dispute->parties) {
      absl::StrAppend(&parties, party.name, party.identity_number, party.telephone);
    }
    words.insert(absl::StrCat(
        dispute->key, "|", absl::FormatCivilTime(dispute->day), "|", dispute->summary, "|", parties,
        "|", plan.organisations[dispute->organisation].display_name, "|", dispute->claimed_fen, "|",
        dispute->agreed_fen, "|", dispute->sessions, "|", static_cast<int>(dispute->mistake), "|",
        LastState(*dispute), "|", dispute->satisfaction, dispute->is_referred));
  }
  for (const PlannedOrganisation& organisation : plan.organisations) {
    std::string members;
    for (const InventedPerson& member : organisation.members) {
      absl::StrAppend(&members, member.name, member.identity_number);
    }
    words.insert(absl::StrCat(organisation.division, organisation.display_name, members));
  }
  for (const PlannedCampaign& campaign : plan.campaigns) {
    for (const auto& visits : campaign.visits) {
      for (const PlannedVisit& visit : visits) {
        words.insert(absl::StrCat(campaign.title, visit.division, absl::FormatCivilTime(visit.day),
                                  visit.households, visit.risk ? visit.risk->description : "",
                                  visit.risk ? visit.risk->state : ""));
      }
    }
  }
  for (const PlannedObservation& observation : plan.observations) {
    words.insert(absl::StrCat(observation.number, observation.description, observation.person));
  }
  return words;
}

TEST_F(CountyPlanTest, TheSameSeedMakesTheSamePlanAndAnotherDoesNot) {
  const County county = TestCounty(3, 20);
  EXPECT_EQ(WordsOf(Plan(county)), WordsOf(Plan(county)));
  EXPECT_NE(WordsOf(Plan(county)), WordsOf(Plan(county, 8)));
}

TEST_F(CountyPlanTest, TheOrderInWhichThePartsAreMadeDoesNotMatter) {
  County county = TestCounty(3, 20);
  // Where a township hands a dispute over depends on its neighbour, and that alone on the order.
  const std::set<std::string> words = WordsOf(Plan(county));
  std::reverse(county.townships.begin(), county.townships.end());
  for (Township& township : county.townships) {
    std::rotate(township.villages.begin(), township.villages.begin() + 7, township.villages.end());
  }
  EXPECT_EQ(WordsOf(Plan(county)), words);
}

TEST_F(CountyPlanTest, OneVillageDoesNotChangeWhatAnotherLives) {
  County county = TestCounty(2, 20);
  const std::set<std::string> words = WordsOf(Plan(county));
  county.townships[0].villages.erase(county.townships[0].villages.begin());
  for (const std::string& word : WordsOf(Plan(county))) EXPECT_TRUE(words.contains(word)) << word;
}

TEST_F(CountyPlanTest, ThereAreAsManyDisputesAsPeopleAndScaleSay) {
  const County county = TestCounty(5, 100);  // a million people
  const auto whole = static_cast<double>(Plan(county).disputes.size());
  EXPECT_NEAR(whole, 3000, 250);
  EXPECT_NEAR(static_cast<double>(Plan(county, 7, 0.1).disputes.size()), 300, 60);
  EXPECT_GT(Plan(county, 7, 0.02).disputes.size(), 20u);
}

TEST_F(CountyPlanTest, PartiesHaveRightNumbersAndStandOnBothSides) {
  const absl::CivilDay today(2026, 11, 27);
  bool group = false;
  for (const PlannedDispute& dispute : Plan(TestCounty(3, 60)).disputes) {
    std::set<std::string> numbers;
    for (const PlannedParty& party : dispute.parties) {
      EXPECT_TRUE(numbers.insert(party.identity_number).second) << dispute.key;
      EXPECT_TRUE(party.is_firm
                      ? identifier::CreditCode::Parse(party.identity_number).ok()
                      : identifier::ResidentNumber::Parse(party.identity_number, today).ok())
          << dispute.key;
    }
    EXPECT_TRUE(dispute.parties.front().is_applicant && !dispute.parties.back().is_applicant);
    group = group || dispute.parties.size() > 10;
    EXPECT_TRUE(dispute.parties.size() < 10 || dispute.difficulty == "MAJOR") << dispute.key;
  }
  EXPECT_TRUE(group);
}

TEST_F(CountyPlanTest, EveryCourseIsOneThatTheLawAllows) {
  const CountyPlan plan = Plan(TestCounty(6, 80));
  std::set<std::string> states;
  std::set<Mistake> mistakes;
  for (const PlannedDispute* dispute : AllDisputes(plan)) {
    states.insert(LastState(*dispute));
    mistakes.insert(dispute->mistake);
    EXPECT_GE(dispute->sessions, 1);
    EXPECT_EQ(dispute->day.year(), 2026);
    const bool is_open = LastState(*dispute) == "AGREED" || LastState(*dispute).empty();
    EXPECT_TRUE(!is_open || (dispute->satisfaction == 0 && !dispute->is_archived)) << dispute->key;
    const bool is_hard = dispute->difficulty == "COMPLEX" || dispute->difficulty == "MAJOR";
    if (dispute->is_archived && is_hard && dispute->outcome == Outcome::kAgreed) {
      EXPECT_GT(dispute->satisfaction, 0) << dispute->key << ": the Norm asks for a visit";
    }
    if (dispute->transfer) {
      EXPECT_NE(dispute->transfer->organisation, dispute->organisation) << dispute->key;
    }
    if (dispute->is_referred) {
      EXPECT_TRUE(dispute->is_written && !dispute->transfer && !dispute->has_escalation);
      EXPECT_NE(plan.organisations[dispute->organisation].kind, OrganisationKind::kVillage);
      EXPECT_NE(dispute->outcome, Outcome::kDeclined);
    }
  }
  EXPECT_EQ(states,
            (std::set<std::string>{"", "AGREED", "ARCHIVED", "CLOSED_DECLINED", "CLOSED_FAILED",
                                   "CLOSED_UNPERFORMED", "CLOSED_WITHDRAWN", "PERFORMED"}));
  EXPECT_EQ(mistakes.size(), 10u) << "every mistake is made somewhere";
}

TEST_F(CountyPlanTest, GrassrootsDisputesSettleMoreOftenThanIndustrys) {
  int agreed[2] = {0, 0}, concluded[2] = {0, 0};
  for (const PlannedDispute& dispute : Plan(TestCounty(6, 100)).disputes) {
    if (dispute.outcome != Outcome::kAgreed && dispute.outcome != Outcome::kFailed) continue;
    const int field = DisputeKinds()[dispute.kind].is_industry ? 1 : 0;
    ++concluded[field];
    agreed[field] += dispute.outcome == Outcome::kAgreed ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(agreed[0]) / concluded[0], 0.95, 0.015);
  EXPECT_NEAR(static_cast<double>(agreed[1]) / concluded[1], 0.885, 0.03);
}

TEST_F(CountyPlanTest, SharesOfTheKindsAddUp) {
  double sum = 0;
  for (const DisputeKind& kind : DisputeKinds()) sum += kind.share;
  EXPECT_NEAR(sum, 1, 1e-9);
  EXPECT_EQ(DisputeKinds().size(), 21u);
}

TEST_F(CountyPlanTest, OrganisationsCanBeFiled) {
  for (const PlannedOrganisation& organisation : Plan(TestCounty(4, 40)).organisations) {
    EXPECT_GE(organisation.members.size(), 3u);
    EXPECT_LE(organisation.members.size(), 9u);
    EXPECT_TRUE(std::any_of(organisation.members.begin(), organisation.members.end(),
                            [](const InventedPerson& member) { return member.is_woman; }));
    EXPECT_TRUE(organisation.display_name.ends_with("人民调解委员会"));
  }
}

TEST_F(CountyPlanTest, VisitsLieInTheirCampaignAndNotInTheFuture) {
  const absl::CivilDay today(2026, 7, 10);
  const YearRhythm until_now(calendar_, 2026, today);
  const CountyPlan plan = MakePlan(TestCounty(3, 40), until_now, {7, 1});
  ASSERT_EQ(plan.campaigns.size(), 2u) << "autumn has not begun";
  for (const PlannedCampaign& campaign : plan.campaigns) {
    for (const auto& visits : campaign.visits) {
      for (const PlannedVisit& visit : visits) {
        EXPECT_GE(visit.day, campaign.first_day);
        EXPECT_LE(visit.day, std::min(campaign.last_day, today));
      }
    }
  }
  for (const PlannedDispute& dispute : plan.disputes) EXPECT_LE(dispute.day, today);
  for (const PlannedObservation& each : plan.observations) EXPECT_LE(each.day, today);
}

TEST_F(CountyPlanTest, CallsFollowTheCourse) {
  CountyPlan plan;
  PlannedDispute dispute;
  dispute.parties.resize(2);
  dispute.is_written = true;
  dispute.obligations = 2;
  dispute.sessions = 3;
  dispute.satisfaction = 4;
  dispute.is_archived = true;
  dispute.mistake = Mistake::kUnsigned;
  plan.disputes = {dispute};
  EXPECT_EQ(PlannedCalls(plan), (CallCounts{{"ReportDispute", 1},
                                            {"AcceptDispute", 1},
                                            {"AssignMediators", 1},
                                            {"RecordSession", 3},
                                            {"CreateAgreement", 1},
                                            {"SignAgreement", 4},
                                            {"ConcludeByAgreement", 1},
                                            {"RecordPerformance", 2},
                                            {"RecordFollowUp", 1},
                                            {"CreateDocument", 1},
                                            {"ArchiveDispute", 1}}));
  EXPECT_EQ(PlannedRefusals(plan), (CallCounts{{"ConcludeByAgreement", 1}}));
  dispute.outcome = Outcome::kDeclined;
  dispute.mistake = Mistake::kNone;
  dispute.satisfaction = 0;
  dispute.is_archived = false;
  dispute.has_documents = true;
  plan.disputes = {dispute};
  EXPECT_EQ(PlannedCalls(plan),
            (CallCounts{{"ReportDispute", 1}, {"DeclineDispute", 1}, {"CreateDocument", 2}}));
  EXPECT_TRUE(PlannedRefusals(plan).empty());
}

}  // namespace
}  // namespace maplebridge::maplectl
