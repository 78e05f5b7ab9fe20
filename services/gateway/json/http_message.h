// A request and an answer of the HTTP/1.1 side, without the library that reads and writes them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace maplebridge::gateway {

struct HttpRequest {
  std::string method;
  std::string path;   // Percent-encoded, without the query.
  std::string query;  // Without the question mark.
  std::string authorization;
  std::string traceparent;
  std::string grpc_timeout;
  std::string content_type;
  std::string body;
  // Whose address counts: behind our own proxy the one that it names.
  std::string peer_address;
};

struct HttpAnswer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// A request that is being worked on. Destroyed when it has been answered, or when the client went
// away before.
class HttpWork {
 public:
  virtual ~HttpWork() = default;
};

// Calls `answer` once, at once or later, and may give back what stands behind a later answer.
using SendAnswer = std::function<void(HttpAnswer)>;
using HttpHandler = std::function<std::unique_ptr<HttpWork>(HttpRequest, SendAnswer answer)>;

}  // namespace maplebridge::gateway
