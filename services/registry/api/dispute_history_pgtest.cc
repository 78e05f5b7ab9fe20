#include <set>

#include "services/registry/api/course.h"
#include "services/registry/api/create_document.h"
#include "services/registry/api/dispute_history.h"
#include "services/registry/api/documents.h"
#include "services/registry/api/escalations.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/performance.h"
#include "services/registry/api/take_on.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/dispute_history.h"
#include "services/registry/testing/centre_fixture.h"
#include "services/registry/testing/pdf_text.h"
#include "services/registry/testing/received_document.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class HistoryTest : public CentreTest {
 protected:
  v1::GetDisputeHistoryResponse History(const std::string& name, Call call, int page_size = 0,
                                        const std::string& token = "",
                                        v1::HistoryKind kind = v1::HISTORY_KIND_UNSPECIFIED) {
    v1::GetDisputeHistoryRequest request;
    request.set_name(name);
    request.set_kind(kind);
    request.set_page_size(page_size);
    request.set_page_token(token);
    return Must(&GetDisputeHistory, std::move(call), request);
  }
  void Escalate(const std::string& name) {
    v1::ReportEscalationRequest request;
    request.set_parent(name);
    v1::Escalation* escalation = request.mutable_escalation();
    escalation->set_kind(v1::ESCALATION_KIND_VIOLENCE);
    escalation->set_description("一方持械到场");
    escalation->set_measures("劝离，双方分开");
    escalation->set_told_authority("派出所");
    SetTime(escalation->mutable_told_time(), absl::Now() - absl::Minutes(1));
    Must(&ReportEscalation, HeadCall(), request);
  }
  // Taken in by the centre, tried by lawyers in vain, settled by the committee with help.
  std::string Lived() {
    const std::string name = TakenIn();
    const v1::Route lawyers = AcceptedRoute(Routed(name));
    Must(&EndRoute, CentreCall(), Ending(lawyers));
    AcceptOffer(Routed(name, v1::FORCE_KIND_PEOPLES_MEDIATION, kOrganisation), HeadCall());
    v1::AcceptDisputeRequest accept;
    accept.set_name(name);
    Must(&AcceptDispute, HeadCall(), accept);
    Assign(name);
    v1::SetJointMediationRequest joint;
    joint.set_name(name);
    joint.add_organisations(kOther);
    joint.set_explanation("联合调解");
    joint.add_party_ids("p1");
    joint.add_party_ids("p2");
    Must(&SetJointMediation, HeadCall(), joint);
    HoldSession(name);
    Escalate(name);
    v1::RequestAssistanceRequest wanted;
    wanted.set_parent(name);
    wanted.mutable_assistance()->set_kind(v1::ASSISTANCE_KIND_PSYCHOLOGIST);
    wanted.mutable_assistance()->set_body_name("心理服务中心");
    wanted.mutable_assistance()->set_explanation("情绪疏导");
    Must(&RequestAssistance, HeadCall(), wanted);
    v1::ConcludeByAgreementRequest conclude;
    conclude.set_name(name);
    conclude.set_agreement(SignByAll(Agree(name, absl::CivilDay(2030, 1, 1)).name()).name());
    Must(&ConcludeByAgreement, HeadCall(), conclude);
    v1::RecordPerformanceRequest performed;
    performed.set_name(name);
    performed.set_obligation_id("o1");
    performed.set_evidence("银行转账凭证");
    Must(&RecordPerformance, HeadCall(), performed);
    return name;
  }
};

TEST_F(HistoryTest, EveryEventAndDocumentOfTheDisputeIsOneEntryInOrderOfTime) {
  const std::string name = Lived();
  TakenIn(2);
  const v1::GetDisputeHistoryResponse history = History(name, HeadCall(), 1000);
  EXPECT_EQ(std::to_string(history.entries_size()),
            Value("SELECT (SELECT count(*) FROM events WHERE resource = '" + name +
                  "' OR resource LIKE '" + name + "/%') + (SELECT count(*) FROM documents)"));
  std::set<std::string> texts;
  std::set<int> kinds;
  absl::Time last = absl::InfinitePast();
  for (const v1::HistoryEntry& entry : history.entries()) {
    const absl::Time time = *TimeOf(entry.time());
    EXPECT_GE(time, last) << entry.text();
    last = time;
    EXPECT_TRUE(entry.resource().rfind(name, 0) == 0) << entry.resource();
    EXPECT_NE(entry.text(), "办理") << entry.resource();
    for (const char* private_word : {"张三", "李四", "持械", "情绪", "分歧"}) {
      EXPECT_EQ(entry.text().find(private_word), std::string::npos) << entry.text();
    }
    texts.insert(entry.text());
    kinds.insert(entry.kind());
  }
  for (const char* text : {"登记纠纷（待受理）",
                           "分流：律师调解",
                           "承办方接受分流：律师调解",
                           "承办方反馈结果：律师调解，未化解",
                           "分流：人民调解",
                           "提出移送其他组织",
                           "接收方接受移送",
                           "受理纠纷（已受理）",
                           "指定调解员（调解中）",
                           "组织联合调解",
                           "召开调解会议",
                           "报告激化风险",
                           "申请协助：心理疏导",
                           "拟定调解协议",
                           "签署调解协议",
                           "达成调解协议，调解结束（已达成协议）",
                           "制作文书：人民调解协议书",
                           "联合调解结束",
                           "承办方反馈结果：人民调解，已化解",
                           "记录履行"}) {
    EXPECT_TRUE(texts.contains(text)) << text;
  }
  for (v1::HistoryKind kind :
       {v1::HISTORY_KIND_DISPUTE, v1::HISTORY_KIND_TRANSFER, v1::HISTORY_KIND_ESCALATION,
        v1::HISTORY_KIND_SESSION, v1::HISTORY_KIND_AGREEMENT, v1::HISTORY_KIND_DOCUMENT,
        v1::HISTORY_KIND_PERFORMANCE, v1::HISTORY_KIND_ROUTE, v1::HISTORY_KIND_ASSISTANCE,
        v1::HISTORY_KIND_JOINT_MEDIATION}) {
    EXPECT_TRUE(kinds.contains(kind)) << v1::HistoryKind_Name(kind);
  }
}

