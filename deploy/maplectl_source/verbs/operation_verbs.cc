// Operations: bulk work that goes on after its call.
#include "deploy/maplectl_source/verbs/verb.h"

namespace maplebridge::maplectl {
namespace {

const std::vector<Column> kOperation = {{"operation", "name"},
                                        {"kind", "kind"},
                                        {"state", "state"},
                                        {"rows", "progress.row_count"},
                                        {"done", "progress.done_count"},
                                        {"imported", "progress.imported_count"},
                                        {"repeated", "progress.repeated_count"},
                                        {"refused", "progress.refused_count"},
                                        {"ordered", "create_time"},
                                        {"ended", "end_time"}};
constexpr Input kName{"OPERATION", "name", "Name of the operation", Form::kName, "operations/"};

}  // namespace

std::vector<Verb> OperationVerbs() {
  return {
      {"list",
       "BulkService.ListOperations",
       "List imports and exports, the latest first",
       "maplectl operation list --kind EXPORT",
       {{"--kind", "kind", "Only imports, or only exports"}},
       kOperation,
       "operations"},
      {"get",
       "BulkService.GetOperation",
       "Show how far one is",
       "maplectl operation get op1",
       {kName},
       kOperation},
      {"order",
       "BulkService.ExportDisputes",
       "Order an export without waiting for it",
       "maplectl operation order --filter 'state = ARCHIVED'",
       {{"--filter", "filter", "AIP-160 filter on disputes; all when it is left out"},
        {"--state", "state", "Only this state"},
        kPlace,
        kOfOrganisation},
       kOperation},
      {"export",
       "BulkService.ReadOperationResult",
       "Write what one made: disputes, or rows with errors; the read is recorded",
       "maplectl operation export op1 --output disputes.csv",
       {kName},
       {}},
      {"cancel",
       "BulkService.CancelOperation",
       "End one that runs; what it did stays done",
       "maplectl operation cancel op1",
       {kName},
       kOperation},
  };
}

}  // namespace maplebridge::maplectl
