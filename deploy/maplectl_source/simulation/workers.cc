#include "deploy/maplectl_source/simulation/workers.h"

#include <absl/time/clock.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace maplebridge::maplectl {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(100);
constexpr int kPausesBetweenShows = 10;

// When a job of the day may begin.
absl::Time BeginOf(const Job& job, absl::CivilDay first_day, double days_a_second,
                   absl::Time start) {
  if (days_a_second <= 0) return start;
  return start + absl::Seconds(static_cast<double>(job.day - first_day) / days_a_second);
}

}  // namespace

void PlayJobs(std::vector<Job> jobs, int workers, double days_a_second,
              const std::function<void(const Progress&)>& show) {
  if (jobs.empty()) return;
  std::stable_sort(jobs.begin(), jobs.end(),
                   [](const Job& one, const Job& other) { return one.day < other.day; });
  const absl::Time start = absl::Now();
  const auto count = jobs.size();
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> done{0};
  const auto work = [&] {
    for (std::size_t at = next++; at < count; at = next++) {
      absl::SleepFor(BeginOf(jobs[at], jobs[0].day, days_a_second, start) - absl::Now());
      jobs[at].play();
      ++done;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < workers; ++i) threads.emplace_back(work);
  const auto progress = [&] {
    const std::size_t begun = std::min(next.load(), count);
    return Progress{static_cast<int>(done.load()), static_cast<int>(count),
                    jobs[begun == 0 ? 0 : begun - 1].day};
  };
  for (int pauses = 1; done < count; ++pauses) {
    absl::SleepFor(kPause);
    if (pauses % kPausesBetweenShows == 0) show(progress());
  }
  for (std::thread& thread : threads) thread.join();
  show(progress());
}

}  // namespace maplebridge::maplectl