TEST_F(HistoryTest, AnEntryNamesWhoDidWhatToWhat) {
  const std::string name = Lived();
  bool saw_session = false, saw_route = false, saw_transfer = false;
  const v1::GetDisputeHistoryResponse history = History(name, HeadCall(), 1000);
  for (const v1::HistoryEntry& entry : history.entries()) {
    if (entry.kind() == v1::HISTORY_KIND_SESSION) {
      EXPECT_EQ(entry.resource(), name + "/sessions/1");
      EXPECT_EQ(entry.principal(), "callers/head");
      EXPECT_EQ(entry.organisation(), kOrganisation);
      saw_session = true;
    }
    if (entry.resource() == name + "/routes/1") {
      EXPECT_EQ(entry.organisation(), "市律师协会调解中心");
      EXPECT_EQ(entry.principal(), "callers/centre");
      saw_route = true;
    }
    if (entry.kind() == v1::HISTORY_KIND_TRANSFER) {
      EXPECT_EQ(entry.resource(), name + "/transfers/1");
      saw_transfer = true;
    }
  }
  EXPECT_TRUE(saw_session && saw_route && saw_transfer);
}

TEST_F(HistoryTest, PagesOfAnySizeMakeTheSameWhole) {
  const std::string name = Lived();
  const v1::GetDisputeHistoryResponse whole = History(name, HeadCall(), 1000);
  EXPECT_EQ(whole.next_page_token(), "");
  for (int size : {1, 3, 7}) {
    std::string token;
    int at = 0;
    do {
      const v1::GetDisputeHistoryResponse page = History(name, HeadCall(), size, token);
      for (const v1::HistoryEntry& entry : page.entries()) {
        ASSERT_LT(at, whole.entries_size());
        EXPECT_EQ(entry.SerializeAsString(), whole.entries(at++).SerializeAsString());
      }
      token = page.next_page_token();
    } while (!token.empty());
    EXPECT_EQ(at, whole.entries_size()) << size;
  }
}

TEST_F(HistoryTest, OneKindAloneIsAnswered) {
  const std::string name = Lived();
  const v1::GetDisputeHistoryResponse routes =
      History(name, CentreCall(), 0, "", v1::HISTORY_KIND_ROUTE);
  ASSERT_EQ(routes.entries_size(), 6);
  for (const v1::HistoryEntry& entry : routes.entries()) {
    EXPECT_EQ(entry.kind(), v1::HISTORY_KIND_ROUTE);
  }
}

TEST_F(HistoryTest, WhoMaySeeTheDisputeReadsItsHistory) {
  const std::string name = Lived();
  const int count = History(name, HeadCall(), 1000).entries_size();
  EXPECT_EQ(History(name, CentreCall(), 1000).entries_size(), count);
  EXPECT_EQ(History(name, BureauCall(), 1000).entries_size(), count);
  v1::GetDisputeHistoryRequest request;
  request.set_name(name);
  ExpectError(Ask(&GetDisputeHistory, ThirdCall(), request).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  ExpectError(Ask(&GetDisputeHistory, BureauCall("330105"), request).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
}

TEST_F(HistoryTest, OneCaseIsOnOnePageThatTheCentreMakes) {
  const std::string name = Lived();
  v1::CreateDocumentRequest request;
  request.set_parent(name);
  request.set_kind(v1::DOCUMENT_KIND_CASE_HISTORY);
  ExpectError(Ask(&CreateDocument, StrangerCall(), request).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  const v1::Document document = Must(&CreateDocument, CentreCall(), request);
  EXPECT_EQ(document.name(), name + "/documents/case-history-1");
  ReceivedDocument received;
  v1::DownloadDocumentRequest download;
  download.set_name(document.name());
  Call call = CentreCall();
  const absl::Status done = Run(DownloadDocument(registry(), call, download, received));
  ASSERT_TRUE(done.ok()) << done;
  const std::string text = PdfText(received.bytes);
  for (const char* piece : {"一案一页", "当前状态：已达成协议", "先后分流：律师调解、人民调解",
                            "市律师协会调解中心", "承办方反馈结果：人民调解，已化解"}) {
    EXPECT_NE(text.find(piece), std::string::npos) << piece << "\n" << text;
  }
  // Another document of the dispute is for who handles it alone.
  request.set_kind(v1::DOCUMENT_KIND_FILE_INDEX);
  ExpectError(Ask(&CreateDocument, CentreCall(), request).status(), StatusCode::kPermissionDenied,
              reason::kScopeNotAllowed);
}

}  // namespace
}  // namespace maplebridge::registry
