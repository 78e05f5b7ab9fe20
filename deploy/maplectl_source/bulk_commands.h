// maplectl import FILE and maplectl export FILE: bulk work ordered, waited for, and its table read.
#pragma once

#include <string>

#include "deploy/maplectl_source/gateway_client.h"

namespace maplebridge::maplectl {

struct ImportOptions {
  // CSV of an old register.
  std::string file;
  std::string organisation;
  // Where rows with errors are written; FILE.errors.csv when empty.
  std::string errors;
  std::string request_id;
};
// Ends with kFailed when rows came back.
int RunImport(const Console& console, const Installation& installation,
              const GatewaySettings& settings, const ImportOptions& options);

struct ExportOptions {
  std::string file;
  std::string filter;
  std::string organisation;
  std::string division;
};
int RunExport(const Console& console, const Installation& installation,
              const GatewaySettings& settings, const ExportOptions& options);

}  // namespace maplebridge::maplectl
