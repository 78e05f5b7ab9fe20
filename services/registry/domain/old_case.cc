#include "services/registry/domain/old_case.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <array>

#include "common/calendar/working_calendar.h"
#include "common/identifier/text.h"
#include "common/party/checked_text.h"
#include "services/registry/domain/case_place.h"
#include "services/registry/domain/category.h"
#include "services/registry/domain/old_case_cell.h"

namespace maplebridge::registry {
namespace {

using enum OldCaseColumn;

constexpr std::string_view kOutcomeWords[] = {"AGREED", "PERFORMED", "FAILED", "WITHDRAWN"};

constexpr std::pair<PartyPosition, OldCaseColumn> kSides[] = {
    {PartyPosition::kApplicant, kApplicants},
    {PartyPosition::kRespondent, kRespondents},
    {PartyPosition::kThirdPerson, kThirdPersons}};

// "申请人证件号码[2]".
std::string ValueName(OldCaseColumn column, std::size_t index) {
  return absl::StrCat(std::string(ChineseName(column)), "[", index + 1, "]");
}

// The column of a side that is so many behind the names.
OldCaseColumn OfSide(OldCaseColumn names, std::size_t behind) {
  return static_cast<OldCaseColumn>(static_cast<std::size_t>(names) + behind);
}

// Reads one row; what is wrong gathers in `row`.
class RowReader {
 public:
  RowReader(const OldCaseHeading& heading, const std::vector<std::string>& cells, OldCaseRow* row)
      : heading_(heading), cells_(cells), row_(*row), old_case_(row->old_case) {}

  void ReadCase(const division::DivisionTree& divisions) {
    old_case_.register_number = TextCell(Cell(kRegisterNumber));
    RequireText(kRegisterNumber, old_case_.register_number, 1, 64);
    Require(old_case_.register_number.find('\n') == std::string::npos, kRegisterNumber,
            "must be one line");
    old_case_.category = CategoryCell(Cell(kCategory));
    Require(!old_case_.category.empty(), kCategory,
            "is no category; its code or Chinese name is accepted, such as NEIGHBOURS or 邻里纠纷");
    old_case_.category_text = TextCell(Cell(kCategoryText));
    if (old_case_.category == kOtherCategory) {
      RequireText(kCategoryText, old_case_.category_text, 1, 100);
    } else {
      Require(old_case_.category_text.empty(), kCategoryText,
              "must be empty unless the category is OTHER 其他纠纷");
    }
    auto place = CasePlaceOf(divisions, PlainCell(Cell(kDivision)));
    if (place.ok()) {
      old_case_.division = place->number();
    } else {
      Add(kDivision, std::string(place.status().message()));
    }
    old_case_.summary = TextCell(Cell(kSummary));
    RequireText(kSummary, old_case_.summary, 1, 2000);
  }

  void ReadEnd(absl::CivilDay today) {
    const auto report = DayCell(Cell(kReportDay));
    const auto conclude = DayCell(Cell(kConcludeDay));
    constexpr std::string_view kDayAccepted = "must be a day as 2019-05-03";
    Require(report.has_value(), kReportDay, kDayAccepted);
    Require(conclude.has_value(), kConcludeDay, kDayAccepted);
    old_case_.report_day = report.value_or(today);
    old_case_.conclude_day = conclude.value_or(old_case_.report_day);
    Require(old_case_.report_day >= kFirstReportDay, kReportDay, "must not be before 2000-01-01");
    Require(old_case_.report_day <= today, kReportDay, "must not be after today");
    Require(old_case_.conclude_day <= today, kConcludeDay, "must not be after today");
    if (report && conclude) {
      Require(*conclude >= *report, kConcludeDay, "must not be before 受理日期");
    }
    const auto outcome = OutcomeCell(Cell(kOutcome));
    Require(outcome.has_value(), kOutcome,
            "must be 达成协议 AGREED, 已履行 PERFORMED, 未达成协议 FAILED or 撤回 WITHDRAWN");
    old_case_.outcome = outcome.value_or(OldCaseOutcome::kAgreed);
    ReadAmount(kClaimedYuan, kClaimedFen, &old_case_.claimed_fen);
    ReadAmount(kAgreedYuan, kAgreedFen, &old_case_.agreed_fen);
    const bool is_agreed = !outcome || old_case_.outcome == OldCaseOutcome::kAgreed ||
                           old_case_.outcome == OldCaseOutcome::kPerformed;
    Require(is_agreed || old_case_.agreed_fen == 0, kAgreedYuan,
            "must be empty without an agreement");
    old_case_.retention = RetentionCell(Cell(kRetention));
    Require(!old_case_.retention.empty(), kRetention,
            "must be 永久 PERMANENT, 长期 LONG_TERM, 短期 SHORT_TERM or empty");
  }

