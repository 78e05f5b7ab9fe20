// Feeds are told stories with known figures; what is answered is compared with them.
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include "common/status/error.h"
#include "services/analytics/domain/suppression.h"
#include "services/analytics/testing/analytics_fixture.h"

namespace maplebridge::analytics {
namespace {

using options::v1::ROLE_CITY_BUREAU;
using options::v1::ROLE_COUNTY_BUREAU;
using options::v1::ROLE_PROVINCE_BUREAU;

constexpr double kDay = 24 * 60 * 60;

class QueryIndicatorsTest : public AnalyticsTest {
 protected:
  // A case that succeeds: sent on the 1st, accepted on the 3rd, agreed on the 9th, performed on the
  // 12th, confirmed on the 14th.
  void TellSuccess(Story story) {
    TellReferral(story, "GUIDED", September(1, 8));
    TellReferral(story, "CONSENTED", September(1, 9));
    TellReferral(story, "SENT", September(1, 10));
    TellReferral(story, "ACCEPTED", September(3, 10));
    TellDispute(story, "ACCEPTED", September(3, 10));
    TellDispute(story, "MEDIATING", September(3, 11));
    TellDispute(story, "CONCLUDING", September(9, 9));
    TellReferral(story, "AGREED", September(9, 10));
    TellDispute(story, "AGREED", September(9, 10));
    TellDispute(story, "AGREED", September(11, 10));
    TellDispute(story, "PERFORMED", September(12, 10));
    TellConfirmation(story, "DRAFT", September(10, 9));
    TellConfirmation(story, "SUBMITTED", September(10, 10));
    TellConfirmation(story, "ACCEPTED", September(11, 10));
    TellConfirmation(story, "CONFIRMED", September(14, 10));
    TellReferral(story, "CLOSED_CONFIRMED", September(14, 10));
  }

  // A case that fails: sent on the 2nd, accepted on the 4th, back on the 20th.
  void TellFailure(Story story) {
    TellReferral(story, "GUIDED", September(2, 8));
    TellReferral(story, "SENT", September(2, 10));
    TellReferral(story, "ACCEPTED", September(4, 10));
    TellDispute(story, "ACCEPTED", September(4, 10));
    TellDispute(story, "CONCLUDING", September(20, 9));
    TellReferral(story, "RETURNED", September(20, 10));
    TellDispute(story, "CLOSED_FAILED", September(20, 10));
    TellReferral(story, "CLOSED_REGISTERED", September(21, 10));
  }

  // The demo's two cases.
  void TellDemo() {
    TellOrganisation(kOrganisation, "330102001000");
    TellSuccess({.id = "1"});
    TellFailure({.id = "2"});
    CatchUp();
  }

  static v1::QueryIndicatorsRequest OfOrganisation() {
    v1::QueryIndicatorsRequest request;
    request.set_organisation(kOrganisation);
    return request;
  }
  static v1::QueryIndicatorsRequest OfDivision(const std::string& division) {
    v1::QueryIndicatorsRequest request;
    request.set_division(division);
    return request;
  }
  static void AskSeptember(v1::QueryIndicatorsRequest* request) {
    request->set_start_day("2026-09-01");
    request->set_end_day("2026-09-30");
  }
  static void AskAllLevels(v1::QueryIndicatorsRequest* request) {
    request->add_levels(v1::DIVISION_LEVEL_TOWNSHIP);
    request->add_levels(v1::DIVISION_LEVEL_COUNTY);
    request->add_levels(v1::DIVISION_LEVEL_CITY);
    request->add_levels(v1::DIVISION_LEVEL_PROVINCE);
  }

