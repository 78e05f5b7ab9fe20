// The catalogue of testing/echo.proto, for unit tests.
#pragma once

#include <google/protobuf/descriptor.pb.h>

#include <memory>

#include "services/gateway/catalogue/method_catalogue.h"

namespace maplebridge::gateway {

google::protobuf::FileDescriptorSet EchoDescriptors();
const MethodCatalogue& EchoCatalogue();
// Of maplebridge.echo.v1; the test ends when there is none.
const Method& EchoMethod(std::string_view service_and_method);

}  // namespace maplebridge::gateway
