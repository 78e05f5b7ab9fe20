// Lists of texts between C++ and PostgreSQL's text[].
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/postgres/parameters.h"

// A column of type text[] as text, its elements parted by the unit separator.
#define MB_TEXTS(column) "array_to_string(" column ", E'\\x1f')"

namespace maplebridge::registry {

std::string TextArray(const std::vector<std::string>& values);
// What MB_TEXTS reads.
std::vector<std::string> TextsOf(std::string_view joined);

}  // namespace maplebridge::registry
