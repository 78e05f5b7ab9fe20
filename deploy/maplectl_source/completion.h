// maplectl completion bash|zsh: a script made from the commands as they are, so that it never lags
// behind them.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace maplebridge::maplectl {

// INVALID_ARGUMENT for another shell. `roles`: words after --role. Method names of `call` come from
// `maplectl call --list` when they are asked for.
absl::StatusOr<std::string> CompletionScript(const CLI::App& app, const std::string& shell,
                                             const std::vector<std::string>& roles);

}  // namespace maplebridge::maplectl
