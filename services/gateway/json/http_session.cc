#include "services/gateway/json/http_session.h"

#include <absl/strings/str_cat.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <optional>

#include "services/gateway/errors/reasons.h"
#include "services/gateway/json/http_status.h"

namespace maplebridge::gateway {

namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

constexpr uint32_t kLargestHeader = 16 * 1024;
constexpr uint64_t kLargestBody = 8 * 1024 * 1024;
// Longer than the proxy keeps an idle connection, so that it is the one to close.
constexpr absl::Duration kIdleLimit = absl::Seconds(75);
constexpr absl::Duration kReadLimit = absl::Seconds(30);
constexpr absl::Duration kWriteLimit = absl::Seconds(60);
constexpr absl::Duration kLeaveLimit = absl::Seconds(2);
constexpr absl::Duration kDrainPatience = absl::Seconds(1);

bool IsLoopback(const std::string& address) {
  return address.rfind("127.", 0) == 0 || address == "::1" || address == "::ffff:127.0.0.1";
}

// Our own proxy appends the client's address; what stands before it, the client wrote itself.
std::string ForwardedAddress(std::string_view header) {
  const size_t comma = header.rfind(',');
  if (comma != std::string_view::npos) header.remove_prefix(comma + 1);
  while (!header.empty() && header.front() == ' ') header.remove_prefix(1);
  error_code error;
  const auto address = boost::asio::ip::make_address(std::string(header), error);
  return error ? "" : address.to_string();
}

std::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

// A refusal of HTTP itself, before anything knows of methods and codecs.
HttpAnswer Malformed(int status, int code, const std::string& message) {
  HttpAnswer answer;
  answer.status = status;
  answer.body = absl::StrCat(R"({"code":)", code, R"(,"message":")", message,
                             R"(","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo",)",
                             R"("reason":"REQUEST_MALFORMED","domain":"maplebridge"}]})");
  return answer;
}

}  // namespace

struct HttpSession::Reader {
  boost::beast::flat_buffer buffer;
  std::optional<http::request_parser<http::string_body>> parser;
};

HttpSession::HttpSession(Loop& loop, Socket socket, std::string peer_address, HttpHandler handler)
    : loop_(loop),
      socket_(std::move(socket)),
      peer_address_(std::move(peer_address)),
      handler_(std::move(handler)),
      reader_(std::make_unique<Reader>()),
      state_since_(absl::Now()) {}

HttpSession::~HttpSession() = default;

void HttpSession::Start() {
  error_code ignored;
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  WaitReadable();
}

void HttpSession::Enter(State state) {
  state_ = state;
  state_since_ = absl::Now();
}

void HttpSession::Tick(absl::Time now) {
  const absl::Duration age = now - state_since_;
  const bool is_too_long = (state_ == State::kIdle && age > kIdleLimit) ||
                           (state_ == State::kReading && age > kReadLimit) ||
                           (state_ == State::kWriting && age > kWriteLimit) ||
                           (state_ == State::kLeaving && age > kLeaveLimit);
  // A request may be on its way when the drain begins: the idle connection stays a moment.
  const bool may_leave = is_draining_ && state_ == State::kIdle && age > kDrainPatience;
  if (is_too_long || may_leave) CloseNow();
}

void HttpSession::Drain() {
  is_draining_ = true;
  if (state_ == State::kIdle) state_since_ = absl::Now();
}

void HttpSession::CloseNow() {
  if (state_ == State::kClosed) return;
  const auto keep = shared_from_this();
  Enter(State::kClosed);
  work_.reset();
  error_code ignored;
  socket_.shutdown(Socket::shutdown_both, ignored);
  socket_.close(ignored);
  loop_.Leave(*this);
}

// Also while a request is worked on: a client that goes away ends its call.
void HttpSession::WaitReadable() {
  if (is_waiting_readable_) return;
  is_waiting_readable_ = true;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](error_code error) {
    self->is_waiting_readable_ = false;
    if (self->state_ == State::kClosed) return;
    if (error) {
      self->CloseNow();
    } else {
      self->OnReadable();
    }
  });
}

void HttpSession::OnReadable() {
  if (state_ == State::kIdle) {
    ReadHeader();
    return;
  }
  if (state_ != State::kWorking) return;
  char byte = 0;
  const ssize_t count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  const bool is_gone = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
  // Bytes of a next request wait for their turn.
  if (is_gone) CloseNow();
}

void HttpSession::ReadHeader() {
  Enter(State::kReading);
  auto& parser = reader_->parser.emplace();
  parser.header_limit(kLargestHeader);
  parser.body_limit(kLargestBody);
  http::async_read_header(socket_, reader_->buffer, parser,
                          [self = shared_from_this()](error_code error, size_t) {
                            if (self->state_ == State::kClosed) return;
                            if (error) {
                              self->OnReadFailed(error);
                            } else {
                              self->ReadBody();
                            }
                          });
}

