#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include "common/feed/feed_hub.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/search.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class SearchTest : public RegistryTest {
 protected:
  v1::Dispute ReportedAs(const std::string& summary, int sequence,
                         const std::string& name = "张三") {
    v1::ReportDisputeRequest request;
    *request.mutable_dispute() = Draft(sequence);
    request.mutable_dispute()->set_summary(summary);
    request.mutable_dispute()->mutable_parties(0)->set_display_name(name);
    return Must(&ReportDispute, HeadCall(), request);
  }
  // Indexes all that has been stored; answers how many disputes were indexed.
  int Index() {
    auto advanced = Run(parts_->feed->Advance(absl::Now() + absl::Seconds(10)));
    EXPECT_TRUE(advanced.ok()) << advanced.status();
    int disputes = 0;
    while (true) {
      auto round =
          Run(IndexChanged(*registry_, *parts_->databases[0], absl::Now() + absl::Seconds(10)));
      EXPECT_TRUE(round.ok()) << round.status();
      if (!round.ok() || round->caught_up) return disputes;
      disputes += round->disputes;
    }
  }
  v1::SearchDisputesResponse Search(Call call, const std::string& query) {
    v1::SearchDisputesRequest request;
    request.set_query(query);
    return Must(&SearchDisputes, std::move(call), request);
  }
  std::string Found(Call call, const std::string& query) {
    std::string names;
    const v1::SearchDisputesResponse response = Search(std::move(call), query);
    for (const v1::FoundDispute& found : response.found_disputes()) {
      absl::StrAppend(&names, names.empty() ? "" : " ", found.dispute().name());
    }
    return names;
  }
  Call BureauCall() {
    Caller bureau;
    bureau.principal = "callers/bureau";
    bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
    bureau.division = "330102";
    return CallBy(bureau);
  }
};

TEST_F(SearchTest, TwoCharactersAreEnoughAndAllWordsMustStandInIt) {
  const std::string first = ReportedAs("离婚后财产分割，房屋归属不明", 1).name();
  const std::string second = ReportedAs("房屋漏水，楼上楼下相邻纠纷", 2).name();
  EXPECT_EQ(Index(), 2);
  EXPECT_EQ(Found(HeadCall(), "离婚"), first);
  EXPECT_EQ(Found(HeadCall(), "漏水 相邻"), second);
  EXPECT_EQ(Found(HeadCall(), "离婚 漏水"), "");
  EXPECT_EQ(Search(HeadCall(), "房屋").found_disputes_size(), 2);
  EXPECT_EQ(Found(HeadCall(), "屋归"), first);
  EXPECT_EQ(Search(HeadCall(), "清波街道").found_disputes_size(), 2);
  EXPECT_EQ(Search(HeadCall(), "合同纠纷").found_disputes_size(), 2);
}

TEST_F(SearchTest, WhatStandsInItAsWrittenComesFirst) {
  const std::string apart = ReportedAs("楼上漏水，楼下发霉，水漏不止", 1).name();
  const std::string together =
      ReportedAs("租客反映卫生间漏水不止，房东不修，楼下住户多次上门，物业调停无果", 2).name();
  Index();
  const v1::SearchDisputesResponse response = Search(HeadCall(), "漏水");
  ASSERT_EQ(response.found_disputes_size(), 2);
  const v1::SearchDisputesResponse exact = Search(HeadCall(), "漏水不止");
  ASSERT_EQ(exact.found_disputes_size(), 1);
  EXPECT_EQ(exact.found_disputes(0).dispute().name(), together);
  EXPECT_GT(exact.found_disputes(0).score(), 1.0);
  // The shorter text is more about it.
  EXPECT_EQ(response.found_disputes(0).dispute().name(), apart);
}

TEST_F(SearchTest, ANumberIsFoundInAnySpelling) {
  const std::string name = ReportedAs("货款未付", 1).name();
  ReportedAs("货款未付", 2);
  Index();
  const std::string number = name.substr(std::string("disputes/").size());
  std::string bare, wide;
  for (char c : number) {
    if (c != '-') bare += c;
    if (c >= '0' && c <= '9') {
      absl::StrAppend(&wide, "\xEF\xBC", std::string(1, static_cast<char>(0x90 + (c - '0'))));
    } else {
      wide += c;
    }
  }
  EXPECT_EQ(Found(HeadCall(), number), name);
  EXPECT_EQ(Found(HeadCall(), bare), name);
  EXPECT_EQ(Found(HeadCall(), wide), name);
}

TEST_F(SearchTest, NamesAndAddressesAreFoundOnlyByThoseWhoWorkOnTheCase) {
  const std::string name = ReportedAs("货款未付", 1, "𠮷野·买买提").name();
  Index();
  EXPECT_EQ(Found(HeadCall(), "𠮷野"), name);
  EXPECT_EQ(Found(HeadCall(), "𠮷野 货款"), name);
  EXPECT_EQ(Found(HeadCall(), "杭州市上城区 货款"), name);
  EXPECT_EQ(Found(BureauCall(), "货款"), name);
  EXPECT_EQ(Found(BureauCall(), "𠮷野"), "");
  EXPECT_EQ(Found(BureauCall(), "𠮷野 货款"), "");
  EXPECT_EQ(Found(StrangerCall(), "货款"), "");
  const v1::SearchDisputesResponse seen = Search(BureauCall(), "货款");
  EXPECT_EQ(seen.found_disputes(0).dispute().parties(0).display_name(), "");
}

