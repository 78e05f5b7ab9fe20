#include "deploy/maplectl_source/verbs/verb_command.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>

#include <fstream>
#include <iostream>

#include "common/status/error.h"
#include "common/status/macros.h"
#include "deploy/maplectl_source/call_command.h"
#include "deploy/maplectl_source/demo_stage.h"
#include "deploy/maplectl_source/generic_call.h"
#include "deploy/maplectl_source/verbs/verb_answer.h"
#include "deploy/maplectl_source/verbs/verb_field.h"

namespace maplebridge::maplectl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr int kRowsOfPage = 100;
constexpr absl::Duration kPatience = absl::Seconds(10);

std::unique_ptr<Message> NewMessage(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

const FieldDescriptor* FieldOf(const Message& message, const char* name) {
  return message.GetDescriptor()->FindFieldByName(name);
}

std::string TextOf(const Message& message, const char* name) {
  const FieldDescriptor* field = FieldOf(message, name);
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

// The flag that fills the field an error is about.
std::string WordOfField(const Verb& verb, const std::string& message) {
  for (const Input& input : verb.inputs) {
    const std::string field(input.field);
    if (absl::StrContains(message, field + ":") || absl::StrContains(message, field + "[")) {
      return std::string(input.word);
    }
  }
  return "";
}

class VerbRun {
 public:
  VerbRun(const Console& console, const GatewayClient& client, const VerbCall& call,
          const MethodDescriptor& method, Message* request)
      : console_(console), client_(client), call_(call), method_(method), request_(request) {}

  absl::Status Run() {
    if (method_.server_streaming()) return Download();
    if (FieldOf(*request_, "page_token") != nullptr) return List();
    std::unique_ptr<Message> answer = NewMessage(method_.output_type());
    MB_RETURN_IF_ERROR(Ask(answer.get()));
    const auto rows = RowsOf(*call_.verb, *answer);
    return call_.verb->rows.empty() ? Show(*answer) : ShowRows(rows, /*more=*/false);
  }

 private:
  // One unary call. It is made again for a few seconds when the service asks for that.
  absl::Status Ask(Message* answer) const {
    const absl::Time end = absl::Now() + kPatience;
    while (true) {
      absl::Status parsed = absl::OkStatus();
      const grpc::Status status =
          CallOnce(client_, method_, *request_, absl::Seconds(call_.timeout_seconds),
                   [&](const grpc::ByteBuffer& buffer) {
                     parsed = ParseAnswer(buffer, answer);
                     return parsed.ok();
                   });
      if (status.ok()) return parsed;
      const absl::Duration delay = GatewayClient::RetryDelay(status);
      if (delay == absl::InfiniteDuration() || absl::Now() + delay > end) return Explain(status);
      const std::string request_id = TextOf(*request_, "request_id");
      std::cerr << "maplectl: not answered yet, asked again"
                << (request_id.empty() ? "" : " with --request-id " + request_id) << std::endl;
      absl::SleepFor(delay);
    }
  }

  absl::Status Explain(const grpc::Status& status) const {
    absl::Status explained = WithRoles(client_.Explain(status), method_);
    const std::string request_id = TextOf(*request_, "request_id");
    const bool may_have_happened =
        absl::IsUnavailable(explained) || absl::IsDeadlineExceeded(explained);
    if (may_have_happened && !request_id.empty()) {
      const std::string mend = MendOf(explained);
      return WithMend(explained, absl::StrCat(mend, mend.empty() ? "" : "; ", "add --request-id ",
                                              request_id, " so that it happens once"));
    }
    const std::string word = WordOfField(*call_.verb, std::string(explained.message()));
    if (MendOf(explained).empty() && !word.empty()) {
      return WithMend(explained, absl::StrCat("mend ", word));
    }
    return explained;
  }

  absl::Status Show(const Message& answer) const {
    if (console_.json()) {
      console_.Print(JsonLineOf(answer));
    } else {
      RecordOf(*call_.verb, answer).ShowRows(console_);
    }
    return absl::OkStatus();
  }

  absl::Status ShowRows(const std::vector<const Message*>& rows, bool more) const {
    if (console_.json()) {
      for (const Message* row : rows) console_.Print(JsonLineOf(*row));
    } else if (rows.empty()) {
      console_.Say("none");
    } else {
      TableOf(*call_.verb, rows).Show(console_);
    }
    if (more) {
      std::cerr << "maplectl: the first " << rows.size() << "; --limit 0 shows all" << std::endl;
    }
    return absl::OkStatus();
  }

  void SetPage(int size, const std::string& token) const {
    const auto& reflection = *request_->GetReflection();
    reflection.SetInt32(request_, FieldOf(*request_, "page_size"), size);
    reflection.SetString(request_, FieldOf(*request_, "page_token"), token);
  }

  absl::Status List() const {
    std::vector<std::unique_ptr<Message>> pages;
    std::vector<const Message*> rows;
    std::string token = TextOf(*request_, "page_token");
    const auto limit = static_cast<std::size_t>(call_.limit);
    const int size = limit == 0 ? kRowsOfPage : std::min(kRowsOfPage, call_.limit);
    do {
      // A token is bound to the size of its page.
      SetPage(size, token);
      pages.push_back(NewMessage(method_.output_type()));
      MB_RETURN_IF_ERROR(Ask(pages.back().get()));
      const auto found = RowsOf(*call_.verb, *pages.back());
      rows.insert(rows.end(), found.begin(), found.end());
      token = TextOf(*pages.back(), "next_page_token");
    } while (!token.empty() && (limit == 0 || rows.size() < limit));
    const bool more = !token.empty() || (limit > 0 && rows.size() > limit);
    if (limit > 0 && rows.size() > limit) rows.resize(limit);
    return ShowRows(rows, more);
  }

  // The bytes of a stream of chunks. What is said of them at its beginning must be true.
  absl::Status Download() const {
    std::string bytes, sha256;
    absl::Status parsed = absl::OkStatus();
    const grpc::Status status = CallOnce(
        client_, method_, *request_, absl::InfiniteDuration(), [&](const grpc::ByteBuffer& buffer) {
          std::unique_ptr<Message> part = NewMessage(method_.output_type());
          parsed = ParseAnswer(buffer, part.get());
          bytes += TextOf(*part, "chunk");
          const std::string digest = CellOf(*part, "document.sha256");
          if (!digest.empty()) sha256 = digest;
          return parsed.ok();
        });
    if (!status.ok()) return Explain(status);
    MB_RETURN_IF_ERROR(parsed);
    if (!sha256.empty() && sha256 != Sha256Of(bytes)) {
      return Problem(absl::StatusCode::kDataLoss,
                     "the bytes that came are not those of the digest " + sha256,
                     "ask again; nothing was written");
    }
    return Write(bytes, sha256);
  }

  absl::Status Write(const std::string& bytes, const std::string& sha256) const {
    if (call_.output.empty()) {
      if (console_.is_terminal() && absl::StartsWith(bytes, "%PDF")) {
        return Problem(absl::StatusCode::kInvalidArgument, "a PDF is not for a terminal",
                       "give --output FILE");
      }
      console_.Print(bytes);
      return absl::OkStatus();
    }
    std::ofstream file(call_.output, std::ios::binary | std::ios::trunc);
    file << bytes;
    file.close();
    if (!file) {
      return Problem(absl::StatusCode::kPermissionDenied, call_.output + " cannot be written",
                     "give another file to --output");
    }
    Json told = {{"file", call_.output}, {"bytes", bytes.size()}};
    if (!sha256.empty()) told["sha256"] = sha256;
    console_.Tell(told);
    console_.Say(absl::StrCat(call_.output, ": ", bytes.size(), " bytes",
                              sha256.empty() ? "" : ", as their digest says"));
    return absl::OkStatus();
  }

  const Console& console_;
  const GatewayClient& client_;
  const VerbCall& call_;
  const MethodDescriptor& method_;
  Message* request_;
};

absl::StatusOr<VerbRequest> Completed(VerbRequest written) {
  if (!written.json.empty()) {
    MB_ASSIGN_OR_RETURN(written.json, RequestText(written.json));
  }
  if (written.request_id.empty()) written.request_id = NewRequestId();
  return written;
}

}  // namespace

int RunVerb(const Console& console, const Installation& installation,
            const GatewaySettings& settings, const VerbCall& call) {
  bool is_words = true;
  auto run = [&]() -> absl::Status {
    MB_ASSIGN_OR_RETURN(const MethodDescriptor* method, MethodOf(call.verb->method));
    MB_ASSIGN_OR_RETURN(VerbRequest written, Completed(call.written));
    MB_ASSIGN_OR_RETURN(const std::unique_ptr<Message> request,
                        MakeRequest(*call.verb, written, absl::Now()));
    is_words = false;
    MB_ASSIGN_OR_RETURN(const GatewayClient client,
                        GatewayClient::Open(installation, settings, /*as_operator=*/true));
    return VerbRun(console, client, call, *method, request.get()).Run();
  };
  const absl::Status status = run();
  if (status.ok()) return kDone;
  const int code = console.Fail(status);
  return is_words ? kUsage : code;
}

}  // namespace maplebridge::maplectl
