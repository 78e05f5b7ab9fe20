#include <absl/strings/str_cat.h>

#include <filesystem>
#include <fstream>

#include "common/sealing/sealing.h"
#include "services/registry/api/append_upload.h"
#include "services/registry/api/finalise_upload.h"
#include "services/registry/api/uploads.h"
#include "services/registry/testing/material_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

constexpr std::int64_t kMiB = 1 << 20;

ContentDigest::Hex DigestOf(std::string_view bytes) {
  ContentDigest digest;
  digest.Update(bytes);
  return digest.Finish();
}

class FinaliseUploadTest : public MaterialTest {
 protected:
  // Two calls at once, each with a request_id of its own; answers when both have ended.
  std::vector<absl::StatusOr<v1::Material>> FinaliseTwice(const std::string& name) {
    std::vector<absl::StatusOr<v1::Material>> answers;
    std::vector<std::unique_ptr<Call>> calls;
    v1::FinaliseUploadRequest request;
    request.set_name(name);
    auto both = [&]() -> Task<bool> {
      for (int i = 0; i < 2; ++i) {
        calls.push_back(std::make_unique<Call>(HeadCall()));
        Start(FinaliseUpload(registry(), *calls.back(), request),
              [&](absl::StatusOr<v1::Material> answer) { answers.push_back(std::move(answer)); });
      }
      while (answers.size() < 2) co_await Sleep(absl::Milliseconds(5));
      co_return true;
    };
    Run(both());
    return answers;
  }
  void FlipInUnfinished(std::size_t place) {
    const std::string path = files_ + "/unfinished/" + FilesIn("unfinished").front();
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(place));
    const char byte = static_cast<char>(file.get() ^ 1);
    file.seekp(static_cast<std::streamoff>(place));
    file.put(byte);
  }
};

TEST_F(FinaliseUploadTest, ACompleteUploadBecomesAMaterialWithItsNumber) {
  const v1::Dispute dispute = Reported();
  const std::string bytes = Jpeg(2 * kMiB + 9);
  const v1::Upload upload = Uploaded(dispute.name(), bytes);
  v1::FinaliseUploadRequest request;
  request.set_name(upload.name());
  request.set_request_id(NewRequestId());
  const v1::Material material = Must(&FinaliseUpload, HeadCall(), request);
  EXPECT_EQ(material.name(), dispute.name() + "/materials/1");
  EXPECT_EQ(material.file_name(), "收条.jpg");
  EXPECT_EQ(material.kind(), v1::MATERIAL_KIND_PAYMENT_RECORD);
  EXPECT_EQ(material.party_id(), "p1");
  EXPECT_EQ(material.media_type(), "image/jpeg");
  EXPECT_EQ(material.size(), static_cast<std::int64_t>(bytes.size()));
  EXPECT_EQ(material.sha256(), DigestOf(bytes).sha256);
  EXPECT_EQ(material.sm3(), DigestOf(bytes).sm3);
  EXPECT_EQ(material.state(), v1::MATERIAL_STATE_KEPT);
  EXPECT_EQ(Must(&FinaliseUpload, HeadCall(), request).SerializeAsString(),
            material.SerializeAsString());
  EXPECT_EQ(Finalise(upload.name())->name(), material.name()) << "also by another request";
  const v1::Upload ended = GetUpload(upload.name());
  EXPECT_EQ(ended.state(), v1::UPLOAD_STATE_FINISHED);
  EXPECT_EQ(ended.material(), material.name());
  EXPECT_EQ(Value("SELECT state FROM deadlines WHERE kind = 'upload'"), "MET");
  EXPECT_TRUE(FilesIn("unfinished").empty());
  EXPECT_EQ(FilesIn("contents"), std::vector<std::string>{material.sha256()});
  EXPECT_EQ(Kept(dispute.name(), Png()).name(), dispute.name() + "/materials/2");
}

TEST_F(FinaliseUploadTest, TheFeedTellsOfItWithoutItsNameAndNotToTheCourt) {
  const v1::Material material = Kept(Reported().name(), Jpeg());
  const std::string where = absl::StrCat(" FROM events WHERE resource = '", material.name(), "'");
  EXPECT_EQ(Value("SELECT type || ' ' || revision || ' ' || to_state || ' ' || organisation || "
                  "' [' || court || ']'" +
                  where),
            absl::StrCat("FinaliseUpload 1 KEPT ", kOrganisation, " []"));
  EXPECT_EQ(Value("SELECT (position(convert_to('收条', 'UTF8') IN payload) = 0)::text" + where),
            "true");
}

TEST_F(FinaliseUploadTest, BytesThatAreMissingAreSaid) {
  const v1::Upload upload = Announce(Reported().name(), 2 * kMiB);
  ASSERT_TRUE(Append(upload.name(), 0, Jpeg(kMiB)).ok());
  EXPECT_REFUSED(Finalise(upload.name()).status(), StatusCode::kFailedPrecondition,
                 reason::kGuardFailed);
}

