#include "services/registry/testing/sample_files.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <gtest/gtest.h>
#include <zip.h>

#include <memory>
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFWriter.hh>

namespace maplebridge::registry {
namespace {

constexpr char kWordType[] =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";

std::string Write(QPDF& pdf, const std::function<void(QPDFWriter&)>& set) {
  QPDFWriter writer(pdf);
  writer.setOutputMemory();
  set(writer);
  writer.write();
  const std::shared_ptr<Buffer> buffer = writer.getBufferSharedPointer();
  return std::string(reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize());
}

}  // namespace

std::string PdfWith(const std::string& catalogue, const std::string& objects) {
  std::string pdf = "%PDF-1.7\n";
  std::vector<std::size_t> places;
  const auto add = [&](const std::string& object) {
    places.push_back(pdf.size());
    absl::StrAppend(&pdf, places.size(), " 0 obj\n", object, "\nendobj\n");
  };
  add(absl::StrCat("<< /Type /Catalog /Pages 2 0 R ", catalogue, " >>"));
  add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>");
  if (!objects.empty()) add(objects);
  const std::size_t table = pdf.size();
  absl::StrAppend(&pdf, "xref\n0 ", places.size() + 1, "\n0000000000 65535 f \n");
  for (std::size_t place : places) absl::StrAppendFormat(&pdf, "%010d 00000 n \n", place);
  absl::StrAppend(&pdf, "trailer\n<< /Size ", places.size() + 1, " /Root 1 0 R >>\nstartxref\n",
                  table, "\n%%EOF\n");
  return pdf;
}

std::string PdfWithPacked(const std::string& object) {
  const std::string plain = PdfWith("/OpenAction 4 0 R", object);
  QPDF pdf;
  pdf.processMemoryFile("sample", plain.data(), plain.size());
  return Write(pdf, [](QPDFWriter& writer) { writer.setObjectStreamMode(qpdf_o_generate); });
}

std::string PdfWithPassword() {
  const std::string plain = PdfWith();
  QPDF pdf;
  pdf.processMemoryFile("sample", plain.data(), plain.size());
  return Write(pdf, [](QPDFWriter& writer) {
    writer.setR6EncryptionParameters("user", "owner", true, true, true, true, true, true,
                                     qpdf_r3p_full, true);
  });
}

std::string ZipOf(const Parts& parts) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  for (const auto& [name, bytes] : parts) {
    zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    EXPECT_GE(zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8), 0) << name;
  }
  EXPECT_EQ(zip_close(archive), 0);
  zip_source_open(target);
  zip_source_seek(target, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(target)), '\0');
  zip_source_seek(target, 0, SEEK_SET);
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

std::string ContentTypesWith(std::string_view main_type) {
  return absl::StrCat(
      "<?xml version=\"1.0\"?><Types><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
      "<Override PartName=\"/word/document.xml\" ContentType=\"",
      std::string(main_type), "\"/></Types>");
}

std::string Docx(const Parts& more) {
  Parts parts = {{"[Content_Types].xml", ContentTypesWith(kWordType)},
                 {"word/document.xml", "<w:document><w:body/></w:document>"}};
  parts.insert(parts.end(), more.begin(), more.end());
  return ZipOf(parts);
}

std::string Xlsx() {
  return ZipOf({{"[Content_Types].xml",
                 ContentTypesWith("application/vnd.openxmlformats-officedocument.spreadsheetml."
                                  "sheet.main+xml")},
                {"xl/workbook.xml", "<workbook/>"}});
}

std::string Jpeg(std::size_t size) {
  std::string bytes("\xFF\xD8\xFF\xE0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00", 20);
  for (std::size_t i = bytes.size(); i < size; ++i) {
    bytes.push_back(static_cast<char>((i * 2654435761U) >> 13));
  }
  return bytes;
}

std::string Png() {
  return std::string(
      "\x89PNG\r\n\x1A\n\x00\x00\x00\x0DIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02"
      "\x00\x00\x00\x90\x77\x53\xDE",
      33);
}

std::string Mp4(const std::string& brand) {
  return std::string(
             "\x00\x00\x00\x18"
             "ftyp",
             8) +
         brand + std::string("\x00\x00\x00\x00", 4) + brand + "isom" + std::string(64, '\0');
}

std::string Wav() {
  return std::string("RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00", 24) +
         std::string(
             "\x44\xAC\x00\x00\x88\x58\x01\x00\x02\x00\x10\x00"
             "data\x00\x00\x00\x00",
             20);
}

}  // namespace maplebridge::registry
