#include "deploy/maplectl_source/verbs/verb_answer.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>
#include <absl/strings/strip.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/json_util.h>

#include "common/calendar/working_calendar.h"
#include "common/money/fen.h"
#include "deploy/maplectl_source/verbs/verb_field.h"

namespace maplebridge::maplectl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string TimeCell(const Message& timestamp) {
  google::protobuf::Timestamp time;
  time.CopyFrom(timestamp);
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixSeconds(time.seconds()),
                          calendar::ChinaTime());
}

std::string NumberCell(const FieldDescriptor& field, std::int64_t number) {
  return IsSum(field) ? money::Fen(number).ToYuan() : absl::StrCat(number);
}

// One line, whatever stands in it.
std::string TextCell(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return std::string(absl::StripPrefix(text, "disputes/"));
}

// What one value of the field says; `index`: of a repeated one, else -1.
std::string ValueCell(const Message& message, const FieldDescriptor& field, int index) {
  const auto& reflection = *message.GetReflection();
  const bool many = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return TextCell(many ? reflection.GetRepeatedString(message, &field, index)
                           : reflection.GetString(message, &field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumWord(many ? *reflection.GetRepeatedEnum(message, &field, index)
                           : *reflection.GetEnum(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? "yes" : "";
    case FieldDescriptor::CPPTYPE_INT32:
      return NumberCell(field, reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return NumberCell(field, reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return absl::StrFormat("%.3g", reflection.GetDouble(message, &field));
    default:
      return "";
  }
}

void Collect(const Message& message, const FieldPath& path, std::size_t at,
             std::vector<std::string>* cells) {
  const FieldDescriptor& field = *path[at];
  const auto& reflection = *message.GetReflection();
  const bool is_last = at + 1 == path.size();
  const int count = field.is_repeated() ? reflection.FieldSize(message, &field) : -1;
  if (field.message_type() == nullptr) {
    for (int i = 0; i < count; ++i) cells->push_back(ValueCell(message, field, i));
    if (count < 0 && (reflection.HasField(message, &field) || !field.has_presence())) {
      cells->push_back(ValueCell(message, field, -1));
    }
    return;
  }
  if (IsTimestamp(field)) {
    if (reflection.HasField(message, &field)) {
      cells->push_back(TimeCell(reflection.GetMessage(message, &field)));
    }
    return;
  }
  if (is_last) return;
  for (int i = 0; i < count; ++i) {
    Collect(reflection.GetRepeatedMessage(message, &field, i), path, at + 1, cells);
  }
  if (count < 0 && reflection.HasField(message, &field)) {
    Collect(reflection.GetMessage(message, &field), path, at + 1, cells);
  }
}

}  // namespace

std::string CellOf(const Message& row, std::string_view path) {
  const auto fields = PathOf(row.GetDescriptor(), path);
  if (!fields.ok()) return "";
  std::vector<std::string> cells;
  Collect(row, *fields, 0, &cells);
  std::erase(cells, "");
  return absl::StrJoin(cells, ", ");
}

std::vector<const Message*> RowsOf(const Verb& verb, const Message& answer) {
  if (verb.rows.empty()) return {&answer};
  std::vector<const Message*> rows;
  const FieldDescriptor* field = answer.GetDescriptor()->FindFieldByName(std::string(verb.rows));
  if (field == nullptr) return rows;
  const auto& reflection = *answer.GetReflection();
  for (int i = 0; i < reflection.FieldSize(answer, field); ++i) {
    rows.push_back(&reflection.GetRepeatedMessage(answer, field, i));
  }
  return rows;
}

Table TableOf(const Verb& verb, const std::vector<const Message*>& rows) {
  std::vector<std::string> heading;
  for (const Column& column : verb.columns) heading.emplace_back(column.heading);
  Table table(std::move(heading));
  for (const Message* row : rows) {
    std::vector<std::string> cells;
    for (const Column& column : verb.columns) cells.push_back(CellOf(*row, column.field));
    table.Add(std::move(cells));
  }
  return table;
}

Table RecordOf(const Verb& verb, const Message& row) {
  Table table({"", ""});
  for (const Column& column : verb.columns) {
    std::string cell = CellOf(row, column.field);
    if (!cell.empty()) table.Add({std::string(column.heading), std::move(cell)});
  }
  return table;
}

std::string JsonLineOf(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto printed = google::protobuf::util::MessageToJsonString(message, &json, options);
  return printed.ok() ? json + "\n" : "";
}

}  // namespace maplebridge::maplectl