void HttpSession::ReadBody() {
  auto& parser = *reader_->parser;
  if (boost::beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    // Small enough that the socket of a client that waits for it takes it.
    (void)::send(socket_.native_handle(), kContinue.data(), kContinue.size(),
                 MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  http::async_read(socket_, reader_->buffer, parser,
                   [self = shared_from_this()](error_code error, size_t) {
                     if (self->state_ == State::kClosed) return;
                     if (error) {
                       self->OnReadFailed(error);
                     } else {
                       self->Work();
                     }
                   });
}

void HttpSession::OnReadFailed(error_code error) {
  keeps_alive_ = false;
  if (error == http::error::body_limit) {
    Answer(Malformed(413, 8, absl::StrCat("the body is larger than ", kLargestBody, " bytes")));
  } else if (error == http::error::header_limit) {
    Answer(Malformed(431, 8, absl::StrCat("the header is larger than ", kLargestHeader, " bytes")));
  } else if (error.category() == http::make_error_code(http::error::bad_method).category() &&
             error != http::error::end_of_stream && error != http::error::partial_message) {
    Answer(Malformed(400, 3, "the request is no HTTP/1.1"));
  } else {
    CloseNow();
  }
}

void HttpSession::Work() {
  Enter(State::kWorking);
  keeps_alive_ = reader_->parser->get().keep_alive();
  const uint64_t number = ++request_number_;
  auto work = handler_(TakeRequest(), [this, number](HttpAnswer answer) {
    if (state_ == State::kWorking && number == request_number_) Answer(std::move(answer));
  });
  if (state_ != State::kWorking) return;  // Answered, or closed, already.
  work_ = std::move(work);
  WaitReadable();
}

HttpRequest HttpSession::TakeRequest() {
  auto& message = reader_->parser->get();
  HttpRequest request;
  request.method = std::string(View(message.method_string()));
  const std::string_view target = View(message.target());
  const size_t question = std::min(target.find('?'), target.size());
  request.path = std::string(target.substr(0, question));
  request.query = std::string(target.substr(std::min(question + 1, target.size())));
  request.authorization = std::string(View(message[http::field::authorization]));
  request.traceparent = std::string(View(message["traceparent"]));
  request.grpc_timeout = std::string(View(message["grpc-timeout"]));
  request.content_type = std::string(View(message[http::field::content_type]));
  request.body = std::move(message.body());
  request.peer_address = peer_address_;
  if (IsLoopback(peer_address_)) {
    std::string forwarded = ForwardedAddress(View(message["x-forwarded-for"]));
    if (!forwarded.empty()) request.peer_address = std::move(forwarded);
  }
  return request;
}

void HttpSession::Answer(HttpAnswer answer) {
  if (state_ == State::kClosed) return;
  if (is_draining_) keeps_alive_ = false;
  written_ = absl::StrCat("HTTP/1.1 ", answer.status, " ", std::string(ReasonPhrase(answer.status)),
                          "\r\ncontent-type: ", answer.content_type,
                          "\r\ncontent-length: ", answer.body.size(),
                          "\r\nx-content-type-options: nosniff\r\n");
  for (const auto& [name, value] : answer.headers) {
    absl::StrAppend(&written_, name, ": ", value, "\r\n");
  }
  absl::StrAppend(&written_, keeps_alive_ ? "\r\n" : "connection: close\r\n\r\n");
  written_.append(answer.body);
  Write();
}

void HttpSession::Write() {
  Enter(State::kWriting);
  boost::asio::async_write(socket_, boost::asio::buffer(written_),
                           [self = shared_from_this()](error_code error, size_t) {
                             if (self->state_ == State::kClosed) return;
                             if (error) {
                               self->CloseNow();
                             } else {
                               self->OnWritten();
                             }
                           });
}

void HttpSession::OnWritten() {
  // Only here, not when it answered: it was still running then.
  work_.reset();
  written_.clear();
  if (!keeps_alive_) {
    LeaveGently();
    return;
  }
  if (reader_->buffer.size() > 0) {
    ReadHeader();
    return;
  }
  Enter(State::kIdle);
  WaitReadable();
}

// Closing with bytes unread would reset the connection, and the client might lose our answer.
void HttpSession::LeaveGently() {
  Enter(State::kLeaving);
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  Discard();
}

void HttpSession::Discard() {
  socket_.async_read_some(boost::asio::buffer(discarded_),
                          [self = shared_from_this()](error_code error, size_t) {
                            if (self->state_ == State::kClosed) return;
                            if (error) {
                              self->CloseNow();
                            } else {
                              self->Discard();
                            }
                          });
}

}  // namespace maplebridge::gateway
