#include "deploy/maplectl_source/reference_commands.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <deque>
#include <functional>
#include <future>
#include <iostream>
#include <iterator>
#include <vector>

#include "common/status/macros.h"
#include "deploy/maplectl_source/csv.h"
#include "maplebridge/registry/v1/reference.grpc.pb.h"

namespace maplebridge::maplectl {
namespace {

using registry::v1::BatchCalculateDeadlinesRequest;
using registry::v1::BatchCalculateDeadlinesResponse;
using registry::v1::BatchCheckIdentifiersRequest;
using registry::v1::BatchCheckIdentifiersResponse;
using registry::v1::CalculateDeadlineRequest;
using registry::v1::CheckIdentifierRequest;
using registry::v1::CheckIdentifierResponse;
using registry::v1::ReferenceService;

// Rows of one call, well below the service's 10000; several calls are under way at once.
constexpr std::size_t kRowsOfCall = 5000;
constexpr std::size_t kCallsUnderWay = 4;
// The service takes values up to this; a message of longer ones might be too large.
constexpr std::size_t kLongestValue = 200;

absl::TimeZone China() { return absl::FixedTimeZone(8 * 60 * 60); }

absl::StatusOr<type::v1::DeadlineRule> RuleOf(const std::string& word) {
  if (word == "working") return type::v1::DEADLINE_RULE_WORKING;
  if (word == "calendar") return type::v1::DEADLINE_RULE_CALENDAR;
  if (word == "months") return type::v1::DEADLINE_RULE_MONTHS;
  return Problem(absl::StatusCode::kInvalidArgument, absl::StrCat("rule ", word, " is unknown"),
                 "rules are working, calendar and months");
}

absl::StatusOr<CalculateDeadlineRequest> DeadlineRequestOf(const std::string& from,
                                                           const std::string& rule,
                                                           const std::string& count) {
  CalculateDeadlineRequest request;
  MB_ASSIGN_OR_RETURN(const absl::Time moment, MomentOf(from));
  request.mutable_from_time()->set_seconds(absl::ToUnixSeconds(moment));
  MB_ASSIGN_OR_RETURN(const type::v1::DeadlineRule kind, RuleOf(rule));
  request.set_rule(kind);
  int number = 0;
  if (!absl::SimpleAtoi(count, &number) || number < 1) {
    return Problem(absl::StatusCode::kInvalidArgument,
                   absl::StrCat("n ", count, " is no number above 0"),
                   "give a whole number of days or months");
  }
  request.set_count(number);
  return request;
}

struct KindWord {
  std::string_view word;
  registry::v1::IdentifierKind kind;
};
constexpr KindWord kKinds[] = {
    {"resident", registry::v1::IDENTIFIER_KIND_RESIDENT},
    {"social_credit", registry::v1::IDENTIFIER_KIND_SOCIAL_CREDIT},
    {"telephone", registry::v1::IDENTIFIER_KIND_TELEPHONE},
    {"court_case_number", registry::v1::IDENTIFIER_KIND_COURT_CASE_NUMBER},
    {"dispute_number", registry::v1::IDENTIFIER_KIND_DISPUTE_NUMBER},
    {"division", registry::v1::IDENTIFIER_KIND_DIVISION},
};

absl::StatusOr<registry::v1::IdentifierKind> KindOf(const std::string& word) {
  std::string words;
  for (const KindWord& kind : kKinds) {
    if (kind.word == word) return kind.kind;
    absl::StrAppend(&words, words.empty() ? "" : ", ", std::string(kind.word));
  }
  return Problem(absl::StatusCode::kInvalidArgument, absl::StrCat("kind ", word, " is unknown"),
                 absl::StrCat("kinds are ", words));
}

absl::StatusOr<CsvTable> ReadTable(const std::string& file) {
  std::string text;
  if (file == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  } else {
    MB_ASSIGN_OR_RETURN(text, ReadFile(file));
  }
  MB_ASSIGN_OR_RETURN(CsvTable table, ParseCsv(text));
  if (table.heading.empty()) {
    return Problem(absl::StatusCode::kInvalidArgument, file + " is empty",
                   "its first line names the columns");
  }
  return table;
}

// What came of the rows [first, last) of a batch: the service's answer, or for a single row why
// there is none.
template <typename Answer>
struct Part {
  std::size_t first = 0;
  absl::StatusOr<Answer> answer;
};

template <typename Answer>
using AskRows = std::function<absl::StatusOr<Answer>(std::size_t first, std::size_t last)>;

// One call; a row that the service refuses to read must not take the others with it, so a refused
// call is halved until that row stands alone.
template <typename Answer>
absl::StatusOr<std::vector<Part<Answer>>> AskRange(const AskRows<Answer>& ask, std::size_t first,
                                                   std::size_t last) {
  absl::StatusOr<Answer> answer = ask(first, last);
  if (answer.ok() || (last - first == 1 && absl::IsInvalidArgument(answer.status()))) {
    std::vector<Part<Answer>> parts;
    parts.push_back({first, std::move(answer)});
    return parts;
  }
  if (!absl::IsInvalidArgument(answer.status())) return answer.status();
  const std::size_t middle = first + (last - first) / 2;
  MB_ASSIGN_OR_RETURN(auto parts, AskRange(ask, first, middle));
  MB_ASSIGN_OR_RETURN(auto others, AskRange(ask, middle, last));
  std::move(others.begin(), others.end(), std::back_inserter(parts));
  return parts;
}

// Asks for `count` rows in calls of kRowsOfCall, some at once, and hands on what came of them.
template <typename Answer>
absl::Status AskInParts(std::size_t count, const AskRows<Answer>& ask,
                        const std::function<void(const Part<Answer>&)>& take) {
  std::deque<std::future<absl::StatusOr<std::vector<Part<Answer>>>>> under_way;
  std::size_t next = 0;
  while (next < count || !under_way.empty()) {
    while (next < count && under_way.size() < kCallsUnderWay) {
      const std::size_t last = std::min(count, next + kRowsOfCall);
      under_way.push_back(std::async(
          std::launch::async, [&ask, next, last] { return AskRange<Answer>(ask, next, last); }));
      next = last;
    }
    const auto parts = under_way.front().get();
    under_way.pop_front();
    MB_RETURN_IF_ERROR(parts.status());
    for (const Part<Answer>& part : *parts) take(part);
  }
  return absl::OkStatus();
}

// Rows that have no answer are named on standard error, whose place in the table stays empty.
void Complain(int line, std::string_view why) {
  std::cerr << "maplectl: line " << line << ": " << why << "\n";
}

std::string DueText(const google::protobuf::Timestamp& due) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%S%Ez", absl::FromUnixSeconds(due.seconds()), China());
}

absl::StatusOr<int> DeadlineBatch(const Console& console, const GatewayClient& client,
                                  const std::string& file) {
  MB_ASSIGN_OR_RETURN(CsvTable table, ReadTable(file));
  MB_ASSIGN_OR_RETURN(const std::size_t from, ColumnOf(table, "from"));
  MB_ASSIGN_OR_RETURN(const std::size_t rule, ColumnOf(table, "rule"));
  MB_ASSIGN_OR_RETURN(const std::size_t count, ColumnOf(table, "n"));
  int wrong = 0;
  std::vector<CalculateDeadlineRequest> requests;
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const std::vector<std::string>& row = table.rows[i];
    auto request = DeadlineRequestOf(row[from], row[rule], row[count]);
    if (request.ok()) {
      requests.push_back(*std::move(request));
      rows.push_back(i);
    } else {
      ++wrong;
      Complain(table.lines[i], std::string(request.status().message()));
    }
  }
  std::vector<std::string> due_days(table.rows.size());
  auto stub = ReferenceService::NewStub(client.channel());
  auto ask = [&](std::size_t first, std::size_t last) {
    BatchCalculateDeadlinesRequest batch;
    for (std::size_t i = first; i < last; ++i) *batch.add_requests() = requests[i];
    return client.Ask(stub, &ReferenceService::Stub::BatchCalculateDeadlines, batch);
  };
  auto refuse = [&](std::size_t row, const std::string& why) {
    ++wrong;
    Complain(table.lines[row], why);
  };
  auto take = [&](const Part<BatchCalculateDeadlinesResponse>& part) {
    if (!part.answer.ok()) {
      refuse(rows[part.first], std::string(part.answer.status().message()));
      return;
    }
    for (int i = 0; i < part.answer->results_size(); ++i) {
      const auto& result = part.answer->results(i);
      const std::size_t row = rows[part.first + static_cast<std::size_t>(i)];
      if (result.has_deadline()) {
        due_days[row] = result.deadline().due_day();
      } else {
        refuse(row, result.error().message());
      }
    }
  };
  MB_RETURN_IF_ERROR(AskInParts<BatchCalculateDeadlinesResponse>(requests.size(), ask, take));
  std::string text;
  table.heading.push_back("due_day");
  AppendCsvLine(table.heading, &text);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    table.rows[i].push_back(due_days[i]);
    AppendCsvLine(table.rows[i], &text);
  }
  console.Print(text);
  return wrong == 0 ? kDone : kFailed;
}

