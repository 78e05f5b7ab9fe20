#include "services/registry/api/document_message.h"

#include <absl/strings/str_cat.h>

#include "services/registry/api/signing.h"
#include "services/registry/api/words.h"

namespace maplebridge::registry {

v1::Document DocumentMessage(const Document& document) {
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
  SetSignature(&message, document.signature, document.signing_key);
  return message;
}

}  // namespace maplebridge::registry
