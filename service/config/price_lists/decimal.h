// Numbers of the public price lists as exact decimals. They stand there in JSON as the shortest
// text of a double, which is how they are read back: to 15 digits, which a double holds for sure.
#pragma once

#include <optional>
#include <string>

namespace inferwire::config {

// value x 10^shift, in digits; unset if it is negative, no number or has more than 12 digits after
// the point.
std::optional<std::string> DecimalText(double value, int shift);

}  // namespace inferwire::config
