// Files as parties bring them, and as nobody should: made here, byte by byte.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace maplebridge::registry {

// A PDF of one page, with `objects` beside it ("7 0 obj << … >> endobj") and entries of its
// catalogue.
std::string PdfWith(const std::string& catalogue = "", const std::string& objects = "");
// A PDF whose object 7, `object`, stands in a compressed stream of objects.
std::string PdfWithPacked(const std::string& object);
// The PDF, encrypted so that it opens with a password only.
std::string PdfWithPassword();

using Parts = std::vector<std::pair<std::string, std::string>>;
std::string ZipOf(const Parts& parts);
// A document of Word: its own parts and `more`.
std::string Docx(const Parts& more = {});
std::string Xlsx();
// What a document of Word says of its parts; `main_type` is that of the text.
std::string ContentTypesWith(std::string_view main_type);

std::string Jpeg(std::size_t size = 4000);
std::string Png();
std::string Mp4(const std::string& brand);
std::string Wav();

}  // namespace maplebridge::registry
