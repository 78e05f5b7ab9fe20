#include "services/registry/api/joint_mediation.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/feed/event_log.h"
#include "common/server/etag.h"
#include "common/server/page_token.h"
#include "common/server/request_id.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/transfers.h"
#include "services/registry/api/words.h"
#include "services/registry/store/joint_mediation_store.h"

namespace maplebridge::registry {
namespace {

v1::JointMediation JointMessage(const JointMediation& joint) {
  v1::JointMediation message;
  message.set_name(joint.name());
  message.set_lead(joint.lead);
  message.set_explanation(joint.explanation);
  for (const JointMember& member : joint.members) {
    v1::JointMember* each = message.add_members();
    each->set_organisation(member.organisation);
    each->set_state(EnumOf<v1::JointMemberState>("JOINT_MEMBER_STATE_", Word(member.state)));
    each->set_answer(member.answer);
    SetTime(each->mutable_invite_time(), member.invite_time);
    if (member.answer_time) SetTime(each->mutable_answer_time(), *member.answer_time);
    if (member.end_time) SetTime(each->mutable_end_time(), *member.end_time);
  }
  SetTime(message.mutable_create_time(), joint.create_time);
  if (joint.end_time) SetTime(message.mutable_end_time(), *joint.end_time);
  message.set_revision(joint.revision);
  message.set_etag(Etag(joint.revision));
  return message;
}

absl::StatusOr<std::string> NumberOf(const std::string& name) {
  std::vector<std::string> parts = NameParts("disputes/*/jointMediation", name);
  if (parts.empty()) return FieldError("name", "must be disputes/{number}/jointMediation");
  return parts[0];
}

Task<absl::Status> Tell(const Registry& registry, postgres::Transaction& transaction,
                        const Call& call, const Dispute& dispute, const JointMediation& joint,
                        const std::string& type) {
  const v1::JointMediation payload = JointMessage(joint);
  NewEvent event;
  event.type = type;
  event.resource = joint.name();
  event.revision = joint.revision;
  event.to_state = joint.end_time ? "ENDED" : "OPEN";
  event.from_state = joint.revision == 1 ? "" : "OPEN";
  event.division = ScopeOf(dispute).division;
  event.organisation = dispute.organisation;
  event.court = dispute.court;
  event.payload = &payload;
  co_return co_await AppendEvent(transaction, call, *registry.parts.feed, event);
}

// Everything of the request but what only the dispute and the roster know.
absl::Status CheckRequest(const v1::SetJointMediationRequest& request) {
  FieldCheck check;
  const auto& names = request.organisations();
  check.Require(!names.empty() && names.size() <= kMostJointOrganisations, "organisations",
                absl::StrCat("must be 1 to ", kMostJointOrganisations));
  for (int i = 0; i < names.size(); ++i) {
    const std::string field = absl::StrCat("organisations[", i, "]");
    check.Require(!NameParts("organisations/*", names[i]).empty(), field,
                  "must be organisations/{id}");
    check.Require(std::find(names.begin(), names.begin() + i, names[i]) == names.begin() + i, field,
                  "is named twice");
  }
  std::string wrong = CheckText(request.explanation(), 1, 500);
  check.Require(wrong.empty(), "explanation", wrong);
  return check.status();
}

// Each must be published when it is asked.
Task<absl::Status> AskAll(const Registry& registry, const Call& call,
                          const v1::SetJointMediationRequest& request) {
  for (int i = 0; i < request.organisations_size(); ++i) {
    const std::string field = absl::StrCat("organisations[", i, "]"),
                      name = request.organisations(i);
    auto asked = co_await AskReceiver(registry, call, field, name);
    if (!asked.ok()) co_return asked.status();
    if (asked->state() == roster::v1::ORGANISATION_STATE_PUBLISHED) continue;
    co_return PreconditionError(reason::kOrganisationNotPublished, name,
                                "is not on the published roster; invite another");
  }
  co_return absl::OkStatus();
}

// Moves one member; false when the table does not allow it.
bool MoveMember(const Call& call, JointMemberEvent event, JointMember* member) {
  const JointMemberTransition* step = Decide(member->state, event);
  if (step == nullptr) return false;
  member->state = step->to;
  member->end_time.reset();
  if (event == JointMemberEvent::kInvite) {
    member->invite_time = call.now();
    member->answer_time.reset();
    member->answer.clear();
  } else if (event == JointMemberEvent::kLeave) {
    member->end_time = call.now();
  } else {
    member->answer_time = call.now();
  }
  return true;
}

// Those who are new are invited, those who are no longer named leave, the others stay.
void SetMembers(const Call& call, const v1::SetJointMediationRequest& request,
                JointMediation* joint) {
  const auto& names = request.organisations();
  for (JointMember& member : joint->members) {
    if (std::find(names.begin(), names.end(), member.organisation) == names.end()) {
      MoveMember(call, JointMemberEvent::kLeave, &member);
    }
  }
  for (const std::string& name : names) {
    JointMember* member = joint->Find(name);
    if (member == nullptr) {
      joint->members.push_back({});
      member = &joint->members.back();
      member->organisation = name;
    }
    MoveMember(call, JointMemberEvent::kInvite, member);
  }
  std::sort(
      joint->members.begin(), joint->members.end(),
      [](const JointMember& a, const JointMember& b) { return a.organisation < b.organisation; });
}

absl::Status CheckMaySet(const Dispute& dispute, const v1::SetJointMediationRequest& request) {
  if (!MayMediateJointly(dispute.state)) {
    return StateForbidsError(dispute.name(), Word(dispute.state), "SetJointMediation");
  }
  const auto& names = request.organisations();
  if (std::find(names.begin(), names.end(), dispute.organisation) != names.end()) {
    return FieldError("organisations", "must not name the organisation that handles the dispute");
  }
  const std::vector<std::string> agreed(request.party_ids().begin(), request.party_ids().end());
  MB_RETURN_IF_ERROR(CheckParties(dispute, "party_ids", agreed));
  return RequireConsentOfAll(dispute, agreed, "the joint mediation");
}

Task<absl::StatusOr<v1::JointMediation>> Set(const Registry& registry,
                                             postgres::Transaction& transaction, const Call& call,
                                             const std::string& number,
                                             const v1::SetJointMediationRequest& request) {
  auto dispute = co_await LockDispute(transaction, registry.keys, number);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(CheckVisible(call.caller(), *dispute));
  MB_CO_RETURN_IF_ERROR(RequireOrganisation(call.caller(), dispute->organisation));
  MB_CO_RETURN_IF_ERROR(CheckEtag(dispute->name(), request.etag(), dispute->revision));
  MB_CO_RETURN_IF_ERROR(CheckMaySet(*dispute, request));
  auto stored = co_await ReadJointMediation(transaction, number);
  if (!stored.ok()) co_return stored.status();
  JointMediation joint = stored->value_or(JointMediation());
  const bool is_new = !stored->has_value();
  if (is_new) {
    joint.dispute = number;
    joint.create_time = call.now();
  } else {
    ++joint.revision;
    joint.end_time.reset();
  }
  joint.lead = dispute->organisation;
  joint.explanation = request.explanation();
  joint.party_ids.assign(request.party_ids().begin(), request.party_ids().end());
  SetMembers(call, request, &joint);
  absl::Status done = co_await PutJointMediation(transaction, joint, call.caller().principal);
  if (!done.ok()) co_return done;
  const std::string type = "SetJointMediation";
  done = co_await Tell(registry, transaction, call, *dispute, joint, type);
  if (!done.ok()) co_return done;
  co_return JointMessage(joint);
}

Task<absl::StatusOr<JointMediation>> ReadOne(postgres::Transaction& transaction,
                                             const std::string& number) {
  auto joint = co_await ReadJointMediation(transaction, number);
  if (!joint.ok()) co_return joint.status();
  if (!joint->has_value()) co_return NotFoundError("disputes/" + number + "/jointMediation");
  co_return **std::move(joint);
}

// Who was asked sees it also before it has joined.
bool IsMember(const Caller& caller, JointMediation& joint) {
  using namespace options::v1;  // the roles
  return !caller.organisation.empty() &&
         caller.HasAny({ROLE_MEDIATOR, ROLE_ORGANISATION_HEAD, ROLE_CENTRE}) &&
         joint.Find(caller.organisation) != nullptr;
}

Task<absl::StatusOr<v1::JointMediation>> Look(const Registry& registry,
                                              postgres::Transaction& transaction, const Call& call,
                                              const std::string& number) {
  auto dispute = co_await ReadDispute(transaction, registry.keys, number);
  if (!dispute.ok()) co_return dispute.status();
  auto joint = co_await ReadOne(transaction, number);
  if (joint.ok() && IsMember(call.caller(), *joint)) co_return JointMessage(*joint);
  MB_CO_RETURN_IF_ERROR(CheckVisible(call.caller(), *dispute));
  if (!call.caller().Has(options::v1::ROLE_AUDITOR)) {
    MB_CO_RETURN_IF_ERROR(RequireReadsFile(call.caller(), *dispute));
  }
  if (!joint.ok()) co_return joint.status();
  co_return JointMessage(*joint);
}

Task<absl::StatusOr<v1::JointMediation>> Answer(const Registry& registry,
                                                postgres::Transaction& transaction,
                                                const Call& call, const std::string& number,
                                                const v1::AnswerJointMediationRequest& request) {
  auto dispute = co_await LockDispute(transaction, registry.keys, number);
  if (!dispute.ok()) co_return dispute.status();
  auto joint = co_await ReadOne(transaction, number);
  if (!joint.ok()) co_return joint.status();
  JointMember* member = joint->Find(call.caller().organisation);
  if (member == nullptr) co_return NotFoundError(joint->name());
  MB_CO_RETURN_IF_ERROR(CheckEtag(joint->name(), request.etag(), joint->revision));
  const bool joins = request.decision() == v1::BODY_DECISION_ACCEPT;
  const JointMemberEvent event = joins ? JointMemberEvent::kJoin : JointMemberEvent::kDecline;
  const std::string_view before = Word(member->state);
  if (!MoveMember(call, event, member)) {
    co_return StateForbidsError(joint->name(), before, Word(event));
  }
  member->answer = request.answer();
  ++joint->revision;
  absl::Status done = co_await PutJointMediation(transaction, *joint, call.caller().principal);
  if (!done.ok()) co_return done;
  const std::string type(Word(event));
  done = co_await Tell(registry, transaction, call, *dispute, *joint, type);
  if (!done.ok()) co_return done;
  co_return JointMessage(*joint);
}

}  // namespace

Task<absl::StatusOr<v1::JointMediation>> SetJointMediation(
    Registry& registry, Call& call, const v1::SetJointMediationRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string number, NumberIn("name", request.name()));
  MB_CO_RETURN_IF_ERROR(CheckRequest(request));
  absl::Status asked = co_await AskAll(registry, call, request);
  if (!asked.ok()) co_return asked;
  std::function<Task<absl::StatusOr<v1::JointMediation>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return Set(registry, transaction, call, number, request);
      };
  std::function<Task<absl::StatusOr<v1::JointMediation>>(postgres::Transaction&,
                                                         const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string&) {
        return Look(registry, transaction, call, number);
      };
  co_return co_await ChangeOnce<v1::JointMediation>(registry.database(call), call, request, change,
                                                    reread);
}

