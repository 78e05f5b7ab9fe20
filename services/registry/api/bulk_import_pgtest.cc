#include <absl/strings/str_cat.h>
#include <absl/strings/str_replace.h>

#include "common/feed/feed_hub.h"
#include "services/registry/api/import_disputes.h"
#include "services/registry/api/operations.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/search.h"
#include "services/registry/testing/bulk_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class BulkImportTest : public BulkTest {
 protected:
  static v1::OldCase Case(const std::string& number) {
    v1::OldCase old_case;
    old_case.set_register_number(number);
    old_case.set_category("NEIGHBOURS");
    old_case.set_division("330102001");
    old_case.set_summary("漏水, \"两家\"\n争执");
    for (const auto position :
         {type::v1::PARTY_POSITION_APPLICANT, type::v1::PARTY_POSITION_RESPONDENT}) {
      v1::OldCaseParty* party = old_case.add_parties();
      party->set_position(position);
      party->set_kind(type::v1::PARTY_KIND_PERSON);
      party->set_display_name(position == type::v1::PARTY_POSITION_APPLICANT ? "𠮷野" : "李四");
    }
    old_case.set_report_day("2019-05-03");
    old_case.set_conclude_day("2019-05-20");
    old_case.set_outcome(v1::OLD_CASE_OUTCOME_PERFORMED);
    old_case.set_agreed_amount_fen(100);
    return old_case;
  }
};

TEST_F(BulkImportTest, ACaseBecomesAnArchivedDisputeThatIsFoundAndToldOnTheFeed) {
  const v1::Operation sent =
      Sent(absl::StrReplaceAll(File(1), {{"N-1,", "（2019）清民调字第12号,"}}));
  EXPECT_EQ(sent.state(), v1::OPERATION_STATE_RUNNING);
  EXPECT_FALSE(sent.done());
  EXPECT_EQ(DisputeCount(), "0") << "nothing is looked at while the call is answered";
  const v1::Operation done = Finished(sent.name());
  EXPECT_EQ(done.state(), v1::OPERATION_STATE_SUCCEEDED);
  EXPECT_EQ(Counts(done), "1 1 0 0");
  EXPECT_FALSE(done.has_result());
  EXPECT_TRUE(done.has_end_time());
  const std::string name = Value("SELECT 'disputes/' || number FROM disputes");
  EXPECT_TRUE(name.starts_with("disputes/D-330102-2019-")) << name;
  const v1::Dispute dispute = RegistryTest::Get(name);
  EXPECT_EQ(dispute.state(), v1::DISPUTE_STATE_ARCHIVED);
  EXPECT_EQ(dispute.source(), v1::DISPUTE_SOURCE_IMPORT);
  EXPECT_EQ(dispute.organisation(), kOrganisation);
  EXPECT_EQ(dispute.conclusion().kind(), v1::CONCLUSION_KIND_AGREEMENT);
  EXPECT_EQ(dispute.conclusion().effective_day(), "2019-05-20");
  EXPECT_EQ(dispute.owed_amount_fen(), 10050);
  EXPECT_EQ(dispute.clock(), "");
  EXPECT_EQ(dispute.parties(0).display_name(), "张三");
  EXPECT_EQ(dispute.parties(0).telephone(), "138****8000");
  EXPECT_EQ(Value("SELECT count(*)::text FROM deadlines"), "0");
  EXPECT_EQ(
      Value("SELECT type || ' ' || from_state || '>' || to_state || ' ' || actor FROM events"),
      "Import >ARCHIVED callers/head");
  EXPECT_EQ(Value("SELECT (event_time > now() - interval '1 minute')::text FROM events"), "true");
  EXPECT_EQ(Value("SELECT (position('张三'::bytea IN payload) = 0)::text FROM events"), "true");
  ExpectNothingStaged();
  EXPECT_TRUE(Run(parts_->feed->Advance(absl::Now() + absl::Seconds(10))).ok());
  EXPECT_TRUE(
      Run(IndexChanged(*registry_, *parts_->databases[0], absl::Now() + absl::Seconds(10))).ok());
  for (const char* query : {"漏水", "张三", "（2019）清民调字第12号", "清民调字12号"}) {
    v1::SearchDisputesRequest search;
    search.set_query(query);
    const auto found = Must(&SearchDisputes, HeadCall(), search);
    ASSERT_EQ(found.found_disputes_size(), 1) << query;
    EXPECT_EQ(found.found_disputes(0).dispute().name(), name);
  }
}

