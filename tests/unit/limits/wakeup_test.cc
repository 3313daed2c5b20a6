#include "limits/wakeup.h"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

namespace inferwire::limits {
namespace {

using std::chrono::hours;
using std::chrono::steady_clock;
using testing::ElementsAre;

TEST(Wakeup, AMeterTellsOnlyWhatIsMoreUrgentThanWhatItHasToldBefore) {
  Asking asks = Asking::kNo;
  EXPECT_EQ(Raise(asks, Asking::kSoon), Asking::kSoon);
  EXPECT_EQ(Raise(asks, Asking::kSoon), Asking::kNo);
  EXPECT_EQ(Raise(asks, Asking::kNow), Asking::kNow);
  EXPECT_EQ(Raise(asks, Asking::kSoon), Asking::kNo);
  EXPECT_EQ(asks, Asking::kNow);
}

TEST(Wakeup, WhoRunsLowWaitsForOthersToComeAlong) {
  Wakeup wakeup;
  const auto begin = steady_clock::now();
  wakeup.Notify(1, Asking::kSoon);
  std::thread other([&] { wakeup.Notify(2, Asking::kSoon); });
  EXPECT_TRUE(wakeup.Wait(hours(1)));
  EXPECT_GE(steady_clock::now() - begin, Wakeup::kSoon);
  other.join();
  EXPECT_THAT(wakeup.Take(), testing::UnorderedElementsAre(1, 2));
}

TEST(Wakeup, ACallThatLacksALeaseIsNotMadeToWait) {
  Wakeup wakeup;
  wakeup.Notify(1, Asking::kSoon);
  wakeup.Notify(2, Asking::kNow);
  // With what runs low alone each turn would take kSoon.
  const auto begin = steady_clock::now();
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(wakeup.Wait(hours(1)));
    wakeup.Notify(3, Asking::kSoon);
    wakeup.Notify(2, Asking::kNow);
  }
  EXPECT_LT(steady_clock::now() - begin, 100 * Wakeup::kSoon);
  EXPECT_TRUE(wakeup.Wait(hours(1)));
}

TEST(Wakeup, NothingIsToldByWhoHasNothingToAsk) {
  Wakeup wakeup;
  wakeup.Notify(1, Asking::kNo);
  EXPECT_TRUE(wakeup.Wait(std::chrono::milliseconds(1)));
  EXPECT_THAT(wakeup.Take(), ElementsAre());
}

TEST(Wakeup, StoppedItWaitsForNothing) {
  Wakeup wakeup;
  wakeup.Notify(1, Asking::kSoon);
  wakeup.Stop();
  EXPECT_FALSE(wakeup.Wait(hours(1)));
}

}  // namespace
}  // namespace inferwire::limits
