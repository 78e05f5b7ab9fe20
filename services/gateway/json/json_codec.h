// ProtoJSON to protobuf's binary form and back, for the types of the descriptor file. No message
// object is made: the gateway passes bytes on.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>
#include <google/protobuf/type.pb.h>
#include <google/protobuf/util/type_resolver.h>
#include <google/rpc/status.pb.h>

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "services/gateway/catalogue/method_catalogue.h"

namespace maplebridge::gateway {

// What is wrong in a JSON text, and where.
struct JsonError {
  std::string field;  // "chapters[1].title"; empty when the text as a whole is wrong.
  std::string description;
};

// Safe from any thread.
class JsonCodec {
 public:
  explicit JsonCodec(const MethodCatalogue& catalogue);

  // `type` is a full name. An unknown field is an error.
  std::variant<std::string, JsonError> ToBinary(const std::string& type,
                                                std::string_view json) const;
  // Fields that hold their default are left out, as ProtoJSON says.
  absl::Status ToJson(const std::string& type, std::string_view binary, std::string* json) const;

  // {"code": …, "message": …, "details": [{"@type": …}]}. A detail of a type that is not known
  // here keeps its bytes as "value".
  std::string StatusToJson(const google::rpc::Status& status) const;

 private:
  // Remembers the descriptions of all types that requests and answers are made of.
  class Types;

  std::shared_ptr<Types> types_;
};

}  // namespace maplebridge::gateway
