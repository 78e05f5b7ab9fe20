#include <absl/strings/str_cat.h>

#include <fstream>

#include "services/registry/api/materials.h"
#include "services/registry/testing/material_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

constexpr std::int64_t kMiB = 1 << 20;

class MaterialsTest : public MaterialTest {
 protected:
  absl::StatusOr<v1::Material> Get(Call call, const std::string& name) {
    v1::GetMaterialRequest request;
    request.set_name(name);
    return Ask(&GetMaterial, std::move(call), request);
  }
  static v1::WithdrawMaterialRequest Withdrawal(const std::string& name) {
    v1::WithdrawMaterialRequest request;
    request.set_name(name);
    request.set_reason("当事人撤回");
    request.set_request_id(NewRequestId());
    return request;
  }
  static Caller Bureau() {
    Caller bureau;
    bureau.principal = "callers/bureau";
    bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
    bureau.division = "330102";
    return bureau;
  }
};

TEST_F(MaterialsTest, ADownloadIsByteForByteAndRecorded) {
  const std::string bytes = Jpeg(3 * kMiB + 11);
  const v1::Material material = Kept(Reported().name(), bytes);
  const auto received = Download(HeadCall(), material.name());
  ASSERT_TRUE(received.ok()) << received.status();
  EXPECT_EQ(received->bytes, bytes);
  EXPECT_EQ(received->largest, static_cast<std::size_t>(kMiB));
  EXPECT_EQ(received->material.SerializeAsString(), material.SerializeAsString());
  EXPECT_EQ(Value("SELECT count(*) || ' ' || min(principal) FROM party_reads"), "1 callers/head");
}

TEST_F(MaterialsTest, ADownloadThatWasCutGoesOnAtItsOffset) {
  const std::string bytes = Jpeg(3 * kMiB + 11);
  const auto size = static_cast<std::int64_t>(bytes.size());
  const v1::Material material = Kept(Reported().name(), bytes);
  const std::pair<std::int64_t, std::int64_t> ranges[] = {
      {0, 1},        {0, size}, {1, 0},         {kMiB - 1, 2}, {kMiB, kMiB},   {kMiB + 5, 0},
      {size - 1, 0}, {size, 0}, {size - 1, 99}, {5, 2 * kMiB}, {7, INT64_MAX}, {3 * kMiB, 11},
  };
  for (const auto& [offset, length] : ranges) {
    const auto received = Download(HeadCall(), material.name(), offset, length);
    ASSERT_TRUE(received.ok()) << received.status();
    const std::size_t expected = length == 0 ? std::string::npos : static_cast<std::size_t>(length);
    EXPECT_EQ(received->bytes, bytes.substr(static_cast<std::size_t>(offset), expected))
        << offset << " " << length;
  }
  ExpectError(Download(HeadCall(), material.name(), size + 1).status(),
              StatusCode::kInvalidArgument, reason::kFieldInvalid, "offset");
  ExpectError(Download(HeadCall(), material.name(), -1).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "offset");
  ExpectError(Download(HeadCall(), material.name(), 0, -1).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "length");
}

