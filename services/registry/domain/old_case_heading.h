// The columns in which an old case is written: their names, and where a file has them.
#pragma once

#include <absl/status/statusor.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::registry {

enum class OldCaseColumn : std::uint8_t {
  kRegisterNumber,
  kCategory,
  kCategoryText,
  kDivision,
  kSummary,
  // Of each side: names, kinds, identity numbers and telephones, in this order.
  kApplicants,
  kApplicantKinds,
  kApplicantIdentities,
  kApplicantTelephones,
  kRespondents,
  kRespondentKinds,
  kRespondentIdentities,
  kRespondentTelephones,
  kThirdPersons,
  kThirdPersonKinds,
  kThirdPersonIdentities,
  kThirdPersonTelephones,
  kReportDay,
  kConcludeDay,
  kOutcome,
  kClaimedYuan,
  kClaimedFen,
  kAgreedYuan,
  kAgreedFen,
  kRetention,
};
inline constexpr std::size_t kOldCaseColumnCount = 25;
// From one column of a side to the next.
inline constexpr std::size_t kColumnsOfSide = 4;

struct OldCaseColumnName {
  OldCaseColumn column;
  std::string_view chinese;
  std::string_view english;
  bool is_required;
};
// In the order of OldCaseColumn.
std::span<const OldCaseColumnName> OldCaseColumns();
std::string_view ChineseName(OldCaseColumn column);

// The column in which errors come back; what stands in it is not read.
inline constexpr std::string_view kErrorColumn = "错误";

class OldCaseHeading {
 public:
  // Names are known in Chinese and English, in any case, with full-width or plain brackets.
  // INVALID_ARGUMENT names what is missing or stands twice.
  static absl::StatusOr<OldCaseHeading> Read(const std::vector<std::string>& cells);

  // The cell of a record; empty when the file does not have the column or the record ends before.
  std::string_view Cell(const std::vector<std::string>& cells, OldCaseColumn column) const;
  // Columns that are none of an old case, in their order.
  const std::vector<std::string>& ignored() const { return ignored_; }
  std::size_t width() const { return width_; }
  // The cells without those of the error column, and with an error behind them: a record that can
  // be mended. Cells beyond the width are joined to the last by commas, missing ones are empty.
  std::vector<std::string> WithError(std::vector<std::string> cells,
                                     const std::string& error) const;

 private:
  static constexpr std::size_t kNowhere = ~std::size_t{0};
  OldCaseHeading() { places_.fill(kNowhere); }

  std::array<std::size_t, kOldCaseColumnCount> places_;
  std::vector<std::size_t> error_places_;
  std::vector<std::string> ignored_;
  std::size_t width_ = 0;
};

}  // namespace maplebridge::registry
