// Examines the file on its standard input and says in a line what it is: "kept TYPE" or
// "refused REASON". Whatever a hostile file makes of a library, it is in here: no other file is
// open, memory and time are bounded, and the service takes the end of this process for a refusal.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "services/registry/examiner/examine.h"

namespace {

void Bound(__rlimit_resource what, rlim_t most) {
  const rlimit limit{most, most};
  setrlimit(what, &limit);
}

void BoundAll() {
  close_range(3, ~0U, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  // A sanitizer maps all addresses for itself.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  Bound(RLIMIT_AS, rlim_t{1} << 30);
#endif
  Bound(RLIMIT_CORE, 0);
  Bound(RLIMIT_FSIZE, 0);
  Bound(RLIMIT_CPU, 30);
  alarm(60);
}

}  // namespace

int main() {
  BoundAll();
  struct stat file {};
  if (fstat(STDIN_FILENO, &file) != 0 || file.st_size <= 0) return 2;
  const auto size = static_cast<std::size_t>(file.st_size);
  void* bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
  if (bytes == MAP_FAILED) return 2;
  const maplebridge::registry::Verdict verdict =
      maplebridge::registry::Examine({static_cast<const char*>(bytes), size});
  const bool is_kept = verdict.refusal.empty();
  std::printf("%s %s\n", is_kept ? "kept" : "refused",
              (is_kept ? verdict.media_type : verdict.refusal).c_str());
  return std::fflush(stdout) == 0 ? 0 : 2;
}
