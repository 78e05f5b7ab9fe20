// 64 reports at the same moment: few statements, one answer each, and a bad row harms no other.
#include <absl/strings/str_cat.h>

#include <set>

#include "services/registry/api/report_dispute.h"
#include "services/registry/store/report_batch.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

constexpr int kReports = 64;

class ReportBatchTest : public RegistryTest {
 protected:
  static NewDispute Item(int sequence) {
    NewDispute item;
    Dispute& dispute = item.dispute;
    dispute.state = DisputeState::kReported;
    dispute.rules_version = BuiltInRules().version;
    dispute.category = "CONTRACT";
    dispute.source = "APPLICATION";
    dispute.division = 330102001000;
    dispute.organisation = kOrganisation;
    dispute.summary = absl::StrCat("第", sequence, "件");
    dispute.difficulty = "ORDINARY";
    dispute.create_time = absl::Now();
    dispute.clock = ClockEnd{"accept", absl::CivilDay(2026, 12, 1), absl::Now(), false};
    for (int i = 0; i < 2; ++i) {
      Party party;
      party.party_id = absl::StrCat("p", i + 1);
      party.position = i == 0 ? PartyPosition::kApplicant : PartyPosition::kRespondent;
      party.display_name = "张三";
      dispute.parties.push_back(party);
    }
    item.event = "Report";
    item.principal = "callers/head";
    item.method = "test";
    item.request_id = NewRequestId();
    item.digest = std::string(32, 'd');
    return item;
  }

  // All at once, on one loop: what arrives while statements run is gathered.
  std::vector<absl::StatusOr<ReportAnswer>> SubmitAll(const std::vector<NewDispute>& items) {
    std::vector<absl::StatusOr<ReportAnswer>> answers(items.size(), absl::UnknownError("none"));
    auto all = [&]() -> Task<bool> {
      std::size_t open = items.size();
      for (std::size_t i = 0; i < items.size(); ++i) {
        Start(registry().hot[0]->reports.Submit(items[i], absl::Now() + absl::Seconds(20)),
              [&, i](absl::StatusOr<ReportAnswer> answer) {
                answers[i] = std::move(answer);
                --open;
              });
      }
      while (open > 0) co_await Sleep(absl::Milliseconds(1));
      co_return true;
    };
    Run(all());
    return answers;
  }
};

TEST_F(ReportBatchTest, SixtyFourReportsShareAFewCommits) {
  std::vector<NewDispute> items;
  for (int i = 0; i < kReports; ++i) items.push_back(Item(i));
  std::set<std::string> numbers;
  for (const auto& answer : SubmitAll(items)) {
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->outcome, ReportOutcome::kStored);
    numbers.insert(answer->dispute.number);
  }
  EXPECT_EQ(numbers.size(), 64u);
  EXPECT_EQ(Value("SELECT count(*)::text FROM disputes"), "64");
  // Two at once as they come, and the rest together.
  EXPECT_LE(std::stoi(Value("SELECT count(DISTINCT xmin::text)::text FROM disputes")), 3);
  EXPECT_EQ(Value("SELECT count(*)::text FROM events e JOIN disputes d ON e.resource = 'disputes/' "
                  "|| d.number AND e.xmin = d.xmin"),
            "64")
      << "each event commits with its dispute";
}

TEST_F(ReportBatchTest, ThreeBadRowsGiveThreeErrorsAndSixtyOneRowsCommitted) {
  const std::set<int> bad{7, 31, 50};
  std::vector<NewDispute> items;
  for (int i = 0; i < kReports; ++i) {
    items.push_back(Item(i));
    if (!bad.contains(i)) continue;
    // Handlers let none of these through: the schema is the last to refuse.
    if (i == 7) items.back().dispute.summary = "";
    if (i == 31) items.back().dispute.parties[1].party_id = "p1";
    if (i == 50) items.back().dispute.source = "GOSSIP";
  }
  const auto answers = SubmitAll(items);
  for (int i = 0; i < kReports; ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(answers[i].ok(), !bad.contains(i)) << answers[i].status();
  }
  ExpectError(answers[7].status(), absl::StatusCode::kFailedPrecondition, reason::kGuardFailed);
  ExpectError(answers[31].status(), absl::StatusCode::kAlreadyExists, reason::kResourceExists);
  ExpectError(answers[50].status(), absl::StatusCode::kFailedPrecondition, reason::kGuardFailed);
  for (const char* table : {"disputes", "events", "deadlines", "request_ids"}) {
    EXPECT_EQ(Value(absl::StrCat("SELECT count(*)::text FROM ", table)), "61") << table;
  }
  EXPECT_EQ(Value("SELECT count(*)::text FROM parties"), "122");
  EXPECT_EQ(
      Value(
          "SELECT count(*)::text FROM disputes WHERE summary IN ('第7件', '第31件', '第50件', '')"),
      "0");
}

TEST_F(ReportBatchTest, RepeatsAndReusesAreRowsOfTheirOwnAmongNewOnes) {
  NewDispute known = Item(0);
  ASSERT_TRUE(SubmitAll({known})[0].ok());
  NewDispute reused = known;
  reused.digest = std::string(32, 'e');
  std::vector<NewDispute> items{known, Item(1), Item(2), reused, Item(3)};
  // A lone one first, so that the others wait for each other.
  const auto answers = SubmitAll(items);
  for (const auto& answer : answers) ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answers[0]->outcome, ReportOutcome::kRepeated);
  EXPECT_EQ(answers[1]->outcome, ReportOutcome::kStored);
  EXPECT_EQ(answers[2]->outcome, ReportOutcome::kStored);
  EXPECT_EQ(answers[3]->outcome, ReportOutcome::kReused);
  EXPECT_EQ(answers[4]->outcome, ReportOutcome::kStored);
  EXPECT_EQ(Value("SELECT count(*)::text FROM disputes"), "4");
}

TEST_F(ReportBatchTest, ReportsOfCallersWithThreeWrongOnesStoreTheOthers) {
  std::vector<v1::ReportDisputeRequest> requests(kReports);
  std::vector<Call> calls;
  for (int i = 0; i < kReports; ++i) {
    *requests[i].mutable_dispute() = Draft(i + 1);
    requests[i].set_request_id(NewRequestId());
    calls.push_back(HeadCall());
  }
  requests[3].mutable_dispute()->set_division("330199");
  requests[20].mutable_dispute()->set_summary("a\x02");
  requests[41].mutable_dispute()->mutable_parties(0)->set_identity_number("330102198001010001");
  std::vector<absl::Status> statuses(kReports, absl::UnknownError("none"));
  auto all = [&]() -> Task<bool> {
    int open = kReports;
    for (int i = 0; i < kReports; ++i) {
      Start(ReportDispute(registry(), calls[i], requests[i]),
            [&, i](absl::StatusOr<v1::Dispute> answer) {
              statuses[i] = answer.status();
              --open;
            });
    }
    while (open > 0) co_await Sleep(absl::Milliseconds(1));
    co_return true;
  };
  Run(all());
  for (int i = 0; i < kReports; ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(statuses[i].ok(), i != 3 && i != 20 && i != 41) << statuses[i];
  }
  ExpectError(statuses[3], absl::StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "dispute.division");
  ExpectError(statuses[20], absl::StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "dispute.summary");
  ExpectError(statuses[41], absl::StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "dispute.parties[0].identity_number");
  EXPECT_EQ(Value("SELECT count(*)::text FROM disputes"), "61");
}

}  // namespace
}  // namespace maplebridge::registry
