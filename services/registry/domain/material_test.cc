#include "services/registry/domain/material.h"

#include <gtest/gtest.h>

namespace maplebridge::registry {
namespace {

Upload Good() {
  Upload upload;
  upload.file_name = "买卖合同（第 1 页）.pdf";
  upload.kind = "CONTRACT";
  upload.size = 1;
  return upload;
}

std::vector<std::string> FieldsOf(const Upload& upload) {
  std::vector<std::string> fields;
  for (const Violation& violation : CheckUpload(upload)) fields.push_back(violation.field);
  return fields;
}

TEST(MaterialTest, AWellFormedAnnouncementHasNothingWrong) {
  EXPECT_EQ(FieldsOf(Good()), std::vector<std::string>());
}

TEST(MaterialTest, SizesAreAcceptedUpToTheLimitAndNotBeyond) {
  for (const auto& [size, is_good] :
       std::vector<std::pair<std::int64_t, bool>>{{-1, false},
                                                  {0, false},
                                                  {1, true},
                                                  {209'715'199, true},
                                                  {209'715'200, true},
                                                  {209'715'201, false}}) {
    Upload upload = Good();
    upload.size = size;
    EXPECT_EQ(FieldsOf(upload).empty(), is_good) << size;
  }
}

TEST(MaterialTest, EverythingWrongIsNamedAtOnce) {
  Upload upload;
  upload.declared_sha256 = std::string(64, 'A');
  EXPECT_EQ(FieldsOf(upload), (std::vector<std::string>{"file_name", "kind", "size", "sha256"}));
  upload.declared_sha256 = std::string(63, 'a');
  EXPECT_EQ(FieldsOf(upload).back(), "sha256");
  upload.declared_sha256 = std::string(64, 'a');
  EXPECT_EQ(FieldsOf(upload).back(), "size");
}

TEST(MaterialTest, ANameIsForPeopleAndNoPath) {
  for (const char* name : {"a", "身份证.jpg", "a..b", "...", "~", "a:b", "-rf", "COM1", "😀.png"}) {
    EXPECT_EQ(FaultOfFileName(name), "") << name;
  }
  const std::string bad[] = {"",
                             ".",
                             "..",
                             "../etc/passwd",
                             "a/b",
                             "a\\b",
                             std::string("a\0b", 3),
                             "a\nb",
                             "a\x7F",
                             "a\xC2\x85",  // next line
                             "a\xE2\x80\xAE"
                             "b",  // right-to-left override
                             "a\xE2\x81\xA6"
                             "b",              // left-to-right isolate
                             "a\xE2\x80\x8B",  // space without width
                             "\xEF\xBB\xBF"
                             "a",              // byte order mark
                             "a\xE2\x80\xA8",  // line separator
                             "\xFF",
                             "\xC0\xAF",      // an overlong /
                             "\xED\xA0\x80",  // half of a surrogate pair
                             "a\xE4\xB8",     // cut
                             " a",
                             "a "};
  for (const std::string& name : bad) EXPECT_NE(FaultOfFileName(name), "") << name;
}

TEST(MaterialTest, ANameHasUpTo255Bytes) {
  EXPECT_EQ(FaultOfFileName(std::string(254, 'a')), "");
  EXPECT_EQ(FaultOfFileName(std::string(255, 'a')), "");
  EXPECT_NE(FaultOfFileName(std::string(256, 'a')), "");
}

TEST(MaterialTest, BytesAreCommittedInWholeStepsAndAtTheEnd) {
  constexpr std::int64_t kStep = kFileChunk;
  EXPECT_EQ(Committable(0, kStep - 1, 10 * kStep), 0);
  EXPECT_EQ(Committable(0, kStep, 10 * kStep), kStep);
  EXPECT_EQ(Committable(0, kStep + 1, 10 * kStep), kStep);
  EXPECT_EQ(Committable(2 * kStep, 4 * kStep + 7, 10 * kStep), 2 * kStep);
  EXPECT_EQ(Committable(2 * kStep, 2 * kStep, 10 * kStep), 0);
  // The last bytes of a file are no whole step.
  EXPECT_EQ(Committable(2 * kStep, 2 * kStep + 7, 2 * kStep + 7), 7);
  EXPECT_EQ(Committable(2 * kStep, 2 * kStep + 6, 2 * kStep + 7), 0);
  EXPECT_EQ(Committable(0, 1, 1), 1);
}

TEST(MaterialTest, OpenUploadsOfADisputeAreBounded) {
  EXPECT_EQ(WhyNoMoreUploads(9, 0, 0, 1), "");
  EXPECT_NE(WhyNoMoreUploads(10, 0, 0, 1), "");
  EXPECT_EQ(WhyNoMoreUploads(1, kMostOpenBytes - 5, 0, 5), "");
  EXPECT_NE(WhyNoMoreUploads(1, kMostOpenBytes - 5, 0, 6), "");
  EXPECT_EQ(WhyNoMoreUploads(0, 0, 499, 1), "");
  EXPECT_NE(WhyNoMoreUploads(0, 0, 500, 1), "");
}

TEST(MaterialTest, OnlyAnArchivedOrMergedDisputeTakesNoMaterials) {
  for (int i = 1; i < kDisputeStateCount; ++i) {
    const auto state = static_cast<DisputeState>(i);
    const bool is_closed = state == DisputeState::kArchived || state == DisputeState::kClosedMerged;
    EXPECT_EQ(TakesMaterials(state), !is_closed) << Word(state);
  }
}

TEST(MaterialTest, AFileIsSavedUnderAnExtensionThatFitsItsBytes) {
  const MaterialType& jpeg = *FindMaterialType("image/jpeg");
  EXPECT_EQ(FileNameOf("a.jpg", jpeg), "a.jpg");
  EXPECT_EQ(FileNameOf("a.JPEG", jpeg), "a.JPEG");
  EXPECT_EQ(FileNameOf("照片", jpeg), "照片.jpg");
  EXPECT_EQ(FileNameOf("a.exe", jpeg), "a.exe.jpg");
  EXPECT_EQ(FileNameOf(".jpg", jpeg), ".jpg.jpg");
  EXPECT_EQ(FileNameOf("a.html", *FindMaterialType("text/plain")), "a.html.txt");
  EXPECT_EQ(FindMaterialType("text/html"), nullptr);
}

}  // namespace
}  // namespace maplebridge::registry
