#include "services/docking/api/apply_for_confirmation.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <set>

#include "common/server/resource_id.h"
#include "services/docking/api/confirmation_step.h"
#include "services/docking/api/words.h"
#include "services/docking/domain/referral_rule.h"

namespace maplebridge::docking {
namespace {

using Documents = google::protobuf::RepeatedPtrField<v1::ConfirmationDocument>;

void CheckDocuments(FieldCheck* check, const Documents& documents, const std::string& field) {
  std::set<int> kinds;
  for (int i = 0; i < documents.size(); ++i) {
    const std::string path = absl::StrCat(field, "[", i, "]");
    check->Require(kinds.insert(documents[i].kind()).second, path + ".kind", "stands twice");
    check->Require(IsDigest(documents[i].sha256()), path + ".sha256",
                   "must be 64 lower-case hexadecimal digits");
    std::string wrong = CheckText(documents[i].document(), 0, 200);
    check->Require(wrong.empty(), path + ".document", wrong);
  }
}

absl::Status CheckDraft(const v1::Confirmation& message) {
  FieldCheck check;
  std::set<int> matters;
  for (int i = 0; i < message.matters_size(); ++i) {
    const std::string path = absl::StrCat("confirmation.matters[", i, "]");
    check.Require(message.matters(i) != v1::CONFIRMATION_MATTER_UNSPECIFIED, path, "is required");
    check.Require(matters.insert(message.matters(i)).second, path, "stands twice");
  }
  std::set<std::string> parties;
  for (int i = 0; i < message.applicants_size(); ++i) {
    const std::string path = absl::StrCat("confirmation.applicants[", i, "]");
    check.Require(parties.insert(message.applicants(i).party_id()).second, path + ".party_id",
                  "stands twice");
    std::string wrong = CheckText(message.applicants(i).evidence(), 1, 500);
    check.Require(wrong.empty(), path + ".evidence", wrong);
  }
  CheckDocuments(&check, message.documents(), "confirmation.documents");
  return check.status();
}

absl::Status CheckWindow(const Call& call, const Referral& referral,
                         std::optional<absl::CivilDay> window) {
  if (window && calendar::ChinaDay(call.now()) <= *window) return absl::OkStatus();
  return PreconditionError(
      reason::kGuardFailed, referral.name(),
      absl::StrCat("the 30 days from the agreement's effect are over (PML 33, CPL 205)",
                   window ? "; the last day was " + DayWord(*window) : std::string()));
}

// What stands against applying at all.
absl::Status CheckMayApply(const Call& call, const Referral& referral,
                           const v1::Confirmation& message) {
  if (referral.state != ReferralState::kAgreed || !referral.settlement) {
    return StateForbidsError(referral.name(), Word(referral.state),
                             Word(ReferralEvent::kApplyForConfirmation));
  }
  if (referral.kind == ReferralKind::kEntrusted) {
    return PreconditionError(reason::kGuardFailed, referral.name(),
                             "is entrusted: a filed case ends by a mediation document or the "
                             "withdrawal of the suit, not by confirmation (SIM 19, 20)");
  }
  for (int i = 0; i < message.matters_size(); ++i) {
    const std::string matter = WordOf("CONFIRMATION_MATTER_", message.matters(i));
    const std::string article(ExcludingArticle(matter));
    if (article.empty()) continue;
    return PreconditionError(reason::kGuardFailed, absl::StrCat(referral.name(), "#", matter),
                             absl::StrCat("cannot be confirmed (", article, ")"));
  }
  if (!referral.confirmation.empty()) return ExistsError(referral.confirmation);
  return CheckWindow(call, referral, referral.window_day);
}

absl::Status CheckApplicants(const Docking& docking, const Call& call, const Referral& referral,
                             const v1::Confirmation& message) {
  FieldCheck check;
  for (int i = 0; i < message.applicants_size(); ++i) {
    check.Require(IsParty(referral, message.applicants(i).party_id()),
                  absl::StrCat("confirmation.applicants[", i, "].party_id"),
                  "is no party of the referral");
  }
  MB_RETURN_IF_ERROR(check.status());
  for (const v1::Applicant& applicant : message.applicants()) {
    MB_RETURN_IF_ERROR(CheckActsFor(docking, call.caller(), referral, applicant.party_id()));
  }
  return absl::OkStatus();
}

Confirmation DraftOf(const Call& call, const Referral& referral, const v1::Confirmation& message) {
  Confirmation confirmation;
  confirmation.id = NewResourceId(call.now());
  confirmation.referral = referral.name();
  confirmation.dispute = referral.dispute;
  confirmation.agreement = referral.settlement->agreement;
  confirmation.agreement_sha256 = referral.settlement->sha256;
  confirmation.effective_day = referral.settlement->effective_day;
  confirmation.window_day = *referral.window_day;
  confirmation.court = referral.court;
  confirmation.organisation = referral.organisation;
  confirmation.division = referral.division;
  for (int matter : message.matters()) {
    confirmation.matters.push_back(
        WordOf("CONFIRMATION_MATTER_", static_cast<v1::ConfirmationMatter>(matter)));
  }
  PutDocuments(&confirmation, DocumentsOf(message.documents()));
  confirmation.agent_acts = message.agent_acts();
  for (const Party& party : referral.parties) {
    Applicant applicant;
    applicant.party_id = party.party_id;
    confirmation.applicants.push_back(std::move(applicant));
  }
  for (const v1::Applicant& given : message.applicants()) {
    Applicant* applicant = FindApplicant(&confirmation, given.party_id());
    applicant->joined = true;
    applicant->evidence = given.evidence();
    applicant->join_time = StepTime(call);
  }
  confirmation.create_time = StepTime(call);
  return confirmation;
}

Task<absl::StatusOr<v1::Confirmation>> Create(const Docking& docking,
                                              postgres::Transaction& transaction, const Call& call,
                                              const v1::Confirmation& message) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id,
                         ReferralIdIn("confirmation.referral", message.referral()));
  auto referral = co_await LockReferral(transaction, docking.keys, id);
  if (!referral.ok()) co_return referral.status();
  MB_CO_RETURN_IF_ERROR(CheckConfirmationRight(docking, call.caller(), *referral, referral->name(),
                                               ConfirmationRight::kInvolved));
  MB_CO_RETURN_IF_ERROR(CheckMayApply(call, *referral, message));
  MB_CO_RETURN_IF_ERROR(CheckApplicants(docking, call, *referral, message));
  OpenConfirmation step;
  step.confirmation = DraftOf(call, *referral, message);
  step.referral = *std::move(referral);
  step.event = MissingApplicants(step.confirmation).empty() ? ConfirmationEvent::kApplyJointly
                                                            : ConfirmationEvent::kApply;
  step.transition = Decide(step.from, step.event, Asker::kCaller);
  absl::Status done = co_await FinishConfirmation(docking, transaction, call, &step);
  if (!done.ok()) co_return done;
  done =
      co_await MoveReferral(docking, transaction, call, step, ReferralEvent::kApplyForConfirmation);
  if (!done.ok()) co_return done;
  co_return ConfirmationMessage(step.confirmation);
}

