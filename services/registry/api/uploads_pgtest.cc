#include <absl/strings/str_cat.h>

#include "services/registry/api/append_upload.h"
#include "services/registry/api/uploads.h"
#include "services/registry/testing/material_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

constexpr std::int64_t kMiB = 1 << 20;

class UploadsTest : public MaterialTest {
 protected:
  absl::Status CreateStatus(const v1::CreateUploadRequest& request) {
    return Ask(&CreateUpload, HeadCall(), request).status();
  }
  absl::Status CancelStatus(Call call, const std::string& name) {
    v1::CancelUploadRequest request;
    request.set_name(name);
    return Ask(&CancelUpload, std::move(call), request).status();
  }
};

TEST_F(UploadsTest, AnAnnouncementOpensAnUploadForADay) {
  const v1::Dispute dispute = Reported();
  const v1::CreateUploadRequest request = Announcement(dispute.name(), 3 * kMiB);
  Call call = HeadCall();
  const v1::Upload upload = Must(&CreateUpload, call, request);
  EXPECT_EQ(upload.state(), v1::UPLOAD_STATE_OPEN);
  EXPECT_EQ(upload.committed_size(), 0);
  EXPECT_EQ(upload.file_name(), "收条.jpg");
  EXPECT_EQ(upload.expire_time().seconds() - upload.create_time().seconds(), 24 * 3600);
  EXPECT_EQ(GetUpload(upload.name()).SerializeAsString(), upload.SerializeAsString());
  EXPECT_EQ(Value("SELECT count(*)::text FROM events WHERE resource LIKE '%uploads%'"), "0");

  const v1::Upload again = Must(&CreateUpload, HeadCall(), request);
  EXPECT_EQ(again.name(), upload.name()) << "the same request happens once";
  EXPECT_EQ(Value("SELECT count(*)::text FROM uploads"), "1");
}

TEST_F(UploadsTest, TheNameOfTheFileStandsSealedInTheDatabase) {
  Announce(Reported().name(), 1);
  EXPECT_EQ(Value("SELECT (position(convert_to('收条', 'UTF8') IN file_name) = 0)::text "
                  "FROM uploads"),
            "true");
}

TEST_F(UploadsTest, WhatIsWrongIsNamedAndNothingIsStored) {
  const std::string dispute = Reported().name();
  const std::string before = RowCounts();
  v1::CreateUploadRequest request = Announcement(dispute, 209'715'201);
  ExpectError(CreateStatus(request), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "upload.size");
  request = Announcement(dispute, 0);
  ExpectError(CreateStatus(request), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "upload.size");
  request = Announcement(dispute, 1);
  request.mutable_upload()->set_file_name("../../etc/passwd");
  ExpectError(CreateStatus(request), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "upload.file_name");
  request = Announcement(dispute, 1);
  request.mutable_upload()->set_kind(v1::MATERIAL_KIND_UNSPECIFIED);
  ExpectError(CreateStatus(request), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "upload.kind");
  request = Announcement(dispute, 1);
  request.mutable_upload()->set_party_id("p9");
  ExpectError(CreateStatus(request), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "upload.party_id");
  request = Announcement(dispute, 1);
  request.set_parent("disputes/x");
  ExpectError(CreateStatus(request), StatusCode::kInvalidArgument, reason::kFieldInvalid, "parent");
  EXPECT_EQ(RowCounts(), before);
  // The limits themselves are good.
  EXPECT_TRUE(CreateStatus(Announcement(dispute, 209'715'200)).ok());
  EXPECT_TRUE(CreateStatus(Announcement(dispute, 209'715'199)).ok());
  request = Announcement(dispute, 1);
  request.mutable_upload()->clear_party_id();
  EXPECT_TRUE(CreateStatus(request).ok());
}

