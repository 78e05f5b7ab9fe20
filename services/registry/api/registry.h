// What the handlers of the registry share: its parts, and the one way to take a step in a dispute's
// life.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/postgres/coalescer.h"
#include "common/server/call.h"
#include "common/server/service_main.h"
#include "services/registry/api/dispute_message.h"
#include "services/registry/api/file_metrics.h"
#include "services/registry/api/rule_book.h"
#include "services/registry/documents/document_maker.h"
#include "services/registry/domain/dispute_clock.h"
#include "services/registry/files/file_store.h"
#include "services/registry/store/closing_store.h"
#include "services/registry/store/dispute_store.h"
#include "services/registry/store/report_batch.h"

namespace prometheus {
class Registry;
}

namespace maplebridge::registry {

// The hot statements of one loop, coalesced.
struct HotPaths {
  using Reports = postgres::Coalescer<NewDispute, ReportAnswer>;
  using Reads = postgres::Coalescer<std::string, std::optional<Dispute>>;

  // `metrics` may be null.
  HotPaths(postgres::Database& database, const StoreKeys& keys, prometheus::Registry* metrics);
  ReportBatch batch;
  Reports reports;
  Reads reads;
};

// What materials need beside the database.
struct FileParts {
  std::shared_ptr<FileStore> store;
  // Path of the program that examines files.
  std::string examiner;
};

struct Registry {
  Registry(ServiceParts& parts, std::shared_ptr<const DocumentMaker> maker, FileParts files);

  ServiceParts& parts;
  StoreKeys keys;
  std::shared_ptr<const ContentSigner> signer;
  std::shared_ptr<const DocumentMaker> maker;
  std::unique_ptr<RuleBook> rules = std::make_unique<RuleBook>();
  FileParts files;
  FileMetrics file_metrics;
  // By loop.
  std::vector<std::unique_ptr<HotPaths>> hot;

  const calendar::Calendar& calendar() const;
  const division::DivisionTree& divisions() const;
  postgres::Database& database(const Call& call) const { return parts.database(call); }
};

// A step that is under way: the dispute's row is locked and the workflow allows the step.
struct OpenStep {
  Dispute dispute;
  DisputeState from = DisputeState::kNone;
  DisputeEvent event = DisputeEvent::kReport;
  const DisputeTransition* transition = nullptr;
  // Under which the dispute began.
  std::shared_ptr<const RuleSet> rules;
  // For the clock that the step starts.
  std::optional<absl::CivilDay> next_due_day;
  std::optional<absl::CivilDay> referral_due_day;
  std::optional<absl::CivilDay> extended_day;
  std::optional<absl::CivilDay> suspended_until;
};

struct StepRequest {
  std::string number;
  std::string etag;
  DisputeEvent event = DisputeEvent::kReport;
  Asker asker = Asker::kCaller;
};

// Locks the dispute and checks that the caller may see it and works for its organisation, the etag,
// and the workflow.
Task<absl::StatusOr<OpenStep>> BeginStep(const Registry& registry,
                                         postgres::Transaction& transaction, const Call& call,
                                         const StepRequest& request);
// Stores the dispute in its new state with its clock, and appends the event.
Task<absl::Status> FinishStep(const Registry& registry, postgres::Transaction& transaction,
                              const Call& call, OpenStep* step);

// The rules of disputes that begin now; those of a version.
Task<absl::StatusOr<std::shared_ptr<const RuleSet>>> RulesInForce(const Registry& registry,
                                                                  const Call& call);
Task<absl::StatusOr<std::shared_ptr<const RuleSet>>> RulesOf(const Registry& registry,
                                                             const Call& call,
                                                             const std::string& version);

// Who takes this step, and when.
StepRecord StepRecordOf(const Call& call, const OpenStep& step);

// STATE_FORBIDS or REFERRAL_OWNED for a decision that has no transition.
absl::Status RefusalError(const Dispute& dispute, DisputeEvent event, Refusal refusal);

// The dispute of a repeated call, as this caller sees it now.
Task<absl::StatusOr<v1::Dispute>> RereadDispute(const Registry& registry,
                                                postgres::Transaction& transaction,
                                                const Call& call, const std::string& name);

// The number in "disputes/{number}"; FIELD_INVALID names `field`.
absl::StatusOr<std::string> NumberIn(std::string_view field, const std::string& name);
// A part of a dispute's file, such as "disputes/{number}/sessions/{ordinal}".
struct PartName {
  std::string number;
  int ordinal = 0;
};
// Empty when the name is not of this collection, such as "sessions".
std::optional<PartName> ParsePartName(std::string_view collection, const std::string& name);
// The same of a request's field "name"; FIELD_INVALID says what is accepted.
absl::StatusOr<PartName> PartNameIn(std::string_view collection, const std::string& name);

// Stands for any dispute where a list of parts takes one (AIP-159).
inline constexpr char kAnyDispute[] = "disputes/-";

// NOT_FOUND unless the caller may see it.
absl::Status CheckVisible(const Caller& caller, const Dispute& dispute);
// NOT_FOUND unless the caller may see it, or is of the organisation that it is offered to, which
// may look at the case before it answers, but at nothing of its file.
absl::Status CheckPreview(const Caller& caller, const Dispute& dispute);
// SCOPE_NOT_ALLOWED unless the caller is of the organisation that handles the dispute, or a
// service: seeing a place or a court's case is no reason to read identities and what was said.
absl::Status RequireWorksOn(const Caller& caller, const Dispute& dispute);
// The same, or that the caller reads the file beside it.
absl::Status RequireReadsFile(const Caller& caller, const Dispute& dispute);

// FIELD_INVALID names those that are no party of the dispute, or stand twice.
absl::Status CheckParties(const Dispute& dispute, std::string_view field,
                          const std::vector<std::string>& party_ids);

// CONSENT_MISSING names the parties that are not among `agreed`, nor represented by one who is;
// `to_what`: "a later last day".
absl::Status RequireConsentOfAll(const Dispute& dispute, const std::vector<std::string>& agreed,
                                 std::string_view to_what);

// What an event says of a dispute: without its private fields.
std::string DisputePayload(const Dispute& dispute);

// A copy of the clock for storing.
ClockEnd ClockEndOf(const RunningClock& clock);

}  // namespace maplebridge::registry
