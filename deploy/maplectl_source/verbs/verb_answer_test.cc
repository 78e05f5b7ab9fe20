#include "deploy/maplectl_source/verbs/verb_answer.h"

#include <gtest/gtest.h>

#include "maplebridge/registry/v1/agreement.pb.h"
#include "maplebridge/registry/v1/dispute.pb.h"

namespace maplebridge::maplectl {
namespace {

TEST(VerbAnswerTest, ValuesAreReadable) {
  registry::v1::Dispute dispute;
  dispute.set_name("disputes/D-330681-2026-00000017");
  dispute.set_state(registry::v1::DISPUTE_STATE_CLOSED_FAILED);
  dispute.set_claimed_amount_fen(123'456'789);
  dispute.set_overdue(true);
  dispute.set_summary("第一行\n第二行");
  dispute.add_mediators("organisations/a/mediators/b");
  dispute.add_mediators("organisations/a/mediators/c");
  dispute.mutable_create_time()->set_seconds(1'790'000'000);
  dispute.mutable_deadline()->set_due_day("2026-12-01");
  EXPECT_EQ(CellOf(dispute, "name"), "D-330681-2026-00000017");
  EXPECT_EQ(CellOf(dispute, "state"), "CLOSED_FAILED");
  EXPECT_EQ(CellOf(dispute, "claimed_amount_fen"), "1,234,567.89");
  EXPECT_EQ(CellOf(dispute, "overdue"), "yes");
  EXPECT_EQ(CellOf(dispute, "summary"), "第一行 第二行");
  EXPECT_EQ(CellOf(dispute, "mediators"),
            "organisations/a/mediators/b, organisations/a/mediators/c");
  EXPECT_EQ(CellOf(dispute, "create_time"), "2026-09-21 22:13");
  EXPECT_EQ(CellOf(dispute, "deadline.due_day"), "2026-12-01");
  EXPECT_EQ(CellOf(dispute, "conclusion.agreement"), "");
  EXPECT_EQ(CellOf(dispute, "accept_time"), "");
  EXPECT_EQ(CellOf(dispute, "decline_reason"), "");
  EXPECT_EQ(CellOf(dispute, "nothing"), "");
}

TEST(VerbAnswerTest, AFieldOfRepeatedMessagesIsJoined) {
  registry::v1::Agreement agreement;
  for (const std::int64_t fen : {100, 250}) agreement.add_obligations()->set_amount_fen(fen);
  EXPECT_EQ(CellOf(agreement, "obligations.amount_fen"), "1.00, 2.50");
}

TEST(VerbAnswerTest, RowsAreThoseOfTheNamedField) {
  registry::v1::ListDisputesResponse answer;
  answer.add_disputes()->set_category("LABOUR");
  answer.add_disputes()->set_category("CONTRACT");
  Verb verb;
  verb.rows = "disputes";
  const auto rows = RowsOf(verb, answer);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(CellOf(*rows[1], "category"), "CONTRACT");
  EXPECT_EQ(RowsOf(Verb(), answer).size(), 1u);
}

TEST(VerbAnswerTest, JsonIsOneLineWithTheFieldsOwnNames) {
  registry::v1::Dispute dispute;
  dispute.set_claimed_amount_fen(5);
  EXPECT_EQ(JsonLineOf(dispute), "{\"claimed_amount_fen\":\"5\"}\n");
}

}  // namespace
}  // namespace maplebridge::maplectl
