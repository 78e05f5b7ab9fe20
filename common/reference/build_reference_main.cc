// build_reference_data: writes the reference data file of all services from two npm packages.
#include <CLI/CLI.hpp>
#include <iostream>
#include <string>

#include "common/reference/reference_data.h"
#include "common/reference/reference_source.h"
#include "common/reference/reference_writer.h"

namespace {

absl::Status Build(const std::string& divisions, const std::string& calendar,
                   const std::string& output) {
  const auto source = maplebridge::reference::ReadReferenceSource(divisions, calendar);
  if (!source.ok()) return source.status();
  const auto bytes = maplebridge::reference::EncodeReference(*source);
  if (!bytes.ok()) return bytes.status();
  absl::Status status = maplebridge::reference::WriteFileAtomically(output, *bytes);
  if (!status.ok()) return status;
  // What was written is read back as a service reads it, and the counts are those of the file.
  const auto data = maplebridge::reference::ReferenceData::Open(output);
  if (!data.ok()) return data.status();
  size_t total = 0;
  for (int level = 0; level < maplebridge::division::kLevelCount; ++level) {
    const size_t count = (*data)->divisions().source_rows()[level];
    total += count;
    std::cout << LevelName(static_cast<maplebridge::division::Level>(level)) << " " << count
              << "\n";
  }
  const auto& years = (*data)->calendar().years();
  std::cout << "divisions " << total << ", of different code " << (*data)->divisions().size()
            << "\ncalendar years " << years.front() << " to " << years.back() << " ("
            << years.size() << "), special days " << (*data)->calendar().special_days().size()
            << "\nversion " << (*data)->version() << "\nsha256 " << (*data)->sha256() << "\nbytes "
            << bytes->size() << "\n";
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Writes the reference data file: divisions and the working calendar.");
  std::string divisions;
  std::string calendar;
  std::string output;
  app.add_option("--divisions", divisions, "folder with provinces.csv … villages.csv")->required();
  app.add_option("--calendar", calendar, "folder of the npm package chinese-days")->required();
  app.add_option("--output", output, "file to write")->required();
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = Build(divisions, calendar, output);
  if (status.ok()) return 0;
  std::cerr << "build_reference_data: " << status.message() << "\n";
  return 1;
}
