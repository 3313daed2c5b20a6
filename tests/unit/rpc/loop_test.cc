// A loop with a guest that does nothing by itself and a clock that the test moves, on the loop's
// thread.
#include "rpc/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "support/manual_clock.h"

namespace inferwire::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class NoSink final : public telemetry::LogSink {
 public:
  void Write(std::string_view) override {}
};

// Notes what the loop asks of it. Like every call it is touched on the loop's thread only.
class ProbeCall final : public LiveCall {
 public:
  using LiveCall::LiveCall;
  void Cut(const Error& error) override { cuts.push_back(error.message); }
  void Tend(SteadyTime now) override { tended.push_back(now); }
  CallSize Size() const override { return size; }
  std::string_view Key() const override { return key; }
  void Shed(const Error& error) override { sheds.push_back(error); }

  CallSize size;
  std::string key;
  std::vector<std::string> cuts;
  std::vector<SteadyTime> tended;
  std::vector<Error> sheds;
};

// Notes what the loop asks of it; of the loop's thread but for Announce and the atomics.
class FakeGuest final : public LoopGuest {
 public:
  ~FakeGuest() override { close(fd_); }
  // There is something for its next turn.
  void Announce() { eventfd_write(fd_, 1); }

  int epoll_fd() const override { return fd_; }
  bool Turn(const LoopLoad&) override {
    eventfd_t announced = 0;
    if (eventfd_read(fd_, &announced) != 0) return false;
    ++turns_with_something;
    return true;
  }
  bool EndTurn() override { return false; }
  Duration BeforeSleep(bool has_calls) override {
    ++sleeps;
    had_calls = has_calls;
    return longest_sleep;
  }
  void Close() override { ++closings; }
  bool closed() const override { return closings > 0 && !has_more; }

  int turns_with_something = 0;
  int closings = 0;
  bool had_calls = false;
  bool has_more = false;  // after Close
  std::atomic<int> sleeps = 0;
  std::atomic<Duration> longest_sleep{std::chrono::hours(1)};

 private:
  const int fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
};

class LoopTest : public testing::Test {
 protected:
  LoopTest() {
    loop.Host(std::move(new_guest));
    loop.OnTurn([this] {
      if (on_turn) on_turn();
      for (auto& turn_over : std::exchange(waiting, {})) turn_over.set_value();
    });
  }
  ~LoopTest() override { Stop(); }
  // What the loop's thread uses may go afterwards.
  void Stop() { loop.Stop(); }

  static std::shared_ptr<const Settings> NewSettings(size_t request_bytes) {
    CallLimits limits;
    limits.request_bytes = request_bytes;
    return std::shared_ptr<const Settings>(
        new Settings{.router = {},
                     .answer_limits = {},
                     .call_limits = limits,
                     .policies = policy::Chain(std::vector<std::unique_ptr<policy::Policy>>())});
  }
  // Runs this on the loop's thread and waits for the end of the turn.
  void Turn(std::function<void()> action = [] {}) {
    std::promise<void> promise;
    auto over = promise.get_future();
    loop.mailbox().Post([&] {
      action();
      waiting.push_back(std::move(promise));
    });
    over.wait();
  }
  void Advance(Duration duration) {
    Turn([&] { clock.Advance(duration); });
  }
  // Before Start, or in a turn.
  ProbeCall& NewCall(CallSize size = {}) {
    calls.push_back(std::make_unique<ProbeCall>(loop.services()->live));
    calls.back()->size = size;
    return *calls.back();
  }

  ManualClock clock;
  telemetry::Metrics metrics;
  telemetry::Log log{{telemetry::LogLevel::kOff, false}, clock, std::make_unique<NoSink>()};
  const http::TransferLimits transfer_limits;
  gateway::MemoryBudget memory{100 << 20};
  const LoopShared shared{clock, metrics, transfer_limits, log, nullptr, &memory};
  // Of the loop's thread while it runs.
  std::function<void()> on_turn;
  std::vector<std::promise<void>> waiting;

