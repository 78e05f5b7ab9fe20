#include "services/registry/api/import_step.h"

#include <absl/strings/str_cat.h>

#include "common/calendar/working_calendar.h"
#include "common/csv/csv_reader.h"
#include "common/csv/csv_writer.h"
#include "common/feed/feed_hub.h"
#include "services/registry/domain/old_case.h"
#include "services/registry/store/import_store.h"
#include "services/registry/store/operation_store.h"

namespace maplebridge::registry {
namespace {

constexpr std::string_view kContentKind = "OLD_CASE";

// One line of CSV that this service wrote itself.
std::vector<std::string> CellsOf(const std::string& line) {
  csv::Reader reader(line);
  csv::Record record;
  // A line of one empty cell reads as none.
  if (!reader.Next(&record)) record.fields.assign(1, "");
  return record.fields;
}

absl::StatusOr<OldCaseHeading> HeadingOf(const Operation& operation) {
  auto heading = OldCaseHeading::Read(CellsOf(operation.heading));
  if (heading.ok()) return heading;
  return absl::DataLossError(operation.name() + " has no heading that can be read");
}

// What is made of the rows of a step.
struct Outcome {
  std::vector<NewOldCase> fresh;
  int repeated = 0;
  int refused = 0;
  std::string error_lines;
};

class Judge {
 public:
  Judge(const Registry& registry, const OldCaseHeading& heading, const ImportRecord& record,
        const std::string& rules_version)
      : registry_(registry), heading_(heading), record_(record), rules_version_(rules_version) {}

  // Reads the rows as they stand, without what is known of their numbers.
  void Read(const std::vector<StagedRow>& rows) {
    const absl::CivilDay today = calendar::ChinaDay(record_.now);
    for (const StagedRow& row : rows) {
      Item item;
      item.line = row.line;
      item.cells = CellsOf(row.cells);
      if (row.fault.empty()) {
        item.row = CheckOldCase(heading_, item.cells, registry_.divisions(), today);
      } else {
        item.row.violations.push_back({"行", row.fault});
      }
      items_.push_back(std::move(item));
    }
  }

  std::vector<std::string> RegisterNumbers() const {
    std::vector<std::string> numbers;
    for (const Item& item : items_) {
      if (item.row.violations.empty()) numbers.push_back(item.row.old_case.register_number);
    }
    return numbers;
  }

  // A number stands for one case, whether it came before or in the same step.
  Outcome Decide(std::map<std::string, ImportedCase> known) {
    Outcome outcome;
    for (Item& item : items_) {
      if (item.row.violations.empty()) Place(&item, &known, &outcome);
      if (item.row.violations.empty()) continue;
      ++outcome.refused;
      outcome.error_lines += csv::Line(
          heading_.WithError(std::move(item.cells),
                             absl::StrCat("第", item.line, "行 ", ErrorText(item.row.violations))));
    }
    return outcome;
  }

 private:
  struct Item {
    int line = 0;
    std::vector<std::string> cells;
    OldCaseRow row;
  };

  void Place(Item* item, std::map<std::string, ImportedCase>* known, Outcome* outcome) {
    const OldCase& old_case = item->row.old_case;
    const std::string match = registry_.keys.match->Hash(kContentKind, ContentOf(old_case));
    const auto [place, is_new] = known->emplace(old_case.register_number, ImportedCase{match, ""});
    if (is_new) {
      NewOldCase fresh;
      fresh.dispute = ImportedDispute(old_case, record_.organisation, record_.now);
      fresh.dispute.rules_version = rules_version_;
      fresh.old_case = std::move(item->row.old_case);
      fresh.content_match = match;
      outcome->fresh.push_back(std::move(fresh));
      return;
    }
    if (place->second.content_match == match) {
      ++outcome->repeated;
      return;
    }
    const std::string where = place->second.dispute.empty()
                                  ? std::string("stands above in this file")
                                  : "was brought in before as disputes/" + place->second.dispute;
    item->row.violations.push_back(
        {std::string(ChineseName(OldCaseColumn::kRegisterNumber)),
         where + " with another content; each case needs a number of its own"});
  }

  const Registry& registry_;
  const OldCaseHeading& heading_;
  const ImportRecord& record_;
  const std::string& rules_version_;
  std::vector<Item> items_;
};

ImportRecord RecordOf(const Operation& operation, absl::Time now) {
  ImportRecord record;
  record.operation = operation.id;
  record.organisation = operation.organisation;
  record.principal = operation.principal;
  record.trace_id = operation.trace_id;
  record.now = now;
  return record;
}

// Adds the rows with errors to the result, the first of them below a heading.
Task<absl::Status> TellErrors(const Registry& registry, postgres::Transaction& transaction,
                              const OldCaseHeading& heading, const std::string& lines,
                              Operation* operation) {
  if (lines.empty()) co_return absl::OkStatus();
  std::string bytes;
  if (operation->chunk_count == 0) {
    bytes = std::string(csv::kByteOrderMark) +
            csv::Line(heading.WithError(CellsOf(operation->heading), std::string(kErrorColumn)));
  }
  bytes += lines;
  co_return co_await AppendResult(transaction, registry.keys, bytes, operation);
}

void Count(const Outcome& outcome, Operation* operation) {
  const auto imported = static_cast<std::int64_t>(outcome.fresh.size());
  operation->imported_count += imported;
  operation->repeated_count += outcome.repeated;
  operation->refused_count += outcome.refused;
  operation->done_count += imported + outcome.repeated + outcome.refused;
}

}  // namespace

Task<absl::Status> ImportNextRows(const Registry& registry, postgres::Transaction& transaction,
                                  const std::string& rules_version, absl::Time now,
                                  Operation* operation) {
  MB_CO_ASSIGN_OR_RETURN(const OldCaseHeading heading, HeadingOf(*operation));
  auto rows = co_await ReadStagedRows(transaction, registry.keys, operation->id, kRowsOfStep);
  if (!rows.ok()) co_return rows.status();
  const ImportRecord record = RecordOf(*operation, now);
  Judge judge(registry, heading, record, rules_version);
  judge.Read(*rows);
  absl::Status done = co_await LockRegister(transaction, operation->organisation);
  if (!done.ok()) co_return done;
  auto known =
      co_await FindImportedCases(transaction, operation->organisation, judge.RegisterNumbers());
  if (!known.ok()) co_return known.status();
  Outcome outcome = judge.Decide(*std::move(known));
  const PayloadOf payload = &DisputePayload;
  done = co_await InsertOldCases(transaction, registry.keys, payload, record, &outcome.fresh);
  if (!done.ok()) co_return done;
  done = co_await TellErrors(registry, transaction, heading, outcome.error_lines, operation);
  if (!done.ok()) co_return done;
  Count(outcome, operation);
  if (!rows->empty()) {
    const int last = rows->back().ordinal;
    done = co_await DeleteStagedRows(transaction, operation->id, last);
    if (!done.ok()) co_return done;
  }
  if (static_cast<int>(rows->size()) < kRowsOfStep) operation->End("SUCCEEDED", now);
  if (!outcome.fresh.empty()) {
    transaction.AfterCommit([feed = registry.parts.feed] { feed->Wake(); });
  }
  co_return absl::OkStatus();
}

}  // namespace maplebridge::registry
