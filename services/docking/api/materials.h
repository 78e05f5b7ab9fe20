// Files that go with a referral and come back byte for byte.
#pragma once

#include "maplebridge/docking/v1/referral_messages.pb.h"
#include "services/docking/api/docking.h"

namespace maplebridge::docking {

Task<absl::StatusOr<v1::Material>> UploadMaterial(Docking& docking, Call& call,
                                                  StreamReader& reader);
Task<absl::Status> DownloadMaterial(Docking& docking, Call& call,
                                    const v1::DownloadMaterialRequest& request,
                                    StreamWriter& writer);

}  // namespace maplebridge::docking
