// A WebSocket's connection from its beginning to the upgrade, and what it reads.
#include "http/websocket_connection.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace inferwire::http {
namespace {

// What one connection may read in a turn of the loop.
constexpr size_t kMostPerTurn = 256 * 1024;

}  // namespace

std::unique_ptr<WebSocket> Transfers::OpenWebSocket(WebSocketRequest request,
                                                    WebSocketObserver& observer) {
  auto socket = std::make_unique<WebSocketConnection>(
      WebSocketConnection::Loop{clock_, *this, polled_, tls_, limits_.max_descriptor},
      std::move(request), observer);
  socket->Start();
  return socket;
}

WebSocketConnection::WebSocketConnection(const Loop& loop, WebSocketRequest request,
                                         WebSocketObserver& observer)
    : loop_(loop),
      request_(std::move(request)),
      observer_(observer),
      connect_options_(*request_.connect_options),
      url_(ParseWebSocketUrl(request_.url)),
      began_(loop.clock.Now()),
      parser_(request_.limits.message_bytes) {}

void WebSocketConnection::Start() {
  bool good = url_ && (url_->secure || connect_options_.allow_plain_http) &&
              !connect_options_.proxy.starts_with("https");
  for (const std::string& header : request_.headers) good = good && IsSafeHeaderValue(header);
  if (!good) return Fail(Failure::kInternal, "the request cannot become a WebSocket");
  connect_options_.allow_plain_http = true;
  connect_options_.ca_bundle.clear();
  const bool v6 = url_->host.find(':') != std::string::npos;
  Request connect;
  connect.method = "GET";
  connect.url = "http://" + (v6 ? '[' + url_->host + ']' : url_->host) + ':' +
                std::to_string(url_->port) + '/';
  connect.address = request_.address;
  connect.connect_options = &connect_options_;
  connect.connect_timeout = request_.connect_timeout;
  connect.fresh_connection = connect.connect_only = true;
  transfer_ = loop_.transfers.Start(std::move(connect), static_cast<TransferObserver&>(*this));
}

// libcurl closes its own descriptor and no more than that.
void WebSocketConnection::OnConnected(int fd) {
  fd_ = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (fd_ >= loop_.max_descriptor) close(std::exchange(fd_, -1));
  no_descriptor_ = fd_ < 0;
}

void WebSocketConnection::OnEnd(const Outcome& outcome) {
  transfer_ = nullptr;
  outcome_ = outcome;
  if (outcome.failure) return TellLast(Last::kFailed);
  connected_ = loop_.clock.Now();
  outcome_.connected = true;
  if (no_descriptor_ || fd_ < 0) return Fail(Failure::kDescriptors, "out of descriptors");
  fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
  state_ = url_->secure ? State::kTls : State::kUpgrade;
  if (!loop_.sockets.Watch(fd_, *this)) return Fail(Failure::kInternal, "epoll refused the socket");
  if (state_ == State::kUpgrade) return BeginUpgrade();
  BeginTls();
}

void WebSocketConnection::BeginTls() {
  std::string file = request_.connect_options->ca_bundle, directory;
  if (file.empty()) {
    const curl_version_info_data& defaults = *curl_version_info(CURLVERSION_NOW);
    if (defaults.cainfo != nullptr) file = defaults.cainfo;
    if (defaults.capath != nullptr) directory = defaults.capath;
  }
  auto context = loop_.tls.Of(file, directory);
  if (!context) return Fail(Failure::kTls, context.error().message);
  tls_.emplace(std::move(*context), fd_, url_->host, url_->port);
  Handshake();
}

void WebSocketConnection::Handshake() {
  switch (tls_->Handshake()) {
    case TlsSocket::Status::kWait:
      return;
    case TlsSocket::Status::kDone:
      outcome_.tls = loop_.clock.Now() - connected_;
      state_ = State::kUpgrade;
      return BeginUpgrade();
    default:
      Fail(Failure::kTls, tls_->problem());
  }
}

void WebSocketConnection::BeginUpgrade() {
  std::array<uint64_t, 2> nonce{request_.random->Bits(), request_.random->Bits()};
  const std::string key = WebSocketKey({reinterpret_cast<const char*>(nonce.data()), sizeof nonce});
  answer_.emplace(WebSocketAccept(key), request_.limits.head_bytes, request_.limits.refusal_bytes);
  out_ = UpgradeText(*url_, key, request_.headers);
  request_.headers = {};  // the upstream's key is not kept for as long as a session lasts
  Flush();
}