TEST_F(BulkImportTest, EveryEncodingAndLineEndBringsInTheSame) {
  const std::string file = Heading() + Row(1, "𠮷野");
  // The same file in GB18030, made by another program.
  const std::string gb18030 = [&] {
    std::string bytes;
    for (std::size_t i = 0; i < file.size();) {
      const auto lead = static_cast<unsigned char>(file[i]);
      const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
      const std::string character = file.substr(i, length);
      i += length;
      if (length == 1) {
        bytes += character;
        continue;
      }
      // PostgreSQL knows GB18030 apart from iconv.
      const std::string hex =
          Value("SELECT encode(convert_to('" + character + "', 'GB18030'), 'hex')");
      for (std::size_t j = 0; j < hex.size(); j += 2) {
        bytes += static_cast<char>(std::stoi(hex.substr(j, 2), nullptr, 16));
      }
    }
    return bytes;
  }();
  const std::string forms[] = {file, "\xEF\xBB\xBF" + file, gb18030,
                               absl::StrReplaceAll(file, {{"\r\n", "\n"}})};
  int round = 0;
  for (const std::string& form : forms) {
    EXPECT_EQ(Counts(Imported(form)), round == 0 ? "1 1 0 0" : "1 0 1 0") << round;
    ++round;
  }
  EXPECT_EQ(Value("SELECT display_name FROM parties WHERE position = 'APPLICANT'"), "𠮷野");
  EXPECT_EQ(DisputeCount(), "1");
}

TEST_F(BulkImportTest, TheSameFileAgainBringsInNothing) {
  EXPECT_EQ(Counts(Imported(File(3))), "3 3 0 0");
  EXPECT_EQ(Counts(Imported(File(3))), "3 0 3 0");
  EXPECT_EQ(Counts(Imported(File(4))), "4 1 3 0");
  EXPECT_EQ(DisputeCount(), "4");
  // In one file, too.
  EXPECT_EQ(Counts(Imported(Heading() + Row(9) + Row(9))), "2 1 1 0");
}

TEST_F(BulkImportTest, ANumberThatCameBeforeWithAnotherContentIsAnError) {
  EXPECT_EQ(Counts(Imported(File(1))), "1 1 0 0");
  const v1::Operation changed = Imported(Heading() + Row(1, "王五") + Row(2) + Row(2, "赵六"));
  EXPECT_EQ(Counts(changed), "3 1 0 2");
  const auto records = Result(HeadCall(), changed.name());
  ASSERT_EQ(records.size(), 3u);
  EXPECT_NE(records[1].back().find("was brought in before as disputes/D-330102-2019-"),
            std::string::npos)
      << records[1].back();
  EXPECT_NE(records[2].back().find("stands above in this file"), std::string::npos)
      << records[2].back();
  EXPECT_EQ(DisputeCount(), "2");
  // Another organisation has a register of its own.
  SentImport sent;
  sent.Bytes(File(1));
  const auto other = Send(StrangerCall(), sent);
  ASSERT_TRUE(other.ok()) << other.status();
  while (Step()) {
  }
  EXPECT_EQ(Counts(Get(StrangerCall(), other->name())), "1 1 0 0");
}

