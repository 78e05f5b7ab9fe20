#include "services/roster/store/mediator_store.h"

#include <absl/strings/str_split.h>

#include "common/status/error.h"

namespace maplebridge::roster {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;

// Arrays come as text, their elements parted by the unit separator.
#define MB_MEDIATOR_COLUMNS                                                              \
  "organisation, id, display_name, identity_sealed, telephone_sealed, sex, employment, " \
  "head, source_profession, array_to_string(fields, E'\\x1f'), state, create_time, "     \
  "revision"

// $1 organisation, $2 id, $3 display name, $4 identity sealed, $5 its hash, $6 telephone sealed,
// $7 its hash, $8 sex, $9 employment, $10 head, $11 profession, $12 fields, $13 state, $14 time,
// $15 revision.
constexpr Statement kInsert{"mediator_insert", R"(
  INSERT INTO mediators (organisation, id, display_name, identity_sealed, identity_match,
                         telephone_sealed, telephone_match, sex, employment, head,
                         source_profession, fields, state, create_time, revision)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text[], $13, $14, $15))"};
// $1 organisation, $2 hash of the identity number.
constexpr Statement kFindByIdentity{"mediator_by_identity", R"(
  SELECT id FROM mediators
  WHERE organisation = $1 AND identity_match = $2 AND state <> 'ENDED')"};
// $1 organisation.
constexpr Statement kFindHead{"mediator_head", R"(
  SELECT id FROM mediators WHERE organisation = $1 AND head AND state <> 'ENDED')"};
constexpr Statement kActive{"mediators_active", R"(
  SELECT sex, head FROM mediators WHERE organisation = $1 AND state = 'ACTIVE')"};
constexpr Statement kEnd{"mediators_end",
                         "UPDATE mediators SET state = 'ENDED', revision = revision + 1"
                         " WHERE organisation = $1 AND state <> 'ENDED'"
                         " RETURNING " MB_MEDIATOR_COLUMNS};
// $1 organisation, $2 id.
constexpr Statement kRead{"mediator_read", "SELECT " MB_MEDIATOR_COLUMNS
                                           " FROM mediators"
                                           " WHERE organisation = $1 AND id = $2"};
// $1 organisation, $2 after, $3 limit.
constexpr Statement kList{"mediators_list", "SELECT " MB_MEDIATOR_COLUMNS
                                            " FROM mediators"
                                            " WHERE organisation = $1 AND id > $2"
                                            " ORDER BY id"
                                            " LIMIT $3::bigint"};

// The kinds of keyed hash, the same in every service so that they can match a person.
constexpr std::string_view kResident = "RESIDENT";
constexpr std::string_view kTelephone = "TELEPHONE";

std::string Purpose(const Mediator& mediator, std::string_view field) {
  return mediator.name() + "#" + std::string(field);
}

absl::StatusOr<std::string> OpenField(const StoreKeys& keys, const Row& row, int column,
                                      const Mediator& mediator, std::string_view field) {
  if (row.IsNull(column)) return std::string();
  return keys.sealing->Open(Purpose(mediator, field), row.Bytes(column));
}

absl::StatusOr<Mediator> MediatorOf(const StoreKeys& keys, const Row& row) {
  Mediator mediator;
  mediator.organisation = row.Text(0);
  mediator.id = row.Text(1);
  mediator.display_name = row.Text(2);
  MB_ASSIGN_OR_RETURN(mediator.identity_number,
                      OpenField(keys, row, 3, mediator, "identity_number"));
  MB_ASSIGN_OR_RETURN(mediator.telephone, OpenField(keys, row, 4, mediator, "telephone"));
  mediator.sex = SexOf(row.View(5)).value_or(Sex::kFemale);
  mediator.employment = EmploymentOf(row.View(6)).value_or(Employment::kPartTime);
  mediator.is_head = row.Bool(7);
  mediator.source_profession = row.Text(8);
  if (const std::string fields = row.Text(9); !fields.empty()) {
    mediator.fields = absl::StrSplit(fields, '\x1f');
  }
  mediator.state = MediatorStateOf(row.View(10)).value_or(MediatorState::kEnded);
  mediator.create_time = row.Time(11);
  mediator.revision = row.Int64(12);
  return mediator;
}

absl::StatusOr<Mediator> OneOf(const StoreKeys& keys, const absl::StatusOr<Result>& rows,
                               const std::string& organisation, const std::string& id) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) {
    Mediator missing;
    missing.organisation = organisation;
    missing.id = id;
    return NotFoundError(missing.name());
  }
  return MediatorOf(keys, (*rows)[0]);
}

