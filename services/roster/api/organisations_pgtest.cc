#include <absl/strings/str_cat.h>

#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "services/roster/api/organisations.h"
#include "services/roster/testing/roster_fixture.h"

namespace maplebridge::roster {
namespace {

using namespace options::v1;  // the roles

class OrganisationsTest : public RosterTest {
 protected:
  absl::StatusOr<v1::Organisation> Create(Call call, const v1::Organisation& draft,
                                          const std::string& request_id = "") {
    v1::CreateOrganisationRequest request;
    *request.mutable_organisation() = draft;
    request.set_request_id(request_id);
    return Ask(&CreateOrganisation, std::move(call), request);
  }
  absl::StatusOr<v1::Organisation> Get(Call call, const std::string& name) {
    v1::GetOrganisationRequest request;
    request.set_name(name);
    return Ask(&GetOrganisation, std::move(call), request);
  }
  // Names of all pages, in their order.
  std::vector<std::string> ListAll(const Call& call, v1::ListOrganisationsRequest request) {
    std::vector<std::string> names;
    do {
      auto page = Ask(&ListOrganisationPage, call, request);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return names;
      for (const v1::Organisation& organisation : page->organisations()) {
        names.push_back(organisation.name());
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return names;
  }
};

TEST_F(OrganisationsTest, ADraftIsStoredWithItsStepClockAndEvent) {
  v1::Organisation draft = OrganisationDraft();
  draft.set_office_telephone("(0571) 8765 4321");
  draft.set_state(v1::ORGANISATION_STATE_PUBLISHED);
  draft.set_mediator_count(7);
  auto made = Create(Bureau(), draft);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->state(), v1::ORGANISATION_STATE_DRAFT);
  EXPECT_EQ(made->division(), "330102001000");
  EXPECT_EQ(made->office_telephone(), "0571-87654321");
  EXPECT_EQ(made->mediator_count(), 0);
  EXPECT_EQ(made->revision(), 1);
  EXPECT_EQ(made->etag(), "\"r1\"");
  EXPECT_FALSE(made->has_publish_time());
  auto read = Get(Bureau(), made->name());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->SerializeAsString(), made->SerializeAsString());
  EXPECT_EQ(EventsOf(made->name()), "Create:>DRAFT");
  EXPECT_EQ(Value("SELECT division || ' ' || organisation || ' ' || actor FROM events"),
            "330102001000 " + made->name() + " callers/bureau-330102");
  EXPECT_EQ(Value("SELECT kind || ' ' || state FROM deadlines"), "DRAFT_LAPSE RUNNING");
  EXPECT_EQ(Value("SELECT event || ':' || to_state || ' ' || actor FROM organisation_steps"),
            "Create:DRAFT callers/bureau-330102");
}

TEST_F(OrganisationsTest, EveryWrongFieldIsNamedAndNothingIsStored) {
  struct Case {
    std::string field;
    std::function<void(v1::Organisation&)> spoil;
  };
  const Case cases[] = {
      {"organisation.division", [](auto& o) { o.set_division("330199"); }},
      {"organisation.division", [](auto& o) { o.set_division("33010"); }},
      {"organisation.division", [](auto& o) { o.set_division(""); }},
      {"organisation.kind", [](auto& o) { o.clear_kind(); }},
      {"organisation.display_name", [](auto& o) { o.set_display_name(""); }},
      {"organisation.display_name",
       [](auto& o) {
         o.set_display_name("");
         for (int i = 0; i < 101; ++i) o.mutable_display_name()->append("调");
       }},
      {"organisation.founding_unit", [](auto& o) { o.set_founding_unit("\u3000"); }},
      {"organisation.office_telephone", [](auto& o) { o.set_office_telephone("123"); }},
      {"organisation.seal", [](auto& o) { o.set_seal("a\nb"); }},
      {"organisation.kind, organisation.display_name, organisation.division",
       [](auto& o) {
         o.clear_kind();
         o.clear_display_name();
         o.set_division("990000");
       }},
  };
  for (const Case& c : cases) {
    v1::Organisation draft = OrganisationDraft();
    c.spoil(draft);
    auto made = Create(Bureau(), draft);
    EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument) << c.field;
    EXPECT_EQ(FieldsOf(made.status()), c.field) << made.status();
  }
  EXPECT_EQ(Value("SELECT count(*) FROM organisations"), "0");
  EXPECT_EQ(Value("SELECT count(*) FROM events"), "0");
}

TEST_F(OrganisationsTest, ABureauDraftsOnlyInItsOwnPlace) {
  struct Case {
    std::string bureau, division;
    bool is_covered;
  };
  const Case cases[] = {
      {"330102", "330102", true},
      {"330102", "330102001", true},
      {"330102", "330102001051", true},
      {"330102", "330105", false},
      {"330102", "330105001051", false},
      {"330102", "3301", false},
      {"330102", "33", false},
      {"330105", "330102001", false},
      {"", "330102", false},
  };
  for (const Case& c : cases) {
    v1::Organisation draft = OrganisationDraft();
    draft.set_division(c.division);
    auto made = Create(Bureau(c.bureau), draft);
    SCOPED_TRACE(c.bureau + " " + c.division);
    if (c.is_covered) {
      EXPECT_TRUE(made.ok()) << made.status();
    } else {
      EXPECT_EQ(made.status().code(), absl::StatusCode::kPermissionDenied);
      EXPECT_EQ(ReasonOf(made.status()), reason::kScopeNotAllowed);
    }
  }
  EXPECT_EQ(Value("SELECT count(*) FROM organisations"), "3");
}

TEST_F(OrganisationsTest, ARepeatedRequestIdGetsTheSameAnswerAndAnotherBodyIsRefused) {
  const std::string id = NewRequestId();
  auto first = Create(Bureau(), OrganisationDraft(), id);
  auto again = Create(Bureau(), OrganisationDraft(), id);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  v1::Organisation other = OrganisationDraft();
  other.set_seal("别的印章");
  auto reused = Create(Bureau(), other, id);
  EXPECT_EQ(reused.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(reused.status()), reason::kRequestIdReused);
  auto malformed = Create(Bureau(), OrganisationDraft(), "1");
  EXPECT_EQ(FieldsOf(malformed.status()), "request_id");
  EXPECT_EQ(Value("SELECT count(*) FROM organisations"), "1");
}

TEST_F(OrganisationsTest, TwinsAtTheSameTimeMakeOneOrganisation) {
  const std::string id = NewRequestId();
  std::vector<absl::StatusOr<v1::Organisation>> answers(8, absl::UnknownError(""));
  std::vector<std::thread> threads;
  for (auto& answer : answers) {
    threads.emplace_back([&] { answer = Create(Bureau(), OrganisationDraft(), id); });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> names;
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer.ok()) << answer.status();
    names.insert(answer->name());
  }
  EXPECT_EQ(names.size(), 1u);
  EXPECT_EQ(Value("SELECT count(*) FROM organisations"), "1");
  EXPECT_EQ(Value("SELECT count(*) FROM events"), "1");
}

