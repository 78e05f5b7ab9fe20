#include "deploy/maplectl_source/completion.h"

#include <absl/strings/match.h>
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

// A command with the words that lead to it: "dispute accept".
struct Path {
  std::string words;
  const CLI::App* command;
};

std::vector<Path> PathsOf(const CLI::App& app) {
  std::vector<Path> paths;
  for (const CLI::App* command : CommandsOf(app)) {
    paths.push_back({command->get_name(), command});
    for (const CLI::App* verb : CommandsOf(*command)) {
      paths.push_back({absl::StrCat(command->get_name(), " ", verb->get_name()), verb});
    }
  }
  return paths;
}

std::string NamesOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : CommandsOf(app)) names.push_back(command->get_name());
  return absl::StrJoin(names, " ");
}

// "dispute accept|dispute list": the commands as the word that completes the path.
std::string PathPattern(const CLI::App& app) {
  std::vector<std::string> patterns;
  for (const Path& path : PathsOf(app)) {
    const bool is_verb = absl::StrContains(path.words, " ");
    patterns.push_back(absl::StrCat("'", is_verb ? "" : " ", path.words, "'"));
  }
  return absl::StrJoin(patterns, " | ");
}

// Lines "'dispute list --state') WORDS": what may stand after an option that takes words of a list.
std::string ChoicesOf(const CLI::App& app, const std::string& before, const std::string& after) {
  std::string lines;
  for (const Path& path : PathsOf(app)) {
    for (const CLI::Option* option : path.command->get_options()) {
      if (!absl::StrContains(option->get_type_name(), "|")) continue;
      absl::StrAppend(&lines, "    '", path.words, " ", option->get_name(), "') ", before,
                      absl::StrReplaceAll(option->get_type_name(), {{"|", " "}}), after, "\n");
    }
  }
  if (!lines.empty()) lines.pop_back();
  return lines;
}

constexpr char kBash[] =
    R"bash(# bash completion of maplectl: source it, or put it into /etc/bash_completion.d
_maplectl() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command ${COMP_WORDS[i]}" in
      @PATHS@) command=${command:+$command }${COMP_WORDS[i]} ;;
    esac
  done
  case $before in
    --var) COMPREPLY=($(compgen -d -- "$word")); return ;;
    --batch | --certificate | --key | --authority | --output)
      COMPREPLY=($(compgen -f -- "$word")); return ;;
    --rule) COMPREPLY=($(compgen -W 'working calendar months' -- "$word")); return ;;
    --role) COMPREPLY=($(compgen -W '@ROLES@' -- "$word")); return ;;
  esac
  local options='@GLOBAL@' words=
  case "$command $before" in
@CHOICES@
  esac
  if [[ -n $words ]]; then COMPREPLY=($(compgen -W "$words" -- "$word")); return; fi
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
  std::string words;
  for (const Path& path : PathsOf(app)) {
    absl::StrAppend(&words, "    '", path.words, "') options+=' ", OptionsOf(*path.command), "'");
    const std::string after =
        CommandsOf(*path.command).empty() ? WordsAfter(path.words) : NamesOf(*path.command);
    if (!after.empty()) absl::StrAppend(&words, " words='", after, "'");
    absl::StrAppend(&words, " ;;\n");
  }
  if (!words.empty()) words.pop_back();
  return absl::StrReplaceAll(kBash, {{"@PATHS@", PathPattern(app)},
                                     {"@ROLES@", roles},
                                     {"@GLOBAL@", OptionsOf(app)},
                                     {"@CHOICES@", ChoicesOf(app, "words='", "' ;;")},
                                     {"@COMMANDS@", NamesOf(app)},
                                     {"@WORDS@", words}});
}

// A text within single quotes of zsh's description syntax.
std::string Quoted(std::string text) {
  return absl::StrReplaceAll(text, {{"'", "'\\''"}, {":", "\\:"}});
}

// Lines "'accept:Take a dispute on'".
std::string DescribedCommands(const CLI::App& app) {
  std::string lines;
  for (const CLI::App* command : CommandsOf(app)) {
    absl::StrAppend(&lines, "    '", command->get_name(), ":", Quoted(command->get_description()),
                    "'\n");
  }
  if (!lines.empty()) lines.pop_back();
  return lines;
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
    case "$command $word" in
      @PATHS@) command=${command:+$command }$word ;;
    esac
  done
  case ${words[CURRENT-1]} in
    --var) _files -/; return ;;
    --batch | --certificate | --key | --authority | --output) _files; return ;;
    --rule) compadd working calendar months; return ;;
    --role) compadd @ROLES@; return ;;
  esac
  case "$command ${words[CURRENT-1]}" in
@CHOICES@
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
  std::string words;
  for (const Path& path : PathsOf(app)) {
    if (!CommandsOf(*path.command).empty()) {
      absl::StrAppend(&words, "    ", path.words, ") commands=(\n",
                      DescribedCommands(*path.command), "\n    ); _describe verb commands ;;\n");
      continue;
    }
    const bool is_verb = absl::StrContains(path.words, " ");
    absl::StrAppend(&words, "    ", is_verb ? absl::StrCat("'", path.words, "'") : path.words,
                    ") options+=(", OptionsOf(*path.command), " ", WordsAfter(path.words),
                    ") ;;\n");
  }
  if (!words.empty()) words.pop_back();
  return absl::StrReplaceAll(kZsh, {{"@PATHS@", PathPattern(app)},
                                    {"@COMMANDS@", DescribedCommands(app)},
                                    {"@ROLES@", roles},
                                    {"@GLOBAL@", OptionsOf(app)},
                                    {"@CHOICES@", ChoicesOf(app, "compadd ", "; return ;;")},
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