absl::Status SingleDeadline(const Console& console, const GatewayClient& client,
                            const DeadlineOptions& options) {
  MB_ASSIGN_OR_RETURN(const CalculateDeadlineRequest request,
                      DeadlineRequestOf(options.from, options.rule, options.count));
  auto stub = ReferenceService::NewStub(client.channel());
  MB_ASSIGN_OR_RETURN(const type::v1::Deadline deadline,
                      client.Ask(stub, &ReferenceService::Stub::CalculateDeadline, request));
  Json answer;
  answer["due_day"] = deadline.due_day();
  answer["due"] = DueText(deadline.due_time());
  answer["provisional"] = deadline.provisional();
  answer["because"] = Json::array();
  for (const std::string& sentence : deadline.because()) answer["because"].push_back(sentence);
  console.Tell(answer);
  console.Say(
      absl::StrCat("due day  ", deadline.due_day(), " (ends ", DueText(deadline.due_time()), ")"));
  for (const std::string& sentence : deadline.because()) console.Say("  " + sentence);
  if (deadline.provisional()) {
    console.Say("  provisional: the calendar of that year is not published yet");
  }
  return absl::OkStatus();
}

absl::Status CheckBatch(const Console& console, const GatewayClient& client,
                        const std::string& file) {
  MB_ASSIGN_OR_RETURN(CsvTable table, ReadTable(file));
  MB_ASSIGN_OR_RETURN(const std::size_t kind, ColumnOf(table, "kind"));
  MB_ASSIGN_OR_RETURN(const std::size_t value, ColumnOf(table, "value"));
  std::vector<CheckIdentifierResponse> answers(table.rows.size());
  std::vector<CheckIdentifierRequest> requests;
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    auto asked = KindOf(table.rows[i][kind]);
    if (!asked.ok()) {
      answers[i].set_reason(std::string(asked.status().message()));
    } else if (table.rows[i][value].empty()) {
      answers[i].set_reason("is empty");
    } else if (table.rows[i][value].size() > kLongestValue) {
      answers[i].set_reason("is longer than 200 bytes");
    } else {
      CheckIdentifierRequest request;
      request.set_kind(*asked);
      request.set_value(table.rows[i][value]);
      requests.push_back(std::move(request));
      rows.push_back(i);
    }
  }
  auto stub = ReferenceService::NewStub(client.channel());
  auto ask = [&](std::size_t first, std::size_t last) {
    BatchCheckIdentifiersRequest batch;
    for (std::size_t i = first; i < last; ++i) *batch.add_requests() = requests[i];
    return client.Ask(stub, &ReferenceService::Stub::BatchCheckIdentifiers, batch);
  };
  auto take = [&](const Part<BatchCheckIdentifiersResponse>& part) {
    if (!part.answer.ok()) {
      answers[rows[part.first]].set_reason("is not readable as text (UTF-8)");
      return;
    }
    for (int i = 0; i < part.answer->results_size(); ++i) {
      answers[rows[part.first + static_cast<std::size_t>(i)]] = part.answer->results(i);
    }
  };
  MB_RETURN_IF_ERROR(AskInParts<BatchCheckIdentifiersResponse>(requests.size(), ask, take));
  std::string text;
  table.heading.insert(table.heading.end(), {"verdict", "reason"});
  AppendCsvLine(table.heading, &text);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    table.rows[i].push_back(answers[i].valid() ? "valid" : "invalid");
    table.rows[i].push_back(answers[i].reason());
    AppendCsvLine(table.rows[i], &text);
  }
  console.Print(text);
  return absl::OkStatus();
}

