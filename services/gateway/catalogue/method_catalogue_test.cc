#include "services/gateway/catalogue/method_catalogue.h"

#include <gmock/gmock.h>
#include <google/api/annotations.pb.h>
#include <gtest/gtest.h>

#include "maplebridge/options/v1/access.pb.h"
#include "services/gateway/json/route_table.h"
#include "services/gateway/testing/echo_descriptors.h"

namespace maplebridge::gateway {
namespace {

using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// testing/echo.proto itself, in a set of files.
FileDescriptorProto& EchoFile(FileDescriptorSet& files) {
  return *files.mutable_file(files.file_size() - 1);
}

TEST(MethodCatalogueTest, AMethodIsFoundByItsPathWithPolicyAndBackend) {
  const Method& call = EchoMethod("EchoService/Call");
  EXPECT_EQ(call.backend, "echo");
  EXPECT_EQ(call.allowed_roles,
            RoleBit(options::v1::ROLE_COURT_SYSTEM) | RoleBit(options::v1::ROLE_MEDIATOR));
  EXPECT_FALSE(call.is_public());
  EXPECT_FALSE(call.is_local());
  EXPECT_TRUE(EchoMethod("EchoService/CallPublicly").is_public());
  for (const char* path :
       {"", "/", "/maplebridge.echo.v1.EchoService/call", "maplebridge.echo.v1.EchoService/Call",
        "/maplebridge.echo.v1.EchoService/Call/"}) {
    EXPECT_EQ(EchoCatalogue().Find(path), nullptr) << path;
  }
}

TEST(MethodCatalogueTest, IndexesAreThePlacesInTheList) {
  const auto& methods = EchoCatalogue().methods();
  for (size_t i = 0; i < methods.size(); ++i) EXPECT_EQ(methods[i]->index, i);
}

TEST(MethodCatalogueTest, TheGatewaysOwnServicesAreThereWithoutBeingInTheFile) {
  const Method* check = EchoCatalogue().Find("/grpc.health.v1.Health/Check");
  ASSERT_NE(check, nullptr);
  EXPECT_TRUE(check->is_local());
  EXPECT_TRUE(check->is_public());
  EXPECT_NE(EchoCatalogue().Find("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"),
            nullptr);
  EXPECT_THAT(EchoCatalogue().service_names(), Contains("grpc.health.v1.Health"));
}

TEST(MethodCatalogueTest, DetailsOfErrorsAreKnownThoughNoProtoImportsThem) {
  const auto& pool = EchoCatalogue().pool();
  EXPECT_NE(pool.FindMessageTypeByName("google.rpc.ErrorInfo"), nullptr);
  EXPECT_NE(pool.FindMessageTypeByName("google.rpc.Status"), nullptr);
}

TEST(MethodCatalogueTest, AMethodWithoutPolicyDoesNotStart) {
  FileDescriptorSet files = EchoDescriptors();
  auto& options = *EchoFile(files).mutable_service(0)->mutable_method(2)->mutable_options();
  options.ClearExtension(options::v1::access);
  const auto catalogue = MethodCatalogue::FromDescriptors(files);
  ASSERT_FALSE(catalogue.ok());
  EXPECT_THAT(std::string(catalogue.status().message()),
              HasSubstr("/maplebridge.echo.v1.EchoService/CallInside"));
}

TEST(MethodCatalogueTest, APolicyWithoutRolesIsNone) {
  FileDescriptorSet files = EchoDescriptors();
  auto& options = *EchoFile(files).mutable_service(0)->mutable_method(0)->mutable_options();
  options.MutableExtension(options::v1::access)->clear_roles();
  options.MutableExtension(options::v1::access)->add_roles(options::v1::ROLE_UNSPECIFIED);
  EXPECT_FALSE(MethodCatalogue::FromDescriptors(files).ok());
}

TEST(MethodCatalogueTest, ServicesOfOtherPackagesAreNotServed) {
  FileDescriptorSet files = EchoDescriptors();
  FileDescriptorProto& other = *files.add_file();
  other.set_name("other.proto");
  other.set_package("other.v1");
  other.add_dependency("google/protobuf/empty.proto");
  auto* service = other.add_service();
  service->set_name("Other");
  auto* method = service->add_method();
  method->set_name("Do");
  method->set_input_type(".google.protobuf.Empty");
  method->set_output_type(".google.protobuf.Empty");
  const auto catalogue = MethodCatalogue::FromDescriptors(files);
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  EXPECT_EQ((*catalogue)->Find("/other.v1.Other/Do"), nullptr);
  EXPECT_THAT((*catalogue)->service_names(), Not(Contains("other.v1.Other")));
}

TEST(MethodCatalogueTest, WhatIsNoDescriptorFileIsNamed) {
  for (const char* path : {"/no/such.protoset", __FILE__}) {
    const auto catalogue = MethodCatalogue::Load(path);
    ASSERT_FALSE(catalogue.ok());
    EXPECT_THAT(std::string(catalogue.status().message()), HasSubstr(path));
  }
}

TEST(MethodCatalogueTest, ThePackageNamesTheBackend) {
  EXPECT_EQ(BackendOfPackage("maplebridge.docking.v1"), "docking");
  EXPECT_EQ(BackendOfPackage("grpc.health.v1"), "");
  EXPECT_EQ(BackendOfPackage("maplebridge"), "");
  EXPECT_EQ(BackendOfPackage(""), "");
}

// The descriptors that the suite publishes, as they are now.
TEST(PublishedDescriptorsTest, EveryMethodHasAPolicyAndEveryUnaryOneForOutsidersAPath) {
  const auto catalogue = MethodCatalogue::Load(MAPLEBRIDGE_DESCRIPTORS);
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  const auto routes = RouteTable::FromCatalogue(**catalogue);
  ASSERT_TRUE(routes.ok()) << routes.status();
  EXPECT_GT(routes->routes().size(), 20u);
  for (const auto& method : (*catalogue)->methods()) {
    const auto& descriptor = *method->descriptor;
    const bool is_unary = !descriptor.client_streaming() && !descriptor.server_streaming();
    const bool is_inside = method->allowed_roles == RoleBit(options::v1::ROLE_SERVICE);
    if (method->is_local() || !is_unary || is_inside) continue;
    EXPECT_TRUE(descriptor.options().HasExtension(google::api::http)) << method->path;
  }
}

}  // namespace
}  // namespace maplebridge::gateway
