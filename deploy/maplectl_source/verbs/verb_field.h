// Where an input goes in a request, and what may be written for it, as the descriptors say.
#pragma once

#include <absl/status/statusor.h>
#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

#include "deploy/maplectl_source/verbs/verb.h"

namespace maplebridge::maplectl {

using FieldPath = std::vector<const google::protobuf::FieldDescriptor*>;

// The method among those that this program was built with. NOT_FOUND; INVALID_ARGUMENT when more
// than one is meant.
absl::StatusOr<const google::protobuf::MethodDescriptor*> MethodOf(std::string_view name);

// NOT_FOUND names the part that is no field.
absl::StatusOr<FieldPath> PathOf(const google::protobuf::Descriptor* type, std::string_view path);

// True when the word alone says it.
bool IsFlag(const Input& input, const google::protobuf::FieldDescriptor& field);
// True when the input may be given several times.
bool IsMany(const Input& input, const google::protobuf::FieldDescriptor& field);
// What stands for the value in --help: "REPORTED|ACCEPTED|…", "DAY", "YUAN", …
std::string ValueWord(const Input& input, const google::protobuf::FieldDescriptor& field);
// True when the service asks for it (google.api.field_behavior).
bool IsRequired(const Input& input, const FieldPath& path);

// Words of an enum without their common beginning and without UNSPECIFIED.
std::vector<std::string> EnumWords(const google::protobuf::EnumDescriptor& type);
// "REPORTED" of DISPUTE_STATE_REPORTED; empty for UNSPECIFIED.
std::string EnumWord(const google::protobuf::EnumValueDescriptor& value);

bool IsTimestamp(const google::protobuf::FieldDescriptor& field);
bool IsSum(const google::protobuf::FieldDescriptor& field);
bool IsDay(const google::protobuf::FieldDescriptor& field);

}  // namespace maplebridge::maplectl