absl::StatusOr<ConfirmationEvent> ChooseJoin(const Confirmation& confirmation,
                                             const std::string& party_id) {
  const std::vector<std::string> missing = MissingApplicants(confirmation);
  const bool is_last = missing.size() == 1 && missing[0] == party_id;
  return is_last ? ConfirmationEvent::kApplyJointly : ConfirmationEvent::kJoin;
}

// Not all have applied: say who, rather than that the state forbids it.
absl::StatusOr<ConfirmationEvent> ChooseSubmission(const Confirmation& confirmation) {
  if (confirmation.state != ConfirmationState::kDraft) return ConfirmationEvent::kSubmit;
  const std::vector<std::string> missing = MissingApplicants(confirmation);
  return PreconditionError(
      reason::kConsentMissing,
      absl::StrCat(confirmation.referral, "/parties/", missing.empty() ? "" : missing.front()),
      absl::StrCat("all parties apply jointly (PML 33, CPL 205); missing: ",
                   absl::StrJoin(missing, ", ")));
}

absl::Status CheckPapers(const Confirmation& confirmation) {
  const std::vector<std::string> missing = MissingDocuments(confirmation);
  if (!missing.empty()) {
    return PreconditionError(
        reason::kGuardFailed, absl::StrCat(confirmation.name(), "#", missing.front()),
        absl::StrCat("papers that JC art. 3 asks for are missing: ", absl::StrJoin(missing, ", ")));
  }
  const ConfirmationDocument* agreement = FindDocument(confirmation, "AGREEMENT");
  // An oral agreement has no file; the court gets the paper that records it.
  if (confirmation.agreement_sha256.empty() || agreement->sha256 == confirmation.agreement_sha256) {
    return absl::OkStatus();
  }
  return PreconditionError(reason::kDigestDiffers, absl::StrCat(confirmation.name(), "#AGREEMENT"),
                           "is not the agreement that was fed back: its SHA-256 is another than " +
                               confirmation.agreement_sha256);
}

}  // namespace