TEST_F(SearchTest, WhatTheCallerMayNotSeeTakesNoPlaceOnItsPages) {
  const std::string own = ReportedAs("货款未付", 1).name();
  for (int i = 2; i <= 4; ++i) {
    const std::string other = ReportedAs("货款未付", i).name();
    Execute(
        absl::StrCat("UPDATE disputes SET organisation = 'organisations/gongshu' WHERE "
                     "'disputes/' || number = '",
                     other, "'"));
  }
  Index();
  v1::SearchDisputesRequest request;
  request.set_query("货款");
  request.set_page_size(1);
  const v1::SearchDisputesResponse page = Must(&SearchDisputes, HeadCall(), request);
  ASSERT_EQ(page.found_disputes_size(), 1);
  EXPECT_EQ(page.found_disputes(0).dispute().name(), own);
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(SearchTest, WhatWentElsewhereSinceItWasIndexedIsNotShown) {
  ReportedAs("货款未付", 1);
  Index();
  ASSERT_NE(Found(HeadCall(), "货款"), "");
  Execute("UPDATE disputes SET organisation = 'organisations/gongshu'");
  EXPECT_EQ(Found(HeadCall(), "货款"), "");
}

TEST_F(SearchTest, PagesGoOnWithoutGapsOrRepeats) {
  for (int i = 1; i <= 7; ++i) ReportedAs(absl::StrCat("货款", std::string(i, 'x'), "未付"), i);
  Index();
  v1::SearchDisputesRequest request;
  request.set_query("货款");
  request.set_page_size(3);
  std::set<std::string> names;
  double last = 3;
  int pages = 0;
  do {
    const v1::SearchDisputesResponse page = Must(&SearchDisputes, HeadCall(), request);
    for (const v1::FoundDispute& found : page.found_disputes()) {
      EXPECT_TRUE(names.insert(found.dispute().name()).second);
      EXPECT_LE(found.score(), last);
      last = found.score();
    }
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(names.size(), 7u);
  EXPECT_EQ(pages, 3);
}

TEST_F(SearchTest, AChangeIsIndexedOnceAndAnUnchangedTextNotAgain) {
  const std::string name = Accepted().name();
  EXPECT_EQ(Index(), 1);
  EXPECT_EQ(Index(), 0);
  EXPECT_EQ(Search(HeadCall(), "清波街道人民调解委员会").found_disputes_size(), 1);
  Assign(name);
  EXPECT_EQ(Index(), 1);
  EXPECT_EQ(Value("SELECT count(*)::text FROM dispute_words"), "1");
}

TEST_F(SearchTest, AQueryHasAWord) {
  for (const char* query : {"", "，。 ！"}) {
    v1::SearchDisputesRequest request;
    request.set_query(query);
    ExpectError(Ask(&SearchDisputes, HeadCall(), request).status(), StatusCode::kInvalidArgument,
                reason::kFieldInvalid, "query");
  }
}

class SuggestTest : public SearchTest {
 protected:
  void Close(const std::string& name) {
    Execute(
        absl::StrCat("UPDATE disputes SET state = 'ACCEPTED', clock = 'mediation', "
                     "accept_time = create_time WHERE 'disputes/' || number = '",
                     name, "'"));
    Assign(name);
    v1::ConcludeWithoutAgreementRequest request;
    request.set_name(name);
    request.set_reason(v1::CONCLUSION_REASON_NO_AGREEMENT);
    Must(&ConcludeWithoutAgreement, HeadCall(), request);
  }
  v1::SuggestReferencesResponse Suggest(Call call, const std::string& name) {
    v1::SuggestReferencesRequest request;
    request.set_name(name);
    return Must(&SuggestReferences, std::move(call), request);
  }
};

TEST_F(SuggestTest, TheMostAlikeClosedCaseComesFirstWithoutNamesAndNumbers) {
  const std::string alike =
      ReportedAs("王小二拖欠钢材货款12万元，电话13800138000联系不上", 1, "王小二").name();
  const std::string other = ReportedAs("装修合同质量争议，要求返工", 2).name();
  const std::string open = ReportedAs("拖欠钢材货款，仍在协商", 3).name();
  Close(alike);
  Close(other);
  const std::string asked = ReportedAs("买方拖欠钢材货款，多次催讨无果", 4).name();
  Index();
  const v1::SuggestReferencesResponse response = Suggest(HeadCall(), asked);
  ASSERT_GE(response.similar_cases_size(), 1);
  EXPECT_EQ(response.similar_cases(0).summary(), "＊拖欠钢材货款12万元，电话＊联系不上");
  EXPECT_EQ(response.similar_cases(0).state(), v1::DISPUTE_STATE_CLOSED_FAILED);
  EXPECT_GT(response.similar_cases(0).likeness(), 0.3);
  for (const v1::SimilarCase& similar : response.similar_cases()) {
    EXPECT_FALSE(absl::StrContains(similar.summary(), "仍在协商"));
  }
  EXPECT_EQ(response.articles(0).law(), "民法典");
  v1::SuggestReferencesRequest request;
  request.set_name(asked);
  ExpectError(Ask(&SuggestReferences, StrangerCall(), request).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
}

}  // namespace
}  // namespace maplebridge::registry
