// By which name this machine, or this pod, goes.
#pragma once

#include <unistd.h>

#include <array>
#include <string>

namespace inferwire::app {

// Empty: it has none.
inline std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace inferwire::app