absl::StatusOr<std::vector<Mediator>> AllOf(const StoreKeys& keys,
                                            const absl::StatusOr<Result>& rows) {
  if (!rows.ok()) return rows.status();
  std::vector<Mediator> mediators;
  for (int i = 0; i < rows->size(); ++i) {
    MB_ASSIGN_OR_RETURN(Mediator mediator, MediatorOf(keys, (*rows)[i]));
    mediators.push_back(std::move(mediator));
  }
  return mediators;
}

absl::StatusOr<std::string> IdOf(const absl::StatusOr<Result>& rows) {
  if (!rows.ok()) return rows.status();
  return rows->empty() ? std::string() : (*rows)[0].Text(0);
}

}  // namespace

Task<absl::Status> InsertMediator(postgres::Transaction& transaction, const StoreKeys& keys,
                                  const Mediator& mediator) {
  postgres::Parameters p;
  p.Add(mediator.organisation);
  p.Add(mediator.id);
  p.Add(mediator.display_name);
  p.Add(postgres::Bytes{
      keys.sealing->Seal(Purpose(mediator, "identity_number"), mediator.identity_number)});
  p.Add(postgres::Bytes{keys.match->Hash(kResident, mediator.identity_number)});
  if (mediator.telephone.empty()) {
    p.Add(std::nullopt);
    p.Add(std::nullopt);
  } else {
    p.Add(postgres::Bytes{keys.sealing->Seal(Purpose(mediator, "telephone"), mediator.telephone)});
    p.Add(postgres::Bytes{keys.match->Hash(kTelephone, mediator.telephone)});
  }
  p.Add(Word(mediator.sex));
  p.Add(Word(mediator.employment));
  p.Add(mediator.is_head);
  p.Add(mediator.source_profession);
  postgres::ArrayParameter fields;
  for (const std::string& field : mediator.fields) fields.Push(std::string_view(field));
  p.Add(fields.Take());
  p.Add(Word(mediator.state));
  p.Add(mediator.create_time);
  p.Add(mediator.revision);
  auto inserted = co_await transaction.ExecuteWith(kInsert, std::move(p));
  co_return inserted.status();
}

Task<absl::StatusOr<std::string>> FindByIdentity(postgres::Transaction& transaction,
                                                 const StoreKeys& keys,
                                                 const std::string& organisation,
                                                 const std::string& identity_number) {
  postgres::Bytes hash{keys.match->Hash(kResident, identity_number)};
  auto rows = co_await transaction.Execute(kFindByIdentity, organisation, hash);
  co_return IdOf(rows);
}

Task<absl::StatusOr<std::string>> FindHead(postgres::Transaction& transaction,
                                           const std::string& organisation) {
  auto rows = co_await transaction.Execute(kFindHead, organisation);
  co_return IdOf(rows);
}

Task<absl::StatusOr<std::vector<FilingMember>>> ReadActiveMembers(
    postgres::Transaction& transaction, const std::string& organisation) {
  auto rows = co_await transaction.Execute(kActive, organisation);
  if (!rows.ok()) co_return rows.status();
  std::vector<FilingMember> members;
  for (int i = 0; i < rows->size(); ++i) {
    members.push_back({SexOf((*rows)[i].View(0)).value_or(Sex::kMale), (*rows)[i].Bool(1)});
  }
  co_return members;
}

Task<absl::StatusOr<std::vector<Mediator>>> EndMediators(postgres::Transaction& transaction,
                                                         const StoreKeys& keys,
                                                         const std::string& organisation) {
  auto rows = co_await transaction.Execute(kEnd, organisation);
  co_return AllOf(keys, rows);
}

Task<absl::StatusOr<Mediator>> ReadMediator(postgres::Database& database, absl::Time deadline,
                                            const StoreKeys& keys, const std::string& organisation,
                                            const std::string& id) {
  auto rows = co_await database.Query(deadline, kRead, organisation, id);
  co_return OneOf(keys, rows, organisation, id);
}

Task<absl::StatusOr<Mediator>> ReadMediator(postgres::Transaction& transaction,
                                            const StoreKeys& keys, const std::string& organisation,
                                            const std::string& id) {
  auto rows = co_await transaction.Execute(kRead, organisation, id);
  co_return OneOf(keys, rows, organisation, id);
}

Task<absl::StatusOr<std::vector<Mediator>>> ListMediators(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const StoreKeys& keys,
                                                          const MediatorFilter& filter) {
  auto rows = co_await database.Query(deadline, kList, filter.organisation, filter.after,
                                      std::int64_t{filter.limit});
  co_return AllOf(keys, rows);
}

}  // namespace maplebridge::roster
