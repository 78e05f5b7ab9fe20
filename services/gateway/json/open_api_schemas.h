// Schemas of messages, enums and fields for the OpenAPI document.
#pragma once

#include <google/protobuf/descriptor.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace maplebridge::gateway {

// The comment above a message, field, method or service in its proto, on one line a paragraph.
template <typename AnyDescriptor>
std::string CommentOf(const AnyDescriptor& descriptor);

class OpenApiSchemas {
 public:
  using Json = nlohmann::ordered_json;

  // A reference to the message's schema, which is then part of All(); well-known types stand as
  // what they are in JSON.
  Json ForMessage(const google::protobuf::Descriptor& message);
  // With its comment and what its options say.
  Json ForField(const google::protobuf::FieldDescriptor& field);
  // The value alone, of a repeated field one element.
  Json ForValue(const google::protobuf::FieldDescriptor& field);
  // An object in place, without the fields that are named.
  Json ObjectWithout(const google::protobuf::Descriptor& message,
                     const std::set<const google::protobuf::FieldDescriptor*>& left_out);

  // Everything that was referred to, by name: the content of components/schemas.
  Json All();

 private:
  Json ForEnum(const google::protobuf::EnumDescriptor& type);

  std::set<const google::protobuf::Descriptor*> known_;
  std::vector<const google::protobuf::Descriptor*> pending_;
};

// Does ProtoJSON write this message in a way of its own (a string, any object, …)?
bool IsWellKnown(const google::protobuf::Descriptor& message);

bool IsRequired(const google::protobuf::FieldDescriptor& field);

}  // namespace maplebridge::gateway
