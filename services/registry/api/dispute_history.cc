#include "services/registry/api/dispute_history.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include "common/server/page_token.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/words.h"
#include "services/registry/documents/history_values.h"
#include "services/registry/domain/dispute_history.h"
#include "services/registry/store/history_store.h"

namespace maplebridge::registry {
namespace {

// Of one document: a dispute that lived longer is told up to there.
constexpr int kMostLines = 2000;

std::string TextOf(const StoredHistory& entry) {
  return HistoryText({entry.type, entry.from_state, entry.to_state, entry.detail, entry.outcome});
}

// As people know it: resource names are not for paper.
std::string NameOf(const std::string& organisation, const DocumentCase& about,
                   const Dispute& dispute) {
  if (organisation == dispute.organisation) return about.organisation;
  if (!dispute.centre.empty() && organisation == dispute.centre) return "非诉讼纠纷解决中心";
  return NameParts("organisations/*", organisation).empty() ? organisation : "其他调解组织";
}

void FillEntry(v1::HistoryEntry* message, const StoredHistory& entry) {
  SetTime(message->mutable_time(), entry.time);
  message->set_kind(EnumOf<v1::HistoryKind>("HISTORY_KIND_", HistoryKindOf(entry.type)));
  message->set_principal(entry.principal);
  message->set_organisation(entry.organisation);
  message->set_resource(entry.resource);
  message->set_text(TextOf(entry));
}

}  // namespace

Task<absl::StatusOr<v1::GetDisputeHistoryResponse>> GetDisputeHistory(
    Registry& registry, Call& call, const v1::GetDisputeHistoryRequest& request) {
  auto dispute = co_await ReadVisible(registry, call, "name", request.name());
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(const std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  HistoryFilter filter;
  filter.dispute = dispute->number;
  const std::string kind = WordOf("HISTORY_KIND_", request.kind());
  if (!kind.empty()) filter.types = HistoryTypes(kind);
  filter.limit = size + 1;
  if (token.size() == 2) {
    std::int64_t micros = 0;
    if (absl::SimpleAtoi(token[0], &micros)) filter.after_time = absl::FromUnixMicros(micros);
    filter.after_key = token[1];
  }
  auto rows = co_await ListHistory(registry.database(call), call.deadline(), filter);
  if (!rows.ok()) co_return rows.status();
  v1::GetDisputeHistoryResponse response;
  if (static_cast<int>(rows->size()) > size) {
    rows->pop_back();
    const StoredHistory& last = rows->back();
    response.set_next_page_token(MakePageToken(
        *registry.keys.match, request, {absl::StrCat(absl::ToUnixMicros(last.time)), last.key}));
  }
  for (const StoredHistory& entry : *rows) FillEntry(response.add_entries(), entry);
  co_return response;
}

Task<absl::StatusOr<TemplateValues>> HistoryOfCase(postgres::Transaction& transaction,
                                                   const DocumentCase& about,
                                                   const Dispute& dispute) {
  auto rows = co_await ListHistory(transaction, dispute.number, kMostLines);
  if (!rows.ok()) co_return rows.status();
  std::vector<std::string> forces;
  std::vector<HistoryLine> lines;
  for (const StoredHistory& entry : *rows) {
    if (entry.type == "RouteDispute") forces.emplace_back(ChineseForce(entry.detail));
    HistoryLine line;
    line.time = entry.time;
    line.organisation = NameOf(entry.organisation, about, dispute);
    line.text = TextOf(entry);
    lines.push_back(std::move(line));
  }
  const std::string state(ChineseState(Word(dispute.state)));
  co_return HistoryValues(state, forces, lines);
}

}  // namespace maplebridge::registry
