// maplectl deadline and maplectl check: questions of law and form, answered by the registry's
// ReferenceService, one or a file of them.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>

#include "deploy/maplectl_source/console.h"
#include "deploy/maplectl_source/gateway_client.h"

namespace maplebridge::maplectl {

struct DeadlineOptions {
  std::string from;
  std::string rule;
  std::string count;
  // File with the columns from, rule, n; - for standard input.
  std::string batch;
};
int RunDeadline(const Console& console, const Installation& installation,
                const GatewaySettings& settings, const DeadlineOptions& options);

struct CheckOptions {
  std::string kind;
  std::string value;
  // File with the columns kind, value; - for standard input.
  std::string batch;
};
int RunCheck(const Console& console, const Installation& installation,
             const GatewaySettings& settings, const CheckOptions& options);

// A moment as RFC 3339 has it, also without seconds ("2026-09-28T15:00+08:00"), without an offset
// (then in China Standard Time), or a day alone (its beginning in China).
absl::StatusOr<absl::Time> MomentOf(const std::string& text);

}  // namespace maplebridge::maplectl
