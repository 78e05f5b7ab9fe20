// What people see of an answer: rows of words from messages.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

#include "deploy/maplectl_source/console.h"
#include "deploy/maplectl_source/verbs/verb.h"

namespace maplebridge::maplectl {

// The value at the path, readable: a sum in yuan, a time in China, a word of an enum, yes for true,
// a number of a dispute without its collection. Empty when it is not set. Of a repeated field all,
// joined; a path that is no field is empty.
std::string CellOf(const google::protobuf::Message& row, std::string_view path);

// The rows of an answer: those of the verb's field, or the answer itself.
std::vector<const google::protobuf::Message*> RowsOf(const Verb& verb,
                                                     const google::protobuf::Message& answer);

// A table of rows under the verb's headings.
Table TableOf(const Verb& verb, const std::vector<const google::protobuf::Message*>& rows);
// One row as lines of heading and value, without what is empty.
Table RecordOf(const Verb& verb, const google::protobuf::Message& row);

// The message as one JSON object with the fields' own names.
std::string JsonLineOf(const google::protobuf::Message& message);

}  // namespace maplebridge::maplectl
