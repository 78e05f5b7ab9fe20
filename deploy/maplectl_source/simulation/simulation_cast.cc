#include "deploy/maplectl_source/simulation/simulation_cast.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_replace.h>

#include "common/status/macros.h"
#include "deploy/maplectl_source/token.h"

namespace maplebridge::maplectl {
namespace {

using roster::v1::CourtRosterService;
using roster::v1::Mediator;
using roster::v1::Organisation;
using roster::v1::OrganisationService;

constexpr absl::Duration kLifetime = absl::Hours(6);
constexpr const char* kProfessions[] = {"退休教师", "退休法官", "律师", "村干部",
                                        "基层法律服务工作者"};

roster::v1::OrganisationKind KindOf(OrganisationKind kind) {
  switch (kind) {
    case OrganisationKind::kVillage:
      return roster::v1::ORGANISATION_KIND_VILLAGE;
    case OrganisationKind::kIndustry:
      return roster::v1::ORGANISATION_KIND_INDUSTRY;
    case OrganisationKind::kTownship:
      break;
  }
  return roster::v1::ORGANISATION_KIND_TOWNSHIP;
}

roster::v1::CreateOrganisationRequest DraftOf(const PlannedOrganisation& planned) {
  roster::v1::CreateOrganisationRequest request;
  Organisation* organisation = request.mutable_organisation();
  organisation->set_display_name(planned.display_name);
  organisation->set_kind(KindOf(planned.kind));
  organisation->set_division(planned.division);
  organisation->set_founding_unit(planned.founding_unit);
  organisation->set_seal(planned.display_name);
  request.set_request_id(NewRequestId());
  return request;
}

roster::v1::CreateMediatorRequest MediatorOf(const std::string& organisation,
                                             const InventedPerson& person, std::size_t place) {
  roster::v1::CreateMediatorRequest request;
  request.set_parent(organisation);
  Mediator* mediator = request.mutable_mediator();
  mediator->set_display_name(person.name);
  mediator->set_identity_number(person.identity_number);
  mediator->set_telephone(person.telephone);
  mediator->set_employment(place < 2 ? roster::v1::EMPLOYMENT_FULL_TIME
                                     : roster::v1::EMPLOYMENT_PART_TIME);
  mediator->set_head(place == 0);
  mediator->set_source_profession(kProfessions[place % std::size(kProfessions)]);
  request.set_request_id(NewRequestId());
  return request;
}

}  // namespace

absl::StatusOr<SimulationCast> SimulationCast::Open(const Installation& installation,
                                                    const CountyPlan& plan, std::string run) {
  SimulationCast cast;
  auto issuer_key = ReadFile(installation.Path("keys/token-issuer.key"));
  if (!issuer_key.ok()) {
    return WithMend(issuer_key.status(),
                    absl::StrCat("the simulation mints its players' tokens: start the suite with ",
                                 installation.UpCommand(), " and run it as the same user"));
  }
  cast.issuer_key_ = *std::move(issuer_key);
  cast.match_key_file_ = installation.Path("keys/match.key");
  cast.run_ = std::move(run);
  cast.court_name_ = "courts/" + plan.county.code;
  MB_ASSIGN_OR_RETURN(cast.bureau_,
                      cast.TokenOf("bureau", "COUNTY_BUREAU", plan.county.code, "", ""));
  MB_ASSIGN_OR_RETURN(cast.court_, cast.TokenOf("court", "COURT_SYSTEM", "", "", cast.court_name_));
  MB_ASSIGN_OR_RETURN(cast.partner_,
                      cast.TokenOf("police", "PARTNER_SYSTEM", plan.county.code, "", ""));
  cast.organisations_.resize(plan.organisations.size());
  return cast;
}

absl::StatusOr<std::string> SimulationCast::TokenOf(const std::string& who, const std::string& role,
                                                    const std::string& division,
                                                    const std::string& organisation,
                                                    const std::string& court) const {
  TokenClaims claims;
  claims.subject = absl::StrCat("callers/simulate-", run_, "-", who);
  claims.roles = {role};
  claims.division = division;
  claims.organisation = organisation;
  claims.court = court;
  claims.lifetime = kLifetime;
  MB_ASSIGN_OR_RETURN(const Token token, MintToken(claims, issuer_key_, absl::Now()));
  return token.text;
}

absl::StatusOr<std::string> SimulationCast::TokenOfParty(const std::string& identity_number) const {
  TokenClaims claims;
  MB_ASSIGN_OR_RETURN(claims.subject, PartySubject(match_key_file_, identity_number, absl::Now()));
  claims.roles = {"PARTY"};
  claims.lifetime = kLifetime;
  MB_ASSIGN_OR_RETURN(const Token token, MintToken(claims, issuer_key_, absl::Now()));
  return token.text;
}

absl::Status SimulationCast::File(const PlannedOrganisation& planned, std::size_t index,
                                  Player& player) {
  const auto& stub = player.stubs().organisations;
  MB_ASSIGN_OR_RETURN(const Organisation draft,
                      player.Do("CreateOrganisation", bureau_, stub,
                                &OrganisationService::Stub::CreateOrganisation, DraftOf(planned)));
  CastOrganisation& made = organisations_[index];
  made.name = draft.name();
  roster::v1::FileOrganisationRequest file;
  file.set_name(made.name);
  file.set_request_id(NewRequestId());
  if (planned.kind == OrganisationKind::kIndustry) {
    // Too early: it has no members yet.
    MB_RETURN_IF_ERROR(player.Refuse("FileOrganisation", reason::kFilingIncomplete, bureau_, stub,
                                     &OrganisationService::Stub::FileOrganisation, file));
    file.set_request_id(NewRequestId());
  }
  for (std::size_t place = 0; place < planned.members.size(); ++place) {
    MB_ASSIGN_OR_RETURN(
        const Mediator mediator,
        player.Do("CreateMediator", bureau_, stub, &OrganisationService::Stub::CreateMediator,
                  MediatorOf(made.name, planned.members[place], place)));
    if (place > 0) made.mediators.push_back(mediator.name());
  }
  MB_RETURN_IF_ERROR(
      player
          .Do("FileOrganisation", bureau_, stub, &OrganisationService::Stub::FileOrganisation, file)
          .status());
  roster::v1::PublishOrganisationRequest publish;
  publish.set_name(made.name);
  publish.set_request_id(NewRequestId());
  MB_RETURN_IF_ERROR(player
                         .Do("PublishOrganisation", bureau_, stub,
                             &OrganisationService::Stub::PublishOrganisation, publish)
                         .status());
  const std::string id = absl::StrReplaceAll(made.name, {{"/", "-"}});
  MB_ASSIGN_OR_RETURN(made.head,
                      TokenOf(id + "-head", "ORGANISATION_HEAD", planned.division, made.name, ""));
  MB_ASSIGN_OR_RETURN(made.mediator,
                      TokenOf(id + "-mediator", "MEDIATOR", planned.division, made.name, ""));
  if (planned.kind == OrganisationKind::kVillage) return absl::OkStatus();
  roster::v1::CreateCourtRosterEntryRequest invite;
  invite.set_parent(court_name_);
  invite.mutable_court_roster_entry()->set_organisation(made.name);
  invite.set_request_id(NewRequestId());
  return player
      .Do("CreateCourtRosterEntry", court_, player.stubs().court_rosters,
          &CourtRosterService::Stub::CreateCourtRosterEntry, invite)
      .status();
}

}  // namespace maplebridge::maplectl
