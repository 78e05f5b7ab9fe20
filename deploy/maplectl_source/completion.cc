#include "deploy/maplectl_source/completion.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>

#include <CLI/CLI.hpp>
#include <vector>

#include "deploy/maplectl_source/console.h"

namespace maplebridge::maplectl {
namespace {

// "--json --var …": long options, and short ones where there is no long one.
std::string OptionsOf(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
  return absl::StrJoin(words, " ");
}

std::vector<const CLI::App*> CommandsOf(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

// What may stand as the first word after a command.
std::string WordsAfter(const std::string& command) {
  if (command == "completion") return "bash zsh";
  if (command == "check") return "resident social_credit";
  if (command == "watch") return "registry docking roster";
  return "";
}

constexpr char kBash[] =
    R"bash(# bash completion of maplectl: source it, or put it into /etc/bash_completion.d
_maplectl() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
@CASES@
    esac
  done
  case $before in
    --var) COMPREPLY=($(compgen -d -- "$word")); return ;;
    --batch | --certificate | --key | --authority) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --rule) COMPREPLY=($(compgen -W 'working calendar months' -- "$word")); return ;;
    --role) COMPREPLY=($(compgen -W '@ROLES@' -- "$word")); return ;;
  esac
  local options='@GLOBAL@' words=
  case $command in
    '') words='@COMMANDS@' ;;
    call) [[ $word == -* ]] || words=$("${COMP_WORDS[0]}" call --list 2>/dev/null) ;;&
@WORDS@
  esac
  if [[ $word == -* || -z $words ]]; then words=$options; fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _maplectl maplectl deploy/maplectl
)bash";

std::string Bash(const CLI::App& app, const std::string& roles) {
  std::string cases, words;
  std::vector<std::string> commands;
  for (const CLI::App* command : CommandsOf(app)) {
    const std::string name = command->get_name();
    commands.push_back(name);
    absl::StrAppend(&words, "    ", name, ") options+=' ", OptionsOf(*command), "'");
    if (!WordsAfter(name).empty()) absl::StrAppend(&words, " words='", WordsAfter(name), "'");
    absl::StrAppend(&words, " ;;\n");
  }
  cases = absl::StrCat("      ", absl::StrJoin(commands, " | "),
                       ") command=${COMP_WORDS[i]}; break ;;");
  if (!words.empty()) words.pop_back();
  return absl::StrReplaceAll(kBash, {{"@CASES@", cases},
                                     {"@ROLES@", roles},
                                     {"@GLOBAL@", OptionsOf(app)},
                                     {"@COMMANDS@", absl::StrJoin(commands, " ")},
                                     {"@WORDS@", words}});
}

// A text within single quotes of zsh's description syntax.
std::string Quoted(std::string text) {
  return absl::StrReplaceAll(text, {{"'", "'\\''"}, {":", "\\:"}});
}

constexpr char kZsh[] = R"zsh(#compdef maplectl
# zsh completion of maplectl: put it as _maplectl into a folder of $fpath, or source it
_maplectl() {
  local -a commands options
  local command= word
  commands=(
@COMMANDS@
  )
  for word in ${words[2,CURRENT-1]}; do
    if (( ${commands[(I)$word:*]} )); then command=$word; break; fi
  done
  case ${words[CURRENT-1]} in
    --var) _files -/; return ;;
    --batch | --certificate | --key | --authority) _files; return ;;
    --rule) compadd working calendar months; return ;;
    --role) compadd @ROLES@; return ;;
  esac
  options=(@GLOBAL@)
  case $command in
    '') _describe command commands ;;
@WORDS@
  esac
  if [[ $command == call && $PREFIX != -* ]]; then
    compadd -- ${(f)"$(${words[1]} call --list 2>/dev/null)"}
  fi
  compadd -- $options
}
if [[ $funcstack[1] == _maplectl ]]; then _maplectl "$@"; else compdef _maplectl maplectl; fi
)zsh";

std::string Zsh(const CLI::App& app, const std::string& roles) {
  std::string commands, words;
  for (const CLI::App* command : CommandsOf(app)) {
    const std::string name = command->get_name();
    absl::StrAppend(&commands, "    '", name, ":", Quoted(command->get_description()), "'\n");
    absl::StrAppend(&words, "    ", name, ") options+=(", OptionsOf(*command), " ",
                    WordsAfter(name), ") ;;\n");
  }
  if (!commands.empty()) commands.pop_back();
  if (!words.empty()) words.pop_back();
  return absl::StrReplaceAll(kZsh, {{"@COMMANDS@", commands},
                                    {"@ROLES@", roles},
                                    {"@GLOBAL@", OptionsOf(app)},
                                    {"@WORDS@", words}});
}

}  // namespace

absl::StatusOr<std::string> CompletionScript(const CLI::App& app, const std::string& shell,
                                             const std::vector<std::string>& roles) {
  if (shell == "bash") return Bash(app, absl::StrJoin(roles, " "));
  if (shell == "zsh") return Zsh(app, absl::StrJoin(roles, " "));
  return Problem(absl::StatusCode::kInvalidArgument, "no completion for " + shell,
                 "shells are bash and zsh");
}

}  // namespace maplebridge::maplectl
