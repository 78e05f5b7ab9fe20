// Percent-encoding of URLs (RFC 3986), and the check that what comes out is text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace maplebridge::gateway {

// Nothing when a "%" is not followed by two hexadecimal digits or when the result is no UTF-8.
// With `keeps_slashes`, "%2F" stays as it is: a decoded slash would look like one that divides.
std::optional<std::string> DecodeUrlPart(std::string_view text, bool keeps_slashes);

// Names and values of "a=1&b=2" in their order; "+" is a space. Nothing when a part does not
// decode.
using QueryParameters = std::vector<std::pair<std::string, std::string>>;
std::optional<QueryParameters> ParseQuery(std::string_view query);

bool IsUtf8(std::string_view text);

}  // namespace maplebridge::gateway
