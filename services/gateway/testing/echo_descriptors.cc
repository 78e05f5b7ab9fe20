#include "services/gateway/testing/echo_descriptors.h"

#include <absl/strings/str_cat.h>

#include <cstdlib>
#include <fstream>
#include <iostream>

namespace maplebridge::gateway {

google::protobuf::FileDescriptorSet EchoDescriptors() {
  google::protobuf::FileDescriptorSet files;
  std::ifstream stream(GATEWAY_ECHO_DESCRIPTORS, std::ios::binary);
  if (!files.ParseFromIstream(&stream)) {
    std::cerr << "cannot read " << GATEWAY_ECHO_DESCRIPTORS << std::endl;
    std::abort();
  }
  return files;
}

const MethodCatalogue& EchoCatalogue() {
  static const MethodCatalogue* const catalogue = [] {
    auto made = MethodCatalogue::FromDescriptors(EchoDescriptors());
    if (!made.ok()) {
      std::cerr << made.status() << std::endl;
      std::abort();
    }
    return made->release();
  }();
  return *catalogue;
}

const Method& EchoMethod(std::string_view service_and_method) {
  const Method* method =
      EchoCatalogue().Find(absl::StrCat("/maplebridge.echo.v1.", std::string(service_and_method)));
  if (method == nullptr) std::abort();
  return *method;
}

}  // namespace maplebridge::gateway
