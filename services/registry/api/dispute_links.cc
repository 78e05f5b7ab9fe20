#include "services/registry/api/dispute_links.h"

#include <algorithm>

#include "common/server/page_token.h"
#include "services/registry/api/change_dispute.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/duplicate.h"
#include "services/registry/store/link_store.h"

namespace maplebridge::registry {
namespace {

constexpr absl::Duration kComparedFor = absl::Hours(24 * 366);
constexpr int kMostCompared = 200;
constexpr int kMostCandidates = 20;

struct Pair {
  std::string own, other;  // numbers
  const std::string& first() const { return std::min(own, other); }
  const std::string& second() const { return std::max(own, other); }
};

absl::StatusOr<Pair> PairIn(const std::string& name) {
  std::vector<std::string> parts = NameParts("disputes/*/links/*", name);
  if (parts.empty()) return FieldError("name", "must be disputes/{number}/links/{number}");
  return Pair{parts[0], parts[1]};
}

void FillLink(v1::DisputeLink* message, const DisputeLink& link, const std::string& own) {
  const std::string& other = own == link.first ? link.second : link.first;
  message->set_name(absl::StrCat("disputes/", own, "/links/", other));
  message->set_other("disputes/" + other);
  message->set_kind(EnumOf<v1::DisputeLinkKind>("DISPUTE_LINK_KIND_", link.kind));
  message->set_explanation(link.explanation);
  SetTime(message->mutable_create_time(), link.create_time);
  if (link.end_time) SetTime(message->mutable_end_time(), *link.end_time);
}

Task<absl::StatusOr<v1::DisputeLink>> Reread(postgres::Transaction& transaction, const Pair& pair) {
  auto link = co_await ReadLink(transaction, pair.first(), pair.second());
  if (!link.ok()) co_return link.status();
  v1::DisputeLink message;
  FillLink(&message, *link, pair.own);
  co_return message;
}

// The dispute that goes on, its row locked; the other's is locked with it, the smaller number
// first, so that two mergers never wait for each other in a ring.
Task<absl::StatusOr<Dispute>> LockTarget(const Registry& registry,
                                         postgres::Transaction& transaction, const Call& call,
                                         const Pair& pair) {
  auto first = co_await LockDispute(transaction, registry.keys, pair.first());
  if (!first.ok()) co_return first.status();
  auto second = co_await LockDispute(transaction, registry.keys, pair.second());
  if (!second.ok()) co_return second.status();
  Dispute target = pair.other == first->number ? *std::move(first) : *std::move(second);
  MB_CO_RETURN_IF_ERROR(CheckVisible(call.caller(), target));
  const bool goes_on = target.state != DisputeState::kClosedMerged && !IsFinal(target.state);
  if (goes_on) co_return target;
  co_return PreconditionError(reason::kGuardFailed, target.name(),
                              "has been merged or archived itself; merge into one that goes on");
}

absl::Status RequireBoth(const Caller& caller, const Dispute& target) {
  if (caller.Has(options::v1::ROLE_COUNTY_BUREAU)) {
    return RequirePlace(caller, ScopeOf(target).division);
  }
  return RequireOrganisation(caller, target.organisation);
}

}  // namespace

Task<absl::StatusOr<v1::ListDuplicateCandidatesResponse>> ListDuplicateCandidates(
    Registry& registry, Call& call, const v1::ListDuplicateCandidatesRequest& request) {
  auto dispute = co_await ReadVisible(registry, call, "parent", request.parent());
  if (!dispute.ok()) co_return dispute.status();
  auto numbers = co_await FindCandidates(registry.database(call), call.deadline(), registry.keys,
                                         *dispute, call.now() - kComparedFor, kMostCompared);
  if (!numbers.ok()) co_return numbers.status();
  auto others =
      co_await ReadDisputes(registry.database(call), call.deadline(), registry.keys, *numbers);
  if (!others.ok()) co_return others.status();
  std::vector<v1::DuplicateCandidate> candidates;
  for (const std::optional<Dispute>& other : *others) {
    if (!other || !CheckVisible(call.caller(), *other).ok()) continue;
    const DuplicateScore score = CompareDisputes(*dispute, *other);
    if (score.score < kLeastDuplicateScore) continue;
    v1::DuplicateCandidate& candidate = candidates.emplace_back();
    candidate.set_dispute(other->name());
    candidate.set_state(EnumOf<v1::DisputeState>("DISPUTE_STATE_", Word(other->state)));
    candidate.set_score(score.score);
    for (const std::string& reason : score.reasons) candidate.add_reasons(reason);
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.score() > b.score(); });
  if (candidates.size() > kMostCandidates) candidates.resize(kMostCandidates);
  v1::ListDuplicateCandidatesResponse response;
  for (v1::DuplicateCandidate& candidate : candidates) {
    *response.add_candidates() = std::move(candidate);
  }
  co_return response;
}

