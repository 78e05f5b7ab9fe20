#include "services/registry/files/disk_file_store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/loop/event_loop.h"
#include "common/status/error.h"
#include "services/registry/domain/material.h"

namespace maplebridge::registry {
namespace {

const std::string kUpload = "0193-upload";
const std::string kWriter(32, 'w');
const std::string kLater(32, 'x');

std::string Pattern(std::size_t size, char first) {
  std::string bytes(size, first);
  for (std::size_t i = 0; i < size; i += 4096) bytes[i] = static_cast<char>('a' + i / 4096 % 26);
  return bytes;
}

std::string DigestOf(const std::string& bytes) {
  ContentDigest digest;
  digest.Update(bytes);
  return digest.Finish().sha256;
}

std::shared_ptr<const SealingKeys> Keys(const std::string& text) {
  const std::string path = testing::TempDir() + "disk_file_store_test.key";
  std::ofstream(path) << text << "\n";
  auto keys = SealingKeys::Load(path);
  EXPECT_TRUE(keys.ok()) << keys.status();
  return *keys;
}

class DiskFileStoreTest : public testing::Test {
 protected:
  DiskFileStoreTest() {
    folder_ = testing::TempDir() + "disk_file_store_XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    store_ = Open("k1:" + std::string(64, 'a'));
  }
  ~DiskFileStoreTest() override { std::filesystem::remove_all(folder_); }

