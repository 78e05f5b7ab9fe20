// Analytics on a database of its own, behind feeds that are told what happened: what the tests that
// need PostgreSQL stand on. The environment MAPLEBRIDGE_TEST_DATABASE names a superuser's cluster.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/loop/event_loop.h"
#include "maplebridge/analytics/v1/indicator.pb.h"
#include "services/analytics/api/analytics.h"
#include "services/analytics/testing/fake_feed.h"

namespace maplebridge::analytics {

// One case as it goes through the services, told to the feeds step by step.
struct Story {
  std::string id;                         // "1"
  std::string division = "330102001000";  // 12 digits
  std::string organisation = "organisations/qingbo";
  std::string court = "courts/330102";
  std::string category = "CONTRACT";
  std::int64_t dispute_revision = 0;
  std::int64_t referral_revision = 0;
  std::int64_t confirmation_revision = 0;
};

class AnalyticsTest : public testing::Test {
 protected:
  static constexpr char kOrganisation[] = "organisations/qingbo";
  static constexpr char kCourt[] = "courts/330102";

  void SetUp() override;
  void TearDown() override;

  // Events of one case, the next revision each, at `time`.
  void TellDispute(Story& story, const std::string& state, absl::Time time);
  void TellReferral(Story& story, const std::string& state, absl::Time time);
  void TellConfirmation(Story& story, const std::string& state, absl::Time time);
  void TellOrganisation(const std::string& name, const std::string& division);

  // Takes in what the feeds hold, to their end.
  void CatchUp();
  void FollowToEnd(const std::string& feed, std::int64_t end);
  // Applies one event as the follower does, without a stream.
  absl::Status Apply(const std::string& source, const feed::v1::Event& event);

  // Callers.
  static Caller Head();
  static Caller Court();
  static Caller Bureau(options::v1::Role role, const std::string& division);
  static Caller Auditor();
  static Caller Service();

  absl::StatusOr<v1::QueryIndicatorsResponse> Query(const Caller& caller,
                                                    const v1::QueryIndicatorsRequest& request);
  absl::StatusOr<v1::GetFeedPositionsResponse> Positions();
  template <typename T>
  T Run(Task<T> task) {
    return RunBlocking(loops_->at(0), std::move(task));
  }
  // The counts are what the facts make them.
  void ExpectCountsStandOnFacts();
  std::string Value(const std::string& sql);

  std::unique_ptr<EventLoops> loops_;
  std::unique_ptr<ServiceParts> parts_;
  std::shared_ptr<Analytics> analytics_;
  std::unique_ptr<FakeRegistryFeed> registry_;
  std::unique_ptr<FakeDockingFeed> docking_;
  std::unique_ptr<FakeRosterFeed> roster_;
  std::string database_;
  // Now, for the caller's question: 1 October 2026.
  absl::Time now_;
};

// 2026-09-`day` `hour`:00 in China.
absl::Time September(int day, int hour = 9);

// The row of a division; fails the test when there is none.
const v1::IndicatorRow& RowAt(const v1::QueryIndicatorsResponse& response,
                              const std::string& division);
// The value of an indicator in a row.
const v1::IndicatorValue& ValueOf(const v1::IndicatorRow& row, const std::string& indicator);

}  // namespace maplebridge::analytics
