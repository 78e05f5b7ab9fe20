#include "services/registry/store/dispute_search.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include "services/registry/store/dispute_filter.h"
#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::ArrayParameter;
using postgres::Statement;

// $1 settled position, $2 limit. The row without a number is the cursor. Its position is a value to
// the plan, not a table to join: the index of events is then entered there and not at its start.
constexpr Statement kReadChanged{"search_changed", R"(
  WITH cursor AS (
    SELECT coalesce((SELECT position FROM feed_cursors WHERE source = 'search'), 0) AS position),
  next AS (
    SELECT e.position, e.resource
    FROM events e
    WHERE e.position > (SELECT position FROM cursor) AND e.position <= $1
    ORDER BY e.position LIMIT $2)
  SELECT c.position, coalesce((SELECT max(position) FROM next), c.position), n.resource
  FROM cursor c
       LEFT JOIN (SELECT DISTINCT resource FROM next
                  WHERE resource ~ '^disputes/[^/]+$') n ON true)"};
// $1 from, $2 to.
constexpr Statement kMoveCursor{"search_cursor", R"(
  INSERT INTO feed_cursors (source, position) VALUES ('search', $2)
  ON CONFLICT (source) DO UPDATE SET position = excluded.position
  WHERE feed_cursors.position = $1)"};
// $1 disputes, $2 categories, $3 closed, $4 lengths, $5 words, parted by the unit separator.
constexpr Statement kStore{"search_store", R"(
  INSERT INTO dispute_words (dispute, category, is_closed, length, words)
  SELECT dispute, category, is_closed, length, string_to_array(words, E'\x1f')
  FROM unnest($1::text[], $2::text[], $3::boolean[], $4::int[], $5::text[])
       AS i (dispute, category, is_closed, length, words)
  ORDER BY dispute
  ON CONFLICT (dispute) DO UPDATE
  SET category = excluded.category, is_closed = excluded.is_closed, length = excluded.length,
      words = excluded.words
  WHERE (dispute_words.category, dispute_words.is_closed, dispute_words.words)
        IS DISTINCT FROM (excluded.category, excluded.is_closed, excluded.words))"};
// $1 number, $2 category, $3 words, $4 limit, $5 how many are compared at most.
constexpr Statement kAlike{"search_alike", R"(
  WITH hits AS MATERIALIZED (
    SELECT dispute, words FROM dispute_words
    WHERE words && $3::text[] AND category = $2 AND is_closed AND dispute <> $1
    LIMIT $5),
  best AS (
    SELECT dispute, (SELECT count(*) FROM unnest(words) w WHERE w = ANY($3::text[])) AS common
    FROM hits ORDER BY common DESC, dispute DESC LIMIT $4)
  SELECT b.dispute, b.common,
         coalesce((SELECT string_agg(DISTINCT o.kind, ' ' ORDER BY o.kind)
                   FROM obligations o JOIN disputes d
                        ON d.number = o.dispute AND d.conclusion_agreement = o.agreement
                   WHERE o.dispute = b.dispute), '')
  FROM best b ORDER BY b.common DESC, b.dispute DESC)"};
constexpr int kMostCompared = 5000;

// "(words @> …)": the query's words, or its number, within the scopes.
std::string Matches(const WordQuery& query, DynamicQuery* sql) {
  std::string condition = "words @> " + sql->Bind(TextArray(query.scopes)) + "::text[] AND (";
  if (query.with_party_words) {
    bool first = true;
    for (const std::string& word : query.words) {
      const std::string either = TextArray({word, "~" + word});
      absl::StrAppend(&condition, first ? "(" : " AND ", "words && ", sql->Bind(either),
                      "::text[]");
      first = false;
    }
    condition += ")";
  } else {
    condition += "words @> " + sql->Bind(TextArray(query.words)) + "::text[]";
  }
  if (!query.bare_number.empty()) {
    condition += " OR words @> " + sql->Bind(TextArray({query.bare_number})) + "::text[]";
  }
  return condition + ")";
}

}  // namespace

Task<absl::StatusOr<ChangedDisputes>> ReadChanged(postgres::Database& database, absl::Time deadline,
                                                  std::int64_t settled, int limit) {
  auto rows = co_await database.Query(deadline, kReadChanged, settled, limit);
  if (!rows.ok()) co_return rows.status();
  constexpr std::string_view kCollection = "disputes/";
  ChangedDisputes changed;
  for (int i = 0; i < rows->size(); ++i) {
    changed.cursor = (*rows)[i].Int64(0);
    changed.position = (*rows)[i].Int64(1);
    if (!(*rows)[i].IsNull(2)) {
      changed.numbers.push_back((*rows)[i].Text(2).substr(kCollection.size()));
    }
  }
  co_return changed;
}

