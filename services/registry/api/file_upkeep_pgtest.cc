#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "services/registry/api/file_upkeep.h"
#include "services/registry/api/finalise_upload.h"
#include "services/registry/store/stored_file_store.h"
#include "services/registry/testing/material_fixture.h"

namespace maplebridge::registry {
namespace {

class FileUpkeepTest : public MaterialTest {
 protected:
  // Files that have not changed since then and that nothing knows are deleted.
  absl::StatusOr<SweptFiles> Sweep(absl::Time before = absl::Now() + absl::Seconds(1)) {
    return Run(SweepFiles(registry(), *parts_->databases[0], before));
  }
  void ExpectSwept(int unfinished, int kept) {
    const auto swept = Sweep();
    ASSERT_TRUE(swept.ok()) << swept.status();
    EXPECT_EQ(swept->unfinished, unfinished);
    EXPECT_EQ(swept->kept, kept);
  }
  // Moves the file of an upload to its place and dies before the row.
  void FinaliseAndDie(const std::string& upload) {
    store_->at = FaultyFileStore::Call::kKeep;
    store_->after = true;
    store_->fault = absl::AbortedError("died");
    EXPECT_FALSE(Finalise(upload).ok());
    store_->at = FaultyFileStore::Call::kNone;
  }
  // How many kept files it took, once it has ended; -1 for an error.
  void StartSweep(std::optional<int>* swept) {
    Start(SweepFiles(registry(), *parts_->databases[0], absl::Now() + absl::Seconds(1)),
          [swept](absl::StatusOr<SweptFiles> answer) { *swept = answer.ok() ? answer->kept : -1; });
  }
  static Task<void> AwaitEnd(const std::optional<int>& swept, absl::Duration most) {
    for (absl::Time end = absl::Now() + most; !swept && absl::Now() < end;) {
      co_await Sleep(absl::Milliseconds(10));
    }
  }
};

TEST_F(FileUpkeepTest, WhatARowOrAnOpenUploadNeedsStays) {
  const v1::Dispute dispute = Reported();
  const v1::Material material = Kept(dispute.name(), Jpeg());
  const v1::Upload open = Uploaded(dispute.name(), Jpeg(5000));
  const v1::Upload moved = Uploaded(dispute.name(), Jpeg(6000));
  FinaliseAndDie(moved.name());
  ExpectSwept(0, 0);
  EXPECT_EQ(Download(HeadCall(), material.name())->bytes, Jpeg());
  EXPECT_TRUE(Finalise(open.name()).ok());
  EXPECT_TRUE(Finalise(moved.name()).ok());
  ExpectSwept(0, 0);
}

TEST_F(FileUpkeepTest, BytesOfAnUploadThatExpiredAreDeletedAtOnce) {
  const v1::Dispute dispute = Reported();
  const v1::Upload upload = Uploaded(dispute.name(), Jpeg());
  const v1::Upload moved = Uploaded(dispute.name(), Jpeg(6000));
  FinaliseAndDie(moved.name());
  ExpireAt(absl::Now() + absl::Hours(25));
  const auto early = Sweep(absl::Now() - absl::Hours(1));
  ASSERT_TRUE(early.ok()) << early.status();
  EXPECT_EQ(early->unfinished, 1);
  EXPECT_EQ(early->kept, 0) << "a file that nothing knows waits";
  EXPECT_EQ(FilesIn("contents").size(), 1U);
  ExpectSwept(0, 1);
  EXPECT_TRUE(FilesIn("contents").empty());
  EXPECT_TRUE(FilesIn("unfinished").empty());
}

TEST_F(FileUpkeepTest, AnOrphanThatIsNeededAgainIsNotSwept) {
  const v1::Dispute dispute = Reported();
  const v1::Upload lost = Uploaded(dispute.name(), Jpeg());
  FinaliseAndDie(lost.name());
  ExpireAt(absl::Now() + absl::Hours(25));
  const v1::Material material = Kept(Reported(2).name(), Jpeg());
  ExpectSwept(0, 0);
  EXPECT_EQ(Download(HeadCall(), material.name())->bytes, Jpeg());
}

// Its open upload needs a file that is on its way to its place: the sweep takes nothing, and waits
// for nobody.
TEST_F(FileUpkeepTest, ASweepAtTheMomentOfFinalisingTakesNothing) {
  const v1::Upload lost = Uploaded(Reported().name(), Jpeg());
  FinaliseAndDie(lost.name());
  ExpireAt(absl::Now() + absl::Hours(25));
  const v1::Upload upload = Uploaded(Reported(2).name(), Jpeg());
  std::optional<int> swept;
  store_->before_keep = [&]() -> Task<void> {
    StartSweep(&swept);
    co_await AwaitEnd(swept, absl::Seconds(10));
    EXPECT_EQ(swept, 0);
  };
  const auto material = Finalise(upload.name());
  ASSERT_TRUE(material.ok()) << material.status();
  EXPECT_EQ(Download(HeadCall(), material->name())->bytes, Jpeg());
}

// An orphan that becomes needed while the sweep waits for the lock, after it was seen needless.
TEST_F(FileUpkeepTest, ASweepLooksAgainOnceNobodyKeepsFiles) {
  static constexpr postgres::Statement kNeed{"need", R"(
    INSERT INTO stored_files SELECT sha256, sm3, size, now() FROM uploads)"};
  FinaliseAndDie(Uploaded(Reported().name(), Jpeg()).name());
  ExpireAt(absl::Now() + absl::Hours(25));
  std::optional<int> swept;
  std::function<Task<absl::StatusOr<int>>(postgres::Transaction&)> keep =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<int>> {
    auto locked = co_await LockFilesToKeep(transaction);
    if (!locked.ok()) co_return locked.status();
    StartSweep(&swept);
    co_await Sleep(absl::Milliseconds(200));
    EXPECT_FALSE(swept) << "it must wait for who keeps files";
    auto needed = co_await transaction.Execute(kNeed);
    if (!needed.ok()) co_return needed.status();
    co_return 0;
  };
  auto kept = Run(parts_->databases[0]->Transact<int>(absl::Now() + absl::Seconds(20), keep));
  ASSERT_TRUE(kept.ok()) << kept.status();
  auto wait = [&]() -> Task<bool> {
    co_await AwaitEnd(swept, absl::Seconds(10));
    co_return true;
  };
  Run(wait());
  EXPECT_EQ(swept, 0);
  EXPECT_EQ(FilesIn("contents").size(), 1U);
}

TEST_F(FileUpkeepTest, ByTheRowsOfAnotherDatabaseNothingIsDeleted) {
  const v1::Material material = Kept(Reported().name(), Jpeg());
  ExpectSwept(0, 0);
  Execute("TRUNCATE assistance, materials, stored_files");
  Execute("UPDATE file_stores SET database_id = 'another'");
  EXPECT_EQ(ReasonOf(Sweep().status()), reason::kFileStoreUnavailable);
  EXPECT_EQ(FilesIn("contents").size(), 1U);
  // Nor is anything kept there.
  const v1::Upload upload = Uploaded(Reported(2).name(), Jpeg(5000));
  EXPECT_REFUSED(Finalise(upload.name()).status(), absl::StatusCode::kUnavailable,
                 reason::kFileStoreUnavailable);
  EXPECT_EQ(FilesIn("contents").size(), 1U);
}

TEST_F(FileUpkeepTest, FiguresTellWhatIsStoredOpenAndRefused) {
  prometheus::Registry figures;
  const FileMetrics metrics(&figures);
  const v1::Dispute dispute = Reported();
  Kept(dispute.name(), Jpeg());
  Kept(dispute.name(), Jpeg());
  Announce(dispute.name(), 1);
  auto read = Run(ReadFileFigures(*parts_->databases[0], absl::Now() + absl::Seconds(5)));
  ASSERT_TRUE(read.ok()) << read.status();
  metrics.Set(*read);
  metrics.CountRefusal(reason::kFileTypeRefused);
  metrics.CountRefusal(reason::kFileTypeRefused);
  const std::string text = prometheus::TextSerializer().Serialize(figures.Collect());
  EXPECT_NE(text.find("maplebridge_stored_file_bytes 4000\n"), std::string::npos) << text;
  EXPECT_NE(text.find("maplebridge_open_uploads 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("maplebridge_upload_refusals_total{reason=\"FILE_TYPE_REFUSED\"} 2\n"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace maplebridge::registry