TEST_F(FinaliseUploadTest, AnAnnouncedDigestMustBeThatOfTheBytes) {
  const v1::Dispute dispute = Reported();
  std::string bytes = Jpeg(kMiB + 5);
  v1::CreateUploadRequest request = Announcement(dispute.name(), kMiB + 5);
  request.mutable_upload()->set_sha256(DigestOf(bytes).sha256);
  const v1::Upload good = Must(&CreateUpload, HeadCall(), request);
  request.set_request_id(NewRequestId());
  const v1::Upload flipped = Must(&CreateUpload, HeadCall(), request);
  ASSERT_TRUE(Append(good.name(), 0, bytes).ok());
  bytes[700'000] = static_cast<char>(bytes[700'000] ^ 0x10);
  ASSERT_TRUE(Append(flipped.name(), 0, bytes).ok());
  EXPECT_REFUSED(Finalise(flipped.name()).status(), StatusCode::kInvalidArgument,
                 reason::kDigestDiffers);
  EXPECT_EQ(GetUpload(flipped.name()).state(), v1::UPLOAD_STATE_OPEN);
  EXPECT_TRUE(Finalise(good.name()).ok());
}

TEST_F(FinaliseUploadTest, ABitThatFlippedOnTheDiskIsNoticed) {
  const v1::Upload upload = Uploaded(Reported().name(), Jpeg(2 * kMiB));
  FlipInUnfinished(kMiB + 5000);
  EXPECT_REFUSED(Finalise(upload.name()).status(), StatusCode::kDataLoss, reason::kDigestDiffers);
}

TEST_F(FinaliseUploadTest, EachRefusalOfTheExaminationHasItsReasonAndStoresNothing) {
  const v1::Dispute dispute = Reported();
  const std::pair<std::string, std::string_view> refused[] = {
      {"<html></html>", reason::kFileTypeRefused},
      {std::string("\x7F"
                   "ELF\x02\x01\x01",
                   7) +
           std::string(64, '\0'),
       reason::kFileTypeRefused},
      {PdfWith("/OpenAction << /S /JavaScript /JS (x) >>"), reason::kFileActiveContent},
      {Docx({{"word/vbaProject.bin", "x"}}), reason::kFileActiveContent},
      {Docx({{"word/media/0", std::string(600 << 20, '0')}}), reason::kFileExpandsTooFar},
      {PdfWithPassword(), reason::kFileUnreadable},
  };
  for (const auto& [bytes, why] : refused) {
    const v1::Upload upload = Uploaded(dispute.name(), bytes);
    const std::string before = RowCounts();
    ExpectError(Finalise(upload.name()).status(), StatusCode::kInvalidArgument, why, "name");
    EXPECT_EQ(RowCounts(), before);
    EXPECT_EQ(GetUpload(upload.name()).state(), v1::UPLOAD_STATE_OPEN);
  }
  EXPECT_FALSE(std::filesystem::exists(files_ + "/contents/00") && !FilesIn("contents").empty());
  EXPECT_EQ(Value("SELECT count(*)::text FROM uploads WHERE sha256 <> ''"), "0");
}

TEST_F(FinaliseUploadTest, AFileThatEndsItsExaminerIsRefusedAndTheServiceGoesOn) {
  const v1::Dispute dispute = Reported();
  const v1::Upload upload = Uploaded(dispute.name(), Jpeg());
  registry_->files.examiner = "/bin/false";
  ExpectError(Finalise(upload.name()).status(), StatusCode::kInvalidArgument,
              reason::kFileUnreadable, "name");
  // Says something else than it should.
  registry_->files.examiner = "/bin/cat";
  ExpectError(Finalise(upload.name()).status(), StatusCode::kInvalidArgument,
              reason::kFileUnreadable, "name");
  registry_->files.examiner = "/nowhere/examiner";
  EXPECT_REFUSED(Finalise(upload.name()).status(), StatusCode::kUnavailable, reason::kOverloaded);
  registry_->files.examiner = MAPLEBRIDGE_EXAMINER;
  EXPECT_TRUE(Finalise(upload.name()).ok());
}

TEST_F(FinaliseUploadTest, TheSameBytesAreStoredOnceInTwoDisputes) {
  const std::string bytes = Jpeg(kMiB + 5);
  const v1::Material first = Kept(Reported(1).name(), bytes);
  const v1::Material second = Kept(Reported(2).name(), bytes);
  EXPECT_EQ(first.sha256(), second.sha256());
  EXPECT_EQ(Value("SELECT count(*) || ' ' || sum(size) FROM stored_files"),
            absl::StrCat("1 ", bytes.size()));
  EXPECT_EQ(FilesIn("contents").size(), 1U);
  EXPECT_EQ(Download(HeadCall(), first.name())->bytes, bytes);
  EXPECT_EQ(Download(HeadCall(), second.name())->bytes, bytes);
}

