// What the tests of materials stand on: streams that send and keep, a file store that fails on
// request, and uploads brought as far as a test needs them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/server/service_host.h"
#include "maplebridge/registry/v1/material.pb.h"
#include "services/registry/testing/registry_fixture.h"
#include "services/registry/testing/sample_files.h"

namespace maplebridge::registry {

// Sends messages, and then ends or is cut.
class SentUpload : public StreamReader {
 public:
  SentUpload(const std::string& name, std::int64_t offset);
  // In chunks of `size`.
  SentUpload& Bytes(std::string_view bytes, std::size_t size = 1 << 20);
  SentUpload& CutHere();
  // Runs before the message with this number, from 0, is read.
  SentUpload& Before(std::size_t message, std::function<Task<void>()> step);

  Task<absl::StatusOr<bool>> Read(google::protobuf::Message* message) override;

  std::vector<v1::AppendUploadRequest> messages;

 private:
  std::size_t next_ = 0;
  bool is_cut_ = false;
  std::size_t step_at_ = 0;
  std::function<Task<void>()> step_;
};

// Keeps what a download sends.
class ReceivedMaterial : public StreamWriter {
 public:
  Task<bool> Write(const google::protobuf::Message& message) override;
  bool cancelled() const override { return false; }

  v1::Material material;
  std::string bytes;
  std::size_t largest = 0;
};

// The store of the test with a fault: a call of `at` answers `fault` instead, after its work when
// `after` is set.
class FaultyFileStore : public FileStore {
 public:
  explicit FaultyFileStore(std::shared_ptr<FileStore> store) : store_(std::move(store)) {}
  enum class Call { kNone, kClaim, kWrite, kKeep, kRead, kFree };
  Call at = Call::kNone;
  absl::Status fault;
  bool after = false;
  // Runs before each Keep.
  std::function<Task<void>()> before_keep;

  Task<absl::Status> Claim(const std::string& upload, const std::string& writer) override;
  Task<absl::Status> Write(const std::string& upload, const std::string& writer, int first,
                           const std::string& bytes) override;
  Task<absl::StatusOr<std::string>> ReadUnfinished(const std::string& upload, int ordinal) override;
  Task<absl::Status> Keep(const std::string& upload, const std::string& sha256) override;
  Task<absl::StatusOr<std::string>> Read(const std::string& sha256, int ordinal) override;
  Task<absl::Status> DropUnfinished(const std::string& upload) override;
  Task<absl::Status> DropKept(const std::string& sha256) override;
  Task<absl::StatusOr<std::vector<Entry>>> ListUnfinished() override;
  Task<absl::StatusOr<std::vector<Entry>>> ListKept(int shard) override;
  Task<absl::StatusOr<std::int64_t>> Free() override;
  Task<absl::Status> Bind(const std::string& database_id) override;

 private:
  std::shared_ptr<FileStore> store_;
};

class MaterialTest : public RegistryTest {
 protected:
  void SetUp() override;

  // Of `bytes`, by the party p1.
  static v1::CreateUploadRequest Announcement(const std::string& dispute, std::int64_t size);
  v1::Upload Announce(const std::string& dispute, std::int64_t size);
  absl::StatusOr<v1::Upload> Append(SentUpload& sent);
  absl::StatusOr<v1::Upload> Append(const std::string& name, std::int64_t offset,
                                    std::string_view bytes);
  // Announced and complete.
  v1::Upload Uploaded(const std::string& dispute, std::string_view bytes);
  absl::StatusOr<v1::Material> Finalise(const std::string& name);
  v1::Material Kept(const std::string& dispute, std::string_view bytes);
  absl::StatusOr<ReceivedMaterial> Download(Call call, const std::string& name,
                                            std::int64_t offset = 0, std::int64_t length = 0);
  v1::Upload GetUpload(const std::string& name);

  Call AuditorCall();
  // Ends the clocks that are due at that time.
  int ExpireAt(absl::Time now);
  // Files below a folder of the store, by name.
  std::vector<std::string> FilesIn(const std::string& below);

  std::shared_ptr<FaultyFileStore> store_;
};

// The error, and that nothing was stored.
#define EXPECT_REFUSED(expression, code, reason) \
  do {                                           \
    const std::string before = RowCounts();      \
    ExpectError((expression), code, reason, ""); \
    EXPECT_EQ(RowCounts(), before);              \
  } while (false)

}  // namespace maplebridge::registry
