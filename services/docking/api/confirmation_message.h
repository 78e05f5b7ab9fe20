// Between the message Confirmation and the application as the domain knows it.
#pragma once

#include "common/caller/caller.h"
#include "maplebridge/docking/v1/judicial_confirmation_resource.pb.h"
#include "services/docking/domain/judicial_confirmation.h"

namespace maplebridge::docking {

ResourceScope ScopeOf(const Confirmation& confirmation);
v1::Confirmation ConfirmationMessage(const Confirmation& confirmation);
std::vector<ConfirmationDocument> DocumentsOf(
    const google::protobuf::RepeatedPtrField<v1::ConfirmationDocument>& documents);

}  // namespace maplebridge::docking
