// The one-stop centre: routes, help beside the mediation, joint mediation, the history.
#include "deploy/maplectl_source/verbs/verb.h"

namespace maplebridge::maplectl {
namespace {

const std::vector<Column> kRoute = {{"route", "name"},      {"state", "state"},
                                    {"force", "force"},     {"organisation", "organisation"},
                                    {"body", "body_name"},  {"due", "deadline.due_day"},
                                    {"overdue", "overdue"}, {"outcome", "outcome"},
                                    {"answer", "answer"},   {"result", "result"}};
constexpr Input kRouteName{"ROUTE", "name", "Name of the route", Form::kName, "disputes/"};

const std::vector<Column> kAssistance = {
    {"assistance", "name"}, {"state", "state"},          {"kind", "kind"},
    {"body", "body_name"},  {"due", "deadline.due_day"}, {"overdue", "overdue"},
    {"answer", "answer"},   {"result", "result"},        {"material", "material"}};
constexpr Input kAssistanceName{"ASSISTANCE", "name", "Name of the request", Form::kName,
                                "disputes/"};

const std::vector<Column> kJoint = {{"joint mediation", "name"},
                                    {"lead", "lead"},
                                    {"organisations", "members.organisation"},
                                    {"states", "members.state"},
                                    {"because", "explanation"},
                                    {"ended", "end_time"}};
constexpr Input kJointName{"JOINT", "name", "Name of the joint mediation", Form::kName,
                           "disputes/"};

constexpr Input kDueOrOne{"DISPUTE", "parent", "Number of the dispute, or - for what is due",
                          Form::kName, "disputes/"};
constexpr Input kState{"--state", "state", "Only this state"};
constexpr Input kDecision{"--decision", "decision", "Accept or decline"};
constexpr Input kAnswer{"--answer", "answer", "Its words; of a refusal the reason"};

}  // namespace

std::vector<Verb> RouteVerbs() {
  return {
      {"propose",
       "CentreService.RouteDispute",
       "Route a dispute to a kind of force",
       "maplectl route propose D-330681-2026-00000017 --force LAWYER_MEDIATION "
       "--body 市律师协会调解中心 --because 双方同意由律师先行调解",
       {kOfDispute,
        {"--force", "route.force", "Kind of force"},
        {"--organisation", "route.organisation", "A committee of the roster", Form::kName,
         "organisations/"},
        {"--body", "route.body_name", "Or the name of a body outside"},
        {"--because", "route.explanation", "Why there"},
        {"--agreement", "route.arbitration_agreement", "Where the agreement to arbitrate stands"}},
       kRoute},
      {"answer",
       "CentreService.AnswerRoute",
       "Record what a body outside has answered",
       "maplectl route answer D-330681-2026-00000017/routes/1 --decision ACCEPT",
       {kRouteName, kDecision, kAnswer},
       kRoute},
      {"end",
       "CentreService.EndRoute",
       "Record what a body outside came to",
       "maplectl route end D-330681-2026-00000017/routes/1 --outcome FAILED "
       "--result 双方分歧较大",
       {kRouteName,
        {"--outcome", "outcome", "What it came to"},
        {"--result", "result", "What came of it"}},
       kRoute},
      {"withdraw",
       "CentreService.WithdrawRoute",
       "Take a route back",
       "maplectl route withdraw D-330681-2026-00000017/routes/1 --because 当事人改变主意",
       {kRouteName, {"--because", "explanation", "Why"}},
       kRoute},
      {"list",
       "CentreService.ListRoutes",
       "List the routes of a dispute, or what is due",
       "maplectl route list - --state ACCEPTED",
       {kDueOrOne, kState},
       kRoute,
       "routes"},
  };
}

std::vector<Verb> AssistanceVerbs() {
  return {
      {"request",
       "CentreService.RequestAssistance",
       "Ask a notary, legal aid, an appraiser or a psychologist",
       "maplectl assistance request D-330681-2026-00000017 --kind NOTARY --body 市公证处 "
       "--for 办理协议公证",
       {kOfDispute,
        {"--kind", "assistance.kind", "What is asked for"},
        {"--body", "assistance.body_name", "Who is asked"},
        {"--for", "assistance.explanation", "What for"}},
       kAssistance},
      {"answer",
       "CentreService.AnswerAssistance",
       "Record what the body has answered",
       "maplectl assistance answer D-330681-2026-00000017/assistance/1 --decision ACCEPT",
       {kAssistanceName, kDecision, kAnswer},
       kAssistance},
      {"deliver",
       "CentreService.DeliverAssistance",
       "Record what was delivered",
       "maplectl assistance deliver D-330681-2026-00000017/assistance/1 --result 公证书已出具",
       {kAssistanceName,
        {"--result", "result", "What was delivered"},
        {"--material", "material", "Material that holds it", Form::kName, "disputes/"}},
       kAssistance},
      {"cancel",
       "CentreService.CancelAssistance",
       "Take a request back",
       "maplectl assistance cancel D-330681-2026-00000017/assistance/1 --because 不再需要",
       {kAssistanceName, {"--because", "explanation", "Why"}},
       kAssistance},
      {"list",
       "CentreService.ListAssistance",
       "List the requests of a dispute, or what is due",
       "maplectl assistance list - --state REQUESTED",
       {kDueOrOne, kState},
       kAssistance,
       "assistance"},
  };
}

std::vector<Verb> JointVerbs() {
  return {
      {"set",
       "CentreService.SetJointMediation",
       "Say who mediates a dispute beside its organisation",
       "maplectl joint set D-330681-2026-00000017 --organisation organisations/b2 "
       "--because 涉及两个街道 --agreed p1 --agreed p2",
       {kDispute,
        {"--organisation", "organisations", "Who mediates along; once for each", Form::kName,
         "organisations/"},
        {"--because", "explanation", "Why jointly"},
        {"--agreed", "party_ids", "A party that agrees; once for each"}},
       kJoint},
      {"answer",
       "CentreService.AnswerJointMediation",
       "Join a mediation, or decline",
       "maplectl joint answer D-330681-2026-00000017/jointMediation --decision ACCEPT",
       {kJointName, kDecision, kAnswer},
       kJoint},
      {"get",
       "CentreService.GetJointMediation",
       "Show the joint mediation of a dispute",
       "maplectl joint get D-330681-2026-00000017/jointMediation",
       {kJointName},
       kJoint},
      {"list",
       "CentreService.ListJointMediations",
       "List those to which your organisation is invited or which it has joined",
       "maplectl joint list",
       {},
       kJoint,
       "joint_mediations"},
  };
}

std::vector<Verb> HistoryVerbs() {
  return {
      {"list",
       "CentreService.GetDisputeHistory",
       "Show all that happened to a dispute, in order of time",
       "maplectl history list D-330681-2026-00000017 --kind ROUTE",
       {kDispute, {"--kind", "kind", "Only what is about this"}},
       {{"time", "time"},
        {"kind", "kind"},
        {"what", "text"},
        {"resource", "resource"},
        {"organisation", "organisation"},
        {"by", "principal"}},
       "entries"},
  };
}

}  // namespace maplebridge::maplectl
