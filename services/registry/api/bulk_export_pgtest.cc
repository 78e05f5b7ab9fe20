#include <absl/strings/str_cat.h>

#include <algorithm>
#include <functional>

#include "services/registry/api/export_disputes.h"
#include "services/registry/api/operation_work.h"
#include "services/registry/api/operations.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/testing/bulk_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class BulkExportTest : public BulkTest {
 protected:
  v1::Operation Ordered(Call call, const std::string& filter = "") {
    v1::ExportDisputesRequest request;
    request.set_filter(filter);
    return Must(&ExportDisputes, std::move(call), request);
  }
  // Numbers in the export of this caller, parted by spaces.
  std::string Exported(const Call& call, const std::string& filter = "") {
    const v1::Operation operation = Ordered(call, filter);
    while (Step()) {
    }
    EXPECT_EQ(Get(call, operation.name()).state(), v1::OPERATION_STATE_SUCCEEDED);
    auto records = Result(call, operation.name());
    std::string numbers;
    for (std::size_t i = 1; i < records.size(); ++i) {
      absl::StrAppend(&numbers, i > 1 ? " " : "", records[i].front());
    }
    return numbers;
  }
  // Numbers that ListDisputes answers this caller.
  std::string Listed(const Call& call, const std::string& filter = "") {
    v1::ListDisputesRequest request;
    request.set_filter(filter);
    request.set_page_size(1000);
    std::string numbers;
    const v1::ListDisputesResponse page = Must(&ListDisputePage, call, request);
    for (const v1::Dispute& dispute : page.disputes()) {
      absl::StrAppend(&numbers, numbers.empty() ? "" : " ", dispute.name().substr(9));
    }
    return numbers;
  }
};

TEST_F(BulkExportTest, AnExportHoldsWhatItsCallerIsAnsweredAndNoMore) {
  Reported(1);
  Accepted(2);
  Execute("UPDATE disputes SET organisation = 'organisations/gongshu' WHERE state = 'REPORTED'");
  Mediating(3);
  const Call callers[] = {HeadCall(), StrangerCall(), BureauCall(), BureauCall("4419"),
                          CourtCall()};
  const int counts[] = {2, 1, 3, 0, 0};
  for (std::size_t i = 0; i < std::size(callers); ++i) {
    const std::string exported = Exported(callers[i]);
    EXPECT_EQ(exported, Listed(callers[i]));
    EXPECT_EQ(std::count(exported.begin(), exported.end(), 'D'), counts[i]) << i;
  }
  const std::string filter = "state = MEDIATING";
  EXPECT_EQ(Exported(HeadCall(), filter), Listed(HeadCall(), filter));
  EXPECT_EQ(Exported(BureauCall(), "state = ARCHIVED"), "");
}

TEST_F(BulkExportTest, NamesStandOnlyWhereTheCallersListHasThemAndIdentityNumbersNowhere) {
  Reported(1);
  const std::string identity = Draft(1).parties(0).identity_number();
  const struct {
    Call call;
    bool names;
  } rows[] = {{HeadCall(), true}, {BureauCall(), false}};
  for (const auto& row : rows) {
    const v1::Operation operation = Ordered(row.call);
    while (Step()) {
    }
    auto bytes = ReadResult(row.call, operation.name());
    ASSERT_TRUE(bytes.ok()) << bytes.status();
    EXPECT_EQ(bytes->find("张三") != std::string::npos, row.names);
    for (const std::string& secret :
         {identity, identity.substr(14), std::string("13800138000"), std::string("138*")}) {
      EXPECT_EQ(bytes->find(secret), std::string::npos) << secret;
    }
  }
}

TEST_F(BulkExportTest, ALongExportGoesOnWhereItStopped) {
  Sent(File(kDisputesOfStep + 7));
  while (Step()) {
  }
  const v1::Operation operation = Ordered(HeadCall());
  ASSERT_TRUE(Step());
  const v1::Operation half = Get(HeadCall(), operation.name());
  EXPECT_EQ(half.state(), v1::OPERATION_STATE_RUNNING);
  EXPECT_EQ(half.progress().done_count(), kDisputesOfStep);
  ExpectError(ReadResult(HeadCall(), operation.name()).status(), StatusCode::kFailedPrecondition,
              "STATE_FORBIDS");
  ASSERT_TRUE(Step());
  EXPECT_FALSE(Step());
  const auto records = Result(HeadCall(), operation.name());
  ASSERT_EQ(records.size(), kDisputesOfStep + 8u);
  for (std::size_t i = 2; i < records.size(); ++i) {
    EXPECT_LT(records[i - 1].front(), records[i].front());
    EXPECT_EQ(records[i].size(), records[0].size());
  }
  EXPECT_EQ(Value("SELECT (position('张三'::bytea IN bytes) > 0)::text FROM operation_chunks "
                  "LIMIT 1"),
            "false");
}

TEST_F(BulkExportTest, AnExportIsForWhoOrderedItWhileThatCallerBelongsWhereItDid) {
  Reported(1);
  const v1::Operation operation = Ordered(HeadCall());
  while (Step()) {
  }
  Caller colleague = HeadCall().caller();
  colleague.principal = "callers/colleague";
  Caller moved = HeadCall().caller();
  moved.organisation = "organisations/gongshu";
  for (const Caller& other : {colleague, moved}) {
    ExpectError(ReadResult(CallBy(other), operation.name()).status(), StatusCode::kNotFound,
                "RESOURCE_NOT_FOUND");
    EXPECT_EQ(
        Must(&ListOperationPage, CallBy(other), v1::ListOperationsRequest()).operations_size(), 0);
  }
  EXPECT_TRUE(ReadResult(HeadCall(), operation.name()).ok());
}

TEST_F(BulkExportTest, WhatCannotBeAskedForIsRefusedAtOnce) {
  v1::ExportDisputesRequest request;
  request.set_filter("colour = RED");
  ExpectError(Ask(&ExportDisputes, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              "FIELD_INVALID", "filter");
  request.set_filter("");
  request.set_organisation("organisations/gongshu");
  ExpectError(Ask(&ExportDisputes, HeadCall(), request).status(), StatusCode::kPermissionDenied,
              "SCOPE_NOT_ALLOWED");
  EXPECT_EQ(Value("SELECT count(*)::text FROM operations"), "0");
  for (int i = 0; i < kMostExports; ++i) Ordered(HeadCall());
  request.clear_organisation();
  ExpectError(Ask(&ExportDisputes, HeadCall(), request).status(), StatusCode::kFailedPrecondition,
              "GUARD_FAILED");
  Ordered(BureauCall());
}

TEST_F(BulkExportTest, OperationsAreListedTheLatestFirstByPages) {
  std::vector<std::string> names{Sent(File(1)).name()};
  for (int i = 0; i < 3; ++i) names.push_back(Ordered(HeadCall()).name());
  // Ids rise with the millisecond.
  std::sort(names.begin(), names.end(), std::greater<>());
  v1::ListOperationsRequest request;
  request.set_page_size(3);
  std::vector<std::string> listed;
  do {
    const v1::ListOperationsResponse page = Must(&ListOperationPage, HeadCall(), request);
    for (const v1::Operation& operation : page.operations()) listed.push_back(operation.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, names);
  request.set_kind(v1::OPERATION_KIND_IMPORT);
  EXPECT_EQ(Must(&ListOperationPage, HeadCall(), request).operations_size(), 1);
}

}  // namespace
}  // namespace maplebridge::registry
