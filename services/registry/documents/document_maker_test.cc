#include "services/registry/documents/document_maker.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "common/calendar/working_calendar.h"

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
  about.organisation = "上城区清波街道人民调解委员会";
  about.parties = {applicant, respondent};
  about.mediators = {"王调解", "赵调解"};
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
  EXPECT_TRUE(NormaliseAgreement(&draft, {"p1", "p2"}).empty());
  return draft;
}

std::shared_ptr<const DocumentMaker> Maker() {
  auto maker = DocumentMaker::Load(MAPLEBRIDGE_TEMPLATES);
  EXPECT_TRUE(maker.ok()) << maker.status();
  return *maker;
}

std::string Output(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  char buffer[4096];
  for (std::size_t got; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    output.append(buffer, got);
  }
  EXPECT_EQ(pclose(pipe), 0) << command;
  return output;
}

std::string Save(const std::string& bytes) {
  std::string path = testing::TempDir() + "registry_document_XXXXXX";
  int file = mkstemp(path.data());
  EXPECT_GE(file, 0);
  FILE* stream = fdopen(file, "w");
  fwrite(bytes.data(), 1, bytes.size(), stream);
  fclose(stream);
  return path;
}

// Text as poppler reads it, without white space: lines break where the page ends, not the sentence.
std::string PdfText(const std::string& bytes) {
  const std::string path = Save(bytes);
  std::string text;
  for (char c : Output("pdftotext -enc UTF-8 " + path + " -")) {
    if (c != ' ' && c != '\n' && c != '\f') text += c;
  }
  std::remove(path.c_str());
  std::string without_wide_spaces;
  for (std::size_t i = 0; i < text.size();) {
    if (text.compare(i, 3, "　") == 0) {
      i += 3;
    } else {
      without_wide_spaces += text[i++];
    }
  }
  return without_wide_spaces;
}

TEST(DocumentMakerTest, TheAgreementsTextEqualsItsData) {
  auto made = Maker()->MakeAgreement(About(), Draft(), 1);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->id, "agreement-1");
  EXPECT_EQ(made->number, "〔2026〕330102人调协字第0000001-1号");
  EXPECT_EQ(made->template_name, "agreement/1");
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
        "2026年10月9日"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << "\n" << text;
  }
  EXPECT_EQ(text.find("{{"), std::string::npos);
  EXPECT_EQ(text.find("其他约定"), std::string::npos) << "an empty field leaves its line out";
}

TEST(DocumentMakerTest, TheNoticeNamesReasonAndOtherWays) {
  auto made = Maker()->MakeConclusionNotice(About(), "当事人未能达成一致", "", 1);
  ASSERT_TRUE(made.ok()) << made.status();
  const std::string text = PdfText(made->bytes);
  EXPECT_NE(text.find("因当事人未能达成一致，现依法终止调解"), std::string::npos) << text;
  EXPECT_NE(text.find("D-330102-2026-00000017"), std::string::npos);
  EXPECT_NE(text.find("第1页共1页"), std::string::npos);
}

TEST(DocumentMakerTest, TheSameDataGiveTheSameBytes) {
  auto first = Maker()->MakeAgreement(About(), Draft(), 1);
  auto second = Maker()->MakeAgreement(About(), Draft(), 1);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_TRUE(first->bytes == second->bytes);
}

TEST(DocumentMakerTest, FontsAreEmbeddedAsSubsets) {
  auto made = Maker()->MakeAgreement(About(), Draft(), 1);
  ASSERT_TRUE(made.ok());
  EXPECT_LT(made->bytes.size(), 300'000u);
  const std::string path = Save(made->bytes);
  const std::string fonts = Output("pdffonts " + path);
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
  auto made = Maker()->MakeAgreement(About(), draft, 1);
  ASSERT_TRUE(made.ok());
  EXPECT_GT(made->pages, 2);
  const std::string text = PdfText(made->bytes);
  for (int page = 1; page <= made->pages; ++page) {
    EXPECT_NE(text.find(absl::StrCat("第", page, "页共", made->pages, "页")), std::string::npos);
  }
  EXPECT_NE(text.find("60．杭州某某"), std::string::npos);
}

}  // namespace
}  // namespace maplebridge::registry
