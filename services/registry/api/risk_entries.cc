#include "services/registry/api/risk_entries.h"

#include <absl/strings/str_cat.h>

#include "common/division/division_code.h"
#include "common/server/page_token.h"
#include "common/server/request_id.h"
#include "common/server/resource_id.h"
#include "services/registry/api/campaigns.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/risk_step.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/category.h"
#include "services/registry/domain/risk_ledger.h"
#include "services/registry/store/campaign_store.h"

namespace maplebridge::registry {
namespace {

using RiskBody = std::function<Task<absl::Status>(postgres::Transaction&, OpenRiskStep&)>;

Task<absl::StatusOr<v1::RiskEntry>> Reread(postgres::Transaction& transaction, const Call& call,
                                           const std::string& name) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, RiskIdIn("name", name));
  auto entry = co_await ReadRiskEntry(transaction, id);
  if (!entry.ok()) co_return entry.status();
  MB_CO_RETURN_IF_ERROR(CheckRiskVisible(call.caller(), *entry));
  co_return RiskEntryMessage(*entry);
}

// The frame of a step whose request has name, etag and request_id.
template <typename Request>
Task<absl::StatusOr<v1::RiskEntry>> ChangeRisk(const Registry& registry, Call& call,
                                               const Request& request, RiskEvent event,
                                               const RiskBody& body) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, RiskIdIn("name", request.name()));
  std::function<Task<absl::StatusOr<v1::RiskEntry>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::RiskEntry>> {
    auto step = co_await BeginRiskStep(transaction, call, id, request.etag(), event);
    if (!step.ok()) co_return step.status();
    absl::Status done = co_await body(transaction, *step);
    if (!done.ok()) co_return done;
    done = co_await FinishRiskStep(registry, transaction, call, &*step);
    if (!done.ok()) co_return done;
    co_return RiskEntryMessage(step->entry);
  };
  std::function<Task<absl::StatusOr<v1::RiskEntry>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string& name) {
        return Reread(transaction, call, name);
      };
  co_return co_await ChangeOnce<v1::RiskEntry>(registry.database(call), call, request, change,
                                               reread);
}

absl::Status Guard(const RiskEntry& entry, const std::string& missing) {
  if (missing.empty()) return absl::OkStatus();
  return PreconditionError(reason::kGuardFailed, entry.name(), missing);
}

void CheckWords(const v1::RiskEntry& message, FieldCheck* check) {
  check->Require(FindCategory(message.category()) != nullptr, "risk_entry.category",
                 "is no category; ListDisputeCategories has them all");
  std::string wrong = CheckText(message.description(), 1, 2000);
  check->Require(wrong.empty(), "risk_entry.description", wrong);
  wrong = CheckText(message.place_kind(), 0, 50);
  check->Require(wrong.empty(), "risk_entry.place_kind", wrong);
  wrong = CheckText(message.group(), 0, 50);
  check->Require(wrong.empty(), "risk_entry.group", wrong);
  check->Require(message.people_size() <= kMostPeople, "risk_entry.people", "must be at most 20");
  for (int i = 0; i < message.people_size(); ++i) {
    wrong = CheckText(message.people(i), 1, 100);
    check->Require(wrong.empty(), absl::StrCat("risk_entry.people[", i, "]"), wrong);
  }
}

absl::StatusOr<RiskEntry> DraftOf(const Registry& registry, const Call& call,
                                  const v1::RiskEntry& message) {
  FieldCheck check;
  RiskEntry entry;
  CheckWords(message, &check);
  auto place = registry.divisions().Normalise(message.division());
  check.Check("risk_entry.division", place.status());
  if (place.ok()) {
    entry.division = place->number();
    check.Require(place->level() >= division::Level::kCounty, "risk_entry.division",
                  "must be a county, township or village");
  }
  if (!message.campaign().empty()) {
    auto campaign = CampaignIdIn("risk_entry.campaign", message.campaign());
    if (!campaign.ok()) return campaign.status();
    entry.campaign = *std::move(campaign);
  }
  MB_RETURN_IF_ERROR(check.status());
  entry.category = message.category();
  entry.severity = WordOf("RISK_SEVERITY_", message.severity());
  entry.description = message.description();
  entry.place_kind = message.place_kind();
  entry.group = message.group();
  entry.people.assign(message.people().begin(), message.people().end());
  entry.organisation = call.caller().organisation;
  entry.source = "INVESTIGATION";
  entry.create_time = call.now();
  return entry;
}

