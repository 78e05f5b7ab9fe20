#include "common/server/service_main.h"

#include <absl/synchronization/mutex.h>
#include <grpc/support/log.h>
#include <grpcpp/ext/channelz_service_plugin.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <signal.h>

#include <atomic>
#include <fstream>
#include <iostream>
#include <sstream>

#include "common/feed/feed_hub.h"
#include "common/logging/log.h"
#include "common/logging/protobuf_log.h"
#include "common/reference/reference_data.h"
#include "common/server/build_info.h"
#include "common/server/request_id.h"
#include "common/server/service_flags.h"
#include "common/status/macros.h"

namespace maplebridge {
namespace {

constexpr absl::Duration kDrain = absl::Seconds(20);

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::shared_ptr<grpc::ServerCredentials> ServerTls(const ServiceFlags& flags) {
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = ReadFile(flags.tls_authority);
  options.pem_key_cert_pairs.push_back({ReadFile(flags.tls_key), ReadFile(flags.tls_certificate)});
  return grpc::SslServerCredentials(options);
}

std::shared_ptr<grpc::Channel> PeerChannel(const ServiceFlags& flags, const std::string& address) {
  if (address.empty()) return nullptr;
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = ReadFile(flags.tls_authority);
  options.pem_private_key = ReadFile(flags.tls_key);
  options.pem_cert_chain = ReadFile(flags.tls_certificate);
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 20000);
  return grpc::CreateCustomChannel(address, grpc::SslCredentials(options), arguments);
}

// The figures that are looked at rather than counted.
class Gauges {
 public:
  Gauges(prometheus::Registry& registry, const ServiceParts& parts) : parts_(parts) {
    auto& pool = prometheus::BuildGauge()
                     .Name("maplebridge_database_pool")
                     .Help("Connections open and calls waiting, summed over the loops.")
                     .Register(registry);
    open_ = &pool.Add({{"what", "open"}});
    waiting_ = &pool.Add({{"what", "waiting"}});
    lag_ = &prometheus::BuildGauge()
                .Name("maplebridge_outbox_lag_seconds")
                .Help("From an event's commit to its being readable in the feed, the last one.")
                .Register(registry)
                .Add({});
    due_ = &prometheus::BuildGauge()
                .Name("maplebridge_deadlines_overdue")
                .Help("Clocks that are past their end and not yet expired.")
                .Register(registry)
                .Add({});
    oldest_ = &prometheus::BuildGauge()
                   .Name("maplebridge_oldest_transaction_seconds")
                   .Help("Age of the oldest transaction of this database: it holds the feed back.")
                   .Register(registry)
                   .Add({});
    prometheus::BuildGauge()
        .Name("maplebridge_build_info")
        .Help("Always 1; the label says what runs.")
        .Register(registry)
        .Add({{"version", BuildVersion()}})
        .Set(1);
  }
  void Refresh() {
    int open = 0, waiting = 0;
    for (const auto& database : parts_.databases) {
      open += database->open();
      waiting += database->waiting();
    }
    open_->Set(open);
    waiting_->Set(waiting);
    lag_->Set(absl::ToDoubleSeconds(parts_.feed->lag()));
  }
  Task<void> RefreshFromDatabase() {
    static constexpr postgres::Statement kFigures{"metrics_figures", R"(
      SELECT (SELECT count(*) FROM deadlines WHERE state = 'RUNNING' AND next_attempt < now()),
             (SELECT coalesce(extract(epoch FROM now() - min(xact_start)), 0) FROM pg_stat_activity
              WHERE datname = current_database() AND backend_xid IS NOT NULL))"};
    auto figures = co_await parts_.databases[0]->Query(absl::Now() + absl::Seconds(5), kFigures);
    if (!figures.ok()) co_return;
    due_->Set(static_cast<double>((*figures)[0].Int64(0)));
    oldest_->Set((*figures)[0].Double(1));
  }

