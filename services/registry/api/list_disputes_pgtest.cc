#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include "services/registry/api/report_dispute.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class ListDisputesTest : public RegistryTest {
 protected:
  // Three disputes: REPORTED, ACCEPTED, MEDIATING with claims of 1, 2 and 3 million fen.
  void SetUp() override {
    RegistryTest::SetUp();
    numbers_ = {Reported(1).name(), Accepted(2).name(), Mediating(3).name()};
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      Execute(absl::StrCat("UPDATE disputes SET claimed_amount_fen = ", (i + 1) * 1'000'000,
                           " WHERE 'disputes/' || number = '", numbers_[i], "'"));
    }
  }
  // Places in numbers_ of what the list answers, in its order; or the error.
  std::string List(const std::string& filter, const std::string& order = "", int page_size = 0) {
    v1::ListDisputesRequest request;
    request.set_filter(filter);
    request.set_order_by(order);
    request.set_page_size(page_size);
    std::vector<std::string> places;
    do {
      auto page = Ask(&ListDisputePage, HeadCall(), request);
      if (!page.ok()) return std::string(page.status().message());
      EXPECT_TRUE(page_size == 0 || page->disputes_size() <= page_size);
      for (const v1::Dispute& dispute : page->disputes()) {
        const auto place = std::find(numbers_.begin(), numbers_.end(), dispute.name());
        places.push_back(absl::StrCat(place - numbers_.begin()));
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return absl::StrJoin(places, " ");
  }
  std::vector<std::string> numbers_;
};

TEST_F(ListDisputesTest, AFilterJoinsComparisons) {
  EXPECT_EQ(List("state = MEDIATING"), "2");
  EXPECT_EQ(List("state = DISPUTE_STATE_MEDIATING"), "2");
  EXPECT_EQ(List("state != MEDIATING"), "0 1");
  EXPECT_EQ(List("claimed_amount_fen >= 2000000"), "1 2");
  EXPECT_EQ(List("claimed_amount_fen < 2000000 OR state = MEDIATING"), "0 2");
  EXPECT_EQ(List("claimed_amount_fen < 3000000 AND NOT state = REPORTED"), "1");
  EXPECT_EQ(List("-state = REPORTED (claimed_amount_fen = 3000000 OR overdue = true)"), "2");
}

TEST_F(ListDisputesTest, EachTypeOfFieldIsCompared) {
  EXPECT_EQ(List("accept_time:*"), "1 2");
  EXPECT_EQ(List("NOT accept_time:*"), "0");
  EXPECT_EQ(List("accept_time > \"2020-01-01T00:00:00+08:00\""), "1 2");
  EXPECT_EQ(List("NOT accept_time > \"2020-01-01T00:00:00+08:00\""), "0");
  EXPECT_EQ(List("deadline.due_day >= \"2020-01-01\""), "0 1 2");
  EXPECT_EQ(List("division = 3301"), "0 1 2");
  EXPECT_EQ(List("division != \"330102001\""), "");
  EXPECT_EQ(List("division = 4403"), "");
  EXPECT_EQ(List("mediators:\"organisations/qingbo/mediators/wang\""), "2");
  EXPECT_EQ(List("mediators:*"), "2");
  EXPECT_EQ(List("overdue = false"), "0 1 2");
  EXPECT_EQ(List("organisation = \"organisations/qingbo\" category = CONTRACT"), "0 1 2");
  EXPECT_EQ(List("conclusion.kind = AGREEMENT"), "");
}

TEST_F(ListDisputesTest, WhatIsWrongIsNamedWithWhatIsAccepted) {
  const std::pair<const char*, const char*> cases[] = {
      {"summary = x", "summary is no field to filter by; there are state,"},
      {"state = OPEN", "state must be one of REPORTED,"},
      {"state > REPORTED", "state is compared by = or !="},
      {"mediators = m", "mediators holds values"},
      {"claimed_amount_fen = many", "claimed_amount_fen is compared with a whole number"},
      {"overdue = yes", "overdue is true or false"},
      {"create_time > \"2026-10-01\"", "create_time is compared with a time"},
      {"conclusion.effective_day > \"1 Oct\"", "conclusion.effective_day is compared with a day"},
      {"division = 33010", "division"},
      {"state", "at character 6"},
  };
  for (const auto& [filter, message] : cases) {
    v1::ListDisputesRequest request;
    request.set_filter(filter);
    const absl::Status status = Ask(&ListDisputePage, HeadCall(), request).status();
    ExpectError(status, StatusCode::kInvalidArgument, reason::kFieldInvalid, "filter");
    EXPECT_TRUE(absl::StrContains(status.message(), message)) << filter << ": " << status;
  }
  v1::ListDisputesRequest request;
  request.set_order_by("summary");
  ExpectError(Ask(&ListDisputePage, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "order_by");
}

TEST_F(ListDisputesTest, AValueIsAValueAndNeverSql) {
  EXPECT_EQ(List("organisation = \"' OR '1'='1\""), "");
  EXPECT_EQ(List("organisation = \"$1; DROP TABLE disputes\""), "");
  EXPECT_EQ(List("division = 33"), "0 1 2");
}

TEST_F(ListDisputesTest, OrdersGoOnOverPagesAndMissingValuesComeLast) {
  for (int page_size : {0, 1, 2}) {
    EXPECT_EQ(List("", "claimed_amount_fen desc", page_size), "2 1 0");
    EXPECT_EQ(List("", "claimed_amount_fen", page_size), "0 1 2");
    EXPECT_EQ(List("", "number desc", page_size), "2 1 0");
    EXPECT_EQ(List("", "accept_time desc", page_size), "2 1 0");
    EXPECT_EQ(List("", "accept_time", page_size), "1 2 0");
    EXPECT_EQ(List("state != ACCEPTED", "create_time desc", page_size), "2 0");
  }
  Execute("UPDATE disputes SET claimed_amount_fen = 7");
  EXPECT_EQ(List("", "claimed_amount_fen desc", 1), "0 1 2");
}

TEST_F(ListDisputesTest, AFilterNeverWidensWhatTheCallerMaySee) {
  v1::ListDisputesRequest request;
  request.set_filter("organisation = \"organisations/qingbo\" OR state = REPORTED");
  EXPECT_EQ(Must(&ListDisputePage, StrangerCall(), request).disputes_size(), 0);
}

}  // namespace
}  // namespace maplebridge::registry