// A place of the caller's own: an organisation's county, a bureau's division.
absl::Status RequireOwnPlace(const Caller& caller, const RiskEntry& entry) {
  const std::string code = division::DivisionCode::FromNumber(entry.division).ToString();
  if (caller.organisation.empty()) return RequirePlace(caller, code);
  Caller county = caller;
  county.division = caller.division.substr(0, 6);
  return RequirePlace(county, code);
}

// The campaign takes entries of its places while it is open, and stays open until the entry is in.
Task<absl::Status> HoldCampaign(postgres::Transaction& transaction, const Call& call,
                                const RiskEntry& entry) {
  if (entry.campaign.empty()) co_return absl::OkStatus();
  const bool exclusive = false;
  auto campaign = co_await LockCampaign(transaction, entry.campaign, exclusive);
  if (!campaign.ok()) co_return campaign.status();
  MB_CO_RETURN_IF_ERROR(CheckCampaignVisible(call.caller(), *campaign));
  if (!Covers(*campaign, division::DivisionCode::FromNumber(entry.division))) {
    co_return FieldError("risk_entry.division", "lies outside the campaign");
  }
  if (campaign->state == "OPEN") co_return absl::OkStatus();
  co_return StateForbidsError(campaign->name(), campaign->state, "CreateRiskEntry");
}

absl::StatusOr<RiskFilter> FilterOf(const Registry& registry, const Call& call,
                                    const std::string& division, v1::RiskState state,
                                    const std::string& campaign) {
  RiskFilter filter;
  MB_ASSIGN_OR_RETURN(const DisputeFilter scope,
                      ScopedFilter(registry, call.caller(), "", division));
  filter.organisation = scope.organisation;
  filter.division_first = scope.division_first;
  filter.division_last = scope.division_last;
  filter.state = WordOf("RISK_STATE_", state);
  if (!campaign.empty()) {
    MB_ASSIGN_OR_RETURN(filter.campaign, CampaignIdIn("campaign", campaign));
  }
  return filter;
}

}  // namespace

Task<absl::StatusOr<v1::RiskEntry>> CreateRiskEntry(Registry& registry, Call& call,
                                                    const v1::CreateRiskEntryRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(RiskEntry entry, DraftOf(registry, call, request.risk_entry()));
  MB_CO_RETURN_IF_ERROR(RequireOwnPlace(call.caller(), entry));
  entry.id = NewResourceId(call.now());
  std::function<Task<absl::StatusOr<v1::RiskEntry>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::RiskEntry>> {
    absl::Status done = co_await HoldCampaign(transaction, call, entry);
    if (!done.ok()) co_return done;
    RiskEntry stored = entry;
    done = co_await StoreNewRisk(registry, transaction, call, &stored);
    if (!done.ok()) co_return done;
    co_return RiskEntryMessage(stored);
  };
  std::function<Task<absl::StatusOr<v1::RiskEntry>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string& name) {
        return Reread(transaction, call, name);
      };
  co_return co_await ChangeOnce<v1::RiskEntry>(registry.database(call), call, request, change,
                                               reread);
}

Task<absl::StatusOr<v1::RiskEntry>> GetRiskEntry(Registry& registry, Call& call,
                                                 const v1::GetRiskEntryRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, RiskIdIn("name", request.name()));
  auto entry = co_await ReadRiskEntry(registry.database(call), call.deadline(), id);
  if (!entry.ok()) co_return entry.status();
  MB_CO_RETURN_IF_ERROR(CheckRiskVisible(call.caller(), *entry));
  co_return RiskEntryMessage(*entry);
}

