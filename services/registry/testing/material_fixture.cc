#include "services/registry/testing/material_fixture.h"

#include <filesystem>

#include "services/registry/api/append_upload.h"
#include "services/registry/api/dispute_expiry.h"
#include "services/registry/api/finalise_upload.h"
#include "services/registry/api/materials.h"
#include "services/registry/api/uploads.h"

namespace maplebridge::registry {

SentUpload::SentUpload(const std::string& name, std::int64_t offset) {
  v1::AppendUploadRequest message;
  message.mutable_header()->set_name(name);
  message.mutable_header()->set_offset(offset);
  messages.push_back(std::move(message));
}

SentUpload& SentUpload::Bytes(std::string_view bytes, std::size_t size) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size()))) {
    messages.emplace_back().set_chunk(std::string(bytes.substr(0, size)));
  }
  return *this;
}

SentUpload& SentUpload::CutHere() {
  is_cut_ = true;
  return *this;
}

SentUpload& SentUpload::Before(std::size_t message, std::function<Task<void>()> step) {
  step_at_ = message;
  step_ = std::move(step);
  return *this;
}

Task<absl::StatusOr<bool>> SentUpload::Read(google::protobuf::Message* message) {
  if (step_ && next_ == step_at_) {
    std::function<Task<void>()> step = std::exchange(step_, nullptr);
    co_await step();
  }
  if (next_ < messages.size()) {
    message->CopyFrom(messages[next_++]);
    co_return true;
  }
  if (is_cut_) {
    co_return ReasonError(absl::StatusCode::kCancelled, reason::kCallCancelled, "cut");
  }
  co_return false;
}

Task<bool> ReceivedMaterial::Write(const google::protobuf::Message& message) {
  const auto& part = static_cast<const v1::DownloadMaterialResponse&>(message);
  if (part.has_material()) material = part.material();
  bytes += part.chunk();
  largest = std::max(largest, part.chunk().size());
  co_return true;
}

Task<absl::Status> FaultyFileStore::Claim(const std::string& upload, const std::string& writer) {
  if (at == Call::kClaim) co_return fault;
  co_return co_await store_->Claim(upload, writer);
}

Task<absl::Status> FaultyFileStore::Write(const std::string& upload, const std::string& writer,
                                          int first, const std::string& bytes) {
  if (at == Call::kWrite && !after) co_return fault;
  absl::Status written = co_await store_->Write(upload, writer, first, bytes);
  co_return at == Call::kWrite ? fault : written;
}

Task<absl::StatusOr<std::string>> FaultyFileStore::ReadUnfinished(const std::string& upload,
                                                                  int ordinal) {
  return store_->ReadUnfinished(upload, ordinal);
}

Task<absl::Status> FaultyFileStore::Keep(const std::string& upload, const std::string& sha256) {
  if (before_keep) co_await before_keep();
  if (at == Call::kKeep && !after) co_return fault;
  absl::Status kept = co_await store_->Keep(upload, sha256);
  co_return at == Call::kKeep ? fault : kept;
}

Task<absl::StatusOr<std::string>> FaultyFileStore::Read(const std::string& sha256, int ordinal) {
  if (at == Call::kRead) co_return fault;
  co_return co_await store_->Read(sha256, ordinal);
}

Task<absl::Status> FaultyFileStore::DropUnfinished(const std::string& upload) {
  return store_->DropUnfinished(upload);
}

Task<absl::Status> FaultyFileStore::DropKept(const std::string& sha256) {
  return store_->DropKept(sha256);
}

Task<absl::StatusOr<std::vector<FileStore::Entry>>> FaultyFileStore::ListUnfinished() {
  return store_->ListUnfinished();
}

Task<absl::StatusOr<std::vector<FileStore::Entry>>> FaultyFileStore::ListKept(int shard) {
  return store_->ListKept(shard);
}

