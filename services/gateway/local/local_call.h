// Calls that the gateway answers itself (health, reflection): they see whole messages.
#pragma once

#include <grpcpp/support/status.h>

#include <memory>
#include <string>
#include <string_view>

namespace maplebridge::gateway {

// The way back to the caller.
class LocalReply {
 public:
  virtual ~LocalReply() = default;
  // One serialised message.
  virtual void SendMessage(std::string_view bytes) = 0;
  // Ends the call; nothing may follow.
  virtual void FinishCall(grpc::StatusCode code, std::string message) = 0;
};

// Destroyed when the call has ended, also when the caller went away.
class LocalCall {
 public:
  virtual ~LocalCall() = default;
  virtual void OnMessage(std::string_view bytes) = 0;
  // The caller sends no more.
  virtual void OnRequestEnd() = 0;
};

// Prefix of every gRPC message: a zero (not compressed) and its length.
std::string FrameMessage(std::string_view bytes);

// Cuts a stream of bytes into gRPC messages.
class MessageReader {
 public:
  enum class State { kMessage, kNeedsMore, kTooLarge, kCompressed };

  explicit MessageReader(size_t largest) : largest_(largest) {}
  void Append(std::string_view bytes) { bytes_.append(bytes); }
  size_t size() const { return bytes_.size(); }
  // Takes the next whole message out.
  State Next(std::string* message);

 private:
  const size_t largest_;
  std::string bytes_;
};

}  // namespace maplebridge::gateway
