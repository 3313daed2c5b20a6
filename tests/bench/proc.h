// What the kernel says of running processes: processor time and memory.
#pragma once

#include <vector>

namespace inferwire::bench {

// Processor seconds, user and system together, of all of them.
double CpuSeconds(const std::vector<int>& pids);
// Resident memory in KiB, now.
long ResidentKib(const std::vector<int>& pids);

}  // namespace inferwire::bench
