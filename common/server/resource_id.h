// Ids of new resources, and other values that nobody guesses.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <string>

namespace maplebridge {

// A UUID of version 7 (RFC 9562): the millisecond of `now`, then 74 random bits, so that ids rise
// with time and cannot be guessed.
std::string NewResourceId(absl::Time now);

// From the secure source: so many bytes as lower-case hexadecimal; 64 bits.
std::string RandomHex(std::size_t bytes);
std::uint64_t RandomNumber();

}  // namespace maplebridge
