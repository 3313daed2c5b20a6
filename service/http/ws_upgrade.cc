#include "http/ws_upgrade.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace inferwire::http {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::string_view kEndOfHead = "\r\n\r\n", kEndOfLine = "\r\n";

std::string Base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return text;
}

// As libcurl writes a target: nothing that could end the line.
bool IsVisible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// "host", "host:port", "[address]:port"
bool SplitAuthority(std::string_view text, WebSocketUrl& url) {
  size_t end = text.find(':');
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos) return false;
    url.host = text.substr(1, end - 1);
    ++end;
  } else {
    url.host = text.substr(0, end);
  }
  if (url.host.empty()) return false;
  if (end >= text.size()) return true;
  if (text[end] != ':') return false;
  const auto port = ParseInteger<uint16_t>(text.substr(end + 1));
  if (!port || *port == 0) return false;
  url.port = *port;
  return true;
}

bool HasToken(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    if (EqualsIgnoringCase(Trim(list.substr(0, comma)), token)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

}  // namespace

std::optional<WebSocketUrl> ParseWebSocketUrl(std::string_view text) {
  WebSocketUrl url;
  url.secure = StartsWithIgnoringCase(text, "https://");
  if (!url.secure && !StartsWithIgnoringCase(text, "http://")) return std::nullopt;
  url.port = url.secure ? 443 : 80;
  text.remove_prefix(url.secure ? 8 : 7);
  if (!IsVisible(text)) return std::nullopt;
  const size_t slash = std::min(text.find_first_of("/?#"), text.size());
  url.authority = text.substr(0, slash);
  url.target = text.substr(slash, text.find('#') - slash);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  if (url.authority.find('@') != std::string::npos) return std::nullopt;
  if (!SplitAuthority(url.authority, url)) return std::nullopt;
  return url;
}

std::string WebSocketKey(std::string_view nonce) { return Base64(nonce); }

std::string WebSocketAccept(std::string_view key) {
  std::string text(key);
  text += kGuid;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return Base64({reinterpret_cast<const char*>(digest.data()), size});
}

std::string UpgradeText(const WebSocketUrl& url, std::string_view key,
                        const std::vector<std::string>& headers) {
  std::string text = "GET " + url.target + " HTTP/1.1\r\nHost: " + url.authority +
                     "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                     "\r\nSec-WebSocket-Key: ";
  text.append(key).append("\r\nAccept-Encoding: identity\r\n");
  for (const std::string& header : headers) text.append(header).append(kEndOfLine);
  return text.append(kEndOfLine);
}

UpgradeAnswer::UpgradeAnswer(std::string accept, size_t most_head_bytes, size_t most_body_bytes)
    : accept_(std::move(accept)),
      most_head_bytes_(most_head_bytes),
      most_body_bytes_(most_body_bytes) {}

UpgradeAnswer::Status UpgradeAnswer::Feed(std::string_view bytes) {
  text_.append(bytes);
  return in_body_ ? TakeBody() : TakeHead();
}

UpgradeAnswer::Status UpgradeAnswer::End() {
  if (!in_body_) return Broken("the connection ended before the answer");
  return Status::kRefused;  // with what there is of its body
}

UpgradeAnswer::Status UpgradeAnswer::Broken(std::string_view problem) {
  problem_ = problem;
  return Status::kBroken;
}

UpgradeAnswer::Status UpgradeAnswer::TakeHead() {
  for (;;) {
    const size_t end = text_.find(kEndOfHead);
    if (std::min(end, text_.size()) > most_head_bytes_) return Broken("too many header bytes");
    if (end == std::string::npos) return Status::kNeedMore;
    headers_.Clear();
    if (!ReadHead(std::string_view(text_).substr(0, end))) return Broken("it is not HTTP");
    text_.erase(0, end + kEndOfHead.size());
    if (status_ == 101) return CheckUpgrade();
    if (status_ >= 200) return BeginBody();
    // An interim answer: the final one is yet to come.
  }
}

bool UpgradeAnswer::ReadHead(std::string_view head) {
  size_t end = std::min(head.find(kEndOfLine), head.size());
  const std::string_view line = head.substr(0, end);
  const bool good = line.size() >= 12 && line.starts_with("HTTP/1.") && IsDigit(line[7]) &&
                    line[8] == ' ' && (line.size() == 12 || line[12] == ' ');
  const auto status = good ? ParseInteger<int>(line.substr(9, 3)) : std::nullopt;
  if (!status || *status < 100) return false;
  status_ = *status;
  while (end < head.size()) {
    head.remove_prefix(end + kEndOfLine.size());
    end = std::min(head.find(kEndOfLine), head.size());
    const std::string_view field = head.substr(0, end);
    const size_t colon = field.find(':');
    if (colon == std::string_view::npos || colon == 0 || !IsVisible(field.substr(0, colon))) {
      return false;
    }
    const std::string_view value = Trim(field.substr(colon + 1));
    if (!std::all_of(value.begin(), value.end(), [](char c) {
          return c == '\t' || IsSafeHeaderValue({&c, 1});
        })) {
      return false;
    }
    headers_.Add(field.substr(0, colon), value);
  }
  return true;
}

UpgradeAnswer::Status UpgradeAnswer::CheckUpgrade() {
  if (!EqualsIgnoringCase(headers_.Get("upgrade"), "websocket") ||
      !HasToken(headers_.Get("connection"), "upgrade")) {
    return Broken("it switches to another protocol");
  }
  if (headers_.Get("sec-websocket-accept") != accept_) {
    return Broken("its Sec-WebSocket-Accept is wrong");
  }
  if (headers_.Has("sec-websocket-extensions") || headers_.Has("sec-websocket-protocol")) {
    return Broken("it agrees to an extension or a protocol that was not offered");
  }
  return Status::kOpen;
}

UpgradeAnswer::Status UpgradeAnswer::BeginBody() {
  in_body_ = true;
  chunked_ = HasToken(headers_.Get("transfer-encoding"), "chunked");
  if (status_ == 204 || status_ == 304) {
    body_left_ = 0;
    chunked_ = false;
  } else if (!chunked_ && headers_.Has("content-length")) {
    body_left_ = ParseInteger<uint64_t>(headers_.Get("content-length"));
    if (!body_left_) return Broken("its Content-Length is wrong");
  }
  return TakeBody();
}

// What is beyond the bound says nothing more, and may never end.
UpgradeAnswer::Status UpgradeAnswer::TakeBody() {
  if (chunked_) return TakeChunks();
  size_t size = text_.size();
  if (body_left_) size = static_cast<size_t>(std::min<uint64_t>(size, *body_left_));
  if (body_left_) *body_left_ -= size;
  body_.append(text_, 0, std::min(size, most_body_bytes_ - body_.size()));
  text_.clear();
  if (body_left_ == 0 || body_.size() == most_body_bytes_) return Status::kRefused;
  return Status::kNeedMore;
}

UpgradeAnswer::Status UpgradeAnswer::TakeChunks() {
  constexpr size_t kMostLine = 1024;
  for (;;) {
    if (!body_left_) {
      const size_t end = text_.find(kEndOfLine);
      if (end == std::string::npos) {
        return text_.size() > kMostLine ? Broken("its chunks are wrong") : Status::kNeedMore;
      }
      uint64_t size = 0;
      const auto [stop, error] =
          std::from_chars(text_.data(), text_.data() + end, size, /*base=*/16);
      if (error != std::errc() || stop == text_.data() || size > UINT32_MAX) {
        return Broken("its chunks are wrong");
      }
      text_.erase(0, end + kEndOfLine.size());
      if (size == 0) return Status::kRefused;  // nobody needs the trailers
      body_left_ = size + kEndOfLine.size();
    }
    const auto size = static_cast<size_t>(std::min<uint64_t>(text_.size(), *body_left_));
    const uint64_t of_body = *body_left_ - std::min<uint64_t>(*body_left_, kEndOfLine.size());
    const auto data = static_cast<size_t>(std::min<uint64_t>(size, of_body));
    body_.append(text_, 0, std::min(data, most_body_bytes_ - body_.size()));
    text_.erase(0, size);
    *body_left_ -= size;
    if (body_.size() == most_body_bytes_) return Status::kRefused;
    if (*body_left_ > 0) return Status::kNeedMore;
    body_left_.reset();
  }
}

}  // namespace inferwire::http
