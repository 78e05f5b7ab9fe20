// Rate, errors and duration of every method for Prometheus, added up over the loops when asked.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

#include "services/gateway/forwarder/loop.h"

namespace maplebridge::gateway {

// Safe from any thread.
class MetricsPage {
 public:
  // All must outlive the page.
  MetricsPage(const MethodCatalogue& catalogue, std::vector<Loop*> loops, const AuditLog& audit)
      : catalogue_(catalogue), loops_(std::move(loops)), audit_(audit) {}

  // In the text format of Prometheus.
  std::string Text() const;

 private:
  std::vector<prometheus::MetricFamily> Collect() const;
  prometheus::MetricFamily Backends() const;
  void AddMethod(size_t index, const std::string& path, prometheus::MetricFamily& calls,
                 prometheus::MetricFamily& durations) const;

  const MethodCatalogue& catalogue_;
  const std::vector<Loop*> loops_;
  const AuditLog& audit_;
};

}  // namespace maplebridge::gateway
