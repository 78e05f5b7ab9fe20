// What comes after an agreement, and how a file ends.
#include "deploy/maplectl_source/verbs/verb.h"

namespace maplebridge::maplectl {
namespace {

const std::vector<Column> kStep = {{"dispute", "name"},
                                   {"state", "state"},
                                   {"obligations", "obligation_count"},
                                   {"performed", "performed_count"},
                                   {"breaches", "breach_count"},
                                   {"visits", "follow_up_count"},
                                   {"retention", "retention"},
                                   {"due", "deadline.due_day"},
                                   {"revision", "revision"}};

const std::vector<Column> kFollowUp = {{"visit", "name"},
                                       {"day", "visit_day"},
                                       {"how", "method"},
                                       {"parties", "party_ids"},
                                       {"satisfaction", "satisfaction"},
                                       {"relapsed", "relapsed"},
                                       {"notes", "notes"}};

}  // namespace

std::vector<Verb> DisputeEndVerbs() {
  return {
      {"perform",
       "DisputeService.RecordPerformance",
       "Record that an obligation was performed",
       "maplectl dispute perform D-330681-2026-00000017 --obligation o1 --day today "
       "--evidence 银行回单",
       {kDispute,
        {"--obligation", "obligation_id", "Which one, such as o1"},
        {"--day", "performed_day", "When; today by itself"},
        {"--evidence", "evidence", "What proves it"}},
       kStep},
      {"breach",
       "DisputeService.ReportBreach",
       "Record that an obligation was not performed and the debtor was urged (PML 31)",
       "maplectl dispute breach D-330681-2026-00000017 --obligation o1 "
       "--explanation 电话督促，对方称三日内付款",
       {kDispute,
        {"--obligation", "obligation_id", "Which one, such as o1"},
        {"--explanation", "explanation", "How the debtor was urged, and what was answered"}},
       kStep},
      {"close",
       "DisputeService.CloseUnperformed",
       "Leave a broken agreement to the courts (PML 32)",
       "maplectl dispute close D-330681-2026-00000017 --reason PARTY_SUED "
       "--evidence 起诉状副本",
       {kDispute, {"--reason", "reason", "Why"}, {"--evidence", "evidence", "What proves it"}},
       kStep},
      {"set-aside",
       "DisputeService.RecordSetAside",
       "Record that a court set the agreement aside",
       "maplectl dispute set-aside D-330681-2026-00000017 "
       "--case-number （2026）浙0681民初12号 --day today",
       {kDispute,
        {"--case-number", "case_number", "Number of the judgment or ruling"},
        {"--day", "effective_day", "Day it took effect"}},
       kStep},
      {"follow-up",
       "DisputeService.RecordFollowUp",
       "Record a follow-up visit",
       "maplectl dispute follow-up D-330681-2026-00000017 --day today --method TELEPHONE "
       "--party p1 --satisfaction 5",
       {kOfDispute,
        {"--day", "follow_up.visit_day", "Day of the visit"},
        {"--method", "follow_up.method", "How"},
        {"--party", "follow_up.party_ids", "Who was asked, such as p1; again for each"},
        {"--satisfaction", "follow_up.satisfaction", "1 (not at all) to 5 (wholly)"},
        {"--relapsed", "follow_up.relapsed", "The dispute broke out again"},
        {"--notes", "follow_up.notes", "What was said"}},
       kFollowUp},
      {"follow-ups",
       "DisputeService.ListFollowUps",
       "List the follow-up visits",
       "maplectl dispute follow-ups D-330681-2026-00000017",
       {kOfDispute},
       kFollowUp,
       "follow_ups"},
      {"archive",
       "DisputeService.ArchiveDispute",
       "Close the file for good",
       "maplectl dispute archive D-330681-2026-00000017 --retention LONG_TERM",
       {kDispute, {"--retention", "retention", "How long the file is kept"}},
       kStep},
      {"amend",
       "DisputeService.AmendAgreement",
       "Put a new agreement in the place of the present",
       "maplectl dispute amend D-330681-2026-00000017 "
       "--agreement D-330681-2026-00000017/agreements/2",
       {kDispute, {"--agreement", "agreement", "The new one, in effect", Form::kName, "disputes/"}},
       kStep},
  };
}

}  // namespace maplebridge::maplectl
