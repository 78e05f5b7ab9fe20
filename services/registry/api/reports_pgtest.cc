#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include "services/registry/api/campaigns.h"
#include "services/registry/api/case_document.h"
#include "services/registry/api/documents.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/performance.h"
#include "services/registry/api/reports.h"
#include "services/registry/api/risk_entries.h"
#include "services/registry/api/village_tasks.h"
#include "services/registry/api/words.h"
#include "services/registry/documents/document_values.h"
#include "services/registry/testing/pdf_text.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

absl::CivilDay Today() { return calendar::ChinaDay(absl::Now()); }

class ReceivedReport : public StreamWriter {
 public:
  Task<bool> Write(const google::protobuf::Message& message) override {
    const auto& part = static_cast<const v1::DownloadReportResponse&>(message);
    if (part.has_report()) report = part.report();
    bytes += part.chunk();
    co_return true;
  }
  bool cancelled() const override { return false; }

  v1::Report report;
  std::string bytes;
};

class ReportsTest : public RegistryTest {
 protected:
  static Call BureauCall(const std::string& division = "330102") {
    Caller bureau;
    bureau.principal = "callers/bureau-" + division;
    bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
    bureau.division = division;
    return CallBy(bureau);
  }
  static Call AuditorCall() {
    Caller auditor;
    auditor.principal = "callers/auditor";
    auditor.roles = {options::v1::ROLE_AUDITOR};
    return CallBy(auditor);
  }
  static v1::CreateDisputeLedgerRequest Ledger() {
    v1::CreateDisputeLedgerRequest request;
    request.set_parent(kOrganisation);
    request.set_start_day(DayWord(Today() - 30));
    request.set_end_day(DayWord(Today()));
    return request;
  }
  absl::StatusOr<ReceivedReport> Download(const std::string& name, Call call) {
    ReceivedReport received;
    v1::DownloadReportRequest request;
    request.set_name(name);
    absl::Status done = Run(DownloadReport(registry(), call, request, received));
    if (!done.ok()) return done;
    return received;
  }
  std::string TextOf(const v1::Report& report, Call call) {
    auto received = Download(report.name(), std::move(call));
    EXPECT_TRUE(received.ok()) << received.status();
    if (!received.ok()) return "";
    EXPECT_EQ(received->report.SerializeAsString(), report.SerializeAsString());
    EXPECT_EQ(report.size(), static_cast<std::int64_t>(received->bytes.size()));
    return PdfText(received->bytes);
  }
  static void ExpectPieces(const std::string& text, const std::vector<std::string>& pieces) {
    for (const std::string& piece : pieces) {
      EXPECT_NE(text.find(piece), std::string::npos) << piece << "\n" << text;
    }
  }
  // One in every state that a ledger tells apart.
  void FillFile() {
    Reported(1);
    Mediating(2);
    const std::string agreed = Mediating(3).name();
    HoldSession(agreed);
    v1::ConcludeByAgreementRequest conclude;
    conclude.set_name(agreed);
    conclude.set_agreement(SignByAll(Agree(agreed, Today() + 5).name()).name());
    Must(&ConcludeByAgreement, HeadCall(), conclude);
    v1::RecordPerformanceRequest pay;
    pay.set_name(agreed);
    pay.set_obligation_id("o1");
    pay.set_evidence("收据");
    Must(&RecordPerformance, HeadCall(), pay);
    v1::ConcludeWithoutAgreementRequest fail;
    fail.set_name(Mediating(4).name());
    fail.set_reason(v1::CONCLUSION_REASON_PARTY_REFUSED);
    Must(&ConcludeWithoutAgreement, HeadCall(), fail);
  }
  // Of the county, closed; `visited` villages were visited.
  v1::Campaign Campaign(bool closed) {
    v1::CreateCampaignRequest create;
    v1::Campaign* draft = create.mutable_campaign();
    draft->set_title("岁末年初专项排查");
    draft->set_kind(v1::INVESTIGATION_KIND_KEY);
    draft->set_mode(v1::INVESTIGATION_MODE_SPECIAL);
    draft->set_theme("护航重大活动");
    draft->add_divisions("330102");
    draft->add_categories("LABOUR");
    draft->add_forces(v1::FORCE_GRID_WORKERS);
    draft->set_start_day(DayWord(Today() - 10));
    draft->set_end_day(DayWord(Today() + 10));
    v1::Campaign campaign = Must(&CreateCampaign, BureauCall(), create);
    const auto county = *division::DivisionCode::Parse("330102");
    const auto villages = registry().divisions().Leaves(county, 0, 3);
    for (std::size_t i = 0; i < 2; ++i) Visit(campaign.name(), villages[i].code.ToString());
    Visit(campaign.name(), villages[0].code.ToString());
    for (v1::RiskSeverity severity :
         {v1::RISK_SEVERITY_HIGH, v1::RISK_SEVERITY_HIGH, v1::RISK_SEVERITY_LOW}) {
      v1::CreateRiskEntryRequest risk;
      risk.mutable_risk_entry()->set_division(villages[0].code.ToString());
      risk.mutable_risk_entry()->set_category("LABOUR");
      risk.mutable_risk_entry()->set_severity(severity);
      risk.mutable_risk_entry()->set_description("拖欠工资风险");
      risk.mutable_risk_entry()->set_campaign(campaign.name());
      Must(&CreateRiskEntry, BureauCall(), risk);
    }
    if (!closed) return campaign;
    v1::CloseCampaignRequest close;
    close.set_name(campaign.name());
    close.set_conclusion("覆盖有限，限期补查。");
    return Must(&CloseCampaign, BureauCall(), close);
  }
  void Visit(const std::string& campaign, const std::string& village) {
    v1::RecordVisitRequest request;
    request.set_parent(campaign);
    request.mutable_visit()->set_division(village);
    request.mutable_visit()->set_visit_day(DayWord(Today()));
    request.mutable_visit()->add_forces(v1::FORCE_GRID_WORKERS);
    request.mutable_visit()->set_household_count(7);
    Must(&RecordVisit, BureauCall(), request);
  }
};

