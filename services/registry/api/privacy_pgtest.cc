// What must stand nowhere: identity numbers and telephones in the tables, private fields in events.
#include <absl/strings/escaping.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include "services/registry/api/mediate.h"
#include "services/registry/api/performance.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

class PrivacyTest : public RegistryTest {
 protected:
  // A dispute through its whole life, so that every table has rows.
  std::string WholeLife() {
    const std::string name = Mediating().name();
    HoldSession(name);
    v1::ConcludeByAgreementRequest conclude;
    conclude.set_name(name);
    conclude.set_agreement(
        SignByAll(Agree(name, calendar::ChinaDay(absl::Now()) + 30).name()).name());
    Must(&ConcludeByAgreement, HeadCall(), conclude);
    for (const char* obligation : {"o1", "o2"}) {
      v1::RecordPerformanceRequest perform;
      perform.set_name(name);
      perform.set_obligation_id(obligation);
      perform.set_evidence("银行转账凭证");
      Must(&RecordPerformance, HeadCall(), perform);
    }
    return name;
  }
  std::vector<std::string> Tables() {
    const std::string names = Value(
        "SELECT string_agg(relname, ' ') FROM pg_class WHERE relkind = 'r' AND relnamespace = "
        "'public'::regnamespace");
    return absl::StrSplit(names, ' ');
  }
  // Every row of a table as text; bytes are in hexadecimal.
  std::string Contents(const std::string& table) {
    return Value(
        absl::StrCat("SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM ", table, " t"));
  }
};

TEST_F(PrivacyTest, IdentityNumbersAndTelephonesStandInNoTable) {
  WholeLife();
  const v1::Dispute draft = Draft();
  const std::vector<std::string> tables = Tables();
  EXPECT_GE(tables.size(), 12u);
  for (const std::string& table : tables) {
    const std::string contents = Contents(table);
    for (const type::v1::Party& party : draft.parties()) {
      for (const std::string& secret : {party.identity_number(), party.telephone()}) {
        ASSERT_FALSE(secret.empty());
        EXPECT_FALSE(absl::StrContains(contents, secret)) << table;
        EXPECT_FALSE(absl::StrContains(contents, absl::BytesToHexString(secret))) << table;
        // A part would be enough to find a person.
        EXPECT_FALSE(absl::StrContains(contents, secret.substr(3))) << table;
      }
    }
  }
  // The check can fail: the name is not sealed and is found.
  EXPECT_TRUE(absl::StrContains(Contents("parties"), "张三"));
  EXPECT_EQ(Value("SELECT count(*)::text FROM parties WHERE identity_sealed IS NOT NULL AND "
                  "telephone_sealed IS NOT NULL"),
            "2");
}

TEST_F(PrivacyTest, DocumentsAreSealed) {
  WholeLife();
  // "%PDF-" begins every document of ours.
  for (const std::string& table : Tables()) {
    EXPECT_FALSE(absl::StrContains(Contents(table), absl::BytesToHexString("%PDF-"))) << table;
  }
  EXPECT_NE(Value("SELECT count(*)::text FROM contents"), "0");
}

TEST_F(PrivacyTest, TheSameNumberIsFoundByItsMatchAndSealedAnewEachTime) {
  Reported(1);
  Reported(1);
  EXPECT_EQ(Value("SELECT count(DISTINCT identity_match)::text || ' ' || "
                  "count(DISTINCT identity_sealed)::text FROM parties WHERE party_id = 'p1'"),
            "1 2");
}

TEST_F(PrivacyTest, EventsCarryNoPrivateField) {
  const std::string name = WholeLife();
  const int events = std::stoi(Value("SELECT count(*)::text FROM events"));
  EXPECT_EQ(events, 12);
  for (int i = 0; i < events; ++i) {
    const std::string at = absl::StrCat(" FROM events ORDER BY position OFFSET ", i, " LIMIT 1");
    const std::string bytes = absl::HexStringToBytes(Value("SELECT encode(payload, 'hex')" + at));
    v1::Dispute payload;
    ASSERT_TRUE(payload.ParseFromString(bytes));
    SCOPED_TRACE(payload.ShortDebugString());
    EXPECT_EQ(payload.name(), name);
    EXPECT_EQ(payload.revision(), i + 1);
    EXPECT_EQ(payload.parties_size(), 0);
    EXPECT_EQ(payload.party_count(), 2);
    EXPECT_EQ(payload.summary(), "");
    EXPECT_EQ(payload.conclusion().explanation(), "");
    for (const char* secret : {"张三", "李四", "货款未付", "杭州市上城区"}) {
      EXPECT_FALSE(absl::StrContains(bytes, secret)) << secret;
    }
  }
}

}  // namespace
}  // namespace maplebridge::registry
