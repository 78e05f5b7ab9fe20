#include <absl/strings/str_join.h>

#include "services/registry/api/closing.h"
#include "services/registry/api/dispute_links.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/take_on.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class DisputeLinkTest : public RegistryTest {
 protected:
  Call BureauCall(const std::string& division = "330102") {
    Caller bureau;
    bureau.principal = "callers/bureau";
    bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
    bureau.division = division;
    return CallBy(bureau);
  }
  // The same parties and matter as Reported(sequence), told in other words.
  v1::Dispute ReportedAgain(int sequence) {
    v1::ReportDisputeRequest request;
    *request.mutable_dispute() = Draft(sequence);
    request.mutable_dispute()->set_summary("对方货款未付，再次申请");
    return Must(&ReportDispute, HeadCall(), request);
  }
  static v1::MergeDisputeRequest Merger(const std::string& name, const std::string& into) {
    v1::MergeDisputeRequest request;
    request.set_name(name);
    request.set_into(into);
    request.set_explanation("同一当事人就同一事由重复申请");
    return request;
  }
  v1::Dispute Merged(const std::string& name, const std::string& into) {
    return Must(&MergeDispute, HeadCall(), Merger(name, into));
  }
  std::string Candidates(Call call, const std::string& name) {
    v1::ListDuplicateCandidatesRequest request;
    request.set_parent(name);
    std::string found;
    const auto response = Must(&ListDuplicateCandidates, std::move(call), request);
    for (const v1::DuplicateCandidate& candidate : response.candidates()) {
      found += candidate.dispute() + " ";
    }
    return found;
  }
  static v1::CreateDisputeLinkRequest Link(const std::string& name, const std::string& other) {
    v1::CreateDisputeLinkRequest request;
    request.set_parent(name);
    request.mutable_link()->set_other(other);
    request.mutable_link()->set_kind(v1::DISPUTE_LINK_KIND_GROUP);
    request.mutable_link()->set_explanation("同一楼盘逾期交房");
    return request;
  }
};

