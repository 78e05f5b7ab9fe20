#include "common/postgres/error_table.h"

#include <gtest/gtest.h>

#include "common/postgres/connection.h"
#include "common/status/error.h"

namespace maplebridge::postgres {
namespace {

using absl::StatusCode;

struct Expected {
  const char* sqlstate;
  StatusCode code;
  std::string_view reason;
  bool may_retry;
  bool is_row_error;
  bool is_rerunnable;
};

TEST(ErrorTableTest, EachSqlStateHasItsCodeReasonAndWhatMayBeTried) {
  constexpr Expected kExpected[] = {
      {"23505", StatusCode::kAlreadyExists, reason::kResourceExists, false, true, false},
      {"23514", StatusCode::kFailedPrecondition, reason::kGuardFailed, false, true, false},
      {"22001", StatusCode::kInvalidArgument, reason::kFieldInvalid, false, true, false},
      {"40001", StatusCode::kAborted, reason::kOverloaded, false, false, true},
      {"40P01", StatusCode::kAborted, reason::kOverloaded, false, false, true},
      {"57014", StatusCode::kDeadlineExceeded, reason::kDeadlinePassed, false, false, false},
      {"57P01", StatusCode::kUnavailable, reason::kDatabaseUnavailable, true, false, false},
      {"53300", StatusCode::kUnavailable, reason::kDatabaseUnavailable, true, false, false},
      {"08006", StatusCode::kUnavailable, reason::kDatabaseUnavailable, true, false, false},
      {"25P03", StatusCode::kUnavailable, reason::kDatabaseUnavailable, true, false, false},
      {"25006", StatusCode::kUnavailable, reason::kDatabaseUnavailable, true, false, false},
      {"25001", StatusCode::kInternal, reason::kInternal, false, false, false},
      {"42601", StatusCode::kInternal, reason::kInternal, false, false, false},
  };
  for (const Expected& expected : kExpected) {
    SCOPED_TRACE(expected.sqlstate);
    const absl::Status status = StatusOfSqlState(expected.sqlstate, "");
    EXPECT_EQ(status.code(), expected.code);
    EXPECT_EQ(ReasonOf(status), expected.reason);
    EXPECT_EQ(SqlStateOf(status), expected.sqlstate);
    EXPECT_EQ(ToGrpcStatus(status).error_details().find("RetryInfo") != std::string::npos,
              expected.may_retry);
    EXPECT_EQ(IsRowError(status), expected.is_row_error);
    EXPECT_EQ(IsRerunnable(status), expected.is_rerunnable);
  }
}

TEST(ErrorTableTest, TheConstraintIsNamed) {
  const absl::Status status = StatusOfSqlState("23514", "parties_check");
  EXPECT_EQ(ConstraintOf(status), "parties_check");
  EXPECT_NE(status.message().find("parties_check"), std::string_view::npos);
}

}  // namespace
}  // namespace maplebridge::postgres
