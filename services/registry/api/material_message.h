// Uploads and materials as messages, and who may see them.
#pragma once

#include "maplebridge/registry/v1/material.pb.h"
#include "services/registry/api/registry.h"
#include "services/registry/domain/material.h"

namespace maplebridge::registry {

void FillUpload(v1::Upload* message, const Upload& upload);
v1::Upload UploadMessage(const Upload& upload);
void FillMaterial(v1::Material* message, const Material& material);
v1::Material MaterialMessage(const Material& material);

// Visible, and the caller works on the dispute: SCOPE_NOT_ALLOWED otherwise.
absl::Status CheckMayWrite(const Caller& caller, const Dispute& dispute);
// The same, or an auditor.
absl::Status CheckMayRead(const Caller& caller, const Dispute& dispute);
// STATE_FORBIDS when the dispute's file is closed; `event`: what was asked, "CreateUpload".
absl::Status CheckTakesMaterials(const Dispute& dispute, std::string_view event);

// "disputes/{number}/uploads/{id}", taken apart; FIELD_INVALID names `field`.
struct UploadName {
  std::string dispute;  // number
  std::string id;
};
absl::StatusOr<UploadName> UploadNameIn(std::string_view field, const std::string& name);

inline constexpr char kMaterials[] = "materials";

// Appends the material's event, for those who follow the dispute's organisation and place; a court
// learns nothing of what is laid before mediators.
Task<absl::Status> TellMaterial(const Registry& registry, postgres::Transaction& transaction,
                                const Call& call, const Dispute& dispute, const Material& material,
                                const char* type, const std::string& from_state);

}  // namespace maplebridge::registry
