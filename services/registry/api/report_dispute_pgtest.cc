#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <set>

#include "services/registry/api/report_dispute.h"
#include "services/registry/api/take_on.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class ReportDisputeTest : public RegistryTest {
 protected:
  absl::StatusOr<v1::Dispute> Report(const v1::Dispute& dispute, const std::string& request_id = "",
                                     std::optional<Call> call = std::nullopt) {
    v1::ReportDisputeRequest request;
    *request.mutable_dispute() = dispute;
    request.set_request_id(request_id);
    return Ask(&ReportDispute, call.value_or(HeadCall()), request);
  }

  v1::ListDisputesResponse List(const v1::ListDisputesRequest& request, Call call) {
    return Must(&ListDisputePage, std::move(call), request);
  }
};

TEST_F(ReportDisputeTest, StoresTheDisputeItsPartiesItsClockAndItsEvent) {
  auto dispute = Report(Draft());
  ASSERT_TRUE(dispute.ok()) << dispute.status();
  EXPECT_TRUE(absl::StartsWith(dispute->name(), "disputes/D-330102-")) << dispute->name();
  EXPECT_EQ(dispute->state(), v1::DISPUTE_STATE_REPORTED);
  EXPECT_EQ(dispute->division(), "330102001000");
  EXPECT_EQ(dispute->revision(), 1);
  EXPECT_EQ(dispute->clock(), "accept");
  EXPECT_EQ(dispute->parties(0).display_name(), "张三");
  EXPECT_NE(dispute->parties(0).identity_number(), Draft().parties(0).identity_number());
  EXPECT_EQ(dispute->parties(0).identity_number().size(), 18u) << "masked, not left out";

  const std::string name = dispute->name();
  EXPECT_EQ(Value("SELECT state FROM disputes WHERE 'disputes/' || number = '" + name + "'"),
            "REPORTED");
  EXPECT_EQ(Value("SELECT count(*)::text FROM parties"), "2");
  EXPECT_EQ(Value("SELECT kind || ' ' || state FROM deadlines WHERE resource = '" + name + "'"),
            "accept RUNNING");
  EXPECT_EQ(Value("SELECT type || ' ' || from_state || '>' || to_state || ' ' || actor FROM events "
                  "WHERE resource = '" +
                  name + "'"),
            "Report >REPORTED callers/head");
}

TEST_F(ReportDisputeTest, TheDueDayIsTheThirdWorkingDay) {
  auto dispute = Report(Draft());
  ASSERT_TRUE(dispute.ok()) << dispute.status();
  auto deadline = calendar::CountDeadline(registry().calendar(), absl::Now(),
                                          calendar::DeadlineRule::kWorking, 3);
  ASSERT_TRUE(deadline.ok());
  EXPECT_EQ(dispute->deadline().due_day(), absl::FormatCivilTime(deadline->due_day));
  EXPECT_EQ(Value("SELECT due_day::text FROM deadlines"), dispute->deadline().due_day());
}

TEST_F(ReportDisputeTest, ARepeatAnswersTheSameDisputeAndStoresNothing) {
  const std::string id = NewRequestId();
  auto first = Report(Draft(), id);
  ASSERT_TRUE(first.ok()) << first.status();
  const std::string before = RowCounts();
  auto again = Report(Draft(), id);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(RowCounts(), before);
}

TEST_F(ReportDisputeTest, ARepeatAnswersTheDisputeAsItIsNow) {
  const std::string id = NewRequestId();
  auto first = Report(Draft(), id);
  ASSERT_TRUE(first.ok()) << first.status();
  v1::AcceptDisputeRequest accept;
  accept.set_name(first->name());
  Must(&AcceptDispute, HeadCall(), accept);
  auto again = Report(Draft(), id);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->name(), first->name());
  EXPECT_EQ(again->state(), v1::DISPUTE_STATE_ACCEPTED);
}

TEST_F(ReportDisputeTest, ARequestIdWithAnotherBodyIsRefused) {
  const std::string id = NewRequestId();
  ASSERT_TRUE(Report(Draft(), id).ok());
  const std::string before = RowCounts();
  v1::Dispute other = Draft();
  other.set_summary("另一件事");
  ExpectError(Report(other, id).status(), StatusCode::kAlreadyExists, reason::kRequestIdReused);
  EXPECT_EQ(RowCounts(), before);
}

TEST_F(ReportDisputeTest, TheSameRequestIdOfAnotherCallerIsAnotherRequest) {
  const std::string id = NewRequestId();
  ASSERT_TRUE(Report(Draft(), id).ok());
  Caller mediator;
  mediator.principal = "callers/wang";
  mediator.roles = {options::v1::ROLE_MEDIATOR};
  mediator.organisation = kOrganisation;
  ASSERT_TRUE(Report(Draft(2), id, CallBy(mediator)).ok());
  EXPECT_EQ(Value("SELECT count(*)::text FROM disputes"), "2");
}

