// Figures of the file store: bytes stored, uploads open, refusals by reason.
#pragma once

#include <string_view>

#include "services/registry/store/stored_file_store.h"

namespace prometheus {
class Counter;
class Gauge;
class Registry;
template <typename T>
class Family;
}  // namespace prometheus

namespace maplebridge::registry {

class FileMetrics {
 public:
  // Without `registry` nothing is counted.
  explicit FileMetrics(prometheus::Registry* registry);
  void Set(const FileFigures& figures) const;
  // `reason`: why a file was not kept or its bytes not taken.
  void CountRefusal(std::string_view reason) const;

 private:
  prometheus::Gauge* stored_bytes_ = nullptr;
  prometheus::Gauge* open_uploads_ = nullptr;
  prometheus::Family<prometheus::Counter>* refusals_ = nullptr;
};

}  // namespace maplebridge::registry
