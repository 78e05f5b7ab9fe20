// Numbers printed on documents: year, county, kind, and the dispute's own serial, so that a
// document leads to its file and no second serial has to be kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace maplebridge::registry {

enum class DocumentKind : std::uint8_t { kAgreement, kConclusionNotice };

// "〔2026〕330102人调协字第0000001-1号": `ordinal` counts documents of one kind in one dispute,
// from 1. `dispute_number` is one that was made by us, such as "D-330102-2026-00000017".
std::string DocumentNumber(DocumentKind kind, std::string_view dispute_number, int ordinal);

// "agreement-1": the last part of the document's resource name.
std::string DocumentId(DocumentKind kind, int ordinal);

std::string_view Word(DocumentKind kind);

}  // namespace maplebridge::registry
