// The files of make_vocabulary.py within the binary.
#pragma once

#include <string_view>

namespace inferwire::tokens {

// Empty if this was built without them.
std::string_view O200kData();
std::string_view Cl100kData();

}  // namespace inferwire::tokens
