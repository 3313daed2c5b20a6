// What the configuration's values must be to each other: the table of bounds that would contradict
// one another. What cannot work is a fault; what works otherwise than it says is a warning.
#pragma once

#include "config/config.h"
#include "config/reader.h"

namespace inferwire::config {

// Adds a fault or a warning for each rule that does not hold.
void CheckRules(const Config& config, Faults& faults);

}  // namespace inferwire::config
