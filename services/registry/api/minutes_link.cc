#include "services/registry/api/minutes_link.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>

#include "common/calendar/working_calendar.h"
#include "common/feed/event_log.h"
#include "common/sealing/sealing.h"
#include "common/server/request_id.h"
#include "common/server/resource_id.h"
#include "services/registry/api/words.h"
#include "services/registry/store/message_store.h"
#include "services/registry/store/party_store.h"

namespace maplebridge::registry {
namespace {

constexpr std::size_t kTokenBytes = 32;
// For who asks with a link that is none: not which of the reasons.
constexpr char kLinkName[] = "minutes";

// What a link opens.
struct Opened {
  MinutesLink link;
  Minutes minutes;
  Session session;
  Dispute dispute;
  MinutesReader reader;

  const Party& party() const {
    return *std::find_if(dispute.parties.begin(), dispute.parties.end(),
                         [&](const Party& each) { return each.party_id == link.party_id; });
  }
  const MinutesConfirmation* word() const {
    for (const MinutesConfirmation& each : minutes.confirmations) {
      if (each.party_id == link.party_id) return &each;
    }
    return nullptr;
  }
};

std::string TokenMatch(const Registry& registry, const std::string& token) {
  return registry.keys.match->Hash("MINUTES_LINK", token);
}

// Bound to the link and to the version that was read.
std::string CodeMatch(const Registry& registry, const MinutesLink& link, const std::string& code) {
  return registry.keys.match->Hash(
      "MINUTES_CODE",
      absl::StrCat(absl::BytesToHexString(link.token_match), "/", link.version, "/", code));
}

Task<absl::StatusOr<Opened>> Open(const Registry& registry, postgres::Transaction& transaction,
                                  const Call& call, const std::string& token) {
  const std::string match = TokenMatch(registry, token);
  auto seen = co_await ReadLink(transaction, match, call.now());
  if (!seen.ok()) co_return seen.status();
  if (!seen->has_value()) co_return NotFoundError(kLinkName);
  auto minutes = co_await LockMinutes(transaction, (*seen)->dispute, (*seen)->session);
  if (!minutes.ok()) co_return minutes.status();
  auto link = co_await LockLink(transaction, match, call.now());
  if (!link.ok()) co_return link.status();
  if (!link->has_value()) co_return NotFoundError(kLinkName);
  Opened opened;
  opened.link = **std::move(link);
  if (!minutes->has_value() || (*minutes)->version != opened.link.version) {
    co_return NotFoundError(kLinkName);
  }
  opened.minutes = **std::move(minutes);
  auto session = co_await ReadSession(transaction, opened.link.dispute, opened.link.session);
  if (!session.ok()) co_return session.status();
  opened.session = *std::move(session);
  auto dispute = co_await ReadDispute(transaction, registry.keys, opened.link.dispute);
  if (!dispute.ok()) co_return dispute.status();
  opened.dispute = *std::move(dispute);
  absl::Status read = co_await ReadPartyDetails(transaction, registry.keys, &opened.dispute);
  if (!read.ok()) co_return read;
  // Who reads for the party may have changed since the link was sent.
  opened.reader = MinutesReaderOf(opened.party(), calendar::ChinaDay(call.now()));
  if (opened.reader.representative_id != opened.link.representative_id) {
    co_return NotFoundError(kLinkName);
  }
  co_return opened;
}

v1::ViewMinutesResponse ViewOf(const Opened& opened) {
  v1::ViewMinutesResponse view;
  view.set_dispute_number(opened.dispute.number);
  view.set_organisation_name(opened.dispute.organisation_name);
  SetTime(view.mutable_start_time(), opened.session.start_time);
  SetTime(view.mutable_end_time(), opened.session.end_time);
  view.set_version(opened.minutes.version);
  view.set_text(opened.minutes.text);
  view.set_sha256(opened.minutes.sha256);
  if (const MinutesConfirmation* word = opened.word()) {
    view.set_decision(EnumOf<v1::MinutesDecision>("MINUTES_DECISION_", word->decision));
  }
  SetTime(view.mutable_expire_time(), opened.link.expire_time);
  return view;
}

OutgoingMessage MessageTo(const Call& call, const Dispute& dispute, const MinutesLink& link,
                          const MinutesReader& reader, const std::string& kind, std::string text,
                          absl::Duration life) {
  OutgoingMessage message;
  message.id = NewResourceId(call.now());
  message.kind = kind;
  message.division = dispute.division;
  message.dispute = dispute.number;
  message.party_id = link.party_id;
  message.telephone = reader.telephone;
  message.text = std::move(text);
  message.create_time = call.now();
  message.expire_time = call.now() + life;
  return message;
}

absl::Status CodeError(const Opened& opened, const std::string& why) {
  return PreconditionError(reason::kGuardFailed, opened.minutes.name(), "this link " + why);
}

absl::Status CheckWord(const v1::ConfirmMinutesRequest& request) {
  FieldCheck check;
  check.Require(IsOneTimeCode(request.code()), "code", "must be the six digits from the message");
  const bool objects = request.decision() == v1::MINUTES_DECISION_OBJECT;
  const std::string wrong = CheckText(request.objection(), objects ? 1 : 0, objects ? 1000 : 0);
  check.Require(wrong.empty(), "objection", objects ? wrong : "must be empty unless you object");
  MB_RETURN_IF_ERROR(check.status());
  return CheckRequestId(request.request_id());
}

// A try that failed is kept, so this answer is no error of the transaction's.
struct Spoken {
  absl::Status refused;
  v1::ViewMinutesResponse view;
};

// The code is tried against the link; a failed try is counted.
Task<absl::StatusOr<absl::Status>> TryCode(const Registry& registry,
                                           postgres::Transaction& transaction, const Call& call,
                                           const std::string& code, Opened* opened) {
  std::string why = WhyCodeIsDead(opened->link.course, call.now());
  if (!why.empty()) co_return CodeError(*opened, why);
  const std::string match = CodeMatch(registry, opened->link, code);
  const bool is_right =
      match.size() == opened->link.code_match.size() &&
      CRYPTO_memcmp(match.data(), opened->link.code_match.data(), match.size()) == 0;
  if (is_right) {
    opened->link.code_match.clear();
    opened->link.course.code_expire_time.reset();
  } else {
    ++opened->link.course.try_count;
  }
  absl::Status stored = co_await UpdateLink(transaction, opened->link);
  if (!stored.ok()) co_return stored;
  if (is_right) co_return absl::OkStatus();
  const int left = kMostTries - opened->link.course.try_count;
  co_return FieldError("code", absl::StrCat("is not the code that was sent; ", left,
                                            left == 1 ? " try is left" : " tries are left"));
}

Task<absl::Status> Tell(const Registry& registry, postgres::Transaction& transaction,
                        const Call& call, const Opened& opened, const char* type) {
  auto count =
      co_await CountConfirmations(transaction, opened.minutes.dispute, opened.minutes.session);
  if (!count.ok()) co_return count.status();
  v1::Minutes payload;
  payload.set_name(opened.minutes.name());
  payload.set_state(EnumOf<v1::MinutesState>("MINUTES_STATE_", opened.minutes.state));
  payload.set_version(opened.minutes.version);
  payload.set_sha256(opened.minutes.sha256);
  NewEvent event;
  event.type = type;
  event.resource = opened.minutes.name();
  event.revision = *count;
  event.from_state = "OPEN";
  event.to_state = opened.minutes.state;
  event.division = ScopeOf(opened.dispute).division;
  event.organisation = opened.dispute.organisation;
  event.court = opened.dispute.court;
  event.payload = &payload;
  co_return co_await AppendEvent(transaction, call, *registry.parts.feed, event);
}

Task<absl::StatusOr<Spoken>> Speak(const Registry& registry, postgres::Transaction& transaction,
                                   const Call& call, const v1::ConfirmMinutesRequest& request) {
  auto opened = co_await Open(registry, transaction, call, request.token());
  if (!opened.ok()) co_return opened.status();
  Spoken spoken;
  if (request.version() != opened->minutes.version) {
    spoken.refused =
        FieldError("version", absl::StrCat("is not the version of this link, ",
                                           opened->minutes.version, "; read it first"));
    co_return spoken;
  }
  MinutesConfirmation word;
  word.party_id = opened->link.party_id;
  word.representative_id = opened->link.representative_id;
  word.decision = WordOf("MINUTES_DECISION_", request.decision());
  word.objection = request.objection();
  word.confirm_time = call.now();
  if (const MinutesConfirmation* said = opened->word()) {
    if (said->decision != word.decision) {
      spoken.refused = StateForbidsError(opened->minutes.name(), said->decision, word.decision);
    }
    spoken.view = ViewOf(*opened);
    co_return spoken;
  }
  auto tried = co_await TryCode(registry, transaction, call, request.code(), &*opened);
  if (!tried.ok()) co_return tried.status();
  spoken.refused = *tried;
  if (!spoken.refused.ok()) co_return spoken;
  absl::Status kept = co_await KeepWord(transaction, opened->session, word, &opened->minutes);
  if (!kept.ok()) co_return kept;
  kept = co_await Tell(registry, transaction, call, *opened, "ConfirmMinutes");
  if (!kept.ok()) co_return kept;
  spoken.view = ViewOf(*opened);
  co_return spoken;
}

}  // namespace

Task<absl::Status> SendLink(const Registry& registry, postgres::Transaction& transaction,
                            const Call& call, const Dispute& dispute, const Minutes& minutes,
                            const Party& party, const MinutesReader& reader) {
  const std::string token = RandomHex(kTokenBytes);
  MinutesLink link;
  link.dispute = dispute.number;
  link.session = minutes.session;
  link.party_id = party.party_id;
  link.representative_id = reader.representative_id;
  link.version = minutes.version;
  link.token_match = TokenMatch(registry, token);
  link.expire_time = call.now() + kLinkLife;
  absl::Status stored = co_await InsertLink(transaction, link);
  if (!stored.ok()) co_return stored;
  const OutgoingMessage message =
      MessageTo(call, dispute, link, reader, "MINUTES_LINK",
                absl::StrCat("【人民调解】纠纷", dispute.number,
                             "的调解笔录请您核对。七日内凭此口令阅读：", token),
                kLinkLife);
  co_return co_await InsertMessage(transaction, registry.keys, message);
}

Task<absl::Status> KeepWord(postgres::Transaction& transaction, const Session& session,
                            const MinutesConfirmation& word, Minutes* minutes) {
  absl::Status stored = co_await InsertConfirmation(transaction, *minutes, word);
  if (!stored.ok()) co_return stored;
  minutes->confirmations.push_back(word);
  const auto confirms = [&](const std::string& party) {
    return std::any_of(minutes->confirmations.begin(), minutes->confirmations.end(),
                       [&](const MinutesConfirmation& each) {
                         return each.party_id == party && each.decision == "CONFIRM";
                       });
  };
  if (!std::all_of(session.party_ids.begin(), session.party_ids.end(), confirms)) {
    co_return absl::OkStatus();
  }
  minutes->state = "CONFIRMED";
  co_return co_await SetMinutesState(transaction, *minutes);
}

Task<absl::StatusOr<v1::ViewMinutesResponse>> ViewMinutes(Registry& registry, Call& call,
                                                          const v1::ViewMinutesRequest& request) {
  std::function<Task<absl::StatusOr<v1::ViewMinutesResponse>>(postgres::Transaction&)> read =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::ViewMinutesResponse>> {
    auto opened = co_await Open(registry, transaction, call, request.token());
    if (!opened.ok()) co_return opened.status();
    co_return ViewOf(*opened);
  };
  co_return co_await registry.database(call).Transact<v1::ViewMinutesResponse>(call.deadline(),
                                                                               read);
}

Task<absl::StatusOr<v1::SendMinutesCodeResponse>> SendMinutesCode(
    Registry& registry, Call& call, const v1::SendMinutesCodeRequest& request) {
  MB_CO_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  std::function<Task<absl::StatusOr<v1::SendMinutesCodeResponse>>(postgres::Transaction&)> send =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::SendMinutesCodeResponse>> {
    auto opened = co_await Open(registry, transaction, call, request.token());
    if (!opened.ok()) co_return opened.status();
    if (opened->word() != nullptr) {
      co_return StateForbidsError(opened->minutes.name(), opened->word()->decision,
                                  "SendMinutesCode");
    }
    if (std::string why = WhyNoNewCode(opened->link.course, call.now()); !why.empty()) {
      co_return CodeError(*opened, why);
    }
    const std::string code = OneTimeCode(RandomNumber());
    opened->link.code_match = CodeMatch(registry, opened->link, code);
    opened->link.course.code_expire_time = call.now() + kCodeLife;
    opened->link.course.code_time = call.now();
    ++opened->link.course.code_count;
    opened->link.course.try_count = 0;
    absl::Status stored = co_await UpdateLink(transaction, opened->link);
    if (!stored.ok()) co_return stored;
    const OutgoingMessage message =
        MessageTo(call, opened->dispute, opened->link, opened->reader, "ONE_TIME_CODE",
                  absl::StrCat("【人民调解】验证码", code,
                               "，用于确认调解笔录，十分钟内有效，请勿告知他人。"),
                  kCodeLife);
    stored = co_await InsertMessage(transaction, registry.keys, message);
    if (!stored.ok()) co_return stored;
    v1::SendMinutesCodeResponse response;
    response.set_masked_telephone(Mask(opened->reader.telephone));
    SetTime(response.mutable_expire_time(), *opened->link.course.code_expire_time);
    co_return response;
  };
  co_return co_await registry.database(call).Transact<v1::SendMinutesCodeResponse>(call.deadline(),
                                                                                   send);
}

Task<absl::StatusOr<v1::ViewMinutesResponse>> ConfirmMinutes(
    Registry& registry, Call& call, const v1::ConfirmMinutesRequest& request) {
  MB_CO_RETURN_IF_ERROR(CheckWord(request));
  std::function<Task<absl::StatusOr<Spoken>>(postgres::Transaction&)> speak =
      [&](postgres::Transaction& transaction) {
        return Speak(registry, transaction, call, request);
      };
  auto spoken = co_await registry.database(call).Transact<Spoken>(call.deadline(), speak);
  if (!spoken.ok()) co_return spoken.status();
  if (!spoken->refused.ok()) co_return spoken->refused;
  co_return spoken->view;
}

}  // namespace maplebridge::registry