TEST_F(ReportDisputeTest, TwinsAtTheSameMomentMakeOneDispute) {
  const std::string id = NewRequestId();
  v1::ReportDisputeRequest request;
  *request.mutable_dispute() = Draft();
  request.set_request_id(id);
  std::vector<Call> calls(8, HeadCall());
  std::vector<absl::StatusOr<v1::Dispute>> answers(8, absl::UnknownError("no answer"));
  auto all = [&]() -> Task<bool> {
    int open = 8;
    for (int i = 0; i < 8; ++i) {
      Start(ReportDispute(registry(), calls[i], request), [&, i](absl::StatusOr<v1::Dispute> one) {
        answers[i] = std::move(one);
        --open;
      });
    }
    while (open > 0) co_await Sleep(absl::Milliseconds(1));
    co_return true;
  };
  Run(all());
  std::set<std::string> names;
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer.ok()) << answer.status();
    names.insert(answer->name());
  }
  EXPECT_EQ(names.size(), 1u);
  EXPECT_EQ(Value("SELECT count(*)::text FROM disputes"), "1");
  EXPECT_EQ(Value("SELECT count(*)::text FROM events"), "1");
}

struct WrongReport {
  const char* what;
  void (*change)(v1::Dispute*);
  const char* field;
};

TEST_F(ReportDisputeTest, EachWrongFieldIsNamedAndNothingIsStored) {
  const WrongReport kCases[] = {
      {"check character of an identity number",
       [](v1::Dispute* dispute) {
         std::string* number = dispute->mutable_parties(1)->mutable_identity_number();
         number->back() = number->back() == '1' ? '2' : '1';
       },
       "dispute.parties[1].identity_number"},
      {"division that is not in the table",
       [](v1::Dispute* dispute) { dispute->set_division("330199"); }, "dispute.division"},
      {"division of a whole province", [](v1::Dispute* dispute) { dispute->set_division("33"); },
       "dispute.division"},
      {"division of a city with counties",
       [](v1::Dispute* dispute) { dispute->set_division("3301"); }, "dispute.division"},
      {"text with a control character",
       [](v1::Dispute* dispute) { dispute->set_summary("货款\x01未付"); }, "dispute.summary"},
      {"text with a zero byte",
       [](v1::Dispute* dispute) { dispute->set_summary(std::string("货款\0未付", 13)); },
       "dispute.summary"},
      {"text that is not UTF-8",
       [](v1::Dispute* dispute) { dispute->set_summary("\xE8\xB4\xA7\xFF"); }, "dispute.summary"},
      {"text beyond its length",
       [](v1::Dispute* dispute) { dispute->set_summary(std::string(2001, 'x')); },
       "dispute.summary"},
      {"category that is none", [](v1::Dispute* dispute) { dispute->set_category("MURDER"); },
       "dispute.category"},
      {"text of a category that has none",
       [](v1::Dispute* dispute) { dispute->set_category_text("x"); }, "dispute.category_text"},
      {"sum below zero", [](v1::Dispute* dispute) { dispute->set_claimed_amount_fen(-1); },
       "dispute.claimed_amount_fen"},
      {"source that is docking's",
       [](v1::Dispute* dispute) { dispute->set_source(v1::DISPUTE_SOURCE_REFERRAL); },
       "dispute.source"},
      {"telephone",
       [](v1::Dispute* dispute) { dispute->mutable_parties(0)->set_telephone("12345"); },
       "dispute.parties[0].telephone"},
      {"domicile that is not in the table",
       [](v1::Dispute* dispute) { dispute->mutable_parties(0)->set_domicile_division("999999"); },
       "dispute.parties[0].domicile_division"},
      {"one person twice",
       [](v1::Dispute* dispute) {
         dispute->mutable_parties(1)->set_identity_number(dispute->parties(0).identity_number());
       },
       "dispute.parties[1].identity_number"},
      {"party twice", [](v1::Dispute* dispute) { dispute->mutable_parties(1)->set_party_id("p1"); },
       "dispute.parties[1].party_id"},
      {"no respondent",
       [](v1::Dispute* dispute) {
         dispute->mutable_parties(1)->set_position(type::v1::PARTY_POSITION_APPLICANT);
       },
       "dispute.parties"},
      {"name that is no organisation's",
       [](v1::Dispute* dispute) { dispute->set_organisation("qingbo"); }, "dispute.organisation"},
  };
  const std::string before = RowCounts();
  for (const WrongReport& wrong : kCases) {
    SCOPED_TRACE(wrong.what);
    v1::Dispute dispute = Draft();
    wrong.change(&dispute);
    absl::Status status = Report(dispute, NewRequestId()).status();
    ExpectError(status, StatusCode::kInvalidArgument, reason::kFieldInvalid, wrong.field);
    EXPECT_FALSE(absl::StrContains(status.message(), dispute.parties(1).identity_number()));
  }
  EXPECT_EQ(RowCounts(), before);
}