  std::unique_ptr<FakeGuest> new_guest = std::make_unique<FakeGuest>();
  FakeGuest& guest = *new_guest;  // the loop owns it
  Loop loop{shared, NewSettings(1), 1};
  std::vector<std::unique_ptr<ProbeCall>> calls;
};

TEST_F(LoopTest, RunsWhatIsPostedInItsOrderOnOneThreadOfItsOwn) {
  std::vector<int> order;
  std::vector<std::thread::id> threads;
  for (int i = 0; i < 3; ++i) {
    loop.mailbox().Post([&, i] {
      order.push_back(i);
      threads.push_back(std::this_thread::get_id());
    });
  }
  EXPECT_THAT(order, IsEmpty()) << "it has not started";
  loop.Start();
  Turn();
  EXPECT_THAT(order, ElementsAre(0, 1, 2));
  EXPECT_THAT(threads, ElementsAre(threads[0], threads[0], threads[0]));
  EXPECT_NE(threads[0], std::this_thread::get_id());
}

TEST_F(LoopTest, WakesForWhatIsPosted) {
  loop.Start();
  auto fastest = std::chrono::steady_clock::duration::max();
  for (int i = 0, slept = 0; i < 5; ++i) {
    // After a turn without work it sleeps, for an hour if nobody wakes it.
    while (guest.sleeps == slept) std::this_thread::yield();
    slept = guest.sleeps;
    const auto posted = std::chrono::steady_clock::now();
    Turn();
    fastest = std::min(fastest, std::chrono::steady_clock::now() - posted);
  }
  EXPECT_LT(fastest, milliseconds(50));
}

TEST_F(LoopTest, FiresTimersInTheOrderInWhichTheyAreDueAndNotBefore) {
  Timers& timers = loop.services()->runtime.timers;
  std::vector<std::string> fired;
  Timer late(timers, [&] { fired.push_back("late"); });
  Timer early(timers, [&] { fired.push_back("early"); });
  loop.Start();
  Turn([&] {
    late.Set(clock.Now() + seconds(6));
    early.Set(clock.Now() + seconds(5));
  });
  Advance(milliseconds(4999));
  Turn();
  EXPECT_THAT(fired, IsEmpty());
  Advance(seconds(2));
  Turn();
  Stop();
  EXPECT_THAT(fired, ElementsAre("early", "late"));
}

TEST_F(LoopTest, WakesForItsGuest) {
  std::promise<void> served;
  on_turn = [&] {
    if (guest.turns_with_something == 1) served.set_value(), ++guest.turns_with_something;
  };
  loop.Start();
  Turn();
  guest.Announce();
  served.get_future().wait();
}

TEST_F(LoopTest, SleepsNoLongerThanItsGuestSays) {
  guest.longest_sleep = milliseconds(1);
  loop.Start();
  while (guest.sleeps < 3) std::this_thread::yield();
}

TEST_F(LoopTest, TellsItsGuestWhetherItHasCalls) {
  std::vector<bool> told;
  guest.longest_sleep = milliseconds(1);
  loop.Start();
  for (const bool has : {false, true}) {
    Turn([&] {
      if (has) NewCall();
    });
    for (const int before = guest.sleeps; guest.sleeps < before + 2;) std::this_thread::yield();
    Turn([&] { told.push_back(guest.had_calls); });
  }
  Stop();
  EXPECT_THAT(told, ElementsAre(false, true));
}

TEST_F(LoopTest, CallsThatBeginAreHeldToTheNewSettingsAndThoseThatRunToTheirs) {
  loop.Start();
  std::shared_ptr<const CallServices> of_first, of_second;
  Turn([&] { of_first = loop.services(); });
  loop.Use(NewSettings(2));
  Turn();
  Turn([&] { of_second = loop.services(); });
  EXPECT_EQ(of_first->limits.request_bytes, 1u);
  EXPECT_EQ(of_second->limits.request_bytes, 2u);
}

