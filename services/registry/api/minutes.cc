#include "services/registry/api/minutes.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/calendar/working_calendar.h"
#include "common/sealing/sealing.h"
#include "common/server/request_id.h"
#include "services/registry/api/minutes_link.h"
#include "services/registry/api/words.h"
#include "services/registry/store/party_store.h"

namespace maplebridge::registry {
namespace {

// What a change of minutes works on.
struct OpenMinutesStep {
  OpenStep step;
  Session session;
  std::optional<Minutes> minutes;
};
using MinutesChange = std::function<Task<absl::Status>(postgres::Transaction&, OpenMinutesStep*)>;

const MinutesConfirmation* WordOfParty(const Minutes& minutes, const std::string& party_id) {
  for (const MinutesConfirmation& word : minutes.confirmations) {
    if (word.party_id == party_id) return &word;
  }
  return nullptr;
}

const Party* FindParty(const Dispute& dispute, const std::string& party_id) {
  for (const Party& party : dispute.parties) {
    if (party.party_id == party_id) return &party;
  }
  return nullptr;
}

v1::Minutes MinutesMessage(const Minutes& minutes, const Session& session, const Dispute& dispute,
                           absl::CivilDay today) {
  v1::Minutes message;
  message.set_name(minutes.name());
  message.set_state(EnumOf<v1::MinutesState>("MINUTES_STATE_", minutes.state));
  message.set_version(minutes.version);
  message.set_text(minutes.text);
  message.set_sha256(minutes.sha256);
  message.set_sm3(minutes.sm3);
  for (const std::string& party_id : session.party_ids) {
    v1::MinutesConfirmation* added = message.add_confirmations();
    added->set_party_id(party_id);
    const Party* party = FindParty(dispute, party_id);
    added->set_needs_paper(party != nullptr && MinutesReaderOf(*party, today).telephone.empty());
    const MinutesConfirmation* word = WordOfParty(minutes, party_id);
    if (word == nullptr) continue;
    added->set_decision(EnumOf<v1::MinutesDecision>("MINUTES_DECISION_", word->decision));
    added->set_objection(word->objection);
    added->set_evidence(word->evidence);
    added->set_representative_id(word->representative_id);
    SetTime(added->mutable_confirm_time(), word->confirm_time);
  }
  SetTime(message.mutable_create_time(), minutes.create_time);
  return message;
}

// "disputes/{number}/sessions/{ordinal}/minutes" as the name of its session.
std::string SessionName(const std::string& minutes) {
  constexpr std::string_view kEnd = "/minutes";
  return minutes.ends_with(kEnd) ? minutes.substr(0, minutes.size() - kEnd.size()) : "";
}

Task<absl::StatusOr<v1::Minutes>> ReadAll(const Registry& registry,
                                          postgres::Transaction& transaction, const Call& call,
                                          const std::string& name) {
  const std::optional<PartName> part = ParsePartName("sessions", SessionName(name));
  if (!part) {
    co_return FieldError("name", "must be disputes/{number}/sessions/{ordinal}/minutes");
  }
  auto dispute = co_await ReadDispute(transaction, registry.keys, part->number);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(CheckVisible(call.caller(), *dispute));
  if (!call.caller().Has(options::v1::ROLE_AUDITOR)) {
    MB_CO_RETURN_IF_ERROR(RequireReadsFile(call.caller(), *dispute));
  }
  absl::Status read = co_await ReadPartyDetails(transaction, registry.keys, &*dispute);
  if (!read.ok()) co_return read;
  auto session = co_await ReadSession(transaction, part->number, part->ordinal);
  if (!session.ok()) co_return session.status();
  auto minutes = co_await ReadMinutes(transaction, part->number, part->ordinal);
  if (!minutes.ok()) co_return minutes.status();
  if (!minutes->has_value()) co_return NotFoundError(name);
  co_return MinutesMessage(**minutes, *session, *dispute, calendar::ChinaDay(call.now()));
}

// The frame of every change: a step of the dispute, with the session and its minutes at hand.
template <typename Request>
Task<absl::StatusOr<v1::Minutes>> ChangeMinutes(Registry& registry, Call& call,
                                                const Request& request,
                                                const MinutesChange& change) {
  const std::optional<PartName> part = ParsePartName("sessions", request.session());
  if (!part) co_return FieldError("session", "must be disputes/{number}/sessions/{ordinal}");
  StepRequest step_request;
  step_request.number = part->number;
  step_request.etag = request.etag();
  step_request.event = DisputeEvent::kWriteMinutes;
  std::function<Task<absl::StatusOr<v1::Minutes>>(postgres::Transaction&)> body =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Minutes>> {
    auto step = co_await BeginStep(registry, transaction, call, step_request);
    if (!step.ok()) co_return step.status();
    auto session = co_await ReadSession(transaction, part->number, part->ordinal);
    if (!session.ok()) co_return session.status();
    auto minutes = co_await LockMinutes(transaction, part->number, part->ordinal);
    if (!minutes.ok()) co_return minutes.status();
    OpenMinutesStep open{*std::move(step), *std::move(session), *std::move(minutes)};
    absl::Status done = co_await ReadPartyDetails(transaction, registry.keys, &open.step.dispute);
    if (!done.ok()) co_return done;
    done = co_await change(transaction, &open);
    if (!done.ok()) co_return done;
    done = co_await FinishStep(registry, transaction, call, &open.step);
    if (!done.ok()) co_return done;
    co_return MinutesMessage(*open.minutes, open.session, open.step.dispute,
                             calendar::ChinaDay(call.now()));
  };
  std::function<Task<absl::StatusOr<v1::Minutes>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string& name) {
        return ReadAll(registry, transaction, call, name);
      };
  co_return co_await ChangeOnce<v1::Minutes>(registry.database(call), call, request, body, reread);
}

// The minutes, unless there are none or they do not change any more.
absl::Status RequireState(const OpenMinutesStep& open, std::string_view what,
                          std::initializer_list<std::string_view> states) {
  const std::string name =
      absl::StrCat(open.step.dispute.name(), "/sessions/", open.session.ordinal, "/minutes");
  if (!open.minutes) return StateForbidsError(name, "nothing written yet", what);
  for (std::string_view state : states) {
    if (open.minutes->state == state) return absl::OkStatus();
  }
  return StateForbidsError(name, open.minutes->state, what);
}

}  // namespace

