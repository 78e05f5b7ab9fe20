// Handing a dispute over to another organisation.
#pragma once

#include "maplebridge/registry/v1/transfer.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Transfer>> OfferTransfer(Registry& registry, Call& call,
                                                 const v1::OfferTransferRequest& request);
Task<absl::StatusOr<v1::Transfer>> AcceptTransfer(Registry& registry, Call& call,
                                                  const v1::AcceptTransferRequest& request);
Task<absl::StatusOr<v1::Transfer>> DeclineTransfer(Registry& registry, Call& call,
                                                   const v1::DeclineTransferRequest& request);
Task<absl::StatusOr<v1::Transfer>> CancelTransfer(Registry& registry, Call& call,
                                                  const v1::CancelTransferRequest& request);
Task<absl::StatusOr<v1::ListTransfersResponse>> ListTransferPage(
    Registry& registry, Call& call, const v1::ListTransfersRequest& request);

// What happens when an offer was not answered in time: it lapses, and the dispute stays where it
// is.
Task<absl::Status> LapseTransfer(const Registry& registry, postgres::Transaction& transaction,
                                 const Call& call, const std::string& number);

}  // namespace maplebridge::registry
