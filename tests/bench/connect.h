// The sockets of the loads.
#pragma once

#include <cstdint>
#include <string>

namespace inferwire::bench {

// A connection to an IPv4 address that sends small writes at once. The descriptor is the caller's
// to close; -1 with errno if there is none.
int ConnectTo(const std::string& host, uint16_t port);

}  // namespace inferwire::bench
