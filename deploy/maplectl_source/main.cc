// maplectl: the suite from the command line. What each command does stands in its own file; here
// are the words.
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/time/clock.h>
#include <google/protobuf/stubs/logging.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <functional>

#include "common/status/macros.h"
#include "deploy/maplectl_source/bulk_commands.h"
#include "deploy/maplectl_source/call_command.h"
#include "deploy/maplectl_source/completion.h"
#include "deploy/maplectl_source/demo.h"
#include "deploy/maplectl_source/doctor.h"
#include "deploy/maplectl_source/feed_watch.h"
#include "deploy/maplectl_source/nearest_word.h"
#include "deploy/maplectl_source/reference_commands.h"
#include "deploy/maplectl_source/simulate.h"
#include "deploy/maplectl_source/status_command.h"
#include "deploy/maplectl_source/token.h"
#include "deploy/maplectl_source/verbs/verb_parser.h"

namespace maplebridge::maplectl {
namespace {

struct TokenOptions {
  TokenClaims claims;
  std::string lifetime = "1h";
  std::string issuer_key;
  // Identity number of the party whose own account it is.
  std::string party;
};

// Everything that the command line can say.
struct Words {
  std::string var;
  bool json = false;
  GatewaySettings gateway;
  CallOptions call;
  DeadlineOptions deadline;
  CheckOptions check;
  WatchOptions watch;
  TokenOptions token;
  DemoOptions demo;
  VerbCall verb;
  SimulateOptions simulate;
  ImportOptions import_options;
  ExportOptions export_options;
  std::string shell;
};

using Command = std::function<int(const Console&, const Installation&)>;

int RunToken(const Console& console, const Installation& installation, TokenOptions options) {
  auto mint = [&]() -> absl::StatusOr<Token> {
    if (!absl::ParseDuration(options.lifetime, &options.claims.lifetime)) {
      return Problem(absl::StatusCode::kInvalidArgument,
                     absl::StrCat("--for ", options.lifetime, " is no duration"),
                     "give one such as 1h or 20m");
    }
    if (!options.party.empty()) {
      MB_ASSIGN_OR_RETURN(options.claims.subject, PartySubject(installation.Path("keys/match.key"),
                                                               options.party, absl::Now()));
    }
    if (options.claims.subject.empty()) {
      options.claims.subject = SubjectOf(options.claims);
    }
    const std::string path = options.issuer_key.empty() ? installation.Path("keys/token-issuer.key")
                                                        : options.issuer_key;
    auto key = ReadFile(path);
    if (!key.ok()) {
      return WithMend(key.status(),
                      absl::IsNotFound(key.status())
                          ? absl::StrCat("make an installation with ", installation.UpCommand(),
                                         ", or name another with --var DIR")
                          : absl::StrCat("run it as who ran ", installation.UpCommand()));
    }
    return MintToken(options.claims, *key, absl::Now());
  };
  const absl::StatusOr<Token> token = mint();
  if (!token.ok()) return console.Fail(token.status());
  if (!console.json()) {
    console.Print(token->text + "\n");
    return kDone;
  }
  Json json;
  json["token"] = token->text;
  json["expire_time"] =
      absl::FormatTime(absl::RFC3339_sec, token->expire_time, absl::UTCTimeZone());
  console.Tell(json);
  return kDone;
}

CLI::App* AddCommand(CLI::App& app, const std::string& name, const std::string& what,
                     const std::string& example, Command* chosen, Command command) {
  CLI::App* added = app.add_subcommand(name, what);
  added->footer("Example:\n  " + example);
  // Options of the whole program may stand behind the command.
  added->fallthrough();
  added->callback([chosen, command] { *chosen = command; });
  return added;
}

void AddQuestions(CLI::App& app, Words& words, Command* chosen) {
  CLI::App* deadline =
      AddCommand(app, "deadline", "Count a period of law to its last day",
                 "maplectl deadline --from 2026-09-28T15:00+08:00 --rule working --n 3", chosen,
                 [&words](const Console& console, const Installation& installation) {
                   return RunDeadline(console, installation, words.gateway, words.deadline);
                 });
  deadline->add_option("--from", words.deadline.from, "Moment from which the period runs");
  deadline->add_option("--rule", words.deadline.rule, "working, calendar or months");
  deadline->add_option("--n", words.deadline.count, "Length in days or months");
  deadline->add_option("--batch", words.deadline.batch,
                       "CSV file with the columns from,rule,n (- for standard input); answers it "
                       "with due_day");
  CLI::App* check = AddCommand(app, "check", "Check an identifier by its rules",
                               "maplectl check social_credit 91330100799655058B", chosen,
                               [&words](const Console& console, const Installation& installation) {
                                 return RunCheck(console, installation, words.gateway, words.check);
                               });
  check->add_option("KIND", words.check.kind,
                    "resident, social_credit, telephone, court_case_number, dispute_number or "
                    "division");
  check->add_option("VALUE", words.check.value, "What to check");
  check->add_option("--batch", words.check.batch,
                    "CSV file with the columns kind,value (- for standard input); answers it with "
                    "verdict and reason");
}

void AddCalls(CLI::App& app, Words& words, Command* chosen) {
  CLI::App* call =
      AddCommand(app, "call", "Call any method, unary or streaming",
                 "maplectl call ReferenceService.GetDivision '{\"name\":\"divisions/330102\"}'",
                 chosen, [&words](const Console& console, const Installation& installation) {
                   return RunCall(console, installation, words.gateway, words.call);
                 });
  call->add_option("METHOD", words.call.method,
                   "package.Service/Method, or as much of its end as is unique");
  call->add_option("JSON", words.call.request,
                   "Request; @FILE or - for standard input. To a stream: an array or one a line");
  call->add_flag("--list", words.call.list, "Name all methods");
  call->add_flag("--reflection", words.call.by_reflection, "Take the descriptors from the gateway");
  call->add_option("--timeout", words.call.timeout_seconds, "Seconds")->capture_default_str();
  CLI::App* watch =
      AddCommand(app, "watch", "Follow a change feed",
                 "maplectl watch docking --token \"$(maplectl token --role AUDITOR)\"", chosen,
                 [&words](const Console& console, const Installation& installation) {
                   return RunWatch(console, installation, words.gateway, words.watch);
                 });
  watch->add_option("FEED", words.watch.feed, "registry, docking or roster")->capture_default_str();
  watch->add_option("--after", words.watch.after_position, "Position of the last event known")
      ->capture_default_str();
  watch->add_option("--resource", words.watch.resource_prefix,
                    "Only resources whose name begins so");
  watch->add_option("--count", words.watch.count, "End after so many events");
}

void AddBulk(CLI::App& app, Words& words, Command* chosen) {
  CLI::App* import_command =
      AddCommand(app, "import", "Bring in the cases of an old register", "maplectl import 2019.csv",
                 chosen, [&words](const Console& console, const Installation& installation) {
                   return RunImport(console, installation, words.gateway, words.import_options);
                 });
  ImportOptions& brought = words.import_options;
  import_command->add_option("FILE", brought.file, "CSV in UTF-8 or GB18030")->required();
  import_command->add_option("--organisation", brought.organisation,
                             "Whose cases; the caller's own organisation by itself");
  import_command->add_option("--errors", brought.errors,
                             "Where rows with errors are written; FILE.errors.csv by itself");
  import_command->add_option("--request-id", brought.request_id,
                             "UUID of an import that may have been taken in");
  CLI::App* export_command =
      AddCommand(app, "export", "Write disputes into a table",
                 "maplectl export disputes.csv --filter 'state = ARCHIVED'", chosen,
                 [&words](const Console& console, const Installation& installation) {
                   return RunExport(console, installation, words.gateway, words.export_options);
                 });
  ExportOptions& written = words.export_options;
  export_command->add_option("FILE", written.file, "Where it is written")->required();
  export_command->add_option("--filter", written.filter, "AIP-160 filter; all when left out");
  export_command->add_option("--organisation", written.organisation, "Only of this organisation");
  export_command->add_option("--division", written.division,
                             "Only this place with all below it: 2, 4, 6, 9 or 12 digits");
}

// Accepts "courts/330102" where `collection` is "courts/".
CLI::Validator NameIn(const std::string& collection) {
  return CLI::Validator(
      [collection](std::string& name) {
        const bool fits = name.rfind(collection, 0) == 0 && name.size() > collection.size() &&
                          name.find('/', collection.size()) == std::string::npos;
        return fits ? std::string() : name + " is no name of the form " + collection + "…";
      },
      collection + "…");
}

void AddToken(CLI::App& app, Words& words, Command* chosen) {
  CLI::App* token =
      AddCommand(app, "token", "Mint a bearer token with the installation's issuer key",
                 "maplectl token --role COURT_SYSTEM --court courts/330102 --for 20m", chosen,
                 [&words](const Console& console, const Installation& installation) {
                   return RunToken(console, installation, words.token);
                 });
  TokenClaims& claims = words.token.claims;
  token->add_option("--role", claims.roles, absl::StrJoin(TokenRoles(), ", "))->required();
  token->add_option("--subject", claims.subject,
                    "Stable name of this one caller; made of role and scope by itself");
  token->add_option("--division", claims.division, "Place of a bureau, leading digits");
  token->add_option("--organisation", claims.organisation, "organisations/…")
      ->check(NameIn("organisations/"));
  token->add_option("--court", claims.court, "courts/…")->check(NameIn("courts/"));
  token->add_option("--party", words.token.party,
                    "Identity number of a party: the subject is that party's own account");
  token->add_option("--for", words.token.lifetime, "How long it holds")->capture_default_str();
  token->add_option("--issuer-key", words.token.issuer_key,
                    "Private key, PEM; var/keys/token-issuer.key by itself");
}

void AddSimulate(CLI::App& app, Words& words, Command* chosen) {
  CLI::App* simulate =
      AddCommand(app, "simulate", "Live a county's year through the public interface",
                 "maplectl simulate --year 2025 --county 330681 --seed 7 --scale 0.1", chosen,
                 [&words](const Console& console, const Installation& installation) {
                   return RunSimulate(console, installation, words.gateway, words.simulate);
                 });
  simulate->footer(simulate->get_footer() + "\n\n" + kSimulateNotes);
  SimulateOptions& options = words.simulate;
  simulate->add_option("--year", options.year, "Which year; last year by itself");
  simulate->add_option("--county", options.county, "Six digits")->capture_default_str();
  simulate->add_option("--seed", options.seed, "The same seed makes the same plan")
      ->capture_default_str();
  simulate->add_option("--scale", options.scale, "1 for about as much as the county has")
      ->check(CLI::Range(0.001, 20.0))
      ->capture_default_str();
  simulate->add_option("--clients", options.clients, "How many act at once")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  simulate->add_option("--speed", options.speed, "Days of the year a second at most; 0: no limit")
      ->check(CLI::Range(0.0, 1000.0))
      ->capture_default_str();
  simulate
      ->add_option("--patience", options.patience_seconds,
                   "Seconds to wait at the end for analytics to follow")
      ->capture_default_str();
  simulate->add_flag("--plan", options.plan_only, "Show the plan and call nobody");
}

void AddInstallation(CLI::App& app, Words& words, Command* chosen) {
  CLI::App* demo = AddCommand(app, "demo", "Play a court's two cases through mediation and home",
                              "maplectl demo --json", chosen,
                              [&words](const Console& console, const Installation& installation) {
                                return RunDemo(console, installation, words.gateway, words.demo);
                              });
  demo->add_option("--patience", words.demo.patience_seconds,
                   "Seconds to wait for the services to follow each other")
      ->capture_default_str();
  AddCommand(app, "status", "Show every process: health, version, database, feeds",
             "maplectl status", chosen,
             [](const Console& console, const Installation& installation) {
               return RunStatus(console, installation);
             });
  AddCommand(app, "doctor", "Find what is wrong with this installation and how to mend it",
             "maplectl doctor", chosen,
             [](const Console& console, const Installation& installation) {
               return RunDoctor(console, installation);
             });
  AddCommand(app, "version", "Show the versions of this program and of what runs",
             "maplectl version --json", chosen,
             [](const Console& console, const Installation& installation) {
               return RunVersion(console, installation);
             });
  CLI::App* completion = AddCommand(
      app, "completion", "Print a completion script", "source <(maplectl completion bash)", chosen,
      [&app, &words](const Console& console, const Installation&) {
        auto script = CompletionScript(app, words.shell, TokenRoles());
        if (!script.ok()) return console.Fail(script.status());
        console.Print(*script);
        return kDone;
      });
  completion->add_option("SHELL", words.shell, "bash or zsh")->required();
}

void AddGlobalOptions(CLI::App& app, Words& words) {
  app.add_option("--var", words.var, "Folder of the installation; var in the repository by itself");
  app.add_flag("--json", words.json, "Answer one JSON object a line");
  app.add_option("--address", words.gateway.address, "HOST:PORT of the gateway")
      ->envname("MAPLECTL_ADDRESS");
  app.add_option("--token", words.gateway.token, "Bearer token to call with")
      ->envname("MAPLECTL_TOKEN");
  app.add_option("--certificate", words.gateway.certificate, "Client certificate, PEM");
  app.add_option("--key", words.gateway.key, "Key of the client certificate, PEM");
  app.add_option("--authority", words.gateway.authority,
                 "Authority of the gateway's certificate, PEM");
}

std::vector<std::string> CommandNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

// The command, or the verb of the group, that was reached; with the words before it.
const CLI::App* Reached(const CLI::App& app, std::string* words) {
  const CLI::App* reached = &app;
  *words = app.get_name();
  while (!reached->get_subcommands().empty()) {
    reached = reached->get_subcommands()[0];
    absl::StrAppend(words, " ", reached->get_name());
  }
  return reached;
}

// What is wrong with the words, in one line.
absl::Status WordsError(const CLI::App& app, const CLI::ParseError& error) {
  std::string words;
  const CLI::App* reached = Reached(app, &words);
  const std::vector<std::string> names = CommandNames(*reached);
  // All that nobody took stands with the program: a verb hands on what it does not know.
  const std::vector<std::string> left = app.remaining(/*recurse=*/true);
  const auto unknown = std::find_if(left.begin(), left.end(), [](const std::string& word) {
    return !word.empty() && word[0] != '-';
  });
  if (!names.empty() && unknown != left.end()) {
    return Problem(absl::StatusCode::kInvalidArgument,
                   absl::StrCat("there is no command ", *unknown),
                   absl::StrCat("did you mean ", NearestWord(*unknown, names), "? ", words,
                                " --help names all"));
  }
  if (!names.empty()) {
    return Problem(absl::StatusCode::kInvalidArgument, "a command is missing",
                   absl::StrCat("after ", words, " stands one of ", absl::StrJoin(names, ", ")));
  }
  return Problem(absl::StatusCode::kInvalidArgument, error.what(),
                 absl::StrCat(words, " --help shows an example"));
}

int Main(int argument_count, char** arguments) {
  Words words;
  Command chosen;
  CLI::App app("maplectl: Maplebridge from the command line.", "maplectl");
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 refused or something is wrong, 2 wrong words, 3 nobody answers.");
  AddVerbs(app, &words.verb, [&words, &chosen] {
    chosen = [&words](const Console& console, const Installation& installation) {
      return RunVerb(console, installation, words.gateway, words.verb);
    };
  });
  AddGlobalOptions(app, words);
  AddInstallation(app, words, &chosen);
  AddSimulate(app, words, &chosen);
  AddCalls(app, words, &chosen);
  AddBulk(app, words, &chosen);
  AddQuestions(app, words, &chosen);
  AddToken(app, words, &chosen);
  try {
    app.parse(argument_count, arguments);
  } catch (const CLI::ParseError& error) {
    // --help is no error.
    if (error.get_exit_code() == 0) return app.exit(error);
    Console(words.json).Fail(WordsError(app, error));
    return kUsage;
  }
  const Console console(words.json);
  return chosen(console, Installation::Open(words.var));
}

}  // namespace
}  // namespace maplebridge::maplectl

int main(int argument_count, char** arguments) {
  // gRPC's own complaints about connections are ours to explain.
  setenv("GRPC_VERBOSITY", "NONE", 0);
  google::protobuf::SetLogHandler(nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return maplebridge::maplectl::Main(argument_count, arguments);
}
