// Scene 3 of the demo: the committee takes the case on, mediates, and concludes it.
#pragma once

#include <absl/status/statusor.h>

#include <string>

#include "deploy/maplectl_source/demo_referral.h"
#include "maplebridge/registry/v1/agreement.grpc.pb.h"
#include "maplebridge/registry/v1/dispute.grpc.pb.h"

namespace maplebridge::maplectl {

// The committee signs for the materials; a mediator is assigned and holds a session. Answers the
// name of the dispute.
absl::StatusOr<std::string> Mediate(Stage& stage, const Cast& cast, const CourtCase& court_case,
                                    int number);

// A written agreement on two obligations, signed by all, concluded, and fed back to the court.
absl::StatusOr<registry::v1::Agreement> Agree(Stage& stage, const Cast& cast,
                                              const CourtCase& court_case,
                                              const std::string& dispute);

// Both obligations performed; answers the state of the dispute, such as "PERFORMED".
absl::StatusOr<std::string> Perform(Stage& stage, const Cast& cast, const std::string& dispute);

// No agreement: what is undisputed is recorded, the case is concluded.
absl::Status Fail(Stage& stage, const Cast& cast, const CourtCase& court_case,
                  const std::string& dispute);

}  // namespace maplebridge::maplectl
