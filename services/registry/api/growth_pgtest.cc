// What a call costs must not grow with what is stored: among many disputes of others it touches a
// few rows of each table.
#include <absl/strings/str_cat.h>

#include "common/feed/feed_hub.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/reminder_list.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/search.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

const absl::CivilDay kDue = absl::CivilDay(absl::ToCivilDay(absl::Now(), absl::UTCTimeZone()) + 30);
constexpr int kOthers = 20'000;
// Of any table by all calls of a test together; a walk through the others would be twenty times it.
constexpr std::int64_t kMostTouched = 1000;

class GrowthTest : public RegistryTest {
 protected:
  // Disputes as this one, of another organisation, whose numbers and events stand before ours.
  void StoreOthers(const std::string& number) {
    const std::string likeness = absl::StrCat("'D-110101-2026-' || lpad(i::text, 8, '0')");
    Clone("disputes", "number = '" + number + "'",
          absl::StrCat("'number', ", likeness,
                       ", 'organisation', 'organisations/other', 'division', 110101001000"));
    const std::string of_number = "dispute = '" + number + "'";
    Clone("parties", of_number, "'dispute', " + likeness);
    Clone("agreements", of_number,
          absl::StrCat("'dispute', ", likeness,
                       ", 'form', 'ORAL', 'number', '', 'document_id', null"));
    Clone("obligations", of_number, "'dispute', " + likeness);
    Clone("dues", of_number, "'dispute', " + likeness);
    for (const char* table : {"deadlines", "deadline_changes"}) {
      Clone(table, "resource = 'disputes/" + number + "'",
            "'resource', 'disputes/' || " + likeness);
    }
    Execute(absl::StrCat("UPDATE events SET position = position + ", 100 * kOthers));
    Execute(absl::StrCat("SELECT setval('event_position', ", 200 * kOthers, ")"));
    Clone("events", "resource = 'disputes/" + number + "' AND t.revision = 1",
          absl::StrCat("'resource', 'disputes/' || ", likeness, ", 'position', i, ",
                       "'organisation', 'organisations/other'"));
    Execute(absl::StrCat("INSERT INTO dispute_words SELECT ", likeness,
                         ", 'CONTRACT', false, 2, '{货款,@o:organisations/other}' ",
                         "FROM generate_series(1, ", kOthers, ") AS i"));
    Execute(absl::StrCat("INSERT INTO feed_cursors VALUES ('search', ", kOthers, ") ",
                         "ON CONFLICT (source) DO UPDATE SET position = ", kOthers));
    Execute("VACUUM ANALYZE");
    Execute("SELECT pg_stat_reset()");
  }

  // What was touched since the others were stored, each table with how many rows, but for those
  // that are touched little; ends the service.
  std::string TouchedOften() {
    CloseDatabases();
    // A connection tells what it touched when it ends.
    AwaitValue(
        "SELECT count(*)::text FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        "0");
    EXPECT_NE(Value("SELECT sum(idx_tup_fetch)::text FROM pg_stat_user_tables"), "0");
    return Value(absl::StrCat(
        "SELECT string_agg(relname || ' ' || seq_tup_read + coalesce(idx_tup_fetch, 0), ', ') ",
        "FROM pg_stat_user_tables WHERE seq_tup_read + coalesce(idx_tup_fetch, 0) > ",
        kMostTouched));
  }

  void Index() {
    ASSERT_TRUE(Run(parts_->feed->Advance(absl::Now() + absl::Seconds(10))).ok());
    auto round =
        Run(IndexChanged(*registry_, *parts_->databases[0], absl::Now() + absl::Seconds(10)));
    ASSERT_TRUE(round.ok()) << round.status();
    EXPECT_GT(round->disputes, 0);
  }

 private:
  void Clone(const std::string& table, const std::string& which, const std::string& changed) {
    Execute(absl::StrCat("INSERT INTO ", table, " SELECT made.* FROM ", table, " t, ",
                         "generate_series(1, ", kOthers, ") AS i, ",
                         "jsonb_populate_record(t, jsonb_build_object(", changed, ")) AS made ",
                         "WHERE t.", which));
  }
};

TEST_F(GrowthTest, ListsAndReadsTouchAFewRowsOfManyDisputes) {
  const v1::Dispute mine = Mediating();
  StoreOthers(mine.name().substr(sizeof("disputes/") - 1));
  v1::ListDisputesRequest list;
  list.set_organisation(kOrganisation);
  EXPECT_EQ(Must(&ListDisputePage, HeadCall(), list).disputes_size(), 1);
  EXPECT_EQ(Get(mine.name()).name(), mine.name());
  EXPECT_EQ(Must(&ListReminderPage, HeadCall(), v1::ListRemindersRequest()).reminders_size(), 0);
  v1::SearchDisputesRequest search;
  search.set_query("货款");
  Index();
  EXPECT_EQ(Must(&SearchDisputes, HeadCall(), search).found_disputes_size(), 1);
  EXPECT_EQ(TouchedOften(), "");
}

TEST_F(GrowthTest, AWholeMediationTouchesAFewRowsOfManyDisputes) {
  const v1::Dispute first = Mediating();
  Agree(first.name(), kDue);
  StoreOthers(first.name().substr(sizeof("disputes/") - 1));
  const v1::Dispute mine = Mediating(2);
  HoldSession(mine.name());
  const v1::Agreement agreement = SignByAll(Agree(mine.name(), kDue).name());
  v1::ConcludeByAgreementRequest conclude;
  conclude.set_name(mine.name());
  conclude.set_agreement(agreement.name());
  Must(&ConcludeByAgreement, HeadCall(), conclude);
  Index();
  EXPECT_EQ(TouchedOften(), "");
}

}  // namespace
}  // namespace maplebridge::registry