TEST_F(FinaliseUploadTest, TwoAtOnceMakeOneMaterial) {
  for (int round = 0; round < 5; ++round) {
    const v1::Dispute dispute = Reported(round + 1);
    const std::string bytes = Jpeg(static_cast<std::size_t>(kMiB + round));
    const v1::Upload upload = Uploaded(dispute.name(), bytes);
    const auto answers = FinaliseTwice(upload.name());
    ASSERT_TRUE(answers[0].ok()) << answers[0].status();
    ASSERT_TRUE(answers[1].ok()) << answers[1].status();
    EXPECT_EQ(answers[0]->SerializeAsString(), answers[1]->SerializeAsString());
    EXPECT_EQ(Value(absl::StrCat("SELECT count(*)::text FROM materials WHERE dispute = '",
                                 dispute.name().substr(9), "'")),
              "1");
    EXPECT_EQ(Download(HeadCall(), answers[0]->name())->bytes, bytes);
  }
}

TEST_F(FinaliseUploadTest, OneThatComesWhileTheFileIsMovedFindsTheMaterial) {
  const v1::Upload upload = Uploaded(Reported().name(), Jpeg());
  int inner = 0;
  store_->before_keep = [&]() -> Task<void> {
    // Once; the other waits for the dispute that this one has locked, so it is not waited for.
    if (inner++ > 0) co_return;
    v1::FinaliseUploadRequest request;
    request.set_name(upload.name());
    auto call = std::make_shared<Call>(HeadCall());
    auto kept = std::make_shared<v1::FinaliseUploadRequest>(request);
    Start(FinaliseUpload(registry(), *call, *kept),
          [&, call, kept](absl::StatusOr<v1::Material> answer) {
            EXPECT_TRUE(answer.ok()) << answer.status();
            inner = 100;
          });
    co_await Sleep(absl::Milliseconds(50));
  };
  ASSERT_TRUE(Finalise(upload.name()).ok());
  auto wait = [&]() -> Task<bool> {
    for (int i = 0; i < 500 && inner < 100; ++i) co_await Sleep(absl::Milliseconds(10));
    co_return inner == 100;
  };
  EXPECT_TRUE(Run(wait()));
  EXPECT_EQ(Value("SELECT count(*)::text FROM materials"), "1");
}

// The state that a process leaves that dies between moving the file and committing the rows.
TEST_F(FinaliseUploadTest, WhatDiedBetweenTheFileAndTheRowGoesOn) {
  const std::string bytes = Jpeg(kMiB + 5);
  const v1::Dispute dispute = Reported();
  const v1::Upload upload = Uploaded(dispute.name(), bytes);
  store_->at = FaultyFileStore::Call::kKeep;
  store_->after = true;
  store_->fault = absl::AbortedError("died");
  const std::string before = RowCounts();
  EXPECT_FALSE(Finalise(upload.name()).ok());
  EXPECT_EQ(RowCounts(), before) << "nothing is acknowledged";
  EXPECT_TRUE(FilesIn("unfinished").empty());
  EXPECT_EQ(FilesIn("contents").size(), 1U);
  store_->at = FaultyFileStore::Call::kNone;
  const auto material = Finalise(upload.name());
  ASSERT_TRUE(material.ok()) << material.status();
  EXPECT_EQ(Download(HeadCall(), material->name())->bytes, bytes);
}

TEST_F(FinaliseUploadTest, ADiskThatFailsIsSaidAndNothingIsAcknowledged) {
  const v1::Upload upload = Uploaded(Reported().name(), Jpeg());
  store_->at = FaultyFileStore::Call::kKeep;
  for (const auto& [code, why] :
       {std::pair(StatusCode::kResourceExhausted, reason::kFileStoreFull),
        std::pair(StatusCode::kUnavailable, reason::kFileStoreUnavailable)}) {
    store_->fault = RetryLaterError(code, why, "fault", absl::Seconds(1));
    EXPECT_REFUSED(Finalise(upload.name()).status(), code, why);
    EXPECT_EQ(GetUpload(upload.name()).state(), v1::UPLOAD_STATE_OPEN);
  }
  store_->at = FaultyFileStore::Call::kNone;
  EXPECT_TRUE(Finalise(upload.name()).ok());
}

