#include "services/gateway/json/percent_encoding.h"

#include <algorithm>
#include <cstdint>

namespace maplebridge::gateway {

namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Length of the sequence that starts with `lead`, 0 for a byte that starts none.
size_t SequenceLength(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

// The second byte of a sequence may not make it overlong, a surrogate, or beyond U+10FFFF.
bool FitsAfter(uint8_t lead, uint8_t second) {
  if (lead == 0xe0) return second >= 0xa0;
  if (lead == 0xed) return second <= 0x9f;
  if (lead == 0xf0) return second >= 0x90;
  if (lead == 0xf4) return second <= 0x8f;
  return true;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  for (size_t i = 0; i < text.size();) {
    const size_t length = SequenceLength(bytes[i]);
    if (length == 0 || i + length > text.size()) return false;
    if (length > 1 && !FitsAfter(bytes[i], bytes[i + 1])) return false;
    for (size_t k = 1; k < length; ++k) {
      if ((bytes[i + k] & 0xc0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

std::optional<std::string> DecodeUrlPart(std::string_view text, bool keeps_slashes) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? HexDigit(text[i + 2]) : -1;
    if (low < 0) return std::nullopt;
    const char byte = static_cast<char>(high * 16 + low);
    if (byte == '/' && keeps_slashes) {
      decoded.append("%2F");
    } else {
      decoded.push_back(byte);
    }
    i += 2;
  }
  if (!IsUtf8(decoded)) return std::nullopt;
  return decoded;
}

std::optional<QueryParameters> ParseQuery(std::string_view query) {
  QueryParameters parameters;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    std::string part(query.substr(0, end));
    query.remove_prefix(std::min(end + 1, query.size()));
    if (part.empty()) continue;
    std::replace(part.begin(), part.end(), '+', ' ');
    const size_t equals = std::min(part.find('='), part.size());
    auto name = DecodeUrlPart(std::string_view(part).substr(0, equals), /*keeps_slashes=*/false);
    auto value = DecodeUrlPart(std::string_view(part).substr(std::min(equals + 1, part.size())),
                               /*keeps_slashes=*/false);
    if (!name || !value) return std::nullopt;
    parameters.emplace_back(*std::move(name), *std::move(value));
  }
  return parameters;
}

}  // namespace maplebridge::gateway