TEST_F(UploadsTest, OnlyThoseWhoWorkOnTheDisputeSeeAndMakeUploads) {
  const v1::Dispute dispute = Reported();
  const v1::Upload upload = Announce(dispute.name(), 10);
  EXPECT_REFUSED(Ask(&CreateUpload, StrangerCall(), Announcement(dispute.name(), 1)).status(),
                 StatusCode::kNotFound, reason::kResourceNotFound);
  Caller bureau;
  bureau.principal = "callers/bureau";
  bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
  bureau.division = "330102";
  // It sees the dispute, and nothing of its file.
  EXPECT_REFUSED(Ask(&CreateUpload, CallBy(bureau), Announcement(dispute.name(), 1)).status(),
                 StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
  EXPECT_REFUSED(CancelStatus(CallBy(bureau), upload.name()), StatusCode::kPermissionDenied,
                 reason::kScopeNotAllowed);
  EXPECT_REFUSED(CancelStatus(StrangerCall(), upload.name()), StatusCode::kNotFound,
                 reason::kResourceNotFound);
  v1::GetUploadRequest get;
  get.set_name(upload.name());
  v1::ListUploadsRequest list;
  list.set_parent(dispute.name());
  for (const bool sees_dispute : {true, false}) {
    Call call = sees_dispute ? CallBy(bureau) : StrangerCall();
    const StatusCode code = sees_dispute ? StatusCode::kPermissionDenied : StatusCode::kNotFound;
    EXPECT_EQ(Ask(&registry::GetUpload, call, get).status().code(), code);
    EXPECT_EQ(Ask(&ListUploadPage, call, list).status().code(), code);
    SentUpload sent(upload.name(), 0);
    sent.Bytes("0123456789");
    EXPECT_EQ(Run(AppendUpload(registry(), call, sent)).status().code(), code);
  }
  EXPECT_EQ(GetUpload(upload.name()).committed_size(), 0);
  EXPECT_TRUE(Ask(&registry::GetUpload, AuditorCall(), get).ok());
  EXPECT_TRUE(Ask(&ListUploadPage, AuditorCall(), list).ok());
  EXPECT_REFUSED(CancelStatus(AuditorCall(), upload.name()), StatusCode::kPermissionDenied,
                 reason::kScopeNotAllowed);
  // The upload of one dispute is none of another.
  const v1::Dispute other = Reported(2);
  get.set_name(other.name() + upload.name().substr(upload.name().find("/uploads/")));
  EXPECT_EQ(Ask(&registry::GetUpload, HeadCall(), get).status().code(), StatusCode::kNotFound);
}

TEST_F(UploadsTest, ADisputeHasTenOpenUploadsAndNoMoreBytesThanAGibibyte) {
  const std::string dispute = Reported().name();
  std::vector<v1::Upload> uploads;
  for (int i = 0; i < 10; ++i) uploads.push_back(Announce(dispute, 1));
  EXPECT_REFUSED(CreateStatus(Announcement(dispute, 1)), StatusCode::kFailedPrecondition,
                 reason::kGuardFailed);
  ASSERT_TRUE(CancelStatus(HeadCall(), uploads[0].name()).ok());
  EXPECT_TRUE(CreateStatus(Announcement(dispute, 1)).ok());

  const std::string large = Reported(2).name();
  for (int i = 0; i < 5; ++i) Announce(large, 200 * kMiB);
  EXPECT_REFUSED(CreateStatus(Announcement(large, 24 * kMiB + 1)), StatusCode::kFailedPrecondition,
                 reason::kGuardFailed);
  EXPECT_TRUE(CreateStatus(Announcement(large, 24 * kMiB)).ok());
}

TEST_F(UploadsTest, WithoutRoomNothingIsAnnounced) {
  const std::string dispute = Reported().name();
  store_->at = FaultyFileStore::Call::kFree;
  EXPECT_REFUSED(CreateStatus(Announcement(dispute, 1)), StatusCode::kResourceExhausted,
                 reason::kFileStoreFull);
  store_->fault = RetryLaterError(StatusCode::kUnavailable, reason::kFileStoreUnavailable, "gone",
                                  absl::Seconds(1));
  EXPECT_REFUSED(CreateStatus(Announcement(dispute, 1)), StatusCode::kUnavailable,
                 reason::kFileStoreUnavailable);
}

TEST_F(UploadsTest, BytesComeInSeveralStreamsAndGoOnWhereTheLineWasCut) {
  const std::string bytes = Jpeg(11 * kMiB + 77);
  const v1::Upload upload = Announce(Reported().name(), static_cast<std::int64_t>(bytes.size()));
  SentUpload first(upload.name(), 0);
  first.Bytes(std::string_view(bytes).substr(0, 5 * kMiB + 500'000), 300'000).CutHere();
  ExpectError(Append(first).status(), StatusCode::kCancelled, reason::kCallCancelled);
  EXPECT_EQ(GetUpload(upload.name()).committed_size(), 5 * kMiB) << "whole steps are kept";

  SentUpload second(upload.name(), 5 * kMiB);
  second.Bytes(std::string_view(bytes).substr(5 * kMiB, 2 * kMiB + 1));
  auto answer = Append(second);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->committed_size(), 7 * kMiB);

  answer = Append(upload.name(), 7 * kMiB, std::string_view(bytes).substr(7 * kMiB));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->committed_size(), static_cast<std::int64_t>(bytes.size()));
  const auto material = Finalise(upload.name());
  ASSERT_TRUE(material.ok()) << material.status();
  EXPECT_EQ(Download(HeadCall(), material->name())->bytes, bytes);
}

