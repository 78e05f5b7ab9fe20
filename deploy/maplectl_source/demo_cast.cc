#include "deploy/maplectl_source/demo_cast.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/time/clock.h>

#include "common/identifier/resident_number.h"
#include "common/status/macros.h"
#include "maplebridge/roster/v1/court_roster.grpc.pb.h"
#include "maplebridge/roster/v1/organisation.grpc.pb.h"

namespace maplebridge::maplectl {
namespace {

using roster::v1::CourtRosterService;
using roster::v1::Mediator;
using roster::v1::Organisation;
using roster::v1::OrganisationService;
using OrganisationStub = std::unique_ptr<OrganisationService::Stub>;

struct Member {
  std::string_view name;
  int sequence;  // of the identity number: odd for men
  bool is_head;
  roster::v1::Employment employment;
};
constexpr Member kMembers[] = {
    {"沈清波", 31, true, roster::v1::EMPLOYMENT_FULL_TIME},
    {"陆婉贞", 42, false, roster::v1::EMPLOYMENT_FULL_TIME},
    {"吴柳岸", 53, false, roster::v1::EMPLOYMENT_PART_TIME},
};

absl::StatusOr<std::string> TokenOf(const Stage& stage, const std::string& subject,
                                    std::vector<std::string> roles, const std::string& division) {
  TokenClaims claims;
  claims.subject = "callers/demo-" + subject;
  claims.roles = std::move(roles);
  claims.division = division;
  return stage.TokenFor(claims);
}

absl::StatusOr<std::string> CourtToken(const Stage& stage, const std::string& subject,
                                       const std::string& role) {
  TokenClaims claims;
  claims.subject = "callers/demo-" + subject;
  claims.roles = {role};
  claims.court = kCourt;
  return stage.TokenFor(claims);
}

absl::StatusOr<std::string> MemberToken(const Stage& stage, const std::string& subject,
                                        const std::string& role, const std::string& organisation) {
  TokenClaims claims;
  claims.subject = "callers/demo-" + subject;
  claims.roles = {role};
  claims.organisation = organisation;
  return stage.TokenFor(claims);
}

absl::StatusOr<Organisation> Draft(const Stage& stage, const Cast& cast,
                                   const OrganisationStub& stub) {
  roster::v1::CreateOrganisationRequest request;
  Organisation* organisation = request.mutable_organisation();
  organisation->set_display_name("杭州市上城区清波街道人民调解委员会");
  organisation->set_kind(roster::v1::ORGANISATION_KIND_TOWNSHIP);
  organisation->set_division(kTownship);
  organisation->set_founding_unit("清波街道办事处");
  organisation->set_office_address("杭州市上城区清波街道");
  organisation->set_office_telephone("057187000000");
  organisation->set_seal("杭州市上城区清波街道人民调解委员会");
  request.set_request_id(NewRequestId());
  return stage.Ask(cast.county_bureau, stub, &OrganisationService::Stub::CreateOrganisation,
                   request);
}

absl::StatusOr<Mediator> AddMember(const Stage& stage, const Cast& cast,
                                   const OrganisationStub& stub, const Member& member) {
  roster::v1::CreateMediatorRequest request;
  request.set_parent(cast.organisation);
  Mediator* mediator = request.mutable_mediator();
  mediator->set_display_name(std::string(member.name));
  MB_ASSIGN_OR_RETURN(
      const std::string number,
      identifier::GenerateResidentNumber(kCounty, absl::CivilDay(1970, 5, member.sequence % 28 + 1),
                                         member.sequence));
  mediator->set_identity_number(number);
  mediator->set_telephone(absl::StrFormat("138000%05d", member.sequence));
  mediator->set_employment(member.employment);
  mediator->set_head(member.is_head);
  mediator->set_source_profession("退休法官");
  request.set_request_id(NewRequestId());
  return stage.Ask(cast.county_bureau, stub, &OrganisationService::Stub::CreateMediator, request);
}

absl::Status Publish(const Stage& stage, const Cast& cast, const OrganisationStub& stub) {
  roster::v1::FileOrganisationRequest file;
  file.set_name(cast.organisation);
  file.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(
      stage.Ask(cast.county_bureau, stub, &OrganisationService::Stub::FileOrganisation, file)
          .status());
  roster::v1::PublishOrganisationRequest publish;
  publish.set_name(cast.organisation);
  publish.set_request_id(NewRequestId());
  MB_ASSIGN_OR_RETURN(const Organisation published,
                      stage.Ask(cast.county_bureau, stub,
                                &OrganisationService::Stub::PublishOrganisation, publish));
  if (published.state() == roster::v1::ORGANISATION_STATE_PUBLISHED) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(cast.organisation, " is not published"));
}

absl::Status InviteToCourt(const Stage& stage, const Cast& cast) {
  auto stub = CourtRosterService::NewStub(stage.client().channel());
  roster::v1::CreateCourtRosterEntryRequest request;
  request.set_parent(kCourt);
  request.mutable_court_roster_entry()->set_organisation(cast.organisation);
  request.set_request_id(NewRequestId());
  return stage.Ask(cast.court, stub, &CourtRosterService::Stub::CreateCourtRosterEntry, request)
      .status();
}

}  // namespace

