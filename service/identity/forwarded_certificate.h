// The header x-forwarded-client-cert, with which a proxy passes on whom it has verified.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inferwire::identity {

// The URI of the last element, which the proxy itself has added: what stands before it may come
// from outside. Nothing if that element has none, or more than one, or is not well formed.
std::optional<std::string> ForwardedUri(std::string_view header);

// ipv4:10.0.0.1:4711 and ipv6:%5B2001:db8::1%5D:4711 without the port: 10.0.0.1, 2001:db8::1.
std::string AddressOfPeer(std::string_view peer);

}  // namespace inferwire::identity
