#include "services/gateway/http2/header_block.h"

namespace maplebridge::gateway {

void HeaderBlock::Add(std::string_view name, std::string_view value, uint8_t flags) {
  if (fields_.empty()) {
    bytes_.reserve(1024);
    fields_.reserve(16);
  }
  fields_.push_back({static_cast<uint32_t>(bytes_.size()), static_cast<uint32_t>(name.size()),
                     static_cast<uint32_t>(value.size()), flags});
  bytes_.append(name);
  bytes_.append(value);
}

std::string_view HeaderBlock::Name(size_t i) const {
  return std::string_view(bytes_).substr(fields_[i].offset, fields_[i].name_size);
}

std::string_view HeaderBlock::Value(size_t i) const {
  return std::string_view(bytes_).substr(fields_[i].offset + fields_[i].name_size,
                                         fields_[i].value_size);
}

std::string_view HeaderBlock::Find(std::string_view name) const {
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (Name(i) == name) return Value(i);
  }
  return {};
}

const std::vector<nghttp2_nv>& HeaderBlock::AsFields(std::vector<nghttp2_nv>& scratch) const {
  scratch.clear();
  auto* bytes = reinterpret_cast<uint8_t*>(const_cast<char*>(bytes_.data()));
  for (const Field& field : fields_) {
    scratch.push_back({bytes + field.offset, bytes + field.offset + field.name_size,
                       field.name_size, field.value_size, field.flags});
  }
  return scratch;
}

void HeaderBlock::Release() { *this = HeaderBlock(); }

}  // namespace maplebridge::gateway
