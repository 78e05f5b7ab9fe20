// The headers of one HTTP/2 block, kept in one string: copied in once, handed to libnghttp2
// without further allocation.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::gateway {

class HeaderBlock {
 public:
  // `flags` are NGHTTP2_NV_FLAG_*; NO_INDEX keeps a value that never repeats out of the
  // compression table.
  void Add(std::string_view name, std::string_view value, uint8_t flags = NGHTTP2_NV_FLAG_NONE);

  size_t size() const { return fields_.size(); }
  bool empty() const { return fields_.empty(); }
  std::string_view Name(size_t i) const;
  std::string_view Value(size_t i) const;
  // First value of that name; empty when there is none.
  std::string_view Find(std::string_view name) const;

  // As libnghttp2 takes them; the pointers hold until the next change of this block.
  const std::vector<nghttp2_nv>& AsFields(std::vector<nghttp2_nv>& scratch) const;

  // Size as HTTP/2 counts it: names, values and 32 bytes for each field.
  size_t ListSize() const { return bytes_.size() + 32 * fields_.size(); }
  // Gives the memory back.
  void Release();

 private:
  struct Field {
    uint32_t offset;
    uint32_t name_size;
    uint32_t value_size;
    uint8_t flags;
  };
  std::string bytes_;
  std::vector<Field> fields_;
};

}  // namespace maplebridge::gateway
