// Plays jobs by several workers, in the order of their days.
#pragma once

#include <absl/time/civil_time.h>

#include <functional>
#include <vector>

namespace maplebridge::maplectl {

struct Job {
  absl::CivilDay day;
  std::function<void()> play;
};

struct Progress {
  int done = 0;
  int all = 0;
  absl::CivilDay day;  // of the job begun last
};

// `days_a_second`: how fast the year goes at most; 0 for as fast as it can. `show` is called about
// once a second, and at the end, from the calling thread.
void PlayJobs(std::vector<Job> jobs, int workers, double days_a_second,
              const std::function<void(const Progress&)>& show);

}  // namespace maplebridge::maplectl
