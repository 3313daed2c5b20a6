// File descriptors: one per client connection and one per upstream transfer.
#pragma once

#include <cstdint>

namespace llmgate {

// Raises the soft limit of open files to the hard one and returns the limit that holds now, 0 if it
// cannot be read.
uint64_t RaiseDescriptorLimit();

}  // namespace llmgate
