// Answers each call with its own bytes: the least that a gRPC server on this machine can cost.
#include <absl/synchronization/mutex.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <fstream>
#include <iostream>
#include <sstream>

namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class Echo : public grpc::ServerGenericBidiReactor {
 public:
  explicit Echo(const grpc::ByteBuffer* fixed) : fixed_(fixed) { StartRead(&bytes_); }
  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    StartWriteAndFinish(fixed_ ? fixed_ : &bytes_, {}, grpc::Status::OK);
  }
  void OnDone() override { delete this; }

 private:
  const grpc::ByteBuffer* fixed_;
  grpc::ByteBuffer bytes_;
};

class EchoService : public grpc::CallbackGenericService {
 public:
  explicit EchoService(const grpc::ByteBuffer* fixed) : fixed_(fixed) {}
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override {
    return new Echo(fixed_);
  }

 private:
  const grpc::ByteBuffer* fixed_;
};

}  // namespace

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  std::string listen, certificate, key, authority, answer;
  CLI::App app("Echo for tests/bench/run");
  app.add_option("--listen", listen, "HOST:PORT")->required();
  app.add_option("--certificate", certificate)->required();
  app.add_option("--key", key)->required();
  app.add_option("--authority", authority)->required();
  app.add_option("--answer", answer, "file whose bytes are every answer; otherwise the request");
  CLI11_PARSE(app, argc, argv);
  grpc::SslServerCredentialsOptions ssl(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
  ssl.pem_root_certs = ReadFile(authority);
  ssl.pem_key_cert_pairs.push_back({ReadFile(key), ReadFile(certificate)});
  grpc::ByteBuffer fixed;
  if (!answer.empty()) {
    grpc::Slice slice(ReadFile(answer));
    fixed = grpc::ByteBuffer(&slice, 1);
  }
  EchoService service(answer.empty() ? nullptr : &fixed);
  grpc::ServerBuilder builder;
  builder.AddListeningPort(listen, grpc::SslServerCredentials(ssl));
  builder.RegisterCallbackGenericService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server) return 1;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  std::cout << "ready" << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  server->Shutdown();
  return 0;
}