Task<absl::StatusOr<v1::JointMediation>> AnswerJointMediation(
    Registry& registry, Call& call, const v1::AnswerJointMediationRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string number, NumberOf(request.name()));
  const bool joins = request.decision() == v1::BODY_DECISION_ACCEPT;
  FieldCheck check;
  check.Require(joins || request.decision() == v1::BODY_DECISION_DECLINE, "decision",
                "must be ACCEPT or DECLINE");
  std::string wrong = CheckText(request.answer(), joins ? 0 : 1, 500);
  check.Require(wrong.empty(), "answer", wrong);
  MB_CO_RETURN_IF_ERROR(check.status());
  std::function<Task<absl::StatusOr<v1::JointMediation>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return Answer(registry, transaction, call, number, request);
      };
  std::function<Task<absl::StatusOr<v1::JointMediation>>(postgres::Transaction&,
                                                         const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string&) {
        return Look(registry, transaction, call, number);
      };
  co_return co_await ChangeOnce<v1::JointMediation>(registry.database(call), call, request, change,
                                                    reread);
}

Task<absl::StatusOr<v1::JointMediation>> GetJointMediation(
    Registry& registry, Call& call, const v1::GetJointMediationRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string number, NumberOf(request.name()));
  std::function<Task<absl::StatusOr<v1::JointMediation>>(postgres::Transaction&)> look =
      [&](postgres::Transaction& transaction) { return Look(registry, transaction, call, number); };
  co_return co_await registry.database(call).Transact<v1::JointMediation>(call.deadline(), look);
}

