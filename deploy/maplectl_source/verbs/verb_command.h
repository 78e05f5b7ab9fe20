// Runs one verb: makes the request, calls, shows rows or a record, writes a file.
#pragma once

#include <string>

#include "deploy/maplectl_source/console.h"
#include "deploy/maplectl_source/gateway_client.h"
#include "deploy/maplectl_source/verbs/verb.h"
#include "deploy/maplectl_source/verbs/verb_request.h"

namespace maplebridge::maplectl {

struct VerbCall {
  const VerbGroup* group = nullptr;
  const Verb* verb = nullptr;
  VerbRequest written;
  // Rows of a list; 0 for all.
  int limit = 100;
  // File for the bytes of a download; standard output when empty.
  std::string output;
  double timeout_seconds = 30;
};

int RunVerb(const Console& console, const Installation& installation,
            const GatewaySettings& settings, const VerbCall& call);

}  // namespace maplebridge::maplectl
