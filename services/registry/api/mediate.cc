#include "services/registry/api/mediate.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>

#include "services/registry/api/case_document.h"
#include "services/registry/api/change_dispute.h"
#include "services/registry/api/file_page.h"
#include "services/registry/api/obligations.h"
#include "services/registry/api/words.h"
#include "services/registry/store/agreement_store.h"
#include "services/registry/store/session_plan_store.h"

namespace maplebridge::registry {
namespace {

bool Contains(const std::vector<std::string>& values, const std::string& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// What can be said of a session without its dispute.
absl::StatusOr<Session> SessionOf(const Call& call, const v1::Session& message) {
  FieldCheck check;
  Session session;
  auto start = TimeOf(message.start_time());
  auto end = TimeOf(message.end_time());
  check.Check("session.start_time", start.status());
  check.Check("session.end_time", end.status());
  if (start.ok() && end.ok()) {
    session.start_time = *start;
    session.end_time = *end;
    check.Require(*start < *end, "session.end_time", "must be after start_time");
    check.Require(*end <= call.now(), "session.end_time", "must not be in the future");
  }
  std::string wrong = CheckText(message.place(), 0, 200);
  check.Require(wrong.empty(), "session.place", wrong);
  wrong = CheckText(message.minutes(), 0, 20000);
  check.Require(wrong.empty(), "session.minutes", wrong);
  MB_RETURN_IF_ERROR(check.status());
  session.kind = WordOf("SESSION_KIND_", message.kind());
  session.place = message.place();
  session.mediators.assign(message.mediators().begin(), message.mediators().end());
  session.party_ids.assign(message.party_ids().begin(), message.party_ids().end());
  session.rights_told = message.rights_told();
  session.minutes = message.minutes();
  if (!message.planned_session().empty()) {
    const std::optional<PartName> plan =
        ParsePartName("plannedSessions", message.planned_session());
    if (!plan) {
      return FieldError("session.planned_session",
                        "must be disputes/{number}/plannedSessions/{ordinal}");
    }
    session.dispute = plan->number;
    session.planned_session = plan->ordinal;
  }
  session.create_time = call.now();
  return session;
}

absl::Status CheckSession(const Dispute& dispute, const Session& session) {
  MB_RETURN_IF_ERROR(CheckParties(dispute, "session.party_ids", session.party_ids));
  for (const std::string& mediator : session.mediators) {
    if (Contains(dispute.mediators, mediator)) continue;
    return PreconditionError(reason::kGuardFailed, mediator,
                             "is not assigned to this dispute; call AssignMediators first");
  }
  if (dispute.session_count == 0 && !session.rights_told) {
    return PreconditionError(reason::kGuardFailed, dispute.name(),
                             "rights and duties are told to the parties at the first session (PML "
                             "23-24); set session.rights_told");
  }
  return absl::OkStatus();
}

// Once, and only of a session whose attendance is recorded.
Task<absl::Status> CheckWasHeld(postgres::Transaction& transaction, const Dispute& dispute,
                                const Session& session) {
  if (session.planned_session == 0) co_return absl::OkStatus();
  if (session.dispute != dispute.number) {
    co_return FieldError("session.planned_session", "is of another dispute");
  }
  auto plan = co_await ReadPlannedSession(transaction, dispute.number, session.planned_session);
  if (!plan.ok()) co_return plan.status();
  if (plan->state == "HELD" && !plan->is_recorded_as_session) co_return absl::OkStatus();
  co_return PreconditionError(reason::kGuardFailed, plan->name(),
                              plan->state == "HELD"
                                  ? "is recorded as another session already"
                                  : "has no attendance yet; call RecordAttendance first");
}

v1::Session SessionMessage(const Session& session) {
  v1::Session message;
  FillSession(&message, session);
  return message;
}

// To be read after 因 on the notice.
std::string ReasonText(v1::ConclusionReason reason) {
  switch (reason) {
    case v1::CONCLUSION_REASON_PARTY_REFUSED:
      return "当事人拒绝继续调解";
    case v1::CONCLUSION_REASON_LIMIT_EXPIRED:
      return "调解期限届满未能达成调解协议";
    case v1::CONCLUSION_REASON_UNFIT:
      return "该纠纷不适宜调解";
    case v1::CONCLUSION_REASON_PARTY_GONE:
      return "一方当事人死亡、终止或者下落不明";
    default:
      return "各方当事人未能达成调解协议";
  }
}

Task<absl::StatusOr<Document>> MakeNotice(const Registry& registry,
                                          postgres::Transaction& transaction, const Call& call,
                                          const Dispute& dispute,
                                          const v1::ConcludeWithoutAgreementRequest& request) {
  const DocumentCase about = CaseOf(dispute, call.now());
  const DocumentLabel label = LabelOf(registry, dispute, DocumentKind::kConclusionNotice, 1);
  auto render = [&] {
    return registry.maker->Make(
        about, label, ConclusionValues(ReasonText(request.reason()), request.explanation()));
  };
  absl::StatusOr<MadeDocument> made = co_await OnWorker(render);
  if (!made.ok()) co_return made.status();
  co_return co_await StoreDocument(registry, transaction, call, about, *std::move(made));
}

absl::StatusOr<int> AgreementOrdinal(const std::string& number, const std::string& name) {
  const std::optional<PartName> part = ParsePartName("agreements", name);
  if (!part || part->number != number) {
    return FieldError("agreement", "must be an agreement of this dispute: " +
                                       absl::StrCat("disputes/", number, "/agreements/{ordinal}"));
  }
  return part->ordinal;
}

std::vector<std::string> PartyIds(const Dispute& dispute) {
  std::vector<std::string> ids;
  for (const Party& party : dispute.parties) ids.push_back(party.party_id);
  return ids;
}

absl::Status CheckInEffect(const Dispute& dispute, const Agreement& agreement) {
  if (agreement.state == "IN_EFFECT") return absl::OkStatus();
  if (agreement.state == "REPLACED") {
    return PreconditionError(reason::kGuardFailed, agreement.name(),
                             "was replaced by a later agreement; conclude by that one");
  }
  std::vector<Signature> signatures;
  for (const StoredSignature& stored : agreement.signatures) {
    signatures.push_back(stored.signature);
  }
  return PreconditionError(
      reason::kGuardFailed, agreement.name(),
      absl::StrCat(
          "is not in effect; not yet signed: ",
          absl::StrJoin(MissingSignatures(agreement.draft.form, signatures, PartyIds(dispute)),
                        ", ")));
}

absl::StatusOr<Conclusion> ConclusionBy(const Registry& registry, const Call& call,
                                        const Agreement& agreement) {
  Conclusion conclusion;
  conclusion.kind = "AGREEMENT";
  conclusion.agreement = agreement.ordinal;
  conclusion.document_id = agreement.document_id;
  if (!agreement.document_id.empty()) conclusion.document_number = agreement.number;
  conclusion.sha256 = agreement.document_sha256;
  conclusion.sm3 = agreement.document_sm3;
  conclusion.effective_day = agreement.effective_day;
  conclusion.conclude_time = call.now();
  MB_ASSIGN_OR_RETURN(calendar::Deadline window,
                      ConfirmationDeadline(registry.calendar(), *agreement.effective_day));
  conclusion.confirmation =
      ClockEnd{"confirmation", window.due_day, window.due, window.provisional};
  return conclusion;
}

// From now on the parties are bound by this agreement.
absl::Status Bind(const Registry& registry, const Call& call, const Agreement& agreement,
                  OpenStep* step) {
  MB_RETURN_IF_ERROR(CheckInEffect(step->dispute, agreement));
  MB_ASSIGN_OR_RETURN(step->dispute.conclusion, ConclusionBy(registry, call, agreement));
  SetFigures(step, agreement.draft.obligations);
  return absl::OkStatus();
}

// The present agreement makes room for a later one.
Task<absl::Status> Replace(postgres::Transaction& transaction, const Call& call,
                           Agreement* present) {
  absl::Status ended = co_await EndObligations(transaction, call, *present);
  if (!ended.ok()) co_return ended;
  present->state = "REPLACED";
  present->update_time = call.now();
  ++present->revision;
  co_return co_await UpdateAgreement(transaction, *present);
}

// Where the new agreement leaves nothing open, the step after it completes the performance.
Task<absl::Status> CompleteAmended(const Registry& registry, postgres::Transaction& transaction,
                                   const Call& call, OpenStep* step) {
  if (step->dispute.performed_count < step->dispute.obligation_count) co_return absl::OkStatus();
  absl::Status amended = co_await FinishStep(registry, transaction, call, step);
  if (!amended.ok()) co_return amended;
  step->from = step->dispute.state;
  co_return CompleteWhenPerformed(step);
}

}  // namespace

Task<absl::StatusOr<v1::Session>> RecordSession(Registry& registry, Call& call,
                                                const v1::RecordSessionRequest& request) {
  StepRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.number, NumberIn("parent", request.parent()));
  step_request.etag = request.etag();
  step_request.event = DisputeEvent::kHoldSession;
  MB_CO_ASSIGN_OR_RETURN(const Session draft, SessionOf(call, request.session()));
  PartBody<v1::Session> body = [&](postgres::Transaction& transaction,
                                   OpenStep& step) -> Task<absl::StatusOr<v1::Session>> {
    MB_CO_RETURN_IF_ERROR(CheckSession(step.dispute, draft));
    absl::Status held = co_await CheckWasHeld(transaction, step.dispute, draft);
    if (!held.ok()) co_return held;
    Session session = draft;
    session.dispute = step.dispute.number;
    session.ordinal = ++step.dispute.session_count;
    session.dispute_revision = step.dispute.revision + 1;
    absl::Status stored = co_await InsertSession(transaction, session);
    if (!stored.ok()) co_return stored;
    co_return SessionMessage(session);
  };
  PartReread<v1::Session> read = [](postgres::Transaction& transaction, const std::string& dispute,
                                    int ordinal) -> Task<absl::StatusOr<v1::Session>> {
    auto session = co_await ReadSession(transaction, dispute, ordinal);
    if (!session.ok()) co_return session.status();
    co_return SessionMessage(*session);
  };
  co_return co_await ChangePart<v1::Session>(registry, call, request, step_request, "sessions",
                                             body, read);
}

Task<absl::StatusOr<v1::ListSessionsResponse>> ListSessionPage(
    Registry& registry, Call& call, const v1::ListSessionsRequest& request) {
  auto page = co_await OpenFilePage(registry, call, request);
  if (!page.ok()) co_return page.status();
  auto sessions = co_await ListSessions(registry.database(call), call.deadline(), page->dispute,
                                        page->after, page->size + 1);
  if (!sessions.ok()) co_return sessions.status();
  v1::ListSessionsResponse response;
  for (const Session& session : *sessions) {
    if (response.sessions_size() == page->size) {
      response.set_next_page_token(FilePageToken(registry, request, session.ordinal));
      break;
    }
    FillSession(response.add_sessions(), session);
  }
  co_return response;
}

Task<absl::StatusOr<v1::Dispute>> ConcludeByAgreement(
    Registry& registry, Call& call, const v1::ConcludeByAgreementRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string number, NumberIn("name", request.name()));
  MB_CO_ASSIGN_OR_RETURN(const int ordinal, AgreementOrdinal(number, request.agreement()));
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    auto agreement = co_await ReadAgreement(transaction, number, ordinal);
    if (!agreement.ok()) co_return agreement.status();
    absl::Status bound = Bind(registry, call, *agreement, &step);
    // Of a referred dispute docking confirms first.
    if (!bound.ok() || step.transition->to != DisputeState::kAgreed) co_return bound;
    co_return co_await OpenObligations(transaction, call, step.dispute, *agreement);
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kConcludeByAgreement,
                                   body);
}

