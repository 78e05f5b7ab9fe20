// What the tests of bulk work stand on: files and cases sent as streams, steps taken one by one,
// and results read.
#pragma once

#include <string>
#include <vector>

#include "common/server/service_host.h"
#include "maplebridge/registry/v1/bulk.pb.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {

// Sends messages, and then ends or is cut.
class SentImport : public StreamReader {
 public:
  explicit SentImport(const std::string& request_id = "", const std::string& organisation = "");
  // In chunks of `size`.
  SentImport& Bytes(std::string_view bytes, std::size_t size = 1 << 20);
  SentImport& Batch(const std::vector<v1::OldCase>& cases);
  SentImport& CutHere();

  Task<absl::StatusOr<bool>> Read(google::protobuf::Message* message) override;

  std::vector<v1::ImportDisputesRequest> messages;

 private:
  std::size_t next_ = 0;
  bool is_cut_ = false;
};

class BulkTest : public RegistryTest {
 protected:
  // The heading of Row, and rows that make `count` cases from `first` on.
  static std::string Heading();
  static std::string Row(int number, const std::string& applicant = "张三");
  static std::string File(int count, int first = 1);

  absl::StatusOr<v1::Operation> Send(Call call, SentImport& sent);
  // By the head; it must be taken in.
  v1::Operation Sent(std::string_view bytes, const std::string& request_id = "");
  // One step of the operation that waited longest; false when none waits.
  bool Step();
  // All steps; the operation as it is then.
  v1::Operation Finished(const std::string& name);
  v1::Operation Imported(std::string_view bytes) { return Finished(Sent(bytes).name()); }
  v1::Operation Get(Call call, const std::string& name);
  absl::StatusOr<std::string> ReadResult(Call call, const std::string& name);
  // The result, which must be there, as records without the byte order mark.
  std::vector<std::vector<std::string>> Result(Call call, const std::string& name);

  std::string DisputeCount() { return Value("SELECT count(*)::text FROM disputes"); }
  // Nothing of the files waits any more.
  void ExpectNothingStaged() { EXPECT_EQ(Value("SELECT count(*)::text FROM operation_rows"), "0"); }
  // Rows, and how many were imported, repeated and refused.
  static std::string Counts(const v1::Operation& operation);

  Call BureauCall(const std::string& division = "330102");
};

}  // namespace maplebridge::registry
