// The ledger of an organisation's disputes.
#include <absl/strings/str_cat.h>

#include <map>

#include "common/calendar/working_calendar.h"
#include "common/server/request_id.h"
#include "services/registry/api/report_message.h"
#include "services/registry/api/reports.h"
#include "services/registry/api/roster_peer.h"
#include "services/registry/api/words.h"
#include "services/registry/documents/report_values.h"

namespace maplebridge::registry {
namespace {

constexpr int kMostLedgerRows = 2000;
constexpr int kLongestPeriodDays = 366;

struct Period {
  absl::CivilDay start, end;
};

absl::StatusOr<Period> PeriodOf(const Call& call, const v1::CreateDisputeLedgerRequest& request) {
  FieldCheck check;
  auto start = DayOf(request.start_day());
  auto end = DayOf(request.end_day());
  check.Check("start_day", start.status());
  check.Check("end_day", end.status());
  if (start.ok() && end.ok()) {
    check.Require(*end >= *start, "end_day", "must not be before start_day");
    check.Require(*end - *start <= kLongestPeriodDays, "end_day",
                  absl::StrCat("must be at most ", kLongestPeriodDays, " days after start_day"));
    check.Require(*end <= calendar::ChinaDay(call.now()), "end_day", "must not be in the future");
  }
  MB_RETURN_IF_ERROR(check.status());
  return Period{*start, *end};
}

bool WorksAt(const Caller& caller, const std::string& organisation) {
  return caller.HasAny({options::v1::ROLE_MEDIATOR, options::v1::ROLE_ORGANISATION_HEAD}) &&
         caller.organisation == organisation;
}

// Whose names may be in it: nobody's unless the caller works there.
absl::Status CheckMayMake(const Caller& caller, const roster::v1::Organisation& organisation) {
  if (WorksAt(caller, organisation.name()) || caller.Has(options::v1::ROLE_AUDITOR)) {
    return absl::OkStatus();
  }
  if (caller.Has(options::v1::ROLE_COUNTY_BUREAU)) {
    return RequirePlace(caller, organisation.division());
  }
  return RequireOrganisation(caller, organisation.name());
}

// "张三、李四、王五等12人".
std::string NamesOf(const LedgerParties& parties) {
  constexpr int kShown = 3;
  if (parties.count <= kShown) return parties.names;
  return absl::StrCat(parties.names, "等", parties.count, "人");
}

Task<absl::Status> NameParties(const Registry& registry, const Call& call,
                               std::vector<LedgerEntry>* entries) {
  std::vector<std::string> numbers;
  std::map<std::string, LedgerEntry*> by_number;
  for (LedgerEntry& entry : *entries) {
    numbers.push_back(entry.dispute.number);
    by_number[entry.dispute.number] = &entry;
  }
  auto parties = co_await ListLedgerParties(registry.database(call), call.deadline(), numbers);
  if (!parties.ok()) co_return parties.status();
  for (const LedgerParties& each : *parties) {
    LedgerEntry& entry = *by_number[each.dispute];
    if (each.position == "APPLICANT") entry.applicants = NamesOf(each);
    if (each.position == "RESPONDENT") entry.respondents = NamesOf(each);
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<DisputeLedger>> ReadLedger(const Registry& registry, const Call& call,
                                               const roster::v1::Organisation& organisation,
                                               const Period& period) {
  auto rows = co_await ListLedger(registry.database(call), call.deadline(), organisation.name(),
                                  calendar::StartOfChinaDay(period.start),
                                  calendar::StartOfChinaDay(period.end + 1), kMostLedgerRows + 1);
  if (!rows.ok()) co_return rows.status();
  if (static_cast<int>(rows->size()) > kMostLedgerRows) {
    co_return PreconditionError(reason::kGuardFailed, organisation.name(),
                                absl::StrCat("has more than ", kMostLedgerRows,
                                             " disputes in this period; choose a shorter one"));
  }
  DisputeLedger ledger;
  ledger.organisation = organisation.display_name();
  ledger.start_day = period.start;
  ledger.end_day = period.end;
  ledger.names_parties = WorksAt(call.caller(), organisation.name());
  for (LedgerRow& row : *rows) {
    LedgerEntry entry;
    entry.dispute = std::move(row.dispute);
    entry.form = row.form;
    ledger.entries.push_back(std::move(entry));
  }
  if (ledger.names_parties) {
    absl::Status named = co_await NameParties(registry, call, &ledger.entries);
    if (!named.ok()) co_return named;
  }
  co_return ledger;
}

}  // namespace

Task<absl::StatusOr<v1::Report>> CreateDisputeLedger(
    Registry& registry, Call& call, const v1::CreateDisputeLedgerRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const Period period, PeriodOf(call, request));
  if (NameParts("organisations/*", request.parent()).empty()) {
    co_return FieldError("parent", "must be organisations/{id}");
  }
  auto organisation = co_await AskOrganisation(registry, call, request.parent());
  if (!organisation.ok()) co_return organisation.status();
  MB_CO_RETURN_IF_ERROR(CheckMayMake(call.caller(), *organisation));
  auto ledger = co_await ReadLedger(registry, call, *organisation, period);
  if (!ledger.ok()) co_return ledger.status();
  Report report;
  report.parent = request.parent();
  report.kind = Word(DocumentKind::kDisputeLedger);
  report.organisation_name = organisation->display_name();
  MB_CO_ASSIGN_OR_RETURN(const division::DivisionCode place,
                         registry.divisions().Normalise(organisation->division()));
  report.division = place.number();
  report.start_day = period.start;
  report.end_day = period.end;
  report.names_parties = ledger->names_parties;
  report.entry_count = static_cast<int>(ledger->entries.size());
  // Before the transaction: a long ledger takes seconds.
  auto made = co_await MakeReport(registry, call, DisputeLedgerValues(*ledger), &report);
  if (!made.ok()) co_return made.status();
  std::function<Task<absl::StatusOr<v1::Report>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return StoreReport(registry, transaction, call, report, made->bytes);
      };
  std::function<Task<absl::StatusOr<v1::Report>>(postgres::Transaction&, const std::string&)>
      reread = &RereadReport;
  co_return co_await ChangeOnce<v1::Report>(registry.database(call), call, request, change, reread);
}

}  // namespace maplebridge::registry
