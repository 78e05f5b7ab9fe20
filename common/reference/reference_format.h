// The layout of the reference data file, little-endian, every section at a multiple of 8:
// FileHeader, then the sections that its table names. Written by reference_writer, mapped by
// ReferenceData. The same input gives the same bytes.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace maplebridge::reference {

static_assert(std::endian::native == std::endian::little, "the file is mapped as it is");

inline constexpr std::array<char, 8> kMagic = {'M', 'A', 'P', 'L', 'E', 'R', 'E', 'F'};
inline constexpr uint32_t kFormat = 1;

enum SectionIndex { kVersion = 0, kDivisions, kNames, kYears, kSpecialDays, kSectionCount };

struct Section {
  uint64_t offset;  // from the beginning of the file
  uint64_t size;    // bytes
};

struct FileHeader {
  std::array<char, 8> magic;
  uint32_t format;
  uint32_t reserved;
  std::array<uint8_t, 32> sha256;  // of every byte after this field
  std::array<Section, kSectionCount> sections;
};
static_assert(sizeof(FileHeader) == 128);
inline constexpr uint64_t kDigestedFrom = 48;

// Years are int32_t each; kDivisions holds division::DivisionRow.
struct SpecialDayRow {
  int32_t day;           // days since 1970-01-01
  uint32_t name_offset;  // into kNames
  uint8_t name_length;
  uint8_t is_working;
  std::array<uint8_t, 6> reserved;
};
static_assert(sizeof(SpecialDayRow) == 16);

}  // namespace maplebridge::reference