absl::StatusOr<Cast> FileOrganisation(Stage& stage) {
  Cast cast;
  MB_ASSIGN_OR_RETURN(cast.county_bureau,
                      TokenOf(stage, "county-bureau", {"COUNTY_BUREAU"}, kCounty));
  MB_ASSIGN_OR_RETURN(cast.city_bureau, TokenOf(stage, "city-bureau", {"CITY_BUREAU"}, kCity));
  MB_ASSIGN_OR_RETURN(cast.province_bureau,
                      TokenOf(stage, "province-bureau", {"PROVINCE_BUREAU"}, kProvince));
  MB_ASSIGN_OR_RETURN(cast.court, CourtToken(stage, "court-system", "COURT_SYSTEM"));
  MB_ASSIGN_OR_RETURN(cast.judge, CourtToken(stage, "judge", "JUDGE"));

  auto stub = OrganisationService::NewStub(stage.client().channel());
  MB_ASSIGN_OR_RETURN(const Organisation draft, Draft(stage, cast, stub));
  cast.organisation = draft.name();
  int count = 0;
  for (const Member& member : kMembers) {
    MB_ASSIGN_OR_RETURN(const Mediator mediator, AddMember(stage, cast, stub, member));
    if (!member.is_head && cast.mediator_name.empty()) cast.mediator_name = mediator.name();
    ++count;
  }
  MB_RETURN_IF_ERROR(Publish(stage, cast, stub));
  stage.Tell("organisation_published",
             absl::StrCat("the county bureau filed and published ", draft.display_name(), ", ",
                          count, " mediators"),
             {{"organisation", cast.organisation}, {"mediators", count}});
  MB_RETURN_IF_ERROR(InviteToCourt(stage, cast));
  stage.Tell("court_roster_entry", "the court put it on its specially-invited roster",
             {{"court", kCourt}});
  MB_ASSIGN_OR_RETURN(cast.head,
                      MemberToken(stage, "head", "ORGANISATION_HEAD", cast.organisation));
  MB_ASSIGN_OR_RETURN(cast.mediator, MemberToken(stage, "mediator", "MEDIATOR", cast.organisation));
  return cast;
}

absl::StatusOr<std::vector<type::v1::Party>> InventParties(int sequence) {
  struct Person {
    std::string_view id;
    type::v1::PartyPosition position;
    std::string_view name;
    absl::CivilDay birth;
    int sequence;
  };
  const Person people[] = {
      {"p1", type::v1::PARTY_POSITION_APPLICANT, "张晓梅", absl::CivilDay(1985, 3, 7), 22},
      {"p2", type::v1::PARTY_POSITION_RESPONDENT, "李建国", absl::CivilDay(1978, 11, 19), 35},
  };
  std::vector<type::v1::Party> parties;
  for (const Person& person : people) {
    type::v1::Party party;
    party.set_party_id(std::string(person.id));
    party.set_kind(type::v1::PARTY_KIND_PERSON);
    party.set_position(person.position);
    party.set_display_name(std::string(person.name));
    party.set_identity_kind(type::v1::IDENTITY_KIND_RESIDENT);
    MB_ASSIGN_OR_RETURN(const std::string number,
                        identifier::GenerateResidentNumber(kCounty, person.birth + sequence,
                                                           person.sequence + 100 * sequence));
    party.set_identity_number(number);
    party.set_telephone(absl::StrFormat("139000%02d%03d", sequence, person.sequence));
    party.set_service_address("杭州市上城区清波街道");
    party.set_domicile_division(kCounty);
    parties.push_back(std::move(party));
  }
  return parties;
}

}  // namespace maplebridge::maplectl
