// What must hold for every input. The fuzzer takes the abort for a finding, the replay's test for a
// failure.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace inferwire::fuzz {

inline void Require(bool holds, std::string_view what, std::string_view about = {}) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n  %s\n", std::string(what).c_str(),
               std::string(about).c_str());
  std::abort();
}

}  // namespace inferwire::fuzz
