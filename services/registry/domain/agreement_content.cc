// What a mediation agreement cannot bring about, read from its words.
#include <absl/strings/str_cat.h>

#include <vector>

#include "services/registry/domain/obligation.h"

namespace maplebridge::registry {
namespace {

// Relations of identity, and what would be done to them.
constexpr std::string_view kRelations[] = {"婚姻关系", "收养关系", "亲子关系", "父子关系",
                                           "父女关系", "母子关系", "母女关系", "身份关系"};
constexpr std::string_view kVerbs[] = {"确认", "认定", "解除", "终止", "撤销", "宣告", "否认"};
// Behind the relation: going where it can be brought about.
constexpr std::string_view kElsewhere[] = {"登记", "的登记", "手续", "的手续", "之诉", "诉讼"};
constexpr std::string_view kStops[] = {"，", "。", "；", "：", "\n", ",", ";"};
// Between the verb and the relation: a name or two, 12 characters of 3 bytes.
constexpr std::size_t kReach = 36;

std::vector<std::string_view> Clauses(std::string_view text) {
  std::vector<std::string_view> clauses;
  while (true) {
    std::size_t end = std::string_view::npos, width = 0;
    for (std::string_view stop : kStops) {
      const std::size_t place = text.find(stop);
      if (place >= end) continue;
      end = place;
      width = stop.size();
    }
    clauses.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return clauses;
    text.remove_prefix(end + width);
  }
}

bool GoesElsewhere(std::string_view behind) {
  for (std::string_view word : kElsewhere) {
    if (behind.starts_with(word)) return true;
  }
  return false;
}

bool ActsOn(std::string_view clause, std::string_view relation) {
  for (std::size_t place = clause.find(relation); place != std::string_view::npos;
       place = clause.find(relation, place + relation.size())) {
    if (GoesElsewhere(clause.substr(place + relation.size()))) continue;
    const std::size_t begin = place > kReach ? place - kReach : 0;
    const std::string_view before = clause.substr(begin, place - begin);
    for (std::string_view verb : kVerbs) {
      if (before.find(verb) != std::string_view::npos) return true;
    }
  }
  return false;
}

}  // namespace

std::string WhyNotAgreed(std::string_view content) {
  for (std::string_view clause : Clauses(content)) {
    for (std::string_view relation : kRelations) {
      if (!ActsOn(clause, relation)) continue;
      return absl::StrCat(
          "must not confirm or end a relation of identity (", std::string(relation),
          "): only a registry or a court can (JC 4); agree on who registers it, and "
          "by which day");
    }
  }
  return "";
}

}  // namespace maplebridge::registry