TEST_F(BulkImportTest, RowsWithErrorsComeBackAndAreMendedAndSentAgainAsTheyAre) {
  std::string file = Heading();
  file += Row(1);
  file +=
      "N-2,邻里纠纷,330102001,\"漏水, "
      "\"\"大\"\"\",=张三,13800138000,李四,2019-05-03,五月,达成协议,\r\n";
  file += "N-3,邻里纠纷,330102001,\"从不关闭,张三,,李四,2019-05-03,2019-05-20,达成协议,1\r\n";
  file += Row(4);
  file += "N-5,邻里纠纷\r\n";
  file += Row(6);
  const v1::Operation first = Imported(file);
  EXPECT_EQ(Counts(first), "6 3 0 3");
  EXPECT_EQ(first.state(), v1::OPERATION_STATE_SUCCEEDED);
  ASSERT_TRUE(first.has_result());
  EXPECT_EQ(first.result().media_type(), "text/csv; charset=utf-8");
  auto bytes = ReadResult(HeadCall(), first.name());
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_EQ(first.result().size(), static_cast<std::int64_t>(bytes->size()));
  const auto records = Result(HeadCall(), first.name());
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(records[0].front(), "原编号");
  EXPECT_EQ(records[0].back(), "错误");
  EXPECT_EQ(records[1][3], "漏水, \"大\"");
  EXPECT_EQ(records[1][4], "'=张三") << "no formula in a spreadsheet";
  EXPECT_EQ(records[1].back(), "第3行 结案日期: must be a day as 2019-05-03");
  EXPECT_EQ(records[2].front(), "N-3");
  EXPECT_NE(records[2].back().find("第4行"), std::string::npos) << records[2].back();
  EXPECT_NE(records[3].back().find("has 2 fields"), std::string::npos) << records[3].back();
  // Mended as a clerk would, in the file that came back.
  std::string mended = absl::StrReplaceAll(
      *bytes, {{"五月", "2019-05-20"},
               {"\"N-5\",\"邻里纠纷\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"",
                "N-5,邻里纠纷,330102,争执,甲,,乙,2019-05-03,2019-05-04,撤回,"}});
  const v1::Operation second = Imported(mended);
  EXPECT_EQ(Counts(second), "3 3 0 0");
  EXPECT_FALSE(second.has_result());
  EXPECT_EQ(second.ignored_columns_size(), 0);
  EXPECT_EQ(Value("SELECT string_agg(register_number, ' ' ORDER BY register_number) FROM "
                  "imported_cases"),
            "N-1 N-2 N-3 N-4 N-5 N-6");
  EXPECT_EQ(Value("SELECT display_name FROM parties p JOIN imported_cases c USING (dispute) WHERE "
                  "register_number = 'N-2' AND position = 'APPLICANT'"),
            "=张三");
}

TEST_F(BulkImportTest, CasesMayComeAsMessages) {
  SentImport sent;
  sent.Batch({Case("A-1"), Case("A-2")}).Batch({Case("A-3")});
  v1::OldCase wrong = Case("A-4");
  wrong.set_report_day("2019-13-01");
  sent.Batch({wrong});
  auto operation = Send(HeadCall(), sent);
  ASSERT_TRUE(operation.ok()) << operation.status();
  const v1::Operation done = Finished(operation->name());
  EXPECT_EQ(Counts(done), "4 3 0 1");
  EXPECT_EQ(Value("SELECT summary FROM disputes LIMIT 1"), "漏水, \"两家\"\n争执");
  EXPECT_EQ(Value("SELECT performed_fen::text FROM disputes LIMIT 1"), "100");
  const auto records = Result(HeadCall(), done.name());
  ASSERT_EQ(records.size(), 2u);
  EXPECT_NE(records[1].back().find("受理日期"), std::string::npos);

  v1::OldCase semicolon = Case("A-5");
  semicolon.mutable_parties(0)->set_display_name("张三；李四");
  SentImport unfit;
  unfit.Batch({semicolon});
  ExpectError(Send(HeadCall(), unfit).status(), StatusCode::kInvalidArgument, "FIELD_INVALID",
              "batch.cases[0].parties[0].display_name");
  SentImport both;
  both.Batch({Case("A-6")}).Bytes("x");
  ExpectError(Send(HeadCall(), both).status(), StatusCode::kInvalidArgument, "FIELD_INVALID",
              "chunk");
}

