#include "services/registry/testing/registry_server.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/feed/feed_hub.h"
#include "maplebridge/caller/v1/caller.pb.h"
#include "services/registry/api/service.h"

namespace maplebridge::registry {
namespace {

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string Base64(const std::string& bytes) {
  std::string text;
  absl::WebSafeBase64Escape(bytes, &text);
  return text;
}

std::string SignatureOver(const std::string& key_path, const std::string& text) {
  FILE* file = std::fopen(key_path.c_str(), "r");
  EVP_PKEY* key = PEM_read_PrivateKey(file, nullptr, nullptr, nullptr);
  std::fclose(file);
  unsigned char signature[64];
  std::size_t size = sizeof signature;
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key);
  EVP_DigestSign(context, signature, &size, reinterpret_cast<const unsigned char*>(text.data()),
                 text.size());
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return std::string(reinterpret_cast<char*>(signature), size);
}

}  // namespace

std::string RegistryServerTest::keys_;

void RegistryServerTest::SetUpTestSuite() {
  std::string folder = testing::TempDir() + "registry_keys_XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string command =
      absl::StrCat("VAR=", folder,
                   " bash -euo pipefail -c 'SERVICES=(registry docking gateway) "
                   "DATABASE_SERVICES=(); install -d $VAR/etc; source ",
                   MAPLEBRIDGE_SOURCE_DIR, "/deploy/shell/keys.sh; make_keys'");
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  keys_ = folder + "/keys";
}

void RegistryServerTest::TearDownTestSuite() {
  std::filesystem::remove_all(std::filesystem::path(keys_).parent_path());
}

void RegistryServerTest::SetUp() {
  RegistryTest::SetUp();
  if (!HasFatalFailure()) Serve();
}

void RegistryServerTest::Serve() {
  auto contexts = ContextVerifier::Load(keys_ + "/context.pub");
  ASSERT_TRUE(contexts.ok()) << contexts.status();
  contexts_ = *std::move(contexts);
  parts_->docking = docking_.channel();
  ServiceHost::Options options;
  options.loops = loops_.get();
  options.contexts = contexts_.get();
  host_ = std::make_unique<ServiceHost>(options);
  RegistryPlaces places;
  places.templates = MAPLEBRIDGE_TEMPLATES;
  places.examiner = MAPLEBRIDGE_EXAMINER;
  auto service = BuildRegistry(*parts_, *host_, places);
  ASSERT_TRUE(service.ok()) << service.status();
  service_ = *std::move(service);

  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = ReadFile(keys_ + "/inside-authority.crt");
  tls.pem_key_cert_pairs.push_back(
      {ReadFile(keys_ + "/registry.key"), ReadFile(keys_ + "/registry.crt")});
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port_);
  absl::Status registered = host_->RegisterWith(builder);
  ASSERT_TRUE(registered.ok()) << registered;
  server_ = builder.BuildAndStart();
  ASSERT_NE(server_, nullptr);
  KeepInBackground([this] { return parts_->feed->Run(parts_->draining); });
  for (const auto& task : parts_->background) KeepInBackground(task);
}

void RegistryServerTest::KeepInBackground(std::function<Task<void>()> task) {
  ++background_;
  loops_->at(0).Post([this, task] {
    // The closure outlives its coroutine.
    auto kept = std::make_shared<std::function<Task<void>()>>(task);
    Start((*kept)(), [this, kept] { --background_; });
  });
}

void RegistryServerTest::TearDown() {
  draining_ = true;
  docking_.Stop();
  if (server_) server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(5));
  auto wait = [this]() -> Task<bool> {
    for (int i = 0; i < 1000 && background_ > 0; ++i) co_await Sleep(absl::Milliseconds(10));
    co_return background_ == 0;
  };
  EXPECT_TRUE(Run(wait())) << "feeds and clocks end when the process drains";
  server_.reset();
  auto release = [this]() -> Task<bool> {
    service_.reset();
    parts_->background.clear();
    co_return true;
  };
  Run(release());
  host_.reset();
  RegistryTest::TearDown();
}

std::shared_ptr<grpc::Channel> RegistryServerTest::ChannelOf(const std::string& service) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = ReadFile(keys_ + "/inside-authority.crt");
  tls.pem_private_key = ReadFile(absl::StrCat(keys_, "/", service, ".key"));
  tls.pem_cert_chain = ReadFile(absl::StrCat(keys_, "/", service, ".crt"));
  return grpc::CreateChannel(absl::StrCat("localhost:", port_), grpc::SslCredentials(tls));
}

std::unique_ptr<grpc::ClientContext> RegistryServerTest::By(const Caller* caller,
                                                            const std::string& method) {
  auto client = std::make_unique<grpc::ClientContext>();
  client->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  if (caller == nullptr) return client;
  caller::v1::CallerContext context;
  context.set_principal(caller->principal);
  for (Role role : caller->roles) context.add_roles(role);
  context.set_division(caller->division);
  context.set_organisation(caller->organisation);
  context.set_court(caller->court);
  context.set_method(method);
  context.set_audience("maplebridge");
  context.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(absl::Now()) + 30);
  const std::string text = Base64(context.SerializeAsString());
  client->AddMetadata("maplebridge-context",
                      text + "." + Base64(SignatureOver(keys_ + "/context.key", text)));
  return client;
}

Caller RegistryServerTest::Head() {
  Caller head;
  head.principal = "callers/head";
  head.roles = {options::v1::ROLE_ORGANISATION_HEAD, options::v1::ROLE_MEDIATOR};
  head.organisation = kOrganisation;
  return head;
}

Caller RegistryServerTest::Court() {
  Caller court;
  court.principal = "callers/court-330102";
  court.roles = {options::v1::ROLE_COURT_SYSTEM};
  court.court = kCourt;
  return court;
}

}  // namespace maplebridge::registry
