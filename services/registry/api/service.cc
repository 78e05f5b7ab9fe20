#include "services/registry/api/service.h"

#include "common/deadlines/deadline_clock.h"
#include "common/feed/feed_hub.h"
#include "common/server/handlers.h"
#include "services/registry/api/agreements.h"
#include "services/registry/api/append_upload.h"
#include "services/registry/api/assistance.h"
#include "services/registry/api/campaigns.h"
#include "services/registry/api/closing.h"
#include "services/registry/api/course.h"
#include "services/registry/api/coverage.h"
#include "services/registry/api/create_document.h"
#include "services/registry/api/dispute_expiry.h"
#include "services/registry/api/dispute_history.h"
#include "services/registry/api/dispute_links.h"
#include "services/registry/api/docking_feed.h"
#include "services/registry/api/documents.h"
#include "services/registry/api/escalations.h"
#include "services/registry/api/export_disputes.h"
#include "services/registry/api/file_upkeep.h"
#include "services/registry/api/finalise_upload.h"
#include "services/registry/api/follow_up.h"
#include "services/registry/api/import_disputes.h"
#include "services/registry/api/joint_mediation.h"
#include "services/registry/api/materials.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/messages.h"
#include "services/registry/api/minutes.h"
#include "services/registry/api/minutes_link.h"
#include "services/registry/api/observations.h"
#include "services/registry/api/operation_work.h"
#include "services/registry/api/operations.h"
#include "services/registry/api/parties.h"
#include "services/registry/api/performance.h"
#include "services/registry/api/reference_questions.h"
#include "services/registry/api/reminder_list.h"
#include "services/registry/api/reminders.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/reports.h"
#include "services/registry/api/risk_entries.h"
#include "services/registry/api/routes.h"
#include "services/registry/api/rules.h"
#include "services/registry/api/search.h"
#include "services/registry/api/session_plan.h"
#include "services/registry/api/signing.h"
#include "services/registry/api/take_on.h"
#include "services/registry/api/transfers.h"
#include "services/registry/api/uploads.h"
#include "services/registry/api/urgings.h"
#include "services/registry/api/village_tasks.h"
#include "services/registry/domain/dispute_workflow.h"
#include "services/registry/domain/risk_workflow.h"
#include "services/registry/files/disk_file_store.h"

