#include "services/registry/domain/old_case.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "common/calendar/working_calendar.h"
#include "common/identifier/resident_number.h"
#include "common/reference/test_reference.h"

namespace maplebridge::registry {
namespace {

using enum OldCaseColumn;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::CivilDay kToday(2026, 10, 9);

// A row by its columns; every column is in the heading.
using Cells = std::map<OldCaseColumn, std::string>;

class OldCaseTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto data = reference::BuildTestReference(reference::FixturePackages());
    ASSERT_TRUE(data.ok()) << data.status();
    data_ = *data;
  }
  static void TearDownTestSuite() { data_.reset(); }

  static Cells Whole() {
    return {{kRegisterNumber, "（2019）清民调字第12号"},
            {kCategory, "邻里纠纷"},
            {kDivision, "330102001"},
            {kSummary, "因楼上漏水发生争执"},
            {kApplicants, "张三"},
            {kApplicantIdentities, Identity(1)},
            {kRespondents, "李四；某某物业公司"},
            {kRespondentKinds, "；单位"},
            {kRespondentTelephones, "１３８００１３８０００；"},
            {kReportDay, "2019-05-03"},
            {kConcludeDay, "2019-05-20"},
            {kOutcome, "达成协议"},
            {kAgreedYuan, "1,234.50"}};
  }
  static std::string Identity(int sequence) {
    return *identifier::GenerateResidentNumber("330102", absl::CivilDay(1980, 1, 1), sequence);
  }
  static std::vector<std::string> Names() {
    std::vector<std::string> names;
    for (const OldCaseColumnName& each : OldCaseColumns()) names.emplace_back(each.chinese);
    return names;
  }
  static OldCaseRow Check(const Cells& cells) {
    const auto heading = OldCaseHeading::Read(Names());
    EXPECT_TRUE(heading.ok()) << heading.status();
    std::vector<std::string> row(kOldCaseColumnCount);
    for (const auto& [column, cell] : cells) row[static_cast<std::size_t>(column)] = cell;
    return CheckOldCase(*heading, row, data_->divisions(), kToday);
  }
  static OldCaseRow CheckWith(OldCaseColumn column, const std::string& cell) {
    Cells cells = Whole();
    cells[column] = cell;
    return Check(cells);
  }
  static std::vector<std::string> Fields(const OldCaseRow& row) {
    std::vector<std::string> fields;
    for (const Violation& violation : row.violations) fields.push_back(violation.field);
    return fields;
  }

  static std::shared_ptr<const reference::ReferenceData> data_;
};
std::shared_ptr<const reference::ReferenceData> OldCaseTest::data_;

TEST_F(OldCaseTest, AWholeRowIsACase) {
  const OldCaseRow row = Check(Whole());
  ASSERT_THAT(row.violations, IsEmpty()) << ErrorText(row.violations);
  const OldCase& read = row.old_case;
  EXPECT_EQ(read.register_number, "（2019）清民调字第12号");
  EXPECT_EQ(read.category, "NEIGHBOURS");
  EXPECT_EQ(read.division, 330102001000u);
  EXPECT_EQ(read.report_day, absl::CivilDay(2019, 5, 3));
  EXPECT_EQ(read.conclude_day, absl::CivilDay(2019, 5, 20));
  EXPECT_EQ(read.outcome, OldCaseOutcome::kAgreed);
  EXPECT_EQ(read.agreed_fen, 123450);
  EXPECT_EQ(read.retention, "LONG_TERM");
  ASSERT_EQ(read.parties.size(), 3u);
  EXPECT_EQ(read.parties[0].identity_number, Identity(1));
  EXPECT_EQ(read.parties[0].birth_day, absl::CivilDay(1980, 1, 1));
  EXPECT_EQ(read.parties[1].telephone, "13800138000");
  EXPECT_EQ(read.parties[1].position, PartyPosition::kRespondent);
  EXPECT_EQ(read.parties[2].kind, PartyKind::kOrganisation);
  EXPECT_EQ(read.parties[2].party_id, "p3");
}

