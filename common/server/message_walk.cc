#include "common/server/message_walk.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <string>

#include "common/status/error.h"
#include "google/api/field_behavior.pb.h"
#include "maplebridge/options/v1/privacy.pb.h"

namespace maplebridge {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

bool IsRequired(const FieldDescriptor& field) {
  const auto& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == google::api::REQUIRED) return true;
  }
  return false;
}

bool IsSet(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(message, &field) > 0
                             : reflection.HasField(message, &field);
}

void CheckEnum(const FieldDescriptor& field, int number, const std::string& path,
               FieldCheck* check) {
  if (field.enum_type()->FindValueByNumber(number)) return;
  check->Add(path, absl::StrCat("has the unknown value ", number, "; see ",
                                field.enum_type()->full_name()));
}

// PostgreSQL keeps no U+0000, and finds it only in the statement of a whole batch.
void CheckText(const std::string& text, const std::string& path, FieldCheck* check) {
  if (text.find('\0') != std::string::npos) {
    check->Add(path, "holds the character U+0000; texts hold none");
  }
}

void Walk(const Message& message, const std::string& prefix, FieldCheck* check) {
  const Descriptor& type = *message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    std::string path = prefix + field.name();
    if (!IsSet(message, field)) {
      if (IsRequired(field)) check->Add(path, "is required");
      continue;
    }
    if (field.is_map()) continue;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (!field.is_repeated()) {
        Walk(reflection.GetMessage(message, &field), path + ".", check);
      } else {
        for (int j = 0; j < reflection.FieldSize(message, &field); ++j) {
          Walk(reflection.GetRepeatedMessage(message, &field, j), absl::StrCat(path, "[", j, "]."),
               check);
        }
      }
    } else if (field.type() == FieldDescriptor::TYPE_STRING) {
      if (!field.is_repeated()) {
        CheckText(reflection.GetString(message, &field), path, check);
      } else {
        for (int j = 0; j < reflection.FieldSize(message, &field); ++j) {
          CheckText(reflection.GetRepeatedString(message, &field, j),
                    absl::StrCat(path, "[", j, "]"), check);
        }
      }
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      if (!field.is_repeated()) {
        CheckEnum(field, reflection.GetEnumValue(message, &field), path, check);
      } else {
        for (int j = 0; j < reflection.FieldSize(message, &field); ++j) {
          CheckEnum(field, reflection.GetRepeatedEnumValue(message, &field, j),
                    absl::StrCat(path, "[", j, "]"), check);
        }
      }
    }
  }
}

bool IsUtf8(const std::string& text) {
  return google::protobuf::internal::WireFormatLite::VerifyUtf8String(
      text.data(), static_cast<int>(text.size()), WireFormatLite::PARSE, nullptr);
}

// Path of the first string that is not UTF-8; empty when the wire form itself is broken.
std::string FindBadText(CodedInputStream* input, const Descriptor& type,
                        const std::string& prefix) {
  while (std::uint32_t tag = input->ReadTag()) {
    const FieldDescriptor* field = type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    bool delimited =
        WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
    if (!field || !delimited ||
        (field->type() != FieldDescriptor::TYPE_STRING &&
         field->type() != FieldDescriptor::TYPE_MESSAGE)) {
      if (!WireFormatLite::SkipField(input, tag)) return "";
      continue;
    }
    std::uint32_t length = 0;
    std::string bytes;
    if (!input->ReadVarint32(&length) || !input->ReadString(&bytes, static_cast<int>(length))) {
      return "";
    }
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      if (!IsUtf8(bytes)) return prefix + field->name();
    } else {
      CodedInputStream inner(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                             static_cast<int>(bytes.size()));
      std::string found = FindBadText(&inner, *field->message_type(), prefix + field->name() + ".");
      if (!found.empty()) return found;
    }
  }
  return "";
}

}  // namespace

absl::Status CheckRequired(const Message& request) {
  FieldCheck check;
  Walk(request, "", &check);
  return check.status();
}

absl::Status DescribeMalformed(std::string_view bytes, const Descriptor& type) {
  CodedInputStream input(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  std::string field = FindBadText(&input, type, "");
  if (!field.empty()) return FieldError(field, "is not valid UTF-8; texts are UTF-8");
  return ReasonError(absl::StatusCode::kInvalidArgument, reason::kMessageMalformed,
                     "the request is not a " + type.full_name() + " in protobuf's wire format");
}

void StripPrivate(Message* message) {
  const Descriptor& type = *message->GetDescriptor();
  const Reflection& reflection = *message->GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    if (field->options().GetExtension(options::v1::privacy) != options::v1::PRIVACY_UNSPECIFIED) {
      reflection.ClearField(message, field);
      continue;
    }
    if (field->is_map() || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (field->is_repeated()) {
      for (int j = 0; j < reflection.FieldSize(*message, field); ++j) {
        StripPrivate(reflection.MutableRepeatedMessage(message, field, j));
      }
    } else if (reflection.HasField(*message, field)) {
      StripPrivate(reflection.MutableMessage(message, field));
    }
  }
}

}  // namespace maplebridge
