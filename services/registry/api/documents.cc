#include "services/registry/api/documents.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include "common/content/content_store.h"
#include "common/server/page_token.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/words.h"
#include "services/registry/store/file_store.h"

namespace maplebridge::registry {
namespace {

v1::Document MessageOf(const Document& document) {
  v1::Document message;
  message.set_name(
      absl::StrCat("disputes/", document.dispute, "/documents/", document.document_id));
  message.set_kind(EnumOf<v1::DocumentKind>("DOCUMENT_KIND_", document.kind));
  message.set_number(document.number);
  message.set_media_type(document.media_type);
  message.set_size(document.size);
  message.set_sha256(document.sha256);
  message.set_sm3(document.sm3);
  message.set_page_count(document.page_count);
  message.set_template_(document.template_name);
  SetTime(message.mutable_create_time(), document.create_time);
  return message;
}

// The document, when the caller may see its dispute.
Task<absl::StatusOr<Document>> Find(Registry& registry, const Call& call, const std::string& name) {
  std::vector<std::string> parts = NameParts("disputes/*/documents/*", name);
  if (parts.empty()) {
    co_return FieldError("name", "must be disputes/{number}/documents/{id}");
  }
  auto dispute = co_await ReadVisible(registry, call, "name", "disputes/" + parts[0]);
  if (!dispute.ok()) co_return dispute.status();
  co_return co_await ReadDocument(registry.database(call), call.deadline(), parts[0], parts[1]);
}

}  // namespace

Task<absl::StatusOr<v1::Document>> GetDocument(Registry& registry, Call& call,
                                               const v1::GetDocumentRequest& request) {
  auto document = co_await Find(registry, call, request.name());
  if (!document.ok()) co_return document.status();
  co_return MessageOf(*document);
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
  for (const Document& document : *documents) *response.add_documents() = MessageOf(document);
  co_return response;
}

Task<absl::Status> DownloadDocument(Registry& registry, Call& call,
                                    const v1::DownloadDocumentRequest& request,
                                    StreamWriter& writer) {
  auto document = co_await Find(registry, call, request.name());
  if (!document.ok()) co_return document.status();
  v1::DownloadDocumentResponse message;
  *message.mutable_document() = MessageOf(*document);
  bool written = co_await writer.Write(message);
  std::int64_t sent = 0;
  for (int ordinal = 0; written && sent < document->size; ++ordinal) {
    auto chunk = co_await ReadContentChunk(registry.database(call), call.deadline(),
                                           *registry.keys.sealing, document->sha256, ordinal);
    if (!chunk.ok()) co_return chunk.status();
    sent += static_cast<std::int64_t>(chunk->size());
    message.set_chunk(*std::move(chunk));
    written = co_await writer.Write(message);
  }
  co_return absl::OkStatus();
}

}  // namespace maplebridge::registry
