#include "target.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "status.h"

namespace inferwire::client {
namespace {

constexpr std::string_view kDefaultPort = "50051";

Error Wrong(std::string_view what) {
  return ClientError(grpc::StatusCode::INVALID_ARGUMENT, kInvalidOptions,
                     "target: " + std::string(what));
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return lower;
}

bool IsIpv6(const std::string& host) {
  in6_addr address{};
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool IsLoopback(const std::string& host) {
  if (Lower(host) == "localhost") return true;
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool IsPort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port != 0;
}

// Splits host:port, [IPv6]:port and an IPv6 address alone.
Result<std::pair<std::string, std::string_view>> HostAndPort(std::string_view place) {
  if (place.find_first_of("/?#") != std::string_view::npos) return Wrong("must not have a path");
  if (place.find_first_of(" @,%\\") != std::string_view::npos) {
    return Wrong("must be one host and its port");
  }
  std::string host;
  std::optional<std::string_view> port;
  if (place.starts_with('[')) {
    const auto end = place.find(']');
    host = place.substr(1, end - 1);
    const auto rest = end == std::string_view::npos ? "" : place.substr(end + 1);
    if (end == std::string_view::npos || !IsIpv6(host) ||
        (!rest.empty() && !rest.starts_with(':'))) {
      return Wrong("must be [IPv6 address]:port");
    }
    if (!rest.empty()) port = rest.substr(1);
  } else if (std::ranges::count(place, ':') > 1) {
    host = place;
    if (!IsIpv6(host)) return Wrong("must be host:port or [IPv6 address]:port");
  } else {
    const auto colon = place.find(':');
    host = place.substr(0, colon);
    if (colon != std::string_view::npos) port = place.substr(colon + 1);
  }
  if (host.empty()) return Wrong("has no host");
  if (port && !IsPort(*port)) return Wrong("the port must be 1 to 65535");
  return std::pair(std::move(host), port.value_or(kDefaultPort));
}

Result<Target> At(std::string_view authority, std::string_view place,
                  std::optional<bool> tls = std::nullopt) {
  const auto read = HostAndPort(place);
  if (!read) return read.error();
  const auto& [host, port] = *read;
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return Target{.uri = "dns://" + std::string(authority) + "/" + shown + ":" + std::string(port),
                .tls = tls,
                .local = IsLoopback(host)};
}

// unix:, dns:, ... and anything with //; empty for what only looks like one (host:50051).
std::string SchemeOf(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || text.starts_with('[')) return {};
  std::string scheme = Lower(text.substr(0, colon));
  for (const std::string_view known : {"unix", "unix-abstract", "dns", "ipv4", "ipv6"}) {
    if (scheme == known) return scheme;
  }
  const bool named =
      !scheme.empty() && scheme[0] >= 'a' && scheme[0] <= 'z' &&
      scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+.-") == std::string::npos;
  return named && text.substr(colon).starts_with("://") ? scheme : std::string();
}

}  // namespace

Result<Target> ReadTarget(std::string_view text) {
  text = Trimmed(text);
  if (text.empty()) return Wrong("must not be empty");
  if (std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
    return Wrong("has control characters");
  }
  const std::string scheme = SchemeOf(text);
  if (scheme.empty()) return At("", text);
  std::string_view rest = text.substr(scheme.size() + 1);
  if (scheme.starts_with("unix")) {
    if (rest.find_first_not_of('/') == std::string_view::npos) return Wrong("has no path");
    return Target{.uri = scheme + ":" + std::string(rest), .tls = {}, .local = true};
  }
  if (scheme == "http" || scheme == "grpc" || scheme == "https" || scheme == "grpcs") {
    rest.remove_prefix(2);
    if (rest.ends_with('/')) rest.remove_suffix(1);
    return At("", rest, scheme.ends_with('s'));
  }
  if (scheme == "dns" && rest.starts_with("//")) {
    rest.remove_prefix(2);
    const auto slash = rest.find('/');
    const auto name = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
    return At(rest.substr(0, slash), name);
  }
  if (scheme == "dns" || scheme == "ipv4" || scheme == "ipv6") {
    rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
    return At("", rest);
  }
  // A resolver that gRPC knows, or the program has added.
  return Target{.uri = std::string(text), .tls = {}, .local = false};
}

}  // namespace inferwire::client
