#include "services/registry/api/assistance.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include "common/server/etag.h"
#include "common/server/request_id.h"
#include "services/registry/api/assistance_step.h"
#include "services/registry/api/file_page.h"
#include "services/registry/api/routes.h"
#include "services/registry/api/words.h"

namespace maplebridge::registry {
namespace {

Task<absl::StatusOr<v1::Assistance>> Reread(const Registry& registry,
                                            postgres::Transaction& transaction, const Call& call,
                                            const std::string& name) {
  const std::optional<PartName> part = ParsePartName(kAssistance, name);
  if (!part) co_return NotFoundError(name);
  auto dispute = co_await ReadDispute(transaction, registry.keys, part->number);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(RequireCentre(call.caller(), *dispute));
  auto assistance = co_await ReadAssistance(transaction, part->number, part->ordinal);
  if (!assistance.ok()) co_return assistance.status();
  co_return AssistanceMessage(*assistance);
}

// The frame of every step but the first.
template <typename Request>
Task<absl::StatusOr<v1::Assistance>> ChangeAssistance(Registry& registry, Call& call,
                                                      const Request& request,
                                                      const AssistanceMove& move) {
  MB_CO_ASSIGN_OR_RETURN(const PartName name, PartNameIn(kAssistance, request.name()));
  std::function<Task<absl::StatusOr<v1::Assistance>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Assistance>> {
    auto dispute = co_await LockDispute(transaction, registry.keys, name.number);
    if (!dispute.ok()) co_return dispute.status();
    MB_CO_RETURN_IF_ERROR(RequireCentre(call.caller(), *dispute));
    auto assistance = co_await ReadAssistance(transaction, name.number, name.ordinal);
    if (!assistance.ok()) co_return assistance.status();
    MB_CO_RETURN_IF_ERROR(CheckEtag(assistance->name(), request.etag(), assistance->revision));
    absl::Status done =
        co_await MoveAssistance(registry, transaction, call, *dispute, move, &*assistance);
    if (!done.ok()) co_return done;
    co_return AssistanceMessage(*assistance);
  };
  std::function<Task<absl::StatusOr<v1::Assistance>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string& made) {
        return Reread(registry, transaction, call, made);
      };
  co_return co_await ChangeOnce<v1::Assistance>(registry.database(call), call, request, change,
                                                reread);
}

absl::StatusOr<Assistance> DraftOf(const Call& call, const v1::Assistance& message) {
  FieldCheck check;
  Assistance assistance;
  const auto kind = AssistanceKindOf(WordOf("ASSISTANCE_KIND_", message.kind()));
  check.Require(kind.has_value(), "assistance.kind", "must be one of ASSISTANCE_KIND_…");
  if (kind) assistance.kind = *kind;
  std::string wrong = CheckText(message.body_name(), 1, 100);
  check.Require(wrong.empty(), "assistance.body_name", wrong);
  wrong = CheckText(message.explanation(), 1, 500);
  check.Require(wrong.empty(), "assistance.explanation", wrong);
  MB_RETURN_IF_ERROR(check.status());
  assistance.body_name = message.body_name();
  assistance.explanation = message.explanation();
  assistance.organisation = call.caller().organisation;
  assistance.create_time = call.now();
  return assistance;
}

Task<absl::StatusOr<v1::Assistance>> Ask(const Registry& registry,
                                         postgres::Transaction& transaction, const Call& call,
                                         const std::string& number,
                                         const v1::RequestAssistanceRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(Assistance assistance, DraftOf(call, request.assistance()));
  auto dispute = co_await LockDispute(transaction, registry.keys, number);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(RequireCentre(call.caller(), *dispute));
  MB_CO_RETURN_IF_ERROR(CheckEtag(dispute->name(), request.etag(), dispute->revision));
  if (!MayRequestAssistance(dispute->state)) {
    co_return StateForbidsError(dispute->name(), Word(dispute->state), "RequestAssistance");
  }
  assistance.dispute = number;
  assistance.division = dispute->division;
  // The row needs its end before it has a name.
  const std::string unnamed, no_state, type(Word(AssistanceEvent::kRequest));
  absl::Status done =
      co_await StartAssistanceClock(registry, transaction, call, unnamed, &assistance);
  if (!done.ok()) co_return done;
  done = co_await InsertAssistance(transaction, call.caller().principal, &assistance);
  if (!done.ok()) co_return done;
  const std::string name = assistance.name();
  done = co_await StartAssistanceClock(registry, transaction, call, name, &assistance);
  if (!done.ok()) co_return done;
  done = co_await TellAssistance(registry, transaction, call, *dispute, assistance, type, no_state);
  if (!done.ok()) co_return done;
  co_return AssistanceMessage(assistance);
}

}  // namespace

