#include "services/registry/testing/bulk_fixture.h"

#include <absl/strings/str_cat.h>

#include "common/csv/csv_reader.h"
#include "services/registry/api/import_disputes.h"
#include "services/registry/api/operation_work.h"
#include "services/registry/api/operations.h"

namespace maplebridge::registry {
namespace {

class ReceivedResult : public StreamWriter {
 public:
  Task<bool> Write(const google::protobuf::Message& message) override {
    bytes += static_cast<const v1::ReadOperationResultResponse&>(message).chunk();
    co_return true;
  }
  bool cancelled() const override { return false; }
  std::string bytes;
};

}  // namespace

SentImport::SentImport(const std::string& request_id, const std::string& organisation) {
  v1::ImportDisputesHeader* header = messages.emplace_back().mutable_header();
  header->set_request_id(request_id);
  header->set_organisation(organisation);
}

SentImport& SentImport::Bytes(std::string_view bytes, std::size_t size) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size()))) {
    messages.emplace_back().set_chunk(std::string(bytes.substr(0, size)));
  }
  return *this;
}

SentImport& SentImport::Batch(const std::vector<v1::OldCase>& cases) {
  v1::OldCaseBatch* batch = messages.emplace_back().mutable_batch();
  for (const v1::OldCase& each : cases) *batch->add_cases() = each;
  return *this;
}

SentImport& SentImport::CutHere() {
  is_cut_ = true;
  return *this;
}

Task<absl::StatusOr<bool>> SentImport::Read(google::protobuf::Message* message) {
  if (next_ < messages.size()) {
    message->CopyFrom(messages[next_++]);
    co_return true;
  }
  if (is_cut_) {
    co_return ReasonError(absl::StatusCode::kCancelled, reason::kCallCancelled, "cut");
  }
  co_return false;
}

std::string BulkTest::Heading() {
  return "原编号,纠纷类别,发生地,纠纷情况,申请人,申请人电话,被申请人,受理日期,结案日期,结果,"
         "协议金额（元）\r\n";
}

std::string BulkTest::Row(int number, const std::string& applicant) {
  return absl::StrCat("N-", number, ",邻里纠纷,330102001,漏水第", number, "号,", applicant,
                      ",13800138000,李四,2019-05-03,2019-05-20,达成协议,100.50\r\n");
}

std::string BulkTest::File(int count, int first) {
  std::string file = Heading();
  for (int i = 0; i < count; ++i) file += Row(first + i);
  return file;
}

absl::StatusOr<v1::Operation> BulkTest::Send(Call call, SentImport& sent) {
  return Run(ImportDisputes(registry(), call, sent));
}

v1::Operation BulkTest::Sent(std::string_view bytes, const std::string& request_id) {
  SentImport sent(request_id);
  sent.Bytes(bytes);
  auto operation = Send(HeadCall(), sent);
  EXPECT_TRUE(operation.ok()) << operation.status();
  return operation.ok() ? *operation : v1::Operation();
}

bool BulkTest::Step() {
  const Call call = ServiceCall();
  auto worked = Run(WorkOnOperation(registry(), call));
  EXPECT_TRUE(worked.ok()) << worked.status();
  return worked.value_or(false);
}

v1::Operation BulkTest::Finished(const std::string& name) {
  while (Step()) {
  }
  return Get(HeadCall(), name);
}

v1::Operation BulkTest::Get(Call call, const std::string& name) {
  v1::GetOperationRequest request;
  request.set_name(name);
  return Must(&GetOperation, std::move(call), request);
}

absl::StatusOr<std::string> BulkTest::ReadResult(Call call, const std::string& name) {
  v1::ReadOperationResultRequest request;
  request.set_name(name);
  ReceivedResult received;
  absl::Status done = Run(ReadOperationResult(registry(), call, request, received));
  if (!done.ok()) return done;
  return received.bytes;
}

std::vector<std::vector<std::string>> BulkTest::Result(Call call, const std::string& name) {
  auto bytes = ReadResult(std::move(call), name);
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  std::vector<std::vector<std::string>> records;
  if (!bytes.ok()) return records;
  EXPECT_TRUE(bytes->starts_with("\xEF\xBB\xBF"));
  csv::Reader reader(std::string_view(*bytes).substr(3));
  csv::Record record;
  while (reader.Next(&record)) {
    EXPECT_EQ(record.fault, "");
    records.push_back(record.fields);
  }
  return records;
}

std::string BulkTest::Counts(const v1::Operation& operation) {
  const v1::OperationProgress& progress = operation.progress();
  return absl::StrCat(progress.row_count(), " ", progress.imported_count(), " ",
                      progress.repeated_count(), " ", progress.refused_count());
}

Call BulkTest::BureauCall(const std::string& division) {
  Caller bureau;
  bureau.principal = "callers/bureau-" + division;
  bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
  bureau.division = division;
  return CallBy(bureau);
}

}  // namespace maplebridge::registry
