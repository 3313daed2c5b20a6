// The addresses of a host, as the system finds them.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace inferwire::upstream {

class NameService {
 public:
  virtual ~NameService() = default;
  // Every one, A and AAAA, as text without brackets. May block for as long as the system's resolver
  // does; any thread.
  virtual Result<std::vector<std::string>> Addresses(const std::string& host) = 0;
};

// getaddrinfo, with /etc/hosts and the search domains of resolv.conf.
class SystemNames final : public NameService {
 public:
  Result<std::vector<std::string>> Addresses(const std::string& host) override;
};

}  // namespace inferwire::upstream
