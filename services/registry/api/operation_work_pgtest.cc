// How operations are worked off: by whom, and what becomes of what waits and of what was made.
#include <absl/strings/str_cat.h>

#include "services/registry/api/import_step.h"
#include "services/registry/api/operation_work.h"
#include "services/registry/api/operations.h"
#include "services/registry/store/operation_store.h"
#include "services/registry/testing/bulk_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class OperationWorkTest : public BulkTest {};

TEST_F(OperationWorkTest, WhatWasDoneBeforeAServiceWasKilledStaysDoneAndAnotherGoesOn) {
  const int rows = 2 * kRowsOfStep + 30;
  const v1::Operation sent = Sent(File(rows));
  EXPECT_EQ(sent.progress().row_count(), rows);
  ASSERT_TRUE(Step());
  EXPECT_EQ(Get(HeadCall(), sent.name()).progress().done_count(), kRowsOfStep);
  EXPECT_EQ(DisputeCount(), absl::StrCat(kRowsOfStep));
  EXPECT_EQ(Value("SELECT count(*)::text FROM operation_rows"), absl::StrCat(kRowsOfStep + 30));
  // A service that dies within a step leaves its transaction uncommitted.
  std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> killed =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
    auto operation = co_await TakeOperation(transaction, registry().keys);
    if (!operation.ok()) co_return operation.status();
    const std::string rules = "2027-01";
    absl::Status done =
        co_await ImportNextRows(registry(), transaction, rules, absl::Now(), &**operation);
    if (!done.ok()) co_return done;
    co_return absl::InternalError("killed");
  };
  auto died = Run(parts_->databases[0]->Transact<bool>(absl::Now() + absl::Seconds(20), killed));
  EXPECT_EQ(died.status().message(), "killed");
  EXPECT_EQ(DisputeCount(), absl::StrCat(kRowsOfStep));
  const v1::Operation done = Finished(sent.name());
  EXPECT_EQ(Counts(done), absl::StrCat(rows, " ", rows, " 0 0"));
  EXPECT_EQ(DisputeCount(), absl::StrCat(rows));
  EXPECT_EQ(Value("SELECT count(DISTINCT resource)::text FROM events WHERE type = 'Import'"),
            absl::StrCat(rows));
  ExpectNothingStaged();
}

TEST_F(OperationWorkTest, OneThatWorksOnAnOperationDoesNotHoldUpTheOthers) {
  const v1::Operation first = Sent(File(1));
  const v1::Operation second = Sent(File(1, 100));
  std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> holding =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
    auto held = co_await TakeOperation(transaction, registry().keys);
    if (!held.ok()) co_return held.status();
    EXPECT_EQ((*held)->name(), first.name()) << "the one that waited longest";
    const Call call = ServiceCall();
    auto worked = co_await WorkOnOperation(registry(), call);
    EXPECT_TRUE(worked.ok() && *worked);
    worked = co_await WorkOnOperation(registry(), call);
    EXPECT_TRUE(worked.ok() && !*worked) << "the first is held";
    co_return true;
  };
  EXPECT_TRUE(
      Run(parts_->databases[0]->Transact<bool>(absl::Now() + absl::Seconds(20), holding)).ok());
  EXPECT_EQ(Get(HeadCall(), second.name()).state(), v1::OPERATION_STATE_SUCCEEDED);
  EXPECT_EQ(Get(HeadCall(), first.name()).state(), v1::OPERATION_STATE_RUNNING);
}

TEST_F(OperationWorkTest, ACancelledImportLooksAtNothingMoreAndKeepsNoRow) {
  const v1::Operation sent = Sent(File(kRowsOfStep + 5));
  ASSERT_TRUE(Step());
  v1::CancelOperationRequest request;
  request.set_name(sent.name());
  request.set_request_id(NewRequestId());
  const v1::Operation cancelled = Must(&CancelOperation, HeadCall(), request);
  EXPECT_EQ(cancelled.state(), v1::OPERATION_STATE_CANCELLED);
  EXPECT_EQ(Must(&CancelOperation, HeadCall(), request).state(), v1::OPERATION_STATE_CANCELLED);
  EXPECT_FALSE(Step());
  EXPECT_EQ(DisputeCount(), absl::StrCat(kRowsOfStep));
  ExpectNothingStaged();
  request.set_request_id(NewRequestId());
  ExpectError(Ask(&CancelOperation, HeadCall(), request).status(), StatusCode::kFailedPrecondition,
              "STATE_FORBIDS");
}

