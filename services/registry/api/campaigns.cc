#include "services/registry/api/campaigns.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/feed/event_log.h"
#include "common/server/etag.h"
#include "common/server/page_token.h"
#include "common/server/request_id.h"
#include "common/server/resource_id.h"
#include "services/registry/api/words.h"
#include "services/registry/store/campaign_store.h"

namespace maplebridge::registry {
namespace {

void FillCampaign(v1::Campaign* message, const Campaign& campaign) {
  message->set_name(campaign.name());
  message->set_title(campaign.title);
  message->set_kind(EnumOf<v1::InvestigationKind>("INVESTIGATION_KIND_", campaign.kind));
  message->set_mode(EnumOf<v1::InvestigationMode>("INVESTIGATION_MODE_", campaign.mode));
  message->set_theme(campaign.theme);
  for (const auto& place : campaign.divisions) message->add_divisions(place.ToString());
  for (const std::string& category : campaign.categories) message->add_categories(category);
  for (const std::string& group : campaign.groups) message->add_groups(group);
  for (const std::string& force : campaign.forces) {
    message->add_forces(EnumOf<v1::Force>("FORCE_", force));
  }
  message->set_start_day(DayWord(campaign.start_day));
  message->set_end_day(DayWord(campaign.end_day));
  message->set_state(EnumOf<v1::CampaignState>("CAMPAIGN_STATE_", campaign.state));
  message->set_village_count(campaign.village_count);
  message->set_visited_count(campaign.visited_count);
  message->set_risk_count(campaign.risk_count);
  message->set_conclusion(campaign.conclusion);
  SetTime(message->mutable_create_time(), campaign.create_time);
  if (campaign.close_time) SetTime(message->mutable_close_time(), *campaign.close_time);
  message->set_revision(campaign.revision);
  message->set_etag(Etag(campaign.revision));
}

v1::Campaign CampaignMessage(const Campaign& campaign) {
  v1::Campaign message;
  FillCampaign(&message, campaign);
  return message;
}

// Places with their villages counted; FIELD_INVALID for one that is none.
void ReadPlaces(const Registry& registry, const v1::Campaign& message, FieldCheck* check,
                Campaign* campaign) {
  for (int i = 0; i < message.divisions_size(); ++i) {
    const std::string field = absl::StrCat("campaign.divisions[", i, "]");
    auto code = registry.divisions().Normalise(message.divisions(i));
    check->Check(field, code.status());
    if (!code.ok()) continue;
    campaign->divisions.push_back(*code);
    campaign->village_count += registry.divisions().CountLeaves(*code);
  }
}

absl::StatusOr<Campaign> DraftOf(const Registry& registry, const Call& call,
                                 const v1::Campaign& message) {
  FieldCheck check;
  Campaign campaign;
  campaign.title = message.title();
  campaign.kind = WordOf("INVESTIGATION_KIND_", message.kind());
  campaign.mode = WordOf("INVESTIGATION_MODE_", message.mode());
  campaign.theme = message.theme();
  campaign.categories.assign(message.categories().begin(), message.categories().end());
  campaign.groups.assign(message.groups().begin(), message.groups().end());
  MB_ASSIGN_OR_RETURN(campaign.forces, ForcesOf("campaign.forces", message.forces()));
  auto start = DayOf(message.start_day());
  auto end = DayOf(message.end_day());
  check.Check("campaign.start_day", start.status());
  check.Check("campaign.end_day", end.status());
  ReadPlaces(registry, message, &check, &campaign);
  MB_RETURN_IF_ERROR(check.status());
  campaign.start_day = *start;
  campaign.end_day = *end;
  AddViolations(&check, "campaign.", CheckCampaign(campaign));
  MB_RETURN_IF_ERROR(check.status());
  campaign.create_time = call.now();
  campaign.revision = 1;
  return campaign;
}

Task<absl::Status> Tell(const Registry& registry, postgres::Transaction& transaction,
                        const Call& call, const Campaign& campaign, const char* type,
                        const std::string& from_state) {
  const v1::Campaign payload = CampaignMessage(campaign);
  NewEvent event;
  event.type = type;
  event.resource = campaign.name();
  event.revision = campaign.revision;
  event.from_state = from_state;
  event.to_state = campaign.state;
  event.division = campaign.divisions.front().ToString();
  event.payload = &payload;
  co_return co_await AppendEvent(transaction, call, *registry.parts.feed, event);
}

Task<absl::StatusOr<v1::Campaign>> Reread(postgres::Transaction& transaction,
                                          const std::string& name) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, CampaignIdIn("name", name));
  auto campaign = co_await ReadCampaign(transaction, id);
  if (!campaign.ok()) co_return campaign.status();
  co_return CampaignMessage(*campaign);
}

Task<absl::StatusOr<v1::Campaign>> Close(const Registry& registry,
                                         postgres::Transaction& transaction, const Call& call,
                                         const std::string& id,
                                         const v1::CloseCampaignRequest& request) {
  const bool exclusive = true;
  auto campaign = co_await LockCampaign(transaction, id, exclusive);
  if (!campaign.ok()) co_return campaign.status();
  MB_CO_RETURN_IF_ERROR(CheckCampaignVisible(call.caller(), *campaign));
  MB_CO_RETURN_IF_ERROR(RequireCampaignPlaces(call.caller(), *campaign));
  MB_CO_RETURN_IF_ERROR(CheckEtag(campaign->name(), request.etag(), campaign->revision));
  const std::string before = campaign->state;
  if (before != "OPEN") co_return StateForbidsError(campaign->name(), before, "CloseCampaign");
  campaign->state = "CLOSED";
  campaign->conclusion = request.conclusion();
  campaign->close_time = call.now();
  ++campaign->revision;
  absl::Status done = co_await UpdateCampaign(transaction, *campaign);
  if (!done.ok()) co_return done;
  done = co_await Tell(registry, transaction, call, *campaign, "CloseCampaign", before);
  if (!done.ok()) co_return done;
  co_return CampaignMessage(*campaign);
}

}  // namespace

