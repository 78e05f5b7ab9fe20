// Makes calls of one kind as fast as they are answered, with a fixed number under way, and prints
// one JSON line: calls, errors, rate and latencies. The same client stands before every server that
// a benchmark compares.
#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/synchronization/mutex.h>
#include <google/protobuf/util/time_util.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>

#include "maplebridge/caller/v1/caller.pb.h"
#include "maplebridge/registry/v1/dispute.pb.h"
#include "maplebridge/registry/v1/reference.pb.h"

namespace maplebridge::bench {
namespace {

struct Options {
  std::string target;
  std::string kind;
  std::string authority, certificate, key, context_key, token, host;
  std::string names;
  // Of "call": the method, and whose calls they are.
  std::string method, organisation;
  bool once = false;
  int concurrency = 64;
  int channels = 4;
  double seconds = 3;
};

std::string ReadFile(const std::string& path) {
  if (path.empty()) return "";
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// A resident number with a right check digit (GB 11643) for each `serial`; it belongs to nobody.
std::string ResidentNumber(std::int64_t serial) {
  constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  std::string body =
      absl::StrFormat("330102%04d%02d%02d%03d", 1950 + serial / 1000 % 50, 1 + serial / 50'000 % 12,
                      1 + serial / 600'000 % 28, serial % 1000);
  int sum = 0;
  for (int i = 0; i < 17; ++i) sum += (body[i] - '0') * kWeights[i];
  return body + "10X98765432"[sum % 11];
}

std::string RequestId() {
  unsigned char bytes[16];
  RAND_bytes(bytes, sizeof bytes);
  std::string text;
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    absl::StrAppendFormat(&text, "%02x", bytes[i]);
  }
  return text;
}

std::string Decoded(const std::string& base64) {
  std::string bytes;
  if (!absl::Base64Unescape(base64, &bytes)) {
    std::cerr << "a line of the bodies is not base64\n";
    std::exit(2);
  }
  return bytes;
}

registry::v1::ReportDisputeRequest Report(std::int64_t serial) {
  registry::v1::ReportDisputeRequest request;
  registry::v1::Dispute& dispute = *request.mutable_dispute();
  dispute.set_category("NEIGHBOURS");
  dispute.set_source(registry::v1::DISPUTE_SOURCE_INITIATIVE);
  dispute.set_division("330102001");
  dispute.set_summary("两家因屋檐排水起争执，多次口角，村干部上门劝解未果，请求调解。");
  for (int i = 0; i < 2; ++i) {
    type::v1::Party& party = *dispute.add_parties();
    party.set_party_id(i == 0 ? "p1" : "p2");
    party.set_kind(type::v1::PARTY_KIND_PERSON);
    party.set_position(i == 0 ? type::v1::PARTY_POSITION_APPLICANT
                              : type::v1::PARTY_POSITION_RESPONDENT);
    party.set_display_name(i == 0 ? "赵甲" : "钱乙");
    party.set_identity_kind(type::v1::IDENTITY_KIND_RESIDENT);
    party.set_identity_number(ResidentNumber(2 * serial + i));
    party.set_telephone(absl::StrFormat("138%08d", (2 * serial + i) % 100'000'000));
  }
  request.set_request_id(RequestId());
  return request;
}

class Generator {
 public:
  explicit Generator(Options options) : options_(std::move(options)) {
    if (options_.kind == "report")
      method_ = "/maplebridge.registry.v1.DisputeService/ReportDispute";
    if (options_.kind == "get") method_ = "/maplebridge.registry.v1.DisputeService/GetDispute";
    if (options_.kind == "division") {
      method_ = "/maplebridge.registry.v1.ReferenceService/GetDivision";
    }
    if (options_.kind == "echo") method_ = "/maplebridge.bench.Echo/Get";
    if (options_.kind == "call") method_ = options_.method;
    std::istringstream names(ReadFile(options_.names));
    for (std::string name; std::getline(names, name);) {
      if (options_.kind == "call") name = Decoded(name);
      names_.push_back(name);
    }
    payload_ = ReadFile(options_.kind == "echo" ? options_.names : "");
    serial_ = options_.kind == "call" ? 0 : absl::ToUnixMicros(absl::Now()) % 1'000'000'000;
    for (int i = 0; i < options_.channels; ++i) channels_.push_back(Connect(i));
  }

  int Run() {
    begin_ = absl::Now();
    end_ = begin_ + absl::Seconds(options_.seconds);
    for (int i = 0; i < options_.concurrency; ++i) {
      active_.fetch_add(1);
      Next(new Worker{this, i % options_.channels, {}, {}, {}, {}, {}, {}});
    }
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return active_.load() == 0; });
    Print();
    return errors_ > 0 && latencies_.empty() ? 1 : 0;
  }

