#include "common/server/message_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "maplebridge/registry/v1/dispute.pb.h"

namespace maplebridge {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kNumber[] = "11010519491231002X";

registry::v1::ReportDisputeRequest Request() {
  registry::v1::ReportDisputeRequest request;
  registry::v1::Dispute& dispute = *request.mutable_dispute();
  dispute.set_category("NEIGHBOURHOOD");
  dispute.set_source(registry::v1::DISPUTE_SOURCE_POLICE);
  dispute.set_division("330102001000");
  dispute.set_summary("两家因排水起争执");
  type::v1::Party& party = *dispute.add_parties();
  party.set_party_id("p1");
  party.set_kind(type::v1::PARTY_KIND_PERSON);
  party.set_position(type::v1::PARTY_POSITION_APPLICANT);
  party.set_display_name("李某");
  party.set_identity_kind(type::v1::IDENTITY_KIND_RESIDENT);
  party.set_identity_number(kNumber);
  party.set_telephone("13800000000");
  return request;
}

TEST(CheckRequired, NamesEveryFieldThatIsMissingAndEveryUnknownValue) {
  registry::v1::ReportDisputeRequest request = Request();
  EXPECT_TRUE(CheckRequired(request).ok()) << CheckRequired(request);
  request.mutable_dispute()->clear_summary();
  request.mutable_dispute()->mutable_parties(0)->clear_display_name();
  request.mutable_dispute()->mutable_parties(0)->set_identity_kind(
      static_cast<type::v1::IdentityKind>(77));
  const absl::Status status = CheckRequired(request);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.ToString(), HasSubstr("dispute.summary"));
  EXPECT_THAT(status.ToString(), HasSubstr("dispute.parties[0].display_name"));
  EXPECT_THAT(status.ToString(), HasSubstr("dispute.parties[0].identity_kind"));
  EXPECT_THAT(status.ToString(), Not(HasSubstr(kNumber)));
}

TEST(CheckRequired, RefusesTextsThatPostgresCannotKeep) {
  registry::v1::ReportDisputeRequest request = Request();
  request.mutable_dispute()->mutable_parties(0)->set_service_address(std::string("a\0b", 3));
  EXPECT_THAT(CheckRequired(request).ToString(), HasSubstr("dispute.parties[0].service_address"));
}

TEST(DescribeMalformed, NamesTheTextThatIsNotUtf8) {
  std::string bytes = Request().SerializeAsString();
  bytes[bytes.find("李")] = '\xff';
  registry::v1::ReportDisputeRequest parsed;
  ASSERT_FALSE(parsed.ParseFromString(bytes)) << "protobuf itself refuses it";
  const absl::Status status = DescribeMalformed(bytes, *parsed.descriptor());
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.ToString(), HasSubstr("dispute.parties.display_name"));
}

TEST(DescribeMalformed, SaysWhenTheWireFormItselfIsBroken) {
  const std::string bytes = Request().SerializeAsString();
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    const absl::Status status =
        DescribeMalformed(bytes.substr(0, cut), *registry::v1::ReportDisputeRequest::descriptor());
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << cut;
  }
}

TEST(StripPrivate, LeavesNothingPersonalAtAnyDepth) {
  registry::v1::ReportDisputeRequest request = Request();
  StripPrivate(&request);
  const std::string text = request.SerializeAsString();
  for (const char* secret : {kNumber, "13800000000", "李某", "排水"}) {
    EXPECT_THAT(text, Not(HasSubstr(secret)));
  }
  EXPECT_EQ(request.dispute().division(), "330102001000");
}

}  // namespace
}  // namespace maplebridge
