#include <absl/strings/str_cat.h>

#include <algorithm>

#include "services/roster/api/court_roster.h"
#include "services/roster/api/organisation_steps.h"
#include "services/roster/testing/roster_fixture.h"

namespace maplebridge::roster {
namespace {

using State = OrganisationState;

class CourtRosterTest : public RosterTest {
 protected:
  absl::StatusOr<v1::CourtRosterEntry> Invite(const std::string& organisation, Call call = Court(),
                                              const std::string& parent = kCourt,
                                              const std::string& request_id = "") {
    v1::CreateCourtRosterEntryRequest request;
    request.set_parent(parent);
    request.mutable_court_roster_entry()->set_organisation(organisation);
    request.set_request_id(request_id);
    return Ask(&CreateCourtRosterEntry, std::move(call), request);
  }
  absl::StatusOr<v1::CourtRosterEntry> Get(Call call, const std::string& name) {
    v1::GetCourtRosterEntryRequest request;
    request.set_name(name);
    return Ask(&GetCourtRosterEntry, std::move(call), request);
  }
  absl::StatusOr<v1::ListCourtRosterEntriesResponse> List(Call call, const std::string& parent) {
    v1::ListCourtRosterEntriesRequest request;
    request.set_parent(parent);
    return Ask(&ListCourtRosterEntryPage, std::move(call), request);
  }
};

TEST_F(CourtRosterTest, ACourtInvitesAPublishedOrganisationAndOnlyThat) {
  for (State state : kOrganisationStates) {
    SCOPED_TRACE(std::string(Word(state)));
    const v1::Organisation organisation = InState(state);
    auto entry = Invite(organisation.name());
    if (state != State::kPublished) {
      EXPECT_EQ(entry.status().code(), absl::StatusCode::kFailedPrecondition);
      EXPECT_EQ(ReasonOf(entry.status()), reason::kOrganisationNotPublished);
      EXPECT_EQ(SubjectOf(entry.status()), organisation.name());
      continue;
    }
    ASSERT_TRUE(entry.ok()) << entry.status();
    EXPECT_EQ(entry->name(), "courts/330102/rosterEntries/" +
                                 organisation.name().substr(std::string("organisations/").size()));
    EXPECT_EQ(entry->organisation(), organisation.name());
    EXPECT_EQ(entry->revision(), 1);
    EXPECT_TRUE(entry->has_create_time());
    EXPECT_EQ(EventsOf(entry->name()), "Create:>PUBLISHED");
  }
  EXPECT_EQ(Value("SELECT count(*) FROM court_roster_entries"), "1");
  EXPECT_EQ(ReasonOf(Invite("organisations/none").status()), reason::kResourceNotFound);
}

TEST_F(CourtRosterTest, ARosterIsItsOwnCourtsToWrite) {
  const std::string organisation = InState(State::kPublished).name();
  auto other = Invite(organisation, Court("courts/330105"));
  EXPECT_EQ(other.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ReasonOf(other.status()), reason::kScopeNotAllowed);
  EXPECT_EQ(ReasonOf(Invite(organisation, Court(""), "courts/330102").status()),
            reason::kScopeNotAllowed);
  EXPECT_EQ(FieldsOf(Invite(organisation, Court("courts/a b"), "courts/a b").status()), "parent");
  EXPECT_EQ(FieldsOf(Invite(organisation, Court(), "330102").status()), "parent");
  EXPECT_EQ(FieldsOf(Invite("").status()), "court_roster_entry.organisation");
  EXPECT_EQ(Value("SELECT count(*) FROM court_roster_entries"), "0");
}

TEST_F(CourtRosterTest, TwiceIsRefusedAndARepeatIsAnswered) {
  const std::string organisation = InState(State::kPublished).name();
  const std::string id = NewRequestId();
  auto first = Invite(organisation, Court(), kCourt, id);
  auto repeat = Invite(organisation, Court(), kCourt, id);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(repeat.ok()) << repeat.status();
  EXPECT_EQ(repeat->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Get(Court(), first->name())->SerializeAsString(), first->SerializeAsString());
  auto twice = Invite(organisation);
  EXPECT_EQ(twice.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(twice.status()), reason::kResourceExists);
  EXPECT_TRUE(Invite(organisation, Court("courts/330105"), "courts/330105").ok());
  EXPECT_EQ(Value("SELECT count(*) FROM events WHERE court <> ''"), "2");
}

TEST_F(CourtRosterTest, TheCourtIsToldOfEveryChangeOfWhomItInvited) {
  const std::string organisation = InState(State::kPublished).name();
  const std::string entry = Invite(organisation)->name();
  const std::string other = Invite(InState(State::kPublished).name())->name();
  AddMediator(organisation, MediatorDraft(500));
  v1::SuspendOrganisationRequest suspend;
  suspend.set_name(organisation);
  suspend.set_reason("整改");
  ASSERT_TRUE(Ask(&SuspendOrganisation, Bureau(), suspend).ok());
  EXPECT_EQ(EventsOf(entry),
            "Create:>PUBLISHED ChangeMembers:PUBLISHED>PUBLISHED Suspend:PUBLISHED>SUSPENDED");
  EXPECT_EQ(EventsOf(other), "Create:>PUBLISHED");
  EXPECT_EQ(Value(absl::StrCat("SELECT string_agg(DISTINCT court || ' ' || organisation, ',') FROM "
                               "events WHERE resource = '",
                               entry, "'")),
            "courts/330102 " + organisation);
  EXPECT_EQ(Get(Court(), entry)->revision(), 3);
}

TEST_F(CourtRosterTest, WhoSeesAnEntry) {
  const std::string organisation = InState(State::kPublished).name();
  const std::string entry = Invite(organisation)->name();
  struct Case {
    std::string who;
    Call call;
    bool sees;
  };
  const Case cases[] = {
      {"the court", Court(), true},
      {"another court", Court("courts/330105"), false},
      {"the organisation", Head(organisation), true},
      {"another organisation", Head("organisations/other"), false},
      {"its bureau", Bureau(), true},
      {"another bureau", Bureau("330105"), false},
      {"auditor", Auditor(), true},
      {"service", Service(), true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.who);
    auto read = Get(c.call, entry);
    EXPECT_EQ(read.ok(), c.sees) << read.status();
    if (!c.sees) {
      EXPECT_EQ(ReasonOf(read.status()), reason::kResourceNotFound);
    }
    auto page = List(c.call, kCourt);
    if (c.who == "another court") {
      EXPECT_EQ(ReasonOf(page.status()), reason::kScopeNotAllowed);
    } else {
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_EQ(page->court_roster_entries_size(), c.sees ? 1 : 0);
    }
  }
  EXPECT_EQ(ReasonOf(Get(Court(), "courts/330102/rosterEntries/none").status()),
            reason::kResourceNotFound);
  EXPECT_EQ(FieldsOf(Get(Court(), "courts/330102").status()), "name");
}

TEST_F(CourtRosterTest, PagesHoldEachOnceAndOnlyThisCourts) {
  std::vector<std::string> expected;
  for (int i = 0; i < 5; ++i) {
    expected.push_back(Invite(InState(State::kPublished).name())->name());
  }
  ASSERT_TRUE(
      Invite(InState(State::kPublished).name(), Court("courts/330105"), "courts/330105").ok());
  std::sort(expected.begin(), expected.end());
  for (int size : {1, 2, 5, 6}) {
    std::vector<std::string> names;
    v1::ListCourtRosterEntriesRequest request;
    request.set_parent(kCourt);
    request.set_page_size(size);
    do {
      auto page = Ask(&ListCourtRosterEntryPage, Court(), request);
      ASSERT_TRUE(page.ok()) << page.status();
      for (const v1::CourtRosterEntry& entry : page->court_roster_entries()) {
        names.push_back(entry.name());
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(names, expected) << size;
  }
  v1::ListCourtRosterEntriesRequest request;
  request.set_parent(kCourt);
  request.set_page_size(2);
  const std::string token = Ask(&ListCourtRosterEntryPage, Service(), request)->next_page_token();
  request.set_parent("courts/330105");
  request.set_page_token(token);
  EXPECT_EQ(ReasonOf(Ask(&ListCourtRosterEntryPage, Service(), request).status()),
            reason::kPageTokenInvalid);
}

}  // namespace
}  // namespace maplebridge::roster
