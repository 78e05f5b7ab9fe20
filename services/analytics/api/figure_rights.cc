#include "services/analytics/api/figure_rights.h"

namespace maplebridge::analytics {

bool SeesAllFigures(const Caller& caller) {
  return caller.HasAny(
      {options::v1::ROLE_SERVICE, options::v1::ROLE_AUDITOR, options::v1::ROLE_MINISTRY});
}

bool SeesPlace(const Caller& caller, std::string_view place) {
  if (SeesAllFigures(caller)) return true;
  return caller.HasAny({options::v1::ROLE_COUNTY_BUREAU, options::v1::ROLE_CITY_BUREAU,
                        options::v1::ROLE_PROVINCE_BUREAU}) &&
         !caller.division.empty() && place.substr(0, caller.division.size()) == caller.division;
}

bool SeesOrganisation(const Caller& caller, std::string_view organisation,
                      std::string_view division) {
  if (SeesPlace(caller, division)) return true;
  return caller.HasAny({options::v1::ROLE_MEDIATOR, options::v1::ROLE_ORGANISATION_HEAD,
                        options::v1::ROLE_CENTRE}) &&
         !caller.organisation.empty() && caller.organisation == organisation;
}

bool SeesCourt(const Caller& caller, std::string_view court) {
  if (SeesAllFigures(caller)) return true;
  return caller.HasAny({options::v1::ROLE_COURT_SYSTEM, options::v1::ROLE_COURT_CLERK,
                        options::v1::ROLE_JUDGE}) &&
         !caller.court.empty() && caller.court == court;
}

}  // namespace maplebridge::analytics
