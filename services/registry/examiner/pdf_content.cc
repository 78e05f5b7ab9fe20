#include <optional>
#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <stdexcept>

#include "common/status/reason.h"
#include "services/registry/examiner/examine.h"

namespace maplebridge::registry {
namespace {

// Direct objects that lie in each other.
constexpr int kDeepest = 100;
// Objects of a file that are packed into streams, unpacked and all together. Pictures are not.
constexpr std::size_t kMostObjectBytes = 64 << 20;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

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

// The text with the escapes of names (#4A for J) resolved.
std::string Unescaped(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    int high = -1, low = -1;
    if (text[i] == '#' && i + 2 < text.size()) {
      high = HexDigit(text[i + 1]);
      low = HexDigit(text[i + 2]);
    }
    if (high < 0 || low < 0) {
      plain.push_back(text[i]);
      continue;
    }
    plain.push_back(static_cast<char>(high << 4 | low));
    i += 2;
  }
  return plain;
}

// Readers mend a damaged file each in its own way: another one may find what qpdf has not.
bool NamesScript(std::string_view text) {
  const std::string plain = Unescaped(text);
  for (std::string_view word : {"/JavaScript", "/JS", "/Launch"}) {
    for (std::size_t at = plain.find(word); at != std::string::npos;
         at = plain.find(word, at + 1)) {
      const std::size_t end = at + word.size();
      if (end == plain.size() ||
          std::string_view(" \t\r\n\f\0/(<[>", 11).find(plain[end]) != std::string_view::npos) {
        return true;
      }
    }
  }
  return false;
}

// Unpacked bytes, up to a bound.
class BoundedText : public Pipeline {
 public:
  explicit BoundedText(std::size_t most) : Pipeline("bounded", nullptr), most_(most) {}
  void write(const unsigned char* bytes, std::size_t size) override {
    is_beyond_ = is_beyond_ || size > most_ - text_.size();
    // Taken by qpdf for a damaged stream, which ends the unpacking.
    if (is_beyond_) throw std::runtime_error("beyond the bound");
    text_.append(reinterpret_cast<const char*>(bytes), size);
  }
  void finish() override {}

  bool is_beyond() const { return is_beyond_; }
  const std::string& text() const { return text_; }

 private:
  const std::size_t most_;
  std::string text_;
  bool is_beyond_ = false;
};

// What is wrong with a stream that holds other objects: what qpdf could not unpack it has not seen.
std::optional<Verdict> ExamineHolder(QPDFObjectHandle stream, bool is_damaged,
                                     std::size_t* unpacked) {
  if (!stream.isStream() || !stream.getDict().isDictionaryOfType("/ObjStm")) return std::nullopt;
  BoundedText text(kMostObjectBytes - *unpacked);
  const bool is_unpacked =
      stream.pipeStreamData(&text, 0, qpdf_dl_generalized, /*suppress_warnings=*/true);
  if (text.is_beyond()) return RefusedFor(reason::kFileExpandsTooFar);
  if (!is_unpacked) return RefusedFor(reason::kFileUnreadable);
  *unpacked += text.text().size();
  if (is_damaged && NamesScript(text.text())) return RefusedFor(reason::kFileActiveContent);
  return std::nullopt;
}

Verdict ExamineObjects(QPDF& pdf, std::string_view bytes) {
  std::vector<QPDFObjectHandle> objects = pdf.getAllObjects();
  for (const QPDFObjectHandle& object : objects) {
    if (IsActive(object, 0)) return RefusedFor(reason::kFileActiveContent);
  }
  if (IsActive(pdf.getTrailer(), 0)) return RefusedFor(reason::kFileActiveContent);
  const bool is_damaged = pdf.anyWarnings();
  if (is_damaged && NamesScript(bytes)) return RefusedFor(reason::kFileActiveContent);
  std::size_t unpacked = 0;
  for (const QPDFObjectHandle& object : objects) {
    if (std::optional<Verdict> refused = ExamineHolder(object, is_damaged, &unpacked)) {
      return *refused;
    }
  }
  if (pdf.getAllPages().empty()) return RefusedFor(reason::kFileUnreadable);
  return Kept("application/pdf");
}

}  // namespace

Verdict ExaminePdf(std::string_view bytes) {
  try {
    QPDF pdf;
    pdf.setSuppressWarnings(true);
    pdf.processMemoryFile("upload", bytes.data(), bytes.size());
    return ExamineObjects(pdf, bytes);
  } catch (const std::exception&) {
    // Damaged, or encrypted with a password that we do not have.
    return RefusedFor(reason::kFileUnreadable);
  }
}

}  // namespace maplebridge::registry
