// The metadata that callers may attach to what is kept: up to 16 short texts.
#pragma once

#include "simulator/fields.h"

namespace inferwire::simulator {

// Null if there is none; fails as the real API does.
Json ReadMetadata(Fields& fields);

}  // namespace inferwire::simulator
