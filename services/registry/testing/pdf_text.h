// The text of a PDF as poppler reads it.
#pragma once

#include <string>

namespace maplebridge::registry {

// What a command prints; it must succeed.
std::string OutputOf(const std::string& command);

// Writes the bytes to a new file of the test's folder and answers its path.
std::string SaveBytes(const std::string& bytes);

// Without white space: lines break where the page ends, not the sentence.
std::string PdfText(const std::string& bytes);

// The code on the last line of a document's text; empty when there is none.
std::string PrintedCode(const std::string& text);

}  // namespace maplebridge::registry
