// Keeps what a download sends.
#pragma once

#include <string>

#include "common/server/service_host.h"
#include "maplebridge/registry/v1/document.pb.h"

namespace maplebridge::registry {

class ReceivedDocument : public StreamWriter {
 public:
  Task<bool> Write(const google::protobuf::Message& message) override {
    const auto& part = static_cast<const v1::DownloadDocumentResponse&>(message);
    if (part.has_document()) document = part.document();
    bytes += part.chunk();
    co_return true;
  }
  bool cancelled() const override { return false; }

  v1::Document document;
  std::string bytes;
};

}  // namespace maplebridge::registry