TEST_F(OrganisationsTest, BeforePublicationOnlyThoseWhoWorkWithItSeeIt) {
  const std::string name = InState(OrganisationState::kFiled).name();
  const std::string published = InState(OrganisationState::kPublished).name();
  struct Case {
    std::string who;
    Call call;
    bool sees_filed;
  };
  const Case cases[] = {
      {"own county", Bureau(), true},
      {"own city", Bureau("3301", ROLE_CITY_BUREAU), true},
      {"own province", Bureau("33", ROLE_PROVINCE_BUREAU), true},
      {"another county", Bureau("330105"), false},
      {"another province", Bureau("44", ROLE_PROVINCE_BUREAU), false},
      {"a bureau without a place", Bureau(""), false},
      {"ministry", Bureau("", ROLE_MINISTRY), true},
      {"auditor", Auditor(), true},
      {"service", Service(), true},
      {"its head", Head(name), true},
      {"another head", Head(published), false},
      {"a court", Court(), false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.who);
    auto filed = Get(c.call, name);
    EXPECT_EQ(filed.ok(), c.sees_filed) << filed.status();
    if (!c.sees_filed) {
      EXPECT_EQ(ReasonOf(filed.status()), reason::kResourceNotFound);
    }
    EXPECT_TRUE(Get(c.call, published).ok());
    std::vector<std::string> expected;
    if (c.sees_filed) expected.push_back(name);
    expected.push_back(published);
    EXPECT_EQ(ListAll(c.call, v1::ListOrganisationsRequest()), expected);
  }
}

