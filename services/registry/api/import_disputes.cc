#include "services/registry/api/import_disputes.h"

#include <absl/strings/str_cat.h>

#include "common/content/content_store.h"
#include "common/csv/csv_reader.h"
#include "common/csv/csv_writer.h"
#include "common/encoding/text_encoding.h"
#include "common/server/request_id.h"
#include "services/registry/api/old_case_message.h"
#include "services/registry/api/operations.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/old_case_heading.h"
#include "services/registry/store/operation_store.h"

namespace maplebridge::registry {
namespace {

constexpr int kMostCasesAtOnce = 500;
constexpr std::int64_t kMostChunk = 1 << 20;
// Of what came: as it came, in UTF-8, and what is read of it.
constexpr std::int64_t kHeldTimes = 3;
// Rows, and bytes of them, that one statement stores.
constexpr std::size_t kRowsAtOnce = 500;
constexpr std::size_t kBytesAtOnce = 1 << 20;

// What came by the stream: one file, whether as bytes or as cases.
struct Intake {
  std::string organisation;
  std::string request_id;
  std::string bytes;
  bool has_chunks = false;
  bool has_batches = false;
};

absl::Status TakeBytes(std::string_view bytes, HeldMemory* memory, Intake* intake) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (static_cast<std::int64_t>(intake->bytes.size()) + size > kMostImportBytes) {
    return ReasonError(absl::StatusCode::kResourceExhausted, reason::kMessageTooLarge,
                       absl::StrCat("an import has at most ", kMostImportBytes,
                                    " bytes; nothing was stored; part the file"));
  }
  MB_RETURN_IF_ERROR(memory->Take(kHeldTimes * size));
  intake->bytes += bytes;
  return absl::OkStatus();
}

absl::Status TakeBatch(const v1::OldCaseBatch& batch, HeldMemory* memory, Intake* intake) {
  if (batch.cases().empty() || batch.cases_size() > kMostCasesAtOnce) {
    return FieldError("batch.cases", absl::StrCat("must be 1 to ", kMostCasesAtOnce));
  }
  if (!intake->has_batches) {
    MB_RETURN_IF_ERROR(TakeBytes(csv::Line(FullHeading()), memory, intake));
  }
  intake->has_batches = true;
  for (int i = 0; i < batch.cases_size(); ++i) {
    MB_ASSIGN_OR_RETURN(const std::vector<std::string> cells,
                        RowOf(batch.cases(i), absl::StrCat("batch.cases[", i, "]")));
    MB_RETURN_IF_ERROR(TakeBytes(csv::Line(cells), memory, intake));
  }
  return absl::OkStatus();
}

absl::Status TakePart(const v1::ImportDisputesRequest& message, HeldMemory* memory,
                      Intake* intake) {
  switch (message.part_case()) {
    case v1::ImportDisputesRequest::kChunk: {
      if (intake->has_batches) return FieldError("chunk", "must not stand beside batches of cases");
      const auto size = static_cast<std::int64_t>(message.chunk().size());
      if (size < 1 || size > kMostChunk) return FieldError("chunk", "must be 1 to 1048576 bytes");
      intake->has_chunks = true;
      return TakeBytes(message.chunk(), memory, intake);
    }
    case v1::ImportDisputesRequest::kBatch:
      if (intake->has_chunks) return FieldError("batch", "must not stand beside chunks of a file");
      return TakeBatch(message.batch(), memory, intake);
    default:
      return FieldError("header", "must be the first message only; chunks or batches follow");
  }
}

absl::Status TakeHeader(const Caller& caller, const v1::ImportDisputesRequest& message,
                        Intake* intake) {
  if (message.part_case() != v1::ImportDisputesRequest::kHeader) {
    return FieldError("header", "must be the first message");
  }
  intake->request_id = message.header().request_id();
  if (!CheckRequestId(intake->request_id).ok()) {
    return FieldError("header.request_id", "must be empty or a UUID");
  }
  intake->organisation = message.header().organisation().empty() ? caller.organisation
                                                                 : message.header().organisation();
  if (NameParts("organisations/*", intake->organisation).empty()) {
    return FieldError("header.organisation", "must be organisations/{id}");
  }
  return RequireOrganisation(caller, intake->organisation);
}

// The text of the file, and what says that another stream brought the same.
struct DecodedFile {
  absl::StatusOr<std::string> text;
  std::string digest;
};
DecodedFile Decode(const Intake& intake) {
  ContentDigest digest;
  digest.Update(intake.organisation + "\n");
  digest.Update(intake.bytes);
  return {ToUtf8(intake.bytes), digest.Finish().sha256};
}

// A text that may be told in answers, such as the heading of a column.
constexpr int kMostHeading = 200;

absl::StatusOr<OldCaseHeading> HeadingOf(csv::Reader* reader, std::vector<std::string>* cells) {
  csv::Record record;
  if (!reader->Next(&record)) return FieldError("chunk", "is an empty file");
  if (!record.fault.empty()) {
    return FieldError("chunk", absl::StrCat("line ", record.line, ": ", record.fault));
  }
  auto heading = OldCaseHeading::Read(record.fields);
  if (!heading.ok()) return FieldError("chunk", std::string(heading.status().message()));
  for (const std::string& name : heading->ignored()) {
    if (std::string wrong = CheckText(name, 0, kMostHeading); !wrong.empty()) {
      return FieldError("chunk", absl::StrCat("line ", record.line, ": a heading ", wrong));
    }
  }
  *cells = record.fields;
  return heading;
}

// The next rows, few enough for one statement.
std::vector<StagedRow> NextRows(csv::Reader* reader, int done) {
  std::vector<StagedRow> rows;
  std::size_t bytes = 0;
  csv::Record record;
  while (rows.size() < kRowsAtOnce && bytes < kBytesAtOnce && reader->Next(&record)) {
    StagedRow row;
    row.ordinal = done + static_cast<int>(rows.size()) + 1;
    row.line = record.line;
    row.cells = csv::Line(record.fields);
    row.fault = record.fault;
    bytes += row.cells.size();
    rows.push_back(std::move(row));
  }
  return rows;
}

Task<absl::StatusOr<int>> StageRows(const Registry& registry, const Call& call, csv::Reader* reader,
                                    const std::string& operation) {
  int count = 0;
  while (true) {
    const std::vector<StagedRow> rows = NextRows(reader, count);
    if (rows.empty()) break;
    count += static_cast<int>(rows.size());
    if (count > kMostImportRows) {
      co_return FieldError(
          "chunk", absl::StrCat("holds more than ", kMostImportRows, " rows; part the file"));
    }
    absl::Status stored = co_await InsertStagedRows(registry.database(call), call.deadline(),
                                                    registry.keys, operation, rows);
    if (!stored.ok()) co_return stored;
  }
  if (count == 0) co_return FieldError("chunk", "holds no row below its heading");
  co_return count;
}

// Lets the operation run, once for its request_id; what a repeat has staged is left to the caller.
Task<absl::StatusOr<v1::Operation>> Begin(const Registry& registry, const Call& call,
                                          const Intake& intake, const std::string& digest,
                                          const std::string& id, int row_count) {
  std::function<Task<absl::StatusOr<v1::Operation>>(postgres::Transaction&)> body =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Operation>> {
    auto claimed = co_await ClaimRequestId(transaction, call, intake.request_id, digest);
    if (!claimed.ok()) co_return claimed.status();
    if (!claimed->empty()) {
      co_return co_await RereadOperation(registry, transaction, call, *claimed);
    }
    auto operation = co_await LockOperation(transaction, registry.keys, id);
    if (!operation.ok()) co_return operation.status();
    operation->state = "RUNNING";
    operation->row_count = row_count;
    operation->update_time = call.now();
    absl::Status done = co_await UpdateOperation(transaction, *operation);
    if (!done.ok()) co_return done;
    done = co_await KeepRequestResult(transaction, call, intake.request_id, operation->name());
    if (!done.ok()) co_return done;
    co_return OperationMessage(*operation);
  };
  co_return co_await registry.database(call).Transact<v1::Operation>(call.deadline(), body);
}

Task<absl::StatusOr<v1::Operation>> Stage(const Registry& registry, const Call& call,
                                          const Intake& intake, const DecodedFile& file) {
  if (!file.text.ok()) co_return FieldError("chunk", std::string(file.text.status().message()));
  csv::Reader reader(*file.text);
  std::vector<std::string> cells;
  MB_CO_ASSIGN_OR_RETURN(const OldCaseHeading heading, HeadingOf(&reader, &cells));
  Operation operation = NewOperation(call, "IMPORT", "STAGING");
  operation.organisation = intake.organisation;
  operation.heading = csv::Line(cells);
  operation.ignored_columns = heading.ignored();
  absl::Status inserted =
      co_await InsertOperation(registry.database(call), call.deadline(), registry.keys, operation);
  if (!inserted.ok()) co_return inserted;
  absl::StatusOr<v1::Operation> answer = absl::UnknownError("");
  auto count = co_await StageRows(registry, call, &reader, operation.id);
  if (count.ok()) {
    answer = co_await Begin(registry, call, intake, file.digest, operation.id, *count);
  } else {
    answer = count.status();
  }
  const bool is_begun = answer.ok() && answer->name() == operation.name();
  // The sweep would do it, too: what fails here is done then.
  if (!is_begun) {
    (void)co_await DropStaging(registry.database(call), call.deadline(), operation.id);
  }
  co_return answer;
}

}  // namespace

Task<absl::StatusOr<v1::Operation>> ImportDisputes(Registry& registry, Call& call,
                                                   StreamReader& reader) {
  v1::ImportDisputesRequest message;
  auto more = co_await reader.Read(&message);
  if (!more.ok()) co_return more.status();
  if (!*more) co_return FieldError("header", "must be the first message");
  Intake intake;
  HeldMemory memory;
  MB_CO_RETURN_IF_ERROR(TakeHeader(call.caller(), message, &intake));
  while (true) {
    more = co_await reader.Read(&message);
    if (!more.ok()) co_return more.status();
    if (!*more) break;
    MB_CO_RETURN_IF_ERROR(TakePart(message, &memory, &intake));
  }
  auto decode = [&intake] { return Decode(intake); };
  const DecodedFile file = co_await OnWorker(decode);
  co_return co_await Stage(registry, call, intake, file);
}

}  // namespace maplebridge::registry
