// What stands in the cells of an old register: days, amounts and words, as people write them.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/civil_time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/party/party.h"
#include "services/registry/domain/old_case.h"

namespace maplebridge::registry {

// Without the apostrophe that guards against formulas, and without spaces around it, also
// full-width ones.
std::string TextCell(std::string_view cell);
// The same with full-width digits, letters and signs as plain ones.
std::string PlainCell(std::string_view cell);

// 2019-05-03, 2019/5/3, 2019.5.3, 20190503, 2019年5月3日; a time behind a space is passed over, as
// spreadsheets add one. Unset for anything else and for days that do not exist.
std::optional<absl::CivilDay> DayCell(std::string_view cell);

// In fen, 0 when both are empty. INVALID_ARGUMENT for both, for less than 0, and for what is no
// amount.
absl::StatusOr<std::int64_t> AmountCell(std::string_view yuan, std::string_view fen);

// Values parted by ； or ;. None of an empty cell.
std::vector<std::string> ValuesCell(std::string_view cell);

// By code or Chinese name; empty when there is none.
std::string CategoryCell(std::string_view cell);
std::optional<PartyKind> PartyKindCell(std::string_view cell);
std::optional<OldCaseOutcome> OutcomeCell(std::string_view cell);
// Word of the API; LONG_TERM of an empty cell; empty when there is none.
std::string RetentionCell(std::string_view cell);

}  // namespace maplebridge::registry
