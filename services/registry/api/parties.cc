#include "services/registry/api/parties.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>

#include "services/registry/api/change_dispute.h"
#include "services/registry/api/file_page.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/party_correction.h"
#include "services/registry/store/agreement_store.h"
#include "services/registry/store/party_change_store.h"

namespace maplebridge::registry {
namespace {

absl::Status CheckReason(const std::string& reason) {
  const std::string wrong = CheckText(reason, 1, 500);
  return wrong.empty() ? absl::OkStatus() : FieldError("reason", wrong);
}

absl::StatusOr<std::size_t> PlaceOf(const Dispute& dispute, const std::string& party_id) {
  for (std::size_t i = 0; i < dispute.parties.size(); ++i) {
    if (dispute.parties[i].party_id == party_id) return i;
  }
  return FieldError("party_id", "is no party of this dispute");
}

// A full code for the domicile, where one is given.
void NormaliseDomicile(const Registry& registry, const std::string& field, Party* party,
                       FieldCheck* check) {
  if (party->domicile_division.empty()) return;
  auto code = registry.divisions().Normalise(party->domicile_division);
  check->Check(field, code.status());
  if (code.ok()) party->domicile_division = code->ToString();
}

// Fields that the mask names, each once.
absl::StatusOr<std::vector<const PartyField*>> MaskedFields(
    const v1::CorrectPartyRequest& request) {
  FieldCheck check;
  std::vector<const PartyField*> fields;
  for (const std::string& path : request.update_mask().paths()) {
    const PartyField* field = FindPartyField(path);
    if (field == nullptr) {
      std::vector<std::string> names;
      for (const PartyField& each : PartyFields()) names.emplace_back(each.name);
      check.Add("update_mask", absl::StrCat("names a field that cannot be corrected; accepted are ",
                                            absl::StrJoin(names, ", ")));
    } else if (std::find(fields.begin(), fields.end(), field) == fields.end()) {
      fields.push_back(field);
    }
  }
  check.Require(request.update_mask().paths_size() > 0, "update_mask",
                "must name one field at least");
  MB_RETURN_IF_ERROR(check.status());
  return fields;
}

// The new values as a party of their own; only the masked ones are looked at.
absl::StatusOr<Party> ValuesOf(const Registry& registry, const v1::CorrectPartyRequest& request) {
  const v1::PartyCorrection& given = request.correction();
  type::v1::Party message;
  message.set_display_name(given.display_name());
  message.set_identity_kind(given.identity_kind());
  message.set_identity_number(given.identity_number());
  message.set_telephone(given.telephone());
  message.set_service_address(given.service_address());
  message.set_domicile_division(given.domicile_division());
  message.set_birth_day(given.birth_day());
  message.set_capacity(given.capacity());
  message.set_represented_by(given.represented_by());
  *message.mutable_other_addresses() = given.other_addresses();
  FieldCheck check;
  Party party = PartyOf(message, "correction", &check);
  NormaliseDomicile(registry, "correction.domicile_division", &party, &check);
  MB_RETURN_IF_ERROR(check.status());
  return party;
}

// The corrected party in place, with everything that is wrong named at once.
absl::Status Correct(const Dispute& dispute, const std::vector<const PartyField*>& fields,
                     const Party& values, std::size_t place, absl::CivilDay today,
                     std::vector<Party>* parties) {
  for (const PartyField* field : fields) {
    std::string why = WhyNotCorrectable(*field, dispute.state, dispute.referral_born());
    if (!why.empty()) {
      return PreconditionError(
          reason::kGuardFailed,
          absl::StrCat(dispute.name(), "/parties/", values.party_id, "#", std::string(field->name)),
          why);
    }
    field->take(values, &(*parties)[place]);
  }
  // Another identity number brings its own birth day, unless the caller gave one.
  const auto names = [&](std::string_view name) {
    return std::any_of(fields.begin(), fields.end(),
                       [name](const PartyField* field) { return field->name == name; });
  };
  if (names("identity_number") && !names("birth_day")) (*parties)[place].birth_day.reset();
  FieldCheck check;
  AddViolations(&check, "", CheckChangedParty(parties, place, "correction", today));
  return check.status();
}

}  // namespace

Task<absl::Status> CheckGuardians(const Registry& registry, postgres::Transaction& transaction,
                                  const Call& call, Dispute* dispute) {
  const absl::CivilDay today = calendar::ChinaDay(call.now());
  const bool all_full =
      std::all_of(dispute->parties.begin(), dispute->parties.end(),
                  [&](const Party& party) { return CapacityOn(party, today) == Capacity::kFull; });
  if (all_full) co_return absl::OkStatus();
  absl::Status read = co_await ReadPartyDetails(transaction, registry.keys, dispute);
  if (!read.ok()) co_return read;
  for (const Party& party : dispute->parties) {
    if (!LacksGuardian(party, today)) continue;
    co_return PreconditionError(
        reason::kGuardFailed, absl::StrCat(dispute->name(), "/parties/", party.party_id),
        "has no full capacity, and no guardian acts for it (Civil Code 19-23); name the guardian "
        "by AddRepresentative first");
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<v1::Dispute>> AddParty(Registry& registry, Call& call,
                                           const v1::AddPartyRequest& request) {
  FieldCheck check;
  Party draft = PartyOf(request.party(), "party", &check);
  NormaliseDomicile(registry, "party.domicile_division", &draft, &check);
  MB_CO_RETURN_IF_ERROR(check.status());
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    std::vector<Party>& parties = step.dispute.parties;
    absl::Status read = co_await ReadPartyDetails(transaction, registry.keys, &step.dispute);
    if (!read.ok()) co_return read;
    parties.push_back(draft);
    FieldCheck found;
    AddViolations(
        &found, "",
        CheckChangedParty(&parties, parties.size() - 1, "party", calendar::ChinaDay(call.now())));
    MB_CO_RETURN_IF_ERROR(found.status());
    if (std::ssize(parties) >= kGroupParties) step.dispute.difficulty = "MAJOR";
    // A new party has agreed to nothing yet, and no paper names it.
    absl::Status replaced =
        co_await ReplaceUnconcluded(transaction, step.dispute.number, call.now());
    if (!replaced.ok()) co_return replaced;
    const StepRecord record = StepRecordOf(call, step);
    co_return co_await InsertLastParty(transaction, registry.keys, step.dispute, record);
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kAddParty, body);
}

Task<absl::StatusOr<v1::Dispute>> CorrectParty(Registry& registry, Call& call,
                                               const v1::CorrectPartyRequest& request) {
  MB_CO_RETURN_IF_ERROR(CheckReason(request.reason()));
  MB_CO_ASSIGN_OR_RETURN(const std::vector<const PartyField*> fields, MaskedFields(request));
  MB_CO_ASSIGN_OR_RETURN(Party values, ValuesOf(registry, request));
  values.party_id = request.party_id();
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    MB_CO_ASSIGN_OR_RETURN(const std::size_t place, PlaceOf(step.dispute, request.party_id()));
    absl::Status read = co_await ReadPartyDetails(transaction, registry.keys, &step.dispute);
    if (!read.ok()) co_return read;
    type::v1::Party before;
    FillParty(&before, step.dispute.parties[place], PartyView::kFull);
    MB_CO_RETURN_IF_ERROR(Correct(step.dispute, fields, values, place,
                                  calendar::ChinaDay(call.now()), &step.dispute.parties));
    PartyChange change;
    change.party_id = request.party_id();
    for (const PartyField* field : fields) change.fields.emplace_back(field->name);
    change.before = before.SerializeAsString();
    change.reason = request.reason();
    const StepRecord record = StepRecordOf(call, step);
    absl::Status kept = co_await InsertPartyChange(transaction, registry.keys, record, change);
    if (!kept.ok()) co_return kept;
    // The paper that is to be signed shows what was corrected.
    absl::Status replaced =
        co_await ReplaceUnconcluded(transaction, step.dispute.number, call.now());
    if (!replaced.ok()) co_return replaced;
    co_return co_await UpdateParty(transaction, registry.keys, step.dispute.number,
                                   step.dispute.parties[place]);
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kChangeParty, body);
}

Task<absl::StatusOr<v1::Dispute>> AddRepresentative(Registry& registry, Call& call,
                                                    const v1::AddRepresentativeRequest& request) {
  const absl::CivilDay today = calendar::ChinaDay(call.now());
  FieldCheck check;
  Representative draft = RepresentativeOf(request.representative(), "representative", &check);
  check.Require(draft.acts_on(today), "representative.last_day", "must not be before today");
  MB_CO_RETURN_IF_ERROR(check.status());
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    MB_CO_ASSIGN_OR_RETURN(const std::size_t place, PlaceOf(step.dispute, request.party_id()));
    absl::Status read = co_await ReadPartyDetails(transaction, registry.keys, &step.dispute);
    if (!read.ok()) co_return read;
    std::vector<Representative>& all = step.dispute.parties[place].representatives;
    all.push_back(draft);
    const std::string mine = absl::StrCat("party.representatives[", all.size() - 1, "]");
    FieldCheck found;
    for (Violation& violation : CheckChangedParty(&step.dispute.parties, place, "party", today)) {
      if (violation.field.starts_with(mine)) {
        violation.field.replace(0, mine.size(), "representative");
      }
      found.Add(violation.field, violation.description);
    }
    MB_CO_RETURN_IF_ERROR(found.status());
    const StepRecord record = StepRecordOf(call, step);
    co_return co_await InsertRepresentative(transaction, registry.keys, record, request.party_id(),
                                            static_cast<int>(all.size()), all.back());
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kChangeParty, body);
}