  std::shared_ptr<DiskFileStore> Open(const std::string& keys) {
    auto store = DiskFileStore::Open(folder_, Keys(keys));
    EXPECT_TRUE(store.ok()) << store.status();
    return *store;
  }
  template <typename T>
  T Run(Task<T> task) {
    return RunBlocking(loops_.at(0), std::move(task));
  }
  void Write(int first, const std::string& bytes) {
    ASSERT_TRUE(Run(store_->Write(kUpload, kWriter, first, bytes)).ok());
  }
  // An unfinished file of these bytes.
  void Begin(const std::string& bytes) {
    ASSERT_TRUE(Run(store_->Claim(kUpload, kWriter)).ok());
    Write(0, bytes);
  }
  std::string KeptPath(const std::string& sha256) {
    return folder_ + "/contents/" + sha256.substr(0, 2) + "/" + sha256;
  }
  static std::string FileBytes(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  static void Flip(const std::string& path, std::size_t place) {
    std::string bytes = FileBytes(path);
    bytes[place] = static_cast<char>(bytes[place] ^ 1);
    std::ofstream(path, std::ios::binary) << bytes;
  }

  EventLoops loops_{1};
  std::string folder_;
  std::shared_ptr<DiskFileStore> store_;
};

TEST_F(DiskFileStoreTest, WhatIsWrittenIsReadChunkByChunkAndStandsSealedOnTheDisk) {
  const std::string bytes = Pattern(2 * kFileChunk + 5, 'q');
  Begin(bytes);
  const std::string sha256 = DigestOf(bytes);
  ASSERT_TRUE(Run(store_->Keep(kUpload, sha256)).ok());
  std::string read;
  for (int i = 0; i < 3; ++i) read += *Run(store_->Read(sha256, i));
  EXPECT_EQ(read, bytes);
  const std::string on_disk = FileBytes(KeptPath(sha256));
  EXPECT_EQ(on_disk.find(bytes.substr(10, 40)), std::string::npos);
  struct stat file {};
  ASSERT_EQ(stat(KeptPath(sha256).c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600U);
  EXPECT_TRUE(absl::IsNotFound(Run(store_->ReadUnfinished(kUpload, 0)).status()));
}

TEST_F(DiskFileStoreTest, KeepingAgainIsTheSameAsOnce) {
  const std::string bytes = Pattern(100, 'q');
  Begin(bytes);
  EXPECT_TRUE(Run(store_->Keep(kUpload, DigestOf(bytes))).ok());
  EXPECT_TRUE(Run(store_->Keep(kUpload, DigestOf(bytes))).ok());
  EXPECT_TRUE(absl::IsNotFound(Run(store_->Keep("another", std::string(64, 'c')))));
  EXPECT_EQ(*Run(store_->Read(DigestOf(bytes), 0)), bytes);
}

TEST_F(DiskFileStoreTest, TheSameBytesOfAnotherUploadTakeOnePlace) {
  const std::string bytes = Pattern(100, 'q');
  const std::string sha256 = DigestOf(bytes);
  Begin(bytes);
  ASSERT_TRUE(Run(store_->Keep(kUpload, sha256)).ok());
  Begin(bytes);
  ASSERT_TRUE(Run(store_->Keep(kUpload, sha256)).ok());
  const int shard = std::stoi(sha256.substr(0, 2), nullptr, 16);
  EXPECT_EQ(Run(store_->ListKept(shard))->size(), 1U);
  EXPECT_TRUE(Run(store_->ListUnfinished())->empty());
  EXPECT_EQ(*Run(store_->Read(sha256, 0)), bytes);
}

TEST_F(DiskFileStoreTest, OnlyTheLatestWriterWrites) {
  Begin(Pattern(kFileChunk, 'q'));
  ASSERT_TRUE(Run(store_->Claim(kUpload, kLater)).ok());
  const absl::Status refused = Run(store_->Write(kUpload, kWriter, 0, Pattern(kFileChunk, 'z')));
  EXPECT_EQ(refused.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(refused), reason::kUploadTakenOver);
  EXPECT_EQ(*Run(store_->ReadUnfinished(kUpload, 0)), Pattern(kFileChunk, 'q'));
  EXPECT_TRUE(Run(store_->Write(kUpload, kLater, 1, "end")).ok());
  EXPECT_EQ(*Run(store_->ReadUnfinished(kUpload, 1)), "end");
}

TEST_F(DiskFileStoreTest, AFlippedBitAnywhereIsNoticed) {
  const std::string bytes = Pattern(2 * kFileChunk, 'q');
  const std::string sha256 = DigestOf(bytes);
  // The identity, the sealed digest, a chunk's length, a chunk.
  for (std::size_t place : {8, 70, 515, 700, 1'100'000}) {
    Begin(bytes);
    ASSERT_TRUE(Run(store_->Keep(kUpload, sha256)).ok());
    Flip(KeptPath(sha256), place);
    bool noticed = false;
    for (int i = 0; i < 2; ++i) {
      auto read = Run(store_->Read(sha256, i));
      if (read.ok()) continue;
      noticed = true;
      EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss);
      EXPECT_EQ(ReasonOf(read.status()), reason::kDigestDiffers);
    }
    EXPECT_TRUE(noticed) << place;
  }
}

TEST_F(DiskFileStoreTest, AFileInAnothersPlaceIsNoticed) {
  const std::string one = Pattern(100, 'q');
  const std::string other = Pattern(100, 'r');
  for (const std::string& bytes : {one, other}) {
    Begin(bytes);
    ASSERT_TRUE(Run(store_->Keep(kUpload, DigestOf(bytes))).ok());
  }
  std::filesystem::copy_file(KeptPath(DigestOf(one)), KeptPath(DigestOf(other)),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(Run(store_->Read(DigestOf(other), 0)).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(DiskFileStoreTest, ACutFileIsNoticed) {
  const std::string bytes = Pattern(2 * kFileChunk, 'q');
  const std::string sha256 = DigestOf(bytes);
  Begin(bytes);
  ASSERT_TRUE(Run(store_->Keep(kUpload, sha256)).ok());
  std::filesystem::resize_file(KeptPath(sha256), kFileChunk + 10'000);
  EXPECT_TRUE(Run(store_->Read(sha256, 0)).ok());
  EXPECT_EQ(Run(store_->Read(sha256, 1)).status().code(), absl::StatusCode::kDataLoss);
  std::filesystem::remove(KeptPath(sha256));
  EXPECT_EQ(Run(store_->Read(sha256, 0)).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(DiskFileStoreTest, AnUploadGoesOnWithANewKeyAndTheOldOneOpensWhatItSealed) {
  Begin(Pattern(kFileChunk, 'q'));
  store_ =
      Open("a-much-longer-name-of-a-key:" + std::string(64, 'b') + "\nk1:" + std::string(64, 'a'));
  Write(1, "end");
  EXPECT_EQ(*Run(store_->ReadUnfinished(kUpload, 0)), Pattern(kFileChunk, 'q'));
  EXPECT_EQ(*Run(store_->ReadUnfinished(kUpload, 1)), "end");
  store_ = Open("k2:" + std::string(64, 'c'));
  EXPECT_EQ(Run(store_->ReadUnfinished(kUpload, 0)).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(DiskFileStoreTest, AFullDiskIsSaidAndWhatWasWrittenBeforeIsThere) {
  Begin(Pattern(kFileChunk, 'q'));
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  auto* handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit least{static_cast<rlim_t>(kFileChunk * 3 / 2), before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &least);
  const absl::Status refused = Run(store_->Write(kUpload, kWriter, 1, Pattern(kFileChunk, 'z')));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), reason::kFileStoreFull);
  EXPECT_EQ(*Run(store_->ReadUnfinished(kUpload, 0)), Pattern(kFileChunk, 'q'));
  Write(1, Pattern(kFileChunk, 'z'));
  EXPECT_EQ(*Run(store_->ReadUnfinished(kUpload, 1)), Pattern(kFileChunk, 'z'));
}

TEST_F(DiskFileStoreTest, AFolderThatCannotBeWrittenIsUnavailable) {
  std::filesystem::remove_all(folder_ + "/unfinished");
  std::ofstream(folder_ + "/unfinished") << "in the way";
  const absl::Status refused = Run(store_->Claim(kUpload, kWriter));
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(refused), reason::kFileStoreUnavailable);
  EXPECT_EQ(refused.message().find(folder_), std::string::npos) << "no path goes out";
  EXPECT_EQ(DiskFileStore::Open(folder_, Keys("k1:" + std::string(64, 'a'))).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(DiskFileStoreTest, NoNameLeadsOutOfTheFolder) {
  for (const char* name : {"../x", "a/b", "..", "", ".", "A"}) {
    EXPECT_FALSE(Run(store_->Claim(name, kWriter)).ok()) << name;
    EXPECT_FALSE(Run(store_->DropUnfinished(name)).ok()) << name;
    EXPECT_FALSE(Run(store_->DropKept(name)).ok()) << name;
  }
  // A link that someone has laid is not followed.
  const std::string outside = folder_ + "_outside";
  std::ofstream(outside) << "outside";
  std::filesystem::create_symlink(outside, folder_ + "/unfinished/" + kUpload);
  EXPECT_FALSE(Run(store_->Claim(kUpload, kWriter)).ok());
  EXPECT_EQ(FileBytes(outside), "outside");
  std::filesystem::remove(outside);
}

TEST_F(DiskFileStoreTest, AStoreBelongsToOneDatabase) {
  EXPECT_TRUE(Run(store_->Bind("one")).ok());
  EXPECT_TRUE(Run(store_->Bind("one")).ok());
  EXPECT_EQ(ReasonOf(Run(store_->Bind("two"))), reason::kFileStoreUnavailable);
  Begin("a");
  ASSERT_TRUE(Run(store_->Keep(kUpload, DigestOf("a"))).ok());
  std::filesystem::remove(folder_ + "/database_id");
  EXPECT_EQ(ReasonOf(Run(store_->Bind("one"))), reason::kFileStoreUnavailable)
      << "files, and nothing that says whose they are";
}

}  // namespace
}  // namespace maplebridge::registry
