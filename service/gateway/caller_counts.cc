#include "gateway/caller_counts.h"

#include <arpa/inet.h>

#include <functional>
#include <random>
#include <string>

namespace inferwire::gateway {
namespace {

// The eight bytes of the network, or all of the text if it is no IPv6 address. gRPC writes
// ipv6:%5B2001:db8::1%5D:4711.
std::string NetworkOfIpv6(std::string_view peer) {
  constexpr std::string_view kOpen = "%5B", kClose = "%5D";
  const size_t open = peer.find(kOpen), close = peer.rfind(kClose);
  if (open == peer.npos || close == peer.npos || close < open) return std::string(peer);
  std::string address(peer.substr(open + kOpen.size(), close - open - kOpen.size()));
  address.resize(std::min(address.find('%'), address.size()));  // the zone
  in6_addr parsed{};
  if (inet_pton(AF_INET6, address.c_str(), &parsed) != 1) return address;
  const auto* bytes = reinterpret_cast<const char*>(parsed.s6_addr);
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) return std::string(bytes + 12, 4);
  return std::string(bytes, 8);
}

size_t Mix(size_t hash) {
  static const size_t kSecret = [] {
    std::random_device random;
    return (size_t{random()} << 32) | random();
  }();
  // So that both rows' places depend on all of the hash.
  hash = (hash ^ kSecret) * 0x9E3779B97F4A7C15u;
  return hash ^ (hash >> 32);
}

}  // namespace

CallerKey CallerKey::Of(std::string_view identity, std::string_view peer) {
  const std::hash<std::string_view> hash;
  if (!identity.empty()) return CallerKey(Mix(hash(identity) + 1));
  if (peer.starts_with("ipv6:")) return CallerKey(Mix(hash(NetworkOfIpv6(peer))));
  return CallerKey(Mix(hash(peer.substr(0, peer.rfind(':')))));
}

}  // namespace inferwire::gateway