  void ReadParties(absl::CivilDay today) {
    const std::size_t before = row_.violations.size();
    for (const auto& [position, names] : kSides) ReadSide(position, names);
    // What is wrong with a side's values makes no sense of its parties.
    if (row_.violations.size() != before) return;
    for (Violation& violation : NormaliseParties(&old_case_.parties, today)) {
      violation.field = ColumnOf(violation.field);
      row_.violations.push_back(std::move(violation));
    }
  }

 private:
  std::string_view Cell(OldCaseColumn column) const { return heading_.Cell(cells_, column); }
  void Add(OldCaseColumn column, std::string_view description) {
    row_.violations.push_back({std::string(ChineseName(column)), std::string(description)});
  }
  void Require(bool condition, OldCaseColumn column, std::string_view description) {
    if (!condition) Add(column, description);
  }
  void RequireText(OldCaseColumn column, const std::string& text, int least, int most) {
    const std::string wrong = CheckText(text, least, most);
    Require(wrong.empty(), column, wrong);
  }

  void ReadAmount(OldCaseColumn yuan, OldCaseColumn fen, std::int64_t* amount) {
    auto read = AmountCell(Cell(yuan), Cell(fen));
    if (read.ok()) {
      *amount = *read;
    } else {
      Add(Cell(yuan).empty() ? fen : yuan, std::string(read.status().message()));
    }
  }

  // The values that stand beside the names of a side: as many, or none.
  std::vector<std::string> ReadBeside(OldCaseColumn column, std::size_t count) {
    std::vector<std::string> values = ValuesCell(Cell(column));
    if (!values.empty() && values.size() != count) {
      Add(column, absl::StrCat("holds ", values.size(), " values for ", count,
                               " names; part them by ；, and leave one empty that is not known"));
    }
    values.resize(count);
    return values;
  }

  void ReadSide(PartyPosition position, OldCaseColumn names_column) {
    const std::vector<std::string> names = ValuesCell(Cell(names_column));
    const auto kinds = ReadBeside(OfSide(names_column, 1), names.size());
    const auto identities = ReadBeside(OfSide(names_column, 2), names.size());
    const auto telephones = ReadBeside(OfSide(names_column, 3), names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      Party party;
      party.party_id = absl::StrCat("p", old_case_.parties.size() + 1);
      party.position = position;
      party.display_name = names[i];
      const auto kind = PartyKindCell(kinds[i]);
      if (!kind) {
        row_.violations.push_back({ValueName(OfSide(names_column, 1), i),
                                   "must be 自然人 PERSON, 单位 ORGANISATION or 平台企业 "
                                   "PLATFORM_COMPANY"});
      }
      party.kind = kind.value_or(PartyKind::kPerson);
      party.identity_number = identifier::Capitals(PlainCell(identities[i]));
      party.telephone = PlainCell(telephones[i]);
      if (!party.identity_number.empty()) {
        party.identity_kind = party.kind == PartyKind::kPerson ? IdentityKind::kResident
                                                               : IdentityKind::kSocialCredit;
      }
      old_case_.parties.push_back(std::move(party));
      places_.push_back({names_column, i});
    }
  }

  // "parties[3].telephone" is "被申请人电话[1]" where that is the fourth party.
  std::string ColumnOf(const std::string& path) const {
    std::size_t index = 0;
    constexpr std::string_view kBefore = "parties[";
    const std::size_t end = path.find(']');
    if (!path.starts_with(kBefore) || end == std::string::npos) return "申请人、被申请人";
    for (std::size_t i = kBefore.size(); i < end; ++i) {
      index = index * 10 + static_cast<std::size_t>(path[i] - '0');
    }
    const auto& [column, place] = places_[index];
    std::size_t behind = 0;
    if (path.ends_with(".identity_number") || path.ends_with(".identity_kind")) behind = 2;
    if (path.ends_with(".telephone")) behind = 3;
    return ValueName(OfSide(column, behind), place);
  }