Task<absl::StatusOr<v1::Dispute>> EndRepresentative(Registry& registry, Call& call,
                                                    const v1::EndRepresentativeRequest& request) {
  MB_CO_RETURN_IF_ERROR(CheckReason(request.reason()));
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    MB_CO_RETURN_IF_ERROR(PlaceOf(step.dispute, request.party_id()).status());
    const StepRecord record = StepRecordOf(call, step);
    co_return co_await EndAuthority(transaction, record, request.party_id(),
                                    request.representative_id(), request.reason());
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kChangeParty, body);
}

Task<absl::StatusOr<v1::ListPartyChangesResponse>> ListPartyChangePage(
    Registry& registry, Call& call, const v1::ListPartyChangesRequest& request) {
  auto page = co_await OpenFilePage(registry, call, request);
  if (!page.ok()) co_return page.status();
  absl::Status recorded =
      co_await RecordPartyRead(registry.database(call), call.deadline(), page->dispute,
                               call.caller().principal, call.now(), call.trace_id());
  if (!recorded.ok()) co_return recorded;
  auto changes = co_await ListPartyChanges(registry.database(call), call.deadline(), registry.keys,
                                           page->dispute, page->after, page->size + 1);
  if (!changes.ok()) co_return changes.status();
  v1::ListPartyChangesResponse response;
  for (const PartyChange& change : *changes) {
    if (response.changes_size() == page->size) {
      response.set_next_page_token(
          FilePageToken(registry, request, static_cast<int>(change.dispute_revision)));
      break;
    }
    v1::PartyChange* message = response.add_changes();
    message->set_party_id(change.party_id);
    message->set_dispute_revision(change.dispute_revision);
    for (const std::string& field : change.fields) message->add_fields(field);
    if (!message->mutable_before()->ParseFromString(change.before)) {
      co_return absl::DataLossError("what stood before a correction cannot be read");
    }
    message->set_reason(change.reason);
    message->set_principal(change.principal);
    SetTime(message->mutable_change_time(), change.change_time);
  }
  co_return response;
}

}  // namespace maplebridge::registry
