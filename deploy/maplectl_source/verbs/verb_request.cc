#include "deploy/maplectl_source/verbs/verb_request.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/json_util.h>

#include "common/calendar/working_calendar.h"
#include "common/money/fen.h"
#include "common/status/macros.h"
#include "deploy/maplectl_source/console.h"
#include "deploy/maplectl_source/nearest_word.h"
#include "deploy/maplectl_source/reference_commands.h"
#include "deploy/maplectl_source/verbs/compound_value.h"
#include "deploy/maplectl_source/verbs/verb_field.h"

namespace maplebridge::maplectl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

absl::Status Wrong(std::string_view what, std::string_view mend) {
  return Problem(absl::StatusCode::kInvalidArgument, what, mend);
}

absl::StatusOr<int> EnumNumber(const FieldDescriptor& field, const std::string& text) {
  const std::string word = absl::StrReplaceAll(absl::AsciiStrToUpper(text), {{"-", "_"}});
  const auto& type = *field.enum_type();
  for (int i = 0; i < type.value_count(); ++i) {
    const bool is_named = EnumWord(*type.value(i)) == word || type.value(i)->name() == word;
    if (is_named && !EnumWord(*type.value(i)).empty()) return type.value(i)->number();
  }
  const std::vector<std::string> words = EnumWords(type);
  return Wrong(absl::StrCat(text, " is none of ", absl::StrJoin(words, ", ")),
               absl::StrCat("did you mean ", NearestWord(word, words), "?"));
}

absl::StatusOr<std::int64_t> NumberOf(const FieldDescriptor& field, const std::string& text) {
  if (IsSum(field)) {
    auto sum = money::Fen::ParseYuan(text);
    if (!sum.ok()) return Wrong(text + " is no sum", "give yuan such as 12000.50");
    return sum->amount();
  }
  std::int64_t number = 0;
  if (absl::SimpleAtoi(text, &number)) return number;
  return Wrong(text + " is no whole number", "give digits alone");
}

absl::Status SetNumber(const FieldDescriptor& field, std::int64_t number, Message* message) {
  const auto& reflection = *message->GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT64) {
    reflection.SetInt64(message, &field, number);
    return absl::OkStatus();
  }
  if (number != static_cast<std::int32_t>(number)) {
    return Wrong(absl::StrCat(number, " is too large"), "give a smaller number");
  }
  reflection.SetInt32(message, &field, static_cast<std::int32_t>(number));
  return absl::OkStatus();
}

absl::Status SetMoment(const FieldDescriptor& field, const std::string& text, absl::Time now,
                       Message* message) {
  absl::Time moment = now;
  if (text != "now") {
    MB_ASSIGN_OR_RETURN(moment, MomentOf(text));
  }
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(absl::ToUnixSeconds(moment));
  message->GetReflection()->MutableMessage(message, &field)->CopyFrom(timestamp);
  return absl::OkStatus();
}

absl::StatusOr<std::string> TextOf(const Input& input, const FieldDescriptor& field,
                                   const std::string& text, absl::Time now) {
  if (IsDay(field)) return DayOf(text, now);
  if (input.form != Form::kName || text.empty()) return text;
  const std::string collection(input.detail);
  return absl::StartsWith(text, collection) ? text : collection + text;
}

// One value into the field that the path ends with.
absl::Status SetValue(const Input& input, const FieldDescriptor& field, const std::string& text,
                      absl::Time now, Message* message) {
  const auto& reflection = *message->GetReflection();
  if (input.form != Form::kPlain && input.form != Form::kName) {
    return AddCompound(input, field, text, now, message);
  }
  if (IsTimestamp(field)) return SetMoment(field, text, now, message);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      reflection.SetBool(message, &field, text == "true");
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_ENUM: {
      MB_ASSIGN_OR_RETURN(const int number, EnumNumber(field, text));
      if (field.is_repeated()) {
        reflection.AddEnumValue(message, &field, number);
      } else {
        reflection.SetEnumValue(message, &field, number);
      }
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      MB_ASSIGN_OR_RETURN(std::string value, TextOf(input, field, text, now));
      if (field.is_repeated()) {
        reflection.AddString(message, &field, std::move(value));
      } else {
        reflection.SetString(message, &field, std::move(value));
      }
      return absl::OkStatus();
    }
    default: {
      MB_ASSIGN_OR_RETURN(const std::int64_t number, NumberOf(field, text));
      return SetNumber(field, number, message);
    }
  }
}

