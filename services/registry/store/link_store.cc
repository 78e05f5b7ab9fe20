#include "services/registry/store/link_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

// $1 number, $2 identity hashes, $3 division, $4 category, $5 since, $6 limit.
constexpr Statement kCandidates{"duplicate_candidates", R"(
  SELECT number FROM disputes
  WHERE number IN (SELECT dispute FROM parties WHERE identity_match = ANY($2::bytea[])
                   UNION
                   (SELECT number FROM disputes
                    WHERE division = $3 AND category = $4 AND create_time >= $5
                    ORDER BY number DESC LIMIT $6))
    AND number <> $1 AND create_time >= $5 AND state NOT IN ('CLOSED_MERGED', 'ARCHIVED')
  ORDER BY number DESC LIMIT $6)"};
constexpr Statement kInsertMerger{"merger_insert", R"(
  INSERT INTO mergers (dispute, dispute_revision, principal, merge_time, merged_into, is_undone,
                       explanation)
  VALUES ($1, $2, $3, $4, $5, $6, $7))"};

#define MB_LINK_COLUMNS "first, second, kind, explanation, create_time, end_time"
constexpr Statement kInsertLink{"link_insert", R"(
  INSERT INTO dispute_links (first, second, kind, explanation, create_time, principal)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (first, second) DO UPDATE
  SET kind = excluded.kind, explanation = excluded.explanation, principal = excluded.principal,
      create_time = excluded.create_time, end_time = NULL, end_principal = ''
  WHERE dispute_links.end_time IS NOT NULL)"};
// $1 first, $2 second.
constexpr Statement kReadLink{
    "link_read", "SELECT " MB_LINK_COLUMNS " FROM dispute_links WHERE first = $1 AND second = $2"};
constexpr Statement kEndLink{"link_end", R"(
  UPDATE dispute_links SET end_time = $3, end_principal = $4
  WHERE first = $1 AND second = $2 AND end_time IS NULL)"};
// $1 dispute, $2 after, $3 limit. Two lists, each by its index.
constexpr Statement kListLinks{"links_list",
                               "(SELECT " MB_LINK_COLUMNS
                               ", second AS other FROM dispute_links"
                               " WHERE first = $1 AND second > $2 ORDER BY second LIMIT $3)"
                               " UNION ALL (SELECT " MB_LINK_COLUMNS
                               ", first AS other FROM dispute_links"
                               " WHERE second = $1 AND first > $2 ORDER BY first LIMIT $3)"
                               " ORDER BY other LIMIT $3"};

DisputeLink LinkOf(const Row& row) {
  DisputeLink link;
  link.first = row.Text(0);
  link.second = row.Text(1);
  link.kind = row.Text(2);
  link.explanation = row.Text(3);
  link.create_time = row.Time(4);
  link.end_time = row.OptionalTime(5);
  return link;
}

}  // namespace

Task<absl::StatusOr<std::vector<std::string>>> FindCandidates(postgres::Database& database,
                                                              absl::Time deadline,
                                                              const StoreKeys& keys,
                                                              const Dispute& dispute,
                                                              absl::Time since, int limit) {
  postgres::ArrayParameter hashes;
  for (const Party& party : dispute.parties) {
    const SealedParty sealed = SealParty(keys, dispute.number, party);
    if (sealed.identity_match) hashes.PushBytes(*sealed.identity_match);
  }
  auto rows = co_await database.Query(deadline, kCandidates, dispute.number, hashes.Take(),
                                      dispute.division, dispute.category, since, limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<std::string> numbers;
  for (int i = 0; i < rows->size(); ++i) numbers.push_back((*rows)[i].Text(0));
  co_return numbers;
}

Task<absl::Status> InsertMerger(postgres::Transaction& transaction, const StepRecord& step,
                                const std::string& merged_into, bool is_undone,
                                const std::string& explanation) {
  auto inserted =
      co_await transaction.Execute(kInsertMerger, step.dispute, step.dispute_revision,
                                   step.principal, step.time, merged_into, is_undone, explanation);
  co_return inserted.status();
}

Task<absl::Status> InsertLink(postgres::Transaction& transaction, const DisputeLink& link,
                              const std::string& principal) {
  auto inserted = co_await transaction.Execute(kInsertLink, link.first, link.second, link.kind,
                                               link.explanation, link.create_time, principal);
  if (!inserted.ok()) co_return inserted.status();
  if (inserted->affected() == 0) {
    co_return ExistsError(absl::StrCat("disputes/", link.first, "/links/", link.second));
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<DisputeLink>> ReadLink(postgres::Transaction& transaction,
                                           const std::string& first, const std::string& second) {
  auto rows = co_await transaction.Execute(kReadLink, first, second);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) {
    co_return NotFoundError(absl::StrCat("disputes/", first, "/links/", second));
  }
  co_return LinkOf((*rows)[0]);
}

Task<absl::StatusOr<bool>> EndLink(postgres::Transaction& transaction, const std::string& first,
                                   const std::string& second, absl::Time now,
                                   const std::string& principal) {
  auto ended = co_await transaction.Execute(kEndLink, first, second, now, principal);
  if (!ended.ok()) co_return ended.status();
  co_return ended->affected() == 1;
}

Task<absl::StatusOr<std::vector<DisputeLink>>> ListLinks(postgres::Database& database,
                                                         absl::Time deadline,
                                                         const std::string& dispute,
                                                         const std::string& after, int limit) {
  auto rows = co_await database.Query(deadline, kListLinks, dispute, after, limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<DisputeLink> links;
  for (int i = 0; i < rows->size(); ++i) links.push_back(LinkOf((*rows)[i]));
  co_return links;
}

}  // namespace maplebridge::registry
