// The registry by its wire: who may call, what a malformed request is told, the streams, and what
// runs in the background.
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include "maplebridge/registry/v1/dispute.grpc.pb.h"
#include "maplebridge/registry/v1/document.grpc.pb.h"
#include "maplebridge/registry/v1/registry_feed.grpc.pb.h"
#include "services/registry/api/case_document.h"
#include "services/registry/api/service.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/registry_server.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

constexpr char kDisputes[] = "/maplebridge.registry.v1.DisputeService/";
constexpr char kWatch[] = "/maplebridge.registry.v1.RegistryFeedService/WatchEvents";

class ServiceTest : public RegistryServerTest {
 protected:
  absl::StatusOr<v1::Dispute> Report(const v1::Dispute& dispute, const Caller* caller,
                                     const std::string& context_method = "ReportDispute") {
    auto stub = v1::DisputeService::NewStub(ChannelOf("gateway"));
    v1::ReportDisputeRequest request;
    *request.mutable_dispute() = dispute;
    v1::Dispute answer;
    grpc::Status status =
        stub->ReportDispute(By(caller, kDisputes + context_method).get(), request, &answer);
    if (!status.ok()) return FromGrpcStatus(status);
    return answer;
  }
  // The first `count` events that the caller sees from position 0.
  absl::StatusOr<std::vector<feed::v1::Event>> Watch(const std::string& service,
                                                     const Caller* caller, std::size_t count) {
    auto stub = v1::RegistryFeedService::NewStub(ChannelOf(service));
    auto context = By(caller, kWatch);
    auto stream = stub->WatchEvents(context.get(), feed::v1::WatchEventsRequest());
    std::vector<feed::v1::Event> events;
    feed::v1::WatchEventsResponse response;
    while (events.size() < count && stream->Read(&response)) {
      if (response.has_event()) events.push_back(response.event());
    }
    if (events.size() < count) return FromGrpcStatus(stream->Finish());
    context->TryCancel();
    stream->Finish();
    return events;
  }
};

TEST_F(ServiceTest, ADisputeIsReportedAndReadByTheWire) {
  const Caller head = Head();
  auto reported = Report(Draft(), &head);
  ASSERT_TRUE(reported.ok()) << reported.status();
  auto stub = v1::DisputeService::NewStub(ChannelOf("gateway"));
  v1::GetDisputeRequest request;
  request.set_name(reported->name());
  v1::Dispute read;
  grpc::Status status =
      stub->GetDispute(By(&head, absl::StrCat(kDisputes, "GetDispute")).get(), request, &read);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(read.SerializeAsString(), reported->SerializeAsString());
}

TEST_F(ServiceTest, WithoutIdentityWithTheWrongRoleAndWithAnotherMethodsContextNothingIsDone) {
  const Caller head = Head(), court = Court();
  ExpectError(Report(Draft(), nullptr).status(), StatusCode::kUnauthenticated,
              reason::kIdentityMissing);
  ExpectError(Report(Draft(), &court).status(), StatusCode::kPermissionDenied,
              reason::kRoleNotAllowed);
  ExpectError(Report(Draft(), &head, "GetDispute").status(), StatusCode::kUnauthenticated,
              reason::kContextInvalid);
  EXPECT_EQ(Value("SELECT count(*)::text FROM disputes"), "0");
}

TEST_F(ServiceTest, AServiceIsKnownByItsCertificateAndItsContextIsNotLookedAt) {
  const Caller head = Head();
  const std::string name = Report(Draft(), &head)->name();
  auto stub = v1::DisputeService::NewStub(ChannelOf("docking"));
  v1::GetDisputeRequest get;
  get.set_name(name);
  v1::Dispute read;
  EXPECT_TRUE(stub->GetDispute(By(nullptr).get(), get, &read).ok());
  // docking cannot pass itself off as a head.
  v1::ReportDisputeRequest report;
  *report.mutable_dispute() = Draft(2);
  grpc::Status status =
      stub->ReportDispute(By(&head, absl::StrCat(kDisputes, "ReportDispute")).get(), report, &read);
  ExpectError(FromGrpcStatus(status), StatusCode::kPermissionDenied, reason::kRoleNotAllowed);
}

