#include "unit/simulator/http_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

namespace inferwire::simulator::testing {

std::string_view Response::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

Json Response::json() const {
  Json parsed = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  return parsed.is_discarded() ? Json() : parsed;
}

Connection::Connection(int port, int receive_buffer) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval limit{.tv_sec = 30, .tv_usec = 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (receive_buffer > 0) {
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0) << errno;
}

Connection::~Connection() { close(socket_); }

void Connection::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server has answered early and closed
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

bool Connection::Fill() {
  char buffer[65536];
  const ssize_t size = recv(socket_, buffer, sizeof buffer, 0);
  if (size < 0 && errno == ECONNRESET) reset_ = true;
  EXPECT_FALSE(size < 0 && errno == EAGAIN) << "nothing came for 30 s";
  if (size <= 0) return false;
  in_.append(buffer, static_cast<size_t>(size));
  return true;
}

const std::string& Connection::ReadBytes(size_t count) {
  while (in_.size() < count && Fill()) {
  }
  return in_;
}

bool Connection::AtEnd() {
  in_.clear();
  return !Fill();
}

bool Connection::ReadHead(Response& response) {
  size_t end = 0;
  while ((end = in_.find("\r\n\r\n")) == std::string::npos) {
    if (!Fill()) return false;
  }
  std::string_view head = std::string_view(in_).substr(0, end + 2);
  std::from_chars(head.data() + 9, head.data() + 12, response.status);
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const size_t colon = line.find(": ");
    response.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    head.remove_prefix(line.size() + 2);
  }
  in_.erase(0, end + 4);
  return true;
}

bool Connection::ReadChunks(std::string& body) {
  while (true) {
    size_t line = 0;
    while ((line = in_.find("\r\n")) == std::string::npos) {
      if (!Fill()) return false;
    }
    size_t size = 0;
    std::from_chars(in_.data(), in_.data() + line, size, 16);
    while (in_.size() < line + 2 + size + 2) {
      if (!Fill()) {
        body += in_.substr(line + 2);
        return false;
      }
    }
    body += in_.substr(line + 2, size);
    in_.erase(0, line + 2 + size + 2);
    if (size == 0) return true;
  }
}

Response Connection::Read() {
  Response response;
  if (!ReadHead(response)) {
    response.reset = reset_;
    return response;
  }
  const std::string length(response.Header("content-length"));
  if (response.Header("transfer-encoding") == "chunked") {
    response.complete = ReadChunks(response.body);
  } else if (!length.empty()) {
    const size_t size = std::stoul(length);
    while (in_.size() < size && Fill()) {
    }
    response.complete = in_.size() >= size;
    response.body = in_.substr(0, size);
    in_.erase(0, size);
  } else if (response.status != 100) {
    while (Fill()) {
    }
    response.body = std::move(in_);
    in_.clear();
    response.complete = !reset_;
  }
  response.reset = reset_;
  return response;
}

std::string PostText(std::string_view path, std::string_view body, const HeaderList& headers) {
  std::string text = "POST " + std::string(path) +
                     " HTTP/1.1\r\nhost: test\r\ncontent-length: " + std::to_string(body.size()) +
                     "\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  return text + "\r\n" + std::string(body);
}

Response Post(const Simulator& simulator, std::string_view path, const Json& body,
              const HeaderList& headers) {
  Connection connection(simulator.port());
  connection.Send(PostText(path, Dump(body), headers));
  return connection.Read();
}

Response Get(const Simulator& simulator, std::string_view path, const HeaderList& headers) {
  Connection connection(simulator.port());
  std::string text = "GET " + std::string(path) + " HTTP/1.1\r\nhost: test\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  connection.Send(text + "\r\n");
  return connection.Read();
}

Json Ask(std::string_view text, std::string_view model) {
  return {{"model", model}, {"messages", Json::array({{{"role", "user"}, {"content", text}}})}};
}

Response Chat(const Simulator& simulator, const Json& body, const HeaderList& headers) {
  return Post(simulator, "/v1/chat/completions", body, headers);
}

std::vector<std::string> DataLines(const std::string& body) {
  std::vector<std::string> lines;
  size_t at = 0;
  while (at < body.size()) {
    size_t end = body.find('\n', at);
    if (end == std::string::npos) end = body.size();
    std::string line = body.substr(at, end - at);
    if (line.ends_with('\r')) line.pop_back();
    if (line.starts_with("data: ")) lines.push_back(line.substr(6));
    at = end + 1;
  }
  return lines;
}

std::vector<Json> Chunks(const std::string& body) {
  std::vector<Json> chunks;
  for (const std::string& line : DataLines(body)) {
    Json chunk = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!chunk.is_discarded()) chunks.push_back(std::move(chunk));
  }
  return chunks;
}

std::string ContentOf(const std::vector<Json>& chunks, int index) {
  std::string content;
  for (const Json& chunk : chunks) {
    for (const Json& choice : chunk.value("choices", Json::array())) {
      if (choice["index"] != index || !choice["delta"].contains("content")) continue;
      if (choice["delta"]["content"].is_string()) {
        content += choice["delta"]["content"].get<std::string>();
      }
    }
  }
  return content;
}

std::string ErrorCode(const Response& response) {
  const Json body = response.json();
  if (!body.is_object() || !body.contains("error")) return "no error";
  return body["error"]["code"].is_string() ? body["error"]["code"].get<std::string>() : "null";
}

}  // namespace inferwire::simulator::testing
