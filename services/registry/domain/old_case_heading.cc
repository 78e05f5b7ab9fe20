#include "services/registry/domain/old_case_heading.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>

#include "common/identifier/text.h"

namespace maplebridge::registry {
namespace {

using enum OldCaseColumn;

constexpr OldCaseColumnName kColumns[] = {
    {kRegisterNumber, "原编号", "register_number", true},
    {kCategory, "纠纷类别", "category", true},
    {kCategoryText, "类别说明", "category_text", false},
    {kDivision, "发生地", "division", true},
    {kSummary, "纠纷情况", "summary", true},
    {kApplicants, "申请人", "applicants", true},
    {kApplicantKinds, "申请人类型", "applicant_kinds", false},
    {kApplicantIdentities, "申请人证件号码", "applicant_identity_numbers", false},
    {kApplicantTelephones, "申请人电话", "applicant_telephones", false},
    {kRespondents, "被申请人", "respondents", true},
    {kRespondentKinds, "被申请人类型", "respondent_kinds", false},
    {kRespondentIdentities, "被申请人证件号码", "respondent_identity_numbers", false},
    {kRespondentTelephones, "被申请人电话", "respondent_telephones", false},
    {kThirdPersons, "第三人", "third_persons", false},
    {kThirdPersonKinds, "第三人类型", "third_person_kinds", false},
    {kThirdPersonIdentities, "第三人证件号码", "third_person_identity_numbers", false},
    {kThirdPersonTelephones, "第三人电话", "third_person_telephones", false},
    {kReportDay, "受理日期", "report_day", true},
    {kConcludeDay, "结案日期", "conclude_day", true},
    {kOutcome, "结果", "outcome", true},
    {kClaimedYuan, "诉求金额（元）", "claimed_amount_yuan", false},
    {kClaimedFen, "诉求金额（分）", "claimed_amount_fen", false},
    {kAgreedYuan, "协议金额（元）", "agreed_amount_yuan", false},
    {kAgreedFen, "协议金额（分）", "agreed_amount_fen", false},
    {kRetention, "保管期限", "retention", false},
};
static_assert(std::size(kColumns) == kOldCaseColumnCount);

// As headings are compared: half-width, without spaces around it, in small letters.
std::string Plain(std::string_view name) {
  std::string plain = absl::AsciiStrToLower(identifier::HalfWidth(name));
  absl::StripAsciiWhitespace(&plain);
  return plain;
}

bool Names(std::string_view name, std::string_view plain) { return Plain(name) == plain; }

const OldCaseColumnName* FindColumn(const std::string& plain) {
  for (const OldCaseColumnName& each : kColumns) {
    if (Names(each.chinese, plain) || Names(each.english, plain)) return &each;
  }
  return nullptr;
}

}  // namespace

std::span<const OldCaseColumnName> OldCaseColumns() { return kColumns; }

std::string_view ChineseName(OldCaseColumn column) {
  return kColumns[static_cast<std::size_t>(column)].chinese;
}

absl::StatusOr<OldCaseHeading> OldCaseHeading::Read(const std::vector<std::string>& cells) {
  OldCaseHeading heading;
  heading.width_ = cells.size();
  std::vector<std::string> faults;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string plain = Plain(cells[i]);
    if (plain == kErrorColumn || plain == "error") {
      heading.error_places_.push_back(i);
      continue;
    }
    const OldCaseColumnName* found = FindColumn(plain);
    if (found == nullptr) {
      heading.ignored_.push_back(cells[i]);
      continue;
    }
    std::size_t& place = heading.places_[static_cast<std::size_t>(found->column)];
    if (place != kNowhere) {
      faults.push_back(absl::StrCat("has the column ", std::string(found->chinese), " twice"));
    }
    place = i;
  }
  std::vector<std::string> missing;
  for (const OldCaseColumnName& each : kColumns) {
    const bool is_there = heading.places_[static_cast<std::size_t>(each.column)] != kNowhere;
    if (is_there || !each.is_required) continue;
    missing.push_back(absl::StrCat(std::string(each.chinese), " ", std::string(each.english)));
  }
  if (!missing.empty()) {
    faults.push_back(absl::StrCat("lacks the columns ", absl::StrJoin(missing, ", "),
                                  "; the first line must name all of them"));
  }
  if (!faults.empty()) return absl::InvalidArgumentError(absl::StrJoin(faults, "; "));
  return heading;
}

std::string_view OldCaseHeading::Cell(const std::vector<std::string>& cells,
                                      OldCaseColumn column) const {
  const std::size_t place = places_[static_cast<std::size_t>(column)];
  return place < cells.size() ? std::string_view(cells[place]) : std::string_view();
}

std::vector<std::string> OldCaseHeading::WithError(std::vector<std::string> cells,
                                                   const std::string& error) const {
  if (cells.size() > width_ && width_ > 0) {
    const auto last = cells.begin() + static_cast<std::ptrdiff_t>(width_) - 1;
    std::string joined = absl::StrJoin(last, cells.end(), ",");
    cells.resize(width_);
    cells.back() = std::move(joined);
  }
  cells.resize(width_);
  for (auto place = error_places_.rbegin(); place != error_places_.rend(); ++place) {
    cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(*place));
  }
  cells.push_back(error);
  return cells;
}

}  // namespace maplebridge::registry
