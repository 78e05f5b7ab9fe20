#include "services/registry/store/joint_mediation_store.h"

#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

// $1 dispute.
constexpr Statement kRead{"joint_read", "SELECT dispute, lead, explanation, " MB_TEXTS(
                                            "party_ids") ", create_time, end_time, revision"
                                                         " FROM joint_mediations"
                                                         " WHERE dispute = $1"};
constexpr Statement kReadMembers{"joint_members_read", R"(
  SELECT organisation, state, answer, invite_time, answer_time, end_time
  FROM joint_members WHERE dispute = $1 ORDER BY organisation)"};
// $1 dispute, $2 lead, $3 explanation, $4 parties, $5 principal, $6 time, $7 end, $8 revision.
constexpr Statement kPut{"joint_put", R"(
  INSERT INTO joint_mediations (dispute, lead, explanation, party_ids, principal, create_time,
                                end_time, revision)
  VALUES ($1, $2, $3, $4::text[], $5, $6, $7, $8)
  ON CONFLICT (dispute) DO UPDATE
  SET lead = excluded.lead, explanation = excluded.explanation, party_ids = excluded.party_ids,
      end_time = excluded.end_time, revision = excluded.revision)"};
// $1 dispute, $2 organisation, $3 state, $4 answer, $5 to $7 times.
constexpr Statement kPutMember{"joint_member_put", R"(
  INSERT INTO joint_members (dispute, organisation, state, answer, invite_time, answer_time,
                             end_time)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (dispute, organisation) DO UPDATE
  SET state = excluded.state, answer = excluded.answer, invite_time = excluded.invite_time,
      answer_time = excluded.answer_time, end_time = excluded.end_time)"};
// $1 dispute, $2 whether it goes on, $3 who has joined.
constexpr Statement kMark{"joint_mark", R"(
  UPDATE disputes SET has_joint_mediation = $2, joint_organisations = $3::text[]
  WHERE number = $1)"};
// $1 organisation, $2 last seen, $3 limit.
constexpr Statement kList{"joint_list", R"(
  SELECT dispute FROM joint_members
  WHERE organisation = $1 AND state IN ('INVITED', 'JOINED') AND dispute > $2
  ORDER BY dispute LIMIT $3::bigint)"};

JointMember MemberOf(const Row& row) {
  JointMember member;
  member.organisation = row.Text(0);
  member.state = JointMemberStateOf(row.View(1));
  member.answer = row.Text(2);
  member.invite_time = row.Time(3);
  member.answer_time = row.OptionalTime(4);
  member.end_time = row.OptionalTime(5);
  return member;
}

}  // namespace

JointMember* JointMediation::Find(const std::string& organisation) {
  for (JointMember& member : members) {
    if (member.organisation == organisation) return &member;
  }
  return nullptr;
}

Task<absl::StatusOr<std::optional<JointMediation>>> ReadJointMediation(
    postgres::Transaction& transaction, const std::string& dispute) {
  std::vector<postgres::Command> commands;
  commands.push_back({&kRead, postgres::Parameters::Of(dispute)});
  commands.push_back({&kReadMembers, postgres::Parameters::Of(dispute)});
  auto results = co_await transaction.ExecuteAll(std::move(commands));
  if (!results.ok()) co_return results.status();
  const postgres::Result& head = (*results)[0];
  const postgres::Result& members = (*results)[1];
  std::optional<JointMediation> joint;
  if (head.empty()) co_return joint;
  joint.emplace();
  joint->dispute = head[0].Text(0);
  joint->lead = head[0].Text(1);
  joint->explanation = head[0].Text(2);
  joint->party_ids = TextsOf(head[0].View(3));
  joint->create_time = head[0].Time(4);
  joint->end_time = head[0].OptionalTime(5);
  joint->revision = head[0].Int64(6);
  for (int i = 0; i < members.size(); ++i) joint->members.push_back(MemberOf(members[i]));
  co_return joint;
}

Task<absl::Status> PutJointMediation(postgres::Transaction& transaction,
                                     const JointMediation& joint, const std::string& principal) {
  std::vector<postgres::Command> commands;
  commands.push_back(
      {&kPut, postgres::Parameters::Of(joint.dispute, joint.lead, joint.explanation,
                                       TextArray(joint.party_ids), principal, joint.create_time,
                                       joint.end_time, joint.revision)});
  std::vector<std::string> joined;
  for (const JointMember& member : joint.members) {
    if (member.state == JointMemberState::kJoined) joined.push_back(member.organisation);
    commands.push_back(
        {&kPutMember, postgres::Parameters::Of(
                          joint.dispute, member.organisation, Word(member.state), member.answer,
                          member.invite_time, member.answer_time, member.end_time)});
  }
  commands.push_back({&kMark, postgres::Parameters::Of(joint.dispute, !joint.end_time.has_value(),
                                                       TextArray(joined))});
  auto stored = co_await transaction.ExecuteAll(std::move(commands));
  co_return stored.status();
}

Task<absl::StatusOr<std::vector<std::string>>> ListJointDisputes(postgres::Transaction& transaction,
                                                                 const std::string& organisation,
                                                                 const std::string& after,
                                                                 int limit) {
  auto rows = co_await transaction.Execute(kList, organisation, after, limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<std::string> numbers;
  for (int i = 0; i < rows->size(); ++i) numbers.push_back((*rows)[i].Text(0));
  co_return numbers;
}

}  // namespace maplebridge::registry