TEST_F(ReportsTest, TheLedgersFiguresEqualSql) {
  FillFile();
  const v1::Report ledger = Must(&CreateDisputeLedger, HeadCall(), Ledger());
  EXPECT_EQ(ledger.kind(), v1::DOCUMENT_KIND_DISPUTE_LEDGER);
  EXPECT_EQ(ledger.entry_count(), 4);
  EXPECT_TRUE(ledger.names_parties());
  EXPECT_TRUE(absl::StrContains(ledger.number(), "330102人调账字第0000001号")) << ledger.number();
  const std::string text = TextOf(ledger, HeadCall());
  const auto count = [this](const std::string& condition) {
    return Value("SELECT count(*)::text FROM disputes WHERE " + condition);
  };
  ExpectPieces(
      text,
      {"人民调解工作台账", "单位：上城区清波街道人民调解委员会", ledger.number(), "张三", "李四",
       absl::StrCat("登记", count("true"), "件，受理", count("accept_time IS NOT NULL"),
                    "件；达成协议", count("conclusion_kind = 'AGREEMENT'"), "件，未达成协议",
                    count("conclusion_kind = 'NO_AGREEMENT'"), "件"),
       absl::StrCat("办理中", count("state IN ('REPORTED', 'MEDIATING')"), "件"),
       "履行完毕" + count("performed_day IS NOT NULL") + "件",
       "涉案金额" +
           Value("SELECT to_char(sum(claimed_amount_fen) / 100.0, 'FM999,999,990.00') "
                 "FROM disputes") +
           "元",
       "协议金额" +
           Value("SELECT to_char(sum(amount_fen) / 100.0, 'FM999,999,990.00') "
                 "FROM obligations") +
           "元",
       "已履行" +
           Value("SELECT to_char(sum(amount_fen) / 100.0, 'FM999,999,990.00') FROM "
                 "performances") +
           "元",
       "履行中，1/2项", "书面", "验证码："});
  EXPECT_EQ(Value("SELECT principal FROM report_reads"), "callers/head");
}

