// The command line of inferwire-simulator.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "simulator/options.h"

namespace inferwire::simulator {

struct Flags {
  Options options;
  bool help = false;
  bool version = false;
};

// "--name value" and "--name=value". Reads the script file if one is named.
Result<Flags> ParseFlags(const std::vector<std::string>& arguments);
std::string HelpText();

}  // namespace inferwire::simulator