Task<absl::StatusOr<std::int64_t>> FaultyFileStore::Free() {
  if (at == Call::kFree) {
    if (!fault.ok()) co_return fault;
    co_return std::int64_t{100} << 20;
  }
  co_return co_await store_->Free();
}

Task<absl::Status> FaultyFileStore::Bind(const std::string& database_id) {
  return store_->Bind(database_id);
}

void MaterialTest::SetUp() {
  RegistryTest::SetUp();
  if (HasFatalFailure()) return;
  store_ = std::make_shared<FaultyFileStore>(registry_->files.store);
  registry_->files.store = store_;
}

v1::CreateUploadRequest MaterialTest::Announcement(const std::string& dispute, std::int64_t size) {
  v1::CreateUploadRequest request;
  request.set_parent(dispute);
  request.set_request_id(NewRequestId());
  request.mutable_upload()->set_file_name("收条.jpg");
  request.mutable_upload()->set_kind(v1::MATERIAL_KIND_PAYMENT_RECORD);
  request.mutable_upload()->set_party_id("p1");
  request.mutable_upload()->set_size(size);
  return request;
}

v1::Upload MaterialTest::Announce(const std::string& dispute, std::int64_t size) {
  return Must(&CreateUpload, HeadCall(), Announcement(dispute, size));
}

absl::StatusOr<v1::Upload> MaterialTest::Append(SentUpload& sent) {
  Call call = HeadCall();
  return Run(AppendUpload(registry(), call, sent));
}

absl::StatusOr<v1::Upload> MaterialTest::Append(const std::string& name, std::int64_t offset,
                                                std::string_view bytes) {
  SentUpload sent(name, offset);
  sent.Bytes(bytes);
  return Append(sent);
}

v1::Upload MaterialTest::Uploaded(const std::string& dispute, std::string_view bytes) {
  const v1::Upload upload = Announce(dispute, static_cast<std::int64_t>(bytes.size()));
  auto answer = Append(upload.name(), 0, bytes);
  EXPECT_TRUE(answer.ok()) << answer.status();
  return answer.ok() ? *answer : v1::Upload();
}

absl::StatusOr<v1::Material> MaterialTest::Finalise(const std::string& name) {
  v1::FinaliseUploadRequest request;
  request.set_name(name);
  request.set_request_id(NewRequestId());
  return Ask(&FinaliseUpload, HeadCall(), request);
}

v1::Material MaterialTest::Kept(const std::string& dispute, std::string_view bytes) {
  auto material = Finalise(Uploaded(dispute, bytes).name());
  EXPECT_TRUE(material.ok()) << material.status();
  return material.ok() ? *material : v1::Material();
}

absl::StatusOr<ReceivedMaterial> MaterialTest::Download(Call call, const std::string& name,
                                                        std::int64_t offset, std::int64_t length) {
  v1::DownloadMaterialRequest request;
  request.set_name(name);
  request.set_offset(offset);
  request.set_length(length);
  ReceivedMaterial received;
  absl::Status done = Run(DownloadMaterial(registry(), call, request, received));
  if (!done.ok()) return done;
  return received;
}

v1::Upload MaterialTest::GetUpload(const std::string& name) {
  v1::GetUploadRequest request;
  request.set_name(name);
  return Must(&registry::GetUpload, HeadCall(), request);
}

Call MaterialTest::AuditorCall() {
  Caller auditor;
  auditor.principal = "callers/auditor";
  auditor.roles = {options::v1::ROLE_AUDITOR};
  return CallBy(auditor);
}

int MaterialTest::ExpireAt(absl::Time now) {
  const DeadlineWork work = ClockWork(registry_);
  auto expired = Run(ExpireDue(*parts_->databases[0], work, now));
  EXPECT_TRUE(expired.ok()) << expired.status();
  return expired.value_or(-1);
}

std::vector<std::string> MaterialTest::FilesIn(const std::string& below) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(files_ + "/" + below)) {
    if (entry.is_regular_file()) names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace maplebridge::registry
