#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <thread>

#include "common/calendar/working_calendar.h"
#include "common/identifier/resident_number.h"
#include "services/roster/api/mediators.h"
#include "services/roster/testing/roster_fixture.h"

namespace maplebridge::roster {
namespace {

using State = OrganisationState;

class MediatorsTest : public RosterTest {
 protected:
  absl::StatusOr<v1::Mediator> Add(const std::string& organisation, const v1::Mediator& draft,
                                   const std::string& request_id = "", Call call = Bureau()) {
    v1::CreateMediatorRequest request;
    request.set_parent(organisation);
    *request.mutable_mediator() = draft;
    request.set_request_id(request_id);
    return Ask(&CreateMediator, std::move(call), request);
  }
  absl::StatusOr<v1::Mediator> Get(Call call, const std::string& name) {
    v1::GetMediatorRequest request;
    request.set_name(name);
    return Ask(&GetMediator, std::move(call), request);
  }
};

TEST_F(MediatorsTest, WhatIsPrivateIsSealedAtRestBesideItsHash) {
  const std::string organisation = Draft().name();
  v1::Mediator draft = MediatorDraft(500);
  draft.set_telephone("138 0013 8123");
  auto made = Add(organisation, draft);
  ASSERT_TRUE(made.ok()) << made.status();
  const std::string id = made->name().substr(made->name().rfind('/') + 1);
  const std::string row = absl::StrCat(" FROM mediators WHERE id = '", id, "'");
  // Nowhere in the database do the plain values stand, in any table.
  for (const std::string& plain : {draft.identity_number(), std::string("13800138123")}) {
    for (const char* table : {"mediators", "events", "request_ids", "organisation_steps"}) {
      EXPECT_EQ(Value(absl::StrCat("SELECT count(*) FROM ", table, " t WHERE t::text LIKE '%",
                                   plain, "%' OR t::text LIKE '%' || encode('", plain,
                                   "'::bytea, 'hex') || '%'")),
                "0")
          << table;
    }
  }
  EXPECT_EQ(Value(absl::StrCat("SELECT encode(identity_match, 'hex')", row)),
            absl::BytesToHexString(parts().match->Hash("RESIDENT", draft.identity_number())));
  EXPECT_EQ(Value(absl::StrCat("SELECT encode(telephone_match, 'hex')", row)),
            absl::BytesToHexString(parts().match->Hash("TELEPHONE", "13800138123")));
  // A sealed value does not open in another row.
  const std::string other = AddMediator(organisation, MediatorDraft(501)).name();
  Execute(absl::StrCat("UPDATE mediators SET identity_sealed = (SELECT identity_sealed", row,
                       ") WHERE id = '", other.substr(other.rfind('/') + 1), "'"));
  EXPECT_TRUE(Get(Bureau(), made->name()).ok());
  EXPECT_EQ(Get(Bureau(), other).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(MediatorsTest, ItIsMaskedForThoseWhoWorkWithItAndEmptyForOthers) {
  const std::string organisation = InState(State::kPublished).name();
  v1::Mediator draft = MediatorDraft(500);
  auto made = Add(organisation, draft);
  ASSERT_TRUE(made.ok()) << made.status();
  const std::string masked =
      draft.identity_number().substr(0, 3) + "***********" + draft.identity_number().substr(14);
  EXPECT_EQ(made->identity_number(), masked);
  EXPECT_EQ(made->telephone(), "138****8000");
  for (Call call : {Bureau(), Bureau("33", options::v1::ROLE_PROVINCE_BUREAU), Head(organisation),
                    Auditor(), Service()}) {
    auto read = Get(call, made->name());
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->identity_number(), masked) << call.caller().principal;
    EXPECT_EQ(read->telephone(), "138****8000");
  }
  for (Call call : {Bureau("330105"), Court(), Head("organisations/other")}) {
    auto read = Get(call, made->name());
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->identity_number(), "") << call.caller().principal;
    EXPECT_EQ(read->telephone(), "");
    EXPECT_EQ(read->display_name(), "王调解");
    EXPECT_EQ(read->state(), v1::MEDIATOR_STATE_ACTIVE);
  }
}

TEST_F(MediatorsTest, TheFeedTellsOfMediatorsWithoutPrivateFields) {
  const std::string organisation = Draft().name();
  v1::Mediator draft = MediatorDraft(501);
  draft.set_display_name("欧阳调解");
  auto made = Add(organisation, draft);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(EventsOf(made->name()), "Create:>ACTIVE");
  v1::Mediator payload;
  const std::string hex = Value(absl::StrCat(
      "SELECT encode(payload, 'hex') FROM events WHERE resource = '", made->name(), "'"));
  ASSERT_TRUE(payload.ParseFromString(absl::HexStringToBytes(hex)));
  EXPECT_EQ(payload.display_name(), "");
  EXPECT_EQ(payload.identity_number(), "");
  EXPECT_EQ(payload.telephone(), "");
  EXPECT_EQ(payload.sex(), v1::SEX_MALE);
  EXPECT_EQ(payload.employment(), v1::EMPLOYMENT_FULL_TIME);
  EXPECT_EQ(payload.fields(0), "CONTRACT");
  EXPECT_EQ(Value("SELECT count(*) FROM events WHERE position(convert_to('欧阳', 'UTF8') IN "
                  "payload) > 0"),
            "0");
  EXPECT_EQ(Value("SELECT string_agg(DISTINCT division || ' ' || organisation, ',') FROM events"),
            "330102001000 " + organisation);
}

TEST_F(MediatorsTest, EveryWrongFieldIsNamedWithoutItsValue) {
  const std::string organisation = Draft().name();
  const absl::CivilDay today = calendar::ChinaDay(absl::Now());
  const absl::CivilDay eighteen(today.year() - 18, today.month(), today.day());
  std::string mistyped = MediatorDraft(500).identity_number();
  mistyped[17] = mistyped[17] == '1' ? '2' : '1';
  struct Case {
    std::string field;
    std::function<void(v1::Mediator&)> spoil;
  };
  const Case cases[] = {
      {"mediator.identity_number", [&](auto& m) { m.set_identity_number(mistyped); }},
      {"mediator.identity_number", [](auto& m) { m.set_identity_number("330102198005170"); }},
      {"mediator.identity_number", [](auto& m) { m.set_identity_number(""); }},
      // A unified social credit code is of an organisation, not of a person.
      {"mediator.identity_number", [](auto& m) { m.set_identity_number("91350100M000100Y43"); }},
      {"mediator.identity_number",
       [&](auto& m) {
         m.set_identity_number(*identifier::GenerateResidentNumber("330102", eighteen + 1, 5));
       }},
      {"mediator.telephone", [](auto& m) { m.set_telephone("12345"); }},
      {"mediator.employment", [](auto& m) { m.clear_employment(); }},
      {"mediator.display_name", [](auto& m) { m.clear_display_name(); }},
      {"mediator.fields[1]", [](auto& m) { m.add_fields("contract"); }},
      {"mediator.fields[1]", [](auto& m) { m.add_fields("CONTRACT"); }},
      {"mediator.display_name, mediator.identity_number, mediator.telephone, mediator.employment",
       [&](auto& m) {
         m.clear_display_name();
         m.set_identity_number(mistyped);
         m.set_telephone("1");
         m.clear_employment();
       }},
  };
  for (const Case& c : cases) {
    v1::Mediator draft = MediatorDraft(500);
    c.spoil(draft);
    auto made = Add(organisation, draft);
    EXPECT_EQ(FieldsOf(made.status()), c.field) << made.status();
    EXPECT_EQ(made.status().ToString().find(mistyped), std::string::npos);
  }
  EXPECT_EQ(Value("SELECT count(*) FROM mediators"), "3");
  v1::Mediator adult = MediatorDraft(500);
  adult.set_identity_number(*identifier::GenerateResidentNumber("330102", eighteen, 5));
  EXPECT_TRUE(Add(organisation, adult).ok());
}

TEST_F(MediatorsTest, APersonIsOneMediatorOfAnOrganisation) {
  const std::string organisation = Draft().name();
  v1::Mediator draft = MediatorDraft(500);
  // The check character of this person's number is an X somewhere in a hundred; case is no escape.
  for (int sequence = 500; draft.identity_number().back() != 'X'; ++sequence) {
    draft = MediatorDraft(sequence);
  }
  const std::string first = AddMediator(organisation, draft).name();
  v1::Mediator again = draft;
  again.set_display_name("另一个名字");
  again.mutable_identity_number()->back() = 'x';
  auto refused = Add(organisation, again);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(refused.status()), reason::kResourceExists);
  EXPECT_NE(refused.status().ToString().find(first), std::string::npos);
  // Of another organisation, the same person may be one.
  EXPECT_TRUE(Add(Draft().name(), draft).ok());
}

TEST_F(MediatorsTest, OfTwinsAtTheSameTimeOneIsAdded) {
  const std::string organisation = Draft().name();
  std::vector<absl::Status> answers(8);
  std::vector<std::thread> threads;
  for (absl::Status& answer : answers) {
    threads.emplace_back([&] { answer = Add(organisation, MediatorDraft(500)).status(); });
  }
  for (std::thread& thread : threads) thread.join();
  const auto added = std::count(answers.begin(), answers.end(), absl::OkStatus());
  EXPECT_EQ(added, 1);
  EXPECT_EQ(Read(organisation).mediator_count(), 4);
  EXPECT_EQ(Value("SELECT count(*) FROM mediators"), "4");
}

TEST_F(MediatorsTest, AnOrganisationHasOneHead) {
  const std::string organisation = Draft().name();
  v1::Mediator draft = MediatorDraft(500);
  draft.set_head(true);
  auto refused = Add(organisation, draft);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(refused.status()), reason::kGuardFailed);
  EXPECT_EQ(SubjectOf(refused.status()),
            organisation + "/mediators/" + Value("SELECT id FROM mediators WHERE head"));
}

