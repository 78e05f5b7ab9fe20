#include "deploy/maplectl_source/doctor.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

namespace maplebridge::maplectl {
namespace {

using Weight = Finding::Weight;

struct WeightWords {
  Weight weight;
  std::string_view word;
  std::string_view sign;
  Colour colour;
};
constexpr WeightWords kWeights[] = {
    {Weight::kGood, "good", "✓", Colour::kGood},
    {Weight::kWarning, "warning", "!", Colour::kWarning},
    {Weight::kProblem, "problem", "✗", Colour::kBad},
};
const WeightWords& WordsOf(Weight weight) { return kWeights[static_cast<std::size_t>(weight)]; }

void Show(const Console& console, const Finding& finding) {
  const WeightWords& words = WordsOf(finding.weight);
  Json json;
  json["check"] = finding.check;
  json["result"] = words.word;
  json["what"] = finding.what;
  if (!finding.mend.empty()) json["mend"] = finding.mend;
  console.Tell(json);
  console.Say(absl::StrCat(console.Coloured(words.sign, words.colour), " ", finding.check, ": ",
                           finding.what));
  if (!finding.mend.empty()) console.Say("    → " + finding.mend);
}

}  // namespace

void Good(Findings* findings, const std::string& check, const std::string& what) {
  findings->push_back({check, Weight::kGood, what, ""});
}

void Warn(Findings* findings, const std::string& check, const std::string& what,
          const std::string& mend) {
  findings->push_back({check, Weight::kWarning, what, mend});
}

void Complain(Findings* findings, const std::string& check, const std::string& what,
              const std::string& mend) {
  findings->push_back({check, Weight::kProblem, what, mend});
}

int RunDoctor(const Console& console, const Installation& installation) {
  Findings findings;
  ExamineFiles(installation, &findings);
  if (installation.exists()) {
    ExamineKeys(installation, &findings);
    ExamineReferenceData(installation, &findings);
    ExamineFileStore(installation, &findings);
  }
  ExamineDisk(installation, &findings);
  ExamineClock(&findings);
  if (installation.exists()) {
    ExamineProcesses(installation, &findings);
    ExamineDatabases(installation, &findings);
  }
  for (const Finding& finding : findings) Show(console, finding);
  const auto count = [&findings](Weight weight) {
    return std::count_if(findings.begin(), findings.end(),
                         [weight](const Finding& finding) { return finding.weight == weight; });
  };
  Json last;
  last["problems"] = count(Weight::kProblem);
  last["warnings"] = count(Weight::kWarning);
  console.Tell(last);
  console.Say(
      absl::StrCat(count(Weight::kProblem), " problems, ", count(Weight::kWarning), " warnings"));
  return count(Weight::kProblem) == 0 ? kDone : kFailed;
}

}  // namespace maplebridge::maplectl
