#include "wire/replay_upstream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <set>
#include <stdexcept>

namespace inferwire::wire {
namespace {

// These describe the recorded connection, not the answer.
const std::set<std::string_view> kOfTheConnection = {
    "connection",        "content-encoding", "content-length", "keep-alive", "server-timing",
    "transfer-encoding", "upgrade",          "alt-svc",        "date"};

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string Value(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? "" : std::string(text.substr(begin));
}

bool Send(int connection, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

// The bytes of one connection, as they come.
class Incoming {
 public:
  explicit Incoming(int connection) : connection_(connection) {}

  // Up to the next CRLF, which is taken too; nothing if the connection ends before it.
  std::optional<std::string> Line() {
    size_t end;
    while ((end = bytes_.find("\r\n")) == std::string::npos) {
      if (!More()) return std::nullopt;
    }
    std::string line = bytes_.substr(0, end);
    bytes_.erase(0, end + 2);
    return line;
  }

  std::optional<std::string> Take(size_t size) {
    while (bytes_.size() < size) {
      if (!More()) return std::nullopt;
    }
    std::string taken = bytes_.substr(0, size);
    bytes_.erase(0, size);
    return taken;
  }

 private:
  bool More() {
    const ssize_t got = recv(connection_, buffer_.data(), buffer_.size(), 0);
    if (got <= 0) return false;
    bytes_.append(buffer_.data(), static_cast<size_t>(got));
    return true;
  }

  const int connection_;
  std::string bytes_;
  std::array<char, 64 * 1024> buffer_;
};

std::optional<std::string> ReadChunks(Incoming& incoming) {
  std::string body;
  for (;;) {
    const auto line = incoming.Line();
    if (!line) return std::nullopt;
    size_t size = 0;
    std::from_chars(line->data(), line->data() + line->size(), size, 16);
    if (size == 0) break;
    const auto chunk = incoming.Take(size + 2);  // with its CRLF
    if (!chunk) return std::nullopt;
    body.append(*chunk, 0, size);
  }
  for (;;) {  // the trailers
    const auto line = incoming.Line();
    if (!line) return std::nullopt;
    if (line->empty()) return body;
  }
}

// All of it: an answer to half an upload ends the upload.
std::optional<ReplayUpstream::Request> ReadRequest(int connection) {
  Incoming incoming(connection);
  ReplayUpstream::Request request;
  auto line = incoming.Line();
  if (!line) return std::nullopt;
  const size_t first = line->find(' '), last = line->rfind(' ');
  if (first == std::string::npos || first == last) return std::nullopt;
  request.method = line->substr(0, first);
  request.target = line->substr(first + 1, last - first - 1);
  while ((line = incoming.Line()) && !line->empty()) {
    const size_t colon = line->find(':');
    if (colon == std::string::npos) continue;
    request.headers.emplace_back(Lower(line->substr(0, colon)),
                                 Value(std::string_view(*line).substr(colon + 1)));
  }
  if (!line) return std::nullopt;
  size_t length = 0;
  const std::string text = request.Header("content-length");
  std::from_chars(text.data(), text.data() + text.size(), length);
  const bool chunked = Lower(request.Header("transfer-encoding")) == "chunked";
  auto body = chunked ? ReadChunks(incoming) : incoming.Take(length);
  if (!body) return std::nullopt;
  request.body = std::move(*body);
  return request;
}

// Each recorded read as one chunk, sent by itself.
void SendRecording(int connection, const Recording& recording) {
  std::string head = "HTTP/1.1 " + std::to_string(recording.status) + " Recorded\r\n";
  for (const auto& [name, value] : recording.headers) {
    if (!kOfTheConnection.contains(name)) head += name + ": " + value + "\r\n";
  }
  head += "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
  if (!Send(connection, head)) return;
  size_t begin = 0;
  for (const size_t piece : recording.pieces) {
    if (piece == 0) continue;
    std::array<char, 24> size;
    const int digits = std::snprintf(size.data(), size.size(), "%zx\r\n", piece);
    std::string chunk(size.data(), static_cast<size_t>(digits));
    chunk.append(recording.body, begin, piece);
    chunk += "\r\n";
    if (!Send(connection, chunk)) return;
    begin += piece;
  }
  Send(connection, "0\r\n\r\n");
}

}  // namespace

std::string ReplayUpstream::Request::Header(std::string_view name) const {
  for (const auto& [have, value] : headers) {
    if (have == name) return value;
  }
  return "";
}

ReplayUpstream::ReplayUpstream() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || bind(listener_, generic, size) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("the replay upstream cannot listen on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

ReplayUpstream::~ReplayUpstream() {
  stopping_ = true;
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

void ReplayUpstream::Play(std::shared_ptr<const Recording> recording) {
  std::lock_guard lock(mutex_);
  recording_ = std::move(recording);
  requests_.clear();
}

std::vector<ReplayUpstream::Request> ReplayUpstream::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}

void ReplayUpstream::Serve() {
  while (!stopping_) {
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    const int on = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    // A peer that stops reading or writing must not hold the next recording up.
    const timeval limit{10, 0};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    Answer(connection);
    close(connection);
  }
}

void ReplayUpstream::Answer(int connection) {
  auto request = ReadRequest(connection);
  if (!request) return;
  std::shared_ptr<const Recording> recording;
  {
    std::lock_guard lock(mutex_);
    requests_.push_back(std::move(*request));
    recording = recording_;
  }
  if (recording) SendRecording(connection, *recording);
}

}  // namespace inferwire::wire