TEST_F(MaterialsTest, OnlyThoseWhoWorkOnTheDisputeAndAuditorsRead) {
  const v1::Dispute dispute = Reported();
  const v1::Material material = Kept(dispute.name(), Jpeg());
  v1::ListMaterialsRequest list;
  list.set_parent(dispute.name());
  const std::string reads = Value("SELECT count(*)::text FROM party_reads");
  struct Case {
    Call call;
    StatusCode code;
  };
  const Case refused[] = {{StrangerCall(), StatusCode::kNotFound},
                          {CourtCall(), StatusCode::kNotFound},
                          {CallBy(Bureau()), StatusCode::kPermissionDenied}};
  for (const Case& each : refused) {
    EXPECT_EQ(Get(each.call, material.name()).status().code(), each.code);
    EXPECT_EQ(Download(each.call, material.name()).status().code(), each.code);
    EXPECT_EQ(Ask(&ListMaterialPage, each.call, list).status().code(), each.code);
    EXPECT_EQ(Ask(&WithdrawMaterial, each.call, Withdrawal(material.name())).status().code(),
              each.code);
  }
  EXPECT_EQ(Value("SELECT count(*)::text FROM party_reads"), reads);
  for (const Call& call : {HeadCall(), AuditorCall()}) {
    EXPECT_TRUE(Get(call, material.name()).ok());
    EXPECT_TRUE(Download(call, material.name()).ok());
    EXPECT_TRUE(Ask(&ListMaterialPage, call, list).ok());
  }
  EXPECT_REFUSED(Ask(&WithdrawMaterial, AuditorCall(), Withdrawal(material.name())).status(),
                 StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
}

TEST_F(MaterialsTest, ACourtReadsNoMaterialOfItsOwnCase) {
  const v1::Dispute dispute = Reported();
  const v1::Material material = Kept(dispute.name(), Jpeg());
  Execute(absl::StrCat("UPDATE disputes SET court = '", kCourt,
                       "', referral = 'referrals/x', source = 'REFERRAL'"));
  EXPECT_EQ(Get(CourtCall(), material.name()).status().code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(Download(CourtCall(), material.name()).status().code(), StatusCode::kPermissionDenied);
}

TEST_F(MaterialsTest, AListHasAllByNumberInPages) {
  const v1::Dispute dispute = Reported();
  for (int i = 0; i < 5; ++i) Kept(dispute.name(), Jpeg(static_cast<std::size_t>(4000 + i)));
  Must(&WithdrawMaterial, HeadCall(), Withdrawal(dispute.name() + "/materials/2"));
  v1::ListMaterialsRequest request;
  request.set_parent(dispute.name());
  request.set_page_size(2);
  std::string listed;
  do {
    const auto page = Must(&ListMaterialPage, HeadCall(), request);
    EXPECT_LE(page.materials_size(), 2);
    for (const v1::Material& material : page.materials()) {
      absl::StrAppend(&listed, material.name().substr(material.name().rfind('/')),
                      material.state() == v1::MATERIAL_STATE_WITHDRAWN ? "w" : "");
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, "/1/2w/3/4/5");
}

TEST_F(MaterialsTest, AWithdrawnMaterialIsKeptForAuditorsOnly) {
  const v1::Dispute dispute = Reported();
  const std::string bytes = Jpeg();
  const v1::Material material = Kept(dispute.name(), bytes);
  v1::WithdrawMaterialRequest request = Withdrawal(material.name());
  request.set_etag("stale");
  EXPECT_REFUSED(Ask(&WithdrawMaterial, HeadCall(), request).status(), StatusCode::kAborted,
                 reason::kEtagStale);
  request.set_etag(material.etag());
  for (const std::string& wrong : {std::string(), std::string(1001, 'a')}) {
    v1::WithdrawMaterialRequest bad = request;
    bad.set_reason(wrong);
    ExpectError(Ask(&WithdrawMaterial, HeadCall(), bad).status(), StatusCode::kInvalidArgument,
                reason::kFieldInvalid, "reason");
  }
  const v1::Material withdrawn = Must(&WithdrawMaterial, HeadCall(), request);
  EXPECT_EQ(withdrawn.state(), v1::MATERIAL_STATE_WITHDRAWN);
  EXPECT_EQ(withdrawn.withdraw_reason(), "当事人撤回");
  EXPECT_TRUE(withdrawn.has_withdraw_time());
  EXPECT_EQ(withdrawn.revision(), 2);
  EXPECT_EQ(Must(&WithdrawMaterial, HeadCall(), request).SerializeAsString(),
            withdrawn.SerializeAsString());
  EXPECT_REFUSED(Ask(&WithdrawMaterial, HeadCall(), Withdrawal(material.name())).status(),
                 StatusCode::kFailedPrecondition, reason::kStateForbids);
  EXPECT_REFUSED(Download(HeadCall(), material.name()).status(), StatusCode::kFailedPrecondition,
                 reason::kStateForbids);
  EXPECT_EQ(Get(HeadCall(), material.name())->withdraw_reason(), "当事人撤回");
  EXPECT_EQ(Download(AuditorCall(), material.name())->bytes, bytes);
  const std::string where =
      absl::StrCat(" FROM events WHERE resource = '", material.name(), "' AND revision = 2");
  EXPECT_EQ(Value("SELECT type || ' ' || from_state || ' ' || to_state" + where),
            "WithdrawMaterial KEPT WITHDRAWN");
  EXPECT_EQ(Value("SELECT (position(convert_to('撤回', 'UTF8') IN payload) = 0)::text" + where),
            "true");
  // Its number is not given again.
  EXPECT_EQ(Kept(dispute.name(), Png()).name(), dispute.name() + "/materials/2");
}

TEST_F(MaterialsTest, WhatWasChangedOnTheDiskIsNotSent) {
  const std::string bytes = Jpeg(2 * kMiB);
  const v1::Material material = Kept(Reported().name(), bytes);
  const std::string path =
      absl::StrCat(files_, "/contents/", material.sha256().substr(0, 2), "/", material.sha256());
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(kMiB + 9000);
  file.put('x').flush();
  ExpectError(Download(HeadCall(), material.name()).status(), StatusCode::kDataLoss,
              reason::kDigestDiffers);
  EXPECT_EQ(Download(HeadCall(), material.name(), 0, kMiB)->bytes, bytes.substr(0, kMiB))
      << "the other half is as it was";
}

TEST_F(MaterialsTest, ADiskThatCannotBeReadIsUnavailable) {
  const v1::Material material = Kept(Reported().name(), Jpeg());
  store_->at = FaultyFileStore::Call::kRead;
  store_->fault = RetryLaterError(StatusCode::kUnavailable, reason::kFileStoreUnavailable, "gone",
                                  absl::Seconds(1));
  ExpectError(Download(HeadCall(), material.name()).status(), StatusCode::kUnavailable,
              reason::kFileStoreUnavailable);
}

}  // namespace
}  // namespace maplebridge::registry
