#include "services/gateway/json/json_codec.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <nlohmann/json.hpp>

namespace maplebridge::gateway {

namespace {

namespace util = google::protobuf::util;
using google::protobuf::Descriptor;
using google::protobuf::StringPiece;

constexpr char kPrefix[] = "type.googleapis.com";

std::string Url(const std::string& type) { return absl::StrCat(kPrefix, "/", type); }

StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// Protobuf's texts, of which the first gives the field's place and the second also its name:
//   (chapters[0].pages): invalid value "x" for type TYPE_INT32
//   (chapters[0]) colour: Cannot find field.
//   (chapters[0]): invalid value Starting an object on a scalar field for type title
JsonError Explain(StringPiece whole) {
  std::string_view text(whole.data(), whole.size());
  text = text.substr(0, text.find('\n'));  // What follows quotes the JSON.
  JsonError error;
  const size_t end = text.find(')');
  if (!text.empty() && text.front() == '(' && end != std::string_view::npos) {
    error.field = std::string(text.substr(1, end - 1));
    text.remove_prefix(end + 1);
    TakePrefix(text, " ");
  }
  TakePrefix(text, ": ");
  const size_t unknown = text.rfind(": Cannot find field.");
  if (unknown != std::string_view::npos) {
    absl::StrAppend(&error.field, error.field.empty() ? "" : ".",
                    std::string(text.substr(0, unknown)));
    error.description = "there is no such field";
  } else if (TakePrefix(text, "invalid value Starting an object on a scalar field for type ")) {
    absl::StrAppend(&error.field, error.field.empty() ? "" : ".", std::string(text));
    error.description = "expected a single value, not an object";
  } else {
    error.description = std::string(text);
  }
  return error;
}

// What Protobuf's name of a scalar type accepts in JSON; empty for another name.
std::string_view ScalarForm(std::string_view type) {
  if (type == "TYPE_BOOL") return "true or false";
  if (type == "TYPE_STRING") return "a text";
  if (type == "TYPE_BYTES") return "bytes in base64";
  if (type == "TYPE_DOUBLE" || type == "TYPE_FLOAT") return "a number";
  if (type == "TYPE_UINT32" || type == "TYPE_FIXED32") return "a whole number from 0 to 4294967295";
  if (type == "TYPE_UINT64" || type == "TYPE_FIXED64") return "a whole number from 0, 64 bits";
  if (type == "TYPE_INT32" || type == "TYPE_SINT32" || type == "TYPE_SFIXED32") {
    return "a whole number from -2147483648 to 2147483647";
  }
  if (type == "TYPE_INT64" || type == "TYPE_SINT64" || type == "TYPE_SFIXED64") {
    return "a whole number, 64 bits";
  }
  return "";
}

// The words of an enum that a caller may send.
std::string WordsOf(const google::protobuf::Enum& type) {
  std::string words;
  for (const auto& value : type.enumvalue()) {
    if (value.number() == 0) continue;  // "…_UNSPECIFIED"
    absl::StrAppend(&words, words.empty() ? "" : ", ", value.name());
  }
  return words;
}

}  // namespace

class JsonCodec::Types final : public util::TypeResolver {
 public:
  explicit Types(const MethodCatalogue& catalogue)
      : resolver_(util::NewTypeResolverForDescriptorPool(kPrefix, &catalogue.pool())) {
    for (const auto& method : catalogue.methods()) {
      Remember(*method->descriptor->input_type());
      Remember(*method->descriptor->output_type());
    }
  }

  util::Status ResolveMessageType(const std::string& url, google::protobuf::Type* type) override {
    const auto known = messages_.find(url);
    if (known == messages_.end()) return resolver_->ResolveMessageType(url, type);
    *type = known->second;
    return {};
  }

  util::Status ResolveEnumType(const std::string& url, google::protobuf::Enum* type) override {
    const auto known = enums_.find(url);
    if (known == enums_.end()) return resolver_->ResolveEnumType(url, type);
    *type = known->second;
    return {};
  }

 private:
  void Remember(const Descriptor& message) {
    const std::string url = Url(message.full_name());
    if (messages_.contains(url)) return;
    google::protobuf::Type& type = messages_[url];
    if (!resolver_->ResolveMessageType(url, &type).ok()) return;
    // Options of fields (privacy, behaviour) mean nothing to the codec and cost a copy each time.
    for (auto& field : *type.mutable_fields()) field.clear_options();
    for (int i = 0; i < message.field_count(); ++i) {
      const auto* field = message.field(i);
      if (field->message_type() != nullptr) Remember(*field->message_type());
      if (field->enum_type() != nullptr) {
        const std::string enum_url = Url(field->enum_type()->full_name());
        if (!enums_.contains(enum_url)) {
          (void)resolver_->ResolveEnumType(enum_url, &enums_[enum_url]);
        }
      }
    }
  }

  const std::unique_ptr<util::TypeResolver> resolver_;
  absl::flat_hash_map<std::string, google::protobuf::Type> messages_;
  absl::flat_hash_map<std::string, google::protobuf::Enum> enums_;
};

JsonCodec::JsonCodec(const MethodCatalogue& catalogue)
    : types_(std::make_shared<Types>(catalogue)) {}

std::variant<std::string, JsonError> JsonCodec::ToBinary(const std::string& type,
                                                         std::string_view json) const {
  std::string binary;
  const util::Status status =
      util::JsonToBinaryString(types_.get(), Url(type), Piece(json), &binary);
  if (status.ok()) return binary;
  JsonError error = Explain(status.message());
  // "invalid value "x" for type T" says what was wrong, not what is accepted.
  constexpr std::string_view kForType = " for type ";
  const size_t place = error.description.rfind(kForType);
  if (place != std::string::npos) {
    const std::string name = error.description.substr(place + kForType.size());
    std::string expected(ScalarForm(name));
    google::protobuf::Enum words;
    if (expected.empty() && types_->ResolveEnumType(name, &words).ok()) {
      expected = "one of " + WordsOf(words);
    }
    if (!expected.empty()) {
      error.description = error.description.substr(0, place) + "; expected " + expected;
    }
  }
  return error;
}

absl::Status JsonCodec::ToJson(const std::string& type, std::string_view binary,
                               std::string* json) const {
  const std::string bytes(binary);
  const util::Status status =
      util::BinaryToJsonString(types_.get(), Url(type), bytes, json, util::JsonPrintOptions());
  if (status.ok()) return absl::OkStatus();
  return absl::InternalError(status.message().as_string());
}

std::string JsonCodec::StatusToJson(const google::rpc::Status& status) const {
  nlohmann::ordered_json json;
  json["code"] = status.code();
  json["message"] = status.message();
  json["details"] = nlohmann::ordered_json::array();
  for (const auto& detail : status.details()) {
    std::string text;
    if (ToJson("google.protobuf.Any", detail.SerializeAsString(), &text).ok()) {
      json["details"].push_back(nlohmann::ordered_json::parse(text, nullptr, false));
    } else {
      json["details"].push_back(
          {{"@type", detail.type_url()}, {"value", absl::Base64Escape(detail.value())}});
    }
  }
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace maplebridge::gateway