namespace maplebridge::registry {
namespace {

type::v1::Workflow DisputeWorkflow(const RuleSet& rules) {
  type::v1::Workflow workflow;
  workflow.set_version(rules.version);
  for (const DisputeClock& clock : DisputeClocks()) {
    if (clock.state == DisputeState::kNone) continue;
    type::v1::WorkflowState* state = workflow.add_states();
    state->set_state(std::string(Word(clock.state)));
    state->set_clock(std::string(clock.description));
    state->set_final(IsFinal(clock.state));
  }
  for (const DisputeTransition* step : rules.steps) {
    const DisputeTransition& row = *step;
    type::v1::Transition* transition = workflow.add_transitions();
    transition->set_from(std::string(Word(row.from)));
    transition->set_event(std::string(Word(row.event)));
    transition->set_to(std::string(Word(row.to)));
    transition->set_authority(std::string(Word(row.authority)));
    std::string guard(row.guard);
    if (row.origin != Origin::kBoth) {
      guard += guard.empty() ? "" : "; ";
      guard += row.origin == Origin::kReferral ? "referred by a court" : "not referred by a court";
    }
    transition->set_guard(guard);
    transition->set_source(std::string(row.source));
  }
  return workflow;
}

Task<absl::StatusOr<type::v1::Workflow>> DescribeDisputeWorkflow(
    Registry& registry, Call& call, const v1::DescribeDisputeWorkflowRequest& request) {
  auto rules = co_await RulesInForce(registry, call);
  if (!rules.ok()) co_return rules.status();
  std::shared_ptr<const RuleSet> described = *std::move(rules);
  if (!request.version().empty()) described = registry.rules->Find(request.version());
  if (described == nullptr) co_return NotFoundError("ruleVersions/" + request.version());
  co_return DisputeWorkflow(*described);
}

void ServeDisputes(ServiceHost& host, const std::shared_ptr<Registry>& registry) {
  Handlers disputes(host, registry, "maplebridge.registry.v1.DisputeService");
  disputes.Add("ReportDispute", &ReportDispute);
  disputes.Add("GetDispute", &GetDispute);
  disputes.Add("ListDisputes", &ListDisputePage);
  disputes.Add("ListDisputeParties", &ListDisputeParties);
  disputes.Add("AcceptDispute", &AcceptDispute);
  disputes.Add("DeclineDispute", &DeclineDispute);
  disputes.Add("AssignMediators", &AssignMediators);
  disputes.Add("RecordSession", &RecordSession);
  disputes.Add("ListSessions", &ListSessionPage);
  disputes.Add("ConcludeByAgreement", &ConcludeByAgreement);
  disputes.Add("ConcludeWithoutAgreement", &ConcludeWithoutAgreement);
  disputes.Add("RecordPerformance", &RecordPerformance);
  disputes.Add("WithdrawDispute", &WithdrawDispute);
  disputes.Add("ExtendDispute", &ExtendDispute);
  disputes.Add("ReportBreach", &ReportBreach);
  disputes.Add("CloseUnperformed", &CloseUnperformed);
  disputes.Add("RecordSetAside", &RecordSetAside);
  disputes.Add("InviteHelper", &InviteHelper);
  disputes.Add("ListHelpers", &ListHelperPage);
  disputes.Add("RecordRecusal", &RecordRecusal);
  disputes.Add("ListRecusals", &ListRecusalPage);
  disputes.Add("SuspendDispute", &SuspendDispute);
  disputes.Add("ResumeDispute", &ResumeDispute);
  disputes.Add("AmendAgreement", &AmendAgreement);
  disputes.Add("RecordFollowUp", &RecordFollowUp);
  disputes.Add("ListFollowUps", &ListFollowUpPage);
  disputes.Add("ArchiveDispute", &ArchiveDispute);
  disputes.Add("ListDueDisputes", &ListDueDisputePage);
  disputes.Add("DescribeDisputeWorkflow", &DescribeDisputeWorkflow);
  Handlers reminders(host, registry, "maplebridge.registry.v1.ReminderService");
  reminders.Add("ListReminders", &ListReminderPage);
}

void ServeTransfers(ServiceHost& host, const std::shared_ptr<Registry>& registry) {
  Handlers transfers(host, registry, "maplebridge.registry.v1.TransferService");
  transfers.Add("OfferTransfer", &OfferTransfer);
  transfers.Add("AcceptTransfer", &AcceptTransfer);
  transfers.Add("DeclineTransfer", &DeclineTransfer);
  transfers.Add("CancelTransfer", &CancelTransfer);
  transfers.Add("ListTransfers", &ListTransferPage);
  Handlers escalations(host, registry, "maplebridge.registry.v1.EscalationService");
  escalations.Add("ReportEscalation", &ReportEscalation);
  escalations.Add("AcknowledgeEscalation", &AcknowledgeEscalation);
  escalations.Add("ListEscalations", &ListEscalationPage);
}

void ServeCentres(ServiceHost& host, const std::shared_ptr<Registry>& registry) {
  Handlers centres(host, registry, "maplebridge.registry.v1.CentreService");
  centres.Add("RouteDispute", &RouteDispute);
  centres.Add("AnswerRoute", &AnswerRoute);
  centres.Add("EndRoute", &EndRoute);
  centres.Add("WithdrawRoute", &WithdrawRoute);
  centres.Add("ListRoutes", &ListRoutePage);
  centres.Add("RequestAssistance", &RequestAssistance);
  centres.Add("AnswerAssistance", &AnswerAssistance);
  centres.Add("DeliverAssistance", &DeliverAssistance);
  centres.Add("CancelAssistance", &CancelAssistance);
  centres.Add("ListAssistance", &ListAssistancePage);
  centres.Add("SetJointMediation", &SetJointMediation);
  centres.Add("AnswerJointMediation", &AnswerJointMediation);
  centres.Add("GetJointMediation", &GetJointMediation);
  centres.Add("ListJointMediations", &ListJointMediationPage);
  centres.Add("GetDisputeHistory", &GetDisputeHistory);
}

void ServeRules(ServiceHost& host, const std::shared_ptr<Registry>& registry) {
  Handlers rules(host, registry, "maplebridge.registry.v1.RuleService");
  rules.Add("CreateRuleVersion", &CreateRuleVersion);
  rules.Add("GetRuleVersion", &GetRuleVersion);
  rules.Add("ListRuleVersions", &ListRuleVersionPage);
  rules.Add("CheckRuleVersion", &CheckRuleVersion);
  rules.Add("TryRuleVersion", &TryRuleVersion);
  rules.Add("PutRuleVersionInForce", &PutRuleVersionInForce);
}

void ServeSessions(ServiceHost& host, const std::shared_ptr<Registry>& registry) {
  Handlers plans(host, registry, "maplebridge.registry.v1.SessionPlanService");
  plans.Add("PlanSession", &PlanSession);
  plans.Add("MoveSession", &MoveSession);
  plans.Add("CancelSession", &CancelSession);
  plans.Add("RecordNotice", &RecordNotice);
  plans.Add("RecordRecordingConsent", &RecordRecordingConsent);
  plans.Add("RecordAttendance", &RecordAttendance);
  plans.Add("ListPlannedSessions", &ListPlannedSessionPage);
  Handlers minutes(host, registry, "maplebridge.registry.v1.MinutesService");
  minutes.Add("WriteMinutes", &WriteMinutes);
  minutes.Add("OpenMinutes", &OpenMinutes);
  minutes.Add("RecordMinutesSignature", &RecordMinutesSignature);
  minutes.Add("GetMinutes", &GetMinutes);
  minutes.Add("ViewMinutes", &ViewMinutes);
  minutes.Add("SendMinutesCode", &SendMinutesCode);
  minutes.Add("ConfirmMinutes", &ConfirmMinutes);
  Handlers messages(host, registry, "maplebridge.registry.v1.MessageService");
  messages.Add("ClaimMessages", &ClaimMessageBatch);
  messages.Add("AcknowledgeMessage", &AcknowledgeMessage);
}

void ServeParties(ServiceHost& host, const std::shared_ptr<Registry>& registry) {
  Handlers parties(host, registry, "maplebridge.registry.v1.DisputePartyService");
  parties.Add("AddParty", &AddParty);
  parties.Add("CorrectParty", &CorrectParty);
  parties.Add("AddRepresentative", &AddRepresentative);
  parties.Add("EndRepresentative", &EndRepresentative);
  parties.Add("ListPartyChanges", &ListPartyChangePage);
}

void ServeLinks(ServiceHost& host, const std::shared_ptr<Registry>& registry) {
  Handlers links(host, registry, "maplebridge.registry.v1.DisputeLinkService");
  links.Add("ListDuplicateCandidates", &ListDuplicateCandidates);
  links.Add("MergeDispute", &MergeDispute);
  links.Add("UnmergeDispute", &UnmergeDispute);
  links.Add("CreateDisputeLink", &CreateDisputeLink);
  links.Add("EndDisputeLink", &EndDisputeLink);
  links.Add("ListDisputeLinks", &ListDisputeLinkPage);
}

void ServeSearch(ServiceHost& host, const std::shared_ptr<Registry>& registry) {
  Handlers search(host, registry, "maplebridge.registry.v1.SearchService");
  search.Add("SearchDisputes", &SearchDisputes);
  search.Add("SuggestReferences", &SuggestReferences);
}

type::v1::Workflow RiskWorkflow() {
  type::v1::Workflow workflow;
  workflow.set_version(std::string(kRiskWorkflowVersion));
  for (int i = 1; i < kRiskStateCount; ++i) {
    const RiskClock& clock = ClockOf(static_cast<RiskState>(i));
    type::v1::WorkflowState* state = workflow.add_states();
    state->set_state(std::string(Word(clock.state)));
    state->set_clock(std::string(clock.description));
    state->set_final(IsFinal(clock.state));
  }
  for (const RiskTransition& row : RiskTransitions()) {
    type::v1::Transition* transition = workflow.add_transitions();
    transition->set_from(std::string(Word(row.from)));
    transition->set_event(std::string(Word(row.event)));
    transition->set_to(std::string(Word(row.to)));
    transition->set_guard(std::string(row.guard));
    transition->set_source("Opinion 2-1");
  }
  return workflow;
}

Task<absl::StatusOr<type::v1::Workflow>> DescribeRiskWorkflow(
    Registry&, Call&, const v1::DescribeRiskWorkflowRequest&) {
  co_return RiskWorkflow();
}

void ServeInvestigations(ServiceHost& host, const std::shared_ptr<Registry>& registry) {
  Handlers campaigns(host, registry, "maplebridge.registry.v1.CampaignService");
  campaigns.Add("CreateCampaign", &CreateCampaign);
  campaigns.Add("GetCampaign", &GetCampaign);
  campaigns.Add("ListCampaigns", &ListCampaignPage);
  campaigns.Add("CloseCampaign", &CloseCampaign);
  campaigns.Add("AssignVillages", &AssignVillages);
  campaigns.Add("ListVillageTasks", &ListVillageTaskPage);
  campaigns.Add("RecordVisit", &RecordVisit);
  campaigns.Add("ListVisits", &ListVisitPage);
  campaigns.Add("GetCoverage", &GetCoverage);
  Handlers risks(host, registry, "maplebridge.registry.v1.RiskService");
  risks.Add("CreateRiskEntry", &CreateRiskEntry);
  risks.Add("GetRiskEntry", &GetRiskEntry);
  risks.Add("ListRiskEntries", &ListRiskEntryPage);
  risks.Add("ReportRisk", &ReportRisk);
  risks.Add("AddMeasure", &AddMeasure);
  risks.Add("CompleteMeasure", &RecordMeasure);
  risks.Add("ControlRisk", &ControlRisk);
  risks.Add("ResolveRisk", &ResolveRisk);
  risks.Add("EscalateRisk", &EscalateRisk);
  risks.AddDownload("ExportRiskLedger", &ExportRiskLedger);
  risks.Add("DescribeRiskWorkflow", &DescribeRiskWorkflow);
  Handlers observations(host, registry, "maplebridge.registry.v1.ObservationService");
  observations.Add("BatchCreateObservations", &BatchCreateObservations);
  observations.AddUpload("ImportObservations", &ImportObservations);
  observations.Add("ListObservations", &ListObservationPage);
}

void ServeFile(ServiceHost& host, const std::shared_ptr<Registry>& registry) {
  Handlers agreements(host, registry, "maplebridge.registry.v1.AgreementService");
  agreements.Add("CreateAgreement", &CreateAgreement);
  agreements.Add("SignAgreement", &SignAgreement);
  agreements.Add("GetAgreement", &GetAgreement);
  Handlers performances(host, registry, "maplebridge.registry.v1.PerformanceService");
  performances.Add("ReversePerformance", &ReversePerformance);
  performances.Add("ListPerformances", &ListPerformancePage);
  performances.Add("UrgePerformance", &UrgePerformance);
  performances.Add("RecordUrgingAnswer", &RecordUrgingAnswer);
  performances.Add("ListUrgings", &ListUrgingPage);
  performances.Add("ListBreaches", &ListBreachPage);
  performances.Add("ListDueObligations", &ListDueObligationPage);
  Handlers documents(host, registry, "maplebridge.registry.v1.DocumentService");
  documents.Add("CreateDocument", &CreateDocument);
  documents.Add("VerifyDocument", &VerifyDocument);
  documents.Add("ListSigningKeys", &ListSigningKeyPage);
  documents.Add("GetDocument", &GetDocument);
  documents.Add("ListDocuments", &ListDocumentPage);
  documents.AddDownload("DownloadDocument", &DownloadDocument);
  Handlers reports(host, registry, "maplebridge.registry.v1.ReportService");
  reports.Add("CreateDisputeLedger", &CreateDisputeLedger);
  reports.Add("CreateCampaignReport", &CreateCampaignReport);
  reports.Add("GetReport", &GetReport);
  reports.Add("ListReports", &ListReportPage);
  reports.AddDownload("DownloadReport", &DownloadReport);
}

void ServeMaterials(ServiceHost& host, const std::shared_ptr<Registry>& registry) {
  Handlers materials(host, registry, "maplebridge.registry.v1.MaterialService");
  materials.Add("CreateUpload", &CreateUpload);
  materials.AddUpload("AppendUpload", &AppendUpload);
  materials.Add("GetUpload", &GetUpload);
  materials.Add("ListUploads", &ListUploadPage);
  materials.Add("FinaliseUpload", &FinaliseUpload);
  materials.Add("CancelUpload", &CancelUpload);
  materials.Add("GetMaterial", &GetMaterial);
  materials.Add("ListMaterials", &ListMaterialPage);
  materials.AddDownload("DownloadMaterial", &DownloadMaterial);
  materials.Add("WithdrawMaterial", &WithdrawMaterial);
}

void ServeBulk(ServiceHost& host, const std::shared_ptr<Registry>& registry) {
  Handlers bulk(host, registry, "maplebridge.registry.v1.BulkService");
  bulk.AddUpload("ImportDisputes", &ImportDisputes);
  bulk.Add("ExportDisputes", &ExportDisputes);
  bulk.Add("GetOperation", &GetOperation);
  bulk.Add("ListOperations", &ListOperationPage);
  bulk.Add("CancelOperation", &CancelOperation);
  bulk.AddDownload("ReadOperationResult", &ReadOperationResult);
}

}  // namespace

absl::StatusOr<std::shared_ptr<void>> BuildRegistry(ServiceParts& parts, ServiceHost& host,
                                                    const RegistryPlaces& places) {
  auto maker = DocumentMaker::Load(places.templates);
  if (!maker.ok()) return maker.status();
  if (parts.files.empty()) {
    return absl::FailedPreconditionError(
        "--files (MAPLEBRIDGE_FILES): is not set; give the folder for the files of materials");
  }
  FileParts files;
  MB_ASSIGN_OR_RETURN(files.store, DiskFileStore::Open(parts.files, parts.sealing));
  files.examiner = places.examiner;
  auto registry = std::make_shared<Registry>(parts, *std::move(maker), std::move(files));
  ServeDisputes(host, registry);
  ServeTransfers(host, registry);
  ServeCentres(host, registry);
  ServeParties(host, registry);
  ServeSessions(host, registry);
  ServeRules(host, registry);
  ServeFile(host, registry);
  ServeMaterials(host, registry);
  ServeBulk(host, registry);
  ServeLinks(host, registry);
  ServeSearch(host, registry);
  ServeInvestigations(host, registry);
  ServeReference(host, registry);
  ServeFeed(host, "maplebridge.registry.v1.RegistryFeedService.WatchEvents", parts.databases,
            parts.feed, parts.draining);
  parts.RunInBackground([registry] { return FollowDocking(registry); });
  parts.RunInBackground([registry] { return KeepIndex(registry); });
  parts.RunInBackground([registry] { return KeepRules(registry); });
  parts.RunInBackground([registry] { return DestroyLateMessages(registry); });
  parts.RunInBackground([registry] { return KeepFiles(registry); });
  parts.RunInBackground([registry] { return KeepOperations(registry); });
  parts.RunInBackground([registry] {
    return RunDeadlines(*registry->parts.databases[0], ClockWork(registry), &absl::Now,
                        registry->parts.draining);
  });
  return std::shared_ptr<void>(registry);
}

}  // namespace maplebridge::registry