 private:
  struct Worker {
    Generator* generator;
    int channel;
    std::unique_ptr<grpc::ClientContext> context;
    grpc::ByteBuffer request, response;
    absl::Time start;
    std::vector<float> latencies;
    std::string first_error;
    long errors = 0;
  };

  std::shared_ptr<grpc::Channel> Connect(int index) {
    grpc::ChannelArguments arguments;
    arguments.SetInt("maplebridge.bench.channel", index);  // a connection of its own
    if (!options_.host.empty()) arguments.SetSslTargetNameOverride(options_.host);
    std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
    if (!options_.authority.empty()) {
      grpc::SslCredentialsOptions ssl;
      ssl.pem_root_certs = ReadFile(options_.authority);
      ssl.pem_cert_chain = ReadFile(options_.certificate);
      ssl.pem_private_key = ReadFile(options_.key);
      credentials = grpc::SslCredentials(ssl);
    }
    return grpc::CreateCustomChannel(options_.target, credentials, arguments);
  }

  // What the gateway would have signed: for servers that are measured without it.
  std::string SignedContext() {
    std::lock_guard<std::mutex> lock(context_mutex_);
    if (absl::Now() < context_until_) return context_;
    caller::v1::CallerContext context;
    context.set_principal("callers/bench");
    context.add_roles(options::v1::ROLE_MEDIATOR);
    context.add_roles(options::v1::ROLE_COUNTY_BUREAU);
    context.set_division("330102");
    if (!options_.organisation.empty()) {
      context.add_roles(options::v1::ROLE_ORGANISATION_HEAD);
      context.set_organisation(options_.organisation);
    }
    context.set_method(method_);
    context.set_audience("maplebridge");
    context.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(absl::Now()) + 30);
    std::string payload = absl::WebSafeBase64Escape(context.SerializeAsString());
    FILE* file = std::fopen(options_.context_key.c_str(), "r");
    EVP_PKEY* key = file ? PEM_read_PrivateKey(file, nullptr, nullptr, nullptr) : nullptr;
    if (file) std::fclose(file);
    if (key == nullptr) {
      std::cerr << options_.context_key << ": no private key\n";
      std::exit(2);
    }
    unsigned char signature[64];
    std::size_t size = sizeof signature;
    EVP_MD_CTX* digest = EVP_MD_CTX_new();
    EVP_DigestSignInit(digest, nullptr, nullptr, nullptr, key);
    EVP_DigestSign(digest, signature, &size, reinterpret_cast<const unsigned char*>(payload.data()),
                   payload.size());
    EVP_MD_CTX_free(digest);
    EVP_PKEY_free(key);
    context_ = payload + "." +
               absl::WebSafeBase64Escape(std::string(reinterpret_cast<char*>(signature), size));
    context_until_ = absl::Now() + absl::Seconds(20);
    return context_;
  }

  std::string Body() {
    if (options_.kind == "report") return Report(serial_.fetch_add(1)).SerializeAsString();
    if (options_.kind == "get") {
      registry::v1::GetDisputeRequest request;
      request.set_name(names_[static_cast<std::size_t>(serial_.fetch_add(1)) % names_.size()]);
      return request.SerializeAsString();
    }
    if (options_.kind == "call") {
      return names_[static_cast<std::size_t>(serial_.fetch_add(1)) % names_.size()];
    }
    if (options_.kind == "division") {
      registry::v1::GetDivisionRequest request;
      request.set_name("divisions/330102001");
      return request.SerializeAsString();
    }
    return payload_;
  }

