#include "services/registry/api/create_document.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <map>

#include "common/calendar/working_calendar.h"
#include "common/server/request_id.h"
#include "services/registry/api/case_document.h"
#include "services/registry/api/dispute_history.h"
#include "services/registry/api/document_message.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/roster_peer.h"
#include "services/registry/api/routes.h"
#include "services/registry/api/words.h"
#include "services/registry/documents/performance_values.h"
#include "services/registry/domain/document_moment.h"
#include "services/registry/store/agreement_store.h"
#include "services/registry/store/closing_store.h"
#include "services/registry/store/material_store.h"
#include "services/registry/store/minutes_store.h"
#include "services/registry/store/urging_store.h"

namespace maplebridge::registry {
namespace {

struct Order {
  DocumentKind kind = DocumentKind::kApplication;
  int part = 0;  // ordinal of the session, visit or urging
};

// Names that a document needs and the dispute does not hold.
struct RosterNames {
  std::string organisation;
  std::map<std::string, std::string> mediators;  // by resource name
};

absl::StatusOr<Order> OrderOf(const v1::CreateDocumentRequest& request) {
  const auto kind = DocumentKindOf(WordOf("DOCUMENT_KIND_", request.kind()));
  FieldCheck check;
  check.Require(kind && IsMadeOnRequest(*kind), "kind",
                "must be a kind that is made on request: APPLICATION, ACCEPTANCE_NOTICE, "
                "DECLINE_NOTICE, MEDIATION_RECORD, ORAL_AGREEMENT_REGISTER, FOLLOW_UP_RECORD, "
                "URGING_NOTICE, PERFORMANCE_RECORD, FILE_INDEX or CASE_HISTORY");
  MB_RETURN_IF_ERROR(check.status());
  if (IsAboutOnePart(*kind)) {
    check.Require(request.ordinal() > 0, "ordinal",
                  "must be the session's, visit's or urging's ordinal, from 1");
  } else {
    check.Require(request.ordinal() == 0, "ordinal",
                  "must be 0: only a record of one session, visit or urging has one");
  }
  MB_RETURN_IF_ERROR(check.status());
  return Order{*kind, request.ordinal()};
}

// The mediators of the dispute, by resource name.
std::map<std::string, std::string> KnownMediators(const Dispute& dispute) {
  std::map<std::string, std::string> names;
  for (std::size_t i = 0; i < dispute.mediators.size(); ++i) {
    if (i < dispute.mediator_names.size()) names[dispute.mediators[i]] = dispute.mediator_names[i];
  }
  return names;
}

// Adds the mediators of the session: one who held it may have left the dispute since.
Task<absl::Status> AskSessionMediators(const Registry& registry, const Call& call,
                                       const std::string& dispute, int ordinal,
                                       std::map<std::string, std::string>* names) {
  auto sessions =
      co_await ListSessions(registry.database(call), call.deadline(), dispute, ordinal - 1, 1);
  if (!sessions.ok()) co_return sessions.status();
  for (const Session& session : *sessions) {
    for (const std::string& mediator : session.mediators) {
      if (names->contains(mediator)) continue;
      auto asked = co_await AskMediator(registry, call, mediator);
      if (!asked.ok()) co_return asked.status();
      (*names)[mediator] = asked->display_name();
    }
  }
  co_return absl::OkStatus();
}

// Asked before the dispute is locked: nobody waits for the roster.
Task<absl::StatusOr<RosterNames>> AskNames(const Registry& registry, const Call& call,
                                           const Dispute& dispute, const Order& order) {
  RosterNames names;
  // Before it is accepted, a dispute does not know its committee's name.
  if (dispute.organisation_name.empty()) {
    auto organisation = co_await AskOrganisation(registry, call, dispute.organisation);
    if (!organisation.ok()) co_return organisation.status();
    names.organisation = organisation->display_name();
  }
  names.mediators = KnownMediators(dispute);
  if (order.kind != DocumentKind::kMediationRecord) co_return names;
  absl::Status asked =
      co_await AskSessionMediators(registry, call, dispute.number, order.part, &names.mediators);
  if (!asked.ok()) co_return asked;
  co_return names;
}

// The version that stands, with what the parties said to it, in place of the session's own words.
void AddMinutes(const Minutes& minutes, HeldSession* held) {
  held->minutes = minutes.text;
  held->version = minutes.version;
  held->sha256 = minutes.sha256;
  held->is_confirmed = minutes.state == "CONFIRMED";
  for (const MinutesConfirmation& confirmation : minutes.confirmations) {
    held->voices.push_back({confirmation.party_id, confirmation.objection, confirmation.evidence,
                            confirmation.confirm_time});
  }
}

Task<absl::StatusOr<TemplateValues>> RecordOfSession(postgres::Transaction& transaction,
                                                     const DocumentCase& about, int ordinal,
                                                     const RosterNames& names) {
  auto session = co_await ReadSession(transaction, about.dispute_number, ordinal);
  if (!session.ok()) co_return session.status();
  HeldSession held;
  held.ordinal = session->ordinal;
  held.kind = session->kind;
  held.start_time = session->start_time;
  held.end_time = session->end_time;
  held.place = session->place;
  for (const std::string& mediator : session->mediators) {
    const auto name = names.mediators.find(mediator);
    held.mediators.push_back(name == names.mediators.end() ? mediator : name->second);
  }
  held.party_ids = session->party_ids;
  held.rights_told = session->rights_told;
  held.minutes = session->minutes;
  auto minutes = co_await ReadMinutes(transaction, about.dispute_number, ordinal);
  if (!minutes.ok()) co_return minutes.status();
  if (*minutes) AddMinutes(**minutes, &held);
  co_return SessionValues(about, held);
}

Task<absl::StatusOr<TemplateValues>> RegisterOfOralAgreement(postgres::Transaction& transaction,
                                                             const DocumentCase& about) {
  auto ordinal = co_await LastOralAgreement(transaction, about.dispute_number);
  if (!ordinal.ok()) co_return ordinal.status();
  if (*ordinal == 0) {
    co_return PreconditionError(reason::kGuardFailed, "disputes/" + about.dispute_number,
                                "has no oral agreement in effect; call CreateAgreement with form "
                                "ORAL first");
  }
  auto agreement = co_await ReadAgreement(transaction, about.dispute_number, *ordinal);
  if (!agreement.ok()) co_return agreement.status();
  const absl::CivilDay day =
      agreement->effective_day.value_or(calendar::ChinaDay(agreement->create_time));
  co_return OralAgreementValues(about, agreement->draft, agreement->number, day);
}

Task<absl::StatusOr<TemplateValues>> RecordOfVisit(postgres::Transaction& transaction,
                                                   const DocumentCase& about,
                                                   const Dispute& dispute, int ordinal) {
  auto follow_up = co_await ReadFollowUp(transaction, dispute.number, ordinal);
  if (!follow_up.ok()) co_return follow_up.status();
  FollowUpVisit visit;
  visit.ordinal = follow_up->ordinal;
  visit.day = follow_up->visit_day;
  visit.method = follow_up->method;
  visit.party_ids = follow_up->party_ids;
  visit.satisfaction = follow_up->satisfaction;
  visit.relapsed = follow_up->relapsed;
  visit.notes = follow_up->notes;
  // Also of an oral agreement, which has a number and no document.
  const int agreement = dispute.conclusion.agreement;
  if (agreement > 0) {
    visit.agreement_number = DocumentNumber(DocumentKind::kAgreement, dispute.number, agreement);
  }
  co_return FollowUpValues(about, visit);
}

MaterialEntry EntryOf(const Dispute& dispute, const Material& material) {
  MaterialEntry entry;
  entry.ordinal = material.ordinal;
  entry.kind = material.kind;
  entry.file_name = material.file_name;
  for (const Party& party : dispute.parties) {
    if (party.party_id == material.party_id) entry.from = party.display_name;
  }
  entry.day = calendar::ChinaDay(material.create_time);
  entry.is_withdrawn = material.is_withdrawn();
  return entry;
}

Task<absl::StatusOr<PerformedAgreement>> AgreementOf(postgres::Transaction& transaction,
                                                     const std::string& dispute, int ordinal) {
  auto stored = co_await ReadAgreement(transaction, dispute, ordinal);
  if (!stored.ok()) co_return stored.status();
  PerformedAgreement agreement;
  agreement.number = stored->number;
  agreement.effective_day = stored->effective_day;
  agreement.obligations = std::move(stored->draft.obligations);
  co_return agreement;
}

Task<absl::StatusOr<TemplateValues>> NoticeOfUrging(postgres::Transaction& transaction,
                                                    const DocumentCase& about, int ordinal,
                                                    const RosterNames& names) {
  auto urging = co_await ReadUrging(transaction, about.dispute_number, ordinal);
  if (!urging.ok()) co_return urging.status();
  auto agreement =
      co_await AgreementOf(transaction, about.dispute_number, urging->obligation.agreement);
  if (!agreement.ok()) co_return agreement.status();
  UrgedObligation urged;
  urged.obligation_id = urging->obligation.obligation_id;
  urged.instalment = urging->instalment;
  urged.urge_day = urging->urge_day;
  urged.method = urging->method;
  const auto mediator = names.mediators.find(urging->mediator);
  if (mediator != names.mediators.end()) urged.mediator_name = mediator->second;
  urged.content = urging->content;
  urged.response = urging->response;
  urged.answer = urging->answer;
  urged.promised_day = urging->promised_day;
  co_return UrgingNoticeValues(about, *agreement, urged);
}

PerformanceEntry EntryOf(const Dispute& dispute, const Performance& performance) {
  PerformanceEntry entry;
  entry.obligation_id = performance.obligation.obligation_id;
  if (performance.obligation.agreement != dispute.conclusion.agreement) {
    entry.agreement_number =
        DocumentNumber(DocumentKind::kAgreement, dispute.number, performance.obligation.agreement);
  }
  entry.amount_fen = performance.amount_fen;
  entry.day = performance.performed_day;
  entry.method = performance.method;
  entry.performer = performance.performer;
  entry.evidence = performance.evidence;
  for (const StoredShare& share : performance.shares) {
    entry.days_late = std::max(entry.days_late, share.days_late);
  }
  if (performance.reverse_time) entry.reverse_day = calendar::ChinaDay(*performance.reverse_time);
  entry.reverse_explanation = performance.reverse_explanation;
  return entry;
}

Task<absl::StatusOr<TemplateValues>> RecordOfPerformance(postgres::Transaction& transaction,
                                                         const DocumentCase& about,
                                                         const Dispute& dispute) {
  auto agreement = co_await AgreementOf(transaction, dispute.number, dispute.conclusion.agreement);
  if (!agreement.ok()) co_return agreement.status();
  auto performances = co_await ListPerformances(transaction, dispute.number);
  if (!performances.ok()) co_return performances.status();
  std::vector<PerformanceEntry> entries;
  for (const Performance& performance : *performances) {
    entries.push_back(EntryOf(dispute, performance));
  }
  co_return PerformanceRecordValues(about, *agreement, entries);
}

Task<absl::StatusOr<TemplateValues>> IndexOfFile(const Registry& registry,
                                                 postgres::Transaction& transaction,
                                                 const Dispute& dispute) {
  auto documents = co_await ListDocuments(transaction, dispute.number);
  if (!documents.ok()) co_return documents.status();
  if (documents->empty()) {
    co_return PreconditionError(reason::kGuardFailed, dispute.name(),
                                "has no document yet, so there is nothing to list");
  }
  std::vector<FileEntry> entries;
  for (const Document& document : *documents) {
    FileEntry entry;
    entry.kind = DocumentKindOf(document.kind).value_or(DocumentKind::kAgreement);
    entry.number = document.number;
    entry.day = calendar::ChinaDay(document.create_time);
    entry.pages = document.page_count;
    entries.push_back(std::move(entry));
  }
  auto materials = co_await ListMaterials(transaction, registry.keys, dispute.number);
  if (!materials.ok()) co_return materials.status();
  std::vector<MaterialEntry> evidence;
  for (const Material& material : *materials) evidence.push_back(EntryOf(dispute, material));
  co_return FileIndexValues(entries, evidence, dispute.retention);
}

// Of a limit that runs; a reminder's day is not one.
std::optional<absl::CivilDay> LastDayOf(const Dispute& dispute) {
  const bool runs =
      dispute.clock.kind == ClockOf(DisputeState::kMediating).kind && !dispute.overdue;
  return runs ? std::optional(dispute.clock.due_day) : std::nullopt;
}

// What the document says beside the case.
Task<absl::StatusOr<TemplateValues>> OwnValues(const Registry& registry,
                                               postgres::Transaction& transaction,
                                               const DocumentCase& about, const Dispute& dispute,
                                               const Order& order, const RosterNames& names) {
  switch (order.kind) {
    case DocumentKind::kAcceptanceNotice:
      co_return AcceptanceValues(LastDayOf(dispute));
    case DocumentKind::kDeclineNotice:
      co_return DeclineValues(dispute.decline_reason, dispute.decline_advice);
    case DocumentKind::kMediationRecord:
      co_return co_await RecordOfSession(transaction, about, order.part, names);
    case DocumentKind::kOralAgreementRegister:
      co_return co_await RegisterOfOralAgreement(transaction, about);
    case DocumentKind::kFollowUpRecord:
      co_return co_await RecordOfVisit(transaction, about, dispute, order.part);
    case DocumentKind::kUrgingNotice:
      co_return co_await NoticeOfUrging(transaction, about, order.part, names);
    case DocumentKind::kPerformanceRecord:
      co_return co_await RecordOfPerformance(transaction, about, dispute);
    case DocumentKind::kCaseHistory:
      co_return co_await HistoryOfCase(transaction, about, dispute);
    case DocumentKind::kFileIndex:
      co_return co_await IndexOfFile(registry, transaction, dispute);
    default:
      co_return TemplateValues();
  }
}

// Documents are of the organisation that handles the dispute; the history is of the centre, too.
absl::Status CheckMayMake(const Caller& caller, const Dispute& dispute, DocumentKind kind) {
  if (kind == DocumentKind::kCaseHistory) return RequireCentre(caller, dispute);
  return RequireWorksOn(caller, dispute);
}

// Its place among the dispute's documents of its kind; the dispute's row is locked.
Task<absl::StatusOr<int>> NextOrdinal(postgres::Transaction& transaction, const Dispute& dispute,
                                      DocumentKind kind) {
  const std::string word(Word(kind));
  auto count = co_await CountDocuments(transaction, dispute.number, word);
  if (!count.ok()) co_return count.status();
  if (*count >= kMostOfOneKind) {
    co_return PreconditionError(reason::kGuardFailed, dispute.name(),
                                absl::StrCat("has ", *count, " documents of the kind ", word,
                                             ", the most there may be; download one of them"));
  }
  co_return *count + 1;
}

Task<absl::StatusOr<v1::Document>> Create(const Registry& registry,
                                          postgres::Transaction& transaction, const Call& call,
                                          const std::string& number, const Order& order,
                                          const RosterNames& names) {
  auto dispute = co_await LockDispute(transaction, registry.keys, number);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(CheckVisible(call.caller(), *dispute));
  MB_CO_RETURN_IF_ERROR(CheckMayMake(call.caller(), *dispute, order.kind));
  const std::string why_not = WhyNotYet(order.kind, *dispute, order.part);
  if (!why_not.empty()) {
    co_return PreconditionError(reason::kGuardFailed, dispute->name(), why_not);
  }
  auto read = co_await ReadCase(registry, transaction, *dispute, call.now());
  if (!read.ok()) co_return read.status();
  DocumentCase about = *std::move(read);
  if (about.organisation.empty()) about.organisation = names.organisation;
  auto own = co_await OwnValues(registry, transaction, about, *dispute, order, names);
  if (!own.ok()) co_return own.status();
  auto ordinal = co_await NextOrdinal(transaction, *dispute, order.kind);
  if (!ordinal.ok()) co_return ordinal.status();
  const DocumentLabel label = LabelOf(registry, *dispute, order.kind, *ordinal);
  auto render = [&] { return registry.maker->Make(about, label, *std::move(own)); };
  absl::StatusOr<MadeDocument> made = co_await OnWorker(render);
  if (!made.ok()) co_return made.status();
  auto document = co_await StoreDocument(registry, transaction, call, about, *std::move(made));
  if (!document.ok()) co_return document.status();
  co_return DocumentMessage(*document);
}

Task<absl::StatusOr<v1::Document>> Reread(const Registry& registry,
                                          postgres::Transaction& transaction, const Call& call,
                                          const std::string& name) {
  std::vector<std::string> parts = NameParts("disputes/*/documents/*", name);
  if (parts.empty()) co_return NotFoundError(name);
  auto dispute = co_await RereadDispute(registry, transaction, call, "disputes/" + parts[0]);
  if (!dispute.ok()) co_return dispute.status();
  auto document = co_await ReadDocument(transaction, parts[0], parts[1]);
  if (!document.ok()) co_return document.status();
  co_return DocumentMessage(*document);
}

}  // namespace

Task<absl::StatusOr<v1::Document>> CreateDocument(Registry& registry, Call& call,
                                                  const v1::CreateDocumentRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const Order order, OrderOf(request));
  auto seen = co_await ReadVisible(registry, call, "parent", request.parent());
  if (!seen.ok()) co_return seen.status();
  MB_CO_RETURN_IF_ERROR(CheckMayMake(call.caller(), *seen, order.kind));
  auto names = co_await AskNames(registry, call, *seen, order);
  if (!names.ok()) co_return names.status();
  std::function<Task<absl::StatusOr<v1::Document>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return Create(registry, transaction, call, seen->number, order, *names);
      };
  std::function<Task<absl::StatusOr<v1::Document>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string& name) {
        return Reread(registry, transaction, call, name);
      };
  co_return co_await ChangeOnce<v1::Document>(registry.database(call), call, request, change,
                                              reread);
}

}  // namespace maplebridge::registry