TEST_F(ReportDisputeTest, AllThatIsWrongIsNamedAtOnce) {
  v1::Dispute dispute = Draft();
  dispute.set_division("330199");
  dispute.set_summary("");
  dispute.mutable_parties(0)->set_telephone("1");
  EXPECT_EQ(FieldsOf(Report(dispute).status()),
            (std::vector<std::string>{"dispute.division", "dispute.summary",
                                      "dispute.parties[0].telephone"}));
}

TEST_F(ReportDisputeTest, ARequestIdIsAUuid) {
  ExpectError(Report(Draft(), "1").status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "request_id");
}

TEST_F(ReportDisputeTest, AMatterThatMayNotBeMediatedIsRefusedWithItsArticle) {
  v1::Dispute dispute = Draft();
  dispute.set_category("MARRIAGE_FAMILY");
  dispute.set_sub_category("PARENTAGE");
  absl::Status status = Report(dispute).status();
  ExpectError(status, StatusCode::kFailedPrecondition, reason::kGuardFailed);
  EXPECT_TRUE(absl::StrContains(status.message(), "民事诉讼法解释 143")) << status;
  EXPECT_EQ(Value("SELECT count(*)::text FROM disputes"), "0");
}

TEST_F(ReportDisputeTest, NobodyReportsForAnotherOrganisation) {
  ExpectError(Report(Draft(), "", StrangerCall()).status(), StatusCode::kPermissionDenied,
              reason::kScopeNotAllowed);
  EXPECT_EQ(Value("SELECT count(*)::text FROM disputes"), "0");
}

TEST_F(ReportDisputeTest, ABureauReportsWithinItsPlaceOnly) {
  Caller bureau;
  bureau.principal = "callers/bureau";
  bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
  bureau.division = "330102";
  v1::Dispute dispute = Draft();
  dispute.clear_organisation();
  EXPECT_TRUE(Report(dispute, "", CallBy(bureau)).ok());
  bureau.division = "330105";
  ExpectError(Report(dispute, "", CallBy(bureau)).status(), StatusCode::kPermissionDenied,
              reason::kScopeNotAllowed);
}

TEST_F(ReportDisputeTest, ACityWithoutCountiesNumbersItsOwnDisputes) {
  v1::Dispute dispute = Draft();
  dispute.set_division("441900");
  auto stored = Report(dispute);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_TRUE(absl::StartsWith(stored->name(), "disputes/D-441900-")) << stored->name();
}

TEST_F(ReportDisputeTest, NumbersRiseWithoutRepeats) {
  std::string last;
  for (int i = 1; i <= 20; ++i) {
    const std::string name = Reported(i).name();
    EXPECT_GT(name, last);
    last = name;
  }
}

TEST_F(ReportDisputeTest, TenPartiesMakeAGroupDispute) {
  v1::Dispute dispute = Draft();
  for (int i = 3; i <= 10; ++i) {
    type::v1::Party* party = dispute.add_parties();
    party->set_party_id(absl::StrCat("p", i));
    party->set_kind(type::v1::PARTY_KIND_PERSON);
    party->set_position(type::v1::PARTY_POSITION_APPLICANT);
    party->set_display_name("王五");
  }
  auto stored = Report(dispute);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->difficulty(), v1::DIFFICULTY_MAJOR);
  EXPECT_EQ(stored->party_count(), 10);
}

