// Which commit this program was built from.
#pragma once

#include <string_view>

namespace inferwire::app {

// Empty: not known.
std::string_view Revision();

}  // namespace inferwire::app
