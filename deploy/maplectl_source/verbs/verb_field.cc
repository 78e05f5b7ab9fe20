#include "deploy/maplectl_source/verbs/verb_field.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>

#include <algorithm>

#include "deploy/maplectl_source/console.h"
#include "google/api/field_behavior.pb.h"

namespace maplebridge::maplectl {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

// Where the services that have verbs live.
constexpr const char* kPackages[] = {"maplebridge.registry.v1", "maplebridge.roster.v1",
                                     "maplebridge.docking.v1", "maplebridge.analytics.v1"};
constexpr std::string_view kUnspecified = "UNSPECIFIED";

bool EndsWith(const FieldDescriptor& field, std::string_view end) {
  return std::string_view(field.name()).ends_with(end);
}

}  // namespace

absl::StatusOr<const MethodDescriptor*> MethodOf(std::string_view name) {
  const MethodDescriptor* found = nullptr;
  for (const char* package : kPackages) {
    const MethodDescriptor* method = DescriptorPool::generated_pool()->FindMethodByName(
        absl::StrCat(package, ".", std::string(name)));
    if (method == nullptr) continue;
    if (found != nullptr) {
      return absl::InvalidArgumentError(std::string(name) + ": two services have it");
    }
    found = method;
  }
  if (found == nullptr) return absl::NotFoundError(std::string(name) + ": no such method");
  return found;
}

absl::StatusOr<FieldPath> PathOf(const Descriptor* type, std::string_view path) {
  FieldPath fields;
  for (const absl::string_view part :
       absl::StrSplit(absl::string_view(path.data(), path.size()), '.')) {
    const FieldDescriptor* field =
        type == nullptr ? nullptr : type->FindFieldByName(std::string(part));
    if (field == nullptr) {
      return absl::NotFoundError(absl::StrCat(std::string(path), ": ", std::string(part),
                                              " is no field of ",
                                              type == nullptr ? "a value" : type->full_name()));
    }
    fields.push_back(field);
    type = field->message_type();
  }
  return fields;
}

bool IsTimestamp(const FieldDescriptor& field) {
  return field.message_type() != nullptr &&
         field.message_type()->full_name() == "google.protobuf.Timestamp";
}

bool IsSum(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_INT64 && EndsWith(field, "_fen");
}

bool IsDay(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING && EndsWith(field, "_day");
}

bool IsFlag(const Input& input, const FieldDescriptor& field) {
  return input.form == Form::kPlain && field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL;
}

bool IsMany(const Input&, const FieldDescriptor& field) { return field.is_repeated(); }

bool IsRequired(const Input& input, const FieldPath& path) {
  // One of several inputs may fill a list of messages, or the one signer.
  if (input.form == Form::kPayment || input.form == Form::kAct) return false;
  if (input.form == Form::kParty) return input.detail != "THIRD_PERSON";
  const auto& options = path.back()->options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == google::api::REQUIRED) return true;
  }
  return false;
}

std::string EnumWord(const EnumValueDescriptor& value) {
  const std::string& first = value.type()->value(0)->name();
  const std::size_t common = first.size() - kUnspecified.size();
  if (!absl::EndsWith(first, "UNSPECIFIED")) return value.name();
  return value.number() == 0 ? "" : value.name().substr(common);
}

std::vector<std::string> EnumWords(const EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 0; i < type.value_count(); ++i) {
    std::string word = EnumWord(*type.value(i));
    if (!word.empty()) words.push_back(std::move(word));
  }
  return words;
}

std::string ValueWord(const Input& input, const FieldDescriptor& field) {
  switch (input.form) {
    case Form::kName:
      return "NAME";
    case Form::kParty:
      return "NAME,NUMBER,TELEPHONE";
    case Form::kPayment:
      return "DEBTOR,CREDITOR,YUAN,DAY,CONTENT";
    case Form::kAct:
      return "DEBTOR,CREDITOR,DAY,CONTENT";
    case Form::kPlain:
      break;
  }
  if (IsTimestamp(field)) return "TIME";
  if (IsSum(field)) return "YUAN";
  if (IsDay(field)) return "DAY";
  if (field.enum_type() != nullptr) return absl::StrJoin(EnumWords(*field.enum_type()), "|");
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) return "TEXT";
  return "NUMBER";
}

}  // namespace maplebridge::maplectl
