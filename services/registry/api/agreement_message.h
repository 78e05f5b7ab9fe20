// Between the message Agreement and the agreement as stored.
#pragma once

#include <absl/status/statusor.h>

#include "maplebridge/registry/v1/agreement.pb.h"
#include "services/registry/store/agreement_store.h"

namespace maplebridge::registry {

v1::Agreement AgreementMessage(const Agreement& agreement);
// FIELD_INVALID names what is not even well formed; the rules are the domain's.
absl::StatusOr<AgreementDraft> DraftOf(const v1::Agreement& message, absl::CivilDay today);
absl::StatusOr<Signature> SignatureOf(const v1::Signature& message, absl::CivilDay today);

}  // namespace maplebridge::registry