Task<absl::StatusOr<bool>> StoreWords(postgres::Database& database, absl::Time deadline,
                                      const ChangedDisputes& changed,
                                      const std::vector<IndexedDispute>& disputes) {
  ArrayParameter numbers, categories, closed, lengths, words;
  for (const IndexedDispute& dispute : disputes) {
    numbers.Push(std::string_view(dispute.dispute));
    categories.Push(std::string_view(dispute.category));
    closed.Push(dispute.is_closed ? std::string_view("t") : std::string_view("f"));
    lengths.Push(std::int64_t{dispute.length});
    std::string joined;
    for (const std::string& word : dispute.words) {
      absl::StrAppend(&joined, joined.empty() ? "" : "\x1f", word);
    }
    words.Push(std::string_view(joined));
  }
  const postgres::Parameters parameters = postgres::Parameters::Of(
      numbers.Take(), categories.Take(), closed.Take(), lengths.Take(), words.Take());
  std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
    auto moved = co_await transaction.Execute(kMoveCursor, changed.cursor, changed.position);
    if (!moved.ok()) co_return moved.status();
    if (moved->affected() == 0) co_return false;
    auto stored = co_await transaction.ExecuteWith(kStore, parameters);
    if (!stored.ok()) co_return stored.status();
    co_return true;
  };
  co_return co_await database.Transact<bool>(deadline, body);
}

Task<absl::StatusOr<FoundNumbers>> SearchNumbers(postgres::Database& database, absl::Time deadline,
                                                 const WordQuery& query) {
  DynamicQuery sql;
  sql.Append("WITH hits AS MATERIALIZED (SELECT dispute, length FROM dispute_words WHERE ");
  sql.Append(Matches(query, &sql));
  sql.Append(absl::StrCat(" LIMIT ", kMostRanked + 1, "), ranked AS ("));
  const auto count = static_cast<int>(query.words.size());
  sql.Append(absl::StrCat(
      "SELECT h.dispute, round((CASE WHEN position(", sql.Bind(query.phrase),
      "::text IN lower(d.summary)) > 0 THEN 1 ELSE 0 END + ", count, " / (", count,
      " + sqrt(h.length)))::numeric, 6) AS score FROM hits h JOIN disputes d ON d.number = "
      "h.dispute) SELECT dispute, score, (SELECT count(*) FROM hits) FROM ranked"));
  if (!query.after_number.empty()) {
    sql.Append(" WHERE (score, dispute) < (" + sql.Bind(query.after_score) + "::numeric, " +
               sql.Bind(query.after_number) + "::text)");
  }
  sql.Append(" ORDER BY score DESC, dispute DESC LIMIT " + sql.Bind(query.limit) + "::int");
  const std::string text = sql.sql();
  const Statement statement{"", text.c_str()};
  auto rows = co_await database.QueryWith(deadline, statement, sql.parameters());
  if (!rows.ok()) co_return rows.status();
  FoundNumbers found;
  for (int i = 0; i < rows->size(); ++i) {
    found.numbers.push_back((*rows)[i].Text(0));
    found.scores.push_back((*rows)[i].Text(1));
    found.truncated = (*rows)[i].Int64(2) > kMostRanked;
  }
  co_return found;
}

Task<absl::StatusOr<std::vector<LikeDispute>>> FindAlike(
    postgres::Database& database, absl::Time deadline, const std::string& number,
    const std::string& category, const std::vector<std::string>& words, int limit) {
  const std::string array = TextArray(words);
  auto rows =
      co_await database.Query(deadline, kAlike, number, category, array, limit, kMostCompared);
  if (!rows.ok()) co_return rows.status();
  std::vector<LikeDispute> alike;
  for (int i = 0; i < rows->size(); ++i) {
    LikeDispute like;
    like.number = (*rows)[i].Text(0);
    like.common = static_cast<int>((*rows)[i].Int64(1));
    like.obligation_kinds = absl::StrSplit((*rows)[i].Text(2), ' ', absl::SkipEmpty());
    alike.push_back(std::move(like));
  }
  co_return alike;
}

}  // namespace maplebridge::registry