TEST_F(OldCaseTest, WhatPeopleWriteIsRead) {
  const struct {
    OldCaseColumn column;
    const char* cell;
    std::function<bool(const OldCase&)> reads;
  } rows[] = {
      {kReportDay, "2019/5/3", [](const OldCase& c) { return c.report_day.day() == 3; }},
      {kReportDay, "2019.05.03", [](const OldCase& c) { return c.report_day.day() == 3; }},
      {kReportDay, "20190503", [](const OldCase& c) { return c.report_day.day() == 3; }},
      {kReportDay, "2019年5月3日", [](const OldCase& c) { return c.report_day.day() == 3; }},
      {kReportDay, "２０１９－０５－０３",
       [](const OldCase& c) { return c.report_day.day() == 3; }},
      {kReportDay, " 2019/5/3 0:00:00", [](const OldCase& c) { return c.report_day.day() == 3; }},
      {kReportDay, "2000-01-01", [](const OldCase& c) { return c.report_day == kFirstReportDay; }},
      {kConcludeDay, "2026-10-09", [](const OldCase& c) { return c.conclude_day == kToday; }},
      {kCategory, "neighbours", [](const OldCase& c) { return c.category == "NEIGHBOURS"; }},
      {kDivision, "３３０１０２", [](const OldCase& c) { return c.division == 330102000000u; }},
      {kAgreedYuan, "１２３４．５", [](const OldCase& c) { return c.agreed_fen == 123450; }},
      {kClaimedFen, "7", [](const OldCase& c) { return c.claimed_fen == 7; }},
      {kOutcome, "performed",
       [](const OldCase& c) { return c.outcome == OldCaseOutcome::kPerformed; }},
      {kRetention, "永久", [](const OldCase& c) { return c.retention == "PERMANENT"; }},
      {kApplicants, "　𠮷野家 ",
       [](const OldCase& c) { return c.parties[0].display_name == "𠮷野家"; }},
      {kApplicantTelephones, "'+85221234567",
       [](const OldCase& c) { return c.parties[0].telephone == "+85221234567"; }},
      {kSummary, "'=1+1", [](const OldCase& c) { return c.summary == "=1+1"; }},
      {kThirdPersons, "王五", [](const OldCase& c) { return c.parties.size() == 4; }},
  };
  for (const auto& row : rows) {
    const OldCaseRow read = CheckWith(row.column, row.cell);
    ASSERT_THAT(read.violations, IsEmpty()) << row.cell << ": " << ErrorText(read.violations);
    EXPECT_TRUE(row.reads(read.old_case)) << row.cell;
  }
}

TEST_F(OldCaseTest, WhatIsWrongNamesItsColumn) {
  const std::string wrong_number = Identity(1).substr(0, 17) + (Identity(1)[17] == '1' ? "2" : "1");
  const struct {
    OldCaseColumn column;
    std::string cell;
    const char* field;
    const char* said;
  } rows[] = {
      {kRegisterNumber, "", "原编号", "1 to 64"},
      {kRegisterNumber, std::string(65, '1'), "原编号", "1 to 64"},
      {kRegisterNumber, "1\n2", "原编号", "one line"},
      {kCategory, "吵架", "纠纷类别", "is no category"},
      {kCategory, "OTHER", "类别说明", "1 to 100"},
      {kCategoryText, "相邻", "类别说明", "must be empty"},
      {kDivision, "3301", "发生地", "county"},
      {kDivision, "330199", "发生地", ""},
      {kSummary, "", "纠纷情况", "1 to 2000"},
      {kApplicants, "", "申请人证件号码", "1 values for 0"},
      {kApplicantIdentities, wrong_number, "申请人证件号码[1]", ""},
      {kApplicantIdentities, Identity(1) + "；" + Identity(2), "申请人证件号码", "2 values for 1"},
      {kRespondentKinds, "；公司", "被申请人类型[2]", "单位"},
      {kRespondentTelephones, "；123", "被申请人电话[2]", ""},
      {kRespondents, "李四；", "被申请人[2]", "1 to 100"},
      {kThirdPersonTelephones, "1", "第三人电话", "1 values for 0"},
      {kReportDay, "2019-02-30", "受理日期", "2019-05-03"},
      {kReportDay, "1999-12-31", "受理日期", "2000-01-01"},
      {kReportDay, "2019-05-21", "结案日期", "受理日期"},
      {kConcludeDay, "2026-10-10", "结案日期", "after today"},
      {kConcludeDay, "五月", "结案日期", "2019-05-03"},
      {kOutcome, "", "结果", "WITHDRAWN"},
      {kOutcome, "撤回", "协议金额（元）", "without an agreement"},
      {kAgreedYuan, "-1", "协议金额（元）", "below 0"},
      {kAgreedYuan, "一千", "协议金额（元）", "1234.50"},
      {kAgreedFen, "1", "协议金额（元）", "leave one empty"},
      {kClaimedFen, "1.5", "诉求金额（分）", "whole number"},
      {kRetention, "十年", "保管期限", "永久"},
  };
  for (const auto& row : rows) {
    const OldCaseRow read = CheckWith(row.column, row.cell);
    EXPECT_THAT(Fields(read), ElementsAre(row.field)) << row.cell;
    EXPECT_THAT(ErrorText(read.violations), HasSubstr(row.said)) << row.cell;
  }
}

