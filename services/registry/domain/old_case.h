// An old case: it ended before this system knew it, and is brought in from a register of its
// organisation. A row of the register is checked here, and becomes a dispute.
#pragma once

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <optional>
#include <string>
#include <vector>

#include "common/division/division_tree.h"
#include "common/party/party.h"
#include "common/party/violation.h"
#include "services/registry/domain/dispute.h"
#include "services/registry/domain/old_case_heading.h"

namespace maplebridge::registry {

enum class OldCaseOutcome : std::uint8_t { kAgreed, kPerformed, kFailed, kWithdrawn };

struct OldCase {
  std::string register_number;
  std::string category;
  std::string category_text;
  std::uint64_t division = 0;
  std::string summary;
  std::vector<Party> parties;
  absl::CivilDay report_day;
  absl::CivilDay conclude_day;
  OldCaseOutcome outcome = OldCaseOutcome::kAgreed;
  std::int64_t claimed_fen = 0;
  std::int64_t agreed_fen = 0;
  std::string retention;  // word of the API
};

// The first day that the numbers of disputes have room for.
inline constexpr absl::CivilDay kFirstReportDay(2000, 1, 1);

struct OldCaseRow {
  OldCase old_case;
  // Empty exactly when the case may be brought in; paths are names of columns, such as
  // "申请人证件号码[2]" for the second value there.
  Violations violations;
};
// `today`: the day in China. Full-width digits, letters and signs count as plain ones in numbers,
// days and amounts; days may be written as 2019-05-03, 2019/5/3, 2019.5.3, 20190503 or
// 2019年5月3日.
OldCaseRow CheckOldCase(const OldCaseHeading& heading, const std::vector<std::string>& cells,
                        const division::DivisionTree& divisions, absl::CivilDay today);

// "申请人证件号码[2]: is not …；受理日期: must be …", for the error column.
std::string ErrorText(const Violations& violations);

// Everything that the case says, in one order: two rows that say the same are one case.
std::string ContentOf(const OldCase& old_case);

// The dispute that it becomes, without number and rules version.
Dispute ImportedDispute(const OldCase& old_case, const std::string& organisation, absl::Time now);

std::string_view Word(OldCaseOutcome outcome);

}  // namespace maplebridge::registry