 private:
  const ServiceParts& parts_;
  prometheus::Gauge* open_;
  prometheus::Gauge* waiting_;
  prometheus::Gauge* lag_;
  prometheus::Gauge* due_;
  prometheus::Gauge* oldest_;
};

// Health tells the truth about the database, and figures stay fresh.
Task<void> WatchHealth(ServiceParts& parts, grpc::HealthCheckServiceInterface* health,
                       Gauges& gauges, std::atomic<bool>& draining) {
  bool was_serving = false;
  for (int round = 0; !draining; ++round) {
    absl::Status answer = co_await parts.databases[0]->Ping(absl::Now() + absl::Seconds(2));
    bool serving = answer.ok();
    if (serving != was_serving || round == 0) {
      Log(serving ? LogLevel::kInfo : LogLevel::kWarning, serving ? "serving" : "not serving",
          {{"database", serving ? "reachable" : std::string(answer.message())}});
    }
    was_serving = serving;
    if (!draining) health->SetServingStatus(serving);
    gauges.Refresh();
    if (round % 10 == 0) co_await gauges.RefreshFromDatabase();
    co_await Sleep(absl::Milliseconds(500));
  }
}

absl::Status Serve(const ServiceFlags& flags, const ServiceDefinition& definition,
                   const std::vector<postgres::Migration>& migrations) {
  // Handled by sigwait below; blocked before any thread is made.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  // A file that may not grow is an error of its writer, not the end of the service.
  signal(SIGXFSZ, SIG_IGN);

  absl::Status migrated = postgres::CheckMigrated(flags.database, migrations);
  // A database that is down now will be waited for; one that is not migrated will not do.
  if (!migrated.ok() && migrated.code() != absl::StatusCode::kUnavailable) return migrated;

  std::atomic<bool> draining{false};
  std::atomic<int> background{0};
  ServiceParts parts;
  parts.name = definition.name;
  MB_ASSIGN_OR_RETURN(auto contexts, ContextVerifier::Load(flags.context_key));
  MB_ASSIGN_OR_RETURN(parts.sealing, SealingKeys::Load(flags.sealing_key));
  MB_ASSIGN_OR_RETURN(parts.match, MatchKey::Load(flags.match_key));
  if (!flags.document_key.empty()) {
    MB_ASSIGN_OR_RETURN(parts.signer, ContentSigner::Load(flags.document_key));
  }
  MB_ASSIGN_OR_RETURN(parts.reference_data, reference::ReferenceData::Open(flags.reference));
  parts.metrics = std::make_shared<prometheus::Registry>();
  parts.files = flags.files;
  parts.registry = PeerChannel(flags, flags.registry);
  parts.roster = PeerChannel(flags, flags.roster);
  parts.docking = PeerChannel(flags, flags.docking);
  parts.analytics = PeerChannel(flags, flags.analytics);
  parts.draining = [&draining] { return draining.load(); };
  for (int i = 0; i < flags.loops; ++i) {
    postgres::DatabaseOptions options;
    options.conninfo = flags.database;
    options.connections = flags.connections;
    parts.databases.push_back(std::make_unique<postgres::Database>(options));
  }
  parts.feed = std::make_shared<FeedHub>(*parts.databases[0]);

  std::unique_ptr<ServiceHost> host;
  std::shared_ptr<void> service;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<prometheus::Exposer> exposer;
  std::unique_ptr<Gauges> gauges;
  {
    EventLoops loops(flags.loops);
    parts.loops = &loops;
    ServiceHost::Options options;
    options.loops = &loops;
    options.contexts = contexts.get();
    options.metrics = parts.metrics;
    host = std::make_unique<ServiceHost>(options);
    MB_ASSIGN_OR_RETURN(service, definition.build(parts, *host));

    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::channelz::experimental::InitChannelzService();
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort(flags.listen, ServerTls(flags), &port);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5000);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    MB_RETURN_IF_ERROR(host->RegisterWith(builder));
    server = builder.BuildAndStart();
    if (!server || port == 0) {
      return absl::FailedPreconditionError("--listen (MAPLEBRIDGE_LISTEN): cannot listen on " +
                                           flags.listen);
    }
    try {
      exposer = std::make_unique<prometheus::Exposer>(flags.metrics_listen, 1);
      exposer->RegisterCollectable(parts.metrics);
    } catch (const std::exception& error) {
      return absl::FailedPreconditionError("--metrics-listen (MAPLEBRIDGE_METRICS_LISTEN): " +
                                           std::string(error.what()));
    }
    gauges = std::make_unique<Gauges>(*parts.metrics, parts);
    auto* health = server->GetHealthCheckService();
    // Each by its name, too; SetServingStatus(bool) then speaks for all of them.
    for (const std::string& name : host->services()) health->SetServingStatus(name, false);
    health->SetServingStatus(false);

    auto keep = [&](std::function<Task<void>()> task) {
      ++background;
      loops.at(0).Post([task, &background] {
        // The closure outlives its coroutine.
        auto kept = std::make_shared<std::function<Task<void>()>>(task);
        Start((*kept)(), [kept, &background] { --background; });
      });
    };
    keep([&] { return WatchHealth(parts, health, *gauges, draining); });
    keep([&] { return parts.feed->Run(parts.draining); });
    keep([&] { return ForgetRequestIds(*parts.databases[0], parts.draining); });
    for (auto& task : parts.background) keep(task);
    Log(LogLevel::kInfo, "started",
        {{"listen", flags.listen},
         {"version", BuildVersion()},
         {"reference", parts.reference_data->version()}});

    int received = 0;
    sigwait(&signals, &received);
    Log(LogLevel::kInfo, "draining", {{"active", std::to_string(host->active())}});
    draining = true;
    // Answers NOT_SERVING, takes no new connection, lets every accepted call end.
    health->Shutdown();
    server->Shutdown(absl::ToChronoTime(absl::Now() + kDrain));
    server->Wait();
    // Each looks at `draining` within a statement's time; what they use ends after them.
    while (background > 0) {
      std::function<bool()> again = [] { return true; };
      RunBlocking<bool>(loops.at(0), [](std::function<bool()> answer) -> Task<bool> {
        co_await Sleep(absl::Milliseconds(50));
        co_return answer();
      }(again));
    }
    // A connection leaves its loop's reactor when it closes, so pools end while their loops run.
    for (int i = 0; i < loops.size(); ++i) {
      auto close = [&]() -> Task<bool> {
        parts.databases[static_cast<std::size_t>(i)].reset();
        co_return true;
      };
      RunBlocking(loops.at(i), close());
    }
  }  // loops end here, before what their tasks use
  Log(LogLevel::kInfo, "stopped");
  return absl::OkStatus();
}

}  // namespace

int RunService(int argc, char** argv, const ServiceDefinition& definition) {
  // Debian builds Abseil with its search for lock cycles on, and gRPC takes an absl::Mutex many
  // times a call; a release turns the search off, as upstream's release builds do.
#ifdef NDEBUG
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
  StartLog(definition.name);
  LogProtobuf();
  gpr_set_log_function([](gpr_log_func_args* line) {
    Log(LogLevel::kWarning, "gRPC", {{"said", line->message}});
  });
  auto flags = ParseServiceFlags(argc, argv, definition.name);
  absl::Status status = flags.status();
  if (flags.ok() && flags->exit_code >= 0) return flags->exit_code;
  if (flags.ok()) {
    std::vector<postgres::Migration> migrations = {postgres::CommonMigration()};
    migrations.insert(migrations.end(), definition.migrations.begin(), definition.migrations.end());
    status = flags->migrate ? postgres::Migrate(flags->database, migrations)
                            : Serve(*flags, definition, migrations);
  }
  if (status.ok()) return 0;
  std::cerr << "maplebridge_" << definition.name << ": " << status.message() << "\n";
  return 1;
}

}  // namespace maplebridge
