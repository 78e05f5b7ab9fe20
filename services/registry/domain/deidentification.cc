#include "services/registry/domain/deidentification.h"

#include <absl/strings/str_replace.h>

#include <algorithm>

#include "common/identifier/text.h"

namespace maplebridge::registry {
namespace {

constexpr char kMask[] = "＊";
constexpr int kLeastDigits = 5;

bool IsOfNumber(char c) {
  return identifier::IsDigit(c) || identifier::IsCapital(c) || (c >= 'a' && c <= 'z') || c == '-';
}

}  // namespace

std::string Deidentify(std::string_view text, std::vector<std::string> names) {
  // The longest first: 张三丰 is not left as ＊丰 where 张三 is a name, too.
  std::sort(names.begin(), names.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  std::string plain(text);
  for (const std::string& name : names) {
    if (!name.empty()) absl::StrReplaceAll({{name, kMask}}, &plain);
  }
  std::string masked, run;
  int digits = 0;
  const auto end_run = [&] {
    masked += digits >= kLeastDigits ? kMask : run;
    run.clear();
    digits = 0;
  };
  for (std::string_view character : identifier::Characters(plain)) {
    const std::string half = identifier::HalfWidth(character);
    if (half.size() == 1 && IsOfNumber(half[0])) {
      run += character;
      digits += identifier::IsDigit(half[0]) ? 1 : 0;
      continue;
    }
    end_run();
    masked += character;
  }
  end_run();
  return masked;
}

}  // namespace maplebridge::registry