TEST_F(ReportDisputeTest, WhoMayNotSeeADisputeDoesNotLearnThatItIsThere) {
  const std::string name = Reported().name();
  v1::GetDisputeRequest request;
  request.set_name(name);
  EXPECT_TRUE(Ask(&GetDispute, HeadCall(), request).ok());
  absl::Status hidden = Ask(&GetDispute, StrangerCall(), request).status();
  ExpectError(hidden, StatusCode::kNotFound, reason::kResourceNotFound);
  ExpectError(Ask(&GetDispute, CourtCall(), request).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  request.set_name("disputes/D-330102-2026-00000014");  // a wrong check digit
  ExpectError(Ask(&GetDispute, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "name");
}

TEST_F(ReportDisputeTest, PlaceShowsADisputeWithoutItsParties) {
  const std::string name = Reported().name();
  Caller bureau;
  bureau.principal = "callers/bureau";
  bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
  bureau.division = "330102";
  v1::GetDisputeRequest request;
  request.set_name(name);
  const v1::Dispute seen = Must(&GetDispute, CallBy(bureau), request);
  EXPECT_EQ(seen.parties_size(), 2);
  EXPECT_EQ(seen.parties(0).display_name(), "");
  EXPECT_EQ(seen.parties(0).identity_number(), "");
}

TEST_F(ReportDisputeTest, PagesJoinToTheWholeList) {
  std::vector<std::string> all;
  for (int i = 1; i <= 7; ++i) all.push_back(Reported(i).name());
  v1::ListDisputesRequest request;
  request.set_page_size(3);
  std::vector<std::string> listed;
  int pages = 0;
  do {
    v1::ListDisputesResponse page = List(request, HeadCall());
    for (const v1::Dispute& dispute : page.disputes()) listed.push_back(dispute.name());
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty() && pages < 10);
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(listed, all);
  EXPECT_EQ(List(request, CourtCall()).disputes_size(), 0) << "none of them is the court's";
}

TEST_F(ReportDisputeTest, AChangedPageTokenAndOneOfAnotherListAreRefused) {
  for (int i = 1; i <= 3; ++i) Reported(i);
  v1::ListDisputesRequest request;
  request.set_page_size(1);
  const std::string token = List(request, HeadCall()).next_page_token();
  ASSERT_FALSE(token.empty());
  for (std::size_t at = 0; at < token.size(); at += 5) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    request.set_page_token(changed);
    ExpectError(Ask(&ListDisputePage, HeadCall(), request).status(), StatusCode::kInvalidArgument,
                reason::kPageTokenInvalid, "page_token");
  }
  request.set_page_token(token);
  request.set_state(v1::DISPUTE_STATE_AGREED);
  ExpectError(Ask(&ListDisputePage, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kPageTokenInvalid, "page_token");
  request.clear_state();
  EXPECT_EQ(List(request, HeadCall()).disputes_size(), 1);
}

TEST_F(ReportDisputeTest, ListsFilterByStateAndPlace) {
  const std::string reported = Reported(1).name();
  const std::string accepted = Accepted(2).name();
  v1::ListDisputesRequest request;
  request.set_state(v1::DISPUTE_STATE_ACCEPTED);
  v1::ListDisputesResponse page = List(request, HeadCall());
  ASSERT_EQ(page.disputes_size(), 1);
  EXPECT_EQ(page.disputes(0).name(), accepted);
  Caller bureau;
  bureau.principal = "callers/bureau";
  bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
  bureau.division = "330102";
  request.clear_state();
  EXPECT_EQ(List(request, CallBy(bureau)).disputes_size(), 2);
  request.set_division("330102001");
  EXPECT_EQ(List(request, CallBy(bureau)).disputes_size(), 2);
  request.set_division("330102003");
  EXPECT_EQ(List(request, CallBy(bureau)).disputes_size(), 0);
  request.set_division("330105");
  ExpectError(Ask(&ListDisputePage, CallBy(bureau), request).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
}

TEST_F(ReportDisputeTest, OnlyThoseWhoWorkOnTheCaseReadIdentities) {
  v1::ListDisputePartiesRequest request;
  request.set_parent(Reported().name());
  // A head whose place, as a bureau's clerk too, covers the case, but whose organisation does not.
  Caller clerk;
  clerk.principal = "callers/clerk";
  clerk.roles = {options::v1::ROLE_COUNTY_BUREAU, options::v1::ROLE_ORGANISATION_HEAD};
  clerk.division = "330102";
  clerk.organisation = "organisations/gongshu";
  ExpectError(Ask(&ListDisputeParties, CallBy(clerk), request).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
  EXPECT_EQ(Value("SELECT count(*)::text FROM party_reads"), "0");
  EXPECT_EQ(Must(&ListDisputeParties, ServiceCall(), request).parties_size(), 2);
}

TEST_F(ReportDisputeTest, WhoReadsPartiesInFullIsRecorded) {
  const std::string name = Reported().name();
  v1::ListDisputePartiesRequest request;
  request.set_parent(name);
  request.set_page_size(1);
  v1::ListDisputePartiesResponse page = Must(&ListDisputeParties, HeadCall(), request);
  ASSERT_EQ(page.parties_size(), 1);
  EXPECT_EQ(page.parties(0).identity_number(), Draft().parties(0).identity_number());
  EXPECT_EQ(page.parties(0).telephone(), "13800138000");
  request.set_page_token(page.next_page_token());
  page = Must(&ListDisputeParties, HeadCall(), request);
  ASSERT_EQ(page.parties_size(), 1);
  EXPECT_EQ(page.parties(0).party_id(), "p2");
  EXPECT_EQ(page.next_page_token(), "");
  EXPECT_EQ(Value("SELECT count(*)::text || ' ' || min(principal) FROM party_reads"),
            "2 callers/head");
  ExpectError(Ask(&ListDisputeParties, StrangerCall(), request).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  EXPECT_EQ(Value("SELECT count(*)::text FROM party_reads"), "2");
}

}  // namespace
}  // namespace maplebridge::registry
