// The questions that anyone may ask, without any identity.
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <set>

#include "maplebridge/registry/v1/reference.grpc.pb.h"
#include "services/registry/api/reference_questions.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/registry_server.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string problem;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &problem)) << problem;
  return time;
}

class ReferenceQuestionsTest : public RegistryServerTest {
 protected:
  void SetUp() override {
    RegistryServerTest::SetUp();
    stub_ = v1::ReferenceService::NewStub(ChannelOf("gateway"));
  }
  static v1::CalculateDeadlineRequest Period(const std::string& from, type::v1::DeadlineRule rule,
                                             int count) {
    v1::CalculateDeadlineRequest request;
    SetTime(request.mutable_from_time(), At(from));
    request.set_rule(rule);
    request.set_count(count);
    return request;
  }
  absl::StatusOr<type::v1::Deadline> Count(const v1::CalculateDeadlineRequest& request) {
    type::v1::Deadline deadline;
    grpc::Status status = stub_->CalculateDeadline(By(nullptr).get(), request, &deadline);
    if (!status.ok()) return FromGrpcStatus(status);
    return deadline;
  }
  v1::CheckIdentifierResponse Check(v1::IdentifierKind kind, const std::string& value) {
    v1::CheckIdentifierRequest request;
    request.set_kind(kind);
    request.set_value(value);
    v1::CheckIdentifierResponse response;
    grpc::Status status = stub_->CheckIdentifier(By(nullptr).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  absl::StatusOr<v1::Division> Division(const std::string& name) {
    v1::GetDivisionRequest request;
    request.set_name(name);
    v1::Division division;
    grpc::Status status = stub_->GetDivision(By(nullptr).get(), request, &division);
    if (!status.ok()) return FromGrpcStatus(status);
    return division;
  }

  std::unique_ptr<v1::ReferenceService::Stub> stub_;
};

TEST_F(ReferenceQuestionsTest, EachRuleCountsAsTheLawDoes) {
  using namespace type::v1;  // the rules
  const struct {
    const char* from;
    DeadlineRule rule;
    int count;
    const char* due_day;
    const char* due_time;
    bool provisional;
  } kCases[] = {
      // 1 to 7 October are holidays, Saturday the 10th makes up for them.
      {"2026-09-30T10:00:00+08:00", DEADLINE_RULE_WORKING, 3, "2026-10-10",
       "2026-10-11T00:00:00+08:00", false},
      {"2026-09-17T10:00:00+08:00", DEADLINE_RULE_WORKING, 3, "2026-09-21",
       "2026-09-22T00:00:00+08:00", false},
      {"2026-09-01T10:00:00+08:00", DEADLINE_RULE_CALENDAR, 29, "2026-09-30",
       "2026-10-01T00:00:00+08:00", false},
      {"2026-09-01T10:00:00+08:00", DEADLINE_RULE_CALENDAR, 30, "2026-10-08",
       "2026-10-09T00:00:00+08:00", false},
      {"2026-09-03T10:00:00+08:00", DEADLINE_RULE_MONTHS, 1, "2026-10-08",
       "2026-10-09T00:00:00+08:00", false},
      {"2026-01-31T10:00:00+08:00", DEADLINE_RULE_MONTHS, 1, "2026-02-28",
       "2026-03-01T00:00:00+08:00", false},
      // The same moment is another day in China.
      {"2026-11-24T15:59:59Z", DEADLINE_RULE_CALENDAR, 1, "2026-11-25", "2026-11-26T00:00:00+08:00",
       false},
      {"2026-11-24T16:00:00Z", DEADLINE_RULE_CALENDAR, 1, "2026-11-26", "2026-11-27T00:00:00+08:00",
       false},
      // No calendar is published for 2027 yet.
      {"2026-12-30T10:00:00+08:00", DEADLINE_RULE_WORKING, 3, "2027-01-04",
       "2027-01-05T00:00:00+08:00", true},
  };
  for (const auto& each : kCases) {
    SCOPED_TRACE(absl::StrCat(each.from, " ", each.count));
    auto deadline = Count(Period(each.from, each.rule, each.count));
    ASSERT_TRUE(deadline.ok()) << deadline.status();
    EXPECT_EQ(deadline->due_day(), each.due_day);
    EXPECT_EQ(deadline->due_time().seconds(), absl::ToUnixSeconds(At(each.due_time)));
    EXPECT_EQ(deadline->provisional(), each.provisional);
    EXPECT_GT(deadline->because_size(), 0);
  }
}

TEST_F(ReferenceQuestionsTest, LengthsAndRulesHaveTheirLimits) {
  using namespace type::v1;  // the rules
  const char* from = "2026-09-01T10:00:00+08:00";
  EXPECT_TRUE(Count(Period(from, DEADLINE_RULE_CALENDAR, 3660)).ok());
  EXPECT_TRUE(Count(Period(from, DEADLINE_RULE_MONTHS, 120)).ok());
  for (const auto& request :
       {Period(from, DEADLINE_RULE_CALENDAR, 3661), Period(from, DEADLINE_RULE_WORKING, -1),
        Period(from, DEADLINE_RULE_MONTHS, 121), Period(from, DEADLINE_RULE_MONTHS, 0)}) {
    ExpectError(Count(request).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
                "count");
  }
  ExpectError(Count(Period(from, DEADLINE_RULE_UNSPECIFIED, 1)).status(),
              StatusCode::kInvalidArgument, reason::kFieldInvalid, "rule");
  v1::CalculateDeadlineRequest late = Period(from, DEADLINE_RULE_CALENDAR, 1);
  late.mutable_from_time()->set_seconds(253402300800);
  ExpectError(Count(late).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "from_time");
}

TEST_F(ReferenceQuestionsTest, ABatchAnswersEachInItsPlace) {
  using namespace type::v1;  // the rules
  v1::BatchCalculateDeadlinesRequest request;
  *request.add_requests() = Period("2026-09-01T10:00:00+08:00", DEADLINE_RULE_CALENDAR, 29);
  *request.add_requests() = Period("2026-09-01T10:00:00+08:00", DEADLINE_RULE_CALENDAR, 99999);
  *request.add_requests() = Period("2026-09-03T10:00:00+08:00", DEADLINE_RULE_MONTHS, 1);
  v1::BatchCalculateDeadlinesResponse response;
  grpc::Status status = stub_->BatchCalculateDeadlines(By(nullptr).get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.results_size(), 3);
  EXPECT_EQ(response.results(0).deadline().due_day(), "2026-09-30");
  EXPECT_EQ(response.results(1).error().code(), 3);
  EXPECT_TRUE(absl::StrContains(response.results(1).error().message(), "count"));
  EXPECT_EQ(response.results(2).deadline().due_day(), "2026-10-08");
}

TEST_F(ReferenceQuestionsTest, IdentifiersAreCheckedAndNormalised) {
  const struct {
    v1::IdentifierKind kind;
    const char* value;
    const char* normalised;  // null when it breaks a rule
    const char* reason;
  } kCases[] = {
      {v1::IDENTIFIER_KIND_RESIDENT, "11010519491231002x", "11010519491231002X", ""},
      {v1::IDENTIFIER_KIND_RESIDENT, "110105194912310021", nullptr, "MOD 11-2"},
      {v1::IDENTIFIER_KIND_RESIDENT, "330102200302290018", nullptr, "birth date"},
      {v1::IDENTIFIER_KIND_SOCIAL_CREDIT, "91350100m000100y43", "91350100M000100Y43", ""},
      {v1::IDENTIFIER_KIND_SOCIAL_CREDIT, "91350100M000100Y44", nullptr, "MOD 31"},
      {v1::IDENTIFIER_KIND_TELEPHONE, "+86 138 0013 8000", "13800138000", ""},
      {v1::IDENTIFIER_KIND_TELEPHONE, "12345", nullptr, "mobile"},
      {v1::IDENTIFIER_KIND_COURT_CASE_NUMBER, "(2026)浙0102民诉前调1号",
       "（2026）浙0102民诉前调1号", ""},
      {v1::IDENTIFIER_KIND_COURT_CASE_NUMBER, "（2026）浙0102民诉前调1", nullptr, "号"},
      {v1::IDENTIFIER_KIND_DISPUTE_NUMBER, "D-330102-2026-00000017", "D-330102-2026-00000017", ""},
      {v1::IDENTIFIER_KIND_DISPUTE_NUMBER, "D-330102-2026-00000014", nullptr, "check digit"},
      {v1::IDENTIFIER_KIND_DIVISION, "330102", "330102000000", ""},
      {v1::IDENTIFIER_KIND_DIVISION, "330199", nullptr, "330199"},
  };
  for (const auto& each : kCases) {
    SCOPED_TRACE(each.value);
    const v1::CheckIdentifierResponse answer = Check(each.kind, each.value);
    EXPECT_EQ(answer.valid(), each.normalised != nullptr) << answer.reason();
    EXPECT_EQ(answer.normalised_value(), each.normalised == nullptr ? "" : each.normalised);
    EXPECT_TRUE(absl::StrContains(answer.reason(), each.reason)) << answer.reason();
    EXPECT_EQ(answer.reason().empty(), answer.valid());
  }
  EXPECT_FALSE(Check(v1::IDENTIFIER_KIND_RESIDENT, std::string(201, '1')).valid());
}

TEST_F(ReferenceQuestionsTest, ABatchCountsAtMostTwoMillionWorkingDays) {
  v1::BatchCalculateDeadlinesRequest request;
  for (int i = 0; i < 547; ++i) {
    v1::CalculateDeadlineRequest* each = request.add_requests();
    each->mutable_from_time()->set_seconds(1'790'000'000);
    each->set_rule(type::v1::DEADLINE_RULE_WORKING);
    each->set_count(3660);
  }
  v1::BatchCalculateDeadlinesResponse response;
  grpc::Status status = stub_->BatchCalculateDeadlines(By(nullptr).get(), request, &response);
  ExpectError(FromGrpcStatus(status), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "requests");
  request.mutable_requests()->RemoveLast();
  EXPECT_TRUE(stub_->BatchCalculateDeadlines(By(nullptr).get(), request, &response).ok());
}

TEST_F(ReferenceQuestionsTest, ABatchOfIdentifiersKeepsItsOrder) {
  v1::BatchCheckIdentifiersRequest request;
  for (const char* value : {"11010519491231002X", "1", "440524188001010014"}) {
    auto* each = request.add_requests();
    each->set_kind(v1::IDENTIFIER_KIND_RESIDENT);
    each->set_value(value);
  }
  v1::BatchCheckIdentifiersResponse response;
  grpc::Status status = stub_->BatchCheckIdentifiers(By(nullptr).get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.results_size(), 3);
  EXPECT_TRUE(response.results(0).valid());
  EXPECT_FALSE(response.results(1).valid());
  EXPECT_TRUE(response.results(2).valid());
}

TEST_F(ReferenceQuestionsTest, ADivisionIsAnsweredByAnyLengthOfItsCode) {
  for (const char* name : {"divisions/330102", "divisions/330102000000"}) {
    auto division = Division(name);
    ASSERT_TRUE(division.ok()) << division.status();
    EXPECT_EQ(division->name(), "divisions/330102000000");
    EXPECT_EQ(division->display_name(), "上城区");
    EXPECT_EQ(division->full_name(), "浙江省杭州市上城区");
    EXPECT_EQ(division->level(), v1::DIVISION_LEVEL_COUNTY);
    EXPECT_EQ(division->parent(), "divisions/330100000000");
  }
  ExpectError(Division("divisions/330199").status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  ExpectError(Division("divisions/33019").status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "name");
  ExpectError(Division("places/33").status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "name");
}

TEST_F(ReferenceQuestionsTest, ListsOfDivisionsPageAndRefuseAForeignToken) {
  v1::ListDivisionsRequest request;
  v1::ListDivisionsResponse response;
  ASSERT_TRUE(stub_->ListDivisions(By(nullptr).get(), request, &response).ok());
  EXPECT_EQ(response.divisions(0).display_name(), "北京市");
  EXPECT_FALSE(response.reference_version().empty());
  request.set_parent("330102");
  request.set_page_size(2);
  std::vector<std::string> names;
  do {
    ASSERT_TRUE(stub_->ListDivisions(By(nullptr).get(), request, &response).ok());
    for (const auto& division : response.divisions()) names.push_back(division.display_name());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && names.size() < 10);
  EXPECT_EQ(names, (std::vector<std::string>{"清波街道", "湖滨街道", "小营街道"}));
  request.set_page_token("not a token");
  grpc::Status status = stub_->ListDivisions(By(nullptr).get(), request, &response);
  ExpectError(FromGrpcStatus(status), StatusCode::kInvalidArgument, reason::kPageTokenInvalid,
              "page_token");
  request.clear_page_token();
  request.set_parent("999999");
  status = stub_->ListDivisions(By(nullptr).get(), request, &response);
  ExpectError(FromGrpcStatus(status), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "parent");
}

TEST_F(ReferenceQuestionsTest, CategoriesCarryTheirLimits) {
  v1::ListDisputeCategoriesResponse response;
  ASSERT_TRUE(
      stub_->ListDisputeCategories(By(nullptr).get(), v1::ListDisputeCategoriesRequest(), &response)
          .ok());
  EXPECT_EQ(response.categories_size(), 21);
  std::set<std::string> codes;
  for (const auto& category : response.categories()) {
    codes.insert(category.code());
    EXPECT_FALSE(category.display_name().empty());
    if (category.code() == "MEDICAL") {
      EXPECT_EQ(category.limit_rule(), type::v1::DEADLINE_RULE_WORKING);
      EXPECT_EQ(category.limit(), 30);
    }
    if (category.code() == "LABOUR") {
      EXPECT_EQ(category.limit(), 15);
    }
  }
  EXPECT_EQ(codes.size(), 21u);
}

}  // namespace
}  // namespace maplebridge::registry
