// The doctor's look at disks: their room, and the folder of the registry's materials.
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>

#include "deploy/maplectl_source/doctor.h"

namespace maplebridge::maplectl {
namespace {

constexpr std::int64_t kGiB = std::int64_t{1} << 30;
constexpr char kFileStore[] = "file store";

// The room at a folder that is there; `loss`: what stops when none is left.
void ExamineRoom(const std::string& check, const std::string& folder, const std::string& loss,
                 const std::string& mend, Findings* findings) {
  struct statvfs space {};
  if (statvfs(folder.c_str(), &space) != 0) return;
  const auto free =
      static_cast<std::int64_t>(space.f_bavail) * static_cast<std::int64_t>(space.f_frsize);
  const std::string what =
      absl::StrFormat("%.1f GiB are free at %s", static_cast<double>(free) / kGiB, folder);
  if (free < kGiB) {
    Complain(findings, check, absl::StrCat(what, "; ", loss, " when none is left"), mend);
  } else if (free < 5 * kGiB) {
    Warn(findings, check, what, mend);
  } else {
    Good(findings, check, what);
  }
  if (space.f_files > 0 && space.f_favail < space.f_files / 100) {
    Complain(findings, check, "less than 1 % of the inodes are free",
             "remove small files: see du --inodes -d 2 " + folder);
  }
}

}  // namespace

void ExamineDisk(const Installation& installation, Findings* findings) {
  std::filesystem::path folder = installation.var();
  std::error_code error;
  while (!std::filesystem::exists(folder, error) && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  ExamineRoom("disk", folder.string(), "PostgreSQL stops",
              absl::StrCat("free some: see du -sh ", installation.var(), "/* ",
                           installation.repository(), "/build"),
              findings);
}

void ExamineFileStore(const Installation& installation, Findings* findings) {
  const std::string path = installation.Path("files");
  struct stat folder {};
  if (stat(path.c_str(), &folder) != 0) {
    Complain(findings, kFileStore, path + " is missing: the materials of disputes stand there",
             "bring it back from the backup; an empty one is made by " + installation.UpCommand());
    return;
  }
  if (!S_ISDIR(folder.st_mode) || access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
    Complain(findings, kFileStore, path + " is no folder that can be written",
             "make it one of who runs the registry: chown -R and chmod 700 " + path);
    return;
  }
  if ((folder.st_mode & 0077) != 0) {
    Complain(findings, kFileStore,
             absl::StrFormat("%s may be read by others (mode %04o)", path, folder.st_mode & 07777),
             "chmod 700 " + path);
    return;
  }
  struct stat var {};
  if (stat(installation.var().c_str(), &var) == 0 && var.st_dev != folder.st_dev) {
    // A disk of its own.
    ExamineRoom(kFileStore, path, "no material is taken in", "give the disk more room", findings);
  } else {
    Good(findings, kFileStore, path + " can be written, by its owner only");
  }
}

}  // namespace maplebridge::maplectl