TEST_F(BulkImportTest, WhatIsNoFileIsRefusedAndNothingIsKept) {
  const struct {
    std::string bytes;
    const char* field;
  } rows[] = {
      {"", "chunk"},
      {"原编号,纠纷类别\r\n1,2\r\n", "chunk"},
      {Heading(), "chunk"},
      {"ok\xFF\xFF", "chunk"},
      {"\"原编号\r\n", "chunk"},
  };
  for (const auto& row : rows) {
    SentImport sent;
    sent.Bytes(row.bytes);
    ExpectError(Send(HeadCall(), sent).status(), StatusCode::kInvalidArgument, "FIELD_INVALID",
                row.field);
  }
  SentImport cut;
  cut.Bytes(File(2)).CutHere();
  EXPECT_EQ(Send(HeadCall(), cut).status().code(), StatusCode::kCancelled);
  SentImport headless;
  headless.messages.clear();
  headless.Bytes(File(2));
  ExpectError(Send(HeadCall(), headless).status(), StatusCode::kInvalidArgument, "FIELD_INVALID",
              "header");
  SentImport large;
  const std::string chunk(1 << 20, 'a');
  for (int i = 0; i < 51; ++i) large.Bytes(chunk);
  EXPECT_EQ(ReasonOf(Send(HeadCall(), large).status()), "MESSAGE_TOO_LARGE");
  EXPECT_EQ(Value("SELECT count(*)::text FROM operations"), "0");
  ExpectNothingStaged();
}

TEST_F(BulkImportTest, OnlyItsOrganisationBringsInCasesAndSeesTheOperation) {
  SentImport foreign("", kOrganisation);
  foreign.Bytes(File(1));
  ExpectError(Send(StrangerCall(), foreign).status(), StatusCode::kPermissionDenied,
              "SCOPE_NOT_ALLOWED");
  const v1::Operation operation = Imported(Heading() + "N-1,?\r\n");
  v1::GetOperationRequest get;
  get.set_name(operation.name());
  v1::CancelOperationRequest cancel;
  cancel.set_name(operation.name());
  for (const auto& stranger : {StrangerCall(), BureauCall(), CourtCall()}) {
    ExpectError(Ask(&GetOperation, stranger, get).status(), StatusCode::kNotFound,
                "RESOURCE_NOT_FOUND");
    ExpectError(Ask(&CancelOperation, stranger, cancel).status(), StatusCode::kNotFound,
                "RESOURCE_NOT_FOUND");
    ExpectError(ReadResult(stranger, operation.name()).status(), StatusCode::kNotFound,
                "RESOURCE_NOT_FOUND");
    EXPECT_EQ(Must(&ListOperationPage, stranger, v1::ListOperationsRequest()).operations_size(), 0);
  }
  EXPECT_EQ(Value("SELECT count(*)::text FROM operation_reads"), "0");
  EXPECT_TRUE(ReadResult(HeadCall(), operation.name()).ok());
  EXPECT_EQ(Value("SELECT principal FROM operation_reads"), "callers/head");
}

TEST_F(BulkImportTest, ARequestIdBringsInOneFileOnce) {
  const std::string id = NewRequestId();
  const v1::Operation first = Sent(File(2), id);
  const v1::Operation again = Sent(File(2), id);
  EXPECT_EQ(again.name(), first.name());
  EXPECT_EQ(Value("SELECT count(*)::text FROM operations"), "1");
  EXPECT_EQ(Value("SELECT count(*)::text FROM operation_rows"), "2");
  SentImport other(id);
  other.Bytes(File(3));
  EXPECT_EQ(ReasonOf(Send(HeadCall(), other).status()), "REQUEST_ID_REUSED");
  EXPECT_EQ(Value("SELECT count(*)::text FROM operations"), "1");
}

}  // namespace
}  // namespace maplebridge::registry
