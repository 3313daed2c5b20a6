#include "upstream/name_service.h"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <memory>

namespace inferwire::upstream {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

Error NotFound(const std::string& host, const std::string& why) {
  Error error;
  error.code = Code::kUnavailable;
  error.reason = v1::ERROR_REASON_UPSTREAM_UNREACHABLE;
  error.origin = Origin::kUpstream;
  error.message = "no address of " + host + ": " + why;
  return error;
}

}  // namespace

Result<std::vector<std::string>> SystemNames::Addresses(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;  // or each would be there once for every protocol
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  if (const int failed = getaddrinfo(host.c_str(), nullptr, &hints, &found); failed != 0) {
    return NotFound(host, gai_strerror(failed));
  }
  const std::unique_ptr<addrinfo, FreeAddresses> list(found);
  std::vector<std::string> addresses;
  for (const addrinfo* each = list.get(); each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text.data());
    }
  }
  if (addresses.empty()) return NotFound(host, "the answer has none");
  return addresses;
}

}  // namespace inferwire::upstream
