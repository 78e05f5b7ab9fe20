// Tells what a file is from its bytes, and whether it may be kept. What comes here is written by
// anyone, so it runs in a process of its own (main.cc) with little memory, little time and no
// files.
#pragma once

#include <string_view>

#include "services/registry/domain/material.h"

namespace maplebridge::registry {

// Unpacked, all parts of an office document together, and how many there may be.
inline constexpr std::uint64_t kMostUnpackedBytes = 512 << 20;
inline constexpr int kMostParts = 10'000;

Verdict Examine(std::string_view bytes);

// The parts of it.
Verdict ExaminePdf(std::string_view bytes);
// DOCX and XLSX; every other archive is refused.
Verdict ExamineOffice(std::string_view bytes);
// Plain text in UTF-8 or GB18030.
Verdict ExamineText(std::string_view bytes);

Verdict Kept(std::string_view media_type);
Verdict RefusedFor(std::string_view reason);

}  // namespace maplebridge::registry