absl::StatusOr<std::string> CampaignIdIn(std::string_view field, const std::string& name) {
  std::vector<std::string> parts = NameParts("campaigns/*", name);
  if (parts.empty()) return FieldError(field, "must be campaigns/{id}");
  return parts[0];
}

absl::Status CheckCampaignVisible(const Caller& caller, const Campaign& campaign) {
  using namespace options::v1;  // the roles
  const bool sees_all = caller.HasAny({ROLE_SERVICE, ROLE_AUDITOR, ROLE_MINISTRY});
  if (sees_all || (!caller.division.empty() && Touches(campaign, caller.division))) {
    return absl::OkStatus();
  }
  return NotFoundError(campaign.name());
}

absl::Status RequireCampaignPlaces(const Caller& caller, const Campaign& campaign) {
  if (caller.HasAny({options::v1::ROLE_MINISTRY})) return absl::OkStatus();
  for (const auto& place : campaign.divisions) {
    MB_RETURN_IF_ERROR(RequirePlace(caller, place.ToString()));
  }
  return absl::OkStatus();
}

Task<absl::StatusOr<Campaign>> FindCampaign(Registry& registry, const Call& call,
                                            std::string_view field, const std::string& name) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, CampaignIdIn(field, name));
  auto campaign = co_await ReadCampaign(registry.database(call), call.deadline(), id);
  if (!campaign.ok()) co_return campaign.status();
  MB_CO_RETURN_IF_ERROR(CheckCampaignVisible(call.caller(), *campaign));
  co_return campaign;
}

absl::StatusOr<std::vector<std::string>> ForcesOf(
    std::string_view field, const google::protobuf::RepeatedField<int>& forces) {
  std::vector<std::string> words;
  for (int i = 0; i < forces.size(); ++i) {
    std::string word = WordOf("FORCE_", static_cast<v1::Force>(forces.Get(i)));
    const std::string place = absl::StrCat(std::string(field), "[", i, "]");
    if (word.empty()) return FieldError(place, "is no force");
    if (std::find(words.begin(), words.end(), word) != words.end()) {
      return FieldError(place, "is named twice");
    }
    words.push_back(std::move(word));
  }
  return words;
}

Task<absl::StatusOr<v1::Campaign>> CreateCampaign(Registry& registry, Call& call,
                                                  const v1::CreateCampaignRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(Campaign campaign, DraftOf(registry, call, request.campaign()));
  MB_CO_RETURN_IF_ERROR(RequireCampaignPlaces(call.caller(), campaign));
  campaign.id = NewResourceId(call.now());
  std::function<Task<absl::StatusOr<v1::Campaign>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Campaign>> {
    absl::Status done = co_await InsertCampaign(transaction, campaign, call.caller().principal);
    if (!done.ok()) co_return done;
    const std::string no_state;
    done = co_await Tell(registry, transaction, call, campaign, "CreateCampaign", no_state);
    if (!done.ok()) co_return done;
    co_return CampaignMessage(campaign);
  };
  std::function<Task<absl::StatusOr<v1::Campaign>>(postgres::Transaction&, const std::string&)>
      reread = &Reread;
  co_return co_await ChangeOnce<v1::Campaign>(registry.database(call), call, request, change,
                                              reread);
}

Task<absl::StatusOr<v1::Campaign>> GetCampaign(Registry& registry, Call& call,
                                               const v1::GetCampaignRequest& request) {
  auto campaign = co_await FindCampaign(registry, call, "name", request.name());
  if (!campaign.ok()) co_return campaign.status();
  co_return CampaignMessage(*campaign);
}

Task<absl::StatusOr<v1::ListCampaignsResponse>> ListCampaignPage(
    Registry& registry, Call& call, const v1::ListCampaignsRequest& request) {
  using namespace options::v1;  // the roles
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  const Caller& caller = call.caller();
  const bool sees_all = caller.HasAny({ROLE_SERVICE, ROLE_AUDITOR, ROLE_MINISTRY});
  if (!sees_all) MB_CO_RETURN_IF_ERROR(RequirePlace(caller, caller.division));
  const std::string place = sees_all ? "" : caller.division;
  const std::string after = token.empty() ? "" : token[0];
  auto rows = co_await ListCampaigns(registry.database(call), call.deadline(), place,
                                     WordOf("CAMPAIGN_STATE_", request.state()), after, size + 1);
  if (!rows.ok()) co_return rows.status();
  v1::ListCampaignsResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    response.set_next_page_token(MakePageToken(*registry.keys.match, request, {rows->back().id}));
  }
  for (const Campaign& campaign : *rows) FillCampaign(response.add_campaigns(), campaign);
  co_return response;
}

Task<absl::StatusOr<v1::Campaign>> CloseCampaign(Registry& registry, Call& call,
                                                 const v1::CloseCampaignRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, CampaignIdIn("name", request.name()));
  if (std::string wrong = CheckText(request.conclusion(), 1, 5000); !wrong.empty()) {
    co_return FieldError("conclusion", wrong);
  }
  std::function<Task<absl::StatusOr<v1::Campaign>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return Close(registry, transaction, call, id, request);
      };
  std::function<Task<absl::StatusOr<v1::Campaign>>(postgres::Transaction&, const std::string&)>
      reread = &Reread;
  co_return co_await ChangeOnce<v1::Campaign>(registry.database(call), call, request, change,
                                              reread);
}

}  // namespace maplebridge::registry
