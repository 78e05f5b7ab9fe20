#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include "services/registry/api/report_dispute.h"
#include "services/registry/api/take_on.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class TakeOnTest : public RegistryTest {
 protected:
  absl::StatusOr<v1::Dispute> Accept(const std::string& name, const std::string& etag = "",
                                     std::optional<Call> call = std::nullopt) {
    v1::AcceptDisputeRequest request;
    request.set_name(name);
    request.set_etag(etag);
    return Ask(&AcceptDispute, call.value_or(HeadCall()), request);
  }
  absl::StatusOr<v1::Dispute> AssignAll(const std::string& name,
                                        const std::vector<std::string>& mediators) {
    v1::AssignMediatorsRequest request;
    request.set_name(name);
    for (const std::string& mediator : mediators) request.add_mediators(mediator);
    return Ask(&AssignMediators, HeadCall(), request);
  }
  std::string DeadlinesOf(const std::string& name) {
    return Value(
        "SELECT string_agg(kind || ' ' || state, ', ' ORDER BY kind) FROM deadlines WHERE "
        "resource = '" +
        name + "'");
  }
};

TEST_F(TakeOnTest, AcceptingStartsTheLimitAndMeetsTheClockBefore) {
  const v1::Dispute reported = Reported();
  auto accepted = Accept(reported.name(), reported.etag());
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->state(), v1::DISPUTE_STATE_ACCEPTED);
  EXPECT_EQ(accepted->revision(), 2);
  EXPECT_NE(accepted->etag(), reported.etag());
  EXPECT_EQ(accepted->clock(), "mediation");
  EXPECT_TRUE(accepted->has_accept_time());
  EXPECT_EQ(DeadlinesOf(reported.name()), "accept MET, mediation RUNNING");
  EXPECT_EQ(Value("SELECT organisation_name FROM disputes"), "上城区清波街道人民调解委员会");
  EXPECT_EQ(Value("SELECT string_agg(type, ' ' ORDER BY position) FROM events"), "Report Accept");
}

TEST_F(TakeOnTest, AStaleEtagChangesNothing) {
  const v1::Dispute reported = Reported();
  ASSERT_TRUE(Accept(reported.name()).ok());
  const std::string before = RowCounts();
  v1::AssignMediatorsRequest request;
  request.set_name(reported.name());
  request.set_etag(reported.etag());
  request.add_mediators(kMediator);
  request.set_request_id(NewRequestId());
  absl::Status status = Ask(&AssignMediators, HeadCall(), request).status();
  ExpectError(status, StatusCode::kAborted, reason::kEtagStale);
  EXPECT_TRUE(absl::StrContains(status.message(), reported.name())) << status;
  EXPECT_EQ(RowCounts(), before) << "the request_id is free again, too";
  EXPECT_EQ(Get(reported.name()).state(), v1::DISPUTE_STATE_ACCEPTED);
}

TEST_F(TakeOnTest, AcceptingTwiceIsRefusedByTheState) {
  const std::string name = Accepted().name();
  absl::Status status = Accept(name).status();
  ExpectError(status, StatusCode::kFailedPrecondition, reason::kStateForbids);
}

TEST_F(TakeOnTest, ARepeatedAcceptanceAnswersTheSame) {
  v1::AcceptDisputeRequest request;
  request.set_name(Reported().name());
  request.set_request_id(NewRequestId());
  const v1::Dispute first = Must(&AcceptDispute, HeadCall(), request);
  const std::string before = RowCounts();
  const v1::Dispute again = Must(&AcceptDispute, HeadCall(), request);
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(RowCounts(), before);
}

TEST_F(TakeOnTest, OnlyAPublishedOrganisationTakesCases) {
  const std::string name = Reported().name();
  for (auto state : {roster::v1::ORGANISATION_STATE_DRAFT, roster::v1::ORGANISATION_STATE_SUSPENDED,
                     roster::v1::ORGANISATION_STATE_REVOKED}) {
    roster().organisations[kOrganisation].set_state(state);
    ExpectError(Accept(name).status(), StatusCode::kFailedPrecondition,
                reason::kOrganisationNotPublished);
  }
  EXPECT_EQ(Get(name).revision(), 1);
}

