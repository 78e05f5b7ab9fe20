#include "services/registry/api/report_dispute.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/feed/feed_hub.h"
#include "common/server/page_token.h"
#include "common/server/request_id.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/case_place.h"
#include "services/registry/domain/category.h"

namespace maplebridge::registry {
namespace {

using options::v1::ROLE_COUNTY_BUREAU;
using options::v1::ROLE_PARTY;

bool IsSubCategory(std::string_view text) {
  return text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

void CheckCategory(FieldCheck* check, const v1::Dispute& message) {
  check->Require(FindCategory(message.category()) != nullptr, "dispute.category",
                 "is no category; ListDisputeCategories has them all");
  check->Require(IsSubCategory(message.sub_category()), "dispute.sub_category",
                 "must be up to 32 of A-Z, 0-9 and _");
  const bool is_other = message.category() == kOtherCategory;
  std::string wrong = CheckText(message.category_text(), is_other ? 1 : 0, is_other ? 100 : 0);
  check->Require(wrong.empty(), "dispute.category_text",
                 is_other ? wrong : "must be empty unless the category is OTHER");
}

void CheckPlace(FieldCheck* check, const Registry& registry, const v1::Dispute& message,
                Dispute* dispute) {
  auto code = CasePlaceOf(registry.divisions(), message.division());
  check->Check("dispute.division", code.status());
  if (code.ok()) dispute->division = code->number();
}

void CheckDomiciles(FieldCheck* check, const Registry& registry, Dispute* dispute) {
  for (std::size_t i = 0; i < dispute->parties.size(); ++i) {
    std::string& domicile = dispute->parties[i].domicile_division;
    if (domicile.empty()) continue;
    auto code = registry.divisions().Normalise(domicile);
    if (code.ok()) {
      domicile = code->ToString();
    } else {
      check->Add(absl::StrCat("dispute.parties[", i, "].domicile_division"),
                 std::string(code.status().message()));
    }
  }
}

std::string DifficultyOf(const v1::Dispute& message) {
  if (message.parties_size() >= kGroupParties) return "MAJOR";
  std::string word = WordOf("DIFFICULTY_", message.difficulty());
  return word.empty() ? "ORDINARY" : word;
}

// The dispute that the request describes, with everything that is wrong named at once.
absl::StatusOr<Dispute> DraftOf(const Registry& registry, const Call& call,
                                const v1::Dispute& message) {
  FieldCheck check;
  Dispute dispute;
  CheckCategory(&check, message);
  CheckPlace(&check, registry, message, &dispute);
  std::string wrong = CheckText(message.summary(), 1, 2000);
  check.Require(wrong.empty(), "dispute.summary", wrong);
  check.Require(message.claimed_amount_fen() >= 0, "dispute.claimed_amount_fen",
                "must not be below 0");
  check.Require(message.source() != v1::DISPUTE_SOURCE_REFERRAL, "dispute.source",
                "REFERRAL comes from docking alone; a court refers through ReferralService");
  check.Require(message.source() != v1::DISPUTE_SOURCE_IMPORT, "dispute.source",
                "IMPORT is of old cases that have ended; bring them in through BulkService");
  const std::string organisation =
      message.organisation().empty() ? call.caller().organisation : message.organisation();
  check.Require(organisation.empty() || !NameParts("organisations/*", organisation).empty(),
                "dispute.organisation", "must be organisations/{id}");
  for (int i = 0; i < message.parties_size(); ++i) {
    const std::string path = absl::StrCat("dispute.parties[", i, "]");
    dispute.parties.push_back(PartyOf(message.parties(i), path, &check));
  }
  AddViolations(&check, "dispute.",
                NormaliseParties(&dispute.parties, calendar::ChinaDay(call.now())));
  CheckDomiciles(&check, registry, &dispute);
  MB_RETURN_IF_ERROR(check.status());
  dispute.state = DisputeState::kReported;
  dispute.category = message.category();
  dispute.category_text = message.category_text();
  dispute.sub_category = message.sub_category();
  dispute.source = WordOf("DISPUTE_SOURCE_", message.source());
  dispute.organisation = organisation;
  dispute.summary = message.summary();
  dispute.claimed_amount_fen = message.claimed_amount_fen();
  dispute.difficulty = DifficultyOf(message);
  dispute.create_time = call.now();
  return dispute;
}

absl::Status CheckReporter(const Caller& caller, const Dispute& dispute) {
  if (caller.Has(ROLE_PARTY)) return absl::OkStatus();
  if (caller.Has(ROLE_COUNTY_BUREAU)) {
    return RequirePlace(caller, ScopeOf(dispute).division);
  }
  return RequireOrganisation(caller, dispute.organisation);
}

absl::Status CheckFit(const Dispute& dispute) {
  const UnfitMatter* matter = FindUnfitMatter(dispute.category, dispute.sub_category);
  if (matter == nullptr) return absl::OkStatus();
  return PreconditionError(reason::kGuardFailed,
                           absl::StrCat(dispute.category, "/", dispute.sub_category),
                           absl::StrCat("is not to be mediated (", std::string(matter->source),
                                        "); ", std::string(matter->advice)));
}

absl::Status ReusedError() {
  return ReasonError(absl::StatusCode::kAlreadyExists, reason::kRequestIdReused,
                     "request_id: was used with another request; nothing was stored; a new "
                     "request needs a new UUID");
}

// A caller without the place's or organisation's rights that reported a dispute sees it as masked.
v1::Dispute AnswerOf(const Dispute& dispute) { return DisputeMessage(dispute, PartyView::kMasked); }

}  // namespace

absl::StatusOr<NewDispute> NewDisputeOf(const Registry& registry, const Call& call,
                                        const RuleSet& rules, const v1::Dispute& message) {
  NewDispute item;
  MB_ASSIGN_OR_RETURN(item.dispute, DraftOf(registry, call, message));
  MB_RETURN_IF_ERROR(CheckReporter(call.caller(), item.dispute));
  MB_RETURN_IF_ERROR(CheckFit(item.dispute));
  ClockInput clock_input;
  clock_input.state = DisputeState::kReported;
  clock_input.category = item.dispute.category;
  clock_input.division = item.dispute.division;
  clock_input.rules = &rules;
  clock_input.now = call.now();
  MB_ASSIGN_OR_RETURN(const RunningClock clock, StartClock(registry.calendar(), clock_input));
  item.dispute.clock = ClockEndOf(clock);
  item.dispute.rules_version = rules.version;
  item.event = Word(DisputeEvent::kReport);
  item.principal = call.caller().principal;
  item.method = call.method();
  item.trace_id = call.trace_id();
  return item;
}

Task<absl::StatusOr<v1::Dispute>> ReportDispute(Registry& registry, Call& call,
                                                const v1::ReportDisputeRequest& request) {
  MB_CO_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  auto rules = co_await RulesInForce(registry, call);
  if (!rules.ok()) co_return rules.status();
  MB_CO_ASSIGN_OR_RETURN(NewDispute item, NewDisputeOf(registry, call, **rules, request.dispute()));
  item.request_id = request.request_id();
  if (!item.request_id.empty()) item.digest = RequestDigest(request);
  HotPaths& hot = *registry.hot[static_cast<std::size_t>(call.loop())];
  while (true) {
    auto answer = co_await hot.reports.Submit(item, call.deadline());
    if (!answer.ok()) co_return answer.status();
    switch (answer->outcome) {
      case ReportOutcome::kStored:
        registry.parts.feed->Wake();
        co_return AnswerOf(answer->dispute);
      case ReportOutcome::kRepeated: {
        auto made = co_await hot.reads.Submit(answer->dispute.number, call.deadline());
        if (!made.ok()) co_return made.status();
        if (!made->has_value()) co_return NotFoundError(answer->dispute.name());
        co_return AnswerOf(**made);
      }
      case ReportOutcome::kReused:
        co_return ReusedError();
      case ReportOutcome::kAgain:
        // The twin's commit came between this statement's look and its claim: look again.
        break;
    }
  }
}

namespace {

using VisibilityCheck = absl::Status (*)(const Caller&, const Dispute&);

Task<absl::StatusOr<Dispute>> ReadChecked(Registry& registry, const Call& call,
                                          std::string_view field, const std::string& name,
                                          VisibilityCheck check) {
  MB_CO_ASSIGN_OR_RETURN(std::string number, NumberIn(field, name));
  HotPaths& hot = *registry.hot[static_cast<std::size_t>(call.loop())];
  auto found = co_await hot.reads.Submit(number, call.deadline());
  if (!found.ok()) co_return found.status();
  if (!found->has_value()) co_return NotFoundError(name);
  MB_CO_RETURN_IF_ERROR(check(call.caller(), **found));
  co_return **std::move(found);
}

}  // namespace

Task<absl::StatusOr<Dispute>> ReadVisible(Registry& registry, const Call& call,
                                          std::string_view field, const std::string& name) {
  return ReadChecked(registry, call, field, name, &CheckVisible);
}

Task<absl::StatusOr<Dispute>> ReadPreview(Registry& registry, const Call& call,
                                          std::string_view field, const std::string& name) {
  return ReadChecked(registry, call, field, name, &CheckPreview);
}

Task<absl::StatusOr<v1::Dispute>> GetDispute(Registry& registry, Call& call,
                                             const v1::GetDisputeRequest& request) {
  auto dispute = co_await ReadPreview(registry, call, "name", request.name());
  if (!dispute.ok()) co_return dispute.status();
  co_return DisputeMessage(*dispute, ViewOf(call.caller(), *dispute));
}

absl::StatusOr<DisputeFilter> ScopedFilter(const Registry& registry, const Caller& caller,
                                           const std::string& organisation,
                                           const std::string& division) {
  DisputeFilter filter;
  filter.organisation = organisation;
  std::string place = division;
  using namespace options::v1;  // the roles
  const bool sees_all = caller.HasAny({ROLE_SERVICE, ROLE_AUDITOR, ROLE_MINISTRY});
  if (!sees_all) {
    if (caller.HasAny({ROLE_COURT_SYSTEM, ROLE_COURT_CLERK, ROLE_JUDGE})) {
      filter.court = caller.court;
      MB_RETURN_IF_ERROR(RequireCourt(caller, filter.court));
    } else if (caller.HasAny({ROLE_MEDIATOR, ROLE_ORGANISATION_HEAD, ROLE_CENTRE})) {
      if (filter.organisation.empty()) filter.organisation = caller.organisation;
      MB_RETURN_IF_ERROR(RequireOrganisation(caller, filter.organisation));
    } else {
      if (place.empty()) place = caller.division;
      MB_RETURN_IF_ERROR(RequirePlace(caller, place));
    }
  }
  if (place.empty()) return filter;
  auto code = registry.divisions().Normalise(place);
  if (!code.ok()) return FieldError("division", std::string(code.status().message()));
  filter.division_first = code->number();
  filter.division_last = code->LastNumber();
  filter.county_prefix = code->Prefix().substr(0, 6);
  return filter;
}

namespace {

// The request's own filter and order; FIELD_INVALID says what is wrong with them.
absl::Status AddCondition(const v1::ListDisputesRequest& request, DisputeFilter* filter) {
  FieldCheck check;
  auto order = ParseOrder(request.order_by());
  check.Check("order_by", order.status());
  if (order.ok()) filter->order = *order;
  if (!request.filter().empty()) {
    auto condition = ParseFilter(request.filter());
    check.Check("filter", condition.status());
    if (condition.ok()) {
      DynamicQuery trial;
      check.Check("filter", ConditionOf(*condition, &trial).status());
      filter->condition = *std::move(condition);
    }
  }
  return check.status();
}

}  // namespace

absl::StatusOr<DisputeFilter> ListFilterOf(const Registry& registry, const Caller& caller,
                                           const v1::ListDisputesRequest& request) {
  MB_ASSIGN_OR_RETURN(DisputeFilter filter,
                      ScopedFilter(registry, caller, request.organisation(), request.division()));
  filter.referral = request.referral();
  filter.state = WordOf("DISPUTE_STATE_", request.state());
  MB_RETURN_IF_ERROR(AddCondition(request, &filter));
  return filter;
}

Task<absl::StatusOr<v1::ListDisputesResponse>> ListDisputePage(
    Registry& registry, Call& call, const v1::ListDisputesRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  MB_CO_ASSIGN_OR_RETURN(DisputeFilter filter, ListFilterOf(registry, call.caller(), request));
  if (!token.empty()) filter.after = token[0];
  if (token.size() > 1) filter.after_value = token[1];
  filter.limit = size + 1;
  const bool plain = !filter.condition && request.order_by().empty();
  absl::StatusOr<std::vector<Dispute>> rows = absl::UnknownError("");
  if (plain) {
    rows = co_await ListDisputes(registry.database(call), call.deadline(), filter);
  } else {
    rows = co_await ListFilteredDisputes(registry.database(call), call.deadline(), filter);
  }
  if (!rows.ok()) co_return rows.status();
  v1::ListDisputesResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    std::vector<std::string> last{rows->back().number};
    if (auto value = OrderValue(filter.order, rows->back())) last.push_back(*std::move(value));
    response.set_next_page_token(MakePageToken(*registry.keys.match, request, last));
  }
  absl::Status filled =
      co_await ReadParties(registry.database(call), call.deadline(), registry.keys, &*rows);
  if (!filled.ok()) co_return filled;
  for (const Dispute& dispute : *rows) {
    FillDispute(response.add_disputes(), dispute, ViewOf(call.caller(), dispute));
  }
  co_return response;
}

Task<absl::StatusOr<v1::ListDisputePartiesResponse>> ListDisputeParties(
    Registry& registry, Call& call, const v1::ListDisputePartiesRequest& request) {
  auto dispute = co_await ReadVisible(registry, call, "parent", request.parent());
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(RequireReadsFile(call.caller(), *dispute));
  const int size = request.page_size() == 0 ? kMostParties : request.page_size();
  if (size < 1 || size > kMostParties) {
    co_return FieldError("page_size", "must be 0 for all, or 1 to 500");
  }
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  absl::Status recorded =
      co_await RecordPartyRead(registry.database(call), call.deadline(), dispute->number,
                               call.caller().principal, call.now(), call.trace_id());
  if (!recorded.ok()) co_return recorded;
  absl::Status read =
      co_await ReadPartyDetails(registry.database(call), call.deadline(), registry.keys, &*dispute);
  if (!read.ok()) co_return read;
  v1::ListDisputePartiesResponse response;
  bool started = token.empty();
  for (const Party& party : dispute->parties) {
    if (started && response.parties_size() == size) {
      response.set_next_page_token(
          MakePageToken(*registry.keys.match, request,
                        {response.parties(response.parties_size() - 1).party_id()}));
      break;
    }
    if (started) FillParty(response.add_parties(), party, PartyView::kFull);
    started = started || party.party_id == token[0];
  }
  co_return response;
}

}  // namespace maplebridge::registry