Task<absl::StatusOr<v1::Dispute>> MergeDispute(Registry& registry, Call& call,
                                               const v1::MergeDisputeRequest& request) {
  Pair pair;
  MB_CO_ASSIGN_OR_RETURN(pair.own, NumberIn("name", request.name()));
  MB_CO_ASSIGN_OR_RETURN(pair.other, NumberIn("into", request.into()));
  if (pair.own == pair.other) co_return FieldError("into", "must be another dispute");
  if (std::string wrong = CheckText(request.explanation(), 1, 500); !wrong.empty()) {
    co_return FieldError("explanation", wrong);
  }
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    auto target = co_await ReadDispute(transaction, registry.keys, pair.other);
    if (!target.ok()) co_return target.status();
    MB_CO_RETURN_IF_ERROR(RequireBoth(call.caller(), *target));
    step.dispute.merged_into = pair.other;
    const StepRecord record = StepRecordOf(call, step);
    const bool is_undone = false;
    co_return co_await InsertMerger(transaction, record, pair.other, is_undone,
                                    request.explanation());
  };
  // Both rows are locked before the step begins with its own.
  StepLock lock = [&](postgres::Transaction& transaction) -> Task<absl::Status> {
    auto target = co_await LockTarget(registry, transaction, call, pair);
    co_return target.status();
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kMerge, body, lock);
}

Task<absl::StatusOr<v1::Dispute>> UnmergeDispute(Registry& registry, Call& call,
                                                 const v1::UnmergeDisputeRequest& request) {
  if (std::string wrong = CheckText(request.explanation(), 1, 500); !wrong.empty()) {
    co_return FieldError("explanation", wrong);
  }
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    const StepRecord record = StepRecordOf(call, step);
    const std::string merged_into = step.dispute.merged_into;
    step.dispute.merged_into.clear();
    step.dispute.mediators.clear();
    step.dispute.mediator_names.clear();
    step.dispute.accept_time.reset();
    step.dispute.limit.reset();
    const bool is_undone = true;
    co_return co_await InsertMerger(transaction, record, merged_into, is_undone,
                                    request.explanation());
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kUnmerge, body);
}

Task<absl::StatusOr<v1::DisputeLink>> CreateDisputeLink(
    Registry& registry, Call& call, const v1::CreateDisputeLinkRequest& request) {
  Pair pair;
  MB_CO_ASSIGN_OR_RETURN(pair.own, NumberIn("parent", request.parent()));
  MB_CO_ASSIGN_OR_RETURN(pair.other, NumberIn("link.other", request.link().other()));
  FieldCheck check;
  check.Require(pair.own != pair.other, "link.other", "must be another dispute");
  std::string wrong = CheckText(request.link().explanation(), 1, 500);
  check.Require(wrong.empty(), "link.explanation", wrong);
  MB_CO_RETURN_IF_ERROR(check.status());
  for (const std::string& name : {request.parent(), request.link().other()}) {
    auto visible = co_await ReadVisible(registry, call, "link.other", name);
    if (!visible.ok()) co_return visible.status();
  }
  DisputeLink link;
  link.first = pair.first();
  link.second = pair.second();
  link.kind = WordOf("DISPUTE_LINK_KIND_", request.link().kind());
  link.explanation = request.link().explanation();
  link.create_time = call.now();
  std::function<Task<absl::StatusOr<v1::DisputeLink>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::DisputeLink>> {
    absl::Status stored = co_await InsertLink(transaction, link, call.caller().principal);
    if (!stored.ok()) co_return stored;
    co_return co_await Reread(transaction, pair);
  };
  std::function<Task<absl::StatusOr<v1::DisputeLink>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string&) {
        return Reread(transaction, pair);
      };
  co_return co_await ChangeOnce<v1::DisputeLink>(registry.database(call), call, request, change,
                                                 reread);
}

Task<absl::StatusOr<v1::DisputeLink>> EndDisputeLink(Registry& registry, Call& call,
                                                     const v1::EndDisputeLinkRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const Pair pair, PairIn(request.name()));
  auto visible = co_await ReadVisible(registry, call, "name", "disputes/" + pair.own);
  if (!visible.ok()) co_return visible.status();
  std::function<Task<absl::StatusOr<v1::DisputeLink>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::DisputeLink>> {
    auto ended = co_await EndLink(transaction, pair.first(), pair.second(), call.now(),
                                  call.caller().principal);
    if (!ended.ok()) co_return ended.status();
    auto link = co_await Reread(transaction, pair);
    if (link.ok() && !*ended)
      co_return StateForbidsError(request.name(), "ENDED", "EndDisputeLink");
    co_return link;
  };
  std::function<Task<absl::StatusOr<v1::DisputeLink>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string&) {
        return Reread(transaction, pair);
      };
  co_return co_await ChangeOnce<v1::DisputeLink>(registry.database(call), call, request, change,
                                                 reread);
}

Task<absl::StatusOr<v1::ListDisputeLinksResponse>> ListDisputeLinkPage(
    Registry& registry, Call& call, const v1::ListDisputeLinksRequest& request) {
  auto dispute = co_await ReadVisible(registry, call, "parent", request.parent());
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  const std::string after = token.empty() ? "" : token[0];
  auto links = co_await ListLinks(registry.database(call), call.deadline(), dispute->number, after,
                                  size + 1);
  if (!links.ok()) co_return links.status();
  v1::ListDisputeLinksResponse response;
  const bool has_more = static_cast<int>(links->size()) > size;
  if (has_more) links->pop_back();
  for (const DisputeLink& link : *links) FillLink(response.add_links(), link, dispute->number);
  if (has_more) {
    const v1::DisputeLink& last = response.links(response.links_size() - 1);
    response.set_next_page_token(MakePageToken(*registry.keys.match, request,
                                               {last.other().substr(std::size("disputes/") - 1)}));
  }
  co_return response;
}

}  // namespace maplebridge::registry
