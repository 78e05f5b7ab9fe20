// The verbs as commands of the program: groups, verbs, their words and flags, an example each.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "deploy/maplectl_source/verbs/verb_command.h"

namespace CLI {
class App;
}

namespace maplebridge::maplectl {

// Adds every group. When one of their verbs is parsed, `call` says which, with its words, and
// `chosen` is called. `call` must outlive the app.
void AddVerbs(CLI::App& app, VerbCall* call, const std::function<void()>& chosen);

// Words that every verb of its kind takes: --limit of a list, --request-id of a change, …
std::vector<std::string> CommonWords(const Verb& verb);

}  // namespace maplebridge::maplectl