TEST_F(LoopTest, CutsEveryCallThatLivesOnceAndNoneThatComesLater) {
  ProbeCall &first = NewCall(), &second = NewCall();
  loop.Start();
  Error error;
  error.message = "draining";
  loop.CutCalls(error);
  Turn();
  ProbeCall* later = nullptr;
  Turn([&] { later = &NewCall(); });
  Turn();
  EXPECT_THAT(first.cuts, ElementsAre("draining"));
  EXPECT_THAT(second.cuts, ElementsAre("draining"));
  EXPECT_THAT(later->cuts, IsEmpty());
}

TEST_F(LoopTest, CutsTheCallsOfOneKeyAlone) {
  ProbeCall &its = NewCall(), &others = NewCall(), &of_none = NewCall();
  its.key = "AbCd1234";
  others.key = "EfGh5678";
  loop.Start();
  Error error;
  error.message = "revoked";
  loop.CutCallsOf("AbCd1234", error);
  loop.CutCallsOf("", error);
  Turn();
  EXPECT_THAT(its.cuts, ElementsAre("revoked"));
  EXPECT_THAT(others.cuts, IsEmpty());
  EXPECT_THAT(of_none.cuts, IsEmpty());
}

TEST_F(LoopTest, TendsEveryCallAQuarterOfASecondAfterTheLastTime) {
  ProbeCall &first = NewCall(), &second = NewCall();
  const SteadyTime start = clock.Now();
  loop.Start();
  Turn();
  Advance(milliseconds(249));
  EXPECT_THAT(first.tended, ElementsAre(start));
  Advance(milliseconds(1));
  EXPECT_THAT(first.tended, ElementsAre(start, start + milliseconds(250)));
  EXPECT_EQ(second.tended, first.tended);
}

TEST_F(LoopTest, ShedsTheCallOfMostWeightThatIsNotSmallWhenMemoryIsCritical) {
  const int64_t small = gateway::MemoryBudget::kSmallCall - 1;
  ProbeCall& greedy_but_small = NewCall({.held = small, .weight = 9 << 20});
  ProbeCall& light = NewCall({.held = 2 << 20, .weight = 2 << 20});
  ProbeCall& heavy = NewCall({.held = 1 << 20, .weight = 3 << 20});
  loop.Start();
  Turn();
  EXPECT_THAT(heavy.sheds, IsEmpty()) << "there is room";
  memory.Add({}, memory.limit());
  Advance(milliseconds(250));
  ASSERT_EQ(heavy.sheds.size(), 1u);
  EXPECT_FALSE(heavy.sheds[0].safe_to_retry) << "an upstream may have answered it";
  EXPECT_THAT(greedy_but_small.sheds, IsEmpty());
  EXPECT_THAT(light.sheds, IsEmpty());
  memory.Add({}, -memory.limit());
}

TEST_F(LoopTest, SaysWhenItWentRoundAndHowManyCallsItHas) {
  NewCall();
  loop.Start();
  Advance(seconds(7));
  EXPECT_EQ(loop.last_tick(), clock.Now());
  EXPECT_EQ(loop.live_calls(), 1u);
  Turn([&] { calls.clear(); });
  EXPECT_EQ(loop.live_calls(), 0u);
}

TEST_F(LoopTest, StopsWhenItsGuestIsClosed) {
  guest.has_more = true;
  loop.Start();
  auto stopped = std::async(std::launch::async, [&] { loop.Stop(); });
  for (int i = 0; i < 10; ++i) Turn();  // it still serves what is left
  EXPECT_NE(stopped.wait_for(seconds(0)), std::future_status::ready);
  Turn([&] { guest.has_more = false; });
  stopped.wait();
  EXPECT_EQ(guest.closings, 1);
}

TEST_F(LoopTest, StopsWithoutHavingStartedAndTwice) {
  loop.Stop();
  loop.Start();
  Turn();
  loop.Stop();
  loop.Stop();
}

}  // namespace
}  // namespace inferwire::rpc
