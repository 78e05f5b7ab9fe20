#include "deploy/maplectl_source/simulation/audit.h"

#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>

#include <algorithm>
#include <set>

#include "common/calendar/working_calendar.h"
#include "common/status/macros.h"
#include "deploy/maplectl_source/csv.h"

namespace maplebridge::maplectl {
namespace {

using registry::v1::CampaignService;
using registry::v1::Dispute;
using registry::v1::DisputeService;
using registry::v1::ObservationService;
using registry::v1::RiskService;
using registry::v1::TransferService;

constexpr int kPage = 1000;

std::string StateWord(registry::v1::DisputeState state) {
  return registry::v1::DisputeState_Name(state).substr(std::string("DISPUTE_STATE_").size());
}

std::string StateWord(registry::v1::RiskState state) {
  return registry::v1::RiskState_Name(state).substr(std::string("RISK_STATE_").size());
}

bool IsIndustry(const std::string& category) {
  const auto kinds = DisputeKinds();
  return std::any_of(kinds.begin(), kinds.end(), [&category](const DisputeKind& kind) {
    return kind.category == category && kind.is_industry;
  });
}

Json ShareOf(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return nullptr;
  // Four digits are enough for a share.
  const double share = static_cast<double>(part) / static_cast<double>(whole);
  return static_cast<double>(static_cast<std::int64_t>(share * 10'000 + 0.5)) / 10'000;
}

// Visited villages of one campaign in the plan.
std::size_t VisitedVillages(const std::vector<PlannedVisit>& visits) {
  std::set<std::string> villages;
  for (const PlannedVisit& visit : visits) villages.insert(visit.division);
  return villages.size();
}

}  // namespace

int Audit::differences() const {
  return static_cast<int>(
      std::count_if(findings_.begin(), findings_.end(),
                    [](const Finding& finding) { return !finding.is_equal(); }));
}

void Audit::CompareAll(const std::string& what, const StateCounts& planned,
                       const StateCounts& found) {
  if (planned == found) {
    std::int64_t sum = 0;
    for (const auto& [key, count] : planned) sum += count;
    Compare(what, sum, sum);
    return;
  }
  std::set<std::string> keys;
  for (const auto& [key, count] : planned) keys.insert(key);
  for (const auto& [key, count] : found) keys.insert(key);
  const auto in = [](const StateCounts& counts, const std::string& key) {
    const auto at = counts.find(key);
    return at == counts.end() ? 0 : at->second;
  };
  for (const std::string& key : keys) {
    if (in(planned, key) == in(found, key)) continue;
    Compare(absl::StrCat(what, ": ", key), in(planned, key), in(found, key));
  }
}

void Audit::CompareCalls(const Tally& tally) {
  StateCounts planned, done, planned_refusals, refusals;
  for (const auto& [call, count] : PlannedCalls(plan_)) planned[call] = count;
  for (const auto& [call, count] : PlannedRefusals(plan_)) planned_refusals[call] = count;
  for (const auto& [call, line] : tally.lines()) {
    if (line.done > 0) done[call] = line.done;
    if (line.refused > 0) refusals[call] = line.refused;
  }
  CompareAll("calls done", planned, done);
  CompareAll("calls refused as planned", planned_refusals, refusals);
}

absl::StatusOr<std::vector<Dispute>> Audit::ReadDisputes(std::size_t organisation) {
  const CastOrganisation& cast = cast_.organisation(organisation);
  std::vector<Dispute> disputes;
  registry::v1::ListDisputesRequest request;
  request.set_organisation(cast.name);
  request.set_page_size(kPage);
  do {
    MB_ASSIGN_OR_RETURN(const registry::v1::ListDisputesResponse page,
                        player_.Read("ListDisputes", cast.head, player_.stubs().disputes,
                                     &DisputeService::Stub::ListDisputes, request));
    disputes.insert(disputes.end(), page.disputes().begin(), page.disputes().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return disputes;
}

absl::Status Audit::CompareDisputes() {
  StateCounts planned, found;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> sums;
  for (const PlannedDispute* dispute : AllDisputes(plan_)) {
    const std::string state = LastState(*dispute);
    if (state.empty()) continue;
    const std::string& who = plan_.organisations[dispute->last_organisation()].display_name;
    ++planned[absl::StrCat(who, " ", state)];
    sums["claimed sums in fen"].first += dispute->claimed_fen;
    sums["sessions held"].first += IsAccepted(*dispute) ? dispute->sessions : 0;
    sums["escalations"].first += dispute->has_escalation ? 1 : 0;
    sums["follow-up visits"].first += dispute->satisfaction > 0 ? 1 : 0;
    sums["relapses"].first += dispute->is_relapsed ? 1 : 0;
    sums["parties"].first += static_cast<std::int64_t>(dispute->parties.size());
  }
  std::vector<Dispute> all;
  for (std::size_t i = 0; i < cast_.organisation_count(); ++i) {
    MB_ASSIGN_OR_RETURN(const std::vector<Dispute> disputes, ReadDisputes(i));
    for (const Dispute& dispute : disputes) {
      ++found[absl::StrCat(plan_.organisations[i].display_name, " ", StateWord(dispute.state()))];
      sums["claimed sums in fen"].second += dispute.claimed_amount_fen();
      sums["sessions held"].second += dispute.session_count();
      sums["escalations"].second += dispute.escalation_count();
      sums["follow-up visits"].second += dispute.follow_up_count();
      sums["relapses"].second += dispute.relapsed() ? 1 : 0;
      sums["parties"].second += dispute.party_count();
    }
    all.insert(all.end(), disputes.begin(), disputes.end());
  }
  CompareAll("disputes by organisation and state", planned, found);
  for (const auto& [what, sum] : sums) Compare(what, sum.first, sum.second);
  TakeRates(all);
  return absl::OkStatus();
}

void Audit::TakeRates(const std::vector<Dispute>& disputes) {
  std::int64_t agreed[2] = {0, 0}, concluded[2] = {0, 0};
  std::int64_t performed = 0, obligations = 0, satisfied = 0, asked = 0;
  StateCounts categories;
  for (const Dispute& dispute : disputes) {
    ++categories[dispute.category()];
    const bool is_agreed = dispute.conclusion().kind() == registry::v1::CONCLUSION_KIND_AGREEMENT;
    const bool is_concluded =
        dispute.conclusion().kind() != registry::v1::CONCLUSION_KIND_UNSPECIFIED;
    const int field = IsIndustry(dispute.category()) ? 1 : 0;
    agreed[field] += is_agreed ? 1 : 0;
    concluded[field] += is_concluded ? 1 : 0;
    performed += dispute.performed_count();
    obligations += dispute.obligation_count();
    satisfied += dispute.satisfaction() >= 4 ? 1 : 0;
    asked += dispute.satisfaction() > 0 ? 1 : 0;
  }
  rates_["disputes"] = disputes.size();
  rates_["success_rate"] = ShareOf(agreed[0] + agreed[1], concluded[0] + concluded[1]);
  rates_["success_rate_grassroots"] = ShareOf(agreed[0], concluded[0]);
  rates_["success_rate_industry"] = ShareOf(agreed[1], concluded[1]);
  rates_["obligations_performed"] = ShareOf(performed, obligations);
  rates_["satisfied_of_asked"] = ShareOf(satisfied, asked);
  Json shares = Json::object();
  for (const DisputeKind& kind : DisputeKinds()) {
    const std::string category(kind.category);
    shares[category] = ShareOf(categories[category], static_cast<std::int64_t>(disputes.size()));
  }
  rates_["categories"] = shares;
}

absl::Status Audit::CompareCampaigns() {
  for (std::size_t i = 0; i < plan_.campaigns.size(); ++i) {
    const PlannedCampaign& planned = plan_.campaigns[i];
    registry::v1::GetCoverageRequest request;
    request.set_name(field_work_.names()[i]);
    request.set_division(plan_.county.code);
    MB_ASSIGN_OR_RETURN(const registry::v1::Coverage coverage,
                        player_.Read("GetCoverage", cast_.bureau(), player_.stubs().campaigns,
                                     &CampaignService::Stub::GetCoverage, request));
    StateCounts visited, found, blind, found_blind;
    for (std::size_t t = 0; t < plan_.county.townships.size(); ++t) {
      const Township& township = plan_.county.townships[t];
      const auto count = static_cast<std::int64_t>(VisitedVillages(planned.visits[t]));
      visited[township.name] = count;
      blind[township.name] = static_cast<std::int64_t>(township.villages.size()) - count;
    }
    for (const registry::v1::PlaceCoverage& place : coverage.places()) {
      found[place.display_name()] = place.visited_count();
      found_blind[place.display_name()] = place.blind_spot_count();
    }
    CompareAll(planned.title + ": villages visited", visited, found);
    CompareAll(planned.title + ": blind spots", blind, found_blind);
    Compare(planned.title + ": villages", plan_.county.village_count(),
            coverage.total().village_count());
    rates_["coverage"][planned.title] =
        ShareOf(coverage.total().visited_count(), coverage.total().village_count());
  }
  return absl::OkStatus();
}

absl::Status Audit::CompareRisks() {
  for (std::size_t i = 0; i < plan_.campaigns.size(); ++i) {
    StateCounts planned, found;
    std::int64_t count = 0;
    for (const auto& visits : plan_.campaigns[i].visits) {
      for (const PlannedVisit& visit : visits) {
        if (!visit.risk) continue;
        ++planned[visit.risk->state];
        ++count;
      }
    }
    registry::v1::ListRiskEntriesRequest request;
    request.set_campaign(field_work_.names()[i]);
    request.set_page_size(kPage);
    do {
      MB_ASSIGN_OR_RETURN(const registry::v1::ListRiskEntriesResponse page,
                          player_.Read("ListRiskEntries", cast_.bureau(), player_.stubs().risks,
                                       &RiskService::Stub::ListRiskEntries, request));
      for (const registry::v1::RiskEntry& entry : page.risk_entries()) {
        ++found[StateWord(entry.state())];
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    CompareAll(plan_.campaigns[i].title + ": risks by state", planned, found);
    MB_RETURN_IF_ERROR(CompareLedger(field_work_.names()[i], count));
  }
  return absl::OkStatus();
}

absl::Status Audit::CompareLedger(const std::string& campaign, std::int64_t planned) {
  registry::v1::ExportRiskLedgerRequest request;
  request.set_campaign(campaign);
  grpc::ClientContext context;
  player_.client().Prepare(&context, cast_.bureau(), absl::Minutes(2));
  auto reader = player_.stubs().risks->ExportRiskLedger(&context, request);
  std::string bytes;
  for (registry::v1::ExportRiskLedgerResponse part; reader->Read(&part);) bytes += part.chunk();
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return player_.client().Explain(status);
  MB_ASSIGN_OR_RETURN(const CsvTable table, ParseCsv(bytes));
  Compare("lines of the ledger of " + campaign, planned,
          static_cast<std::int64_t>(table.rows.size()));
  return absl::OkStatus();
}

absl::Status Audit::CompareObservations() {
  std::set<std::string> found;
  StateCounts outcomes;
  registry::v1::ListObservationsRequest request;
  request.set_page_size(kPage);
  do {
    MB_ASSIGN_OR_RETURN(
        const registry::v1::ListObservationsResponse page,
        player_.Read("ListObservations", cast_.partner(), player_.stubs().observations,
                     &ObservationService::Stub::ListObservations, request));
    for (const registry::v1::Observation& observation : page.observations()) {
      found.insert(observation.partner_number());
      ++outcomes[registry::v1::ObservationOutcome_Name(observation.outcome())
                     .substr(std::string("OBSERVATION_OUTCOME_").size())];
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  Compare("observations, each once", static_cast<std::int64_t>(plan_.observations.size()),
          static_cast<std::int64_t>(found.size()));
  rates_["observations"] = outcomes;
  return absl::OkStatus();
}

absl::Status Audit::CompareTransfers() {
  StateCounts planned, found;
  for (const PlannedDispute& dispute : plan_.disputes) {
    if (!dispute.transfer) continue;
    ++planned[dispute.transfer->is_accepted ? "ACCEPTED" : "DECLINED"];
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < cast_.organisation_count(); ++i) {
    registry::v1::ListTransfersRequest request;
    request.set_parent("disputes/-");
    request.set_page_size(kPage);
    MB_ASSIGN_OR_RETURN(
        const registry::v1::ListTransfersResponse page,
        player_.Read("ListTransfers", cast_.organisation(i).head, player_.stubs().transfers,
                     &TransferService::Stub::ListTransfers, request));
    for (const registry::v1::Transfer& transfer : page.transfers()) {
      if (!seen.insert(transfer.name()).second) continue;
      ++found[registry::v1::TransferState_Name(transfer.state())
                  .substr(std::string("TRANSFER_STATE_").size())];
    }
  }
  CompareAll("transfers by state", planned, found);
  return absl::OkStatus();
}

}  // namespace maplebridge::maplectl
