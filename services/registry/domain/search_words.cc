#include "services/registry/domain/search_words.h"

#include <cstdint>
#include <set>

#include "common/identifier/text.h"

namespace maplebridge::registry {
namespace {

constexpr int kLeastDigitsOfNumber = 6;

enum class Script : std::uint8_t { kSign, kLatin, kOther };

// Of one character in half-width.
Script ScriptOf(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (lead < 0x80) {
    const char c = character[0];
    const bool is_latin =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return is_latin ? Script::kLatin : Script::kSign;
  }
  if (character.size() == 1) return Script::kSign;  // not UTF-8
  // U+0080 to U+00BF, among them the middle dot of minority names, and general punctuation U+2000
  // to U+206F; U+3000 to U+303F; U+FF00 to U+FFEF.
  const auto second = static_cast<unsigned char>(character[1]);
  if (lead == 0xC2) return Script::kSign;
  if (lead == 0xE2 && (second == 0x80 || second == 0x81)) return Script::kSign;
  if (lead == 0xE3 && second == 0x80) return Script::kSign;
  if (lead == 0xEF && second >= 0xBC) return Script::kSign;
  return Script::kOther;
}

std::string Small(std::string_view text) {
  std::string small(text);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return small;
}

// Words of one text as they are found.
class Words {
 public:
  void Add(std::string word) {
    if (seen_.insert(word).second) words_.push_back(std::move(word));
  }
  std::vector<std::string> Take() { return std::move(words_); }

 private:
  std::set<std::string> seen_;
  std::vector<std::string> words_;
};

void AddRun(const std::vector<std::string_view>& run, Script script, Words* words) {
  if (run.empty()) return;
  if (script == Script::kLatin) {
    std::string word;
    for (std::string_view character : run) word += Small(character);
    words->Add(std::move(word));
    return;
  }
  if (run.size() == 1) words->Add(std::string(run[0]));
  for (std::size_t i = 0; i + 1 < run.size(); ++i) {
    words->Add(std::string(run[i]) + std::string(run[i + 1]));
  }
}

}  // namespace

std::vector<std::string> SearchWords(std::string_view text) {
  const std::string half = identifier::HalfWidth(text);
  Words words;
  std::vector<std::string_view> run;
  Script script = Script::kSign;
  for (std::string_view character : identifier::Characters(half)) {
    const Script next = ScriptOf(character);
    if (next != script) {
      AddRun(run, script, &words);
      run.clear();
      script = next;
    }
    if (next != Script::kSign) run.push_back(character);
  }
  AddRun(run, script, &words);
  return words.Take();
}

std::string BareNumber(std::string_view text) {
  const std::string half = identifier::HalfWidth(text);
  std::string bare;
  int digits = 0;
  for (std::string_view character : identifier::Characters(half)) {
    if (ScriptOf(character) == Script::kSign) continue;
    digits += identifier::IsDigit(character[0]) ? 1 : 0;
    bare += Small(character);
  }
  return digits >= kLeastDigitsOfNumber ? bare : "";
}

}  // namespace maplebridge::registry
