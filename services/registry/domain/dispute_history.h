// The history of a dispute on one page: what each stored event is about, and one line of Chinese
// for it, without personal data.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::registry {

// What is known of one event.
struct HistoryRow {
  // Of the event, such as "Accept"; of a document, kDocumentMade.
  std::string_view type;
  // Words of the states before and after; the same, or empty, when nothing changed.
  std::string_view from_state;
  std::string_view to_state;
  // Words that say more: kind of force, of assistance, of document; outcome of a route.
  std::string_view detail;
  std::string_view outcome;
};

// Stands for an event where a document was made.
inline constexpr std::string_view kDocumentMade = "CreateDocument";

// Word of HistoryKind, such as "ROUTE"; "DISPUTE" for a type that the table does not know.
std::string_view HistoryKindOf(std::string_view type);
// One line, such as "移送至下列力量：仲裁".
std::string HistoryText(const HistoryRow& row);
// A dispute's state, and a kind of force: "调解中", "仲裁"; empty for a word that is none.
std::string_view ChineseState(std::string_view state);
std::string_view ChineseForce(std::string_view force);
// True when the table has a line of its own for events of this type.
bool IsInHistory(std::string_view type);
// Types of the events of this kind.
std::vector<std::string> HistoryTypes(std::string_view kind);

}  // namespace maplebridge::registry
