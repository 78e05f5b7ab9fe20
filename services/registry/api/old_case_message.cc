#include "services/registry/api/old_case_message.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include "common/status/macros.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/old_case_heading.h"

namespace maplebridge::registry {
namespace {

using enum OldCaseColumn;

// The values of one side, each list as its column has it.
struct Side {
  std::vector<std::string> names, kinds, identities, telephones;
};

bool FitsIntoList(const std::string& value) {
  return value.find(';') == std::string::npos && value.find("；") == std::string::npos;
}

void AddParty(const v1::OldCaseParty& party, const std::string& path, FieldCheck* check,
              Side* side) {
  constexpr std::string_view kAccepted = "must not hold a semicolon";
  check->Require(FitsIntoList(party.display_name()), path + ".display_name", kAccepted);
  check->Require(FitsIntoList(party.identity_number()), path + ".identity_number", kAccepted);
  check->Require(FitsIntoList(party.telephone()), path + ".telephone", kAccepted);
  check->Require(party.kind() != type::v1::PARTY_KIND_UNSPECIFIED, path + ".kind",
                 "must be PERSON, ORGANISATION or PLATFORM_COMPANY");
  side->names.push_back(party.display_name());
  side->kinds.push_back(WordOf("PARTY_KIND_", party.kind()));
  side->identities.push_back(party.identity_number());
  side->telephones.push_back(party.telephone());
}

std::string AmountCell(std::int64_t fen) { return fen == 0 ? "" : absl::StrCat(fen); }

}  // namespace

std::vector<std::string> FullHeading() {
  std::vector<std::string> names;
  for (const OldCaseColumnName& column : OldCaseColumns()) names.emplace_back(column.chinese);
  return names;
}

absl::StatusOr<std::vector<std::string>> RowOf(const v1::OldCase& message,
                                               const std::string& path) {
  FieldCheck check;
  Side sides[3];
  for (int i = 0; i < message.parties_size(); ++i) {
    const v1::OldCaseParty& party = message.parties(i);
    const std::string below = absl::StrCat(path, ".parties[", i, "]");
    const int side = static_cast<int>(party.position()) - type::v1::PARTY_POSITION_APPLICANT;
    check.Require(side >= 0 && side < 3, below + ".position",
                  "must be APPLICANT, RESPONDENT or THIRD_PERSON");
    if (side >= 0 && side < 3) AddParty(party, below, &check, &sides[side]);
  }
  MB_RETURN_IF_ERROR(check.status());
  std::vector<std::string> cells(kOldCaseColumnCount);
  const auto cell = [&cells](OldCaseColumn column) -> std::string& {
    return cells[static_cast<std::size_t>(column)];
  };
  cell(kRegisterNumber) = message.register_number();
  cell(kCategory) = message.category();
  cell(kCategoryText) = message.category_text();
  cell(kDivision) = message.division();
  cell(kSummary) = message.summary();
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t first = static_cast<std::size_t>(kApplicants) + i * kColumnsOfSide;
    cells[first] = absl::StrJoin(sides[i].names, "；");
    cells[first + 1] = absl::StrJoin(sides[i].kinds, "；");
    cells[first + 2] = absl::StrJoin(sides[i].identities, "；");
    cells[first + 3] = absl::StrJoin(sides[i].telephones, "；");
  }
  cell(kReportDay) = message.report_day();
  cell(kConcludeDay) = message.conclude_day();
  cell(kOutcome) = WordOf("OLD_CASE_OUTCOME_", message.outcome());
  cell(kClaimedFen) = AmountCell(message.claimed_amount_fen());
  cell(kAgreedFen) = AmountCell(message.agreed_amount_fen());
  cell(kRetention) = WordOf("RETENTION_", message.retention());
  return cells;
}

}  // namespace maplebridge::registry