// The message that holds the last field of the path.
Message* HolderOf(const FieldPath& path, Message* message) {
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const auto& reflection = *message->GetReflection();
    if (!path[i]->is_repeated()) {
      message = reflection.MutableMessage(message, path[i]);
    } else if (reflection.FieldSize(*message, path[i]) == 0) {
      message = reflection.AddMessage(message, path[i]);
    } else {
      message = reflection.MutableRepeatedMessage(message, path[i], 0);
    }
  }
  return message;
}

bool IsThere(const FieldPath& path, const Message& request) {
  const Message* message = &request;
  for (const FieldDescriptor* field : path) {
    const auto& reflection = *message->GetReflection();
    if (field->is_repeated()) {
      if (reflection.FieldSize(*message, field) == 0) return false;
      if (field == path.back()) return true;
      message = &reflection.GetRepeatedMessage(*message, field, 0);
    } else {
      if (!reflection.HasField(*message, field)) return false;
      if (field->message_type() != nullptr) message = &reflection.GetMessage(*message, field);
    }
  }
  return true;
}

absl::Status CheckComplete(const Verb& verb, const Message& request) {
  std::vector<std::string> missing;
  for (const Input& input : verb.inputs) {
    MB_ASSIGN_OR_RETURN(const FieldPath path, PathOf(request.GetDescriptor(), input.field));
    if (IsRequired(input, path) && !IsThere(path, request)) missing.emplace_back(input.word);
  }
  if (missing.empty()) return absl::OkStatus();
  return Wrong(absl::StrCat(absl::StrJoin(missing, ", "),
                            missing.size() == 1 ? " is missing" : " are missing"),
               absl::StrCat("such as: ", std::string(verb.example)));
}

void SetIfThere(std::string_view name, const std::string& value, Message* request) {
  const FieldDescriptor* field = request->GetDescriptor()->FindFieldByName(std::string(name));
  if (field != nullptr && !value.empty()) {
    request->GetReflection()->SetString(request, field, value);
  }
}

}  // namespace

absl::StatusOr<std::string> DayOf(const std::string& text, absl::Time now) {
  const absl::CivilDay today = calendar::ChinaDay(now);
  if (text == "today") return absl::FormatCivilTime(today);
  int days = 0;
  const bool is_offset = !text.empty() && (text[0] == '+' || text[0] == '-');
  if (is_offset && absl::SimpleAtoi(text, &days) && days >= -36600 && days <= 36600) {
    return absl::FormatCivilTime(today + days);
  }
  absl::CivilDay day;
  if (absl::ParseCivilTime(text, &day)) return absl::FormatCivilTime(day);
  return Wrong(text + " is no day", "give one such as 2026-12-01, today, +20 or -5");
}

absl::StatusOr<std::unique_ptr<Message>> MakeRequest(const Verb& verb, const VerbRequest& written,
                                                     absl::Time now) {
  MB_ASSIGN_OR_RETURN(const auto* method, MethodOf(verb.method));
  std::unique_ptr<Message> request(google::protobuf::MessageFactory::generated_factory()
                                       ->GetPrototype(method->input_type())
                                       ->New());
  if (!written.json.empty()) {
    const auto parsed = google::protobuf::util::JsonStringToMessage(written.json, request.get());
    if (!parsed.ok()) {
      return Wrong(absl::StrCat("--request is no ", method->input_type()->full_name(), ": ",
                                std::string(parsed.message())),
                   absl::StrCat("its fields stand in proto/", method->file()->name()));
    }
  }
  for (const Input& input : verb.inputs) {
    const auto values = written.words.find(std::string(input.word));
    if (values == written.words.end()) continue;
    MB_ASSIGN_OR_RETURN(const FieldPath path, PathOf(method->input_type(), input.field));
    for (const std::string& value : values->second) {
      absl::Status set = SetValue(input, *path.back(), value, now, HolderOf(path, request.get()));
      if (set.ok()) continue;
      return Wrong(absl::StrCat(std::string(input.word), ": ", std::string(set.message())),
                   MendOf(set));
    }
  }
  SetIfThere("request_id", written.request_id, request.get());
  SetIfThere("etag", written.etag, request.get());
  MB_RETURN_IF_ERROR(CheckComplete(verb, *request));
  return request;
}

}  // namespace maplebridge::maplectl