TEST_F(FinaliseUploadTest, OnlyThoseWhoWorkOnTheDisputeFinaliseAlsoARepeat) {
  const v1::Dispute dispute = Reported();
  const v1::Upload upload = Uploaded(dispute.name(), Jpeg());
  v1::FinaliseUploadRequest request;
  request.set_name(upload.name());
  request.set_request_id(NewRequestId());
  EXPECT_REFUSED(Ask(&FinaliseUpload, StrangerCall(), request).status(), StatusCode::kNotFound,
                 reason::kResourceNotFound);
  EXPECT_REFUSED(Ask(&FinaliseUpload, AuditorCall(), request).status(),
                 StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
  Must(&FinaliseUpload, HeadCall(), request);
  // The dispute went to another organisation: the answer of before is not theirs any more.
  Execute("UPDATE disputes SET organisation = 'organisations/gongshu'");
  EXPECT_EQ(Ask(&FinaliseUpload, HeadCall(), request).status().code(), StatusCode::kNotFound);
}

TEST_F(FinaliseUploadTest, AnArchivedDisputeTakesNoMoreMaterials) {
  const v1::Dispute dispute = Reported();
  const v1::Upload upload = Uploaded(dispute.name(), Jpeg());
  const v1::Upload half = Announce(dispute.name(), 2 * kMiB);
  const std::string into = Reported(2).name().substr(9);
  for (const std::string& closed :
       {std::string("state = 'ARCHIVED', archive_time = now(), retention = 'LONG_TERM'"),
        absl::StrCat(
            "state = 'CLOSED_MERGED', archive_time = NULL, retention = '', merged_into = '", into,
            "'")}) {
    Execute(absl::StrCat("UPDATE disputes SET ", closed, " WHERE number = '",
                         dispute.name().substr(9), "'"));
    EXPECT_REFUSED(Finalise(upload.name()).status(), StatusCode::kFailedPrecondition,
                   reason::kStateForbids);
    EXPECT_REFUSED(Append(half.name(), 0, "x").status(), StatusCode::kFailedPrecondition,
                   reason::kStateForbids);
    EXPECT_REFUSED(Ask(&CreateUpload, HeadCall(), Announcement(dispute.name(), 1)).status(),
                   StatusCode::kFailedPrecondition, reason::kStateForbids);
  }
}

TEST_F(FinaliseUploadTest, AfterItsBytesWereMovedAnUploadTakesNoneAndIsFinalisedAgain) {
  const std::string bytes = Jpeg(6000);
  const v1::Upload upload = Uploaded(Reported().name(), bytes);
  // The file is moved, and the transaction ends without a commit.
  store_->at = FaultyFileStore::Call::kKeep;
  store_->after = true;
  store_->fault = absl::UnavailableError("the process ends here");
  EXPECT_FALSE(Finalise(upload.name()).ok());
  store_->at = FaultyFileStore::Call::kNone;
  EXPECT_EQ(GetUpload(upload.name()).state(), v1::UPLOAD_STATE_OPEN);
  // An empty file in its place would be moved over the bytes.
  EXPECT_REFUSED(Append(upload.name(), upload.size(), "").status(), StatusCode::kFailedPrecondition,
                 reason::kStateForbids);
  const auto material = Finalise(upload.name());
  ASSERT_TRUE(material.ok()) << material.status();
  EXPECT_EQ(Download(HeadCall(), material->name())->bytes, bytes);
}

TEST_F(FinaliseUploadTest, ADisputeHasFiveHundredMaterials) {
  const v1::Dispute dispute = Reported();
  Kept(dispute.name(), Jpeg());
  const v1::Upload last = Uploaded(dispute.name(), Jpeg(5000));
  const v1::Upload beyond = Uploaded(dispute.name(), Jpeg(6000));
  Execute(R"(
    INSERT INTO uploads (upload_id, dispute, file_name, kind, size, declared_sha256, committed_size,
                         state, sha256, sm3, media_type, material, principal, create_time,
                         expire_time)
    SELECT 'u' || i, dispute, file_name, kind, size, '', size, state, sha256, sm3, media_type, i,
           principal, create_time, expire_time
    FROM uploads, generate_series(2, 499) AS i WHERE state = 'FINISHED')");
  Execute(R"(
    INSERT INTO materials (dispute, ordinal, upload_id, sha256, file_name, kind, media_type, state,
                           principal, create_time, revision)
    SELECT dispute, i, 'u' || i, sha256, file_name, kind, media_type, state, principal, create_time,
           1
    FROM materials, generate_series(2, 499) AS i WHERE ordinal = 1)");
  EXPECT_EQ(Finalise(last.name())->name(), dispute.name() + "/materials/500");
  EXPECT_REFUSED(Finalise(beyond.name()).status(), StatusCode::kFailedPrecondition,
                 reason::kGuardFailed);
  EXPECT_REFUSED(Ask(&CreateUpload, HeadCall(), Announcement(dispute.name(), 1)).status(),
                 StatusCode::kFailedPrecondition, reason::kGuardFailed);
}

}  // namespace
}  // namespace maplebridge::registry
