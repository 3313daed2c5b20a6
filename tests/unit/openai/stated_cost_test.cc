#include "openai/stated_cost.h"

#include <gtest/gtest.h>

namespace inferwire::openai {
namespace {

TEST(StatedCost, IsReadToThePicoDollar) {
  const std::pair<const char*, int64_t> cases[] = {
      {"0.00011267", 112'670'000},
      {"9.07e-05", 90'700'000},
      {"1.6E-07", 160'000},
      {"0", 0},
      {"0.0", 0},
      {"1", 1'000'000'000'000},
      {"2e+1", 20'000'000'000'000},
      {"\"0.000404\"", 404'000'000},
      {"1e-12", 1},
      {"4e-13", 0},
      {"5e-13", 1},
      {"0.0000000000015", 2},
      {"9.625000000000001e-05", 96'250'000},
      {"1e-999", 0},
      {"9223372.036854775807", INT64_MAX},
  };
  for (const auto& [json, pico] : cases) EXPECT_EQ(ReadAmount(json, 12), pico) << json;
  EXPECT_EQ(ReadAmount("1654500", 2), 165'450'000);  // ticks of 10^-10 USD
}

TEST(StatedCost, IsNotGuessed) {
  for (const char* json : {"", "-1", "abc", "\"\"", "1e", "1e1000000", "1e9", "9999999999", "1.2.3",
                           "true", "{}", "1 USD", "e5", "."}) {
    EXPECT_EQ(ReadAmount(json, 12), std::nullopt) << json;
  }
}

}  // namespace
}  // namespace inferwire::openai
