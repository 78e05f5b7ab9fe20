// maplectl doctor: what is wrong with this installation, and how to mend it. Looks at everything,
// also when nothing runs; changes nothing.
#pragma once

#include <string>
#include <vector>

#include "deploy/maplectl_source/console.h"
#include "deploy/maplectl_source/installation.h"

namespace maplebridge::maplectl {

struct Finding {
  enum class Weight { kGood, kWarning, kProblem };
  std::string check;  // "keys", "ports", …
  Weight weight;
  std::string what;
  std::string mend;  // empty when good
};
using Findings = std::vector<Finding>;

// Files: settings, keys and certificates, reference data, disk; and the clock.
void ExamineFiles(const Installation& installation, Findings* findings);
void ExamineKeys(const Installation& installation, Findings* findings);
void ExamineReferenceData(const Installation& installation, Findings* findings);
void ExamineDisk(const Installation& installation, Findings* findings);
// The folder of the registry's materials.
void ExamineFileStore(const Installation& installation, Findings* findings);
void ExamineClock(Findings* findings);
// What runs: ports, processes, health, databases, migrations, feeds.
void ExamineProcesses(const Installation& installation, Findings* findings);
void ExamineDatabases(const Installation& installation, Findings* findings);

void Good(Findings* findings, const std::string& check, const std::string& what);
void Warn(Findings* findings, const std::string& check, const std::string& what,
          const std::string& mend);
void Complain(Findings* findings, const std::string& check, const std::string& what,
              const std::string& mend);

// Exit code 0 when there is no problem, else 1.
int RunDoctor(const Console& console, const Installation& installation);

}  // namespace maplebridge::maplectl
