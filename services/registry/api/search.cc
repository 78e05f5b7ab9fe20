#include "services/registry/api/search.h"

#include <absl/strings/ascii.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/division/division_code.h"
#include "common/feed/feed_hub.h"
#include "common/identifier/text.h"
#include "common/logging/log.h"
#include "common/server/page_token.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/category.h"
#include "services/registry/domain/deidentification.h"
#include "services/registry/domain/law_article.h"
#include "services/registry/domain/search_words.h"
#include "services/registry/store/dispute_search.h"
#include "services/registry/store/import_store.h"

namespace maplebridge::registry {
namespace {

constexpr int kIndexedAtOnce = 500;
constexpr int kMostSimilar = 10;
// A longer query narrows no further.
constexpr std::size_t kMostWords = 30;
constexpr absl::Duration kPatience = absl::Seconds(30);

void AddWords(std::string_view prefix, std::string_view text, std::vector<std::string>* words) {
  for (const std::string& word : SearchWords(text)) {
    words->push_back(absl::StrCat(std::string(prefix), word));
  }
}

void AddNumber(const std::string& number, std::vector<std::string>* words) {
  if (std::string bare = BareNumber(number); !bare.empty()) words->push_back(std::move(bare));
}

void AddScopes(const Dispute& dispute, std::vector<std::string>* words) {
  if (!dispute.organisation.empty()) words->push_back("@o:" + dispute.organisation);
  if (!dispute.court.empty()) words->push_back("@c:" + dispute.court);
  const std::string code = division::DivisionCode::FromNumber(dispute.division).ToString();
  for (std::size_t digits : {2, 4, 6, 9, 12}) words->push_back("@d:" + code.substr(0, digits));
}

// Names of the place and of all that it lies in.
std::string PlaceNames(const Registry& registry, const Dispute& dispute) {
  const auto code = division::DivisionCode::FromNumber(dispute.division);
  std::string names;
  for (int level = 0; level <= static_cast<int>(code.level()); ++level) {
    auto place = registry.divisions().Find(code.At(static_cast<division::Level>(level)));
    if (place) absl::StrAppend(&names, std::string(place->name), "，");
  }
  return names;
}

// `register_number`: of a dispute that was brought in from an old register; else empty.
IndexedDispute IndexedOf(const Registry& registry, const Dispute& dispute,
                         const std::string& register_number) {
  IndexedDispute indexed;
  indexed.dispute = dispute.number;
  indexed.category = dispute.category;
  indexed.is_closed = !dispute.conclusion.kind.empty() && dispute.state != DisputeState::kAgreed &&
                      dispute.state != DisputeState::kConcluding;
  std::vector<std::string>& words = indexed.words;
  AddWords("", dispute.summary, &words);
  indexed.length = static_cast<int>(words.size());
  const Category* category = FindCategory(dispute.category);
  AddWords("", category == nullptr ? std::string_view() : category->chinese, &words);
  AddWords("", dispute.category_text, &words);
  AddWords("", dispute.organisation_name, &words);
  AddWords("", PlaceNames(registry, dispute), &words);
  AddNumber(dispute.number, &words);
  AddNumber(dispute.conclusion.document_number, &words);
  AddNumber(dispute.set_aside_case_number, &words);
  AddWords("", register_number, &words);
  AddNumber(register_number, &words);
  for (const Party& party : dispute.parties) {
    AddWords("~", party.display_name, &words);
    AddWords("~", party.service_address, &words);
  }
  AddScopes(dispute, &words);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return indexed;
}

absl::StatusOr<WordQuery> QueryOf(const Registry& registry, const Call& call,
                                  const v1::SearchDisputesRequest& request) {
  if (std::string wrong = CheckText(request.query(), 1, 200); !wrong.empty()) {
    return FieldError("query", wrong);
  }
  WordQuery query;
  query.words = SearchWords(request.query());
  if (query.words.empty()) {
    return FieldError("query", "has no word to find; write characters, letters or digits");
  }
  if (query.words.size() > kMostWords) query.words.resize(kMostWords);
  query.bare_number = BareNumber(request.query());
  query.phrase = absl::AsciiStrToLower(identifier::HalfWidth(request.query()));
  MB_ASSIGN_OR_RETURN(
      const DisputeFilter scope,
      ScopedFilter(registry, call.caller(), request.organisation(), request.division()));
  if (!scope.organisation.empty()) query.scopes.push_back("@o:" + scope.organisation);
  if (!scope.court.empty()) query.scopes.push_back("@c:" + scope.court);
  if (scope.division_first > 0) {
    query.scopes.push_back("@d:" +
                           division::DivisionCode::FromNumber(scope.division_first).Prefix());
  }
  // Those who work on every dispute of the scope.
  const Caller& caller = call.caller();
  query.with_party_words =
      caller.is_service() || (!caller.court.empty() && scope.court == caller.court) ||
      (!caller.organisation.empty() && scope.organisation == caller.organisation);
  return query;
}

std::vector<std::string> NamesOf(const Dispute& dispute) {
  std::vector<std::string> names = dispute.mediator_names;
  for (const Party& party : dispute.parties) names.push_back(party.display_name);
  return names;
}

void FillSimilar(v1::SimilarCase* message, const Dispute& dispute, const LikeDispute& like,
                 std::size_t words) {
  message->set_state(EnumOf<v1::DisputeState>("DISPUTE_STATE_", Word(dispute.state)));
  message->set_summary(Deidentify(dispute.summary, NamesOf(dispute)));
  message->set_session_count(dispute.session_count);
  if (dispute.accept_time && !dispute.conclusion.kind.empty()) {
    message->set_days_to_conclude(
        static_cast<std::int32_t>(calendar::ChinaDay(dispute.conclusion.conclude_time) -
                                  calendar::ChinaDay(*dispute.accept_time)));
  }
  for (const std::string& kind : like.obligation_kinds) message->add_obligation_kinds(kind);
  message->set_likeness(static_cast<double>(like.common) / static_cast<double>(words));
}

}  // namespace

Task<absl::StatusOr<v1::SearchDisputesResponse>> SearchDisputes(
    Registry& registry, Call& call, const v1::SearchDisputesRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  MB_CO_ASSIGN_OR_RETURN(WordQuery query, QueryOf(registry, call, request));
  query.limit = size + 1;
  if (token.size() == 2) {
    query.after_score = token[0];
    query.after_number = token[1];
  }
  auto found = co_await SearchNumbers(registry.database(call), call.deadline(), query);
  if (!found.ok()) co_return found.status();
  v1::SearchDisputesResponse response;
  response.set_truncated(found->truncated);
  if (static_cast<int>(found->numbers.size()) > size) {
    found->numbers.pop_back();
    found->scores.pop_back();
    response.set_next_page_token(MakePageToken(*registry.keys.match, request,
                                               {found->scores.back(), found->numbers.back()}));
  }
  auto disputes = co_await ReadDisputes(registry.database(call), call.deadline(), registry.keys,
                                        found->numbers);
  if (!disputes.ok()) co_return disputes.status();
  for (std::size_t i = 0; i < disputes->size(); ++i) {
    const std::optional<Dispute>& dispute = (*disputes)[i];
    // It may have gone to another scope since it was indexed.
    if (!dispute || !MaySee(call.caller(), ScopeOf(*dispute))) continue;
    v1::FoundDispute* message = response.add_found_disputes();
    FillDispute(message->mutable_dispute(), *dispute, ViewOf(call.caller(), *dispute));
    double score = 0;
    if (absl::SimpleAtod(found->scores[i], &score)) message->set_score(score);
  }
  co_return response;
}

Task<absl::StatusOr<v1::SuggestReferencesResponse>> SuggestReferences(
    Registry& registry, Call& call, const v1::SuggestReferencesRequest& request) {
  auto dispute = co_await ReadVisible(registry, call, "name", request.name());
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(RequireReadsFile(call.caller(), *dispute));
  std::vector<std::string> words = SearchWords(dispute->summary);
  if (words.size() > kMostWords) words.resize(kMostWords);
  v1::SuggestReferencesResponse response;
  for (const LawArticle& article : ArticlesFor(dispute->category)) {
    v1::LawArticle* message = response.add_articles();
    message->set_law(std::string(article.law));
    message->set_articles(std::string(article.articles));
    message->set_subject(std::string(article.subject));
  }
  auto alike = co_await FindAlike(registry.database(call), call.deadline(), dispute->number,
                                  dispute->category, words, kMostSimilar);
  if (!alike.ok()) co_return alike.status();
  std::vector<std::string> numbers;
  for (const LikeDispute& like : *alike) numbers.push_back(like.number);
  auto closed =
      co_await ReadDisputes(registry.database(call), call.deadline(), registry.keys, numbers);
  if (!closed.ok()) co_return closed.status();
  for (std::size_t i = 0; i < closed->size(); ++i) {
    if (!(*closed)[i]) continue;
    FillSimilar(response.add_similar_cases(), *(*closed)[i], (*alike)[i], words.size());
  }
  co_return response;
}

Task<absl::StatusOr<IndexRound>> IndexChanged(const Registry& registry,
                                              postgres::Database& database, absl::Time deadline) {
  auto changed =
      co_await ReadChanged(database, deadline, registry.parts.feed->settled(), kIndexedAtOnce);
  if (!changed.ok()) co_return changed.status();
  IndexRound round;
  round.caught_up = changed->position == changed->cursor;
  if (round.caught_up) co_return round;
  auto disputes = co_await ReadDisputes(database, deadline, registry.keys, changed->numbers);
  if (!disputes.ok()) co_return disputes.status();
  std::vector<std::string> imported;
  for (const std::optional<Dispute>& dispute : *disputes) {
    if (dispute && dispute->source == "IMPORT") imported.push_back(dispute->number);
  }
  auto register_numbers = co_await ReadRegisterNumbers(database, deadline, imported);
  if (!register_numbers.ok()) co_return register_numbers.status();
  std::vector<IndexedDispute> indexed;
  for (const std::optional<Dispute>& dispute : *disputes) {
    if (!dispute) continue;
    indexed.push_back(IndexedOf(registry, *dispute, (*register_numbers)[dispute->number]));
  }
  auto stored = co_await StoreWords(database, deadline, *changed, indexed);
  if (!stored.ok()) co_return stored.status();
  if (*stored) round.disputes = static_cast<int>(indexed.size());
  co_return round;
}

Task<void> KeepIndex(std::shared_ptr<const Registry> registry) {
  const ServiceParts& parts = registry->parts;
  std::int64_t done = -1;
  while (!parts.draining()) {
    const std::int64_t settled = co_await parts.feed->WaitBeyond(done, absl::Seconds(1));
    if (settled <= done) continue;
    auto indexed = co_await IndexChanged(*registry, *parts.databases[0], absl::Now() + kPatience);
    if (!indexed.ok()) {
      Log(LogLevel::kWarning, "the search index cannot follow",
          {{"status", std::string(indexed.status().message())}});
      co_await Sleep(absl::Seconds(1));
      continue;
    }
    if (indexed->caught_up) done = settled;
  }
}

}  // namespace maplebridge::registry
