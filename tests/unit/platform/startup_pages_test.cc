#include "platform/startup_pages.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace inferwire::platform {
namespace {

long ResidentFileKib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssFile:"))
      return std::stol(line.substr(line.find_first_of("0123456789")));
  }
  return 0;
}

TEST(StartupPages, TakeNoMemoryAfterwardsAndComeBackWhenTheyRun) {
  const long before = ResidentFileKib();
  ASSERT_GT(before, 0);
  GiveBackStartupPages();
  const long after = ResidentFileKib();
  EXPECT_LT(after, before);
  GiveBackStartupPages();  // all that runs from here on was unmapped twice
  EXPECT_GT(ResidentFileKib(), 0);
}

}  // namespace
}  // namespace inferwire::platform
