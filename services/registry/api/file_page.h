// A page of what a dispute's file holds by ordinal: sessions, follow-up visits. For those who work
// on the case, and for auditors.
#pragma once

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include "common/server/page_token.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/words.h"

namespace maplebridge::registry {

struct FilePage {
  std::string dispute;  // number
  int size = 0;
  // The page begins behind this ordinal.
  int after = 0;
};

template <typename Request>
Task<absl::StatusOr<FilePage>> OpenFilePage(Registry& registry, Call& call,
                                            const Request& request) {
  auto dispute = co_await ReadVisible(registry, call, "parent", request.parent());
  if (!dispute.ok()) co_return dispute.status();
  if (!call.caller().Has(options::v1::ROLE_AUDITOR)) {
    MB_CO_RETURN_IF_ERROR(RequireReadsFile(call.caller(), *dispute));
  }
  FilePage page;
  page.dispute = dispute->number;
  MB_CO_ASSIGN_OR_RETURN(page.size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  if (!token.empty() && !absl::SimpleAtoi(token[0], &page.after)) page.after = 0;
  co_return page;
}

// The token of the page that begins with `ordinal`.
template <typename Request>
std::string FilePageToken(const Registry& registry, const Request& request, int ordinal) {
  return MakePageToken(*registry.keys.match, request, {absl::StrCat(ordinal - 1)});
}

}  // namespace maplebridge::registry