void WebSocketConnection::OnPoll(uint32_t) {
  switch (std::exchange(last_, Last::kNothing)) {
    case Last::kNothing:
      break;
    case Last::kRefused:
      return observer_.OnRefused(answer_->status(), answer_->headers(), answer_->body());
    case Last::kFailed:
      return observer_.OnFailed(outcome_);
    case Last::kClosed:
      return observer_.OnClosed(end_);
  }
  if (state_ == State::kTls) Handshake();
  if (state_ == State::kOver || state_ == State::kTls) return;
  Flush();
  Read();
  if (write_failed_ && state_ != State::kOver && !paused_) return EndOfConnection();
  TellRoom();
}

bool WebSocketConnection::reads() const {
  return !paused_ && (state_ == State::kUpgrade || is_open());
}

void WebSocketConnection::Read() {
  if (is_open()) TakeFrames();  // what came before a pause
  std::array<char, 16 * 1024> buffer;
  size_t taken = 0;
  while (reads()) {
    if (taken >= kMostPerTurn) return loop_.sockets.Soon(*this);
    const auto [status, bytes] = ReadSome(buffer.data(), buffer.size());
    if (status == TlsSocket::Status::kWait) return;
    if (status != TlsSocket::Status::kDone) return EndOfConnection();
    taken += bytes;
    traffic_.received += static_cast<int64_t>(bytes);
    traffic_.last_received = loop_.clock.Now();
    Take({buffer.data(), bytes});
  }
}

void WebSocketConnection::Take(std::string_view bytes) {
  if (state_ == State::kUpgrade) return TakeVerdict(answer_->Feed(bytes));
  parser_.Feed(bytes);
  TakeFrames();
}

void WebSocketConnection::TakeVerdict(UpgradeAnswer::Status verdict) {
  switch (verdict) {
    case UpgradeAnswer::Status::kNeedMore:
      return;
    case UpgradeAnswer::Status::kBroken:
      return Fail(Failure::kProtocol, answer_->problem());
    case UpgradeAnswer::Status::kRefused:
      return TellLast(Last::kRefused);
    case UpgradeAnswer::Status::kOpen:
      break;
  }
  state_ = State::kOpen;
  parser_.Feed(answer_->rest());
  observer_.OnOpen(answer_->headers());
  answer_.reset();
  TakeFrames();
}

void WebSocketConnection::TakeFrames() {
  FrameParser::Event event;
  while (is_open() && !paused_) {
    switch (parser_.Next(event)) {
      case FrameParser::Status::kNeedMore:
        return;
      case FrameParser::Status::kBroken:
        return Break(parser_.close_code(), parser_.close_code() == close_code::kTooLarge
                                               ? "a message is too long"
                                               : "a frame is wrong");
      case FrameParser::Status::kControl:
        TakeControl(event);
        break;
      case FrameParser::Status::kMessage:
        if (event.opcode != Opcode::kText) {
          return Break(close_code::kUnsupported, "a message is not text");
        }
        if (!observer_.OnMessage(event.payload)) paused_ = true;
        break;
    }
  }
}

// A ping that comes while much waits to be sent is not answered: the answer to a later one will do.
void WebSocketConnection::TakeControl(const FrameParser::Event& event) {
  if (event.opcode == Opcode::kClose) return TakeClose(event.payload);
  if (event.opcode != Opcode::kPing || state_ != State::kOpen) return;
  if (unsent() >= request_.limits.unsent_bytes) return;
  AppendFrame(out_, Opcode::kPong, event.payload, NewMask());
  Flush();
}

void WebSocketConnection::TakeClose(std::string_view payload) {
  CloseWords words;
  if (!FrameParser::ReadClose(payload, words)) {
    return Break(close_code::kProtocolError, "a close is wrong");
  }
  if (state_ == State::kOpen) {
    AppendClose(out_, words.code, "", NewMask());
    Flush();
  }
  End({WebSocketEnd::By::kClose, words.code, std::move(words.reason)});
}

void WebSocketConnection::EndOfConnection() {
  if (state_ == State::kOver) return;
  if (is_open()) return End({WebSocketEnd::By::kCut, close_code::kCut, ""});
  if (answer_ && answer_->End() == UpgradeAnswer::Status::kRefused) {
    return TakeVerdict(UpgradeAnswer::Status::kRefused);
  }
  Fail(Failure::kReset, "the connection ended before the answer");
}

}  // namespace inferwire::http
