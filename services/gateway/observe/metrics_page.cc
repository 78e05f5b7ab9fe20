#include "services/gateway/observe/metrics_page.h"

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <limits>

#include "common/server/build_info.h"
#include "services/gateway/errors/refusal.h"

namespace maplebridge::gateway {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Family(const char* name, const char* help, MetricType type) {
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  return family;
}

MetricFamily Gauge(const char* name, const char* help, double value) {
  MetricFamily family = Family(name, help, MetricType::Gauge);
  ClientMetric metric;
  metric.gauge.value = value;
  family.metric.push_back(metric);
  return family;
}

MetricFamily Counter(const char* name, const char* help, double value) {
  MetricFamily family = Family(name, help, MetricType::Counter);
  ClientMetric metric;
  metric.counter.value = value;
  family.metric.push_back(metric);
  return family;
}

double ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  uint64_t total = 0;
  uint64_t resident = 0;
  statm >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double ProcessorSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

MetricFamily BuildInfo() {
  MetricFamily family = Gauge("maplebridge_gateway_build_info", "Version that runs.", 1);
  family.metric.back().label = {{"version", BuildVersion()}};
  return family;
}

}  // namespace

std::string MetricsPage::Text() const { return prometheus::TextSerializer().Serialize(Collect()); }

MetricFamily MetricsPage::Backends() const {
  MetricFamily family = Family("maplebridge_gateway_backend_up",
                               "1 when the service can be reached, else 0.", MetricType::Gauge);
  for (const auto& [name, pool] : loops_.front()->pools()) {
    ClientMetric metric;
    metric.label = {{"backend", name}};
    metric.gauge.value = loops_.front()->IsUp(name) ? 1 : 0;
    family.metric.push_back(std::move(metric));
  }
  return family;
}

std::vector<MetricFamily> MetricsPage::Collect() const {
  MetricFamily calls = Family("maplebridge_gateway_calls_total",
                              "Calls ended, by method and gRPC status.", MetricType::Counter);
  MetricFamily durations =
      Family("maplebridge_gateway_call_duration_seconds",
             "Time from a call's headers to its end at the gateway.", MetricType::Histogram);
  for (const auto& method : catalogue_.methods()) {
    AddMethod(method->index, method->path, calls, durations);
  }
  AddMethod(catalogue_.methods().size(), "unknown", calls, durations);
  int64_t open_calls = 0;
  int64_t open_connections = 0;
  for (Loop* loop : loops_) {
    open_calls += loop->call_log().open_calls();
    open_connections += loop->call_log().open_connections();
  }
  return {
      std::move(calls),
      std::move(durations),
      Gauge("maplebridge_gateway_open_calls", "Calls in flight.", static_cast<double>(open_calls)),
      Gauge("maplebridge_gateway_open_connections", "Connections from callers.",
            static_cast<double>(open_connections)),
      Counter("maplebridge_gateway_audit_lines_dropped_total",
              "Audit lines that the output did not take in time.",
              static_cast<double>(audit_.dropped_lines())),
      Backends(),
      BuildInfo(),
      Gauge("process_resident_memory_bytes", "Resident memory.", ResidentBytes()),
      Counter("process_cpu_seconds_total", "Processor time used.", ProcessorSeconds())};
}

// Methods that nobody called are left out: a page of zeros tells nothing.
void MetricsPage::AddMethod(size_t index, const std::string& path, MetricFamily& calls,
                            MetricFamily& durations) const {
  uint64_t total = 0;
  for (size_t code = 0; code < CallLog::kCodes; ++code) {
    uint64_t count = 0;
    for (Loop* loop : loops_) count += loop->call_log().counts(index).by_code[code];
    if (count == 0) continue;
    total += count;
    ClientMetric metric;
    metric.label = {{"method", path},
                    {"code", std::string(StatusCodeName(static_cast<int>(code)))}};
    metric.counter.value = static_cast<double>(count);
    calls.metric.push_back(std::move(metric));
  }
  if (total == 0) return;
  ClientMetric metric;
  metric.label = {{"method", path}};
  uint64_t cumulative = 0;
  for (size_t i = 0; i <= CallLog::kBounds.size(); ++i) {
    for (Loop* loop : loops_) cumulative += loop->call_log().counts(index).by_duration[i];
    const double bound =
        i < CallLog::kBounds.size() ? CallLog::kBounds[i] : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({cumulative, bound});
  }
  metric.histogram.sample_count = cumulative;
  uint64_t nanoseconds = 0;
  for (Loop* loop : loops_) nanoseconds += loop->call_log().counts(index).nanoseconds;
  metric.histogram.sample_sum = static_cast<double>(nanoseconds) / 1e9;
  durations.metric.push_back(std::move(metric));
}

}  // namespace maplebridge::gateway