TEST_F(OldCaseTest, NoErrorHoldsAnIdentityNumberOrATelephone) {
  Cells cells = Whole();
  cells[kApplicantIdentities] = "330102198001010000";
  cells[kRespondentTelephones] = "99988877；";
  const std::string text = ErrorText(Check(cells).violations);
  EXPECT_THAT(text, HasSubstr("申请人证件号码[1]"));
  EXPECT_THAT(text, HasSubstr("被申请人电话[1]"));
  EXPECT_EQ(text.find("330102198001010000"), std::string::npos) << text;
  EXPECT_EQ(text.find("99988877"), std::string::npos) << text;
}

TEST_F(OldCaseTest, EverythingThatIsWrongIsSaidAtOnce) {
  const OldCaseRow row = Check({});
  EXPECT_THAT(Fields(row),
              ElementsAre("原编号", "纠纷类别", "发生地", "纠纷情况", "申请人、被申请人",
                          "申请人、被申请人", "申请人、被申请人", "受理日期", "结案日期", "结果"));
}

TEST_F(OldCaseTest, ARowOfAnotherWidthIsRefused) {
  const auto heading = OldCaseHeading::Read(Names());
  ASSERT_TRUE(heading.ok());
  for (const std::size_t width : {kOldCaseColumnCount - 1, kOldCaseColumnCount + 1}) {
    const OldCaseRow row =
        CheckOldCase(*heading, std::vector<std::string>(width), data_->divisions(), kToday);
    EXPECT_THAT(Fields(row), ElementsAre("行"));
  }
}

