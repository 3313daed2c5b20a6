#include "identity/forwarded_certificate.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"

namespace inferwire::identity {
namespace {

struct Pair {
  std::string name, value;
};

// The pairs of one element after the other: NAME=VALUE;NAME="quoted \" value",NAME=...
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  // The pairs of the last element; nothing if any of them is not well formed.
  std::optional<std::vector<Pair>> LastElement() {
    std::vector<Pair> element;
    for (;;) {
      auto pair = ReadPair();
      if (!pair) return std::nullopt;
      element.push_back(std::move(*pair));
      if (rest_.empty()) return element;
      if (rest_.front() == ',') element.clear();
      rest_.remove_prefix(1);
    }
  }

 private:
  std::optional<Pair> ReadPair() {
    const size_t equals = rest_.find_first_of("=;,\"");
    if (equals == rest_.npos || rest_[equals] != '=') return std::nullopt;
    Pair pair{Lower(Trim(rest_.substr(0, equals))), {}};
    rest_.remove_prefix(equals + 1);
    if (!rest_.empty() && rest_.front() == '"') {
      if (!ReadQuoted(pair.value)) return std::nullopt;
    } else {
      const size_t end = std::min(rest_.find_first_of(";,\""), rest_.size());
      pair.value = Trim(rest_.substr(0, end));
      rest_.remove_prefix(end);
    }
    rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
    if (!rest_.empty() && rest_.front() != ';' && rest_.front() != ',') return std::nullopt;
    return pair;
  }

  bool ReadQuoted(std::string& value) {
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      value += rest_.front();
      rest_.remove_prefix(1);
    }
    if (rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<std::string> ForwardedUri(std::string_view header) {
  auto element = Reader(header).LastElement();
  if (!element) return std::nullopt;
  std::optional<std::string> uri;
  for (Pair& pair : *element) {
    if (pair.name != "uri") continue;
    if (uri || pair.value.empty()) return std::nullopt;
    uri = std::move(pair.value);
  }
  return uri;
}

std::string AddressOfPeer(std::string_view peer) {
  constexpr std::string_view kOpen = "ipv6:%5B", kClose = "%5D", kIpv4 = "ipv4:";
  if (peer.starts_with(kIpv4)) {
    peer.remove_prefix(kIpv4.size());
    return std::string(peer.substr(0, peer.rfind(':')));
  }
  if (!peer.starts_with(kOpen)) return {};
  peer.remove_prefix(kOpen.size());
  return std::string(peer.substr(0, peer.find(kClose)));
}

}  // namespace inferwire::identity