Task<absl::StatusOr<v1::ListJointMediationsResponse>> ListJointMediationPage(
    Registry& registry, Call& call, const v1::ListJointMediationsRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(const std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  const std::string own = call.caller().organisation;
  MB_CO_RETURN_IF_ERROR(RequireOrganisation(call.caller(), own));
  const std::string after = token.empty() ? "" : token[0];
  std::function<Task<absl::StatusOr<v1::ListJointMediationsResponse>>(postgres::Transaction&)>
      list = [&](postgres::Transaction& transaction)
      -> Task<absl::StatusOr<v1::ListJointMediationsResponse>> {
    v1::ListJointMediationsResponse response;
    auto numbers = co_await ListJointDisputes(transaction, own, after, size + 1);
    if (!numbers.ok()) co_return numbers.status();
    if (static_cast<int>(numbers->size()) > size) {
      numbers->pop_back();
      response.set_next_page_token(MakePageToken(*registry.keys.match, request, {numbers->back()}));
    }
    for (const std::string& number : *numbers) {
      auto joint = co_await ReadOne(transaction, number);
      if (!joint.ok()) co_return joint.status();
      *response.add_joint_mediations() = JointMessage(*joint);
    }
    co_return response;
  };
  co_return co_await registry.database(call).Transact<v1::ListJointMediationsResponse>(
      call.deadline(), list);
}

Task<absl::Status> EndJointMediation(const Registry& registry, postgres::Transaction& transaction,
                                     const Call& call, const Dispute& dispute) {
  auto joint = co_await ReadOne(transaction, dispute.number);
  if (!joint.ok()) co_return joint.status();
  for (JointMember& member : joint->members) MoveMember(call, JointMemberEvent::kLeave, &member);
  joint->end_time = call.now();
  ++joint->revision;
  absl::Status done = co_await PutJointMediation(transaction, *joint, call.caller().principal);
  if (!done.ok()) co_return done;
  const std::string type = "EndJointMediation";
  co_return co_await Tell(registry, transaction, call, dispute, *joint, type);
}

}  // namespace maplebridge::registry
