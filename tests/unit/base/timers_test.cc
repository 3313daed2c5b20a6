#include "base/timers.h"

#include <gmock/gmock.h>

#include <memory>
#include <vector>

namespace inferwire {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

class ManualClock final : public Clock {
 public:
  SteadyTime Now() const override { return now; }
  WallTime WallNow() const override { return {}; }
  SteadyTime now{};
};

class TimersTest : public testing::Test {
 protected:
  SteadyTime In(int ms) const { return clock.now + milliseconds(ms); }
  std::function<void()> Note(int number) {
    return [this, number] { fired.push_back(number); };
  }

  ManualClock clock;
  Timers timers{clock};
  std::vector<int> fired;
};

TEST_F(TimersTest, FiresEarliestFirstAndOnlyWhatIsDue) {
  Timer late(timers, Note(3)), early(timers, Note(1)), middle(timers, Note(2));
  late.Set(In(30)), early.Set(In(10)), middle.Set(In(20));

  clock.now = In(20);

  EXPECT_TRUE(timers.FireDue());
  EXPECT_THAT(fired, ElementsAre(1, 2));
  EXPECT_FALSE(early.pending());
  EXPECT_TRUE(late.pending());
  EXPECT_FALSE(timers.FireDue());
}

TEST_F(TimersTest, OfTheSameMomentWhatWasSetFirstFiresFirst) {
  std::vector<std::unique_ptr<Timer>> all;
  for (int i = 0; i < 8; ++i) all.push_back(std::make_unique<Timer>(timers, Note(i)));
  for (const int i : {5, 2, 7, 0, 3, 6, 1, 4}) all[static_cast<size_t>(i)]->Set(In(10));
  clock.now = In(10);
  EXPECT_TRUE(timers.FireDue());
  EXPECT_THAT(fired, ElementsAre(5, 2, 7, 0, 3, 6, 1, 4));
}

TEST_F(TimersTest, OfAllLongWorkOneSliceIsDoneInATurn) {
  constexpr int kWorks = 16, kSlices = 3;
  std::vector<std::unique_ptr<Timer>> works;
  std::vector<int> left(kWorks, kSlices);
  for (int i = 0; i < kWorks; ++i) {
    works.push_back(std::make_unique<Timer>(timers, [&, i] {
      fired.push_back(i);
      if (--left[static_cast<size_t>(i)] > 0) works[static_cast<size_t>(i)]->SetBackground();
    }));
    works.back()->SetBackground();
  }
  Timer beside(timers, Note(100));
  for (size_t turn = 0; turn < kWorks * kSlices; ++turn) {
    fired.clear();
    beside.Set(clock.now);
    EXPECT_TRUE(timers.FireDue());
    // What is due comes first, and the works take turns.
    EXPECT_THAT(fired, ElementsAre(100, static_cast<int>(turn % kWorks)));
  }
  EXPECT_FALSE(timers.FireDue());
  EXPECT_FALSE(timers.NextDue());
}

TEST_F(TimersTest, BackgroundWorkThatIsCancelledOrDestroyedIsLeftOut) {
  Timer cancelled(timers, Note(1)), kept(timers, Note(3));
  auto destroyed = std::make_unique<Timer>(timers, Note(2));
  cancelled.SetBackground(), destroyed->SetBackground(), kept.SetBackground();
  EXPECT_TRUE(cancelled.pending());
  EXPECT_EQ(timers.NextDue(), clock.now);
  cancelled.Cancel();
  destroyed.reset();
  EXPECT_FALSE(cancelled.pending());
  while (timers.FireDue()) {
  }
  EXPECT_THAT(fired, ElementsAre(3));
  kept.SetBackground();
  kept.Set(In(10));  // takes the place of the other
  EXPECT_EQ(timers.NextDue(), In(10));
  EXPECT_FALSE(timers.FireDue());
}

TEST_F(TimersTest, KnowsWhenTheNextOneIsDue) {
  EXPECT_FALSE(timers.NextDue());
  Timer a(timers, Note(1)), b(timers, Note(2));
  a.Set(In(20)), b.Set(In(10));
  EXPECT_EQ(timers.NextDue(), In(10));
  b.Cancel();
  EXPECT_EQ(timers.NextDue(), In(20));
}

TEST_F(TimersTest, SettingAgainReplacesTheDeadline) {
  Timer timer(timers, Note(1));
  timer.Set(In(10));
  timer.Set(In(30));
  const SteadyTime due = In(30);

  clock.now = In(20);
  EXPECT_FALSE(timers.FireDue());
  clock.now = due;
  EXPECT_TRUE(timers.FireDue());
  EXPECT_THAT(fired, ElementsAre(1));
}

TEST_F(TimersTest, ADestroyedTimerDoesNotFire) {
  auto timer = std::make_unique<Timer>(timers, Note(1));
  timer->Set(In(10));
  timer.reset();
  clock.now = In(10);
  EXPECT_FALSE(timers.FireDue());
  EXPECT_FALSE(timers.NextDue());
}

TEST_F(TimersTest, AnActionMayDestroyItsOwnTimerAndAnother) {
  std::unique_ptr<Timer> self, other;
  self = std::make_unique<Timer>(timers, [&] { self.reset(), other.reset(), Note(1)(); });
  other = std::make_unique<Timer>(timers, Note(2));
  self->Set(In(10)), other->Set(In(10) + milliseconds(1));
  clock.now = In(20);
  EXPECT_TRUE(timers.FireDue());
  EXPECT_THAT(fired, ElementsAre(1));
}

TEST_F(TimersTest, AnActionMaySetItsTimerAgain) {
  std::unique_ptr<Timer> timer;
  timer = std::make_unique<Timer>(timers, [&] {
    Note(1)();
    timer->Set(In(10));
  });
  timer->Set(In(10));

  clock.now = In(10);
  EXPECT_TRUE(timers.FireDue());
  EXPECT_FALSE(timers.FireDue());
  clock.now = In(10);
  EXPECT_TRUE(timers.FireDue());
  EXPECT_THAT(fired, ElementsAre(1, 1));
}

}  // namespace
}  // namespace inferwire
