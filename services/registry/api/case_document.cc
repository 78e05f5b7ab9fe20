#include "services/registry/api/case_document.h"

#include "common/calendar/working_calendar.h"
#include "common/content/content_store.h"
#include "services/registry/api/signing.h"
#include "services/registry/domain/category.h"
#include "services/registry/domain/verification_code.h"

namespace maplebridge::registry {
namespace {

// A document of ours is far smaller; the limit is against a fault.
constexpr std::int64_t kLargestDocument = 16 << 20;
// Sets the codes apart from everything else that is hashed with the same key.
constexpr char kVerification[] = "document-verification";

}  // namespace

DocumentCase CaseOf(const Dispute& dispute, absl::Time now) {
  DocumentCase about;
  about.dispute_number = dispute.number;
  const Category* category = FindCategory(dispute.category);
  about.category = dispute.category == kOtherCategory || category == nullptr
                       ? dispute.category_text
                       : std::string(category->chinese);
  about.summary = dispute.summary;
  about.claimed_amount_fen = dispute.claimed_amount_fen;
  about.organisation = dispute.organisation_name;
  about.parties = dispute.parties;
  about.mediators = dispute.mediator_names;
  about.referral_born = dispute.referral_born();
  about.report_day = calendar::ChinaDay(dispute.create_time);
  about.accept_day = calendar::ChinaDay(dispute.accept_time.value_or(dispute.create_time));
  about.now = now;
  return about;
}

Task<absl::StatusOr<DocumentCase>> ReadCase(const Registry& registry,
                                            postgres::Transaction& transaction,
                                            const Dispute& dispute, absl::Time now) {
  Dispute whole = dispute;
  absl::Status read = co_await ReadPartyDetails(transaction, registry.keys, &whole);
  if (!read.ok()) co_return read;
  co_return CaseOf(whole, now);
}

std::string VerificationCodeOf(const Registry& registry, const std::string& document_number,
                               const std::string& dispute_number) {
  return VerificationCode(registry.keys.match->Hash(
      kVerification, VerificationSubject(document_number, dispute_number)));
}

DocumentLabel LabelOf(const Registry& registry, const Dispute& dispute, DocumentKind kind,
                      int ordinal) {
  DocumentLabel label;
  label.kind = kind;
  label.ordinal = ordinal;
  label.verification_code =
      VerificationCodeOf(registry, DocumentNumber(kind, dispute.number, ordinal), dispute.number);
  return label;
}

Task<absl::StatusOr<Document>> StoreDocument(const Registry& registry,
                                             postgres::Transaction& transaction, const Call& call,
                                             const DocumentCase& about, MadeDocument made) {
  ContentWriter writer(*registry.keys.sealing, kLargestDocument);
  MB_CO_RETURN_IF_ERROR(writer.Append(made.bytes));
  const ContentInfo content = writer.Finish();
  absl::Status stored = co_await writer.Store(transaction);
  if (!stored.ok()) co_return stored;
  Document document;
  document.dispute = about.dispute_number;
  document.document_id = made.id;
  document.kind = Word(made.kind);
  document.number = made.number;
  document.media_type = "application/pdf";
  document.size = content.size;
  document.sha256 = content.sha256;
  document.sm3 = content.sm3;
  document.page_count = made.pages;
  document.template_name = made.template_name;
  document.organisation_name = about.organisation;
  document.create_time = call.now();
  auto content_signature = co_await SignContent(registry, transaction, call, made.bytes);
  if (!content_signature.ok()) co_return content_signature.status();
  document.signature = content_signature->signature;
  document.signing_key = content_signature->key_id;
  stored = co_await InsertDocument(transaction, document);
  if (!stored.ok()) co_return stored;
  co_return document;
}

}  // namespace maplebridge::registry