Task<absl::StatusOr<v1::Assistance>> RequestAssistance(
    Registry& registry, Call& call, const v1::RequestAssistanceRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string number, NumberIn("parent", request.parent()));
  std::function<Task<absl::StatusOr<v1::Assistance>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return Ask(registry, transaction, call, number, request);
      };
  std::function<Task<absl::StatusOr<v1::Assistance>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string& made) {
        return Reread(registry, transaction, call, made);
      };
  co_return co_await ChangeOnce<v1::Assistance>(registry.database(call), call, request, change,
                                                reread);
}

Task<absl::StatusOr<v1::Assistance>> AnswerAssistance(Registry& registry, Call& call,
                                                      const v1::AnswerAssistanceRequest& request) {
  const bool accepts = request.decision() == v1::BODY_DECISION_ACCEPT;
  FieldCheck check;
  check.Require(accepts || request.decision() == v1::BODY_DECISION_DECLINE, "decision",
                "must be ACCEPT or DECLINE");
  std::string wrong = CheckText(request.answer(), accepts ? 0 : 1, 500);
  check.Require(wrong.empty(), "answer", wrong);
  MB_CO_RETURN_IF_ERROR(check.status());
  AssistanceMove move;
  move.event = accepts ? AssistanceEvent::kAccept : AssistanceEvent::kDecline;
  move.answer = request.answer();
  co_return co_await ChangeAssistance(registry, call, request, move);
}

Task<absl::StatusOr<v1::Assistance>> DeliverAssistance(
    Registry& registry, Call& call, const v1::DeliverAssistanceRequest& request) {
  if (std::string wrong = CheckText(request.result(), 1, 4000); !wrong.empty()) {
    co_return FieldError("result", wrong);
  }
  AssistanceMove move;
  move.event = AssistanceEvent::kDeliver;
  move.result = request.result();
  move.material = request.material();
  co_return co_await ChangeAssistance(registry, call, request, move);
}

Task<absl::StatusOr<v1::Assistance>> CancelAssistance(Registry& registry, Call& call,
                                                      const v1::CancelAssistanceRequest& request) {
  if (std::string wrong = CheckText(request.explanation(), 1, 500); !wrong.empty()) {
    co_return FieldError("explanation", wrong);
  }
  AssistanceMove move;
  move.event = AssistanceEvent::kCancel;
  move.answer = request.explanation();
  co_return co_await ChangeAssistance(registry, call, request, move);
}

namespace {

Task<absl::StatusOr<v1::ListAssistanceResponse>> ListDue(Registry& registry, Call& call,
                                                         const v1::ListAssistanceRequest& request) {
  AssistanceFilter filter;
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(const std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  const Caller& caller = call.caller();
  if (!caller.HasAny({options::v1::ROLE_AUDITOR, options::v1::ROLE_SERVICE})) {
    filter.organisation = caller.organisation;
    MB_CO_RETURN_IF_ERROR(RequireOrganisation(caller, filter.organisation));
  }
  filter.state = WordOf("ASSISTANCE_STATE_", request.state());
  filter.limit = size + 1;
  if (token.size() == 3) {
    std::int64_t micros = 0;
    if (absl::SimpleAtoi(token[0], &micros)) filter.after_time = absl::FromUnixMicros(micros);
    filter.after_dispute = token[1];
    if (!absl::SimpleAtoi(token[2], &filter.after_ordinal)) filter.after_ordinal = 0;
  }
  auto rows = co_await ListDueAssistance(registry.database(call), call.deadline(), filter);
  if (!rows.ok()) co_return rows.status();
  v1::ListAssistanceResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    const Assistance& last = rows->back();
    response.set_next_page_token(
        MakePageToken(*registry.keys.match, request,
                      {absl::StrCat(absl::ToUnixMicros(last.clock.due_time)), last.dispute,
                       absl::StrCat(last.ordinal)}));
  }
  for (const Assistance& assistance : *rows) {
    FillAssistance(response.add_assistance(), assistance);
  }
  co_return response;
}

}  // namespace

Task<absl::StatusOr<v1::ListAssistanceResponse>> ListAssistancePage(
    Registry& registry, Call& call, const v1::ListAssistanceRequest& request) {
  if (request.parent() == kAnyDispute) co_return co_await ListDue(registry, call, request);
  auto page = co_await OpenFilePage(registry, call, request);
  if (!page.ok()) co_return page.status();
  AssistanceFilter filter;
  filter.dispute = page->dispute;
  filter.state = WordOf("ASSISTANCE_STATE_", request.state());
  filter.after_ordinal = page->after;
  filter.limit = page->size + 1;
  auto rows = co_await ListAssistance(registry.database(call), call.deadline(), filter);
  if (!rows.ok()) co_return rows.status();
  v1::ListAssistanceResponse response;
  if (static_cast<int>(rows->size()) > page->size) {
    response.set_next_page_token(FilePageToken(registry, request, rows->back().ordinal));
    rows->pop_back();
  }
  for (const Assistance& assistance : *rows) {
    FillAssistance(response.add_assistance(), assistance);
  }
  co_return response;
}

}  // namespace maplebridge::registry
