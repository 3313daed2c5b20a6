// How a connection becomes a WebSocket (RFC 6455, section 4): the client's request and the server's
// answer. Pure: bytes in, verdict out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/headers.h"

namespace inferwire::http {

struct WebSocketUrl {
  bool secure = false;
  std::string host;       // without the brackets of an IPv6 address
  std::string authority;  // host:port as in the URL
  int port = 0;
  std::string target;  // path and query
};
// Nothing: it is not one that we would ask for (no http or https, a user name, white space).
std::optional<WebSocketUrl> ParseWebSocketUrl(std::string_view url);

// nonce: 16 bytes.
std::string WebSocketKey(std::string_view nonce);
// What a server has to answer to this key.
std::string WebSocketAccept(std::string_view key);

// headers: "Name: value" each, checked with IsSafeHeaderValue.
std::string UpgradeText(const WebSocketUrl& url, std::string_view key,
                        const std::vector<std::string>& headers);

class UpgradeAnswer {
 public:
  enum class Status {
    kNeedMore,
    kOpen,     // it is a WebSocket; rest() are its first bytes
    kRefused,  // another answer, with its body or as much of it as is kept
    kBroken,   // no HTTP, or a wrong upgrade: problem() says what
  };

  UpgradeAnswer(std::string accept, size_t most_head_bytes, size_t most_body_bytes);

  // Not after another status than kNeedMore.
  Status Feed(std::string_view bytes);
  // The connection has ended.
  Status End();

  int status() const { return status_; }
  const Headers& headers() const { return headers_; }
  const std::string& body() const { return body_; }
  std::string_view rest() const { return text_; }
  std::string_view problem() const { return problem_; }

 private:
  Status TakeHead();
  bool ReadHead(std::string_view head);
  Status CheckUpgrade();
  Status BeginBody();
  Status TakeBody();
  Status TakeChunks();
  Status Broken(std::string_view problem);

  const std::string accept_;
  const size_t most_head_bytes_, most_body_bytes_;
  std::string text_;  // what came and is not read yet
  bool in_body_ = false, chunked_ = false;
  std::optional<uint64_t> body_left_;  // nothing: until the connection ends
  int status_ = 0;
  Headers headers_;
  std::string body_;
  std::string_view problem_;
};

}  // namespace inferwire::http
