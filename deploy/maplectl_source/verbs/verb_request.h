// From the words of a command line to a request: pure but for the clock that is handed in.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <google/protobuf/message.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "deploy/maplectl_source/verbs/verb.h"

namespace maplebridge::maplectl {

// What was written for each input, by its word; a flag has one value, "true".
using VerbWords = std::map<std::string, std::vector<std::string>>;

struct VerbRequest {
  VerbWords words;
  // The request, or a part of it, as JSON; words win over it.
  std::string json;
  std::string request_id, etag;
};

// INVALID_ARGUMENT says which word is wrong and what is accepted, or which are missing.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> MakeRequest(const Verb& verb,
                                                                       const VerbRequest& written,
                                                                       absl::Time now);

// "2026-12-01", "today", "+20" and "-5" days from today in China, as RFC 3339 has it.
absl::StatusOr<std::string> DayOf(const std::string& text, absl::Time now);

}  // namespace maplebridge::maplectl
