// What happens while a dispute is mediated.
#include "deploy/maplectl_source/verbs/verb.h"

namespace maplebridge::maplectl {
namespace {

constexpr Input kParties{"--party", "party_ids", "Party by its id, such as p1; again for each"};
constexpr Input kEvidence{"--evidence", "evidence", "What proves it"};

const std::vector<Column> kStep = {{"dispute", "name"},         {"state", "state"},
                                   {"mediators", "mediators"},  {"clock", "clock"},
                                   {"due", "deadline.due_day"}, {"revision", "revision"}};

const std::vector<Column> kSession = {{"session", "name"},        {"kind", "kind"},
                                      {"start", "start_time"},    {"end", "end_time"},
                                      {"place", "place"},         {"parties", "party_ids"},
                                      {"mediators", "mediators"}, {"rights told", "rights_told"}};

const std::vector<Column> kHelper = {
    {"helper", "name"}, {"kind", "kind"}, {"name", "display_name"}, {"how", "explanation"}};

const std::vector<Column> kRecusal = {{"recusal", "name"},      {"party", "party_id"},
                                      {"mediator", "mediator"}, {"reason", "reason"},
                                      {"upheld", "upheld"},     {"because", "explanation"}};

}  // namespace

std::vector<Verb> DisputeCourseVerbs() {
  return {
      {"session",
       "DisputeService.RecordSession",
       "Record a session that was held",
       "maplectl dispute session D-330681-2026-00000017 --kind ONSITE "
       "--start 2025-11-20T09:00 --end 2025-11-20T10:30 --place 村调解室 "
       "--mediator organisations/a1/mediators/m1 --party p1 --party p2 --rights-told "
       "--minutes 双方到场，核对事实。",
       {kOfDispute,
        {"--kind", "session.kind", "How it was held"},
        {"--start", "session.start_time", "Begin"},
        {"--end", "session.end_time", "End"},
        {"--place", "session.place", "Where"},
        {"--mediator", "session.mediators", "Who held it; again for each", Form::kName,
         "organisations/"},
        {"--party", "session.party_ids", "Who took part, such as p1; again for each"},
        {"--rights-told", "session.rights_told",
         "The parties were told their rights and duties (PML 23-24)"},
        {"--minutes", "session.minutes", "Minutes, confidential"}},
       kSession},
      {"sessions",
       "DisputeService.ListSessions",
       "List the sessions held",
       "maplectl dispute sessions D-330681-2026-00000017",
       {kOfDispute},
       kSession,
       "sessions"},
      {"helper",
       "DisputeService.InviteHelper",
       "Invite somebody to help (PML 20)",
       "maplectl dispute helper D-330681-2026-00000017 --kind NEIGHBOUR --name 周邻居 "
       "--how 熟悉通道的历史 --party p1 --party p2",
       {kOfDispute,
        {"--kind", "helper.kind", "Who"},
        {"--name", "helper.display_name", "Name"},
        {"--how", "helper.explanation", "What the help is"},
        {"--party", "helper.party_ids", "Party that agrees: all of them"}},
       kHelper},
      {"helpers",
       "DisputeService.ListHelpers",
       "List those who were invited to help",
       "maplectl dispute helpers D-330681-2026-00000017",
       {kOfDispute},
       kHelper,
       "helpers"},
      {"recuse",
       "DisputeService.RecordRecusal",
       "Record an objection to a mediator",
       "maplectl dispute recuse D-330681-2026-00000017 --party p2 "
       "--mediator organisations/a1/mediators/m1 --reason RELATIVE --because 不属近亲属",
       {kOfDispute,
        {"--party", "recusal.party_id", "Who objects"},
        {"--mediator", "recusal.mediator", "To whom", Form::kName, "organisations/"},
        {"--reason", "recusal.reason", "Why"},
        {"--upheld", "recusal.upheld", "The mediator leaves the dispute"},
        {"--because", "recusal.explanation", "Why it was upheld or not"}},
       kRecusal},
      {"recusals",
       "DisputeService.ListRecusals",
       "List objections and decisions",
       "maplectl dispute recusals D-330681-2026-00000017",
       {kOfDispute},
       kRecusal,
       "recusals"},
      {"extend",
       "DisputeService.ExtendDispute",
       "Move the limit, with the agreement of all",
       "maplectl dispute extend D-330681-2026-00000017 --until +60 --party p1 --party p2 "
       "--evidence 延期同意书",
       {kDispute, {"--until", "last_day", "New last day"}, kParties, kEvidence},
       kStep},
      {"suspend",
       "DisputeService.SuspendDispute",
       "Let the limit stand still",
       "maplectl dispute suspend D-330681-2026-00000017 --reason APPRAISAL --until +20 "
       "--evidence 鉴定委托书",
       {kDispute,
        {"--reason", "reason", "Why"},
        {"--until", "last_day", "Day until which it stands still at most"},
        kEvidence},
       kStep},
      {"resume",
       "DisputeService.ResumeDispute",
       "Go on after a suspension",
       "maplectl dispute resume D-330681-2026-00000017",
       {kDispute},
       kStep},
      {"withdraw",
       "DisputeService.WithdrawDispute",
       "Record that a party ends the mediation",
       "maplectl dispute withdraw D-330681-2026-00000017 --party p1 --evidence 撤回申请书",
       {kDispute, kParties, kEvidence},
       kStep},
      {"conclude",
       "DisputeService.ConcludeByAgreement",
       "Conclude by an agreement in effect",
       "maplectl dispute conclude D-330681-2026-00000017 "
       "--agreement D-330681-2026-00000017/agreements/1",
       {kDispute, {"--agreement", "agreement", "Agreement, in effect", Form::kName, "disputes/"}},
       kStep},
      {"conclude-without-agreement",
       "DisputeService.ConcludeWithoutAgreement",
       "Conclude without agreement; makes the notice",
       "maplectl dispute conclude-without-agreement D-330681-2026-00000017 "
       "--reason NO_AGREEMENT --explanation 双方差距过大。",
       {kDispute,
        {"--reason", "reason", "Why"},
        {"--explanation", "explanation", "Words to it, printed on the notice"}},
       kStep},
  };
}

}  // namespace maplebridge::maplectl