Task<absl::StatusOr<v1::Confirmation>> CreateConfirmation(
    Docking& docking, Call& call, const v1::CreateConfirmationRequest& request) {
  MB_CO_RETURN_IF_ERROR(CheckDraft(request.confirmation()));
  std::function<Task<absl::StatusOr<v1::Confirmation>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return Create(docking, transaction, call, request.confirmation());
      };
  std::function<Task<absl::StatusOr<v1::Confirmation>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string& name) {
        return RereadConfirmation(docking, transaction, call, name);
      };
  co_return co_await ChangeOnce<v1::Confirmation>(docking.database(call), call, request, change,
                                                  reread);
}

Task<absl::StatusOr<v1::Confirmation>> JoinConfirmation(
    Docking& docking, Call& call, const v1::JoinConfirmationRequest& request) {
  if (std::string wrong = CheckText(request.evidence(), 1, 500); !wrong.empty()) {
    co_return FieldError("evidence", wrong);
  }
  ConfirmationChoice choose = [&](const Confirmation& confirmation) {
    return ChooseJoin(confirmation, request.party_id());
  };
  ConfirmationBody body;
  body.before = [&](postgres::Transaction&, OpenConfirmation& step) -> Task<absl::Status> {
    Applicant* applicant = FindApplicant(&step.confirmation, request.party_id());
    if (applicant == nullptr) co_return FieldError("party_id", "is no party of the referral");
    MB_CO_RETURN_IF_ERROR(CheckActsFor(docking, call.caller(), step.referral, request.party_id()));
    if (applicant->joined) {
      co_return PreconditionError(
          reason::kGuardFailed, absl::StrCat(step.referral.name(), "/parties/", request.party_id()),
          "has joined before");
    }
    applicant->joined = true;
    applicant->evidence = request.evidence();
    applicant->join_time = StepTime(call);
    co_return absl::OkStatus();
  };
  co_return co_await ChangeConfirmation(docking, call, request, ConfirmationRight::kInvolved,
                                        choose, body);
}

Task<absl::StatusOr<v1::Confirmation>> SubmitConfirmation(
    Docking& docking, Call& call, const v1::SubmitConfirmationRequest& request) {
  FieldCheck check;
  CheckDocuments(&check, request.documents(), "documents");
  MB_CO_RETURN_IF_ERROR(check.status());
  ConfirmationBody body;
  body.before = [&](postgres::Transaction&, OpenConfirmation& step) -> Task<absl::Status> {
    Confirmation& confirmation = step.confirmation;
    if (step.referral.state != ReferralState::kAgreed) {
      co_return StateForbidsError(step.referral.name(), Word(step.referral.state), "Submit");
    }
    MB_CO_RETURN_IF_ERROR(CheckWindow(call, step.referral, confirmation.window_day));
    PutDocuments(&confirmation, DocumentsOf(request.documents()));
    MB_CO_RETURN_IF_ERROR(CheckPapers(confirmation));
    confirmation.submit_time = StepTime(call);
    co_return absl::OkStatus();
  };
  co_return co_await ChangeConfirmation(docking, call, request, ConfirmationRight::kInvolved,
                                        &ChooseSubmission, body);
}

Task<absl::StatusOr<v1::Confirmation>> WithdrawConfirmation(
    Docking& docking, Call& call, const v1::WithdrawConfirmationRequest& request) {
  const bool is_deemed = request.reason() == v1::CONFIRMATION_WITHDRAWAL_REASON_DEEMED;
  ConfirmationBody body;
  body.before = [&](postgres::Transaction&, OpenConfirmation& step) -> Task<absl::Status> {
    step.confirmation.withdrawal_reason =
        WordOf("CONFIRMATION_WITHDRAWAL_REASON_", request.reason());
    step.confirmation.article = is_deemed ? "CPL interpretation 357" : "JC 5";
    co_return absl::OkStatus();
  };
  body.after = [&](postgres::Transaction& transaction, OpenConfirmation& step) {
    return ReleaseReferral(docking, transaction, call, step);
  };
  co_return co_await ChangeConfirmation(
      docking, call, request, is_deemed ? ConfirmationRight::kCourt : ConfirmationRight::kInvolved,
      Always(ConfirmationEvent::kWithdraw), body);
}

}  // namespace maplebridge::docking
