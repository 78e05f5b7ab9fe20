#include "services/registry/testing/pdf_text.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

namespace maplebridge::registry {

std::string OutputOf(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  char buffer[4096];
  for (std::size_t got; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    output.append(buffer, got);
  }
  EXPECT_EQ(pclose(pipe), 0) << command;
  return output;
}

std::string SaveBytes(const std::string& bytes) {
  std::string path = testing::TempDir() + "registry_document_XXXXXX";
  int file = mkstemp(path.data());
  EXPECT_GE(file, 0);
  FILE* stream = fdopen(file, "w");
  fwrite(bytes.data(), 1, bytes.size(), stream);
  fclose(stream);
  return path;
}

std::string PdfText(const std::string& bytes) {
  const std::string path = SaveBytes(bytes);
  std::string text;
  for (char c : OutputOf("pdftotext -enc UTF-8 " + path + " -")) {
    if (c != ' ' && c != '\n' && c != '\f') text += c;
  }
  std::remove(path.c_str());
  std::string without_wide_spaces;
  for (std::size_t i = 0; i < text.size();) {
    if (text.compare(i, 3, "　") == 0) {
      i += 3;
    } else {
      without_wide_spaces += text[i++];
    }
  }
  return without_wide_spaces;
}

std::string PrintedCode(const std::string& text) {
  const std::string mark = "验证码：";
  const std::size_t place = text.rfind(mark);
  return place == std::string::npos ? "" : text.substr(place + mark.size(), 14);
}

}  // namespace maplebridge::registry
