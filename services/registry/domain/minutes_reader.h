// Who reads and confirms the minutes of a session for a party.
#pragma once

#include <absl/time/civil_time.h>

#include <string>

#include "common/party/party.h"

namespace maplebridge::registry {

struct MinutesReader {
  // Empty when the party itself reads.
  std::string representative_id;
  // Empty when nobody can be reached: the minutes are signed on paper.
  std::string telephone;

  friend bool operator==(const MinutesReader&, const MinutesReader&) = default;
};

// On this day. For a person without full capacity the guardian alone (Civil Code 19-23, CPL 60);
// else the party itself, and where it has no telephone its legal representative, then an agent
// whose authority allows to admit facts (CPL 51, 62).
MinutesReader MinutesReaderOf(const Party& party, absl::CivilDay day);

}  // namespace maplebridge::registry
