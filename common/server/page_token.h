// Opaque, signed page tokens: a key to go on after, bound to the request it was made for.
#pragma once

#include <absl/status/statusor.h>
#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/sealing/sealing.h"

namespace maplebridge {

// `request` gives the binding: all its fields except page_token and page_size. `key`: the last
// row's sort values.
std::string MakePageToken(const MatchKey& key, const google::protobuf::Message& request,
                          const std::vector<std::string>& last_row);
// The sort values; empty for an empty token. PAGE_TOKEN_INVALID when changed or of another request.
absl::StatusOr<std::vector<std::string>> ReadPageToken(const MatchKey& key,
                                                       const google::protobuf::Message& request,
                                                       const std::string& token);
// 50 for 0; FIELD_INVALID for less than 0; at most 1000.
absl::StatusOr<int> PageSize(int requested);

}  // namespace maplebridge
