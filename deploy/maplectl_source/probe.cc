#include "deploy/maplectl_source/probe.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_split.h>
#include <arpa/inet.h>
#include <grpcpp/grpcpp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/status/macros.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace maplebridge::maplectl {
namespace {

namespace fs = std::filesystem;

constexpr char kListening[] = "0A";
constexpr int kPatienceSeconds = 3;
constexpr int kGatewayHttpOffset = 1;
constexpr int kNginxOffset = 2;

std::string ReadQuietly(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  return text.str();
}

std::string LinkTarget(const fs::path& path) {
  std::error_code error;
  return fs::read_symlink(path, error).string();
}

// Fields of /proc/PID/stat behind the name, which may hold anything.
std::vector<std::string> StatFields(int pid) {
  const std::string text = ReadQuietly(absl::StrCat("/proc/", pid, "/stat"));
  const std::size_t end = text.rfind(')');
  if (end == std::string::npos) return {};
  return absl::StrSplit(text.substr(end + 1), ' ', absl::SkipWhitespace());
}

absl::Time BootTime() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    std::int64_t seconds = 0;
    if (absl::StartsWith(line, "btime ") && absl::SimpleAtoi(line.substr(6), &seconds)) {
      return absl::FromUnixSeconds(seconds);
    }
  }
  return absl::UnixEpoch();
}

// What the kernel numbers the sockets that listen on the port.
std::vector<std::string> ListeningSockets(int port) {
  const std::string wanted = absl::StrFormat(":%04X", port);
  std::vector<std::string> sockets;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(table);
    for (std::string line; std::getline(file, line);) {
      const std::vector<std::string> fields = absl::StrSplit(line, ' ', absl::SkipWhitespace());
      if (fields.size() > 9 && fields[3] == kListening && absl::EndsWith(fields[1], wanted)) {
        sockets.push_back(absl::StrCat("socket:[", fields[9], "]"));
      }
    }
  }
  return sockets;
}

bool HoldsOneOf(int pid, const std::vector<std::string>& sockets) {
  std::error_code error;
  for (fs::directory_iterator entry(absl::StrCat("/proc/", pid, "/fd"), error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string target = LinkTarget(entry->path());
    for (const std::string& socket : sockets) {
      if (target == socket) return true;
    }
  }
  return false;
}

// A socket that is closed at the end.
class Socket {
 public:
  Socket() : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{kPatienceSeconds, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
  ~Socket() { close(descriptor_); }
  Socket(const Socket&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string BinaryVersion(const std::string& path) {
  // Our own programs, by paths of our own making.
  FILE* pipe = popen(absl::StrCat("'", path, "' --version 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return "";
  char line[256] = "";
  const bool has_line = fgets(line, sizeof line, pipe) != nullptr;
  pclose(pipe);
  return has_line ? std::string(absl::StripAsciiWhitespace(line)) : "";
}

std::int64_t NumberOf(const std::string& text) {
  std::int64_t number = 0;
  return absl::SimpleAtoi(text, &number) ? number : 0;
}

constexpr postgres::Statement kEventEnd{"probe_event_end", R"(
  SELECT coalesce(max(position), 0) FROM events)"};
constexpr postgres::Statement kCursors{"probe_cursors", R"(
  SELECT source, position FROM feed_cursors)"};
// $1 position.
constexpr postgres::Statement kBehind{"probe_behind", R"(
  SELECT count(*), coalesce(extract(epoch FROM now() - min(event_time)), 0)::bigint
  FROM events WHERE position > $1)"};

struct FeedPair {
  std::string_view consumer;
  std::string_view feed;
};
constexpr FeedPair kPairs[] = {
    {"registry", "docking"},   {"docking", "registry"},  {"docking", "roster"},
    {"analytics", "registry"}, {"analytics", "docking"}, {"analytics", "roster"},
};

}  // namespace

std::optional<RunningProcess> FindProcess(const Installation& installation,
                                          const std::string& name) {
  RunningProcess process;
  const std::string file = ReadQuietly(installation.Path("run/" + name + ".pid"));
  if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(file), &process.pid)) return std::nullopt;
  const std::string folder = absl::StrCat("/proc/", process.pid);
  const std::string words = ReadQuietly(folder + "/cmdline");
  // The number may belong to another program by now; ours names its installation.
  if (words.empty() || !absl::StrContains(words, installation.var())) return std::nullopt;
  const std::vector<std::string> fields = StatFields(process.pid);
  std::int64_t ticks = 0, pages = 0;
  if (fields.size() > 21 && absl::SimpleAtoi(fields[19], &ticks) &&
      absl::SimpleAtoi(fields[21], &pages)) {
    process.start_time = BootTime() + absl::Seconds(ticks) / sysconf(_SC_CLK_TCK);
    process.memory_bytes = pages * sysconf(_SC_PAGESIZE);
  }
  process.is_outdated = absl::EndsWith(LinkTarget(folder + "/exe"), " (deleted)");
  return process;
}

std::optional<Listener> FindListener(int port) {
  const std::vector<std::string> sockets = ListeningSockets(port);
  if (sockets.empty()) return std::nullopt;
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    int pid = 0;
    if (!absl::SimpleAtoi(entry->path().filename().string(), &pid)) continue;
    if (!HoldsOneOf(pid, sockets)) continue;
    const std::string name = ReadQuietly(absl::StrCat("/proc/", pid, "/comm"));
    return Listener{pid, std::string(absl::StripAsciiWhitespace(name))};
  }
  return Listener{};
}

absl::StatusOr<std::string> HttpGet(int port, const std::string& path) {
  const Socket connection;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(connection.descriptor(), reinterpret_cast<sockaddr*>(&address), sizeof address) !=
      0) {
    return absl::UnavailableError(absl::StrCat("nobody answers on port ", port));
  }
  const std::string request =
      absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  if (send(connection.descriptor(), request.data(), request.size(), MSG_NOSIGNAL) < 0) {
    return absl::UnavailableError(absl::StrCat("port ", port, " takes no request"));
  }
  std::string answer;
  char bytes[16384];
  for (ssize_t count = 0; (count = recv(connection.descriptor(), bytes, sizeof bytes, 0)) > 0;) {
    answer.append(bytes, static_cast<std::size_t>(count));
  }
  const std::size_t body = answer.find("\r\n\r\n");
  if (body == std::string::npos || !absl::StrContains(answer.substr(0, 20), " 200")) {
    return absl::UnavailableError(
        absl::StrCat("port ", port, path, " answers ", answer.substr(0, answer.find('\r'))));
  }
  return answer.substr(body + 4);
}

absl::StatusOr<std::string> HealthOf(const Installation& installation, int port,
                                     const std::string& certificate, const std::string& service) {
  using grpc::health::v1::HealthCheckResponse;
  grpc::SslCredentialsOptions tls;
  MB_ASSIGN_OR_RETURN(tls.pem_root_certs, ReadFile(installation.Path("keys/inside-authority.crt")));
  MB_ASSIGN_OR_RETURN(tls.pem_cert_chain,
                      ReadFile(installation.Path("keys/" + certificate + ".crt")));
  MB_ASSIGN_OR_RETURN(tls.pem_private_key,
                      ReadFile(installation.Path("keys/" + certificate + ".key")));
  auto channel = grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::SslCredentials(tls));
  auto stub = grpc::health::v1::Health::NewStub(channel);
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(kPatienceSeconds)));
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  HealthCheckResponse response;
  const grpc::Status status = stub->Check(&context, request, &response);
  if (!status.ok()) {
    return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  }
  return HealthCheckResponse::ServingStatus_Name(response.status());
}