  static void ExpectFigure(const v1::IndicatorRow& row, const std::string& indicator,
                           double value) {
    EXPECT_EQ(ValueOf(row, indicator).suppression(), v1::SUPPRESSION_UNSPECIFIED) << indicator;
    EXPECT_TRUE(ValueOf(row, indicator).has_value()) << indicator;
    EXPECT_DOUBLE_EQ(ValueOf(row, indicator).value(), value)
        << indicator << " of " << row.division();
  }
  static void ExpectDemoFigures(const v1::IndicatorRow& row) {
    ExpectFigure(row, "reported", 2);
    ExpectFigure(row, "accepted", 2);
    ExpectFigure(row, "settled", 1);
    ExpectFigure(row, "failed", 1);
    ExpectFigure(row, "open", 0);
    ExpectFigure(row, "success_rate", 0.5);
    ExpectFigure(row, "days_to_settle", 6);
    ExpectFigure(row, "performed", 1);
    ExpectFigure(row, "performance_rate", 1);
    ExpectFigure(row, "days_to_perform", 3);
    ExpectFigure(row, "referrals", 2);
    ExpectFigure(row, "referrals_accepted", 2);
    ExpectFigure(row, "referrals_settled", 1);
    ExpectFigure(row, "referrals_returned", 1);
    ExpectFigure(row, "referral_success_rate", 0.5);
    ExpectFigure(row, "confirmations", 1);
    ExpectFigure(row, "confirmations_granted", 1);
    ExpectFigure(row, "confirmation_rate", 1);
  }
};

TEST_F(QueryIndicatorsTest, TheDemosFiguresForTheOrganisationAtEveryLevel) {
  TellDemo();
  v1::QueryIndicatorsRequest request = OfOrganisation();
  auto whole = Query(Head(), request);
  ASSERT_TRUE(whole.ok()) << whole.status();
  ASSERT_EQ(whole->rows_size(), 1);
  ExpectDemoFigures(whole->rows(0));
  EXPECT_EQ(whole->start_day(), "2026-01-01");
  EXPECT_EQ(whole->end_day(), "2026-10-01");
  EXPECT_EQ(whole->suppression_threshold(), 5);
  const v1::IndicatorValue& days = ValueOf(whole->rows(0), "days_to_settle");
  EXPECT_EQ(days.numerator(), static_cast<std::int64_t>(6 * kDay));
  EXPECT_EQ(days.denominator(), 1);

  AskAllLevels(&request);
  auto levels = Query(Head(), request);
  ASSERT_TRUE(levels.ok()) << levels.status();
  ASSERT_EQ(levels->rows_size(), 4);
  const std::string places[] = {"330102001", "330102", "3301", "33"};
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(levels->rows(i).division(), places[i]);
    ExpectDemoFigures(levels->rows(i));
  }
}

TEST_F(QueryIndicatorsTest, EachBureauSeesItsOwnPlaceExactly) {
  TellDemo();
  const std::pair<Caller, std::string> cases[] = {
      {Bureau(ROLE_COUNTY_BUREAU, "330102"), "330102001"},
      {Bureau(ROLE_COUNTY_BUREAU, "330102"), "330102"},
      {Bureau(ROLE_CITY_BUREAU, "3301"), "3301"},
      {Bureau(ROLE_PROVINCE_BUREAU, "33"), "33"},
      {Auditor(), "33"},
  };
  for (const auto& [caller, division] : cases) {
    auto answer = Query(caller, OfDivision(division));
    ASSERT_TRUE(answer.ok()) << answer.status();
    ASSERT_EQ(answer->rows_size(), 1);
    EXPECT_EQ(answer->rows(0).division(), division);
    ExpectDemoFigures(answer->rows(0));
  }
}

TEST_F(QueryIndicatorsTest,
       OfAnOrganisationItsOwnPeopleItsBureauAndAuditorsSeeFiguresOthersNothing) {
  TellDemo();
  Caller other = Head();
  other.organisation = "organisations/other";
  const std::pair<Caller, bool> cases[] = {
      {Head(), true},
      {Service(), true},
      {Auditor(), true},
      {Bureau(ROLE_COUNTY_BUREAU, "330102"), true},
      {Bureau(ROLE_PROVINCE_BUREAU, "33"), true},
      {Bureau(ROLE_COUNTY_BUREAU, "330105"), false},
      {Court(), false},
      {other, false},
  };
  for (const auto& [caller, sees] : cases) {
    for (bool by_level : {false, true}) {
      v1::QueryIndicatorsRequest request = OfOrganisation();
      AskSeptember(&request);
      if (by_level) AskAllLevels(&request);
      auto answer = Query(caller, request);
      ASSERT_TRUE(answer.ok()) << answer.status();
      ASSERT_GE(answer->rows_size(), 1);
      for (const v1::IndicatorRow& row : answer->rows()) {
        for (const v1::IndicatorValue& value : row.values()) {
          EXPECT_EQ(value.has_numerator(), sees) << caller.principal << " " << value.indicator();
          EXPECT_EQ(value.suppression() == v1::SUPPRESSION_NOT_PUBLISHED, !sees);
        }
        // Not even where it works.
        if (!sees) {
          EXPECT_EQ(row.division(), "");
        }
      }
    }
  }
}

TEST_F(QueryIndicatorsTest, ACourtSeesItsOwnFiguresOnly) {
  TellDemo();
  v1::QueryIndicatorsRequest request;
  request.set_court(kCourt);
  auto own = Query(Court(), request);
  ASSERT_TRUE(own.ok()) << own.status();
  ExpectDemoFigures(own->rows(0));
  Caller other = Court();
  other.court = "courts/330105";
  auto foreign = Query(other, request);
  ASSERT_TRUE(foreign.ok()) << foreign.status();
  EXPECT_EQ(ValueOf(foreign->rows(0), "referrals").suppression(), v1::SUPPRESSION_NOT_PUBLISHED);
}

TEST_F(QueryIndicatorsTest, ThePeriodCountsByTheDayInChina) {
  Story story{.id = "1"};
  // 00:30 on the 2nd in China is still the 1st in UTC.
  TellReferral(story, "SENT", September(2, 0) + absl::Minutes(30));
  CatchUp();
  v1::QueryIndicatorsRequest request = OfOrganisation();
  request.add_indicators("referrals");
  const std::pair<std::string, int> days[] = {
      {"2026-09-01", 0}, {"2026-09-02", 1}, {"2026-09-03", 0}};
  for (const auto& [day, count] : days) {
    request.set_start_day(day);
    request.set_end_day(day);
    auto answer = Query(Head(), request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    ExpectFigure(answer->rows(0), "referrals", count);
  }
}

TEST_F(QueryIndicatorsTest, OpenIsWhatWasThereAtTheEndOfThePeriod) {
  Story story{.id = "1"};
  TellDispute(story, "REPORTED", September(2));
  TellDispute(story, "ACCEPTED", September(3));
  TellDispute(story, "AGREED", September(20));
  CatchUp();
  v1::QueryIndicatorsRequest request = OfOrganisation();
  request.add_indicators("open");
  const std::pair<std::string, int> days[] = {
      {"2026-09-01", 0}, {"2026-09-02", 1}, {"2026-09-19", 1}, {"2026-09-20", 0}};
  for (const auto& [day, count] : days) {
    request.set_start_day(day);
    request.set_end_day(day);
    auto answer = Query(Head(), request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    ExpectFigure(answer->rows(0), "open", count);
  }
}

TEST_F(QueryIndicatorsTest, WithoutAnythingARateHasNoValue) {
  auto answer = Query(Head(), OfOrganisation());
  ASSERT_TRUE(answer.ok()) << answer.status();
  const v1::IndicatorRow& row = answer->rows(0);
  ExpectFigure(row, "referrals", 0);
  EXPECT_FALSE(ValueOf(row, "success_rate").has_value());
  EXPECT_EQ(ValueOf(row, "success_rate").denominator(), 0);
}

TEST_F(QueryIndicatorsTest, PlacesBelowAndACityThatIsItsOwnCounty) {
  Story hangzhou{.id = "1"};
  Story other{.id = "2", .division = "330105002000"};
  Story no_township{.id = "3", .division = "330102000000"};
  Story dongguan{.id = "4", .division = "441900003000"};
  for (Story* story : {&hangzhou, &other, &no_township, &dongguan}) {
    TellReferral(*story, "SENT", September(2));
  }
  CatchUp();
  v1::QueryIndicatorsRequest request = OfDivision("3301");
  request.add_indicators("referrals");
  request.add_levels(v1::DIVISION_LEVEL_COUNTY);
  request.add_levels(v1::DIVISION_LEVEL_TOWNSHIP);
  auto answer = Query(Auditor(), request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  std::vector<std::string> rows;
  for (const v1::IndicatorRow& row : answer->rows()) {
    rows.push_back(absl::StrCat(row.division(), "=", ValueOf(row, "referrals").numerator()));
  }
  EXPECT_EQ(rows, (std::vector<std::string>{"330102=2", "330105=1", "330102001=1", "330105002=1"}));

  request.set_division("4419");
  auto city = Query(Auditor(), request);
  ASSERT_TRUE(city.ok()) << city.status();
  ASSERT_EQ(city->rows_size(), 2);
  EXPECT_EQ(city->rows(0).division(), "441900");
  EXPECT_EQ(city->rows(0).level(), v1::DIVISION_LEVEL_COUNTY);
  EXPECT_EQ(city->rows(1).division(), "441900003");
}

class PublishedFiguresTest : public QueryIndicatorsTest {
 protected:
  // So many settled cases a township of Hangzhou, in September.
  void TellSettled(const std::string& township, int count) {
    for (int i = 0; i < count; ++i) {
      Story story{.id = absl::StrCat(township, "-", i),
                  .division = township + "000",
                  .organisation = "organisations/" + township};
      TellDispute(story, "REPORTED", September(2));
      TellDispute(story, "ACCEPTED", September(3));
      TellDispute(story, "AGREED", September(9));
    }
  }
  v1::QueryIndicatorsRequest Townships() {
    v1::QueryIndicatorsRequest request = OfDivision("33");
    AskSeptember(&request);
    request.add_levels(v1::DIVISION_LEVEL_TOWNSHIP);
    request.add_indicators("settled");
    request.add_indicators("open");
    return request;
  }
};

TEST_F(PublishedFiguresTest, OutsideTheScopeSmallCellsAndWhatWouldTellThemAreWithheld) {
  TellSettled("330102001", 2);
  TellSettled("330102003", 7);
  TellSettled("330102004", 8);
  TellSettled("330105001", 9);
  CatchUp();
  const v1::QueryIndicatorsRequest request = Townships();
  auto published = Query(Court(), request);
  ASSERT_TRUE(published.ok()) << published.status();
  const std::set<std::string> hidden =
      SuppressedDivisions({{"330102001", 2}, {"330102003", 7}, {"330102004", 8}, {"330105001", 9}});
  EXPECT_TRUE(hidden.contains("330102001"));
  EXPECT_TRUE(hidden.contains("330102003"));
  ASSERT_EQ(published->rows_size(), 4);
  for (const v1::IndicatorRow& row : published->rows()) {
    const v1::IndicatorValue& settled = ValueOf(row, "settled");
    EXPECT_EQ(settled.suppression() == v1::SUPPRESSION_SMALL_CELL, hidden.contains(row.division()))
        << row.division();
    EXPECT_EQ(settled.has_numerator(), !hidden.contains(row.division())) << row.division();
    EXPECT_EQ(ValueOf(row, "open").suppression(), v1::SUPPRESSION_NOT_PUBLISHED);
  }
  // The county's own bureau sees its townships, and of the others what everybody does.
  auto own = Query(Bureau(ROLE_COUNTY_BUREAU, "330102"), request);
  ASSERT_TRUE(own.ok()) << own.status();
  ExpectFigure(RowAt(*own, "330102001"), "settled", 2);
  ExpectFigure(RowAt(*own, "330102001"), "open", 0);
  EXPECT_EQ(ValueOf(RowAt(*own, "330105001"), "settled").has_numerator(),
            !hidden.contains("330105001"));
}

TEST_F(PublishedFiguresTest, AskedOnePlaceAtATimeTheAnswerIsTheSame) {
  TellSettled("330102001", 2);
  TellSettled("330102003", 7);
  TellSettled("330102004", 8);
  TellSettled("330105001", 9);
  CatchUp();
  auto table = Query(Court(), Townships());
  ASSERT_TRUE(table.ok()) << table.status();
  for (const v1::IndicatorRow& row : table->rows()) {
    v1::QueryIndicatorsRequest request = OfDivision(row.division());
    AskSeptember(&request);
    request.add_indicators("settled");
    auto single = Query(Court(), request);
    ASSERT_TRUE(single.ok()) << single.status();
    EXPECT_EQ(ValueOf(single->rows(0), "settled").ShortDebugString(),
              ValueOf(row, "settled").ShortDebugString());
  }
}

TEST_F(PublishedFiguresTest, OutsideTheScopeOnlyWholeMonthsThatHaveEndedAreAnswered) {
  TellSettled("330102001", 20);
  TellSettled("330102003", 20);
  CatchUp();
  const std::pair<std::string, std::string> periods[] = {{"2026-09-01", "2026-09-29"},
                                                         {"2026-09-02", "2026-09-30"},
                                                         {"2026-01-01", "2026-09-30"},
                                                         {"2026-10-01", "2026-10-31"}};
  for (const auto& [start, end] : periods) {
    v1::QueryIndicatorsRequest request = Townships();
    request.set_start_day(start);
    request.set_end_day(end);
    auto answer = Query(Court(), request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    // One row, of the scope: which townships have figures is not told either.
    ASSERT_EQ(answer->rows_size(), 1) << start;
    EXPECT_EQ(answer->rows(0).division(), "33");
    EXPECT_EQ(ValueOf(answer->rows(0), "settled").suppression(), v1::SUPPRESSION_NOT_PUBLISHED);
  }
  auto month = Query(Court(), Townships());
  ASSERT_TRUE(month.ok()) << month.status();
  ExpectFigure(RowAt(*month, "330102001"), "settled", 20);
}

TEST_F(PublishedFiguresTest, AVillageIsNotPublished) {
  TellSettled("330102001", 20);
  CatchUp();
  v1::QueryIndicatorsRequest request = OfDivision("330102001051");
  AskSeptember(&request);
  auto answer = Query(Court(), request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(ValueOf(answer->rows(0), "settled").suppression(), v1::SUPPRESSION_NOT_PUBLISHED);
}

TEST_F(QueryIndicatorsTest, EveryWrongFieldIsNamed) {
  struct Case {
    std::string field;
    std::function<void(v1::QueryIndicatorsRequest*)> change;
  };
  const Case cases[] = {
      {"division", [](auto* r) { r->clear_scope(); }},
      {"division", [](auto* r) { r->set_division("99"); }},
      {"division", [](auto* r) { r->set_division("33010"); }},
      {"organisation", [](auto* r) { r->set_organisation("qingbo"); }},
      {"court", [](auto* r) { r->set_court("courts/"); }},
      {"start_day", [](auto* r) { r->set_start_day("2026-9-1"); }},
      {"start_day", [](auto* r) { r->set_start_day("2026-02-30"); }},
      {"end_day", [](auto* r) { r->set_end_day("0001-01-01"); }},
      {"start_day",
       [](auto* r) {
         r->set_start_day("2026-09-02");
         r->set_end_day("2026-09-01");
       }},
      {"indicators[1]",
       [](auto* r) {
         r->add_indicators("settled");
         r->add_indicators("settled");
       }},
      {"indicators[0]", [](auto* r) { r->add_indicators("happiness"); }},
      {"levels[0]", [](auto* r) { r->add_levels(v1::DIVISION_LEVEL_UNSPECIFIED); }},
      {"levels[0]", [](auto* r) { r->add_levels(static_cast<v1::DivisionLevel>(9)); }},
  };
  for (const Case& c : cases) {
    v1::QueryIndicatorsRequest request = OfDivision("33");
    c.change(&request);
    auto answer = Query(Auditor(), request);
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kInvalidArgument) << c.field;
    EXPECT_EQ(ReasonOf(answer.status()), reason::kFieldInvalid) << c.field;
    EXPECT_NE(std::string(answer.status().message()).find(c.field), std::string::npos)
        << c.field << " is not named in: " << answer.status().message();
  }
}

}  // namespace
}  // namespace maplebridge::analytics