Task<absl::StatusOr<v1::Minutes>> WriteMinutes(Registry& registry, Call& call,
                                               const v1::WriteMinutesRequest& request) {
  if (std::string wrong = CheckText(request.text(), 1, 20000); !wrong.empty()) {
    co_return FieldError("text", wrong);
  }
  MinutesChange change = [&](postgres::Transaction& transaction,
                             OpenMinutesStep* open) -> Task<absl::Status> {
    if (open->minutes) {
      MB_CO_RETURN_IF_ERROR(RequireState(*open, "WriteMinutes", {"DRAFT", "OPEN"}));
    }
    Minutes minutes;
    minutes.dispute = open->step.dispute.number;
    minutes.session = open->session.ordinal;
    minutes.version = open->minutes ? open->minutes->version + 1 : 1;
    minutes.state = "DRAFT";
    minutes.text = request.text();
    ContentDigest digest;
    digest.Update(minutes.text);
    const ContentDigest::Hex hex = digest.Finish();
    minutes.sha256 = hex.sha256;
    minutes.sm3 = hex.sm3;
    minutes.create_time = call.now();
    open->minutes = minutes;
    co_return co_await InsertMinutes(transaction, minutes, call.caller().principal);
  };
  co_return co_await ChangeMinutes(registry, call, request, change);
}

Task<absl::StatusOr<v1::Minutes>> OpenMinutes(Registry& registry, Call& call,
                                              const v1::OpenMinutesRequest& request) {
  MinutesChange change = [&](postgres::Transaction& transaction,
                             OpenMinutesStep* open) -> Task<absl::Status> {
    MB_CO_RETURN_IF_ERROR(RequireState(*open, "OpenMinutes", {"DRAFT", "OPEN"}));
    Minutes& minutes = *open->minutes;
    minutes.state = "OPEN";
    absl::Status done = co_await SetMinutesState(transaction, minutes);
    if (!done.ok()) co_return done;
    for (const std::string& party_id : open->session.party_ids) {
      const Party* party = FindParty(open->step.dispute, party_id);
      const MinutesConfirmation* word = WordOfParty(minutes, party_id);
      if (party == nullptr || word != nullptr) continue;
      const MinutesReader reader = MinutesReaderOf(*party, calendar::ChinaDay(call.now()));
      if (reader.telephone.empty()) continue;
      done = co_await SendLink(registry, transaction, call, open->step.dispute, minutes, *party,
                               reader);
      if (!done.ok()) co_return done;
    }
    co_return absl::OkStatus();
  };
  co_return co_await ChangeMinutes(registry, call, request, change);
}

Task<absl::StatusOr<v1::Minutes>> RecordMinutesSignature(
    Registry& registry, Call& call, const v1::RecordMinutesSignatureRequest& request) {
  if (std::string wrong = CheckText(request.evidence(), 1, 500); !wrong.empty()) {
    co_return FieldError("evidence", wrong);
  }
  MinutesChange change = [&](postgres::Transaction& transaction,
                             OpenMinutesStep* open) -> Task<absl::Status> {
    MB_CO_RETURN_IF_ERROR(RequireState(*open, "RecordMinutesSignature", {"OPEN"}));
    const auto& present = open->session.party_ids;
    if (std::find(present.begin(), present.end(), request.party_id()) == present.end()) {
      co_return FieldError("party_id", "took no part in this session");
    }
    if (const MinutesConfirmation* word = WordOfParty(*open->minutes, request.party_id())) {
      co_return StateForbidsError(open->minutes->name(), word->decision, "RecordMinutesSignature");
    }
    MinutesConfirmation word;
    word.party_id = request.party_id();
    word.decision = "CONFIRM";
    word.evidence = request.evidence();
    word.confirm_time = call.now();
    co_return co_await KeepWord(transaction, open->session, word, &*open->minutes);
  };
  co_return co_await ChangeMinutes(registry, call, request, change);
}

Task<absl::StatusOr<v1::Minutes>> GetMinutes(Registry& registry, Call& call,
                                             const v1::GetMinutesRequest& request) {
  std::function<Task<absl::StatusOr<v1::Minutes>>(postgres::Transaction&)> read =
      [&](postgres::Transaction& transaction) {
        return ReadAll(registry, transaction, call, request.name());
      };
  co_return co_await registry.database(call).Transact<v1::Minutes>(call.deadline(), read);
}

}  // namespace maplebridge::registry
