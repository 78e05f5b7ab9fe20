#include "services/registry/api/agreements.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/server/etag.h"
#include "common/server/request_id.h"
#include "services/registry/api/agreement_message.h"
#include "services/registry/api/case_document.h"
#include "services/registry/api/words.h"

namespace maplebridge::registry {
namespace {

constexpr char kCollection[] = "agreements";

using AgreementBody = std::function<Task<absl::StatusOr<v1::Agreement>>(postgres::Transaction&)>;
using AgreementReread =
    std::function<Task<absl::StatusOr<v1::Agreement>>(postgres::Transaction&, const std::string&)>;

std::vector<std::string> PartyIds(const Dispute& dispute) {
  std::vector<std::string> ids;
  for (const Party& party : dispute.parties) ids.push_back(party.party_id);
  return ids;
}

// Obligations of the agreement that a new one would amend; none while there is no such agreement.
Task<absl::StatusOr<std::vector<Obligation>>> Present(postgres::Transaction& transaction,
                                                      const Dispute& dispute) {
  std::vector<Obligation> obligations;
  if (dispute.state != DisputeState::kAgreed) co_return obligations;
  auto agreement =
      co_await ReadAgreement(transaction, dispute.number, dispute.conclusion.agreement);
  if (!agreement.ok()) co_return agreement.status();
  co_return std::move(agreement->draft.obligations);
}

// `present` outlives the frame.
ObligationFrame FrameOf(const Dispute& dispute, const std::vector<Obligation>& present,
                        absl::CivilDay effective_day) {
  ObligationFrame frame;
  frame.party_ids = PartyIds(dispute);
  frame.today = effective_day;
  frame.present = &present;
  return frame;
}

Task<absl::StatusOr<v1::Agreement>> Reread(const Registry& registry,
                                           postgres::Transaction& transaction, const Call& call,
                                           const std::string& name) {
  MB_CO_ASSIGN_OR_RETURN(const PartName parsed, PartNameIn(kCollection, name));
  auto dispute = co_await RereadDispute(registry, transaction, call, "disputes/" + parsed.number);
  if (!dispute.ok()) co_return dispute.status();
  auto agreement = co_await ReadAgreement(transaction, parsed.number, parsed.ordinal);
  if (!agreement.ok()) co_return agreement.status();
  co_return AgreementMessage(*agreement);
}

// The PDF of a written agreement, stored; nothing for an oral one.
Task<absl::Status> AddDocument(const Registry& registry, postgres::Transaction& transaction,
                               const Call& call, const Dispute& dispute, Agreement* agreement) {
  if (agreement->draft.form == AgreementForm::kOral) co_return absl::OkStatus();
  auto read = co_await ReadCase(registry, transaction, dispute, call.now());
  if (!read.ok()) co_return read.status();
  const DocumentCase& about = *read;
  const DocumentLabel label =
      LabelOf(registry, dispute, DocumentKind::kAgreement, agreement->ordinal);
  auto render = [&] {
    return registry.maker->Make(about, label, AgreementValues(about, agreement->draft));
  };
  absl::StatusOr<MadeDocument> made = co_await OnWorker(render);
  if (!made.ok()) co_return made.status();
  auto document = co_await StoreDocument(registry, transaction, call, about, *std::move(made));
  if (!document.ok()) co_return document.status();
  agreement->document_id = document->document_id;
  agreement->document_sha256 = document->sha256;
  agreement->document_sm3 = document->sm3;
  co_return absl::OkStatus();
}

Task<absl::StatusOr<v1::Agreement>> Create(const Registry& registry,
                                           postgres::Transaction& transaction, const Call& call,
                                           const StepRequest& request, AgreementDraft draft) {
  auto step = co_await BeginStep(registry, transaction, call, request);
  if (!step.ok()) co_return step.status();
  auto present = co_await Present(transaction, step->dispute);
  if (!present.ok()) co_return present.status();
  FieldCheck check;
  const absl::CivilDay accept_day =
      calendar::ChinaDay(step->dispute.accept_time.value_or(step->dispute.create_time));
  check.Require(draft.agreed_day >= accept_day, "agreement.agreed_day",
                absl::StrCat("must not be before the dispute was accepted, ", DayWord(accept_day)));
  for (const Party& party : step->dispute.parties) {
    const bool is_full = CapacityOn(party, draft.agreed_day) == Capacity::kFull;
    if (draft.form != AgreementForm::kOral || is_full) continue;
    check.Add("agreement.form",
              absl::StrCat("must be written: the guardian signs for ", party.party_id,
                           ", who has no full capacity (Civil Code 19-23)"));
  }
  AddViolations(&check, "agreement.",
                NormaliseAgreement(&draft, FrameOf(step->dispute, *present, draft.agreed_day)));
  MB_CO_RETURN_IF_ERROR(check.status());
  Agreement agreement;
  agreement.dispute = step->dispute.number;
  agreement.ordinal = ++step->dispute.agreement_count;
  agreement.draft = std::move(draft);
  agreement.number = DocumentNumber(DocumentKind::kAgreement, agreement.dispute, agreement.ordinal);
  agreement.create_time = call.now();
  agreement.update_time = call.now();
  agreement.revision = 1;
  agreement.state = "DRAFT";
  if (agreement.draft.form == AgreementForm::kOral) {
    // In effect on the day it is reached (PML 30).
    agreement.state = "IN_EFFECT";
    agreement.effective_day = agreement.draft.agreed_day;
  }
  absl::Status done = co_await AddDocument(registry, transaction, call, step->dispute, &agreement);
  if (!done.ok()) co_return done;
  done = co_await InsertAgreement(transaction, agreement);
  if (!done.ok()) co_return done;
  done = co_await FinishStep(registry, transaction, call, &*step);
  if (!done.ok()) co_return done;
  co_return AgreementMessage(agreement);
}

// Nothing may be owed already when it takes effect.
absl::Status CheckDays(const Agreement& agreement, const ObligationFrame& frame) {
  const Violations past = PastDays(agreement.draft.obligations, frame);
  if (past.empty()) return absl::OkStatus();
  return PreconditionError(
      reason::kGuardFailed, agreement.name(),
      absl::StrCat(past.front().field, " has passed before all have signed; draw it up anew"));
}

absl::Status CheckSigning(const Dispute& dispute, const Agreement& agreement,
                          const Signature& signature, const v1::SignAgreementRequest& request) {
  MB_RETURN_IF_ERROR(CheckEtag(agreement.name(), request.etag(), agreement.revision));
  std::string wrong =
      CheckSignature(signature, PartyIds(dispute), dispute.mediators, dispute.organisation);
  if (!wrong.empty()) return FieldError("signature.signer", wrong);
  if (signature.sign_day < agreement.draft.agreed_day) {
    return FieldError("signature.sign_day", absl::StrCat("must not be before the agreed day, ",
                                                         DayWord(agreement.draft.agreed_day)));
  }
  for (const StoredSignature& stored : agreement.signatures) {
    if (stored.signature.kind == signature.kind && stored.signature.signer == signature.signer) {
      return ExistsError(absl::StrCat(agreement.name(), "#", signature.signer));
    }
  }
  if (agreement.state != "DRAFT") {
    return StateForbidsError(agreement.name(), agreement.state, "SignAgreement");
  }
  if (!request.document_sha256().empty() &&
      request.document_sha256() != agreement.document_sha256) {
    return FieldReasonError(reason::kDigestDiffers, "document_sha256",
                            absl::StrCat("another document was signed than ", agreement.number,
                                         "; download it and sign that"));
  }
  return absl::OkStatus();
}

// Who signs for a party may settle for it (Civil Code 19-23, CPL 62).
Task<absl::Status> CheckMaySettle(const Registry& registry, postgres::Transaction& transaction,
                                  const Signature& signature, Dispute* dispute) {
  if (signature.kind != SignerKind::kParty) co_return absl::OkStatus();
  const auto party =
      std::find_if(dispute->parties.begin(), dispute->parties.end(),
                   [&](const Party& each) { return each.party_id == signature.signer; });
  if (party == dispute->parties.end()) co_return absl::OkStatus();  // said already
  if (!signature.representative_id.empty()) {
    absl::Status read = co_await ReadPartyDetails(transaction, registry.keys, dispute);
    if (!read.ok()) co_return read;
  }
  std::string why = WhyCannotSettle(*party, signature.representative_id, signature.sign_day);
  if (why.empty()) co_return absl::OkStatus();
  co_return FieldError("signature.representative_id", why);
}

Task<absl::StatusOr<v1::Agreement>> Sign(const Registry& registry,
                                         postgres::Transaction& transaction, const Call& call,
                                         const StepRequest& step_request, int ordinal,
                                         const Signature& signature,
                                         const v1::SignAgreementRequest& request) {
  auto step = co_await BeginStep(registry, transaction, call, step_request);
  if (!step.ok()) co_return step.status();
  auto agreement = co_await ReadAgreement(transaction, step_request.number, ordinal);
  if (!agreement.ok()) co_return agreement.status();
  MB_CO_RETURN_IF_ERROR(CheckSigning(step->dispute, *agreement, signature, request));
  absl::Status done = co_await CheckMaySettle(registry, transaction, signature, &step->dispute);
  if (!done.ok()) co_return done;
  auto present = co_await Present(transaction, step->dispute);
  if (!present.ok()) co_return present.status();
  StoredSignature stored;
  stored.signature = signature;
  stored.sign_time = call.now();
  agreement->signatures.push_back(stored);
  std::vector<Signature> signatures;
  for (const StoredSignature& each : agreement->signatures) signatures.push_back(each.signature);
  const absl::CivilDay last_day = LastSignDay(signatures);
  MB_CO_RETURN_IF_ERROR(CheckDays(*agreement, FrameOf(step->dispute, *present, last_day)));
  done = co_await InsertSignature(transaction, *agreement, stored);
  if (!done.ok()) co_return done;
  if (MissingSignatures(agreement->draft.form, signatures, PartyIds(step->dispute)).empty()) {
    agreement->state = "IN_EFFECT";
    agreement->effective_day = last_day;
  }
  agreement->update_time = call.now();
  ++agreement->revision;
  done = co_await UpdateAgreement(transaction, *agreement);
  if (!done.ok()) co_return done;
  done = co_await FinishStep(registry, transaction, call, &*step);
  if (!done.ok()) co_return done;
  co_return AgreementMessage(*agreement);
}

}  // namespace

Task<absl::StatusOr<v1::Agreement>> CreateAgreement(Registry& registry, Call& call,
                                                    const v1::CreateAgreementRequest& request) {
  StepRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.number, NumberIn("parent", request.parent()));
  step_request.event = DisputeEvent::kDraftAgreement;
  MB_CO_ASSIGN_OR_RETURN(const AgreementDraft draft,
                         DraftOf(request.agreement(), calendar::ChinaDay(call.now())));
  AgreementBody change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Agreement>> {
    return Create(registry, transaction, call, step_request, draft);
  };
  AgreementReread reread = [&](postgres::Transaction& transaction,
                               const std::string& name) -> Task<absl::StatusOr<v1::Agreement>> {
    return Reread(registry, transaction, call, name);
  };
  co_return co_await ChangeOnce<v1::Agreement>(registry.database(call), call, request, change,
                                               reread);
}

