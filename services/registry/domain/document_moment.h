// When a document may be made on request.
#pragma once

#include <string>

#include "services/registry/domain/dispute.h"
#include "services/registry/domain/document_number.h"

namespace maplebridge::registry {

// Most documents of one kind that are made on request in one dispute.
inline constexpr int kMostOfOneKind = 500;

// True of a kind that CreateDocument makes; the others are made by their steps.
bool IsMadeOnRequest(DocumentKind kind);
// True of a kind that is about one session, visit or urging, named by its ordinal.
bool IsAboutOnePart(DocumentKind kind);

// Empty when the dispute is at the point of this document, as far as the dispute itself tells; else
// why not, as a sentence about it that says what to do. `ordinal`: of the session, visit or urging.
std::string WhyNotYet(DocumentKind kind, const Dispute& dispute, int ordinal);

}  // namespace maplebridge::registry