  const OldCaseHeading& heading_;
  const std::vector<std::string>& cells_;
  OldCaseRow& row_;
  OldCase& old_case_;
  // Of each party: the column of its name, and which value it is there.
  std::vector<std::pair<OldCaseColumn, std::size_t>> places_;
};

}  // namespace

OldCaseRow CheckOldCase(const OldCaseHeading& heading, const std::vector<std::string>& cells,
                        const division::DivisionTree& divisions, absl::CivilDay today) {
  OldCaseRow row;
  if (cells.size() != heading.width()) {
    row.violations.push_back(
        {"行", absl::StrCat("has ", cells.size(), " fields, the heading has ", heading.width(),
                            "; a field with a comma stands in quotes")});
    return row;
  }
  RowReader reader(heading, cells, &row);
  reader.ReadCase(divisions);
  reader.ReadParties(today);
  reader.ReadEnd(today);
  return row;
}

std::string ErrorText(const Violations& violations) {
  return absl::StrJoin(violations, "；", [](std::string* text, const Violation& violation) {
    absl::StrAppend(text, violation.field, ": ", violation.description);
  });
}

std::string ContentOf(const OldCase& old_case) {
  std::vector<std::string> parts{old_case.register_number,
                                 old_case.category,
                                 old_case.category_text,
                                 absl::StrCat(old_case.division),
                                 old_case.summary,
                                 absl::FormatCivilTime(old_case.report_day),
                                 absl::FormatCivilTime(old_case.conclude_day),
                                 std::string(Word(old_case.outcome)),
                                 absl::StrCat(old_case.claimed_fen),
                                 absl::StrCat(old_case.agreed_fen),
                                 old_case.retention};
  for (const Party& party : old_case.parties) {
    parts.insert(parts.end(), {std::string(Word(party.position)), std::string(Word(party.kind)),
                               party.display_name, party.identity_number, party.telephone});
  }
  return absl::StrJoin(parts, "\x1f");
}

Dispute ImportedDispute(const OldCase& old_case, const std::string& organisation, absl::Time now) {
  Dispute dispute;
  dispute.state = DisputeState::kArchived;
  dispute.category = old_case.category;
  dispute.category_text = old_case.category_text;
  dispute.source = "IMPORT";
  dispute.division = old_case.division;
  dispute.organisation = organisation;
  dispute.summary = old_case.summary;
  dispute.claimed_amount_fen = old_case.claimed_fen;
  dispute.difficulty = std::ssize(old_case.parties) >= kGroupParties ? "MAJOR" : "ORDINARY";
  dispute.parties = old_case.parties;
  const bool is_agreed =
      old_case.outcome == OldCaseOutcome::kAgreed || old_case.outcome == OldCaseOutcome::kPerformed;
  dispute.conclusion.conclude_time = calendar::StartOfChinaDay(old_case.conclude_day);
  if (is_agreed) {
    dispute.conclusion.kind = "AGREEMENT";
    dispute.conclusion.effective_day = old_case.conclude_day;
    dispute.owed_fen = old_case.agreed_fen;
    if (old_case.outcome == OldCaseOutcome::kPerformed) dispute.performed_fen = dispute.owed_fen;
  } else if (old_case.outcome == OldCaseOutcome::kFailed) {
    dispute.conclusion.kind = "NO_AGREEMENT";
    dispute.conclusion.reason = "NO_AGREEMENT";
  }
  dispute.retention = old_case.retention;
  dispute.archive_time = now;
  dispute.create_time = calendar::StartOfChinaDay(old_case.report_day);
  dispute.accept_time = dispute.create_time;
  dispute.update_time = now;
  dispute.revision = 1;
  return dispute;
}

std::string_view Word(OldCaseOutcome outcome) {
  return kOutcomeWords[static_cast<std::size_t>(outcome)];
}

}  // namespace maplebridge::registry