TEST_F(UploadsTest, AStreamThatDoesNotGoOnIsRefusedAndTakesNothingOver) {
  const v1::Upload upload = Announce(Reported().name(), 3 * kMiB);
  const std::string bytes = Jpeg(3 * kMiB);
  ASSERT_TRUE(Append(upload.name(), 0, bytes.substr(0, kMiB)).ok());
  for (const std::int64_t offset : {std::int64_t{0}, kMiB - 1, kMiB + 1, 2 * kMiB}) {
    EXPECT_REFUSED(Append(upload.name(), offset, "x").status(), StatusCode::kAborted,
                   reason::kUploadOffsetDiffers);
  }
  SentUpload running(upload.name(), kMiB);
  running.Bytes(std::string_view(bytes).substr(kMiB));
  running.Before(2, [&]() -> Task<void> {
    SentUpload wrong(upload.name(), 0);
    Call call = HeadCall();
    auto refused = co_await AppendUpload(registry(), call, wrong);
    EXPECT_EQ(refused.status().code(), StatusCode::kAborted);
  });
  EXPECT_TRUE(Append(running).ok()) << "it was not disturbed";
}

TEST_F(UploadsTest, ALaterStreamTakesOverAndTheEarlierOneEnds) {
  const std::string bytes = Jpeg(9 * kMiB);
  const v1::Upload upload = Announce(Reported().name(), 9 * kMiB);
  SentUpload earlier(upload.name(), 0);
  // Other bytes in the same place: the earlier stream must not write them any more.
  earlier.Bytes(std::string(9 * kMiB, 'z'));
  earlier.Before(6, [&]() -> Task<void> {
    SentUpload later(upload.name(), 4 * kMiB);
    later.Bytes(std::string_view(bytes).substr(4 * kMiB));
    Call call = HeadCall();
    auto answer = co_await AppendUpload(registry(), call, later);
    EXPECT_TRUE(answer.ok()) << answer.status();
  });
  ExpectError(Append(earlier).status(), StatusCode::kAborted, reason::kUploadTakenOver);
  EXPECT_EQ(GetUpload(upload.name()).committed_size(), 9 * kMiB);
  const auto material = Finalise(upload.name());
  // The first four steps are the earlier stream's z: no picture. What follows is the later one's.
  EXPECT_EQ(ReasonOf(material.status()), reason::kFileTypeRefused);
  const std::string id = upload.name().substr(upload.name().rfind('/') + 1);
  EXPECT_EQ(*Run(store_->ReadUnfinished(id, 3)), std::string(kMiB, 'z'));
  EXPECT_EQ(*Run(store_->ReadUnfinished(id, 8)), bytes.substr(8 * kMiB));
}

TEST_F(UploadsTest, AStreamThatIsMalformedIsRefused) {
  const v1::Upload upload = Announce(Reported().name(), 2 * kMiB);
  SentUpload no_header(upload.name(), 0);
  no_header.messages[0].set_chunk("x");
  ExpectError(Append(no_header).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "header");
  SentUpload two_headers(upload.name(), 0);
  two_headers.messages.push_back(two_headers.messages[0]);
  ExpectError(Append(two_headers).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "header");
  SentUpload nothing(upload.name(), 0);
  nothing.messages.clear();
  ExpectError(Append(nothing).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "header");
  for (const std::size_t size : {std::size_t{0}, std::size_t{kMiB + 1}}) {
    SentUpload chunk(upload.name(), 0);
    chunk.messages.emplace_back().set_chunk(std::string(size, 'x'));
    ExpectError(Append(chunk).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
                "chunk");
  }
  SentUpload beyond(upload.name(), 0);
  beyond.Bytes(std::string(2 * kMiB + 1, 'x'));
  ExpectError(Append(beyond).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "chunk");
  EXPECT_EQ(GetUpload(upload.name()).state(), v1::UPLOAD_STATE_OPEN);
}

TEST_F(UploadsTest, AWriteThatFailsIsNotAcknowledgedAndTheUploadGoesOnAfterIt) {
  const std::string bytes = Jpeg(9 * kMiB);
  const v1::Upload upload = Announce(Reported().name(), 9 * kMiB);
  ASSERT_TRUE(Append(upload.name(), 0, bytes.substr(0, 2 * kMiB)).ok());
  for (const bool after : {false, true}) {
    for (const auto& [code, why] :
         {std::pair(StatusCode::kResourceExhausted, reason::kFileStoreFull),
          std::pair(StatusCode::kUnavailable, reason::kFileStoreUnavailable)}) {
      store_->at = FaultyFileStore::Call::kWrite;
      store_->after = after;
      store_->fault = RetryLaterError(code, why, "fault", absl::Seconds(1));
      ExpectError(Append(upload.name(), 2 * kMiB, bytes.substr(2 * kMiB)).status(), code, why);
      EXPECT_EQ(GetUpload(upload.name()).committed_size(), 2 * kMiB);
    }
  }
  store_->at = FaultyFileStore::Call::kNone;
  ASSERT_TRUE(Append(upload.name(), 2 * kMiB, bytes.substr(2 * kMiB)).ok());
  const auto material = Finalise(upload.name());
  ASSERT_TRUE(material.ok()) << material.status();
  EXPECT_EQ(Download(HeadCall(), material->name())->bytes, bytes);
}

