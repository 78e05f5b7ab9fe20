// Handing a dispute over to another organisation.
#pragma once

#include "maplebridge/registry/v1/transfer.pb.h"
#include "maplebridge/roster/v1/organisation.pb.h"
#include "services/registry/api/registry.h"
#include "services/registry/store/transfer_store.h"

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

// The organisation that is asked to take a dispute; FIELD_INVALID names `field` when the roster has
// none.
Task<absl::StatusOr<roster::v1::Organisation>> AskReceiver(const Registry& registry,
                                                           const Call& call,
                                                           const std::string& field,
                                                           const std::string& name);
// Stores the offer within a step OfferTransfer that has begun, and starts its clock. FIELD_INVALID
// names `field`; GUARD_FAILED, ORGANISATION_NOT_PUBLISHED.
Task<absl::StatusOr<Transfer>> PutOffer(const Registry& registry,
                                        postgres::Transaction& transaction, const Call& call,
                                        const roster::v1::Organisation& receiver,
                                        const std::string& field, const std::string& explanation,
                                        OpenStep* step);

}  // namespace maplebridge::registry
