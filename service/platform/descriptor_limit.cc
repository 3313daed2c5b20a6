#include "platform/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace inferwire::platform {

uint64_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return 0;
  }
  rlimit raised = limit;
  raised.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

DescriptorBounds BoundsOf(uint64_t limit) {
  constexpr uint64_t kMost = std::numeric_limits<int>::max();
  constexpr uint64_t kForUpstreams = 1024, kForAdmin = 64;
  limit = std::min(limit, kMost);
  return {static_cast<int>(limit - std::min(limit / 4, kForUpstreams)),
          static_cast<int>(limit - std::min(limit / 8, kForAdmin))};
}

DescriptorBounds CurrentDescriptorBounds() {
  rlimit limit{};
  const bool known = getrlimit(RLIMIT_NOFILE, &limit) == 0;
  return BoundsOf(known ? limit.rlim_cur : std::numeric_limits<int>::max());
}

}  // namespace inferwire::platform
