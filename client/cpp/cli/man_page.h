// A manual page (roff, man macros) of a program, from its declared command line.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "verb_info.h"

namespace inferwire::cli {

struct ManText {
  int section = 1;
  std::string version;
  // Heading and terms with what they mean: ENVIRONMENT, FILES, EXIT STATUS, ...
  using Terms = std::vector<std::pair<std::string, std::string>>;
  std::vector<std::pair<std::string, Terms>> lists;
  std::string see_also;  // "inferwire-server(8)"
};

// The first line of the program's description is its one-line summary.
std::string ManPage(const VerbInfo& program, const ManText& text);

}  // namespace inferwire::cli
