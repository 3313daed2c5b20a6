#include "gateway/usd_text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace inferwire::gateway {
namespace {

TEST(UsdText, IsExact) {
  EXPECT_EQ(UsdText(0), "0");
  EXPECT_EQ(UsdText(1), "0.000000000001");
  EXPECT_EQ(UsdText(250'000'000'000), "0.25");
  EXPECT_EQ(UsdText(-1'500'000'000'000), "-1.5");
  EXPECT_EQ(UsdText(std::numeric_limits<int64_t>::min()), "-9223372.036854775808");
}

TEST(UsdText, OfASumThatIsTooLargeForPicoUsd) {
  EXPECT_EQ(UsdText(1'234'000'000, 1), "1234.000000000001");
  EXPECT_EQ(UsdText(0, 3'000'001), "0.000003000001") << "the rests have a sum of their own";
  EXPECT_EQ(UsdText(9'000'000'000'000'000, 999'999), "9000000000.000000999999");
}

}  // namespace
}  // namespace inferwire::gateway
