// One JSON object a line on standard output. Never give it a private value: names, numbers,
// telephones, message contents, tokens and keys stay out; resource names and reasons go in.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace maplebridge {

enum class LogLevel { kInfo, kWarning, kError };

// Name of the process in every line. Call once at start.
void StartLog(std::string_view service);

// `text` with every identity number (18 characters) and mobile telephone (11 digits) of a Chinese
// resident replaced by asterisks: the net below the rule above, for words that come from libraries.
std::string Redacted(std::string_view text);

// Every value is redacted.
void Log(LogLevel level, std::string_view message,
         std::initializer_list<std::pair<std::string_view, std::string>> fields = {});

}  // namespace maplebridge
