#include "services/registry/api/reports.h"

#include <absl/strings/str_cat.h>

#include "common/content/content_store.h"
#include "common/server/page_token.h"
#include "services/registry/api/campaigns.h"
#include "services/registry/api/report_message.h"
#include "services/registry/api/words.h"
#include "services/registry/store/campaign_store.h"

namespace maplebridge::registry {
namespace {

struct ReportName {
  std::string parent;
  std::string id;
};

absl::StatusOr<ReportName> ReportNameIn(const std::string& name) {
  for (const char* collection : {"organisations", "campaigns"}) {
    const std::vector<std::string> parts =
        NameParts(absl::StrCat(collection, "/*/reports/*"), name);
    if (!parts.empty()) return ReportName{absl::StrCat(collection, "/", parts[0]), parts[1]};
  }
  return FieldError("name",
                    "must be organisations/{id}/reports/{id} or campaigns/{id}/reports/{id}");
}

bool IsOfCampaign(const std::string& parent) { return parent.starts_with("campaigns/"); }

bool WorksAt(const Caller& caller, const std::string& organisation) {
  return caller.HasAny({options::v1::ROLE_MEDIATOR, options::v1::ROLE_ORGANISATION_HEAD}) &&
         caller.organisation == organisation;
}

bool SeesPlace(const Caller& caller, std::uint64_t division) {
  using namespace options::v1;  // the roles
  if (caller.Has(ROLE_MINISTRY)) return true;
  if (!caller.HasAny({ROLE_COUNTY_BUREAU, ROLE_CITY_BUREAU, ROLE_PROVINCE_BUREAU})) return false;
  return RequirePlace(caller, division::DivisionCode::FromNumber(division).ToString()).ok();
}

// An organisation's ledger: with its parties for those who work there and for auditors only.
absl::Status CheckLedgerVisible(const Caller& caller, const Report& report) {
  if (WorksAt(caller, report.parent) || caller.Has(options::v1::ROLE_AUDITOR)) {
    return absl::OkStatus();
  }
  if (!report.names_parties && SeesPlace(caller, report.division)) return absl::OkStatus();
  return NotFoundError(report.name());
}

// The report, when the caller may see it.
Task<absl::StatusOr<Report>> Find(Registry& registry, const Call& call, const std::string& name) {
  MB_CO_ASSIGN_OR_RETURN(const ReportName parsed, ReportNameIn(name));
  auto report =
      co_await ReadReport(registry.database(call), call.deadline(), parsed.parent, parsed.id);
  if (!report.ok()) co_return report.status();
  if (IsOfCampaign(parsed.parent)) {
    auto campaign = co_await FindCampaign(registry, call, "name", parsed.parent);
    // Who may not see the campaign learns nothing of its reports.
    if (absl::IsNotFound(campaign.status())) co_return NotFoundError(name);
    if (!campaign.ok()) co_return campaign.status();
  } else {
    MB_CO_RETURN_IF_ERROR(CheckLedgerVisible(call.caller(), *report));
  }
  co_return report;
}

}  // namespace

Task<absl::StatusOr<v1::Report>> GetReport(Registry& registry, Call& call,
                                           const v1::GetReportRequest& request) {
  auto report = co_await Find(registry, call, request.name());
  if (!report.ok()) co_return report.status();
  co_return ReportMessage(*report);
}

Task<absl::StatusOr<v1::ListReportsResponse>> ListReportPage(
    Registry& registry, Call& call, const v1::ListReportsRequest& request) {
  const bool of_campaign = !NameParts("campaigns/*", request.parent()).empty();
  if (!of_campaign && NameParts("organisations/*", request.parent()).empty()) {
    co_return FieldError("parent", "must be organisations/{id} or campaigns/{id}");
  }
  if (of_campaign) {
    auto campaign = co_await FindCampaign(registry, call, "parent", request.parent());
    if (!campaign.ok()) co_return campaign.status();
  }
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  const Caller& caller = call.caller();
  const bool with_parties =
      WorksAt(caller, request.parent()) || caller.Has(options::v1::ROLE_AUDITOR);
  const std::string after = token.empty() ? "" : token[0];
  auto rows = co_await ListReports(registry.database(call), call.deadline(), request.parent(),
                                   with_parties, after, size + 1);
  if (!rows.ok()) co_return rows.status();
  v1::ListReportsResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    response.set_next_page_token(MakePageToken(*registry.keys.match, request, {rows->back().id}));
  }
  for (const Report& report : *rows) {
    if (!of_campaign && !CheckLedgerVisible(caller, report).ok()) continue;
    *response.add_reports() = ReportMessage(report);
  }
  co_return response;
}

Task<absl::Status> DownloadReport(Registry& registry, Call& call,
                                  const v1::DownloadReportRequest& request, StreamWriter& writer) {
  auto report = co_await Find(registry, call, request.name());
  if (!report.ok()) co_return report.status();
  if (report->names_parties) {
    absl::Status recorded =
        co_await RecordReportRead(registry.database(call), call.deadline(), report->name(),
                                  call.caller().principal, call.now(), call.trace_id());
    if (!recorded.ok()) co_return recorded;
  }
  v1::DownloadReportResponse message;
  *message.mutable_report() = ReportMessage(*report);
  bool written = co_await writer.Write(message);
  std::int64_t sent = 0;
  for (int ordinal = 0; written && sent < report->size; ++ordinal) {
    auto chunk = co_await ReadContentChunk(registry.database(call), call.deadline(),
                                           *registry.keys.sealing, report->sha256, ordinal);
    if (!chunk.ok()) co_return chunk.status();
    sent += static_cast<std::int64_t>(chunk->size());
    message.set_chunk(*std::move(chunk));
    written = co_await writer.Write(message);
  }
  co_return absl::OkStatus();
}

}  // namespace maplebridge::registry