Task<absl::StatusOr<v1::ListRiskEntriesResponse>> ListRiskEntryPage(
    Registry& registry, Call& call, const v1::ListRiskEntriesRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  MB_CO_ASSIGN_OR_RETURN(RiskFilter filter, FilterOf(registry, call, request.division(),
                                                     request.state(), request.campaign()));
  filter.severity = WordOf("RISK_SEVERITY_", request.severity());
  filter.overdue_only = request.overdue_only();
  if (!token.empty()) filter.after = token[0];
  filter.limit = size + 1;
  auto rows = co_await ListRiskEntries(registry.database(call), call.deadline(), filter);
  if (!rows.ok()) co_return rows.status();
  v1::ListRiskEntriesResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    response.set_next_page_token(MakePageToken(*registry.keys.match, request, {rows->back().id}));
  }
  for (const RiskEntry& entry : *rows) FillRiskEntry(response.add_risk_entries(), entry);
  co_return response;
}

Task<absl::StatusOr<v1::RiskEntry>> ReportRisk(Registry& registry, Call& call,
                                               const v1::ReportRiskRequest& request) {
  RiskBody body = [&](postgres::Transaction&, OpenRiskStep& step) -> Task<absl::Status> {
    step.entry.report_time = call.now();
    co_return absl::OkStatus();
  };
  co_return co_await ChangeRisk(registry, call, request, RiskEvent::kReport, body);
}

Task<absl::StatusOr<v1::RiskEntry>> AddMeasure(Registry& registry, Call& call,
                                               const v1::AddMeasureRequest& request) {
  FieldCheck check;
  std::string wrong = CheckText(request.measure().content(), 1, 500);
  check.Require(wrong.empty(), "measure.content", wrong);
  wrong = CheckText(request.measure().owner(), 1, 100);
  check.Require(wrong.empty(), "measure.owner", wrong);
  auto day = DayOf(request.measure().due_day());
  check.Check("measure.due_day", day.status());
  if (day.ok()) {
    check.Require(*day >= calendar::ChinaDay(call.now()), "measure.due_day",
                  "must not be before today");
  }
  MB_CO_RETURN_IF_ERROR(check.status());
  RiskBody body = [&](postgres::Transaction& transaction,
                      OpenRiskStep& step) -> Task<absl::Status> {
    if (step.entry.measures.size() == kMostMeasures) {
      co_return PreconditionError(reason::kGuardFailed, step.entry.name(),
                                  "has 50 measures, which is the most");
    }
    PreventiveMeasure measure;
    measure.ordinal = static_cast<int>(step.entry.measures.size()) + 1;
    measure.content = request.measure().content();
    measure.owner = request.measure().owner();
    measure.due_day = *day;
    step.entry.measures.push_back(measure);
    co_return co_await InsertMeasure(transaction, step.entry, measure, call.now(),
                                     call.caller().principal);
  };
  co_return co_await ChangeRisk(registry, call, request, RiskEvent::kAddMeasure, body);
}

Task<absl::StatusOr<v1::RiskEntry>> RecordMeasure(Registry& registry, Call& call,
                                                  const v1::CompleteMeasureRequest& request) {
  RiskBody body = [&](postgres::Transaction& transaction,
                      OpenRiskStep& step) -> Task<absl::Status> {
    const int ordinal = request.ordinal();
    if (ordinal < 1 || ordinal > static_cast<int>(step.entry.measures.size())) {
      co_return FieldError("ordinal", "is no measure of this entry");
    }
    PreventiveMeasure& measure = step.entry.measures[static_cast<std::size_t>(ordinal - 1)];
    if (measure.complete_time) {
      co_return PreconditionError(reason::kGuardFailed,
                                  absl::StrCat(step.entry.name(), "#", ordinal),
                                  "was recorded as carried out before");
    }
    measure.complete_time = call.now();
    co_return co_await CompleteMeasure(transaction, step.entry, ordinal, call.now(),
                                       call.caller().principal);
  };
  co_return co_await ChangeRisk(registry, call, request, RiskEvent::kCompleteMeasure, body);
}

