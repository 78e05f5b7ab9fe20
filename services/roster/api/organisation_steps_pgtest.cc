#include <absl/strings/str_cat.h>

#include <thread>

#include "common/calendar/working_calendar.h"
#include "services/roster/api/mediators.h"
#include "services/roster/api/organisation_steps.h"
#include "services/roster/api/organisations.h"
#include "services/roster/testing/roster_fixture.h"

namespace maplebridge::roster {
namespace {

using State = OrganisationState;
using Event = OrganisationEvent;

class OrganisationStepsTest : public RosterTest {
 protected:
  // Takes the step that an event stands for.
  absl::StatusOr<v1::Organisation> Take(Event event, const std::string& name,
                                        const std::string& etag = "",
                                        const std::string& request_id = "", Call call = Bureau(),
                                        const std::string& why = "有人投诉，正在核查") {
    const auto ask = [&](auto handler, auto request) {
      request.set_name(name);
      request.set_etag(etag);
      request.set_request_id(request_id);
      if constexpr (requires { request.set_reason(why); }) request.set_reason(why);
      return Ask(handler, call, request);
    };
    switch (event) {
      case Event::kFile:
        return ask(&FileOrganisation, v1::FileOrganisationRequest());
      case Event::kPublish:
        return ask(&PublishOrganisation, v1::PublishOrganisationRequest());
      case Event::kSuspend:
        return ask(&SuspendOrganisation, v1::SuspendOrganisationRequest());
      case Event::kReinstate:
        return ask(&ReinstateOrganisation, v1::ReinstateOrganisationRequest());
      case Event::kRevoke:
        return ask(&RevokeOrganisation, v1::RevokeOrganisationRequest());
      default:
        return absl::UnimplementedError("no RPC");
    }
  }
};

constexpr Event kRpcEvents[] = {Event::kFile, Event::kPublish, Event::kSuspend, Event::kReinstate,
                                Event::kRevoke};

TEST_F(OrganisationStepsTest, AWholeLife) {
  const std::string name = Draft().name();
  auto filed = Take(Event::kFile, name);
  ASSERT_TRUE(filed.ok()) << filed.status();
  EXPECT_EQ(filed->state(), v1::ORGANISATION_STATE_FILED);
  EXPECT_FALSE(filed->has_publish_time());
  auto published = Take(Event::kPublish, name);
  ASSERT_TRUE(published.ok()) << published.status();
  EXPECT_EQ(published->state(), v1::ORGANISATION_STATE_PUBLISHED);
  ASSERT_TRUE(published->has_publish_time());
  EXPECT_EQ(published->mediator_count(), 3);
  ASSERT_TRUE(Take(Event::kSuspend, name).ok());
  auto reinstated = Take(Event::kReinstate, name);
  ASSERT_TRUE(reinstated.ok()) << reinstated.status();
  // The first publication stays the one that is told.
  EXPECT_EQ(reinstated->publish_time().SerializeAsString(),
            published->publish_time().SerializeAsString());
  auto revoked = Take(Event::kRevoke, name);
  ASSERT_TRUE(revoked.ok()) << revoked.status();
  EXPECT_EQ(revoked->state(), v1::ORGANISATION_STATE_REVOKED);
  EXPECT_EQ(revoked->mediator_count(), 0);
  EXPECT_EQ(revoked->revision(), 9);
  EXPECT_EQ(EventsOf(name),
            "Create:>DRAFT ChangeMembers:DRAFT>DRAFT ChangeMembers:DRAFT>DRAFT "
            "ChangeMembers:DRAFT>DRAFT File:DRAFT>FILED Publish:FILED>PUBLISHED "
            "Suspend:PUBLISHED>SUSPENDED Reinstate:SUSPENDED>PUBLISHED Revoke:PUBLISHED>REVOKED");
  EXPECT_EQ(Value(absl::StrCat("SELECT string_agg(revision::text, ' ' ORDER BY position) FROM "
                               "events WHERE resource = '",
                               name, "'")),
            "1 2 3 4 5 6 7 8 9");
  // Whoever was a mediator is none any more, and the feed says so of each.
  EXPECT_EQ(Value("SELECT count(*) FROM mediators WHERE state = 'ENDED' AND revision = 2"), "3");
  EXPECT_EQ(Value("SELECT count(*) FROM events WHERE type = 'End' AND to_state = 'ENDED'"), "3");
  // The clock of each state was met; none runs now.
  EXPECT_EQ(Value("SELECT string_agg(kind || ':' || state, ' ' ORDER BY kind) FROM deadlines"),
            "DRAFT_LAPSE:MET PUBLICATION:MET SUSPENSION_REVIEW:MET TERM:MET");
  // Why it was done is kept here and is not in the feed.
  EXPECT_EQ(Value("SELECT string_agg(event, ' ' ORDER BY revision) FROM organisation_steps WHERE "
                  "reason = '有人投诉，正在核查'"),
            "Suspend Reinstate Revoke");
  EXPECT_EQ(Value("SELECT count(*) FROM events WHERE position(convert_to('投诉', 'UTF8') IN "
                  "payload) > 0"),
            "0");
}

TEST_F(OrganisationStepsTest, EveryPairOfStateAndStepIsAsTheTableSays) {
  for (State state : kOrganisationStates) {
    for (Event event : kRpcEvents) {
      SCOPED_TRACE(absl::StrCat(std::string(Word(state)), " ", std::string(Word(event))));
      const v1::Organisation before = InState(state);
      const OrganisationStep* step = FindStep(state, event);
      auto after = Take(event, before.name());
      const v1::Organisation now = Read(before.name());
      if (step == nullptr) {
        EXPECT_EQ(after.status().code(), absl::StatusCode::kFailedPrecondition);
        EXPECT_EQ(ReasonOf(after.status()), reason::kStateForbids);
        EXPECT_EQ(SubjectOf(after.status()), before.name());
        EXPECT_EQ(now.SerializeAsString(), before.SerializeAsString());
      } else {
        ASSERT_TRUE(after.ok()) << after.status();
        EXPECT_EQ(v1::OrganisationState_Name(now.state()),
                  absl::StrCat("ORGANISATION_STATE_", std::string(Word(step->to))));
        EXPECT_EQ(now.revision(), before.revision() + 1);
        EXPECT_NE(now.etag(), before.etag());
      }
    }
  }
}

TEST_F(OrganisationStepsTest, AnIncompleteFilingNamesAllThatIsMissing) {
  v1::CreateOrganisationRequest request;
  *request.mutable_organisation() = OrganisationDraft();
  request.mutable_organisation()->set_display_name("清波街道调解室");
  request.mutable_organisation()->clear_seal();
  const std::string name = Ask(&CreateOrganisation, Bureau(), request)->name();
  v1::Mediator man = MediatorDraft(1);
  AddMediator(name, man);
  auto refused = Take(Event::kFile, name);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(refused.status()), reason::kFilingIncomplete);
  EXPECT_EQ(SubjectOf(refused.status()), "display_name, seal, members, head, women");
  EXPECT_EQ(Read(name).state(), v1::ORGANISATION_STATE_DRAFT);
}

TEST_F(OrganisationStepsTest, NineMembersMayFileAndTenMayNot) {
  const std::string name = Draft().name();
  for (int sequence = 3; sequence < 10; ++sequence) AddMediator(name, MediatorDraft(sequence));
  auto refused = Take(Event::kFile, name);
  EXPECT_EQ(SubjectOf(refused.status()), "members") << refused.status();
  const std::string other = Draft().name();
  for (int sequence = 3; sequence < 9; ++sequence) AddMediator(other, MediatorDraft(sequence));
  EXPECT_TRUE(Take(Event::kFile, other).ok());
}

TEST_F(OrganisationStepsTest, AStaleEtagIsRefusedAndNothingChanges) {
  const v1::Organisation filed = InState(State::kFiled);
  auto stale = Take(Event::kPublish, filed.name(), "\"r1\"");
  EXPECT_EQ(stale.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(stale.status()), reason::kEtagStale);
  EXPECT_EQ(Read(filed.name()).SerializeAsString(), filed.SerializeAsString());
  EXPECT_TRUE(Take(Event::kPublish, filed.name(), filed.etag()).ok());
}

TEST_F(OrganisationStepsTest, ARepeatIsAnsweredWithoutASecondStep) {
  const std::string name = InState(State::kPublished).name();
  const std::string id = NewRequestId();
  auto first = Take(Event::kSuspend, name, "", id);
  auto again = Take(Event::kSuspend, name, "", id);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  // Without the id it is a new call, which the state forbids.
  EXPECT_EQ(ReasonOf(Take(Event::kSuspend, name).status()), reason::kStateForbids);
  // A step that failed has not used up its id.
  const std::string failed = NewRequestId();
  EXPECT_FALSE(Take(Event::kReinstate, name, "\"r1\"", failed).ok());
  EXPECT_TRUE(Take(Event::kReinstate, name, "", failed).ok());
}

TEST_F(OrganisationStepsTest, OnlyTheBureauOfThePlaceDecides) {
  const std::string filed = InState(State::kFiled).name();
  const std::string published = InState(State::kPublished).name();
  // What it cannot see is not there for it; what it can see is not its to decide.
  auto unseen = Take(Event::kPublish, filed, "", "", Bureau("330105"));
  EXPECT_EQ(ReasonOf(unseen.status()), reason::kResourceNotFound);
  auto seen = Take(Event::kSuspend, published, "", "", Bureau("330105"));
  EXPECT_EQ(seen.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ReasonOf(seen.status()), reason::kScopeNotAllowed);
  EXPECT_EQ(Read(published).state(), v1::ORGANISATION_STATE_PUBLISHED);
}

TEST_F(OrganisationStepsTest, AReasonIsAskedFor) {
  const std::string name = InState(State::kPublished).name();
  std::string longest;
  for (int i = 0; i < 500; ++i) longest += "因";
  for (Event event : {Event::kSuspend, Event::kReinstate, Event::kRevoke}) {
    for (const std::string& why : {std::string(), std::string(" "), longest + "因"}) {
      auto refused = Take(event, name, "", "", Bureau(), why);
      EXPECT_EQ(FieldsOf(refused.status()), "reason") << refused.status();
    }
  }
  EXPECT_TRUE(Take(Event::kSuspend, name, "", "", Bureau(), longest).ok());
}

TEST_F(OrganisationStepsTest, OfManyAtOnceOneTakesTheStep) {
  const std::string name = InState(State::kPublished).name();
  std::vector<absl::Status> answers(8);
  std::vector<std::thread> threads;
  for (absl::Status& answer : answers) {
    threads.emplace_back([&] { answer = Take(Event::kSuspend, name).status(); });
  }
  for (std::thread& thread : threads) thread.join();
  int taken = 0;
  for (const absl::Status& answer : answers) {
    taken += answer.ok();
    if (!answer.ok()) {
      EXPECT_EQ(ReasonOf(answer), reason::kStateForbids) << answer;
    }
  }
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(Value("SELECT count(*) FROM events WHERE type = 'Suspend'"), "1");
}

TEST_F(OrganisationStepsTest, ADraftLapsesWhenItsClockEndsAndNotBefore) {
  const std::string name = Draft().name();
  const std::string due = Value("SELECT extract(epoch FROM due_time)::bigint FROM deadlines");
  const absl::Time end = absl::FromUnixSeconds(std::stoll(due));
  EXPECT_EQ(ExpireClocks(end - absl::Seconds(1)), 0);
  EXPECT_EQ(Read(name).state(), v1::ORGANISATION_STATE_DRAFT);
  EXPECT_EQ(ExpireClocks(end), 1);
  EXPECT_EQ(Read(name).state(), v1::ORGANISATION_STATE_REVOKED);
  EXPECT_EQ(Value("SELECT count(*) FROM mediators WHERE state = 'ENDED'"), "3");
  EXPECT_EQ(Value("SELECT actor FROM events WHERE type = 'ClockExpired'"), "services/clock");
  EXPECT_EQ(ExpireClocks(end + absl::Hours(24 * 36500)), 0);
}

TEST_F(OrganisationStepsTest, OtherClocksRemindAndStartAgain) {
  for (State state : {State::kFiled, State::kPublished, State::kSuspended}) {
    SCOPED_TRACE(std::string(Word(state)));
    const v1::Organisation before = InState(state);
    // The clock starts again from now, so let it have ended a moment ago.
    Execute(
        absl::StrCat("UPDATE deadlines SET next_attempt = now() - interval '1 second' WHERE "
                     "state = 'RUNNING' AND resource = '",
                     before.name(), "'"));
    EXPECT_EQ(ExpireClocks(absl::Now()), 1);
    const v1::Organisation after = Read(before.name());
    EXPECT_EQ(after.state(), before.state());
    EXPECT_EQ(after.revision(), before.revision() + 1);
    EXPECT_EQ(Value(absl::StrCat("SELECT kind FROM deadlines WHERE state = 'RUNNING' AND "
                                 "next_attempt = due_time AND due_time > now() AND resource = '",
                                 before.name(), "'")),
              std::string(FindClock(state)->kind));
  }
  EXPECT_EQ(Value("SELECT count(*) FROM events WHERE type = 'ClockExpired'"), "3");
}

TEST_F(OrganisationStepsTest, AClockThatOutlivedItsStateDoesNothing) {
  const v1::Organisation before = InState(State::kPublished);
  Execute(
      absl::StrCat("UPDATE deadlines SET state = 'RUNNING', next_attempt = now() - interval "
                   "'1 second' WHERE kind = 'DRAFT_LAPSE' AND resource = '",
                   before.name(), "'"));
  EXPECT_EQ(ExpireClocks(absl::Now()), 1);
  EXPECT_EQ(Read(before.name()).SerializeAsString(), before.SerializeAsString());
}

TEST_F(OrganisationStepsTest, TheDescribedWorkflowIsTheTable) {
  auto workflow =
      Ask(&DescribeOrganisationWorkflow, Service(), v1::DescribeOrganisationWorkflowRequest());
  ASSERT_TRUE(workflow.ok());
  EXPECT_EQ(workflow->version(), "2026-11");
  ASSERT_EQ(workflow->states_size(), 5);
  for (const type::v1::WorkflowState& state : workflow->states()) {
    EXPECT_EQ(state.final(), state.state() == "REVOKED");
    EXPECT_EQ(state.clock().empty(), state.final());
  }
  ASSERT_EQ(workflow->transitions_size(), static_cast<int>(OrganisationSteps().size()) + 1);
  EXPECT_EQ(workflow->transitions(0).event(), "Create");
  EXPECT_EQ(workflow->transitions(0).from(), "");
  for (std::size_t i = 0; i < OrganisationSteps().size(); ++i) {
    const type::v1::Transition& told = workflow->transitions(static_cast<int>(i) + 1);
    EXPECT_EQ(told.from(), std::string(Word(OrganisationSteps()[i].from)));
    EXPECT_EQ(told.event(), std::string(Word(OrganisationSteps()[i].event)));
    EXPECT_EQ(told.to(), std::string(Word(OrganisationSteps()[i].to)));
  }
}

}  // namespace
}  // namespace maplebridge::roster