Task<absl::StatusOr<v1::Dispute>> AmendAgreement(Registry& registry, Call& call,
                                                 const v1::AmendAgreementRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string number, NumberIn("name", request.name()));
  MB_CO_ASSIGN_OR_RETURN(const int ordinal, AgreementOrdinal(number, request.agreement()));
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    const int present_ordinal = step.dispute.conclusion.agreement;
    if (ordinal <= present_ordinal) {
      co_return FieldError("agreement",
                           absl::StrCat("must be made after the present one, ", step.dispute.name(),
                                        "/agreements/", present_ordinal));
    }
    auto agreement = co_await ReadAgreement(transaction, number, ordinal);
    if (!agreement.ok()) co_return agreement.status();
    auto present = co_await ReadAgreement(transaction, number, present_ordinal);
    if (!present.ok()) co_return present.status();
    MB_CO_RETURN_IF_ERROR(CheckInEffect(step.dispute, *agreement));
    absl::Status done = co_await CarryPerformed(transaction, *present, &*agreement);
    if (!done.ok()) co_return done;
    MB_CO_RETURN_IF_ERROR(Bind(registry, call, *agreement, &step));
    done = co_await Replace(transaction, call, &*present);
    if (!done.ok()) co_return done;
    done = co_await OpenObligations(transaction, call, step.dispute, *agreement);
    if (!done.ok()) co_return done;
    co_return co_await CompleteAmended(registry, transaction, call, &step);
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kAmend, body);
}

Task<absl::StatusOr<v1::Dispute>> ConcludeWithoutAgreement(
    Registry& registry, Call& call, const v1::ConcludeWithoutAgreementRequest& request) {
  if (std::string wrong = CheckText(request.explanation(), 0, 500); !wrong.empty()) {
    co_return FieldError("explanation", wrong);
  }
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    auto document = co_await MakeNotice(registry, transaction, call, step.dispute, request);
    if (!document.ok()) co_return document.status();
    Conclusion& conclusion = step.dispute.conclusion;
    conclusion.kind = "NO_AGREEMENT";
    conclusion.reason = WordOf("CONCLUSION_REASON_", request.reason());
    conclusion.explanation = request.explanation();
    conclusion.document_id = document->document_id;
    conclusion.document_number = document->number;
    conclusion.sha256 = document->sha256;
    conclusion.sm3 = document->sm3;
    conclusion.conclude_time = call.now();
    co_return absl::OkStatus();
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kConcludeWithoutAgreement,
                                   body);
}

}  // namespace maplebridge::registry
