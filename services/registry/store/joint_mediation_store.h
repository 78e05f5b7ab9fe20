// All SQL on joint mediations and their members.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/joint_mediation.h"

namespace maplebridge::registry {

struct JointMember {
  std::string organisation;
  JointMemberState state = JointMemberState::kNone;
  std::string answer;
  absl::Time invite_time;
  std::optional<absl::Time> answer_time, end_time;
};

struct JointMediation {
  std::string dispute;  // number
  std::string lead;
  std::string explanation;
  std::vector<std::string> party_ids;
  std::vector<JointMember> members;  // by organisation
  absl::Time create_time;
  std::optional<absl::Time> end_time;
  std::int64_t revision = 1;

  std::string name() const { return "disputes/" + dispute + "/jointMediation"; }
  // Null when the organisation is none of its members.
  JointMember* Find(const std::string& organisation);
};

// Unset when the dispute never had one.
Task<absl::StatusOr<std::optional<JointMediation>>> ReadJointMediation(
    postgres::Transaction& transaction, const std::string& dispute);
// Stores it with all of its members, and who reads the file in the dispute's row, which is locked.
Task<absl::Status> PutJointMediation(postgres::Transaction& transaction,
                                     const JointMediation& joint, const std::string& principal);
// Numbers of disputes with a joint mediation that has not ended, to which the organisation is
// invited or which it has joined; beyond `after`.
Task<absl::StatusOr<std::vector<std::string>>> ListJointDisputes(postgres::Transaction& transaction,
                                                                 const std::string& organisation,
                                                                 const std::string& after,
                                                                 int limit);

}  // namespace maplebridge::registry
