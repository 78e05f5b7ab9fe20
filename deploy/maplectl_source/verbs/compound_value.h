// Values with commas: a party, an obligation.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <google/protobuf/message.h>

#include <string>

#include "deploy/maplectl_source/verbs/verb.h"

namespace maplebridge::maplectl {

// Adds what `text` says to the repeated `field` of `message`, with the next id: p1, p2, … or o1,
// o2, …. INVALID_ARGUMENT says what is accepted.
absl::Status AddCompound(const Input& input, const google::protobuf::FieldDescriptor& field,
                         const std::string& text, absl::Time now,
                         google::protobuf::Message* message);

}  // namespace maplebridge::maplectl
