// Organisations, mediators, courts' rosters; referrals; figures; places.
#include "deploy/maplectl_source/verbs/verb.h"

namespace maplebridge::maplectl {
namespace {

const std::vector<Column> kOrganisation = {{"organisation", "name"},
                                           {"state", "state"},
                                           {"kind", "kind"},
                                           {"division", "division"},
                                           {"mediators", "mediator_count"},
                                           {"name", "display_name"}};
constexpr Input kOrganisationName{"ORGANISATION", "name", "Name of the organisation", Form::kName,
                                  "organisations/"};
constexpr Input kOfOneOrganisation{"ORGANISATION", "parent", "Name of the organisation",
                                   Form::kName, "organisations/"};
constexpr Input kReason{"--reason", "reason", "Why"};

const std::vector<Column> kMediator = {{"mediator", "name"},     {"state", "state"},
                                       {"name", "display_name"}, {"sex", "sex"},
                                       {"head", "head"},         {"employment", "employment"},
                                       {"fields", "fields"},     {"from", "source_profession"}};

const std::vector<Column> kEntry = {
    {"entry", "name"}, {"organisation", "organisation"}, {"since", "create_time"}};
constexpr Input kOfCourt{"COURT", "parent", "Name of the court", Form::kName, "courts/"};

const std::vector<Column> kReferral = {{"referral", "name"},
                                       {"state", "state"},
                                       {"case", "case_number"},
                                       {"kind", "kind"},
                                       {"category", "category"},
                                       {"organisation", "organisation"},
                                       {"due", "deadline.deadline.due_day"},
                                       {"sum", "amount_fen"},
                                       {"summary", "summary"}};
constexpr Input kReferralName{"REFERRAL", "name", "Name of the referral", Form::kName,
                              "referrals/"};

}  // namespace

std::vector<Verb> OrganisationVerbs() {
  return {
      {"create",
       "OrganisationService.CreateOrganisation",
       "Draft an organisation",
       "maplectl organisation create --name 诸暨市枫桥镇人民调解委员会 --kind TOWNSHIP "
       "--division 330681109 --founded-by 枫桥镇人民政府 --seal 诸暨市枫桥镇人民调解委员会",
       {{"--name", "organisation.display_name", "Full name: place, industry, 人民调解委员会"},
        {"--kind", "organisation.kind", "Kind"},
        {"--division", "organisation.division", "Place that it serves"},
        {"--founded-by", "organisation.founding_unit", "Unit that founded it"},
        {"--office-address", "organisation.office_address", "Address of the office"},
        {"--office-telephone", "organisation.office_telephone", "Telephone of the office, public"},
        {"--seal", "organisation.seal", "Text on its seal"}},
       kOrganisation},
      {"get",
       "OrganisationService.GetOrganisation",
       "Show one organisation",
       "maplectl organisation get organisations/a1",
       {kOrganisationName},
       kOrganisation},
      {"list",
       "OrganisationService.ListOrganisations",
       "List organisations",
       "maplectl organisation list --division 330681 --state PUBLISHED",
       {kPlace, {"--state", "state", "Only this state"}},
       kOrganisation,
       "organisations"},
      {"file",
       "OrganisationService.FileOrganisation",
       "Put it on file",
       "maplectl organisation file organisations/a1",
       {kOrganisationName},
       kOrganisation},
      {"publish",
       "OrganisationService.PublishOrganisation",
       "Put it on the published roster",
       "maplectl organisation publish organisations/a1",
       {kOrganisationName},
       kOrganisation},
      {"suspend",
       "OrganisationService.SuspendOrganisation",
       "Let it take no new cases",
       "maplectl organisation suspend organisations/a1 --reason 换届",
       {kOrganisationName, kReason},
       kOrganisation},
      {"reinstate",
       "OrganisationService.ReinstateOrganisation",
       "Let it take cases again",
       "maplectl organisation reinstate organisations/a1 --reason 换届完成",
       {kOrganisationName, kReason},
       kOrganisation},
      {"revoke",
       "OrganisationService.RevokeOrganisation",
       "End it for good",
       "maplectl organisation revoke organisations/b2 --reason 撤并",
       {kOrganisationName, kReason},
       kOrganisation},
  };
}

std::vector<Verb> MediatorVerbs() {
  return {
      {"add",
       "OrganisationService.CreateMediator",
       "Add a mediator",
       "maplectl mediator add organisations/a1 --name 沈清波 --number 330681190001011017 "
       "--employment FULL_TIME --from 退休教师",
       {kOfOneOrganisation,
        {"--name", "mediator.display_name", "Name, as published"},
        {"--number", "mediator.identity_number", "Resident identity number"},
        {"--telephone", "mediator.telephone", "Telephone"},
        {"--employment", "mediator.employment", "Full-time or part-time"},
        {"--head", "mediator.head", "Is the head"},
        {"--from", "mediator.source_profession", "Profession the mediator comes from"},
        {"--field", "mediator.fields", "Category handled; again for each, none for all"}},
       kMediator},
      {"list",
       "OrganisationService.ListMediators",
       "List the mediators",
       "maplectl mediator list organisations/a1",
       {kOfOneOrganisation},
       kMediator,
       "mediators"},
      {"get",
       "OrganisationService.GetMediator",
       "Show one mediator",
       "maplectl mediator get organisations/a1/mediators/m1",
       {{"MEDIATOR", "name", "Name of the mediator", Form::kName, "organisations/"}},
       kMediator},
  };
}

std::vector<Verb> CourtRosterVerbs() {
  return {
      {"invite",
       "CourtRosterService.CreateCourtRosterEntry",
       "Put an organisation on the court's roster",
       "maplectl roster invite courts/330681 --organisation organisations/a1",
       {kOfCourt,
        {"--organisation", "court_roster_entry.organisation", "Whom", Form::kName,
         "organisations/"}},
       kEntry},
      {"list",
       "CourtRosterService.ListCourtRosterEntries",
       "List a court's roster",
       "maplectl roster list courts/330681",
       {kOfCourt},
       kEntry,
       "court_roster_entries"},
  };
}

std::vector<Verb> ReferralVerbs() {
  return {
      {"list",
       "ReferralService.ListReferrals",
       "List referrals that the caller may see",
       "maplectl referral list --state SENT",
       {{"--state", "state", "Only this state"},
        {"--case-number", "case_number", "Only this case number, in any spelling"}},
       kReferral,
       "referrals"},
      {"get",
       "ReferralService.GetReferral",
       "Show one referral",
       "maplectl referral get f1",
       {kReferralName},
       kReferral},
      {"accept",
       "ReferralService.AcceptReferral",
       "Sign for the materials",
       "maplectl referral accept f1",
       {kReferralName},
       kReferral},
      {"decline",
       "ReferralService.DeclineReferral",
       "Give the case back unaccepted",
       "maplectl referral decline f1 --reason NO_CAPACITY --text 案件过多",
       {kReferralName, {"--reason", "reason", "Why"}, {"--text", "text", "In words"}},
       kReferral},
  };
}

std::vector<Verb> IndicatorVerbs() {
  return {
      {"query",
       "IndicatorService.QueryIndicators",
       "Show figures of a place, an organisation or a court",
       "maplectl indicator query --division 330681 --indicator success_rate --level TOWNSHIP",
       {{"--division", "division", "A place: 2, 4, 6, 9 or 12 digits"},
        {"--organisation", "organisation", "Or an organisation", Form::kName, "organisations/"},
        {"--court", "court", "Or a court", Form::kName, "courts/"},
        {"--start", "start_day", "First day; 1 January by itself"},
        {"--end", "end_day", "Last day; today by itself"},
        {"--indicator", "indicators", "Name of an indicator; again for each, none for all"},
        {"--level", "levels", "A row for each division of this level; again for each"}},
       {{"division", "division"},
        {"indicators", "values.indicator"},
        {"above", "values.numerator"},
        {"below", "values.denominator"},
        {"values", "values.value"}},
       "rows"},
      {"define",
       "IndicatorService.ListIndicatorDefinitions",
       "Show what each indicator means",
       "maplectl indicator define",
       {},
       {{"indicator", "indicator"},
        {"name", "display_name"},
        {"unit", "unit"},
        {"formula", "formula"}},
       "indicator_definitions"},
  };
}

std::vector<Verb> DivisionVerbs() {
  const std::vector<Column> columns = {
      {"code", "code"}, {"level", "level"}, {"name", "display_name"}, {"full name", "full_name"}};
  return {
      {"get",
       "ReferenceService.GetDivision",
       "Show one place",
       "maplectl division get 330681",
       {{"DIVISION", "name", "2, 4, 6, 9 or 12 digits", Form::kName, "divisions/"}},
       columns},
      {"list",
       "ReferenceService.ListDivisions",
       "List the places directly below one",
       "maplectl division list --in 330681",
       {{"--in", "parent", "The place above; the provinces by itself"}},
       columns,
       "divisions"},
      {"categories",
       "ReferenceService.ListDisputeCategories",
       "List the categories of disputes",
       "maplectl division categories",
       {},
       {{"code", "code"},
        {"name", "display_name"},
        {"industry", "industry"},
        {"limit", "limit"},
        {"counted in", "limit_rule"}},
       "categories"},
  };
}

}  // namespace maplebridge::maplectl
