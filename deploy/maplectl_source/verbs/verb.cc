#include "deploy/maplectl_source/verbs/verb.h"

#include <iterator>

namespace maplebridge::maplectl {
namespace {

std::vector<Verb> Joined(std::vector<std::vector<Verb>> parts) {
  std::vector<Verb> all;
  for (std::vector<Verb>& part : parts) {
    all.insert(all.end(), std::make_move_iterator(part.begin()),
               std::make_move_iterator(part.end()));
  }
  return all;
}

}  // namespace

const std::vector<VerbGroup>& VerbGroups() {
  static const auto* groups = new std::vector<VerbGroup>{
      {"dispute", "Disputes: from the first report to the closed file",
       Joined({DisputeVerbs(), DisputeCourseVerbs(), DisputeEndVerbs(), DisputeFindingVerbs()})},
      {"agreement", "Agreements and who has signed them", AgreementVerbs()},
      {"transfer", "Handing a dispute over to another organisation", TransferVerbs()},
      {"escalation", "Signs of violence, and who takes them up", EscalationVerbs()},
      {"route", "From a one-stop centre to kinds of force", RouteVerbs()},
      {"assistance", "Notary, legal aid, appraisal, psychologist", AssistanceVerbs()},
      {"joint", "Mediation by several organisations, one of which leads", JointVerbs()},
      {"history", "All that happened to a dispute, on one page", HistoryVerbs()},
      {"campaign", "Investigations: places, visits, blind spots", CampaignVerbs()},
      {"risk", "The risk ledger", RiskVerbs()},
      {"observation", "What partners see and share", ObservationVerbs()},
      {"document", "Documents of a dispute", DocumentVerbs()},
      {"operation", "Imports and exports, and what they made", OperationVerbs()},
      {"workflow", "What may follow what, as a table", WorkflowVerbs()},
      {"organisation", "Filing and publication of organisations", OrganisationVerbs()},
      {"mediator", "Mediators of an organisation", MediatorVerbs()},
      {"roster", "The specially-invited rosters of courts", CourtRosterVerbs()},
      {"referral", "Cases that courts refer to mediation", ReferralVerbs()},
      {"indicator", "Figures with their definitions", IndicatorVerbs()},
      {"division", "Places and categories", DivisionVerbs()},
  };
  return *groups;
}

}  // namespace maplebridge::maplectl