Task<absl::StatusOr<v1::RiskEntry>> ControlRisk(Registry& registry, Call& call,
                                                const v1::ControlRiskRequest& request) {
  RiskBody body = [&](postgres::Transaction&, OpenRiskStep& step) -> Task<absl::Status> {
    MB_CO_RETURN_IF_ERROR(Guard(step.entry, MissingForControl(step.entry)));
    step.entry.control_time = call.now();
    co_return absl::OkStatus();
  };
  co_return co_await ChangeRisk(registry, call, request, RiskEvent::kControl, body);
}

Task<absl::StatusOr<v1::RiskEntry>> ResolveRisk(Registry& registry, Call& call,
                                                const v1::ResolveRiskRequest& request) {
  if (std::string wrong = CheckText(request.outcome(), 1, 1000); !wrong.empty()) {
    co_return FieldError("outcome", wrong);
  }
  RiskBody body = [&](postgres::Transaction&, OpenRiskStep& step) -> Task<absl::Status> {
    MB_CO_RETURN_IF_ERROR(Guard(step.entry, MissingForResolution(step.entry)));
    step.entry.outcome = request.outcome();
    step.entry.end_time = call.now();
    co_return absl::OkStatus();
  };
  co_return co_await ChangeRisk(registry, call, request, RiskEvent::kResolve, body);
}

Task<absl::StatusOr<v1::RiskEntry>> EscalateRisk(Registry& registry, Call& call,
                                                 const v1::EscalateRiskRequest& request) {
  v1::Dispute message = request.dispute();
  message.set_source(v1::DISPUTE_SOURCE_INVESTIGATION);
  auto rules = co_await RulesInForce(registry, call);
  if (!rules.ok()) co_return rules.status();
  MB_CO_ASSIGN_OR_RETURN(const NewDispute draft, NewDisputeOf(registry, call, **rules, message));
  RiskBody body = [&](postgres::Transaction& transaction,
                      OpenRiskStep& step) -> Task<absl::Status> {
    auto dispute = co_await CreateDispute(transaction, registry.keys, &DisputePayload, draft);
    if (!dispute.ok()) co_return dispute.status();
    step.entry.dispute = dispute->number;
    step.entry.end_time = call.now();
    co_return absl::OkStatus();
  };
  co_return co_await ChangeRisk(registry, call, request, RiskEvent::kEscalate, body);
}

Task<absl::Status> ExportRiskLedger(Registry& registry, Call& call,
                                    const v1::ExportRiskLedgerRequest& request,
                                    StreamWriter& writer) {
  MB_CO_ASSIGN_OR_RETURN(RiskFilter filter, FilterOf(registry, call, request.division(),
                                                     request.state(), request.campaign()));
  constexpr int kRowsAtOnce = 500;
  filter.limit = kRowsAtOnce;
  v1::ExportRiskLedgerResponse message;
  message.set_chunk(LedgerHeading());
  bool written = co_await writer.Write(message);
  bool is_last = false;
  while (written && !is_last) {
    auto entries = co_await ListRiskEntries(registry.database(call), call.deadline(), filter);
    if (!entries.ok()) co_return entries.status();
    is_last = static_cast<int>(entries->size()) < kRowsAtOnce;
    if (entries->empty()) break;
    std::string lines;
    for (const RiskEntry& entry : *entries) {
      lines += LedgerLine(
          entry, registry.divisions().FullName(division::DivisionCode::FromNumber(entry.division)));
    }
    message.set_chunk(std::move(lines));
    written = co_await writer.Write(message);
    filter.after = entries->back().id;
  }
  co_return absl::OkStatus();
}

}  // namespace maplebridge::registry
