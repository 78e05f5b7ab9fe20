// Bytes of one direction of one stream on their way through the gateway. Its size is bounded by
// the HTTP/2 window of the side that fills it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace maplebridge::gateway {

class ByteQueue {
 public:
  void Append(std::string_view bytes) { bytes_.append(bytes); }
  size_t size() const { return bytes_.size() - taken_; }
  bool empty() const { return size() == 0; }
  std::string_view view() const { return std::string_view(bytes_).substr(taken_); }

  // Copies up to `capacity` bytes out and says how many.
  size_t Take(uint8_t* target, size_t capacity) {
    const size_t taken = std::min(capacity, size());
    std::memcpy(target, bytes_.data() + taken_, taken);
    Drop(taken);
    return taken;
  }

  void Drop(size_t count) {
    taken_ += count;
    if (taken_ == bytes_.size()) {
      // A stream that once carried much and now idles keeps nothing.
      if (bytes_.capacity() > kKeptCapacity) std::string().swap(bytes_);
      bytes_.clear();
      taken_ = 0;
    } else if (taken_ > kKeptCapacity && taken_ > bytes_.size() / 2) {
      bytes_.erase(0, taken_);
      taken_ = 0;
    }
  }

  void Clear() { Drop(size()); }

 private:
  static constexpr size_t kKeptCapacity = 4096;
  std::string bytes_;
  size_t taken_ = 0;
};

}  // namespace maplebridge::gateway