TEST_F(UploadsTest, ACancelledUploadTakesNothingMoreAndItsBytesAreGone) {
  const v1::Upload upload = Uploaded(Reported().name(), Jpeg());
  EXPECT_EQ(FilesIn("unfinished").size(), 1U);
  v1::CancelUploadRequest request;
  request.set_name(upload.name());
  request.set_request_id(NewRequestId());
  EXPECT_EQ(Must(&CancelUpload, HeadCall(), request).state(), v1::UPLOAD_STATE_CANCELLED);
  EXPECT_TRUE(FilesIn("unfinished").empty());
  EXPECT_EQ(Must(&CancelUpload, HeadCall(), request).state(), v1::UPLOAD_STATE_CANCELLED)
      << "the same request again";
  EXPECT_REFUSED(CancelStatus(HeadCall(), upload.name()), StatusCode::kFailedPrecondition,
                 reason::kStateForbids);
  EXPECT_REFUSED(Append(upload.name(), 4000, "x").status(), StatusCode::kFailedPrecondition,
                 reason::kStateForbids);
  EXPECT_REFUSED(Finalise(upload.name()).status(), StatusCode::kFailedPrecondition,
                 reason::kStateForbids);
  EXPECT_EQ(Value("SELECT state FROM deadlines WHERE kind = 'upload'"), "MET");
}

TEST_F(UploadsTest, AnUnfinishedUploadExpiresAfterADayAndAFinishedOneDoesNot) {
  const v1::Dispute dispute = Reported();
  const v1::Upload upload = Announce(dispute.name(), 2 * kMiB);
  Kept(dispute.name(), Jpeg());
  const absl::Time end = absl::FromUnixSeconds(upload.expire_time().seconds()) +
                         absl::Nanoseconds(upload.expire_time().nanos());
  // Also the clock of the dispute itself may end by then; only the uploads are looked at.
  ExpireAt(end - absl::Milliseconds(1));
  EXPECT_EQ(GetUpload(upload.name()).state(), v1::UPLOAD_STATE_OPEN);
  ExpireAt(end);
  EXPECT_EQ(GetUpload(upload.name()).state(), v1::UPLOAD_STATE_EXPIRED);
  EXPECT_EQ(Value("SELECT string_agg(state, ' ' ORDER BY upload_id) FROM uploads"),
            "EXPIRED FINISHED");
  EXPECT_REFUSED(Append(upload.name(), 0, "x").status(), StatusCode::kFailedPrecondition,
                 reason::kStateForbids);
  EXPECT_REFUSED(Finalise(upload.name()).status(), StatusCode::kFailedPrecondition,
                 reason::kStateForbids);
}

TEST_F(UploadsTest, AnUploadThatExpiresUnderItsStreamTakesNothingMore) {
  const v1::Upload upload = Announce(Reported().name(), 9 * kMiB);
  SentUpload sent(upload.name(), 0);
  sent.Bytes(Jpeg(9 * kMiB));
  sent.Before(7, [&]() -> Task<void> {
    static constexpr postgres::Statement kEnd{"end", "UPDATE uploads SET state = 'EXPIRED'"};
    auto ended = co_await parts_->databases[0]->Query(absl::Now() + absl::Seconds(5), kEnd);
    EXPECT_TRUE(ended.ok()) << ended.status();
  });
  ExpectError(Append(sent).status(), StatusCode::kAborted, reason::kUploadTakenOver);
  EXPECT_EQ(GetUpload(upload.name()).committed_size(), 6 * kMiB);
}

TEST_F(UploadsTest, AListGivesAllInPagesAndByState) {
  const v1::Dispute dispute = Reported();
  std::vector<std::string> names;
  for (int i = 0; i < 5; ++i) names.push_back(Announce(dispute.name(), 1).name());
  ASSERT_TRUE(CancelStatus(HeadCall(), names[2]).ok());
  v1::ListUploadsRequest request;
  request.set_parent(dispute.name());
  request.set_page_size(2);
  std::vector<std::string> listed;
  do {
    const auto page = Must(&ListUploadPage, HeadCall(), request);
    EXPECT_LE(page.uploads_size(), 2);
    for (const v1::Upload& upload : page.uploads()) listed.push_back(upload.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(listed, names);
  request.set_state(v1::UPLOAD_STATE_CANCELLED);
  const auto cancelled = Must(&ListUploadPage, HeadCall(), request);
  EXPECT_EQ(cancelled.uploads_size(), 1);
}

}  // namespace
}  // namespace maplebridge::registry
