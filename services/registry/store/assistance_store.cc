#include "services/registry/store/assistance_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

#define MB_ASSISTANCE_COLUMNS                                                            \
  "dispute, ordinal, state, kind, body_name, explanation, answer, result, sha256, sm3, " \
  "coalesce(material, 0), due_day, due_time, provisional, clock_source, overdue, "       \
  "organisation, division, create_time, answer_time, end_time, revision"

// $1 dispute, $2 kind, $3 body, $4 explanation, $5 to $7 clock, $8 its source, $9 organisation,
// $10 division, $11 principal, $12 time.
constexpr Statement kInsert{"assistance_insert", R"(
  INSERT INTO assistance (dispute, ordinal, state, kind, body_name, explanation, due_day, due_time,
                          provisional, clock_source, organisation, division, principal,
                          create_time, revision)
  SELECT $1::text, coalesce(max(ordinal), 0) + 1, 'REQUESTED', $2::text, $3::text, $4::text,
         $5::date, $6::timestamptz, $7::boolean, $8::text, $9::text, $10::bigint, $11::text,
         $12::timestamptz, 1
  FROM assistance WHERE dispute = $1::text
  RETURNING ordinal)"};
// $1 dispute, $2 ordinal.
constexpr Statement kRead{"assistance_read",
                          "SELECT " MB_ASSISTANCE_COLUMNS
                          " FROM assistance WHERE dispute = $1 AND ordinal = $2"};
// $1 dispute, $2 ordinal, $3 state, $4 answer, $5 result, $6 and $7 digests, $8 material or 0,
// $9 to $11 clock, $12 its source, $13 overdue, $14 answer time, $15 end time, $16 revision.
constexpr Statement kUpdate{"assistance_update", R"(
  UPDATE assistance
  SET state = $3, answer = $4, result = $5, sha256 = $6, sm3 = $7, material = nullif($8::int, 0),
      due_day = $9, due_time = $10, provisional = $11, clock_source = $12, overdue = $13,
      answer_time = $14, end_time = $15, revision = $16
  WHERE dispute = $1 AND ordinal = $2)"};
// $1 dispute, $2 state or "", $3 last seen, $4 limit.
constexpr Statement kList{"assistance_list", "SELECT " MB_ASSISTANCE_COLUMNS
                                             " FROM assistance"
                                             " WHERE dispute = $1"
                                             " AND ($2::text = '' OR state = $2)"
                                             " AND ordinal > $3::int"
                                             " ORDER BY ordinal LIMIT $4::bigint"};
// $1 dispute.
constexpr Statement kListOpen{"assistance_open", "SELECT " MB_ASSISTANCE_COLUMNS
                                                 " FROM assistance"
                                                 " WHERE dispute = $1 AND end_time IS NULL"
                                                 " ORDER BY ordinal"};
// $1 organisation or "", $2 state or "", $3 to $5 last seen, $6 limit.
constexpr Statement kListDue{"assistance_due",
                             "SELECT " MB_ASSISTANCE_COLUMNS
                             " FROM assistance"
                             " WHERE due_time IS NOT NULL"
                             " AND ($1::text = '' OR organisation = $1::text)"
                             " AND ($2::text = '' OR state = $2::text)"
                             " AND (due_time, dispute, ordinal)"
                             "     > ($3::timestamptz, $4::text, $5::int)"
                             " ORDER BY due_time, dispute, ordinal LIMIT $6::bigint"};

Assistance AssistanceOf(const Row& row) {
  Assistance assistance;
  assistance.dispute = row.Text(0);
  assistance.ordinal = static_cast<int>(row.Int64(1));
  assistance.state = AssistanceStateOf(row.View(2));
  assistance.kind = AssistanceKindOf(row.View(3)).value_or(AssistanceKind::kNotary);
  assistance.body_name = row.Text(4);
  assistance.explanation = row.Text(5);
  assistance.answer = row.Text(6);
  assistance.result = row.Text(7);
  assistance.sha256 = row.Text(8);
  assistance.sm3 = row.Text(9);
  assistance.material = static_cast<int>(row.Int64(10));
  if (!row.IsNull(11)) {
    assistance.clock = ClockEnd{kAssistanceClock, row.Day(11), row.Time(12), row.Bool(13)};
  }
  assistance.clock_source = row.Text(14);
  assistance.overdue = row.Bool(15);
  assistance.organisation = row.Text(16);
  assistance.division = static_cast<std::uint64_t>(row.Int64(17));
  assistance.create_time = row.Time(18);
  assistance.answer_time = row.OptionalTime(19);
  assistance.end_time = row.OptionalTime(20);
  assistance.revision = row.Int64(21);
  return assistance;
}