std::string WebHealth(const Installation& installation) {
  if (!FindListener(installation.PortOf(kNginxOffset))) return "NO ANSWER";
  const auto behind = HttpGet(installation.PortOf(kGatewayHttpOffset), "/healthz");
  return behind.ok() ? "SERVING" : "NO GATEWAY";
}

std::string VersionOf(const Installation& installation, const ProcessPlace& place) {
  constexpr std::string_view kInfo = "maplebridge_build_info{version=\"";
  if (place.metrics_port_offset != 0) {
    auto metrics = HttpGet(installation.PortOf(place.metrics_port_offset), "/metrics");
    const std::size_t at = metrics.ok() ? metrics->find(kInfo) : std::string::npos;
    if (at != std::string::npos) {
      const std::size_t begin = at + kInfo.size();
      return metrics->substr(begin, metrics->find('"', begin) - begin);
    }
  }
  return BinaryVersion(
      absl::StrCat(installation.repository(), "/build/release/bin/maplebridge_", place.name));
}

absl::StatusOr<std::unique_ptr<DatabaseProbe>> DatabaseProbe::Open(const Installation& installation,
                                                                   const std::string& service) {
  std::unique_ptr<DatabaseProbe> probe(new DatabaseProbe);
  const absl::Time deadline = absl::Now() + absl::Seconds(kPatienceSeconds);
  MB_ASSIGN_OR_RETURN(
      probe->connection_,
      RunBlocking(probe->loops_.at(0),
                  postgres::Connection::Open(installation.ConninfoOf(service), deadline)));
  return probe;
}

DatabaseProbe::~DatabaseProbe() {
  // A connection belongs to its loop.
  auto close = [this]() -> Task<bool> {
    connection_.reset();
    co_return true;
  };
  RunBlocking(loops_.at(0), close());
}

absl::StatusOr<std::vector<std::vector<std::string>>> DatabaseProbe::Ask(
    const postgres::Statement& statement, int columns, postgres::Parameters parameters) {
  std::vector<postgres::Command> commands;
  commands.push_back({&statement, std::move(parameters)});
  MB_ASSIGN_OR_RETURN(
      auto results,
      RunBlocking(loops_.at(0), connection_->Run(std::move(commands),
                                                 absl::Now() + absl::Seconds(kPatienceSeconds))));
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < results[0].size(); ++i) {
    rows.emplace_back();
    for (int column = 0; column < columns; ++column) {
      rows.back().push_back(results[0][i].Text(column));
    }
  }
  return rows;
}

std::vector<FeedLag> FeedLags(const DatabaseProbes& databases) {
  std::vector<FeedLag> lags;
  for (const FeedPair& pair : kPairs) {
    auto consumer = databases.find(std::string(pair.consumer));
    auto feed = databases.find(std::string(pair.feed));
    if (consumer == databases.end() || feed == databases.end()) continue;
    FeedLag lag;
    lag.consumer = pair.consumer;
    lag.feed = pair.feed;
    auto end = feed->second->Ask(kEventEnd, 1);
    auto cursors = consumer->second->Ask(kCursors, 2);
    if (!end.ok() || !cursors.ok()) continue;
    for (const std::vector<std::string>& cursor : *cursors) {
      if (cursor[0] == pair.feed) lag.position = NumberOf(cursor[1]);
    }
    lag.last_position = NumberOf((*end)[0][0]);
    auto behind = feed->second->Ask(kBehind, 2, postgres::Parameters::Of(lag.position));
    if (!behind.ok()) continue;
    lag.behind = NumberOf((*behind)[0][0]);
    lag.age = absl::Seconds(NumberOf((*behind)[0][1]));
    lags.push_back(std::move(lag));
  }
  return lags;
}

}  // namespace maplebridge::maplectl
