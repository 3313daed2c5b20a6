#include "telemetry/label_guard.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace inferwire::telemetry {
namespace {

TEST(LabelGuard, AdmitsTheFirstValuesAndFoldsTheRest) {
  prometheus::Counter overflow;
  LabelGuard guard(2, overflow);
  EXPECT_EQ(guard.Fold("a"), "a");
  EXPECT_EQ(guard.Fold("b"), "b");
  EXPECT_EQ(guard.Fold("c"), kOtherLabel);
  EXPECT_EQ(guard.Fold("a"), "a");
  EXPECT_EQ(overflow.Value(), 1);
}

TEST(LabelGuard, ADroppedValueTakesNoPlace) {
  prometheus::Counter overflow;
  LabelGuard guard(1, overflow);
  EXPECT_FALSE(guard.Admit(std::string(kMaxLabelBytes + 1, 'x')));
  EXPECT_FALSE(guard.Admit("two\nlines"));
  EXPECT_FALSE(guard.Admit("not ascii \xc3\xa4"));
  EXPECT_TRUE(guard.Admit(std::string(kMaxLabelBytes, 'x')));
  EXPECT_EQ(overflow.Value(), 3);
}

TEST(LabelGuard, HoldsItsLimitAcrossThreads) {
  prometheus::Counter overflow;
  LabelGuard guard(50, overflow);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&guard] {
      for (int i = 0; i < 200; ++i) {
        guard.Admit("model-" + std::to_string(i));
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(overflow.Value(), 4 * 150);
}

}  // namespace
}  // namespace inferwire::telemetry