void AddClock(postgres::Parameters* p, const Assistance& assistance) {
  if (assistance.clock.kind.empty()) {
    p->Add(std::nullopt);
    p->Add(std::nullopt);
  } else {
    p->Add(assistance.clock.due_day);
    p->Add(assistance.clock.due_time);
  }
  p->Add(assistance.clock.provisional);
  p->Add(assistance.clock_source);
}

std::vector<Assistance> AllOf(const postgres::Result& rows) {
  std::vector<Assistance> all;
  for (int i = 0; i < rows.size(); ++i) all.push_back(AssistanceOf(rows[i]));
  return all;
}

}  // namespace

std::string Assistance::name() const {
  return absl::StrCat("disputes/", dispute, "/assistance/", ordinal);
}

Task<absl::Status> InsertAssistance(postgres::Transaction& transaction,
                                    const std::string& principal, Assistance* assistance) {
  postgres::Parameters p;
  p.Add(assistance->dispute);
  p.Add(Word(assistance->kind));
  p.Add(assistance->body_name);
  p.Add(assistance->explanation);
  AddClock(&p, *assistance);
  p.Add(assistance->organisation);
  p.Add(assistance->division);
  p.Add(principal);
  p.Add(assistance->create_time);
  auto rows = co_await transaction.ExecuteWith(kInsert, std::move(p));
  if (!rows.ok()) co_return rows.status();
  assistance->ordinal = static_cast<int>((*rows)[0].Int64(0));
  co_return absl::OkStatus();
}

Task<absl::StatusOr<Assistance>> ReadAssistance(postgres::Transaction& transaction,
                                                const std::string& dispute, int ordinal) {
  auto rows = co_await transaction.Execute(kRead, dispute, ordinal);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) {
    co_return NotFoundError(absl::StrCat("disputes/", dispute, "/assistance/", ordinal));
  }
  co_return AssistanceOf((*rows)[0]);
}

Task<absl::Status> UpdateAssistance(postgres::Transaction& transaction,
                                    const Assistance& assistance) {
  postgres::Parameters p;
  p.Add(assistance.dispute);
  p.Add(assistance.ordinal);
  p.Add(Word(assistance.state));
  p.Add(assistance.answer);
  p.Add(assistance.result);
  p.Add(assistance.sha256);
  p.Add(assistance.sm3);
  p.Add(assistance.material);
  AddClock(&p, assistance);
  p.Add(assistance.overdue);
  p.Add(assistance.answer_time);
  p.Add(assistance.end_time);
  p.Add(assistance.revision);
  auto updated = co_await transaction.ExecuteWith(kUpdate, std::move(p));
  co_return updated.status();
}

Task<absl::StatusOr<std::vector<Assistance>>> ListOpenAssistance(postgres::Transaction& transaction,
                                                                 const std::string& dispute) {
  auto rows = co_await transaction.Execute(kListOpen, dispute);
  if (!rows.ok()) co_return rows.status();
  co_return AllOf(*rows);
}

Task<absl::StatusOr<std::vector<Assistance>>> ListAssistance(postgres::Database& database,
                                                             absl::Time deadline,
                                                             const AssistanceFilter& filter) {
  auto rows = co_await database.Query(deadline, kList, filter.dispute, filter.state,
                                      filter.after_ordinal, filter.limit);
  if (!rows.ok()) co_return rows.status();
  co_return AllOf(*rows);
}

Task<absl::StatusOr<std::vector<Assistance>>> ListDueAssistance(postgres::Database& database,
                                                                absl::Time deadline,
                                                                const AssistanceFilter& filter) {
  auto rows = co_await database.Query(deadline, kListDue, filter.organisation, filter.state,
                                      filter.after_time, filter.after_dispute, filter.after_ordinal,
                                      filter.limit);
  if (!rows.ok()) co_return rows.status();
  co_return AllOf(*rows);
}

}  // namespace maplebridge::registry
