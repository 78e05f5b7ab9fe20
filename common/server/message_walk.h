// Walks over messages that every service makes: checks before a handler, stripping before an event.
#pragma once

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include <string_view>

namespace maplebridge {

// FIELD_INVALID names every field marked REQUIRED that is not set (recursively), every enum value
// that this version does not know, and every text with U+0000.
absl::Status CheckRequired(const google::protobuf::Message& request);

// Why bytes are no message of this type: the path of the string that is not UTF-8, or that the wire
// form is broken.
absl::Status DescribeMalformed(std::string_view bytes, const google::protobuf::Descriptor& type);

// Clears every field with a privacy option, recursively: what is left may go into events and logs.
void StripPrivate(google::protobuf::Message* message);

}  // namespace maplebridge
