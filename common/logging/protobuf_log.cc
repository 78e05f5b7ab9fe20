#include "common/logging/protobuf_log.h"

#include <google/protobuf/stubs/logging.h>

#include "common/logging/log.h"

namespace maplebridge {

void LogProtobuf() {
  google::protobuf::SetLogHandler(
      [](google::protobuf::LogLevel level, const char*, int, const std::string& message) {
        // Its errors are a caller's malformed messages, which that caller is told of.
        Log(level == google::protobuf::LOGLEVEL_FATAL ? LogLevel::kError : LogLevel::kWarning,
            "Protobuf", {{"said", message}});
      });
}

}  // namespace maplebridge