absl::Status SingleCheck(const Console& console, const GatewayClient& client,
                         const CheckOptions& options) {
  CheckIdentifierRequest request;
  MB_ASSIGN_OR_RETURN(const registry::v1::IdentifierKind kind, KindOf(options.kind));
  request.set_kind(kind);
  request.set_value(options.value);
  auto stub = ReferenceService::NewStub(client.channel());
  MB_ASSIGN_OR_RETURN(const CheckIdentifierResponse answer,
                      client.Ask(stub, &ReferenceService::Stub::CheckIdentifier, request));
  const std::string verdict = answer.valid() ? "valid" : "invalid";
  Json json;
  json["kind"] = options.kind;
  json["value"] = options.value;
  json["verdict"] = verdict;
  json["reason"] = answer.reason();
  console.Tell(json);
  console.Say(answer.valid() ? verdict : absl::StrCat(verdict, ": ", answer.reason()));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<absl::Time> MomentOf(const std::string& text) {
  absl::Time moment;
  std::string error;
  for (const char* form : {"%Y-%m-%d%ET%H:%M:%E*S%Ez", "%Y-%m-%d%ET%H:%M%Ez"}) {
    if (absl::ParseTime(form, text, &moment, &error)) return moment;
  }
  for (const char* form : {"%Y-%m-%d%ET%H:%M:%E*S", "%Y-%m-%d%ET%H:%M", "%Y-%m-%d"}) {
    if (absl::ParseTime(form, text, China(), &moment, &error)) return moment;
  }
  return Problem(absl::StatusCode::kInvalidArgument, absl::StrCat("from ", text, " is no moment"),
                 "give one such as 2026-09-28T15:00+08:00");
}

int RunDeadline(const Console& console, const Installation& installation,
                const GatewaySettings& settings, const DeadlineOptions& options) {
  auto run = [&]() -> absl::StatusOr<int> {
    if (options.batch.empty() &&
        (options.from.empty() || options.rule.empty() || options.count.empty())) {
      return Problem(absl::StatusCode::kInvalidArgument, "--from, --rule and --n belong together",
                     "such as --from 2026-09-28T15:00+08:00 --rule working --n 3, or give --batch");
    }
    MB_ASSIGN_OR_RETURN(GatewayClient client,
                        GatewayClient::Open(installation, settings, /*as_operator=*/false));
    if (!options.batch.empty()) return DeadlineBatch(console, client, options.batch);
    MB_RETURN_IF_ERROR(SingleDeadline(console, client, options));
    return kDone;
  };
  const absl::StatusOr<int> answer = run();
  return answer.ok() ? *answer : console.Fail(answer.status());
}

int RunCheck(const Console& console, const Installation& installation,
             const GatewaySettings& settings, const CheckOptions& options) {
  auto run = [&]() -> absl::Status {
    if (options.batch.empty() && (options.kind.empty() || options.value.empty())) {
      return Problem(absl::StatusCode::kInvalidArgument, "KIND and VALUE belong together",
                     "such as check resident 11010519491231002X, or give --batch");
    }
    MB_ASSIGN_OR_RETURN(GatewayClient client,
                        GatewayClient::Open(installation, settings, /*as_operator=*/false));
    return options.batch.empty() ? SingleCheck(console, client, options)
                                 : CheckBatch(console, client, options.batch);
  };
  const absl::Status status = run();
  return status.ok() ? kDone : console.Fail(status);
}

}  // namespace maplebridge::maplectl
