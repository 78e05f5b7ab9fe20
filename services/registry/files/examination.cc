#include "services/registry/files/examination.h"

#include <absl/strings/match.h>
#include <absl/strings/strip.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>

#include "common/logging/log.h"
#include "common/loop/event_loop.h"
#include "common/status/error.h"

namespace maplebridge::registry {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kLongestAnswer = 256;
// After the examiner's own alarm, which a library that it calls could have turned off.
constexpr std::chrono::seconds kPatience{90};

absl::Status CannotExamine(const char* doing) {
  Log(LogLevel::kError, "the examiner cannot work",
      {{"doing", doing}, {"error", std::strerror(errno)}});
  return RetryLaterError(absl::StatusCode::kUnavailable, reason::kOverloaded,
                         "the file cannot be examined now; try again", absl::Seconds(5));
}

// The process, and where its answer can be read.
struct Running {
  pid_t process = 0;
  int answer = -1;
};

absl::StatusOr<Running> StartExaminer(const std::string& examiner, int file) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return CannotExamine("make a pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, file, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  // The service blocks signals that it waits for; the examiner must end by its own alarm.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::string path = examiner;
  char* arguments[] = {path.data(), nullptr};
  char* environment[] = {nullptr};
  Running running;
  const int error =
      posix_spawn(&running.process, path.c_str(), &actions, &attributes, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(ends[1]);
  running.answer = ends[0];
  if (error == 0) return running;
  close(ends[0]);
  errno = error;
  return CannotExamine("start");
}

// What the process answers until it ends; one that outlasts the patience is killed.
Task<std::string> ReadToEnd(const Running& running) {
  asio::io_context& context = EventLoop::Current()->context();
  asio::posix::stream_descriptor stream(context, running.answer);
  // Not reaped before its answer ended, so that the number is still its own.
  const auto is_reading = std::make_shared<bool>(true);
  asio::steady_timer patience(context, kPatience);
  patience.async_wait([is_reading, process = running.process](boost::system::error_code cancelled) {
    if (!cancelled && *is_reading) kill(process, SIGKILL);
  });
  std::string text;
  co_await Suspended<bool>([&](Suspended<bool>::Resolve resolve) {
    asio::async_read(stream, asio::dynamic_buffer(text, kLongestAnswer),
                     [resolve](boost::system::error_code, std::size_t) { resolve(true); });
  });
  *is_reading = false;
  co_return text;
}

bool EndedWell(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Verdict VerdictIn(absl::string_view answer) {
  Verdict verdict;
  const bool is_line = absl::ConsumeSuffix(&answer, "\n");
  if (is_line && absl::ConsumePrefix(&answer, "kept ")) verdict.media_type = std::string(answer);
  if (is_line && absl::ConsumePrefix(&answer, "refused ")) verdict.refusal = std::string(answer);
  if (FindMaterialType(verdict.media_type) != nullptr) return verdict;
  for (std::string_view known : {reason::kFileTypeRefused, reason::kFileActiveContent,
                                 reason::kFileExpandsTooFar, reason::kFileUnreadable}) {
    if (verdict.refusal == known) return verdict;
  }
  Verdict unreadable;
  unreadable.refusal = reason::kFileUnreadable;
  return unreadable;
}

}  // namespace

PlainBytes::PlainBytes() : file_(memfd_create("material", MFD_CLOEXEC)) {}

PlainBytes::~PlainBytes() {
  if (file_ >= 0) close(file_);
}

absl::Status PlainBytes::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(file_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      return RetryLaterError(absl::StatusCode::kResourceExhausted, reason::kOverloaded,
                             "there is no memory to examine the file; try again", absl::Seconds(5));
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return absl::OkStatus();
}

Task<absl::StatusOr<Verdict>> ExamineApart(const std::string& examiner, const PlainBytes& bytes) {
  auto running = StartExaminer(examiner, bytes.descriptor());
  if (!running.ok()) co_return running.status();
  const std::string answer = co_await ReadToEnd(*running);
  auto wait = [&] { return EndedWell(running->process); };
  const bool ended_well = co_await OnDisk(wait);
  co_return ended_well ? VerdictIn(answer) : VerdictIn("");
}

}  // namespace maplebridge::registry
