#include "deploy/maplectl_source/simulation/workers.h"

#include <absl/time/clock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

namespace maplebridge::maplectl {
namespace {

TEST(WorkersTest, EveryJobIsPlayedOnceAndBegunInTheOrderOfItsDay) {
  std::mutex mutex;
  std::vector<int> begun;
  std::vector<Job> jobs;
  for (int i = 0; i < 200; ++i) {
    const int day = (i * 37) % 200;
    jobs.push_back({absl::CivilDay(2026, 1, 1) + day, [&, day] {
                      std::lock_guard<std::mutex> lock(mutex);
                      begun.push_back(day);
                    }});
  }
  Progress last;
  PlayJobs(std::move(jobs), 1, 0, [&](const Progress& progress) { last = progress; });
  ASSERT_EQ(begun.size(), 200u);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(begun[static_cast<std::size_t>(i)], i);
  EXPECT_EQ(last.done, 200);
  EXPECT_EQ(last.all, 200);
}

TEST(WorkersTest, SeveralActAtOnce) {
  std::atomic<int> present{0}, most{0};
  std::vector<Job> jobs;
  for (int i = 0; i < 16; ++i) {
    jobs.push_back({absl::CivilDay(2026, 1, 1), [&] {
                      const int now = ++present;
                      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
                      }
                      absl::SleepFor(absl::Milliseconds(20));
                      --present;
                    }});
  }
  PlayJobs(std::move(jobs), 4, 0, [](const Progress&) {});
  EXPECT_GT(most, 1);
  EXPECT_LE(most, 4);
}

TEST(WorkersTest, TheYearGoesNoFasterThanItMay) {
  std::vector<Job> jobs;
  absl::Time second_day;
  jobs.push_back({absl::CivilDay(2026, 1, 1), [] {}});
  jobs.push_back({absl::CivilDay(2026, 1, 2), [&] { second_day = absl::Now(); }});
  const absl::Time start = absl::Now();
  PlayJobs(std::move(jobs), 2, 5, [](const Progress&) {});
  EXPECT_GE(second_day - start, absl::Milliseconds(199));
}

TEST(WorkersTest, NothingToDoIsDone) {
  PlayJobs({}, 4, 0, [](const Progress&) { FAIL(); });
}

}  // namespace
}  // namespace maplebridge::maplectl