TEST_F(OldCaseTest, ACaseBecomesAnArchivedDisputeWithoutAClock) {
  const absl::Time now = absl::FromUnixSeconds(1'790'000'000);
  const struct {
    const char* outcome;
    const char* kind;
    const char* reason;
    std::int64_t owed, performed;
  } rows[] = {{"达成协议", "AGREEMENT", "", 123450, 0},
              {"已履行", "AGREEMENT", "", 123450, 123450},
              {"未达成协议", "NO_AGREEMENT", "NO_AGREEMENT", 0, 0},
              {"撤回", "", "", 0, 0}};
  for (const auto& row : rows) {
    Cells cells = Whole();
    cells[kOutcome] = row.outcome;
    if (row.owed == 0) cells.erase(kAgreedYuan);
    const OldCaseRow read = Check(cells);
    ASSERT_THAT(read.violations, IsEmpty()) << ErrorText(read.violations);
    const Dispute dispute = ImportedDispute(read.old_case, "organisations/q", now);
    EXPECT_EQ(dispute.state, DisputeState::kArchived);
    EXPECT_EQ(dispute.source, "IMPORT");
    EXPECT_EQ(dispute.clock.kind, "");
    EXPECT_EQ(dispute.conclusion.kind, row.kind) << row.outcome;
    EXPECT_EQ(dispute.conclusion.reason, row.reason) << row.outcome;
    EXPECT_EQ(dispute.owed_fen, row.owed) << row.outcome;
    EXPECT_EQ(dispute.performed_fen, row.performed) << row.outcome;
    EXPECT_EQ(dispute.create_time, calendar::StartOfChinaDay(absl::CivilDay(2019, 5, 3)));
    EXPECT_EQ(dispute.archive_time, now);
    EXPECT_EQ(dispute.conclusion.effective_day.has_value(), row.owed > 0);
  }
}

TEST_F(OldCaseTest, TwoRowsThatSayTheSameAreOneCaseAndAnyDifferenceMakesTwo) {
  const std::string content = ContentOf(Check(Whole()).old_case);
  EXPECT_EQ(ContentOf(CheckWith(kReportDay, "2019/5/3").old_case), content);
  EXPECT_EQ(ContentOf(CheckWith(kAgreedYuan, "1234.5").old_case), content);
  const std::pair<OldCaseColumn, const char*> others[] = {
      {kRegisterNumber, "13"},    {kCategory, "CONTRACT"},      {kDivision, "330102"},
      {kSummary, "漏水"},         {kApplicants, "张三丰"},      {kApplicantIdentities, ""},
      {kRespondentKinds, "；"},   {kRespondentTelephones, ""},  {kThirdPersons, "王五"},
      {kReportDay, "2019-05-04"}, {kConcludeDay, "2019-05-21"}, {kOutcome, "已履行"},
      {kClaimedFen, "1"},         {kAgreedYuan, "1"},           {kRetention, "短期"}};
  for (const auto& [column, cell] : others) {
    EXPECT_NE(ContentOf(CheckWith(column, cell).old_case), content) << cell;
  }
}

TEST(OldCaseHeadingTest, ColumnsAreKnownInAnyOrderAndEitherLanguage) {
  std::vector<std::string> names;
  for (const OldCaseColumnName& each : OldCaseColumns()) names.emplace_back(each.english);
  std::reverse(names.begin(), names.end());
  names.insert(names.begin(), {"备注", "错误"});
  names[2] = " RETENTION ";
  names.push_back("诉求金额(元)");
  const auto twice = OldCaseHeading::Read(names);
  EXPECT_THAT(std::string(twice.status().message()), HasSubstr("诉求金额（元） twice"));
  names.pop_back();
  const auto heading = OldCaseHeading::Read(names);
  ASSERT_TRUE(heading.ok()) << heading.status();
  EXPECT_THAT(heading->ignored(), ElementsAre("备注"));
  EXPECT_EQ(heading->width(), kOldCaseColumnCount + 2);
  EXPECT_EQ(heading->Cell(names, OldCaseColumn::kRegisterNumber), "register_number");
  EXPECT_EQ(heading->Cell(names, OldCaseColumn::kRetention), " RETENTION ");
}

TEST(OldCaseHeadingTest, WhatIsMissingIsNamed) {
  const auto heading = OldCaseHeading::Read({"原编号", "纠纷类别"});
  EXPECT_EQ(heading.status().code(), absl::StatusCode::kInvalidArgument);
  const std::string text(heading.status().message());
  for (const char* name : {"发生地 division", "申请人 applicants", "结果 outcome"}) {
    EXPECT_THAT(text, HasSubstr(name));
  }
  EXPECT_EQ(text.find("register_number"), std::string::npos) << text;
}

TEST(OldCaseHeadingTest, AnErrorStandsBehindTheCellsAndInPlaceOfAnOlderOne) {
  const auto heading = OldCaseHeading::Read({"错误", "原编号", "纠纷类别", "发生地", "纠纷情况",
                                             "申请人", "被申请人", "受理日期", "结案日期", "结果"});
  ASSERT_TRUE(heading.ok()) << heading.status();
  EXPECT_THAT(heading->WithError({"old", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, "new"),
              ElementsAre("1", "2", "3", "4", "5", "6", "7", "8", "9", "new"));
  EXPECT_THAT(heading->WithError({"old", "1"}, "new"),
              ElementsAre("1", "", "", "", "", "", "", "", "", "new"));
  EXPECT_THAT(heading->WithError({"old", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}, "new"),
              ElementsAre("1", "2", "3", "4", "5", "6", "7", "8", "9,10", "new"));
}

}  // namespace
}  // namespace maplebridge::registry
