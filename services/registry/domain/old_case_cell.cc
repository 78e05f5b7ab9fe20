#include "services/registry/domain/old_case_cell.h"

#include <absl/strings/ascii.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <utility>

#include "common/csv/csv_writer.h"
#include "common/identifier/text.h"
#include "common/money/fen.h"
#include "services/registry/domain/category.h"

namespace maplebridge::registry {
namespace {

template <typename Value>
using WordTable = std::pair<std::string_view, Value>;

constexpr WordTable<PartyKind> kPartyKinds[] = {
    {"", PartyKind::kPerson},
    {"自然人", PartyKind::kPerson},
    {"个人", PartyKind::kPerson},
    {"PERSON", PartyKind::kPerson},
    {"单位", PartyKind::kOrganisation},
    {"法人", PartyKind::kOrganisation},
    {"组织", PartyKind::kOrganisation},
    {"ORGANISATION", PartyKind::kOrganisation},
    {"平台企业", PartyKind::kPlatformCompany},
    {"PLATFORM_COMPANY", PartyKind::kPlatformCompany},
};

constexpr WordTable<OldCaseOutcome> kOutcomes[] = {
    {"达成协议", OldCaseOutcome::kAgreed},     {"调解成功", OldCaseOutcome::kAgreed},
    {"AGREED", OldCaseOutcome::kAgreed},       {"已履行", OldCaseOutcome::kPerformed},
    {"PERFORMED", OldCaseOutcome::kPerformed}, {"未达成协议", OldCaseOutcome::kFailed},
    {"调解不成", OldCaseOutcome::kFailed},     {"FAILED", OldCaseOutcome::kFailed},
    {"撤回", OldCaseOutcome::kWithdrawn},      {"WITHDRAWN", OldCaseOutcome::kWithdrawn},
};

constexpr WordTable<std::string_view> kRetentions[] = {
    {"", "LONG_TERM"},           {"永久", "PERMANENT"},      {"PERMANENT", "PERMANENT"},
    {"长期", "LONG_TERM"},       {"LONG_TERM", "LONG_TERM"}, {"短期", "SHORT_TERM"},
    {"SHORT_TERM", "SHORT_TERM"}};

// Chinese as it stands, English in any case.
template <typename Value, std::size_t kCount>
std::optional<Value> Find(const WordTable<Value> (&table)[kCount], std::string_view cell) {
  const std::string word = absl::AsciiStrToUpper(PlainCell(cell));
  for (const auto& [known, value] : table) {
    if (known == word) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string TextCell(std::string_view cell) {
  std::string text = csv::Unguarded(cell);
  constexpr std::string_view kWideSpace = "\u3000";
  while (true) {
    absl::StripAsciiWhitespace(&text);
    if (text.starts_with(kWideSpace)) {
      text.erase(0, kWideSpace.size());
    } else if (text.ends_with(kWideSpace)) {
      text.resize(text.size() - kWideSpace.size());
    } else {
      return text;
    }
  }
}

std::string PlainCell(std::string_view cell) {
  std::string plain = identifier::HalfWidth(csv::Unguarded(cell));
  absl::StripAsciiWhitespace(&plain);
  return plain;
}

std::optional<absl::CivilDay> DayCell(std::string_view cell) {
  std::string text = PlainCell(cell);
  text.resize(std::min(text.find(' '), text.size()));
  if (text.size() == 8 && identifier::AllDigits(text)) {
    text.insert(6, "-");
    text.insert(4, "-");
  }
  text = absl::StrReplaceAll(text, {{"年", "-"}, {"月", "-"}, {"日", ""}, {"/", "-"}, {".", "-"}});
  const std::vector<std::string> parts = absl::StrSplit(text, '-');
  if (parts.size() != 3 || parts[0].size() != 4) return std::nullopt;
  int numbers[3];
  for (std::size_t i = 0; i < 3; ++i) {
    const bool is_number = !parts[i].empty() && parts[i].size() <= 4 &&
                           identifier::AllDigits(parts[i]) &&
                           absl::SimpleAtoi(parts[i], &numbers[i]);
    if (!is_number) return std::nullopt;
  }
  const absl::CivilDay day(numbers[0], numbers[1], numbers[2]);
  // A day that does not exist becomes another one.
  const bool exists =
      day.year() == numbers[0] && day.month() == numbers[1] && day.day() == numbers[2];
  return exists ? std::optional(day) : std::nullopt;
}

absl::StatusOr<std::int64_t> AmountCell(std::string_view yuan, std::string_view fen) {
  const std::string in_yuan = PlainCell(yuan), in_fen = PlainCell(fen);
  if (!in_yuan.empty() && !in_fen.empty()) {
    return absl::InvalidArgumentError("stands in yuan and in fen; leave one empty");
  }
  std::int64_t amount = 0;
  if (!in_yuan.empty()) {
    auto parsed = money::Fen::ParseYuan(in_yuan);
    if (!parsed.ok()) {
      return absl::InvalidArgumentError("must be an amount in yuan, such as 1234.50");
    }
    amount = parsed->amount();
  } else if (!in_fen.empty() && !absl::SimpleAtoi(in_fen, &amount)) {
    return absl::InvalidArgumentError("must be a whole number of fen, such as 123450");
  }
  if (amount < 0) return absl::InvalidArgumentError("must not be below 0");
  return amount;
}

std::vector<std::string> ValuesCell(std::string_view cell) {
  const std::string text = absl::StrReplaceAll(TextCell(cell), {{"；", ";"}});
  if (text.empty()) return {};
  std::vector<std::string> values = absl::StrSplit(text, ';');
  for (std::string& value : values) value = TextCell(value);
  return values;
}

std::string CategoryCell(std::string_view cell) {
  const std::string name = PlainCell(cell);
  const std::string code = absl::AsciiStrToUpper(name);
  for (const Category& category : Categories()) {
    if (category.code == code || category.chinese == name) return std::string(category.code);
  }
  return "";
}

std::optional<PartyKind> PartyKindCell(std::string_view cell) { return Find(kPartyKinds, cell); }

std::optional<OldCaseOutcome> OutcomeCell(std::string_view cell) { return Find(kOutcomes, cell); }

std::string RetentionCell(std::string_view cell) {
  return std::string(Find(kRetentions, cell).value_or(""));
}

}  // namespace maplebridge::registry
