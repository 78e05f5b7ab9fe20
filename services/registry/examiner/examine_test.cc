#include "services/registry/examiner/examine.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include "common/status/reason.h"
#include "services/registry/testing/sample_files.h"

namespace maplebridge::registry {
namespace {

std::string Said(std::string_view bytes) {
  const Verdict verdict = Examine(bytes);
  EXPECT_NE(verdict.media_type.empty(), verdict.refusal.empty());
  return verdict.refusal.empty() ? verdict.media_type : verdict.refusal;
}

TEST(ExamineTest, TypesAreToldFromTheBytes) {
  EXPECT_EQ(Said(PdfWith()), "application/pdf");
  EXPECT_EQ(Said(Jpeg()), "image/jpeg");
  EXPECT_EQ(Said(Png()), "image/png");
  EXPECT_EQ(Said(std::string("II*\0\x08\0\0\0\0\0\0\0\0\0", 14)), "image/tiff");
  EXPECT_EQ(Said(Mp4("heic")), "image/heic");
  EXPECT_EQ(Said(Mp4("mif1")), "image/heic");
  EXPECT_EQ(Said(Mp4("M4A ")), "audio/mp4");
  EXPECT_EQ(Said(Mp4("mp42")), "video/mp4");
  EXPECT_EQ(Said(Wav()), "audio/wav");
  const std::string frame = "\xFF\xFB\x90\x64" + std::string(413, '0');
  EXPECT_EQ(Said(frame + frame), "audio/mpeg");
  EXPECT_EQ(Said(std::string("ID3\x03\0\0\0\0\0\x0A", 10) + std::string(10, '\0') + frame),
            "audio/mpeg");
  EXPECT_EQ(Said(Docx()),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
  EXPECT_EQ(Said(Xlsx()), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
}

TEST(ExamineTest, TextIsKeptInUtf8AndInGb18030) {
  EXPECT_EQ(Said("2026年3月1日，双方在调解室陈述。\r\n"), "text/plain");
  EXPECT_EQ(Said("\xEF\xBB\xBF聊天记录\n"), "text/plain");
  EXPECT_EQ(Said("date,amount\n2026-03-01,100\n2026-03-02,200\n"), "text/plain");
  // 调解 in GB18030, and a character of four bytes.
  EXPECT_EQ(Said("\xB5\xF7\xBD\xE2\n\x82\x35\x8F\x33\n"), "text/plain");
  EXPECT_EQ(ExamineText("\xB5\xF7\xBD").refusal, reason::kFileTypeRefused) << "a cut character";
  EXPECT_EQ(ExamineText(std::string("a\0b", 3)).refusal, reason::kFileTypeRefused);
  EXPECT_EQ(ExamineText("a\x1B[2J").refusal, reason::kFileTypeRefused) << "moves a terminal";
  EXPECT_EQ(ExamineText("\xFF\xFE").refusal, reason::kFileTypeRefused);
}

TEST(ExamineTest, ProgramsPagesAndArchivesAreRefused) {
  const std::string refused[] = {
      std::string("\x7F"
                  "ELF\x02\x01\x01",
                  7) +
          std::string(64, '\0'),
      "MZ" + std::string(58, '\0') + std::string("\x80\0\0\0", 4) + std::string(64, '\0') + "PE",
      "#!/bin/sh\nrm -rf /\n",
      "<!DOCTYPE html><html><body>x</body></html>",
      "\xEF\xBB\xBF  <html>",
      "note\n<SCRIPT>alert(1)</SCRIPT>\n",
      "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
      "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
      ZipOf({{"a.txt", "a"}}),
      "\x1F\x8B\x08" + std::string(20, '\0'),
      "Rar!\x1A\x07" + std::string(20, '\0'),
      "7z\xBC\xAF\x27\x1C" + std::string(30, '\0'),
      "GIF89a" + std::string(20, '\0'),
      "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(600, '\0'),
      std::string(100, '\0'),
  };
  for (const std::string& bytes : refused) {
    EXPECT_EQ(Said(bytes), reason::kFileTypeRefused) << bytes.substr(0, 20);
  }
}

TEST(PdfTest, WhatActsByItselfIsRefusedWhereverItStands) {
  const std::pair<std::string, std::string> active[] = {
      {"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>", ""},
      {"/OpenAction 4 0 R", "<< /S /JavaScript /JS (x) >>"},
      {"/OpenAction << /S /Launch /F (cmd.exe) >>", ""},
      {"/AA << /WC [ << /S /GoTo /Next << /S /Launch /F (a) >> >> ] >>", ""},
      {"/Names << /JavaScript << /Names [(a) 4 0 R] >> >>", "<< /S /JavaScript /JS (x) >>"},
      {"/AcroForm << /XFA (x) >>", ""},
      // Written with escapes, it is the same name.
      {"/OpenAction << /S /J#61va#53cript /#4AS (x) >>", ""},
      // Nothing refers to it.
      {"", "<< /S /JavaScript /JS (x) >>"},
      {"", "<< /Length 0 /AA << /O << /S /Launch /F (a) >> >> >>\nstream\n\nendstream"},
  };
  for (const auto& [catalogue, object] : active) {
    EXPECT_EQ(Said(PdfWith(catalogue, object)), reason::kFileActiveContent)
        << catalogue << " " << object;
  }
}

TEST(PdfTest, AScriptInACompressedStreamOfObjectsIsFound) {
  const std::string packed = PdfWithPacked("<< /S /JavaScript /JS (app.alert(1)) >>");
  ASSERT_EQ(packed.find("JavaScript"), std::string::npos) << "it must not be seen in the bytes";
  EXPECT_EQ(Said(packed), reason::kFileActiveContent);
  const std::string harmless = PdfWithPacked("<< /S /GoTo /D [3 0 R /Fit] >>");
  EXPECT_EQ(Said(harmless), "application/pdf");
}

TEST(PdfTest, PackedObjectsThatAreTooLargeToLookAtAreRefused) {
  const std::string much = PdfWithPacked("(" + std::string(60 << 20, '0') + ")");
  EXPECT_EQ(Said(much), "application/pdf");
  const std::string bomb = PdfWithPacked("(" + std::string(65 << 20, '0') + ")");
  EXPECT_LT(bomb.size(), 1U << 20) << "a bomb is small";
  EXPECT_EQ(Said(bomb), reason::kFileExpandsTooFar);
}

TEST(PdfTest, PackedObjectsThatCannotBeUnpackedAreRefused) {
  std::string pdf = PdfWithPacked("<< /S /GoTo /D [3 0 R /Fit] >>");
  const std::size_t holder = pdf.find("/ObjStm");
  ASSERT_NE(holder, std::string::npos);
  const std::size_t packed = pdf.find("stream\n", holder) + 7;
  for (std::size_t i = 2; i < 30; ++i) pdf[packed + i] = static_cast<char>(0xAA);
  EXPECT_EQ(Said(pdf), reason::kFileUnreadable);
}

TEST(PdfTest, LinksFormsAndWordsAboutScriptsAreHarmless) {
  EXPECT_EQ(Said(PdfWith("/OpenAction [3 0 R /Fit]")), "application/pdf");
  EXPECT_EQ(Said(PdfWith("", "<< /S /URI /URI (https://example.org/JavaScript) >>")),
            "application/pdf");
  EXPECT_EQ(Said(PdfWith("", "(the word /JavaScript)")), "application/pdf");
}

TEST(PdfTest, OneThatCannotBeReadIsRefused) {
  EXPECT_EQ(Said("%PDF-1.7\nnothing"), reason::kFileUnreadable);
  EXPECT_EQ(Said(PdfWithPassword()), reason::kFileUnreadable);
}

TEST(PdfTest, InADamagedOneTheWordsAreEnough) {
  std::string pdf = PdfWith("", "<< /S /URI /URI (a) >>");
  // Behind the end, where another reader may look.
  pdf += "9 0 obj << /S /J#61vaScript /J#53 (x) >> endobj\n";
  const std::size_t place = pdf.find("startxref\n") + 10;
  pdf.replace(place, 3, "999");
  EXPECT_EQ(Said(pdf), reason::kFileActiveContent);
}

TEST(OfficeTest, MacrosAreRefusedByNameAndByType) {
  EXPECT_EQ(Said(Docx({{"word/vbaProject.bin", "x"}})), reason::kFileActiveContent);
  EXPECT_EQ(Said(Docx({{"word/VBAPROJECT.BIN", "x"}})), reason::kFileActiveContent);
  EXPECT_EQ(Said(Docx({{"word/activeX/activeX1.bin", "x"}})), reason::kFileActiveContent);
  EXPECT_EQ(
      Said(ZipOf({{"[Content_Types].xml",
                   ContentTypesWith("application/vnd.ms-word.document.macroEnabled.main+xml")},
                  {"word/document.xml", "x"}})),
      reason::kFileActiveContent);
  EXPECT_EQ(Said(ZipOf({{"[Content_Types].xml",
                         absl::StrCat(ContentTypesWith("application/vnd.openxmlformats-"
                                                       "officedocument.wordprocessingml.document."
                                                       "main+xml"),
                                      "<Override ContentType=\"a.vba&#80;roject\"/>")},
                        {"word/document.xml", "x"}})),
            reason::kFileTypeRefused);
}

TEST(OfficeTest, ATypeWithoutItsPartIsNone) {
  EXPECT_EQ(Said(ZipOf({{"[Content_Types].xml",
                         ContentTypesWith("application/vnd.openxmlformats-officedocument."
                                          "wordprocessingml.document.main+xml")}})),
            reason::kFileTypeRefused);
  EXPECT_EQ(Said(ZipOf({{"[Content_Types].xml", "<Types/>"}, {"word/document.xml", "x"}})),
            reason::kFileTypeRefused);
}

TEST(OfficeTest, UnpackedItMayReachTheBoundAndNoMore) {
  const std::string most(kMostUnpackedBytes / 4, '0');
  Parts parts;
  for (int i = 0; i < 3; ++i) parts.push_back({absl::StrCat("word/media/", i), most});
  const std::string last(most.size() - 10'000, '0');
  parts.push_back({"word/media/3", last});
  EXPECT_EQ(Said(Docx(parts)),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
  parts.push_back({"word/media/4", std::string(10'000, '0')});
  const std::string bomb = Docx(parts);
  EXPECT_LT(bomb.size(), 1U << 20) << "a bomb is small";
  EXPECT_EQ(Said(bomb), reason::kFileExpandsTooFar);
}

TEST(OfficeTest, WhatAPartSaysOfItsSizeIsNotBelieved) {
  const std::string most(kMostUnpackedBytes / 4, '0');
  Parts parts;
  for (int i = 0; i < 5; ++i) parts.push_back({absl::StrCat("word/media/", i), most});
  std::string bomb = Docx(parts);
  // The size unpacked, in the headers: 128 MiB, little-endian, becomes 1.
  const std::string said("\x00\x00\x00\x08", 4);
  int changed = 0;
  for (std::size_t at = bomb.find(said); at != std::string::npos; at = bomb.find(said, at + 1)) {
    bomb.replace(at, 4, std::string("\x01\x00\x00\x00", 4));
    ++changed;
  }
  ASSERT_GE(changed, 10) << "five parts, each named twice";
  EXPECT_EQ(Said(bomb), reason::kFileExpandsTooFar);
}

TEST(OfficeTest, TooManyPartsAreRefused) {
  Parts parts;
  for (int i = 0; i < kMostParts; ++i) parts.push_back({absl::StrCat("p", i), ""});
  EXPECT_EQ(Said(Docx(parts)), reason::kFileExpandsTooFar);
}

TEST(OfficeTest, ADamagedOneIsRefused) {
  std::string bytes = Docx();
  EXPECT_EQ(Said(bytes.substr(0, bytes.size() - 30)), reason::kFileUnreadable);
  bytes[bytes.find("word/document.xml") + 30] ^= 1;
  EXPECT_EQ(Said(bytes), reason::kFileUnreadable) << "a flipped bit in the packed bytes";
}

}  // namespace
}  // namespace maplebridge::registry
