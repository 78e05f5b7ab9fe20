#include "services/registry/documents/document_maker.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "common/calendar/working_calendar.h"
#include "services/registry/documents/history_values.h"
#include "services/registry/testing/pdf_text.h"

namespace maplebridge::registry {
namespace {

DocumentCase About() {
  Party applicant;
  applicant.party_id = "p1";
  applicant.display_name = "欧阳𠮷祥";  // a character beyond the basic plane
  applicant.identity_kind = IdentityKind::kResident;
  applicant.identity_number = "33010219800229011X";
  applicant.telephone = "13800138000";
  applicant.service_address = "杭州市上城区清波街道1号";
  Party respondent;
  respondent.party_id = "p2";
  respondent.position = PartyPosition::kRespondent;
  respondent.kind = PartyKind::kOrganisation;
  respondent.display_name = "杭州某某贸易有限公司";
  DocumentCase about;
  about.dispute_number = "D-330102-2026-00000017";
  about.category = "合同纠纷";
  about.summary = "买卖合同履行后货款未付。";
  about.claimed_amount_fen = 5'000'000;
  about.organisation = "上城区清波街道人民调解委员会";
  about.parties = {applicant, respondent};
  about.mediators = {"王调解", "赵调解"};
  about.report_day = absl::CivilDay(2026, 9, 25);
  about.accept_day = absl::CivilDay(2026, 9, 28);
  about.now = calendar::StartOfChinaDay(absl::CivilDay(2026, 10, 9)) + absl::Hours(10);
  return about;
}

AgreementDraft Draft() {
  AgreementDraft draft;
  draft.facts = "双方签订买卖合同，货已交付，货款未付。";
  Obligation pay;
  pay.obligation_id = "o1";
  pay.debtor_party_id = "p2";
  pay.creditor_party_id = "p1";
  pay.content = "以银行转账方式支付货款。";
  pay.amount_fen = 1234550;
  pay.due_day = absl::CivilDay(2026, 10, 31);
  draft.obligations = {pay};
  ObligationFrame frame;
  frame.party_ids = {"p1", "p2"};
  frame.today = absl::CivilDay(2026, 10, 9);
  EXPECT_TRUE(NormaliseAgreement(&draft, frame).empty());
  return draft;
}

std::shared_ptr<const DocumentMaker> Maker() {
  auto maker = DocumentMaker::Load(MAPLEBRIDGE_TEMPLATES);
  EXPECT_TRUE(maker.ok()) << maker.status();
  return *maker;
}

DocumentLabel Label(DocumentKind kind, int ordinal = 1) {
  return {kind, ordinal, "ABCD-EFGH-JKLM"};
}

absl::StatusOr<MadeDocument> MakeAgreement(const AgreementDraft& draft) {
  return Maker()->Make(About(), Label(DocumentKind::kAgreement), AgreementValues(About(), draft));
}

// The text of a document that must be made, with every expected piece in it.
std::string TextWith(DocumentKind kind, TemplateValues own,
                     const std::vector<std::string>& expected) {
  auto made = Maker()->Make(About(), Label(kind, 3), std::move(own));
  EXPECT_TRUE(made.ok()) << made.status();
  if (!made.ok()) return "";
  EXPECT_EQ(made->id, DocumentId(kind, 3));
  const std::string text = PdfText(made->bytes);
  for (const std::string& piece : expected) {
    EXPECT_NE(text.find(piece), std::string::npos) << piece << "\n" << text;
  }
  for (const std::string& piece :
       {std::string(DocumentTitle(kind)), made->number, std::string("上城区清波街道人民调解委员会"),
        std::string("D-330102-2026-00000017")}) {
    EXPECT_NE(text.find(piece), std::string::npos) << piece << "\n" << text;
  }
  EXPECT_EQ(text.find("{{"), std::string::npos) << text;
  EXPECT_EQ(PrintedCode(text), "ABCD-EFGH-JKLM") << text;
  return text;
}

TEST(DocumentMakerTest, TheAgreementsTextEqualsItsData) {
  auto made = MakeAgreement(Draft());
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->id, "agreement-1");
  EXPECT_EQ(made->number, "〔2026〕330102人调协字第0000001-1号");
  EXPECT_EQ(made->template_name, "agreement/4");
  EXPECT_EQ(made->bytes.substr(0, 5), "%PDF-");
  const std::string text = PdfText(made->bytes);
  for (const char* expected :
       {"人民调解协议书", "编号：〔2026〕330102人调协字第0000001-1号", "申请人：欧阳𠮷祥",
        "公民身份号码：33010219800229011X", "联系电话：13800138000",
        "送达地址：杭州市上城区清波街道1号", "被申请人：杭州某某贸易有限公司", "纠纷类别：合同纠纷",
        "双方签订买卖合同，货已交付，货款未付。",
        "1．杭州某某贸易有限公司应于2026年10月31日前（含当日）向欧阳𠮷祥履行：以银行转账方式支付货"
        "款。",
        "金额：人民币12,345.50元（大写：人民币壹万贰仟叁佰肆拾伍元伍角）。",
        "人民调解员（王调解）签名：", "人民调解员（赵调解）签名：", "上城区清波街道人民调解委员会",
        "2026年10月9日", "验证码：ABCD-EFGH-JKLM"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << "\n" << text;
  }
  EXPECT_EQ(text.find("{{"), std::string::npos);
  EXPECT_EQ(text.find("其他约定"), std::string::npos) << "an empty field leaves its line out";
}

TEST(DocumentMakerTest, TheNoticeNamesReasonAndOtherWays) {
  auto made = Maker()->Make(About(), Label(DocumentKind::kConclusionNotice),
                            ConclusionValues("当事人未能达成一致", ""));
  ASSERT_TRUE(made.ok()) << made.status();
  const std::string text = PdfText(made->bytes);
  EXPECT_NE(text.find("因当事人未能达成一致，现依法终止调解"), std::string::npos) << text;
  EXPECT_NE(text.find("D-330102-2026-00000017"), std::string::npos);
  EXPECT_NE(text.find("第1页共1页"), std::string::npos);
}

TEST(DocumentMakerTest, TheSameDataGiveTheSameBytes) {
  auto first = MakeAgreement(Draft());
  auto second = MakeAgreement(Draft());
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_TRUE(first->bytes == second->bytes);
}

TEST(DocumentMakerTest, FontsAreEmbeddedAsSubsets) {
  auto made = MakeAgreement(Draft());
  ASSERT_TRUE(made.ok());
  EXPECT_LT(made->bytes.size(), 300'000u);
  const std::string path = SaveBytes(made->bytes);
  const std::string fonts = OutputOf("pdffonts " + path);
  std::remove(path.c_str());
  EXPECT_NE(fonts.find("NotoSerifCJK"), std::string::npos) << fonts;
  EXPECT_EQ(fonts.find(" no  yes"), std::string::npos) << "not embedded:\n" << fonts;
}

TEST(DocumentMakerTest, ALongAgreementRunsOverPagesWithTheirNumbers) {
  AgreementDraft draft = Draft();
  for (int i = 2; i <= 60; ++i) {
    draft.obligations.push_back(draft.obligations[0]);
    draft.obligations.back().obligation_id = absl::StrCat("o", i);
  }
  auto made = MakeAgreement(draft);
  ASSERT_TRUE(made.ok());
  EXPECT_GT(made->pages, 2);
  const std::string text = PdfText(made->bytes);
  for (int page = 1; page <= made->pages; ++page) {
    EXPECT_NE(text.find(absl::StrCat("第", page, "页共", made->pages, "页")), std::string::npos);
  }
  EXPECT_NE(text.find("60．杭州某某"), std::string::npos);
}

TEST(DocumentMakerTest, AnApplicationSaysWhoAsksForWhat) {
  const std::string text =
      TextWith(DocumentKind::kApplication, {},
               {"申请人：欧阳𠮷祥", "公民身份号码：33010219800229011X", "联系电话：13800138000",
                "被申请人：杭州某某贸易有限公司", "买卖合同履行后货款未付。", "人民币50,000.00元",
                "登记日期：2026年9月25日", "申请人（欧阳𠮷祥）签名"});
  EXPECT_EQ(text.find("杭州某某贸易有限公司）签名"), std::string::npos)
      << "the respondent does not apply";
}

TEST(DocumentMakerTest, AnAcceptanceTellsRightsAndTheLastDay) {
  const std::string text =
      TextWith(DocumentKind::kAcceptanceNotice, AcceptanceValues(absl::CivilDay(2026, 10, 28)),
               {"已于2026年9月28日受理", "调解期限至2026年10月28日届满", "人民调解员：王调解",
                "人民调解员：赵调解", "不收取任何费用"});
  EXPECT_EQ(text.find("33010219800229011X"), std::string::npos) << "a notice names no identities";
  const std::string open =
      TextWith(DocumentKind::kAcceptanceNotice, AcceptanceValues(std::nullopt), {});
  EXPECT_EQ(open.find("调解期限"), std::string::npos);
}

TEST(DocumentMakerTest, ARefusalNamesReasonAndAdvice) {
  TextWith(DocumentKind::kDeclineNotice, DeclineValues("ELSEWHERE", "可以向原受理机关查询。"),
           {"因人民法院、仲裁机构或者行政机关已经受理该纠纷，本人民调解委员会决定不予受理",
            "建议：可以向原受理机关查询。", "于2026年9月25日登记"});
}

TEST(DocumentMakerTest, ARecordNamesWhoWasThereAndWhatWasSaid) {
  HeldSession session;
  session.ordinal = 2;
  session.kind = "ONLINE";
  session.start_time = calendar::StartOfChinaDay(absl::CivilDay(2026, 10, 8)) + absl::Hours(9);
  session.end_time = session.start_time + absl::Minutes(65);
  session.place = "清波街道调解室";
  session.mediators = {"赵调解"};
  session.party_ids = {"p2"};
  session.rights_told = true;
  session.minutes = "被申请人：货款属实。\n调解员：请提出方案。";
  const std::string text =
      TextWith(DocumentKind::kMediationRecord, SessionValues(About(), session),
               {"第2次", "2026年10月8日9时00分至2026年10月8日10时05分", "清波街道调解室",
                "在线视频调解", "人民调解员：赵调解", "到场被申请人：杭州某某贸易有限公司",
                "权利、义务", "被申请人：货款属实。", "调解员：请提出方案。", "记录人签名"});
  EXPECT_EQ(text.find("王调解"), std::string::npos) << "was not there";
  EXPECT_EQ(text.find("欧阳𠮷祥"), std::string::npos) << "was not there";
}

TEST(DocumentMakerTest, AnOralAgreementsRegisterHoldsWhatWasAgreed) {
  TextWith(DocumentKind::kOralAgreementRegister,
           OralAgreementValues(About(), Draft(), "〔2026〕330102人调协字第0000001-1号",
                               absl::CivilDay(2026, 10, 9)),
           {"协议编号：〔2026〕330102人调协字第0000001-1号", "达成日期：2026年10月9日",
            "货已交付，货款未付。", "壹万贰仟叁佰肆拾伍元伍角", "人民调解员（王调解）签名"});
}

TEST(DocumentMakerTest, AVisitSaysHowAndWhatWasFound) {
  FollowUpVisit visit;
  visit.ordinal = 1;
  visit.day = absl::CivilDay(2026, 11, 2);
  visit.method = "TELEPHONE";
  visit.party_ids = {"p1"};
  visit.satisfaction = 5;
  visit.notes = "款已收到。";
  const std::string text =
      TextWith(DocumentKind::kFollowUpRecord, FollowUpValues(About(), visit),
               {"第1次", "回访日期：2026年11月2日", "电话回访", "被回访申请人：欧阳𠮷祥", "5分",
                "纠纷反复：无", "款已收到。"});
  EXPECT_EQ(text.find("协议编号"), std::string::npos) << "there is no agreement";
}

TEST(DocumentMakerTest, AnIndexListsDocumentsAndCountsPages) {
  const std::vector<FileEntry> entries = {
      {DocumentKind::kApplication, "〔2026〕330102人调申字第0000001-1号",
       absl::CivilDay(2026, 9, 25), 1},
      {DocumentKind::kMediationRecord, "〔2026〕330102人调笔字第0000001-1号",
       absl::CivilDay(2026, 10, 8), 3}};
  TextWith(DocumentKind::kFileIndex, FileIndexValues(entries, {}, "LONG_TERM"),
           {"1．人民调解申请书", "〔2026〕330102人调申字第0000001-1号", "2．人民调解笔录",
            "日期：2026年10月8日页数：3页", "合计：2件，4页", "保管期限：长期"});
  const std::vector<MaterialEntry> materials = {
      {1, "CONTRACT", "买卖合同.pdf", "张三", absl::CivilDay(2026, 9, 26), false},
      {2, "OTHER", "现场.jpg", "", absl::CivilDay(2026, 9, 27), true}};
  TextWith(DocumentKind::kFileIndex, FileIndexValues(entries, materials, "LONG_TERM"),
           {"证据材料目录", "证据1．合同：买卖合同.pdf", "提交人：张三收到日期：2026年9月26日",
            "证据2．其他材料：现场.jpg", "提交人：本会收集收到日期：2026年9月27日（已撤回）",
            "合计：2件。"});
}

TEST(DocumentMakerTest, AHistoryTellsInOrderWhoDidWhat) {
  const absl::Time time = calendar::StartOfChinaDay(absl::CivilDay(2026, 10, 8)) + absl::Hours(9);
  const std::vector<HistoryLine> lines = {
      {time, "市律师协会调解中心", "承办方反馈结果：律师调解，未化解"},
      {time + absl::Minutes(65), "", "受理纠纷（已受理）"}};
  TextWith(DocumentKind::kCaseHistory, HistoryValues("已受理", {"律师调解", "人民调解"}, lines),
           {"一案一页", "当前状态：已受理", "先后分流：律师调解、人民调解", "2026-10-0809:00",
            "市律师协会调解中心", "承办方反馈结果：律师调解，未化解", "2026-10-0810:05",
            "受理纠纷（已受理）", "共2项。"});
}

TEST(DocumentMakerTest, AFolderWithoutATemplateIsRefusedByName) {
  auto maker = DocumentMaker::Load("/nowhere");
  EXPECT_EQ(maker.status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(std::string(maker.status().message()).find("/nowhere/agreement.txt"),
            std::string::npos);
}

}  // namespace
}  // namespace maplebridge::registry
