// maplectl call METHOD JSON: any method of the suite, unary or streaming, without a line of code
// for it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "deploy/maplectl_source/console.h"
#include "deploy/maplectl_source/gateway_client.h"
#include "deploy/maplectl_source/method_book.h"

namespace maplebridge::maplectl {

struct CallOptions {
  std::string method;
  // JSON, @FILE, or - for standard input; {} when empty. To a method that takes a stream: an array,
  // or one object a line.
  std::string request;
  bool list = false;
  // Descriptors from the gateway and not from the file beside this program.
  bool by_reflection = false;
  double timeout_seconds = 30;
};

int RunCall(const Console& console, const Installation& installation,
            const GatewaySettings& settings, const CallOptions& options);

// The descriptors: from the file, or from the gateway when there is none or it is wished.
absl::StatusOr<std::unique_ptr<MethodBook>> OpenMethodBook(const Installation& installation,
                                                           const GatewayClient* client);

// What an argument that holds a request says: itself, the file of @FILE, standard input of -; {}
// when it is empty.
absl::StatusOr<std::string> RequestText(const std::string& argument);

// The messages that the JSON text means.
absl::StatusOr<std::vector<Json>> RequestsIn(const std::string& text, bool is_stream);

}  // namespace maplebridge::maplectl
