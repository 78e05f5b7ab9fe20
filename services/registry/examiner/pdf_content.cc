#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>

#include "common/status/reason.h"
#include "services/registry/examiner/examine.h"

namespace maplebridge::registry {
namespace {

// Direct objects that lie in each other.
constexpr int kDeepest = 100;

bool IsActiveEntry(const std::string& key, QPDFObjectHandle value) {
  if (key == "/S" && value.isName()) {
    return value.getName() == "/JavaScript" || value.getName() == "/Launch";
  }
  if (key == "/JS") return value.isString() || value.isStream();
  // The tree of named scripts; forms of XFA and rich media, which run scripts of their own.
  return (key == "/JavaScript" || key == "/XFA" || key == "/RichMediaContent") && !value.isNull();
}

// True when the object does something by itself. Objects that it refers to are looked at by
// themselves, also those that nothing refers to.
bool IsActive(QPDFObjectHandle object, int depth) {
  if (depth > kDeepest) return true;
  if (object.isStream()) return IsActive(object.getDict(), depth + 1);
  if (object.isDictionary()) {
    for (const std::string& key : object.getKeys()) {
      QPDFObjectHandle value = object.getKey(key);
      if (IsActiveEntry(key, value)) return true;
      if (!value.isIndirect() && IsActive(value, depth + 1)) return true;
    }
  } else if (object.isArray()) {
    for (int i = 0; i < object.getArrayNItems(); ++i) {
      QPDFObjectHandle item = object.getArrayItem(i);
      if (!item.isIndirect() && IsActive(item, depth + 1)) return true;
    }
  }
  return false;
}

// Readers mend a damaged file each in its own way: another one may find what qpdf has not.
bool NamesScript(std::string_view bytes) {
  for (std::string_view word : {"/JavaScript", "/JS", "/Launch"}) {
    for (std::size_t at = bytes.find(word); at != std::string_view::npos;
         at = bytes.find(word, at + 1)) {
      const std::size_t end = at + word.size();
      if (end == bytes.size() ||
          std::string_view(" \t\r\n\f\0/(<[>", 11).find(bytes[end]) != std::string_view::npos) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

Verdict ExaminePdf(std::string_view bytes) {
  try {
    QPDF pdf;
    pdf.setSuppressWarnings(true);
    pdf.processMemoryFile("upload", bytes.data(), bytes.size());
    for (QPDFObjectHandle& object : pdf.getAllObjects()) {
      if (IsActive(object, 0)) return RefusedFor(reason::kFileActiveContent);
    }
    if (IsActive(pdf.getTrailer(), 0) || (pdf.anyWarnings() && NamesScript(bytes))) {
      return RefusedFor(reason::kFileActiveContent);
    }
    if (pdf.getAllPages().empty()) return RefusedFor(reason::kFileUnreadable);
  } catch (const std::exception&) {
    // Damaged, or encrypted with a password that we do not have.
    return RefusedFor(reason::kFileUnreadable);
  }
  return Kept("application/pdf");
}

}  // namespace maplebridge::registry
