// From SQLSTATE to our errors: one row a class or state, each tested.
#pragma once

#include <absl/status/status.h>

#include <string_view>

namespace maplebridge::postgres {

// `message` is the server's primary message; it is kept out of answers (it may quote values) except
// for the constraint's name.
absl::Status StatusOfSqlState(std::string_view sqlstate, std::string_view constraint);
// The connection broke: what was in flight may or may not have been done.
absl::Status ConnectionLostError();

}  // namespace maplebridge::postgres