TEST_F(ServiceTest, AWatcherMayHaveSeveralEventsInOneAnswer) {
  const Caller head = Head();
  for (int i = 1; i <= 5; ++i) ASSERT_TRUE(Report(Draft(i), &head).ok());
  // They are there, and settled.
  ASSERT_TRUE(Watch("gateway", &head, 5).ok());
  auto stub = v1::RegistryFeedService::NewStub(ChannelOf("gateway"));
  feed::v1::WatchEventsRequest request;
  request.set_batch_size(3);
  auto context = By(&head, kWatch);
  auto stream = stub->WatchEvents(context.get(), request);
  feed::v1::WatchEventsResponse first, second;
  ASSERT_TRUE(stream->Read(&first));
  ASSERT_TRUE(stream->Read(&second));
  EXPECT_FALSE(first.has_event());
  ASSERT_EQ(first.events_size(), 3);
  ASSERT_EQ(second.events_size(), 2);
  EXPECT_EQ(first.settled_position(), first.events(2).position());
  EXPECT_LT(first.events(2).position(), second.events(0).position());
  context->TryCancel();
  stream->Finish();
  request.set_batch_size(501);
  auto refused = By(&head, kWatch);
  auto none = stub->WatchEvents(refused.get(), request);
  EXPECT_FALSE(none->Read(&first));
  ExpectError(FromGrpcStatus(none->Finish()), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "batch_size");
}

TEST_F(ServiceTest, TextThatIsNotUtf8NamesItsFieldAndStoresNothing) {
  const Caller head = Head();
  v1::Dispute dispute = Draft();
  dispute.set_summary("货款\xFF未付");
  ExpectError(Report(dispute, &head).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "dispute.summary");
  EXPECT_EQ(Value("SELECT count(*)::text FROM disputes"), "0");
}

TEST_F(ServiceTest, WhatIsRequiredAndWhatIsUnknownIsNamed) {
  const Caller head = Head();
  v1::Dispute dispute = Draft();
  dispute.clear_category();
  dispute.mutable_parties(1)->clear_position();
  dispute.set_source(static_cast<v1::DisputeSource>(99));
  absl::Status status = Report(dispute, &head).status();
  EXPECT_EQ(ReasonOf(status), reason::kFieldInvalid);
  EXPECT_EQ(FieldsOf(status), (std::vector<std::string>{"dispute.category", "dispute.source",
                                                        "dispute.parties[1].position"}));
}

TEST_F(ServiceTest, TheFeedTellsEachWatcherWhatItMaySee) {
  const Caller head = Head();
  const std::string name = Report(Draft(), &head)->name();
  Report(Draft(2), &head).IgnoreError();
  auto all = Watch("docking", nullptr, 2);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ((*all)[0].resource(), name);
  EXPECT_EQ((*all)[0].type(), "Report");
  EXPECT_EQ((*all)[0].to_state(), "REPORTED");
  EXPECT_LT((*all)[0].position(), (*all)[1].position());
  v1::Dispute payload;
  ASSERT_TRUE((*all)[0].payload().UnpackTo(&payload));
  EXPECT_EQ(payload.name(), name);
  EXPECT_EQ(payload.parties_size(), 0);
  for (const feed::v1::Event& event : *all) {
    for (const char* secret : {"张三", "货款未付", "13800138000", "杭州"}) {
      EXPECT_FALSE(absl::StrContains(event.SerializeAsString(), secret)) << secret;
    }
  }
  auto own = Watch("gateway", &head, 2);
  EXPECT_TRUE(own.ok()) << own.status();
  Caller party;
  party.principal = "callers/party";
  party.roles = {options::v1::ROLE_PARTY};
  ExpectError(Watch("gateway", &party, 1).status(), StatusCode::kPermissionDenied,
              reason::kRoleNotAllowed);
}

TEST_F(ServiceTest, AnotherOrganisationsWatcherSeesOnlyItsOwn) {
  const Caller head = Head();
  Report(Draft(), &head).IgnoreError();
  Caller other = Head();
  other.principal = "callers/gongshu";
  other.organisation = "organisations/gongshu";
  v1::Dispute dispute = Draft(2);
  dispute.set_organisation(other.organisation);
  const std::string own = Report(dispute, &other)->name();
  auto seen = Watch("gateway", &other, 1);
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_EQ((*seen)[0].resource(), own);
}

TEST_F(ServiceTest, ADocumentComesInChunksByTheWire) {
  const v1::Agreement agreement = Agree(Mediating().name(), absl::CivilDay(2030, 6, 30));
  auto stub = v1::DocumentService::NewStub(ChannelOf("gateway"));
  const Caller head = Head();
  auto context = By(&head, "/maplebridge.registry.v1.DocumentService/DownloadDocument");
  v1::DownloadDocumentRequest request;
  request.set_name(agreement.document().document());
  auto stream = stub->DownloadDocument(context.get(), request);
  v1::DownloadDocumentResponse response;
  ASSERT_TRUE(stream->Read(&response));
  const v1::Document document = response.document();
  EXPECT_EQ(document.sha256(), agreement.document().sha256());
  std::string bytes;
  while (stream->Read(&response)) bytes += response.chunk();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(bytes.substr(0, 5), "%PDF-");
  EXPECT_EQ(static_cast<std::int64_t>(bytes.size()), document.size());
}

