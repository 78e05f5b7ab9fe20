// Making, storing and telling a report.
#pragma once

#include "maplebridge/registry/v1/report.pb.h"
#include "services/registry/api/registry.h"
#include "services/registry/store/report_store.h"

namespace maplebridge::registry {

v1::Report ReportMessage(const Report& report);

// Kind, parent, place and period of a report that is to be made; gives it its number, makes its
// bytes and fills in the rest but the signature. Nothing is stored but the serial.
Task<absl::StatusOr<MadeDocument>> MakeReport(const Registry& registry, const Call& call,
                                              TemplateValues values, Report* report);

// Seals, signs and stores it.
Task<absl::StatusOr<v1::Report>> StoreReport(const Registry& registry,
                                             postgres::Transaction& transaction, const Call& call,
                                             Report report, const std::string& bytes);

// The report of a repeated call.
Task<absl::StatusOr<v1::Report>> RereadReport(postgres::Transaction& transaction,
                                              const std::string& name);

}  // namespace maplebridge::registry