TEST_F(TakeOnTest, AnOrganisationOfAnotherCountyIsNotCompetentUnlessOfAnIndustry) {
  v1::ReportDisputeRequest report;
  *report.mutable_dispute() = Draft();
  report.mutable_dispute()->set_division("330105");
  const std::string name = Must(&ReportDispute, HeadCall(), report).name();
  ExpectError(Accept(name).status(), StatusCode::kFailedPrecondition, reason::kGuardFailed);
  roster().organisations[kOrganisation].set_kind(roster::v1::ORGANISATION_KIND_INDUSTRY);
  EXPECT_TRUE(Accept(name).ok());
}

TEST_F(TakeOnTest, AnotherOrganisationNeitherSeesNorTakesIt) {
  const std::string name = Reported().name();
  roster().organisations["organisations/gongshu"] = roster().organisations[kOrganisation];
  absl::Status status = Accept(name, "", StrangerCall()).status();
  ExpectError(status, StatusCode::kNotFound, reason::kResourceNotFound);
}

TEST_F(TakeOnTest, WithoutTheRosterNothingIsDecided) {
  const std::string name = Reported().name();
  roster().Stop();
  ExpectError(Accept(name).status(), StatusCode::kUnavailable, reason::kPeerUnavailable);
  EXPECT_EQ(Get(name).state(), v1::DISPUTE_STATE_REPORTED);
}

TEST_F(TakeOnTest, DecliningNamesReasonAndWayOut) {
  v1::DeclineDisputeRequest request;
  request.set_name(Reported().name());
  request.set_reason(v1::DECLINE_REASON_PARTY_REFUSED);
  request.set_advice("可以向上城区人民法院起诉。");
  const v1::Dispute declined = Must(&DeclineDispute, HeadCall(), request);
  EXPECT_EQ(declined.state(), v1::DISPUTE_STATE_CLOSED_DECLINED);
  EXPECT_EQ(declined.decline_reason(), v1::DECLINE_REASON_PARTY_REFUSED);
  EXPECT_EQ(declined.decline_advice(), "可以向上城区人民法院起诉。");
  EXPECT_EQ(declined.clock(), "archive");
  request.set_advice("");
  ExpectError(Ask(&DeclineDispute, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "advice");
}

TEST_F(TakeOnTest, MediatorsAreThoseOfTheRoster) {
  const std::string name = Accepted().name();
  auto assigned = AssignAll(name, {kMediator});
  ASSERT_TRUE(assigned.ok()) << assigned.status();
  EXPECT_EQ(assigned->state(), v1::DISPUTE_STATE_MEDIATING);
  EXPECT_EQ(assigned->mediators(0), kMediator);
  EXPECT_EQ(assigned->clock(), "mediation");
  EXPECT_EQ(DeadlinesOf(name), "accept MET, mediation RUNNING");
  EXPECT_EQ(Value("SELECT mediator_names::text FROM disputes"), "{王调解}");
}

TEST_F(TakeOnTest, AMediatorWhoIsNotThereOrNotActiveIsRefused) {
  const std::string name = Accepted().name();
  ExpectError(AssignAll(name, {"organisations/qingbo/mediators/nobody"}).status(),
              StatusCode::kNotFound, "");
  roster().mediators[kMediator].set_state(roster::v1::MEDIATOR_STATE_SUSPENDED);
  ExpectError(AssignAll(name, {kMediator}).status(), StatusCode::kFailedPrecondition,
              reason::kGuardFailed);
  ExpectError(AssignAll(name, {"organisations/qingbo"}).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "mediators[0]");
  ExpectError(AssignAll(name, {kMediator, kMediator}).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "mediators[1]");
  ExpectError(AssignAll(name, {kMediator, "organisations/gongshu/mediators/li"}).status(),
              StatusCode::kInvalidArgument, reason::kFieldInvalid, "mediators[1]");
  EXPECT_EQ(Get(name).state(), v1::DISPUTE_STATE_ACCEPTED);
}

TEST_F(TakeOnTest, NobodyAssignsBeforeAcceptance) {
  ExpectError(AssignAll(Reported().name(), {kMediator}).status(), StatusCode::kFailedPrecondition,
              reason::kStateForbids);
}

}  // namespace
}  // namespace maplebridge::registry
