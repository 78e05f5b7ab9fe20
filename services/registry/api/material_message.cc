#include "services/registry/api/material_message.h"

#include "common/division/division_code.h"
#include "common/feed/event_log.h"
#include "common/server/etag.h"
#include "services/registry/api/words.h"

namespace maplebridge::registry {

void FillUpload(v1::Upload* message, const Upload& upload) {
  message->set_name(upload.name());
  message->set_file_name(upload.file_name);
  message->set_kind(EnumOf<v1::MaterialKind>("MATERIAL_KIND_", upload.kind));
  message->set_party_id(upload.party_id);
  message->set_size(upload.size);
  message->set_sha256(upload.declared_sha256);
  message->set_state(EnumOf<v1::UploadState>("UPLOAD_STATE_", upload.state));
  message->set_committed_size(upload.committed_size);
  SetTime(message->mutable_create_time(), upload.create_time);
  SetTime(message->mutable_expire_time(), upload.expire_time);
  if (upload.material > 0) {
    message->set_material("disputes/" + upload.dispute + "/materials/" +
                          std::to_string(upload.material));
  }
}

v1::Upload UploadMessage(const Upload& upload) {
  v1::Upload message;
  FillUpload(&message, upload);
  return message;
}

void FillMaterial(v1::Material* message, const Material& material) {
  message->set_name(material.name());
  message->set_file_name(material.file_name);
  message->set_kind(EnumOf<v1::MaterialKind>("MATERIAL_KIND_", material.kind));
  message->set_party_id(material.party_id);
  message->set_media_type(material.media_type);
  message->set_size(material.size);
  message->set_sha256(material.sha256);
  message->set_sm3(material.sm3);
  SetTime(message->mutable_create_time(), material.create_time);
  message->set_state(EnumOf<v1::MaterialState>("MATERIAL_STATE_", material.state));
  message->set_withdraw_reason(material.withdraw_reason);
  if (material.withdraw_time) SetTime(message->mutable_withdraw_time(), *material.withdraw_time);
  message->set_revision(material.revision);
  message->set_etag(Etag(material.revision));
}

v1::Material MaterialMessage(const Material& material) {
  v1::Material message;
  FillMaterial(&message, material);
  return message;
}

absl::Status CheckMayWrite(const Caller& caller, const Dispute& dispute) {
  MB_RETURN_IF_ERROR(CheckVisible(caller, dispute));
  return RequireWorksOn(caller, dispute);
}

absl::Status CheckMayRead(const Caller& caller, const Dispute& dispute) {
  MB_RETURN_IF_ERROR(CheckVisible(caller, dispute));
  if (caller.Has(options::v1::ROLE_AUDITOR)) return absl::OkStatus();
  return RequireReadsFile(caller, dispute);
}

absl::Status CheckTakesMaterials(const Dispute& dispute, std::string_view event) {
  if (TakesMaterials(dispute.state)) return absl::OkStatus();
  return StateForbidsError(dispute.name(), Word(dispute.state), event);
}

Task<absl::Status> TellMaterial(const Registry& registry, postgres::Transaction& transaction,
                                const Call& call, const Dispute& dispute, const Material& material,
                                const char* type, const std::string& from_state) {
  const v1::Material payload = MaterialMessage(material);
  NewEvent event;
  event.type = type;
  event.resource = material.name();
  event.revision = material.revision;
  event.from_state = from_state;
  event.to_state = material.state;
  event.division = division::DivisionCode::FromNumber(dispute.division).ToString();
  event.organisation = dispute.organisation;
  event.payload = &payload;
  co_return co_await AppendEvent(transaction, call, *registry.parts.feed, event);
}

absl::StatusOr<UploadName> UploadNameIn(std::string_view field, const std::string& name) {
  std::vector<std::string> parts = NameParts("disputes/*/uploads/*", name);
  if (parts.empty()) return FieldError(field, "must be disputes/{number}/uploads/{id}");
  UploadName found;
  found.dispute = std::move(parts[0]);
  found.id = std::move(parts[1]);
  return found;
}

}  // namespace maplebridge::registry