TEST_F(OperationWorkTest, WhatWaitsAndWhatComesBackIsSealedAndDestroyedInTime) {
  const v1::Operation sent = Sent(Heading() + "N-1,?,,张三的秘密\r\n");
  const std::string plain =
      "position('张三的秘密'::bytea IN cells) > 0 OR position('N-1'::bytea IN cells) > 0";
  EXPECT_EQ(Value("SELECT bool_or(" + plain + ")::text FROM operation_rows"), "false");
  const v1::Operation done = Finished(sent.name());
  EXPECT_EQ(Value("SELECT (position('张三的秘密'::bytea IN bytes) > 0)::text FROM "
                  "operation_chunks"),
            "false");
  const auto destroy = [&](absl::Duration later) {
    const absl::Time now = absl::Now() + later;
    return Run(DestroyExpiredResults(*parts_->databases[0], absl::Now() + absl::Seconds(20), now,
                                     now - absl::Hours(1)));
  };
  EXPECT_EQ(*destroy(absl::Hours(7 * 24) - absl::Minutes(1)), 0);
  EXPECT_TRUE(ReadResult(HeadCall(), done.name()).ok());
  EXPECT_EQ(*destroy(absl::Hours(7 * 24) + absl::Minutes(1)), 1);
  EXPECT_EQ(Value("SELECT count(*)::text FROM operation_chunks"), "0");
  EXPECT_TRUE(Get(HeadCall(), done.name()).result().expired());
  ExpectError(ReadResult(HeadCall(), done.name()).status(), StatusCode::kFailedPrecondition,
              "GUARD_FAILED");
}

TEST_F(OperationWorkTest, WhatNeverCameInWholeIsSweptAndNeverSeen) {
  Sent(File(3));
  Execute("UPDATE operations SET state = 'STAGING'");
  const std::string name = Value("SELECT 'operations/' || operation_id FROM operations");
  v1::GetOperationRequest get;
  get.set_name(name);
  ExpectError(Ask(&GetOperation, HeadCall(), get).status(), StatusCode::kNotFound,
              "RESOURCE_NOT_FOUND");
  EXPECT_FALSE(Step());
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  EXPECT_EQ(*Run(DestroyExpiredResults(*parts_->databases[0], deadline, absl::Now(),
                                       absl::Now() - absl::Hours(1))),
            0);
  EXPECT_EQ(*Run(DestroyExpiredResults(*parts_->databases[0], deadline, absl::Now(),
                                       absl::Now() + absl::Seconds(1))),
            1);
  EXPECT_EQ(Value("SELECT count(*)::text FROM operations"), "0");
  ExpectNothingStaged();
}

TEST_F(OperationWorkTest, AStepThatFailsForAFaultOfOursIsTriedAndThenEndsTheOperation) {
  const v1::Operation sent = Sent(File(1));
  Execute("UPDATE operation_rows SET cells = 'changed'");
  for (int i = 1; i < kMostFaults; ++i) {
    ASSERT_TRUE(Step());
    EXPECT_EQ(Get(HeadCall(), sent.name()).state(), v1::OPERATION_STATE_RUNNING) << i;
  }
  ASSERT_TRUE(Step());
  const v1::Operation failed = Get(HeadCall(), sent.name());
  EXPECT_EQ(failed.state(), v1::OPERATION_STATE_FAILED);
  EXPECT_EQ(failed.error().reason(), "INTERNAL_FAULT");
  EXPECT_FALSE(Step());
  ExpectNothingStaged();
}

}  // namespace
}  // namespace maplebridge::registry
