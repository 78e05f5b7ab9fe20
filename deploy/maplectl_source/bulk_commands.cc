#include "deploy/maplectl_source/bulk_commands.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>

#include <fstream>
#include <iostream>

#include "common/status/macros.h"
#include "deploy/maplectl_source/demo_stage.h"
#include "maplebridge/registry/v1/bulk.grpc.pb.h"

namespace maplebridge::maplectl {
namespace {

namespace v1 = registry::v1;
using Stub = std::unique_ptr<v1::BulkService::Stub>;

constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr absl::Duration kSending = absl::Minutes(10);
constexpr absl::Duration kReading = absl::Minutes(10);
constexpr absl::Duration kBetween = absl::Milliseconds(250);
// Work that takes no longer needs no word of how far it is.
constexpr absl::Duration kSilent = absl::Seconds(1);

std::string Named(const std::string& organisation) {
  constexpr std::string_view kCollection = "organisations/";
  const bool is_short = !organisation.empty() && organisation.find('/') == std::string::npos;
  return is_short ? std::string(kCollection) + organisation : organisation;
}

class BulkRun {
 public:
  BulkRun(const Console& console, const GatewayClient& client)
      : console_(console), client_(client), stub_(v1::BulkService::NewStub(client.channel())) {}

  absl::StatusOr<v1::Operation> Send(const ImportOptions& options, const std::string& bytes) const {
    grpc::ClientContext context;
    client_.Prepare(&context, "", kSending);
    v1::Operation operation;
    const auto writer = stub_->ImportDisputes(&context, &operation);
    v1::ImportDisputesRequest message;
    message.mutable_header()->set_organisation(Named(options.organisation));
    message.mutable_header()->set_request_id(options.request_id.empty() ? NewRequestId()
                                                                        : options.request_id);
    bool going = writer->Write(message);
    for (std::size_t done = 0; going && done < bytes.size(); done += kChunk) {
      message.set_chunk(bytes.substr(done, kChunk));
      going = writer->Write(message);
    }
    if (going) writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (!status.ok()) return client_.Explain(status);
    return operation;
  }

  absl::StatusOr<v1::Operation> Order(const v1::ExportDisputesRequest& request) const {
    return client_.Ask(stub_, &v1::BulkService::Stub::ExportDisputes, request);
  }

  // The operation once it is done.
  absl::StatusOr<v1::Operation> Wait(v1::Operation operation) const {
    const absl::Time began = absl::Now();
    v1::GetOperationRequest request;
    request.set_name(operation.name());
    while (!operation.done()) {
      absl::SleepFor(kBetween);
      MB_ASSIGN_OR_RETURN(operation,
                          client_.Ask(stub_, &v1::BulkService::Stub::GetOperation, request));
      if (console_.json() || absl::Now() - began < kSilent) continue;
      std::cerr << "\rmaplectl: " << operation.progress().done_count() << " rows" << std::flush;
    }
    if (!console_.json() && absl::Now() - began >= kSilent) std::cerr << std::endl;
    if (operation.state() == v1::OPERATION_STATE_SUCCEEDED) return operation;
    return Problem(
        absl::StatusCode::kInternal,
        absl::StrCat(operation.name(), " ended as ", v1::OperationState_Name(operation.state())),
        "what it did before stays done; order it anew");
  }

  absl::Status WriteResult(const v1::Operation& operation, const std::string& path) const {
    grpc::ClientContext context;
    client_.Prepare(&context, "", kReading);
    v1::ReadOperationResultRequest request;
    request.set_name(operation.name());
    const auto reader = stub_->ReadOperationResult(&context, request);
    std::string bytes;
    for (v1::ReadOperationResultResponse part; reader->Read(&part);) bytes += part.chunk();
    const grpc::Status status = reader->Finish();
    if (!status.ok()) return client_.Explain(status);
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << bytes;
    file.close();
    if (file) return absl::OkStatus();
    return Problem(absl::StatusCode::kPermissionDenied, path + " cannot be written",
                   absl::StrCat("give another file; maplectl operation export ", operation.name(),
                                " --output FILE reads it again"));
  }

 private:
  const Console& console_;
  const GatewayClient& client_;
  Stub stub_;
};

absl::Status TellImport(const Console& console, const v1::Operation& operation,
                        const std::string& errors) {
  const v1::OperationProgress& progress = operation.progress();
  Json told = {{"operation", operation.name()},
               {"rows", progress.row_count()},
               {"imported", progress.imported_count()},
               {"repeated", progress.repeated_count()},
               {"refused", progress.refused_count()}};
  if (progress.refused_count() > 0) told["errors"] = errors;
  console.Tell(told);
  console.Say(absl::StrCat(operation.name(), ": ", progress.row_count(), " rows, ",
                           progress.imported_count(), " brought in, ", progress.repeated_count(),
                           " known before, ", progress.refused_count(), " with errors"));
  for (const std::string& column : operation.ignored_columns()) {
    console.Say(absl::StrCat("not read: column ", column));
  }
  if (progress.refused_count() == 0) return absl::OkStatus();
  return Problem(absl::StatusCode::kFailedPrecondition,
                 absl::StrCat(progress.refused_count(), " rows have errors, which are in ", errors),
                 "mend them there and import that file");
}

}  // namespace

int RunImport(const Console& console, const Installation& installation,
              const GatewaySettings& settings, const ImportOptions& options) {
  auto run = [&]() -> absl::Status {
    MB_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(options.file));
    MB_ASSIGN_OR_RETURN(const GatewayClient client,
                        GatewayClient::Open(installation, settings, /*as_operator=*/true));
    const BulkRun bulk(console, client);
    MB_ASSIGN_OR_RETURN(v1::Operation sent, bulk.Send(options, bytes));
    MB_ASSIGN_OR_RETURN(const v1::Operation done, bulk.Wait(std::move(sent)));
    const std::string errors =
        options.errors.empty() ? options.file + ".errors.csv" : options.errors;
    if (done.has_result()) {
      MB_RETURN_IF_ERROR(bulk.WriteResult(done, errors));
    }
    return TellImport(console, done, errors);
  };
  const absl::Status status = run();
  return status.ok() ? kDone : console.Fail(status);
}

int RunExport(const Console& console, const Installation& installation,
              const GatewaySettings& settings, const ExportOptions& options) {
  auto run = [&]() -> absl::Status {
    MB_ASSIGN_OR_RETURN(const GatewayClient client,
                        GatewayClient::Open(installation, settings, /*as_operator=*/true));
    const BulkRun bulk(console, client);
    v1::ExportDisputesRequest request;
    request.set_filter(options.filter);
    request.set_organisation(Named(options.organisation));
    request.set_division(options.division);
    request.set_request_id(NewRequestId());
    MB_ASSIGN_OR_RETURN(v1::Operation ordered, bulk.Order(request));
    MB_ASSIGN_OR_RETURN(const v1::Operation done, bulk.Wait(std::move(ordered)));
    MB_RETURN_IF_ERROR(bulk.WriteResult(done, options.file));
    const std::int64_t count = done.progress().done_count();
    console.Tell({{"operation", done.name()}, {"file", options.file}, {"disputes", count}});
    console.Say(absl::StrCat(options.file, ": ", count, " disputes"));
    return absl::OkStatus();
  };
  const absl::Status status = run();
  return status.ok() ? kDone : console.Fail(status);
}

}  // namespace maplebridge::maplectl
