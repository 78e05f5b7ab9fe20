#include "deploy/maplectl_source/simulation/field_work.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/calendar/working_calendar.h"
#include "common/status/macros.h"
#include "deploy/maplectl_source/simulation/dispute_life.h"
#include "deploy/maplectl_source/simulation/plan_calls.h"

namespace maplebridge::maplectl {
namespace {

using registry::v1::BatchCreateObservationsRequest;
using registry::v1::Campaign;
using registry::v1::CampaignService;
using registry::v1::ObservationService;
using registry::v1::RiskEntry;
using registry::v1::RiskService;

registry::v1::CreateCampaignRequest CampaignOf(const PlannedCampaign& planned,
                                               const std::string& county) {
  registry::v1::CreateCampaignRequest request;
  Campaign* campaign = request.mutable_campaign();
  const bool is_special = !planned.theme.empty();
  campaign->set_title(planned.title);
  campaign->set_theme(planned.theme);
  campaign->set_kind(is_special ? registry::v1::INVESTIGATION_KIND_KEY
                                : registry::v1::INVESTIGATION_KIND_GENERAL);
  campaign->set_mode(is_special ? registry::v1::INVESTIGATION_MODE_SPECIAL
                                : registry::v1::INVESTIGATION_MODE_CENTRALISED);
  campaign->add_divisions(county);
  for (const std::string& category : planned.categories) campaign->add_categories(category);
  campaign->add_forces(registry::v1::FORCE_GRID_WORKERS);
  campaign->add_forces(registry::v1::FORCE_COMMITTEES);
  campaign->set_start_day(absl::FormatCivilTime(planned.first_day));
  campaign->set_end_day(absl::FormatCivilTime(planned.last_day));
  request.set_request_id(NewRequestId());
  return request;
}

registry::v1::Observation ObservationOf(const PlannedObservation& planned) {
  registry::v1::Observation observation;
  observation.set_partner_number(planned.number);
  observation.set_division(planned.division);
  observation.set_category(std::string(DisputeKinds()[planned.kind].category));
  observation.set_description(planned.description);
  observation.add_people(planned.person);
  *observation.mutable_observe_time() =
      TimestampOf(calendar::StartOfChinaDay(planned.day) + absl::Hours(9));
  return observation;
}

registry::v1::RiskSeverity SeverityOf(const std::string& word) {
  registry::v1::RiskSeverity severity = registry::v1::RISK_SEVERITY_UNSPECIFIED;
  registry::v1::RiskSeverity_Parse("RISK_SEVERITY_" + word, &severity);
  return severity;
}

}  // namespace

absl::Status FieldWork::Open(Player& player) {
  for (const PlannedCampaign& planned : plan_.campaigns) {
    MB_ASSIGN_OR_RETURN(
        const Campaign campaign,
        player.Do("CreateCampaign", cast_.bureau(), player.stubs().campaigns,
                  &CampaignService::Stub::CreateCampaign, CampaignOf(planned, plan_.county.code)));
    names_.push_back(campaign.name());
    for (std::size_t i = 0; i < plan_.county.townships.size(); ++i) {
      registry::v1::AssignVillagesRequest assign;
      assign.set_parent(campaign.name());
      assign.mutable_assignment()->set_division(plan_.county.townships[i].code);
      assign.mutable_assignment()->set_organisation(cast_.organisation(i).name);
      assign.mutable_assignment()->add_forces(registry::v1::FORCE_GRID_WORKERS);
      assign.mutable_assignment()->set_due_day(absl::FormatCivilTime(planned.last_day));
      assign.set_request_id(NewRequestId());
      MB_RETURN_IF_ERROR(player
                             .Do("AssignVillages", cast_.bureau(), player.stubs().campaigns,
                                 &CampaignService::Stub::AssignVillages, assign)
                             .status());
    }
  }
  return absl::OkStatus();
}

absl::Status FieldWork::Visit(std::size_t campaign, std::size_t township, Player& player) const {
  for (const PlannedVisit& planned : plan_.campaigns[campaign].visits[township]) {
    registry::v1::RecordVisitRequest request;
    request.set_parent(names_[campaign]);
    request.mutable_visit()->set_division(planned.division);
    request.mutable_visit()->set_visit_day(absl::FormatCivilTime(planned.day));
    request.mutable_visit()->add_forces(registry::v1::FORCE_GRID_WORKERS);
    request.mutable_visit()->set_household_count(planned.households);
    request.set_request_id(NewRequestId());
    MB_RETURN_IF_ERROR(player
                           .Do("RecordVisit", cast_.organisation(township).mediator,
                               player.stubs().campaigns, &CampaignService::Stub::RecordVisit,
                               request)
                           .status());
    if (planned.risk) MB_RETURN_IF_ERROR(PlayRisk(*planned.risk, names_[campaign], player));
  }
  return absl::OkStatus();
}

absl::Status FieldWork::PlayRisk(const PlannedRisk& risk, const std::string& campaign,
                                 Player& player) const {
  const std::string& token = cast_.organisation(risk.organisation).mediator;
  const auto& stub = player.stubs().risks;
  registry::v1::CreateRiskEntryRequest create;
  RiskEntry* entry = create.mutable_risk_entry();
  entry->set_division(risk.division);
  entry->set_category(std::string(DisputeKinds()[risk.kind].category));
  entry->set_severity(SeverityOf(risk.severity));
  entry->set_description(risk.description);
  for (const std::string& person : risk.people) entry->add_people(person);
  entry->set_campaign(campaign);
  create.set_request_id(NewRequestId());
  MB_ASSIGN_OR_RETURN(
      const RiskEntry created,
      player.Do("CreateRiskEntry", token, stub, &RiskService::Stub::CreateRiskEntry, create));
  if (risk.state == "FOUND") return absl::OkStatus();
  registry::v1::ReportRiskRequest report;
  report.set_name(created.name());
  report.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(
      player.Do("ReportRisk", token, stub, &RiskService::Stub::ReportRisk, report).status());
  if (risk.state == "REPORTED") return absl::OkStatus();
  return risk.dispute ? BreakOut(risk, created.name(), player)
                      : Control(risk, created.name(), player);
}

absl::Status FieldWork::Control(const PlannedRisk& risk, const std::string& entry,
                                Player& player) const {
  const std::string& token = cast_.organisation(risk.organisation).mediator;
  const auto& stub = player.stubs().risks;
  registry::v1::AddMeasureRequest add;
  add.set_name(entry);
  add.mutable_measure()->set_content("上门走访，约谈双方，明确责任人");
  add.mutable_measure()->set_owner("司法所和网格员");
  add.mutable_measure()->set_due_day(absl::FormatCivilTime(calendar::ChinaDay(absl::Now()) + 7));
  add.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(
      player.Do("AddMeasure", token, stub, &RiskService::Stub::AddMeasure, add).status());
  registry::v1::CompleteMeasureRequest complete;
  complete.set_name(entry);
  complete.set_ordinal(1);
  complete.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(
      player.Do("CompleteMeasure", token, stub, &RiskService::Stub::CompleteMeasure, complete)
          .status());
  registry::v1::ControlRiskRequest control;
  control.set_name(entry);
  control.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(
      player.Do("ControlRisk", token, stub, &RiskService::Stub::ControlRisk, control).status());
  if (risk.state != "RESOLVED") return absl::OkStatus();
  registry::v1::ResolveRiskRequest resolve;
  resolve.set_name(entry);
  resolve.set_outcome("双方谅解，隐患消除");
  resolve.set_request_id(NewRequestId());
  return player.Do("ResolveRisk", token, stub, &RiskService::Stub::ResolveRisk, resolve).status();
}

absl::Status FieldWork::BreakOut(const PlannedRisk& risk, const std::string& entry,
                                 Player& player) const {
  const CastOrganisation& organisation = cast_.organisation(risk.organisation);
  registry::v1::EscalateRiskRequest request;
  request.set_name(entry);
  *request.mutable_dispute() = DisputeLife::DraftOf(*risk.dispute, organisation.name);
  request.set_request_id(NewRequestId());
  MB_ASSIGN_OR_RETURN(const RiskEntry escalated,
                      player.Do("EscalateRisk", organisation.mediator, player.stubs().risks,
                                &RiskService::Stub::EscalateRisk, request));
  return DisputeLife(cast_, player, *risk.dispute).PlayReported(escalated.dispute());
}

absl::Status FieldWork::Share(Player& player) const {
  const auto& stub = player.stubs().observations;
  const auto send = [&](const BatchCreateObservationsRequest& request) {
    return player
        .Do("BatchCreateObservations", cast_.partner(), stub,
            &ObservationService::Stub::BatchCreateObservations, request)
        .status();
  };
  BatchCreateObservationsRequest first;
  const std::size_t count = plan_.observations.size();
  for (std::size_t at = 0; at < count; at += kObservationsOfCall) {
    BatchCreateObservationsRequest request;
    const std::size_t end = std::min(count, at + kObservationsOfCall);
    for (std::size_t i = at; i < end; ++i) {
      *request.add_observations() = ObservationOf(plan_.observations[i]);
    }
    MB_RETURN_IF_ERROR(send(request));
    if (at == 0) first = request;
  }
  if (count == 0) return absl::OkStatus();
  // Sent again after a lost connection, say: each counts once.
  MB_RETURN_IF_ERROR(send(first));
  BatchCreateObservationsRequest other;
  *other.add_observations() = first.observations(0);
  other.mutable_observations(0)->set_description("同一编号，另一内容");
  return player.Refuse("BatchCreateObservations", reason::kResourceExists, cast_.partner(), stub,
                       &ObservationService::Stub::BatchCreateObservations, other);
}

absl::Status FieldWork::Close(Player& player) const {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (!plan_.campaigns[i].is_closed) continue;
    registry::v1::CloseCampaignRequest request;
    request.set_name(names_[i]);
    request.set_conclusion("排查结束，未走访的村社限期补查，风险逐项销号。");
    request.set_request_id(NewRequestId());
    MB_RETURN_IF_ERROR(player
                           .Do("CloseCampaign", cast_.bureau(), player.stubs().campaigns,
                               &CampaignService::Stub::CloseCampaign, request)
                           .status());
  }
  return absl::OkStatus();
}

}  // namespace maplebridge::maplectl