TEST_F(MediatorsTest, MembersChangeInEveryStateButTheLast) {
  for (State state : kOrganisationStates) {
    SCOPED_TRACE(std::string(Word(state)));
    const v1::Organisation before = InState(state);
    auto made = Add(before.name(), MediatorDraft(500));
    const v1::Organisation after = Read(before.name());
    if (state == State::kRevoked) {
      EXPECT_EQ(ReasonOf(made.status()), reason::kStateForbids);
      EXPECT_EQ(after.SerializeAsString(), before.SerializeAsString());
      continue;
    }
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_EQ(after.state(), before.state());
    EXPECT_EQ(after.mediator_count(), before.mediator_count() + 1);
    EXPECT_EQ(after.revision(), before.revision() + 1);
  }
}

TEST_F(MediatorsTest, TheSexIsThatOfTheNumber) {
  const std::string organisation = Draft().name();
  v1::Mediator draft = MediatorDraft(501);
  draft.set_sex(v1::SEX_FEMALE);
  EXPECT_EQ(AddMediator(organisation, draft).sex(), v1::SEX_MALE);
  EXPECT_EQ(AddMediator(organisation, MediatorDraft(502)).sex(), v1::SEX_FEMALE);
}

TEST_F(MediatorsTest, ARepeatedRequestIdGetsTheSameMediator) {
  const std::string organisation = Draft().name();
  const std::string id = NewRequestId();
  auto first = Add(organisation, MediatorDraft(500), id);
  auto again = Add(organisation, MediatorDraft(500), id);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Get(Bureau(), first->name())->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(ReasonOf(Add(organisation, MediatorDraft(502), id).status()), reason::kRequestIdReused);
}

