// How long a caller waits: the header grpc-timeout.
#pragma once

#include <absl/time/time.h>

#include <optional>
#include <string_view>

namespace maplebridge::gateway {

// "100m" is a hundred milliseconds: at most eight digits and a unit. Empty for any other text.
std::optional<absl::Duration> ParseTimeout(std::string_view text);

}  // namespace maplebridge::gateway
