// The code printed on a document, by which anyone who holds a copy asks whether it was made here.
#pragma once

#include <string>
#include <string_view>

namespace maplebridge::registry {

// What is hashed with the registry's key: the document's number and its dispute's.
std::string VerificationSubject(std::string_view document_number, std::string_view dispute_number);

// "ABCD-EFGH-JKLM": 60 bits of a keyed hash of at least 12 bytes, in letters and digits that are
// not mistaken for one another (no 0, O, 1, I).
std::string VerificationCode(std::string_view hash);

// True when someone typed this code: upper or lower case, with or without hyphens and spaces. Takes
// the same time wherever the two differ.
bool IsVerificationCode(std::string_view typed, std::string_view code);

}  // namespace maplebridge::registry
