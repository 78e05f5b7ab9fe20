#include "services/gateway/local/local_call.h"

#include <cstdint>

namespace maplebridge::gateway {

namespace {

constexpr size_t kPrefixSize = 5;

}  // namespace

std::string FrameMessage(std::string_view bytes) {
  std::string framed;
  framed.reserve(kPrefixSize + bytes.size());
  framed.push_back('\0');
  for (int shift = 24; shift >= 0; shift -= 8) {
    framed.push_back(static_cast<char>(bytes.size() >> shift & 0xff));
  }
  framed.append(bytes);
  return framed;
}

MessageReader::State MessageReader::Next(std::string* message) {
  if (bytes_.size() < kPrefixSize) return State::kNeedsMore;
  if (bytes_[0] != '\0') return State::kCompressed;
  size_t size = 0;
  for (size_t i = 1; i < kPrefixSize; ++i) size = size << 8 | static_cast<uint8_t>(bytes_[i]);
  if (size > largest_) return State::kTooLarge;
  if (bytes_.size() < kPrefixSize + size) return State::kNeedsMore;
  message->assign(bytes_, kPrefixSize, size);
  bytes_.erase(0, kPrefixSize + size);
  return State::kMessage;
}

}  // namespace maplebridge::gateway
