#include "upstream/place_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace inferwire::upstream {
namespace {

class PlaceQueueTest : public testing::Test {
 protected:
  std::shared_ptr<PlaceQueue::Waiter> Join(const std::string& name, bool again = false) {
    auto waiter = std::make_shared<PlaceQueue::Waiter>(loop_, [this, name] { woken_ += name; });
    return queue_->Join(waiter, 3, again) ? waiter : nullptr;
  }

  int wakes_ = 0;
  Mailbox loop_{[this] { ++wakes_; }};
  std::string woken_;
  std::shared_ptr<PlaceQueue> queue_ = std::make_shared<PlaceQueue>();
};

TEST_F(PlaceQueueTest, TheFirstIsWokenFirstAndOnItsLoop) {
  Join("a");
  Join("b");
  queue_->Wake();
  EXPECT_EQ(woken_, "");
  EXPECT_EQ(wakes_, 1);
  loop_.Run();
  EXPECT_EQ(woken_, "a");
  queue_->Wake();
  queue_->Wake();
  loop_.Run();
  EXPECT_EQ(woken_, "ab");
}

TEST_F(PlaceQueueTest, NoMoreThanTheMostWait) {
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(Join(name));
  EXPECT_FALSE(Join("d"));
  EXPECT_EQ(queue_->waiting(), 3);
}

TEST_F(PlaceQueueTest, WhoHasWaitedAlreadyIsFirstWhateverTheBound) {
  for (const char* name : {"a", "b", "c"}) Join(name);
  EXPECT_TRUE(Join("d", /*again=*/true));
  queue_->Wake();
  loop_.Run();
  EXPECT_EQ(woken_, "d");
}

TEST_F(PlaceQueueTest, WhoHasLeftIsNotWoken) {
  const auto left = Join("a");
  Join("b");
  queue_->Leave(*left);
  EXPECT_EQ(queue_->waiting(), 1);
  queue_->Wake();
  loop_.Run();
  EXPECT_EQ(woken_, "b");
}

TEST_F(PlaceQueueTest, APlaceForOneThatHasJustLeftIsTheNextOnes) {
  const auto left = Join("a");
  Join("b");
  queue_->Wake();
  queue_->Leave(*left);
  loop_.Run();
  loop_.Run();
  EXPECT_EQ(woken_, "b");
}

TEST_F(PlaceQueueTest, LoopsTakeTurnsAtOnePlace) {
  constexpr int kLoops = 4, kTurns = 500;
  std::atomic<int> served{0};
  std::vector<std::thread> loops;
  for (int i = 0; i < kLoops; ++i) {
    loops.emplace_back([&] {
      Mailbox loop([] {});
      for (int turn = 0; turn < kTurns; ++turn) {
        bool woken = false;
        const auto waiter = std::make_shared<PlaceQueue::Waiter>(loop, [&] { woken = true; });
        ASSERT_TRUE(queue_->Join(waiter, 100, false));
        while (!woken) {
          queue_->Wake();  // the place is free all the time
          loop.Run();
        }
        ++served;
        queue_->Leave(*waiter);
      }
      loop.Run();
    });
  }
  for (std::thread& loop : loops) loop.join();
  EXPECT_EQ(served, kLoops * kTurns);
  EXPECT_EQ(queue_->waiting(), 0);
}

}  // namespace
}  // namespace inferwire::upstream
