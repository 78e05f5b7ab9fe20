#include "services/registry/api/observations.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <map>
#include <set>

#include "common/division/division_code.h"
#include "common/server/page_token.h"
#include "common/server/request_id.h"
#include "common/server/resource_id.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/risk_step.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/category.h"
#include "services/registry/domain/observation_match.h"
#include "services/registry/store/observation_store.h"

namespace maplebridge::registry {
namespace {

constexpr int kMostAtOnce = 500;
// What is older is another matter.
constexpr absl::Duration kComparedFor = absl::Hours(24 * 180);

using Messages = google::protobuf::RepeatedPtrField<v1::Observation>;

bool IsPartnerNumber(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

void CheckPeople(const v1::Observation& message, const std::string& path, FieldCheck* check) {
  check->Require(message.people_size() <= kMostPeople, path + ".people", "must be at most 20");
  for (int i = 0; i < message.people_size(); ++i) {
    std::string wrong = CheckText(message.people(i), 1, 100);
    check->Require(wrong.empty(), absl::StrCat(path, ".people[", i, "]"), wrong);
  }
}

Observation ObservationOf(const Registry& registry, const Call& call,
                          const v1::Observation& message, const std::string& path,
                          FieldCheck* check) {
  Observation observation;
  check->Require(IsPartnerNumber(message.partner_number()), path + ".partner_number",
                 "must be 1 to 64 of A-Z, a-z, 0-9, ., _ and -");
  auto place = registry.divisions().Normalise(message.division());
  check->Check(path + ".division", place.status());
  if (place.ok()) {
    observation.division = place->number();
    check->Require(place->level() >= division::Level::kCounty, path + ".division",
                   "must be a county, township or village");
  }
  check->Require(FindCategory(message.category()) != nullptr, path + ".category",
                 "is no category; ListDisputeCategories has them all");
  std::string wrong = CheckText(message.description(), 1, 2000);
  check->Require(wrong.empty(), path + ".description", wrong);
  CheckPeople(message, path, check);
  auto observed = TimeOf(message.observe_time());
  check->Check(path + ".observe_time", observed.status());
  if (observed.ok()) {
    observation.observe_time = *observed;
    check->Require(*observed <= call.now(), path + ".observe_time", "must not be in the future");
  }
  observation.partner = call.caller().principal;
  observation.partner_number = message.partner_number();
  observation.digest = RequestDigest(message);
  observation.category = message.category();
  observation.description = message.description();
  observation.people.assign(message.people().begin(), message.people().end());
  observation.create_time = call.now();
  return observation;
}

// Everything that is wrong with a batch, named at once.
absl::StatusOr<std::vector<Observation>> DraftsOf(const Registry& registry, const Call& call,
                                                  const Messages& messages) {
  if (messages.empty() || messages.size() > kMostAtOnce) {
    return FieldError("observations",
                      absl::StrCat("must be 1 to ", kMostAtOnce, "; there are ", messages.size()));
  }
  FieldCheck check;
  std::vector<Observation> drafts;
  std::set<std::string> numbers;
  for (int i = 0; i < messages.size(); ++i) {
    const std::string path = absl::StrCat("observations[", i, "]");
    drafts.push_back(ObservationOf(registry, call, messages.Get(i), path, &check));
    check.Require(numbers.insert(drafts.back().partner_number).second, path + ".partner_number",
                  "stands twice in this batch");
  }
  MB_RETURN_IF_ERROR(check.status());
  for (const Observation& draft : drafts) {
    MB_RETURN_IF_ERROR(
        RequirePlace(call.caller(), division::DivisionCode::FromNumber(draft.division).ToString()));
  }
  return drafts;
}

// What is known of places and categories, in the form in which it is compared.
class KnownSubjects {
 public:
  void Add(Subject subject) {
    Traits traits = PrepareTraits(subject.text, subject.people);
    auto& list = by_place_[{subject.division, subject.category}];
    list.push_back({std::move(subject), std::move(traits)});
  }

  struct Best {
    const Subject* subject = nullptr;
    Likeness likeness;
  };
  // The most alike that is about the same; none otherwise.
  Best Find(const Observation& observation) const {
    Best best;
    const auto list = by_place_.find({observation.division, observation.category});
    if (list == by_place_.end()) return best;
    const Traits traits = PrepareTraits(observation.description, observation.people);
    for (const auto& [subject, known] : list->second) {
      const Likeness likeness = Compare(traits, known);
      if (IsSame(likeness) && (best.subject == nullptr || likeness.score > best.likeness.score)) {
        best = {&subject, likeness};
      }
    }
    return best;
  }

 private:
  std::map<std::pair<std::uint64_t, std::string>, std::vector<std::pair<Subject, Traits>>>
      by_place_;
};

// A risk entry that an observation becomes.
RiskEntry EntryOf(const Observation& observation, const Call& call) {
  RiskEntry entry;
  entry.id = NewResourceId(call.now());
  entry.division = observation.division;
  entry.category = observation.category;
  entry.severity = "MEDIUM";
  entry.description = observation.description;
  entry.people = observation.people;
  entry.source = "OBSERVATION";
  entry.observation_count = 1;
  entry.create_time = call.now();
  return entry;
}

std::string ReasonOf(const Likeness& likeness) {
  std::string reason = absl::StrCat("same place and category; ",
                                    static_cast<int>(likeness.score * 100 + 0.5), " % alike");
  if (likeness.common_people > 0) {
    absl::StrAppend(&reason, "; ", likeness.common_people, " names in common");
  }
  return reason;
}

// Gives the observation to the subject that it is about.
Task<absl::Status> Attach(const Registry& registry, postgres::Transaction& transaction,
                          const Call& call, const KnownSubjects::Best& best,
                          Observation* observation) {
  observation->likeness = best.likeness.score;
  observation->reason = ReasonOf(best.likeness);
  if (!best.subject->dispute.empty()) {
    observation->outcome = "KNOWN_DISPUTE";
    observation->dispute = best.subject->dispute;
    co_return absl::OkStatus();
  }
  observation->outcome = "KNOWN_ENTRY";
  observation->risk_entry = best.subject->risk_entry;
  const std::string any_etag;
  auto step = co_await BeginRiskStep(transaction, call, observation->risk_entry, any_etag,
                                     RiskEvent::kObserve);
  if (!step.ok()) co_return step.status();
  ++step->entry.observation_count;
  co_return co_await FinishRiskStep(registry, transaction, call, &*step);
}

// Makes a risk entry of the observation, which the next ones are compared with, too.
Task<absl::Status> Open(const Registry& registry, postgres::Transaction& transaction,
                        const Call& call, Observation* observation, KnownSubjects* known) {
  RiskEntry entry = EntryOf(*observation, call);
  absl::Status stored = co_await StoreNewRisk(registry, transaction, call, &entry);
  if (!stored.ok()) co_return stored;
  observation->outcome = "NEW_ENTRY";
  observation->risk_entry = entry.id;
  observation->likeness = 1;
  observation->reason = "nothing like it is known in this place";
  Subject subject;
  subject.risk_entry = entry.id;
  subject.division = entry.division;
  subject.category = entry.category;
  subject.text = entry.description;
  subject.people = entry.people;
  known->Add(std::move(subject));
  co_return absl::OkStatus();
}

struct TakenIn {
  std::vector<Observation> observations;  // in the order of the batch
  int created = 0;
  int new_entries = 0;
};

// Those of the batch that came before; ALREADY_EXISTS when one had another content.
Task<absl::StatusOr<std::map<std::string, Observation>>> Known(
    postgres::Transaction& transaction, const Call& call, const std::vector<Observation>& drafts) {
  std::vector<std::string> numbers;
  for (const Observation& draft : drafts) numbers.push_back(draft.partner_number);
  auto rows = co_await ReadObservations(transaction, call.caller().principal, numbers);
  if (!rows.ok()) co_return rows.status();
  std::map<std::string, Observation> known;
  for (Observation& row : *rows) known[row.partner_number] = std::move(row);
  for (const Observation& draft : drafts) {
    const auto before = known.find(draft.partner_number);
    if (before != known.end() && before->second.digest != draft.digest) {
      co_return ExistsError("observations/" + before->second.id);
    }
  }
  co_return known;
}

Task<absl::StatusOr<TakenIn>> TakeIn(const Registry& registry, postgres::Transaction& transaction,
                                     const Call& call, const std::vector<Observation>& drafts) {
  std::vector<std::uint64_t> divisions;
  std::vector<std::string> categories;
  for (const Observation& draft : drafts) {
    divisions.push_back(draft.division);
    categories.push_back(draft.category);
  }
  absl::Status locked = co_await LockPlaces(transaction, divisions);
  if (!locked.ok()) co_return locked;
  auto before = co_await Known(transaction, call, drafts);
  if (!before.ok()) co_return before.status();
  auto subjects =
      co_await ReadSubjects(transaction, divisions, categories, call.now() - kComparedFor);
  if (!subjects.ok()) co_return subjects.status();
  KnownSubjects known;
  for (Subject& subject : *subjects) known.Add(std::move(subject));
  TakenIn taken;
  std::vector<Observation> fresh;
  for (const Observation& draft : drafts) {
    const auto repeated = before->find(draft.partner_number);
    if (repeated != before->end()) {
      taken.observations.push_back(repeated->second);
      continue;
    }
    Observation observation = draft;
    observation.id = NewResourceId(call.now());
    const KnownSubjects::Best best = known.Find(observation);
    absl::Status placed = absl::OkStatus();
    if (best.subject != nullptr) {
      placed = co_await Attach(registry, transaction, call, best, &observation);
    } else {
      placed = co_await Open(registry, transaction, call, &observation, &known);
      ++taken.new_entries;
    }
    if (!placed.ok()) co_return placed;
    ++taken.created;
    fresh.push_back(observation);
    taken.observations.push_back(std::move(observation));
  }
  absl::Status stored = co_await InsertObservations(transaction, fresh);
  if (!stored.ok()) co_return stored;
  co_return taken;
}

Task<absl::StatusOr<TakenIn>> TakeInBatch(Registry& registry, const Call& call,
                                          const std::vector<Observation>& drafts) {
  std::function<Task<absl::StatusOr<TakenIn>>(postgres::Transaction&)> body =
      [&](postgres::Transaction& transaction) {
        return TakeIn(registry, transaction, call, drafts);
      };
  co_return co_await registry.database(call).Transact<TakenIn>(call.deadline(), body);
}

void FillObservation(v1::Observation* message, const Observation& observation) {
  message->set_name("observations/" + observation.id);
  message->set_partner_number(observation.partner_number);
  message->set_division(division::DivisionCode::FromNumber(observation.division).ToString());
  message->set_category(observation.category);
  message->set_description(observation.description);
  SetTime(message->mutable_observe_time(), observation.observe_time);
  for (const std::string& person : observation.people) message->add_people(person);
  message->set_outcome(EnumOf<v1::ObservationOutcome>("OBSERVATION_OUTCOME_", observation.outcome));
  message->set_subject(observation.dispute.empty() ? "riskEntries/" + observation.risk_entry
                                                   : "disputes/" + observation.dispute);
  message->set_likeness(observation.likeness);
  message->set_reason(observation.reason);
  SetTime(message->mutable_create_time(), observation.create_time);
}

}  // namespace

Task<absl::StatusOr<v1::BatchCreateObservationsResponse>> BatchCreateObservations(
    Registry& registry, Call& call, const v1::BatchCreateObservationsRequest& request) {
  MB_CO_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  MB_CO_ASSIGN_OR_RETURN(const std::vector<Observation> drafts,
                         DraftsOf(registry, call, request.observations()));
  auto taken = co_await TakeInBatch(registry, call, drafts);
  if (!taken.ok()) co_return taken.status();
  v1::BatchCreateObservationsResponse response;
  for (const Observation& observation : taken->observations) {
    FillObservation(response.add_observations(), observation);
  }
  co_return response;
}

Task<absl::StatusOr<v1::ImportObservationsResponse>> ImportObservations(Registry& registry,
                                                                        Call& call,
                                                                        StreamReader& reader) {
  v1::ImportObservationsRequest request;
  v1::ImportObservationsResponse response;
  while (true) {
    auto more = co_await reader.Read(&request);
    if (!more.ok()) co_return more.status();
    if (!*more) break;
    MB_CO_ASSIGN_OR_RETURN(const std::vector<Observation> drafts,
                           DraftsOf(registry, call, request.observations()));
    auto taken = co_await TakeInBatch(registry, call, drafts);
    if (!taken.ok()) co_return taken.status();
    const int repeated = static_cast<int>(taken->observations.size()) - taken->created;
    response.set_created_count(response.created_count() + taken->created);
    response.set_repeated_count(response.repeated_count() + repeated);
    response.set_new_entry_count(response.new_entry_count() + taken->new_entries);
  }
  co_return response;
}

Task<absl::StatusOr<v1::ListObservationsResponse>> ListObservationPage(
    Registry& registry, Call& call, const v1::ListObservationsRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  MB_CO_ASSIGN_OR_RETURN(const DisputeFilter scope,
                         ScopedFilter(registry, call.caller(), "", request.division()));
  const bool is_partner = call.caller().Has(options::v1::ROLE_PARTNER_SYSTEM);
  const std::string partner = is_partner ? call.caller().principal : "";
  const std::string after = token.empty() ? "" : token[0];
  auto rows = co_await ListObservations(registry.database(call), call.deadline(), partner,
                                        scope.division_first, scope.division_last, after, size + 1);
  if (!rows.ok()) co_return rows.status();
  v1::ListObservationsResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    response.set_next_page_token(MakePageToken(*registry.keys.match, request, {rows->back().id}));
  }
  for (const Observation& observation : *rows) {
    FillObservation(response.add_observations(), observation);
  }
  co_return response;
}

}  // namespace maplebridge::registry
