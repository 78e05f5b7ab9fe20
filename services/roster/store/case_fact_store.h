// All SQL on what became of disputes.
#pragma once

#include <absl/status/statusor.h>

#include <string>

#include "common/postgres/database.h"
#include "services/roster/domain/case_fact.h"

namespace maplebridge::roster {

// Stores the fact with its mediators unless the same or a newer revision is here. Sent with the
// transaction's next round trip, so that a whole batch of facts takes one.
void PutCaseFact(postgres::Transaction& transaction, const CaseFact& fact);

struct CaseConfirmation {
  std::string confirmation;  // "confirmations/{id}"
  std::string dispute;
  std::string state;
  std::int64_t revision = 0;
  absl::Time update_time;
};
// The same for an application, and for what it says of the dispute.
void PutCaseConfirmation(postgres::Transaction& transaction, const CaseConfirmation& confirmation);

struct CaseRefusal {
  std::string source;
  std::int64_t position = 0;
  std::string resource;
  std::string event;
  std::string reason;
};
Task<absl::Status> RecordCaseRefusal(postgres::Transaction& transaction, const CaseRefusal& refusal,
                                     absl::Time now);

}  // namespace maplebridge::roster
