// Scene 2 of the demo, once for each case: a court guides the parties, keeps their consent, sends
// the case with its materials, and watches what becomes of it.
#pragma once

#include <absl/status/statusor.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "deploy/maplectl_source/demo_cast.h"
#include "deploy/maplectl_source/feed_watch.h"
#include "maplebridge/docking/v1/referral.grpc.pb.h"

namespace maplebridge::maplectl {

struct SentMaterial {
  std::string name;  // "referrals/…/materials/…"
  std::string bytes;
  std::string sha256;
};

// One case as its court knows it.
struct CourtCase {
  int number = 0;  // in the play
  std::string referral;
  std::string case_number;
  std::vector<SentMaterial> materials;
};

// `number`: 1, 2: of the case in the play.
absl::StatusOr<CourtCase> SendCase(Stage& stage, const Cast& cast, int number,
                                   const std::string& summary);

absl::StatusOr<docking::v1::Referral> GetReferral(const Stage& stage, const std::string& token,
                                                  const std::string& name);
// Waits until the referral is in the state; answers it.
absl::StatusOr<docking::v1::Referral> WaitForReferral(const Stage& stage, const std::string& token,
                                                      const std::string& name,
                                                      docking::v1::ReferralState state);

// The court's watch on one referral, on a thread of its own.
class CaseWatch {
 public:
  CaseWatch(const Stage& stage, const Cast& cast, const CourtCase& court_case);
  ~CaseWatch();

  // Cuts the stream as a lost connection would; it is taken up again where it stopped.
  void Cut();
  // True when it was cut and taken up again, has seen events before and after that, and each
  // revision of the referral up to `revision` once and in order.
  bool IsWholeAfterCut(std::int64_t revision) const;
  // The last revision seen.
  std::int64_t revision() const;
  // The steps seen, by the words of the workflow, in order.
  std::vector<std::string> steps() const;

 private:
  FeedWatch watch_;
  std::string referral_;
  mutable std::mutex mutex_;
  std::vector<std::int64_t> revisions_;
  std::vector<std::string> steps_;
  std::size_t seen_before_cut_ = 0;
  std::atomic<bool> was_cut_{false};
  std::thread thread_;
};

}  // namespace maplebridge::maplectl