TEST_F(ReportsTest, PartiesAreNamedOnlyForThoseWhoWorkThere) {
  FillFile();
  const v1::Report named = Must(&CreateDisputeLedger, HeadCall(), Ledger());
  for (Call call : {BureauCall(), AuditorCall()}) {
    const v1::Report bare = Must(&CreateDisputeLedger, call, Ledger());
    EXPECT_FALSE(bare.names_parties());
    EXPECT_EQ(bare.entry_count(), 4);
    const std::string text = TextOf(bare, call);
    EXPECT_EQ(text.find("张三"), std::string::npos) << text;
    EXPECT_EQ(text.find("申请人"), std::string::npos) << text;
    EXPECT_NE(text.find("本台账不列当事人"), std::string::npos);
  }
  ExpectError(Ask(&CreateDisputeLedger, StrangerCall(), Ledger()).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
  ExpectError(Ask(&CreateDisputeLedger, BureauCall("330105"), Ledger()).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
  v1::GetReportRequest get;
  get.set_name(named.name());
  for (Call call : {StrangerCall(), BureauCall(), CourtCall()}) {
    ExpectError(Ask(&GetReport, call, get).status(), StatusCode::kNotFound,
                reason::kResourceNotFound);
    EXPECT_FALSE(Download(named.name(), call).ok());
  }
  EXPECT_TRUE(Ask(&GetReport, AuditorCall(), get).ok());
  v1::ListReportsRequest list;
  list.set_parent(kOrganisation);
  EXPECT_EQ(Must(&ListReportPage, HeadCall(), list).reports_size(), 3);
  EXPECT_EQ(Must(&ListReportPage, BureauCall(), list).reports_size(), 2);
  EXPECT_EQ(Must(&ListReportPage, BureauCall("330105"), list).reports_size(), 0);
  EXPECT_EQ(Must(&ListReportPage, StrangerCall(), list).reports_size(), 0);
}

TEST_F(ReportsTest, ALedgerIsOfItsPeriod) {
  FillFile();
  Execute(
      "UPDATE disputes SET create_time = create_time - interval '40 days' WHERE number IN "
      "(SELECT number FROM disputes ORDER BY number LIMIT 1)");
  EXPECT_EQ(Must(&CreateDisputeLedger, HeadCall(), Ledger()).entry_count(), 3);
  v1::CreateDisputeLedgerRequest request = Ledger();
  request.set_start_day(DayWord(Today() - 40));
  EXPECT_EQ(Must(&CreateDisputeLedger, HeadCall(), request).entry_count(), 4);
  const auto refuse = [&](int start, int end, const std::string& field) {
    v1::CreateDisputeLedgerRequest wrong = Ledger();
    wrong.set_start_day(DayWord(Today() + start));
    wrong.set_end_day(DayWord(Today() + end));
    ExpectError(Ask(&CreateDisputeLedger, HeadCall(), wrong).status(), StatusCode::kInvalidArgument,
                reason::kFieldInvalid, field);
  };
  refuse(-1, -2, "end_day");
  refuse(-367, 0, "end_day");
  refuse(0, 1, "end_day");
  request.set_start_day(DayWord(Today() - 366));
  EXPECT_EQ(Must(&CreateDisputeLedger, HeadCall(), request).entry_count(), 4);
  request.set_start_day("2026-02-30");
  ExpectError(Ask(&CreateDisputeLedger, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "start_day");
  request.set_parent("organisations/nowhere");
  request.set_start_day(DayWord(Today()));
  EXPECT_EQ(Ask(&CreateDisputeLedger, HeadCall(), request).status().code(), StatusCode::kNotFound);
  roster().Stop();
  ExpectError(Ask(&CreateDisputeLedger, HeadCall(), Ledger()).status(), StatusCode::kUnavailable,
              reason::kPeerUnavailable);
}

TEST_F(ReportsTest, ALedgerHoldsTwoThousandAndNoMore) {
  Reported(1);
  Execute(
      "INSERT INTO disputes (number, state, category, source, division, organisation, summary, "
      "difficulty, create_time, update_time, revision) SELECT 'D-330102-2026-5' || "
      "lpad(i::text, 7, '0'), 'REPORTED', category, source, division, organisation, summary, "
      "difficulty, create_time, update_time, 1 FROM disputes, generate_series(1, 1999) i");
  EXPECT_EQ(Must(&CreateDisputeLedger, HeadCall(), Ledger()).entry_count(), 2000);
  Reported(2);
  const std::string before = RowCounts();
  ExpectError(Ask(&CreateDisputeLedger, HeadCall(), Ledger()).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  EXPECT_EQ(RowCounts(), before);
}

TEST_F(ReportsTest, ACampaignsReportEqualsSqlOnTheLedger) {
  const v1::Campaign campaign = Campaign(true);
  v1::CreateCampaignReportRequest request;
  request.set_parent(campaign.name());
  const v1::Report report = Must(&CreateCampaignReport, BureauCall(), request);
  EXPECT_EQ(report.kind(), v1::DOCUMENT_KIND_CAMPAIGN_REPORT);
  EXPECT_EQ(report.entry_count(), 3);
  EXPECT_EQ(report.start_day(), DayWord(Today() - 10));
  const std::string text = TextOf(report, BureauCall());
  const auto count = [this](const std::string& sql) { return Value("SELECT " + sql); };
  const int villages = campaign.village_count();
  const std::string visited = count("count(DISTINCT division)::text FROM visits");
  ExpectPieces(
      text,
      {"矛盾纠纷专项排查工作总结", "活动名称：岁末年初专项排查", "主题：护航重大活动",
       "范围：浙江省杭州市上城区", "重点类别：劳动争议", "参与力量：网格员", report.number(),
       absl::StrCat("应排查村（社区）", villages, "个，已走访", visited, "个，未走访",
                    villages - std::stoi(visited), "个"),
       absl::StrCat("共走访", count("count(*)::text FROM visits"), "次，走访住户",
                    count("sum(household_count)::text FROM visits"), "户次"),
       absl::StrCat("共发现风险", count("count(*)::text FROM risk_entries"), "条，采取预防措施",
                    count("count(*)::text FROM preventive_measures"), "项"),
       "已发现" + count("count(*)::text FROM risk_entries WHERE state = 'FOUND'"),
       "高" + count("count(*)::text FROM risk_entries WHERE severity = 'HIGH'"),
       "低" + count("count(*)::text FROM risk_entries WHERE severity = 'LOW'"),
       "劳动争议" + count("count(*)::text FROM risk_entries WHERE category = 'LABOUR'"),
       "覆盖有限，限期补查。", "验证码："});
}

TEST_F(ReportsTest, ACampaignIsReportedOnceItIsClosedByABureauOfItsPlace) {
  const v1::Campaign open = Campaign(false);
  v1::CreateCampaignReportRequest request;
  request.set_parent(open.name());
  ExpectError(Ask(&CreateCampaignReport, BureauCall(), request).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
  request.set_parent(Campaign(true).name());
  ExpectError(Ask(&CreateCampaignReport, BureauCall("330105"), request).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  ExpectError(Ask(&CreateCampaignReport, BureauCall("330102001"), request).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
  request.set_request_id(NewRequestId());
  const v1::Report report = Must(&CreateCampaignReport, BureauCall(), request);
  EXPECT_EQ(Must(&CreateCampaignReport, BureauCall(), request).SerializeAsString(),
            report.SerializeAsString());
  EXPECT_EQ(Value("SELECT count(*)::text FROM reports"), "1");
  v1::GetReportRequest get;
  get.set_name(report.name());
  EXPECT_EQ(Must(&GetReport, BureauCall("330102001"), get).number(), report.number())
      << "who sees the campaign";
  ExpectError(Ask(&GetReport, BureauCall("330105"), get).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  get.set_name("campaigns/x");
  ExpectError(Ask(&GetReport, BureauCall(), get).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "name");
}

TEST_F(ReportsTest, AnyoneVerifiesAReportByItsNumberAndCode) {
  FillFile();
  const v1::Report ledger = Must(&CreateDisputeLedger, HeadCall(), Ledger());
  v1::VerifyDocumentRequest request;
  request.set_number(ledger.number());
  request.set_verification_code(PrintedCode(TextOf(ledger, HeadCall())));
  const v1::VerifyDocumentResponse verified = Must(&VerifyDocument, CourtCall(), request);
  EXPECT_EQ(verified.kind(), v1::DOCUMENT_KIND_DISPUTE_LEDGER);
  EXPECT_EQ(verified.organisation_name(), "上城区清波街道人民调解委员会");
  EXPECT_EQ(verified.sm3(), ledger.sm3());
  EXPECT_TRUE(IsSignedContent(verified.signing_key().public_key(),
                              Download(ledger.name(), HeadCall())->bytes,
                              verified.signature().value()));
  request.set_verification_code("ABCD-EFGH-JKLM");
  ExpectError(Ask(&VerifyDocument, CourtCall(), request).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
}

}  // namespace
}  // namespace maplebridge::registry