Task<absl::StatusOr<v1::Agreement>> SignAgreement(Registry& registry, Call& call,
                                                  const v1::SignAgreementRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const PartName name, PartNameIn(kCollection, request.name()));
  MB_CO_ASSIGN_OR_RETURN(const Signature signature,
                         SignatureOf(request.signature(), calendar::ChinaDay(call.now())));
  const bool is_seal = signature.kind == SignerKind::kOrganisation;
  if (is_seal && !call.caller().HasAny({options::v1::ROLE_ORGANISATION_HEAD})) {
    co_return PermissionError(reason::kRoleNotAllowed,
                              "the seal is put on by the head of the organisation");
  }
  StepRequest step_request;
  step_request.number = name.number;
  step_request.event = DisputeEvent::kSignAgreement;
  AgreementBody change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Agreement>> {
    return Sign(registry, transaction, call, step_request, name.ordinal, signature, request);
  };
  AgreementReread reread = [&](postgres::Transaction& transaction,
                               const std::string& stored) -> Task<absl::StatusOr<v1::Agreement>> {
    return Reread(registry, transaction, call, stored);
  };
  co_return co_await ChangeOnce<v1::Agreement>(registry.database(call), call, request, change,
                                               reread);
}

Task<absl::StatusOr<v1::Agreement>> GetAgreement(Registry& registry, Call& call,
                                                 const v1::GetAgreementRequest& request) {
  MB_CO_RETURN_IF_ERROR(PartNameIn(kCollection, request.name()).status());
  AgreementBody body =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Agreement>> {
    return Reread(registry, transaction, call, request.name());
  };
  co_return co_await registry.database(call).Transact<v1::Agreement>(call.deadline(), body);
}

}  // namespace maplebridge::registry
