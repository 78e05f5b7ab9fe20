#include "common/identifier/case_number.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/identifier/text.h"

namespace maplebridge::identifier {
namespace {

constexpr CaseType kTypes[] = {
    {"民诉前调", "pre-litigation mediation"},
    {"民初", "civil case, first instance"},
    {"民终", "civil case, second instance"},
    {"民申", "civil case, application for retrial"},
    {"民再", "civil case, retrial"},
    {"民特", "civil case, special procedure"},
    {"民督", "order for payment"},
    {"民辖", "civil case, jurisdiction"},
    {"民辖终", "civil case, jurisdiction, second instance"},
    {"诉前调确", "judicial confirmation of a pre-litigation mediation agreement"},
    {"诉前调书", "mediation document before filing"},
    {"调确", "judicial confirmation, older form"},
    {"财保", "preservation of property before suit"},
    {"执", "enforcement"},
    {"执保", "enforcement of preservation"},
    {"执异", "objection to enforcement"},
    {"执恢", "enforcement resumed"},
};

// The one character of each province, 兵 for the Corps, 军 for military courts (法〔2015〕137号).
constexpr std::string_view kProvinces =
    "京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新兵军";

absl::Status Wrong(std::string_view fault) {
  return absl::InvalidArgumentError(
      absl::StrCat("a court case number: ", std::string(fault),
                   "; accepted is the form （2023）京0105民诉前调1234号"));
}

// What is left to read, one piece after the other.
class Reader {
 public:
  explicit Reader(const std::vector<std::string_view>& characters) : characters_(characters) {}

  bool AtEnd() const { return at_ == characters_.size(); }
  bool TakeOneOf(std::initializer_list<std::string_view> accepted) {
    if (AtEnd() ||
        std::find(accepted.begin(), accepted.end(), characters_[at_]) == accepted.end()) {
      return false;
    }
    ++at_;
    return true;
  }
  std::string TakeDigits() {
    return TakeWhile([](std::string_view c) { return c.size() == 1 && IsDigit(c[0]); });
  }
  std::string TakeIdeographs() {
    return TakeWhile([](std::string_view c) { return c.size() == 3 && c != "号"; });
  }
  std::string TakeProvince() {
    if (AtEnd() || characters_[at_].size() != 3) return "";
    const size_t found = kProvinces.find(characters_[at_]);
    if (found == std::string_view::npos) return "";
    return std::string(characters_[at_++]);
  }

 private:
  template <typename Test>
  std::string TakeWhile(Test test) {
    std::string taken;
    while (!AtEnd() && test(characters_[at_])) taken.append(characters_[at_++]);
    return taken;
  }

  const std::vector<std::string_view>& characters_;
  size_t at_ = 0;
};

std::string TypeList() {
  std::string list;
  for (const CaseType& type : kTypes)
    absl::StrAppend(&list, list.empty() ? "" : ", ", std::string(type.characters));
  return list;
}

int64_t Number(std::string_view digits) {
  int64_t number = 0;
  for (const char digit : digits) number = number * 10 + (digit - '0');
  return number;
}

}  // namespace

std::span<const CaseType> CaseTypes() { return kTypes; }

absl::StatusOr<CaseNumber> CaseNumber::Parse(std::string_view text) {
  std::string half = HalfWidth(text);
  std::erase_if(half, [](char c) { return c == ' ' || c == '\t'; });
  if (half.empty()) return Wrong("it is empty");
  if (half.size() > 200) return Wrong("it is far too long");
  const std::vector<std::string_view> characters = Characters(half);
  Reader reader(characters);
  CaseNumber number;

  if (!reader.TakeOneOf({"(", "[", "〔", "【"}))
    return Wrong("it must begin with the year in brackets");
  const std::string year = reader.TakeDigits();
  if (year.size() != 4 || !reader.TakeOneOf({")", "]", "〕", "】"})) {
    return Wrong("the year has four digits and stands in brackets");
  }
  number.year = static_cast<int>(Number(year));
  if (number.year < 2016 || number.year > 2099) {
    return Wrong("the year is 2016 to 2099, since when this form of case numbers holds");
  }

  number.court = reader.TakeProvince();
  if (number.court.empty()) {
    // The Supreme People's Court has no province and no digits.
    if (!reader.TakeOneOf({"最"}) || !reader.TakeOneOf({"高"}) || !reader.TakeOneOf({"法"})) {
      return Wrong(
          "the court code must begin with a province's character such as 京, or be 最高法");
    }
    number.court = "最高法";
  } else {
    const std::string digits = reader.TakeDigits();
    if (digits.size() != 0 && digits.size() != 2 && digits.size() != 4) {
      return Wrong("the court code has no, two or four digits after the province's character");
    }
    number.court += digits;
  }

  number.type = reader.TakeIdeographs();
  const auto known = [&number](const CaseType& type) { return type.characters == number.type; };
  if (std::none_of(std::begin(kTypes), std::end(kTypes), known)) {
    return Wrong(absl::StrCat("the type characters must be one of ", TypeList()));
  }

  std::string serial = reader.TakeDigits();
  serial.erase(0, std::min(serial.find_first_not_of('0'), serial.size()));
  if (serial.empty() || serial.size() > 8) return Wrong("the serial is a number 1 to 99999999");
  number.serial = Number(serial);
  if (!reader.TakeOneOf({"号"})) return Wrong("it must end with 号");
  if (!reader.AtEnd()) {
    return Wrong("nothing may follow 号, not even 之一: give the number of the case itself");
  }
  return number;
}

std::string CaseNumber::ToString() const {
  return absl::StrCat("（", year, "）", court, type, serial, "号");
}

}  // namespace maplebridge::identifier
