#include "services/registry/api/messages.h"

#include "common/logging/log.h"
#include "common/server/request_id.h"
#include "services/registry/api/words.h"
#include "services/registry/store/message_store.h"

namespace maplebridge::registry {
namespace {

constexpr absl::Duration kLease = absl::Minutes(2);
constexpr int kMostMessages = 100;
constexpr int kUsualMessages = 20;

}  // namespace

Task<absl::StatusOr<v1::ClaimMessagesResponse>> ClaimMessageBatch(
    Registry& registry, Call& call, const v1::ClaimMessagesRequest& request) {
  MB_CO_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  const int count = request.max_count() == 0 ? kUsualMessages : request.max_count();
  if (count < 1 || count > kMostMessages) co_return FieldError("max_count", "must be 0 to 100");
  MB_CO_RETURN_IF_ERROR(RequirePlace(call.caller(), call.caller().division));
  auto place = registry.divisions().Normalise(call.caller().division);
  if (!place.ok()) co_return place.status();
  using Messages = std::vector<OutgoingMessage>;
  std::function<Task<absl::StatusOr<Messages>>(postgres::Transaction&)> claim =
      [&](postgres::Transaction& transaction) {
        return ClaimMessages(transaction, registry.keys, place->number(), place->LastNumber(),
                             call.now() - kLease, call.now(), call.caller().principal, count);
      };
  auto messages = co_await registry.database(call).Transact<Messages>(call.deadline(), claim);
  if (!messages.ok()) co_return messages.status();
  v1::ClaimMessagesResponse response;
  for (const OutgoingMessage& message : *messages) {
    v1::OutgoingMessage* added = response.add_messages();
    added->set_name(message.name());
    added->set_kind(EnumOf<v1::MessageKind>("MESSAGE_KIND_", message.kind));
    added->set_telephone(message.telephone);
    added->set_text(message.text);
    SetTime(added->mutable_expire_time(), message.expire_time);
  }
  co_return response;
}

Task<absl::StatusOr<v1::AcknowledgeMessageResponse>> AcknowledgeMessage(
    Registry& registry, Call& call, const v1::AcknowledgeMessageRequest& request) {
  MB_CO_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  const std::vector<std::string> parts = NameParts("messages/*", request.name());
  FieldCheck check;
  check.Require(!parts.empty(), "name", "must be messages/{id}");
  const std::string wrong = CheckText(request.explanation(), 0, 200);
  check.Require(wrong.empty(), "explanation", wrong);
  MB_CO_RETURN_IF_ERROR(check.status());
  std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> end =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
    absl::Status ended = co_await EndMessage(transaction, parts[0], call.caller().principal,
                                             WordOf("MESSAGE_OUTCOME_", request.outcome()),
                                             request.explanation(), call.now());
    if (!ended.ok()) co_return ended;
    co_return true;
  };
  auto ended = co_await registry.database(call).Transact<bool>(call.deadline(), end);
  if (!ended.ok()) co_return ended.status();
  co_return v1::AcknowledgeMessageResponse();
}

Task<void> DestroyLateMessages(std::shared_ptr<const Registry> registry) {
  constexpr absl::Duration kEvery = absl::Seconds(30);
  constexpr absl::Duration kPatience = absl::Seconds(10);
  absl::Time next = absl::InfinitePast();
  while (!registry->parts.draining()) {
    const absl::Time now = absl::Now();
    if (now >= next) {
      auto expired = co_await ExpireMessages(*registry->parts.databases[0], now + kPatience, now);
      if (!expired.ok()) {
        Log(LogLevel::kWarning, "messages that came too late cannot be destroyed",
            {{"status", std::string(expired.status().message())}});
      }
      next = now + kEvery;
    }
    co_await Sleep(absl::Milliseconds(200));
  }
}

}  // namespace maplebridge::registry
