#include "services/registry/api/file_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <string>

namespace maplebridge::registry {

FileMetrics::FileMetrics(prometheus::Registry* registry) {
  if (registry == nullptr) return;
  stored_bytes_ = &prometheus::BuildGauge()
                       .Name("maplebridge_stored_file_bytes")
                       .Help("Bytes of the materials that are kept, each content once.")
                       .Register(*registry)
                       .Add({});
  open_uploads_ = &prometheus::BuildGauge()
                       .Name("maplebridge_open_uploads")
                       .Help("Uploads that are neither finished nor given up nor expired.")
                       .Register(*registry)
                       .Add({});
  refusals_ = &prometheus::BuildCounter()
                   .Name("maplebridge_upload_refusals_total")
                   .Help("Uploads refused while appended or finalised, by the reason answered.")
                   .Register(*registry);
}

void FileMetrics::Set(const FileFigures& figures) const {
  if (stored_bytes_ == nullptr) return;
  stored_bytes_->Set(static_cast<double>(figures.stored_bytes));
  open_uploads_->Set(static_cast<double>(figures.open_uploads));
}

void FileMetrics::CountRefusal(std::string_view reason) const {
  if (refusals_ != nullptr) refusals_->Add({{"reason", std::string(reason)}}).Increment();
}

}  // namespace maplebridge::registry
