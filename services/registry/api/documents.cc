#include "services/registry/api/documents.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include "common/calendar/working_calendar.h"
#include "common/content/content_store.h"
#include "common/server/page_token.h"
#include "services/registry/api/case_document.h"
#include "services/registry/api/document_message.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/signing.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/verification_code.h"
#include "services/registry/store/file_store.h"
#include "services/registry/store/report_store.h"

namespace maplebridge::registry {
namespace {

constexpr int kLongestVerified = 100;

struct Found {
  Document document;
  Dispute dispute;
};

// The document, when the caller may see its dispute.
Task<absl::StatusOr<Found>> Find(Registry& registry, const Call& call, const std::string& name) {
  std::vector<std::string> parts = NameParts("disputes/*/documents/*", name);
  if (parts.empty()) {
    co_return FieldError("name", "must be disputes/{number}/documents/{id}");
  }
  auto dispute = co_await ReadVisible(registry, call, "name", "disputes/" + parts[0]);
  if (!dispute.ok()) co_return dispute.status();
  auto document =
      co_await ReadDocument(registry.database(call), call.deadline(), parts[0], parts[1]);
  if (!document.ok()) co_return document.status();
  Found found;
  found.document = *std::move(document);
  found.dispute = *std::move(dispute);
  co_return found;
}

// A court reads what the mediation came to; what was said in it, and who the parties are in full,
// stays with those who work on the case and with auditors (SIM: mediation is confidential).
absl::Status CheckMayDownload(const Caller& caller, const Document& document,
                              const Dispute& dispute) {
  const bool is_outcome = document.kind == Word(DocumentKind::kAgreement) ||
                          document.kind == Word(DocumentKind::kConclusionNotice);
  if (is_outcome || caller.Has(options::v1::ROLE_AUDITOR)) return absl::OkStatus();
  return RequireReadsFile(caller, dispute);
}

// A document or a report, as anyone who holds a copy may know it.
template <typename Made>
void FillVerified(v1::VerifyDocumentResponse* response, const Made& made) {
  response->set_kind(EnumOf<v1::DocumentKind>("DOCUMENT_KIND_", made.kind));
  response->set_organisation_name(made.organisation_name);
  response->set_create_day(DayWord(calendar::ChinaDay(made.create_time)));
  response->set_page_count(made.page_count);
  response->set_size(made.size);
  response->set_sha256(made.sha256);
  response->set_sm3(made.sm3);
  SetSignature(response, made.signature, made.signing_key);
}

// NOT_FOUND, the same for an unknown number and for a wrong code.
Task<absl::StatusOr<v1::VerifyDocumentResponse>> VerifyReport(
    const Registry& registry, const Call& call, const v1::VerifyDocumentRequest& request) {
  auto found = co_await FindReport(registry.database(call), call.deadline(), request.number());
  if (!found.ok()) co_return found.status();
  if (!found->has_value() ||
      !IsVerificationCode(request.verification_code(),
                          VerificationCodeOf(registry, (*found)->number, (*found)->parent))) {
    co_return NotFoundError("documents/" + request.number());
  }
  v1::VerifyDocumentResponse response;
  FillVerified(&response, **found);
  absl::Status added = co_await AddSigningKey(registry, call, (*found)->signing_key, &response);
  if (!added.ok()) co_return added;
  co_return response;
}

}  // namespace

Task<absl::StatusOr<v1::Document>> GetDocument(Registry& registry, Call& call,
                                               const v1::GetDocumentRequest& request) {
  auto found = co_await Find(registry, call, request.name());
  if (!found.ok()) co_return found.status();
  co_return DocumentMessage(found->document);
}

Task<absl::StatusOr<v1::ListDocumentsResponse>> ListDocumentPage(
    Registry& registry, Call& call, const v1::ListDocumentsRequest& request) {
  auto dispute = co_await ReadVisible(registry, call, "parent", request.parent());
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_ASSIGN_OR_RETURN(int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  absl::Time after_time = absl::UnixEpoch();
  std::string after_id;
  std::int64_t micros = 0;
  if (token.size() == 2 && absl::SimpleAtoi(token[0], &micros)) {
    after_time = absl::FromUnixMicros(micros);
    after_id = token[1];
  }
  auto documents = co_await ListDocuments(registry.database(call), call.deadline(), dispute->number,
                                          after_time, after_id, size + 1);
  if (!documents.ok()) co_return documents.status();
  v1::ListDocumentsResponse response;
  if (static_cast<int>(documents->size()) > size) {
    documents->pop_back();
    const Document& last = documents->back();
    response.set_next_page_token(
        MakePageToken(*registry.keys.match, request,
                      {absl::StrCat(absl::ToUnixMicros(last.create_time)), last.document_id}));
  }
  for (const Document& document : *documents) *response.add_documents() = DocumentMessage(document);
  co_return response;
}

Task<absl::Status> DownloadDocument(Registry& registry, Call& call,
                                    const v1::DownloadDocumentRequest& request,
                                    StreamWriter& writer) {
  auto found = co_await Find(registry, call, request.name());
  if (!found.ok()) co_return found.status();
  const Document& document = found->document;
  MB_CO_RETURN_IF_ERROR(CheckMayDownload(call.caller(), document, found->dispute));
  // Documents name the parties in full.
  absl::Status recorded =
      co_await RecordPartyRead(registry.database(call), call.deadline(), document.dispute,
                               call.caller().principal, call.now(), call.trace_id());
  if (!recorded.ok()) co_return recorded;
  v1::DownloadDocumentResponse message;
  *message.mutable_document() = DocumentMessage(document);
  bool written = co_await writer.Write(message);
  std::int64_t sent = 0;
  for (int ordinal = 0; written && sent < document.size; ++ordinal) {
    auto chunk = co_await ReadContentChunk(registry.database(call), call.deadline(),
                                           *registry.keys.sealing, document.sha256, ordinal);
    if (!chunk.ok()) co_return chunk.status();
    sent += static_cast<std::int64_t>(chunk->size());
    message.set_chunk(*std::move(chunk));
    written = co_await writer.Write(message);
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<v1::VerifyDocumentResponse>> VerifyDocument(
    Registry& registry, Call& call, const v1::VerifyDocumentRequest& request) {
  FieldCheck check;
  std::string wrong = CheckText(request.number(), 1, kLongestVerified);
  check.Require(wrong.empty(), "number", wrong);
  wrong = CheckText(request.verification_code(), 1, kLongestVerified);
  check.Require(wrong.empty(), "verification_code", wrong);
  MB_CO_RETURN_IF_ERROR(check.status());
  auto found = co_await FindDocument(registry.database(call), call.deadline(), request.number());
  if (!found.ok()) co_return found.status();
  if (!found->has_value()) co_return co_await VerifyReport(registry, call, request);
  const Document& document = **found;
  // Who guesses learns nothing of which numbers there are.
  if (!IsVerificationCode(request.verification_code(),
                          VerificationCodeOf(registry, document.number, document.dispute))) {
    co_return NotFoundError("documents/" + request.number());
  }
  v1::VerifyDocumentResponse response;
  FillVerified(&response, document);
  absl::Status added = co_await AddSigningKey(registry, call, document.signing_key, &response);
  if (!added.ok()) co_return added;
  co_return response;
}

}  // namespace maplebridge::registry