TEST_F(ServiceTest, ADocumentIsMadeByThoseWhoMayAndVerifiedByAnyone) {
  const std::string name = Accepted().name();
  auto stub = v1::DocumentService::NewStub(ChannelOf("gateway"));
  const Caller head = Head(), court = Court();
  const std::string method = "/maplebridge.registry.v1.DocumentService/";
  v1::CreateDocumentRequest create;
  create.set_parent(name);
  v1::Document made;
  grpc::Status status =
      stub->CreateDocument(By(&head, method + "CreateDocument").get(), create, &made);
  ExpectError(FromGrpcStatus(status), StatusCode::kInvalidArgument, reason::kFieldInvalid, "kind");
  create.set_kind(v1::DOCUMENT_KIND_ACCEPTANCE_NOTICE);
  status = stub->CreateDocument(By(&court, method + "CreateDocument").get(), create, &made);
  ExpectError(FromGrpcStatus(status), StatusCode::kPermissionDenied, reason::kRoleNotAllowed);
  status = stub->CreateDocument(By(&head, method + "CreateDocument").get(), create, &made);
  ASSERT_TRUE(status.ok()) << status.error_message();
  v1::VerifyDocumentRequest verify;
  verify.set_number(made.number());
  verify.set_verification_code(
      VerificationCodeOf(registry(), made.number(), name.substr(std::string("disputes/").size())));
  Caller anyone;
  anyone.roles = {options::v1::ROLE_PUBLIC};
  v1::VerifyDocumentResponse verified;
  status = stub->VerifyDocument(By(&anyone, method + "VerifyDocument").get(), verify, &verified);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(verified.sha256(), made.sha256());
}

TEST_F(ServiceTest, AClockThatIsDueEndsByItself) {
  const Caller head = Head();
  const std::string name = Report(Draft(), &head)->name();
  Execute("UPDATE deadlines SET next_attempt = now() - interval '1 second'");
  AwaitValue("SELECT overdue::text FROM disputes", "true");
  EXPECT_EQ(Get(name).state(), v1::DISPUTE_STATE_REPORTED);
}

TEST_F(ServiceTest, DockingsFeedIsFollowedFromAcceptanceToWithdrawal) {
  constexpr char kReferral[] = "referrals/0196a1b2-0000-7000-8000-000000000001";
  docking::v1::Referral& referral = docking_.referrals[kReferral];
  referral.set_name(kReferral);
  referral.set_court(kCourt);
  referral.set_category("CONTRACT");
  referral.set_division("330102001000");
  referral.set_summary("货款");
  referral.set_organisation(kOrganisation);
  referral.mutable_deadline()->mutable_deadline()->set_due_day("2030-01-31");
  const v1::Dispute draft = Draft();
  docking_.parties[kReferral].assign(draft.parties().begin(), draft.parties().end());
  feed::v1::Event event;
  event.set_type("Accept");
  event.set_resource(kReferral);
  event.set_from_state("SENT");
  event.set_to_state("ACCEPTED");
  event.mutable_payload()->PackFrom(referral);
  docking_.Tell(event);
  AwaitValue("SELECT state || ' ' || referral FROM disputes", absl::StrCat("ACCEPTED ", kReferral));
  event.set_type("Withdraw");
  event.set_from_state("ACCEPTED");
  event.set_to_state("WITHDRAWN");
  docking_.Tell(event);
  AwaitValue("SELECT state FROM disputes", "CLOSED_WITHDRAWN");
  EXPECT_EQ(Value("SELECT position::text FROM feed_cursors WHERE source = 'docking'"), "20");
  auto told = Watch("docking", nullptr, 2);
  ASSERT_TRUE(told.ok()) << told.status();
  EXPECT_EQ((*told)[1].type(), "Withdraw");
  EXPECT_EQ((*told)[1].court(), kCourt);
}

TEST_F(ServiceTest, TheWorkflowIsToldWithEveryClock) {
  auto stub = v1::DisputeService::NewStub(ChannelOf("gateway"));
  type::v1::Workflow workflow;
  grpc::Status status = stub->DescribeDisputeWorkflow(
      By(nullptr).get(), v1::DescribeDisputeWorkflowRequest(), &workflow);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(workflow.states_size(), 14);
  for (const auto& state : workflow.states()) {
    EXPECT_EQ(state.clock().empty(), state.final()) << state.state();
  }
  EXPECT_GT(workflow.transitions_size(), 50);
}

}  // namespace
}  // namespace maplebridge::registry
