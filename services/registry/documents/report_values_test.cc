#include "services/registry/documents/report_values.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include "common/calendar/working_calendar.h"
#include "services/registry/documents/document_maker.h"
#include "services/registry/documents/performance_values.h"
#include "services/registry/domain/performance.h"
#include "services/registry/testing/pdf_text.h"

namespace maplebridge::registry {
namespace {

constexpr absl::CivilDay kToday(2026, 12, 9);

std::shared_ptr<const DocumentMaker> Maker() {
  auto maker = DocumentMaker::Load(MAPLEBRIDGE_TEMPLATES);
  EXPECT_TRUE(maker.ok()) << maker.status();
  return *maker;
}

absl::Time Now() { return calendar::StartOfChinaDay(kToday) + absl::Hours(10); }

MadeDocument Report(DocumentKind kind, TemplateValues values) {
  ReportLabel label;
  label.kind = kind;
  label.number = "〔2026〕330102人调账字第0000001号";
  label.verification_code = "ABCD-EFGH-JKLM";
  label.now = Now();
  auto made = Maker()->MakeReport(label, std::move(values));
  EXPECT_TRUE(made.ok()) << made.status();
  return made.ok() ? *std::move(made) : MadeDocument();
}

void ExpectPieces(const std::string& text, const std::vector<std::string>& pieces) {
  for (const std::string& piece : pieces) {
    EXPECT_NE(text.find(piece), std::string::npos) << piece << "\n" << text;
  }
}

// The page that holds the text, from 1; 0 when none does.
int PageOf(const MadeDocument& made, const std::string& text) {
  const std::string path = SaveBytes(made.bytes);
  int found = 0;
  for (int page = 1; page <= made.pages && found == 0; ++page) {
    const std::string words = OutputOf(absl::StrCat("pdftotext -enc UTF-8 -f ", page, " -l ", page,
                                                    " ", path, " - | tr -d ' \\n'"));
    if (words.find(text) != std::string::npos) found = page;
  }
  std::remove(path.c_str());
  return found;
}

DisputeLedger Ledger(int count) {
  DisputeLedger ledger;
  ledger.organisation = "上城区清波街道人民调解委员会";
  ledger.start_day = absl::CivilDay(2026, 1, 1);
  ledger.end_day = kToday;
  ledger.names_parties = true;
  for (int i = 0; i < count; ++i) {
    LedgerEntry entry;
    entry.dispute.number = absl::StrCat("D-330102-2026-0000", 1000 + i);
    entry.dispute.category = "CONTRACT";
    entry.dispute.source = "APPLICATION";
    entry.dispute.create_time = Now();
    entry.dispute.state = DisputeState::kMediating;
    entry.applicants = "欧阳𠮷祥";
    entry.respondents = "阿卜杜热西提·买买提";
    ledger.entries.push_back(std::move(entry));
  }
  return ledger;
}

// What the ledger says of a dispute.
std::string RowOf(const Dispute& dispute) {
  DisputeLedger ledger = Ledger(1);
  const std::string number = ledger.entries[0].dispute.number;
  ledger.entries[0].dispute = dispute;
  ledger.entries[0].dispute.number = number;
  const TemplateValues values = DisputeLedgerValues(ledger);
  const auto& row = values.lists.at("disputes").at(0).fields;
  return row.at("outcome") + "|" + row.at("performance");
}

TEST(ReportValuesTest, ALedgerTellsWhatCameOfEachDispute) {
  Dispute dispute;
  dispute.state = DisputeState::kReported;
  EXPECT_EQ(RowOf(dispute), "办理中|");
  dispute.state = DisputeState::kClosedDeclined;
  EXPECT_EQ(RowOf(dispute), "不予受理|");
  dispute.state = DisputeState::kClosedWithdrawn;
  EXPECT_EQ(RowOf(dispute), "撤回|");
  dispute.state = DisputeState::kClosedFailed;
  dispute.conclusion.kind = "NO_AGREEMENT";
  EXPECT_EQ(RowOf(dispute), "未达成协议|");
  dispute.state = DisputeState::kConcluding;
  EXPECT_EQ(RowOf(dispute), "办理中|") << "docking has not confirmed";
  dispute.conclusion.kind = "AGREEMENT";
  EXPECT_EQ(RowOf(dispute), "办理中|");
  dispute.state = DisputeState::kAgreed;
  dispute.obligation_count = 3;
  dispute.performed_count = 1;
  EXPECT_EQ(RowOf(dispute), "达成协议|履行中，1/3项");
  dispute.overdue_count = 2;
  EXPECT_EQ(RowOf(dispute), "达成协议|逾期2项");
  dispute.performed_day = kToday;
  EXPECT_EQ(RowOf(dispute), "达成协议|2026-12-09履行完毕");
  dispute.state = DisputeState::kArchived;
  EXPECT_EQ(RowOf(dispute), "达成协议|2026-12-09履行完毕") << "also once it is archived";
  dispute.set_aside_case_number = "（2026）浙0102民初1号";
  EXPECT_EQ(RowOf(dispute), "达成协议|协议被撤销或者确认无效");
}

TEST(ReportValuesTest, ALongLedgerRepeatsItsHeadOnEveryPage) {
  const MadeDocument made = Report(DocumentKind::kDisputeLedger, DisputeLedgerValues(Ledger(80)));
  EXPECT_GT(made.pages, 3);
  const std::string text = PdfText(made.bytes);
  int heads = 0;
  for (std::size_t at = text.find("案件编号"); at != std::string::npos;
       at = text.find("案件编号", at + 1)) {
    ++heads;
  }
  EXPECT_GE(heads, made.pages - 1) << "the last page may hold the totals alone";
  ExpectPieces(text, {"欧阳𠮷祥", "阿卜杜热西提·买买提", "登记80件", "办理中80件",
                      absl::StrCat("第", made.pages, "页共", made.pages, "页")});
}

TEST(ReportValuesTest, ARowThatIsLongerThanAPageGoesOnOnTheNext) {
  DisputeLedger ledger = Ledger(1);
  for (int i = 0; i < 900; ++i) absl::StrAppend(&ledger.entries[0].respondents, "某");
  absl::StrAppend(&ledger.entries[0].respondents, "末");
  const MadeDocument made = Report(DocumentKind::kDisputeLedger, DisputeLedgerValues(ledger));
  EXPECT_GE(made.pages, 2);
  EXPECT_GT(PageOf(made, "末"), 1);
}

// However much text there is above it: seal, day and code stand together, below some of the text.
TEST(ReportValuesTest, WhatClosesADocumentStandsOnOnePageWithText) {
  DocumentCase about;
  about.dispute_number = "D-330102-2026-00000017";
  about.category = "合同纠纷";
  about.organisation = "上城区清波街道人民调解委员会";
  about.now = Now();
  Party applicant, respondent;
  applicant.party_id = "p1";
  applicant.display_name = "张三";
  respondent.party_id = "p2";
  respondent.display_name = "李四";
  about.parties = {applicant, respondent};
  DocumentLabel label;
  label.kind = DocumentKind::kConclusionNotice;
  label.verification_code = "ABCD-EFGH-JKLM";
  about.mediators = {"王调解"};
  for (int lines = 0; lines < 40; ++lines) {
    std::string text = "说明。";
    for (int i = 0; i < lines; ++i) text += "\n又一行。";
    auto made = Maker()->Make(about, label, ConclusionValues("各方未能达成协议", text));
    ASSERT_TRUE(made.ok()) << made.status();
    const int page = PageOf(*made, "验证码：ABCD-EFGH-JKLM");
    EXPECT_EQ(page, made->pages) << lines;
    EXPECT_EQ(PageOf(*made, "2026年12月9日验证码"), page) << lines;
    EXPECT_EQ(PageOf(*made, "人民调解员（王调解）签名：上城区清波街道"), page) << lines;
  }
}

Obligation Parts() {
  Obligation payment;
  payment.obligation_id = "o1";
  payment.debtor_party_id = "p2";
  payment.creditor_party_id = "p1";
  payment.content = "支付货款";
  for (int i = 1; i <= 2; ++i) {
    Due due;
    due.instalment = i;
    due.amount_fen = 1'000'000;
    due.due_day = kToday - 20 + 10 * i;
    payment.dues.push_back(due);
    payment.amount_fen += due.amount_fen;
  }
  payment.due_day = payment.dues.back().due_day;
  return payment;
}

TEST(ReportValuesTest, AnUrgedInstalmentIsNamedWithWhatIsOpenOfIt) {
  PerformedAgreement agreement;
  agreement.obligations = {Parts()};
  Settle(&agreement.obligations[0], {{1, 1, 400'000, kToday - 12}});
  DocumentCase about;
  about.now = Now();
  UrgedObligation urged;
  urged.obligation_id = "o1";
  urged.instalment = 1;
  urged.urge_day = kToday;
  auto values = UrgingNoticeValues(about, agreement, urged);
  ASSERT_TRUE(values.ok());
  EXPECT_EQ(values->fields["open"], "6,000.00");
  EXPECT_EQ(values->fields["open_words"], "人民币陆仟元整");
  EXPECT_EQ(values->fields["days_late"], "10");
  urged.instalment = 2;
  values = UrgingNoticeValues(about, agreement, urged);
  EXPECT_EQ(values->fields["open"], "10,000.00");
  EXPECT_EQ(values->fields["days_late"], "") << "due today";
  urged.instalment = 0;
  EXPECT_EQ(UrgingNoticeValues(about, agreement, urged)->fields["open"], "16,000.00");
  urged.obligation_id = "o9";
  EXPECT_FALSE(UrgingNoticeValues(about, agreement, urged).ok());
}

TEST(ReportValuesTest, ACampaignsFiguresStandInItsTables) {
  Campaign campaign;
  campaign.title = "节前排查";
  campaign.kind = "KEY";
  campaign.mode = "SPECIAL";
  campaign.theme = "护航重大活动";
  campaign.forces = {"GRID_WORKERS", "POLICE_STATION"};
  campaign.start_day = campaign.end_day = kToday;
  campaign.village_count = 8;
  campaign.conclusion = "总结。";
  campaign.close_time = Now();
  CampaignFigures figures;
  figures.visited_count = 3;
  figures.visit_count = 5;
  figures.household_count = 77;
  figures.risks_by_state = {{"FOUND", 2}, {"RESOLVED", 1}};
  figures.risks_by_severity = {{"MAJOR", 3}};
  figures.risks_by_category = {{"LABOUR", 3}};
  figures.places = {{"清波街道", 5, 3, 5, 3}, {"湖滨街道", 3, 0, 0, 0}};
  const MadeDocument made = Report(DocumentKind::kCampaignReport,
                                   CampaignReportValues(campaign, {"浙江省杭州市上城区"}, figures));
  ExpectPieces(PdfText(made.bytes),
               {"矛盾纠纷专项排查工作总结", "重点排查（专项）", "网格员、公安派出所",
                "应排查村（社区）8个，已走访3个，未走访5个，覆盖率37.5%", "走访住户77户次",
                "清波街道53260.0%53", "湖滨街道3030.0%00", "共发现风险3条", "已化解1", "重大3",
                "劳动争议3", "总结。"});
}

}  // namespace
}  // namespace maplebridge::registry