TEST_F(DisputeLinkTest, TheSamePeopleAndMatterAreACandidateWithReasons) {
  const v1::Dispute first = Reported(1);
  const v1::Dispute again = ReportedAgain(1);
  Reported(2);
  v1::ListDuplicateCandidatesRequest request;
  request.set_parent(again.name());
  const auto response = Must(&ListDuplicateCandidates, HeadCall(), request);
  ASSERT_GE(response.candidates_size(), 1);
  EXPECT_EQ(response.candidates(0).dispute(), first.name());
  EXPECT_GE(response.candidates(0).score(), 0.9);
  EXPECT_EQ(response.candidates(0).reasons(0), "2 identity numbers in common");
  ExpectError(Ask(&ListDuplicateCandidates, StrangerCall(), request).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
}

TEST_F(DisputeLinkTest, AMergedDisputeIsClosedAndMayBePartedAgain) {
  const v1::Dispute first = Accepted(1);
  const v1::Dispute again = ReportedAgain(1);
  const v1::Dispute merged = Merged(again.name(), first.name());
  EXPECT_EQ(merged.state(), v1::DISPUTE_STATE_CLOSED_MERGED);
  EXPECT_EQ(merged.merged_into(), first.name());
  EXPECT_EQ(merged.clock(), "archive");
  EXPECT_EQ(Candidates(HeadCall(), first.name()), "");
  v1::AcceptDisputeRequest accept;
  accept.set_name(again.name());
  ExpectError(Ask(&AcceptDispute, HeadCall(), accept).status(), StatusCode::kFailedPrecondition,
              reason::kStateForbids);
  v1::UnmergeDisputeRequest unmerge;
  unmerge.set_name(again.name());
  unmerge.set_explanation("经核对系另一批货物");
  const v1::Dispute parted = Must(&UnmergeDispute, HeadCall(), unmerge);
  EXPECT_EQ(parted.state(), v1::DISPUTE_STATE_REPORTED);
  EXPECT_EQ(parted.merged_into(), "");
  EXPECT_EQ(parted.clock(), "accept");
  EXPECT_EQ(Value("SELECT string_agg(is_undone::text, ' ' ORDER BY dispute_revision) FROM mergers"),
            "false true");
  EXPECT_EQ(Must(&AcceptDispute, HeadCall(), accept).state(), v1::DISPUTE_STATE_ACCEPTED);
}

TEST_F(DisputeLinkTest, WhatWasMergedOrArchivedTakesNoOther) {
  const v1::Dispute first = Reported(1), second = Reported(2), third = Reported(3);
  ExpectError(Ask(&MergeDispute, HeadCall(), Merger(first.name(), first.name())).status(),
              StatusCode::kInvalidArgument, reason::kFieldInvalid, "into");
  Merged(second.name(), first.name());
  ExpectError(Ask(&MergeDispute, HeadCall(), Merger(third.name(), second.name())).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  // Not in a ring either.
  ExpectError(Ask(&MergeDispute, HeadCall(), Merger(first.name(), second.name())).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  v1::ArchiveDisputeRequest archive;
  archive.set_name(second.name());
  archive.set_retention(v1::RETENTION_SHORT_TERM);
  EXPECT_EQ(Must(&ArchiveDispute, HeadCall(), archive).merged_into(), first.name());
}

TEST_F(DisputeLinkTest, TheBureauMergesAcrossOrganisationsOfItsPlace) {
  const v1::Dispute first = Reported(1);
  const v1::Dispute again = ReportedAgain(1);
  Execute(
      "UPDATE disputes SET organisation = 'organisations/gongshu' WHERE 'disputes/' || number "
      "= '" +
      again.name() + "'");
  ExpectError(Ask(&MergeDispute, HeadCall(), Merger(first.name(), again.name())).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  ExpectError(Ask(&MergeDispute, BureauCall("330105"), Merger(again.name(), first.name())).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  EXPECT_EQ(Must(&MergeDispute, BureauCall(), Merger(again.name(), first.name())).state(),
            v1::DISPUTE_STATE_CLOSED_MERGED);
}

TEST_F(DisputeLinkTest, SeeingBothIsNotEnoughToMerge) {
  const v1::Dispute first = Reported(1);
  const v1::Dispute again = ReportedAgain(1);
  Execute(
      "UPDATE disputes SET organisation = 'organisations/gongshu' WHERE 'disputes/' || number "
      "= '" +
      first.name() + "'");
  Caller both;
  both.principal = "callers/two-hats";
  both.roles = {options::v1::ROLE_ORGANISATION_HEAD, options::v1::ROLE_AUDITOR};
  both.organisation = kOrganisation;
  ExpectError(Ask(&MergeDispute, CallBy(both), Merger(again.name(), first.name())).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
}

TEST_F(DisputeLinkTest, ALinkIsSeenFromBothSidesAndEnds) {
  const v1::Dispute first = Reported(1), second = Reported(2), third = Reported(3);
  const v1::DisputeLink link =
      Must(&CreateDisputeLink, HeadCall(), Link(second.name(), first.name()));
  EXPECT_EQ(link.other(), first.name());
  Must(&CreateDisputeLink, HeadCall(), Link(second.name(), third.name()));
  ExpectError(Ask(&CreateDisputeLink, HeadCall(), Link(first.name(), second.name())).status(),
              StatusCode::kAlreadyExists, reason::kResourceExists);
  v1::ListDisputeLinksRequest list;
  list.set_parent(second.name());
  list.set_page_size(1);
  v1::ListDisputeLinksResponse page = Must(&ListDisputeLinkPage, HeadCall(), list);
  EXPECT_EQ(page.links(0).other(), first.name());
  list.set_page_token(page.next_page_token());
  page = Must(&ListDisputeLinkPage, HeadCall(), list);
  EXPECT_EQ(page.links(0).other(), third.name());
  EXPECT_EQ(page.next_page_token(), "");
  v1::EndDisputeLinkRequest end;
  end.set_name(first.name() + "/links/" + second.name().substr(9));
  EXPECT_TRUE(Must(&EndDisputeLink, HeadCall(), end).has_end_time());
  ExpectError(Ask(&EndDisputeLink, HeadCall(), end).status(), StatusCode::kFailedPrecondition,
              reason::kStateForbids);
  EXPECT_FALSE(
      Must(&CreateDisputeLink, HeadCall(), Link(first.name(), second.name())).has_end_time());
}

TEST_F(DisputeLinkTest, NobodyLinksWhatHeMayNotSee) {
  const v1::Dispute first = Reported(1), second = Reported(2);
  ExpectError(Ask(&CreateDisputeLink, StrangerCall(), Link(first.name(), second.name())).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
}

}  // namespace
}  // namespace maplebridge::registry
