// File descriptors: one per client connection and one per upstream connection. The kernel gives the
// lowest number that is free, so whoever refuses numbers from some bound on leaves as many as are
// above it to the others.
#pragma once

#include <cstdint>

namespace inferwire::platform {

// Raises the soft limit of open files to the hard one and returns the limit that holds now, 0 if it
// cannot be read.
uint64_t RaiseDescriptorLimit();

// The bounds of a process with this limit. A flood of callers leaves a quarter (1,024 at most) to
// the calls on connections that live, and those leave half of that (64 at most) to the admin port:
// its probes and metrics are wanted most when nothing else works.
struct DescriptorBounds {
  int callers, upstreams;
};
DescriptorBounds BoundsOf(uint64_t limit);

// Of this process, by its limit now.
DescriptorBounds CurrentDescriptorBounds();

}  // namespace inferwire::platform
