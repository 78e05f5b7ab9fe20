#include "services/registry/domain/dispute_history.h"

#include <gtest/gtest.h>

#include <set>

#include "services/registry/domain/assistance.h"
#include "services/registry/domain/centre_route.h"
#include "services/registry/domain/dispute_workflow.h"
#include "services/registry/domain/joint_mediation.h"

namespace maplebridge::registry {
namespace {

TEST(DisputeHistoryTest, EveryEventOfADisputeAndOfItsPartsHasALine) {
  for (int i = 0; i < kDisputeEventCount; ++i) {
    EXPECT_TRUE(IsInHistory(Word(static_cast<DisputeEvent>(i))))
        << Word(static_cast<DisputeEvent>(i));
  }
  // The end of a clock has types of its own.
  for (int i = 0; i + 1 < kRouteEventCount; ++i) {
    EXPECT_EQ(HistoryKindOf(Word(static_cast<RouteEvent>(i))), "ROUTE");
  }
  for (int i = 0; i + 1 < kAssistanceEventCount; ++i) {
    EXPECT_EQ(HistoryKindOf(Word(static_cast<AssistanceEvent>(i))), "ASSISTANCE");
  }
  for (JointMemberEvent event : {JointMemberEvent::kJoin, JointMemberEvent::kDecline}) {
    EXPECT_EQ(HistoryKindOf(Word(event)), "JOINT_MEDIATION");
  }
  for (const char* type :
       {"LapseRoute", "RouteOverdue", "AssistanceOverdue", "EscalationClimbed",
        "AcknowledgeEscalation", "FinaliseUpload", "WithdrawMaterial", "ConfirmMinutes",
        "SetJointMediation", "EndJointMediation", "CreateDocument"}) {
    EXPECT_TRUE(IsInHistory(type)) << type;
  }
}

TEST(DisputeHistoryTest, EachTypeIsOfOneKind) {
  std::set<std::string> seen;
  for (const char* kind :
       {"DISPUTE", "TRANSFER", "ESCALATION", "SESSION", "MINUTES", "AGREEMENT", "DOCUMENT",
        "MATERIAL", "PERFORMANCE", "URGING", "ROUTE", "ASSISTANCE", "JOINT_MEDIATION"}) {
    const std::vector<std::string> types = HistoryTypes(kind);
    EXPECT_FALSE(types.empty()) << kind;
    for (const std::string& type : types) {
      EXPECT_TRUE(seen.insert(type).second) << type;
      EXPECT_EQ(HistoryKindOf(type), kind);
    }
  }
  EXPECT_TRUE(HistoryTypes("NONE").empty());
}

TEST(DisputeHistoryTest, ALineSaysWhatHappenedAndWhatItCameTo) {
  EXPECT_EQ(HistoryText({"Accept", "REPORTED", "ACCEPTED", "", ""}), "受理纠纷（已受理）");
  EXPECT_EQ(HistoryText({"ClockExpired", "MEDIATING", "MEDIATING", "", ""}), "期限届满，催办");
  EXPECT_EQ(HistoryText({"RouteDispute", "", "PROPOSED", "LAWYER_MEDIATION", ""}),
            "分流：律师调解");
  EXPECT_EQ(HistoryText({"EndRoute", "ACCEPTED", "ENDED", "ARBITRATION", "NOT_FIT"}),
            "承办方反馈结果：仲裁，不适宜");
  // ACCEPTED is a state of routes too: their lines do not speak of the dispute's.
  EXPECT_EQ(HistoryText({"AcceptRoute", "PROPOSED", "ACCEPTED", "ARBITRATION", ""}),
            "承办方接受分流：仲裁");
  EXPECT_EQ(HistoryText({"CreateDocument", "", "", "FILE_INDEX", ""}),
            "制作文书：人民调解卷宗目录");
  EXPECT_EQ(HistoryText({"SomethingNew", "", "", "", ""}), "办理");
}

}  // namespace
}  // namespace maplebridge::registry