TEST_F(MediatorsTest, OnlyTheBureauOfThePlaceAdds) {
  const std::string draft = Draft().name();
  const std::string published = InState(State::kPublished).name();
  EXPECT_EQ(ReasonOf(Add(draft, MediatorDraft(500), "", Bureau("330105")).status()),
            reason::kResourceNotFound);
  EXPECT_EQ(ReasonOf(Add(published, MediatorDraft(500), "", Bureau("330105")).status()),
            reason::kScopeNotAllowed);
  EXPECT_EQ(ReasonOf(Add("organisations/none", MediatorDraft(500)).status()),
            reason::kResourceNotFound);
  EXPECT_EQ(FieldsOf(Add("none", MediatorDraft(500)).status()), "parent");
}

TEST_F(MediatorsTest, OneThatIsNotThereOrNotVisibleIsNotFound) {
  const std::string organisation = Draft().name();
  const std::string id = Value("SELECT id FROM mediators LIMIT 1");
  const std::string name = organisation + "/mediators/" + id;
  EXPECT_TRUE(Get(Bureau(), name).ok());
  EXPECT_EQ(ReasonOf(Get(Court(), name).status()), reason::kResourceNotFound);
  EXPECT_EQ(ReasonOf(Get(Bureau(), organisation + "/mediators/none").status()),
            reason::kResourceNotFound);
  const std::string elsewhere = Draft().name();
  EXPECT_EQ(ReasonOf(Get(Bureau(), elsewhere + "/mediators/" + id).status()),
            reason::kResourceNotFound);
  EXPECT_EQ(FieldsOf(Get(Bureau(), organisation).status()), "name");
}

TEST_F(MediatorsTest, PagesHoldEachOnce) {
  const std::string organisation = Draft().name();
  for (int sequence = 500; sequence < 504; ++sequence) {
    AddMediator(organisation, MediatorDraft(sequence));
  }
  AddMediator(Draft().name(), MediatorDraft(500));
  for (int size : {1, 3, 6, 7, 50}) {
    std::vector<std::string> names;
    v1::ListMediatorsRequest request;
    request.set_parent(organisation);
    request.set_page_size(size);
    do {
      auto page = Ask(&ListMediatorPage, Bureau(), request);
      ASSERT_TRUE(page.ok()) << page.status();
      for (const v1::Mediator& mediator : page->mediators()) names.push_back(mediator.name());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(names.size(), 7u);
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  }
  v1::ListMediatorsRequest request;
  request.set_parent(organisation);
  EXPECT_EQ(ReasonOf(Ask(&ListMediatorPage, Court(), request).status()), reason::kResourceNotFound);
  request.set_page_token("AAAA");
  EXPECT_EQ(ReasonOf(Ask(&ListMediatorPage, Bureau(), request).status()),
            reason::kPageTokenInvalid);
}

}  // namespace
}  // namespace maplebridge::roster