  void Next(Worker* worker) {
    worker->start = absl::Now();
    const bool is_used_up =
        options_.once && serial_.load() >= static_cast<std::int64_t>(names_.size());
    if (worker->start >= end_ || is_used_up) {
      std::lock_guard<std::mutex> lock(mutex_);
      latencies_.insert(latencies_.end(), worker->latencies.begin(), worker->latencies.end());
      errors_ += worker->errors;
      if (first_error_.empty()) first_error_ = worker->first_error;
      delete worker;
      if (active_.fetch_sub(1) == 1) done_.notify_all();
      return;
    }
    worker->context = std::make_unique<grpc::ClientContext>();
    worker->context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    if (!options_.token.empty()) {
      worker->context->AddMetadata("authorization", "Bearer " + options_.token);
    } else if (!options_.context_key.empty()) {
      worker->context->AddMetadata("maplebridge-context", SignedContext());
    }
    grpc::Slice slice(Body());
    worker->request = grpc::ByteBuffer(&slice, 1);
    worker->response.Clear();
    grpc::GenericStub stub(channels_[static_cast<std::size_t>(worker->channel)]);
    stub.UnaryCall(
        worker->context.get(), method_, {}, &worker->request, &worker->response,
        [this, worker](grpc::Status status) {
          if (status.ok()) {
            worker->latencies.push_back(
                static_cast<float>(absl::ToDoubleMilliseconds(absl::Now() - worker->start)));
          } else {
            ++worker->errors;
            if (worker->first_error.empty()) {
              worker->first_error = absl::StrCat(status.error_code(), " ", status.error_message());
            }
          }
          Next(worker);
        });
  }

  void Print() {
    double seconds = absl::ToDoubleSeconds(absl::Now() - begin_);
    std::sort(latencies_.begin(), latencies_.end());
    const auto quantile = [this](double share) {
      if (latencies_.empty()) return 0.0;
      return static_cast<double>(
          latencies_[static_cast<std::size_t>(share * (latencies_.size() - 1))]);
    };
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    double cpu = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
                 (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    std::printf(
        "{\"calls\":%zu,\"errors\":%ld,\"seconds\":%.3f,\"rate\":%.1f,\"p50_ms\":%.3f,"
        "\"p99_ms\":%.3f,\"client_cores\":%.2f,\"first_error\":\"%s\"}\n",
        latencies_.size(), errors_, seconds, latencies_.size() / seconds, quantile(0.5),
        quantile(0.99), cpu / seconds, absl::CEscape(first_error_).c_str());
  }

  Options options_;
  std::string method_;
  std::vector<std::string> names_;
  std::string payload_;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::atomic<std::int64_t> serial_{0};
  std::atomic<int> active_{0};
  absl::Time begin_, end_;
  std::mutex mutex_, context_mutex_;
  std::condition_variable done_;
  std::vector<float> latencies_;
  long errors_ = 0;
  std::string first_error_;
  std::string context_;
  absl::Time context_until_ = absl::InfinitePast();
};

}  // namespace
}  // namespace maplebridge::bench

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  maplebridge::bench::Options options;
  CLI::App app("Load for tests/bench/run");
  app.add_option("kind", options.kind, "report, get, division, echo or call")
      ->required()
      ->check(CLI::IsMember({"report", "get", "division", "echo", "call"}));
  app.add_option("--target", options.target, "HOST:PORT")->required();
  app.add_option("--authority", options.authority, "PEM file; without it, no TLS");
  app.add_option("--certificate", options.certificate);
  app.add_option("--key", options.key);
  app.add_option("--context-key", options.context_key, "the gateway's signing key");
  app.add_option("--token", options.token, "bearer token");
  app.add_option("--host", options.host, "name in the server's certificate");
  app.add_option("--names", options.names,
                 "for get: a file of resource names; for echo: the message; for call: requests, "
                 "one in base64 a line");
  app.add_option("--method", options.method, "for call: /package.Service/Method");
  app.add_option("--organisation", options.organisation, "whose head calls");
  app.add_flag("--once", options.once, "for call: each request once");
  app.add_option("--concurrency", options.concurrency)->check(CLI::Range(1, 10'000));
  app.add_option("--channels", options.channels)->check(CLI::Range(1, 64));
  app.add_option("--seconds", options.seconds)->check(CLI::Range(0.1, 600.0));
  CLI11_PARSE(app, argc, argv);
  return maplebridge::bench::Generator(options).Run();
}
