// A change feed followed through the gateway, taken up again where it was cut.
#pragma once

#include <absl/status/statusor.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "deploy/maplectl_source/gateway_client.h"
#include "maplebridge/feed/v1/feed.pb.h"

namespace maplebridge::maplectl {

// "registry", "docking", "roster".
bool IsFeed(const std::string& feed);

class FeedWatch {
 public:
  struct Options {
    std::string feed;
    std::string token;  // empty: the client's own identity
    std::int64_t after_position = 0;
    std::string resource_prefix;
  };
  FeedWatch(const GatewayClient& client, Options options)
      : client_(client), options_(std::move(options)), position_(options_.after_position) {}

  // Called for each event, in order, once. False ends the watch.
  using OnEvent = std::function<bool(const feed::v1::Event&)>;
  // Watches until `on_event` says so or Stop. Comes back after a lost connection; an error is one
  // that coming back would not mend.
  absl::Status Run(const OnEvent& on_event);
  // Cuts the present stream, as a lost connection would; Run goes on. Any thread.
  void Cut();
  // Ends Run. Any thread.
  void Stop();

  // How often a stream was taken up again after the first, and where the feed stands.
  int resumptions() const { return resumptions_; }
  std::int64_t position() const { return position_; }

 private:
  absl::Status RunOneStream(const OnEvent& on_event, bool* ended);

  const GatewayClient& client_;
  Options options_;
  std::atomic<std::int64_t> position_;
  std::atomic<bool> stopped_{false};
  std::atomic<int> resumptions_{0};
  std::mutex mutex_;
  grpc::ClientContext* context_ = nullptr;  // of the present stream
};

struct WatchOptions {
  std::string feed = "docking";
  std::int64_t after_position = 0;
  std::string resource_prefix;
  int count = 0;  // events after which it ends; 0 for none
};
int RunWatch(const Console& console, const Installation& installation,
             const GatewaySettings& settings, const WatchOptions& options);

}  // namespace maplebridge::maplectl