TEST_F(OrganisationsTest, WhatIsNoNameOrNotThereIsRefused) {
  EXPECT_EQ(FieldsOf(Get(Auditor(), "organisation/1").status()), "name");
  EXPECT_EQ(FieldsOf(Get(Auditor(), "organisations/").status()), "name");
  EXPECT_EQ(ReasonOf(Get(Auditor(), "organisations/none").status()), reason::kResourceNotFound);
  EXPECT_EQ(FieldsOf(Get(Auditor(), "organisations/' OR true --").status()), "name");
}

TEST_F(OrganisationsTest, PagesHoldEachOnceInOrderAndTheirTokensAreBound) {
  std::vector<std::string> made;
  for (int i = 0; i < 7; ++i) {
    auto created = Create(Bureau(), OrganisationDraft());
    ASSERT_TRUE(created.ok());
    made.push_back(created->name());
  }
  std::sort(made.begin(), made.end());
  for (int size : {1, 2, 3, 6, 7, 8}) {
    v1::ListOrganisationsRequest request;
    request.set_page_size(size);
    EXPECT_EQ(ListAll(Bureau(), request), made) << size;
  }
  v1::ListOrganisationsRequest request;
  request.set_page_size(3);
  auto page = Ask(&ListOrganisationPage, Bureau(), request);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->organisations_size(), 3);
  // Changed, or of another question.
  std::string changed = page->next_page_token();
  changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
  request.set_page_token(changed);
  EXPECT_EQ(ReasonOf(Ask(&ListOrganisationPage, Bureau(), request).status()),
            reason::kPageTokenInvalid);
  request.set_page_token(page->next_page_token());
  request.set_division("330102");
  EXPECT_EQ(ReasonOf(Ask(&ListOrganisationPage, Bureau(), request).status()),
            reason::kPageTokenInvalid);
  request.Clear();
  request.set_page_size(-1);
  EXPECT_EQ(FieldsOf(Ask(&ListOrganisationPage, Bureau(), request).status()), "page_size");
}

TEST_F(OrganisationsTest, ListsByDivisionWithAllBelowItAndByState) {
  std::map<std::string, std::string> by_division;
  for (const char* division : {"330102", "330102001", "330102003050"}) {
    v1::Organisation draft = OrganisationDraft();
    draft.set_division(division);
    by_division[division] = Create(Bureau(), draft)->name();
  }
  v1::Organisation draft = OrganisationDraft();
  draft.set_division("330105001");
  by_division["330105001"] = Create(Bureau("330105"), draft)->name();
  const auto count = [&](const std::string& division, v1::OrganisationState state) {
    v1::ListOrganisationsRequest request;
    request.set_division(division);
    request.set_state(state);
    return ListAll(Auditor(), request).size();
  };
  using v1::ORGANISATION_STATE_DRAFT, v1::ORGANISATION_STATE_FILED,
      v1::ORGANISATION_STATE_UNSPECIFIED;
  EXPECT_EQ(count("", ORGANISATION_STATE_UNSPECIFIED), 4u);
  EXPECT_EQ(count("33", ORGANISATION_STATE_UNSPECIFIED), 4u);
  EXPECT_EQ(count("3301", ORGANISATION_STATE_DRAFT), 4u);
  EXPECT_EQ(count("3301", ORGANISATION_STATE_FILED), 0u);
  EXPECT_EQ(count("330102", ORGANISATION_STATE_UNSPECIFIED), 3u);
  EXPECT_EQ(count("330102001", ORGANISATION_STATE_UNSPECIFIED), 1u);
  EXPECT_EQ(count("330102003050", ORGANISATION_STATE_DRAFT), 1u);
  EXPECT_EQ(count("44", ORGANISATION_STATE_UNSPECIFIED), 0u);
  v1::ListOrganisationsRequest request;
  request.set_division("99");
  EXPECT_EQ(FieldsOf(Ask(&ListOrganisationPage, Auditor(), request).status()), "division");
}

}  // namespace
}  // namespace maplebridge::roster
