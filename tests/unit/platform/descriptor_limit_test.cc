#include "platform/descriptor_limit.h"

#include <gtest/gtest.h>

namespace inferwire::platform {
namespace {

TEST(DescriptorLimit, KeepsSomeForUpstreamsAndSomeOfThemForTheAdminPort) {
  const struct {
    uint64_t limit;
    int callers, upstreams;
  } cases[] = {{128, 96, 112},
               {256, 192, 224},
               {1024, 768, 960},
               {65'536, 64'512, 65'472},
               {UINT64_MAX, 2'147'482'623, 2'147'483'583}};
  for (const auto& one : cases) {
    EXPECT_EQ(BoundsOf(one.limit).callers, one.callers) << one.limit;
    EXPECT_EQ(BoundsOf(one.limit).upstreams, one.upstreams) << one.limit;
  }
}

}  // namespace
}  // namespace inferwire::platform
