// What a process holds in memory, from /proc.
#pragma once

#include <sys/types.h>

#include <cstddef>

namespace inferwire::testing_support {

size_t ResidentBytes(pid_t pid);
// The most that it ever held, or held since ForgetPeak.
size_t PeakBytes(pid_t pid);
bool ForgetPeak(pid_t pid);

}  // namespace inferwire::testing_support
