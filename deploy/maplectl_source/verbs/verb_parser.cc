#include "deploy/maplectl_source/verbs/verb_parser.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <CLI/CLI.hpp>

#include "deploy/maplectl_source/verbs/verb_field.h"

namespace maplebridge::maplectl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

bool HasField(const MethodDescriptor& method, const char* name) {
  return method.input_type()->FindFieldByName(name) != nullptr;
}

// A word by its place, a flag, an option; what it takes is what its field takes.
void AddInput(CLI::App* command, const Input& input, const FieldPath& path, VerbCall* call) {
  const FieldDescriptor& field = *path.back();
  const std::string word(input.word);
  const bool by_place = !absl::StartsWith(word, "--");
  std::string help(input.help);
  if (!by_place && IsRequired(input, path)) absl::StrAppend(&help, " (needed)");
  VerbWords* words = &call->written.words;
  if (IsFlag(input, field)) {
    command->add_flag_function(
        word, [words, word](std::int64_t) { (*words)[word] = {"true"}; }, help);
    return;
  }
  CLI::Option* option = command->add_option_function<std::vector<std::string>>(
      word, [words, word](const std::vector<std::string>& values) { (*words)[word] = values; },
      help);
  option->type_name(ValueWord(input, field));
  option->allow_extra_args(false);
  if (by_place) {
    option->expected(1)->required()->type_name("");
  } else if (!IsMany(input, field)) {
    option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  }
}

void AddCommon(CLI::App* command, const MethodDescriptor& method, VerbCall* call) {
  if (method.server_streaming()) {
    command->add_option("--output", call->output, "File to write; standard output by itself")
        ->type_name("FILE");
    return;
  }
  if (HasField(method, "page_token")) {
    command->add_option("--limit", call->limit, "Rows at most; 0 for all")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
  }
  if (HasField(method, "request_id")) {
    command->add_option("--request-id", call->written.request_id,
                        "UUID of a call that is made again; a new one by itself");
  }
  if (HasField(method, "etag")) {
    command->add_option("--etag", call->written.etag,
                        "Refuse when it has changed since; get shows it");
  }
  command
      ->add_option("--request", call->written.json,
                   "The request, or a part of it, as JSON; @FILE, or - for standard input")
      ->type_name("JSON");
  command->add_option("--timeout", call->timeout_seconds, "Seconds")->capture_default_str();
}

void AddVerb(CLI::App* group_command, const VerbGroup& group, const Verb& verb, VerbCall* call,
             const std::function<void()>& chosen) {
  const auto method = MethodOf(verb.method);
  // A test holds the table against the descriptors.
  if (!method.ok()) return;
  CLI::App* command = group_command->add_subcommand(std::string(verb.name), std::string(verb.help));
  command->footer(absl::StrCat("Calls ", (*method)->service()->name(), ".", (*method)->name(),
                               ".\nExample:\n  ", std::string(verb.example)));
  command->fallthrough();
  for (const Input& input : verb.inputs) {
    const auto path = PathOf((*method)->input_type(), input.field);
    if (path.ok()) AddInput(command, input, *path, call);
  }
  AddCommon(command, **method, call);
  command->callback([&group, &verb, call, chosen] {
    call->group = &group;
    call->verb = &verb;
    chosen();
  });
}

}  // namespace

void AddVerbs(CLI::App& app, VerbCall* call, const std::function<void()>& chosen) {
  for (const VerbGroup& group : VerbGroups()) {
    CLI::App* command = app.add_subcommand(std::string(group.name), std::string(group.help));
    command->fallthrough();
    command->require_subcommand(1);
    command->footer(absl::StrCat("maplectl ", std::string(group.name),
                                 " VERB --help shows its words, with an example."));
    for (const Verb& verb : group.verbs) AddVerb(command, group, verb, call, chosen);
  }
}

std::vector<std::string> CommonWords(const Verb& verb) {
  CLI::App app;
  VerbCall call;
  const auto method = MethodOf(verb.method);
  if (method.ok()) AddCommon(&app, **method, &call);
  std::vector<std::string> words;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_name() != "--help") words.push_back(option->get_name());
  }
  return words;
}

}  // namespace maplebridge::maplectl
