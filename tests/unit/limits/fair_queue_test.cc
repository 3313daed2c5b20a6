#include "limits/fair_queue.h"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "limits/pump.h"
#include "unit/limits/queue_world.h"

namespace inferwire::limits {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using How = WaitingCall::How;

constexpr QueueParty kAcme{.tenant = "acme", .team = "search", .priority = 0, .share = 16};
constexpr QueueParty kNightly{.tenant = "acme", .team = "search", .priority = 2, .share = 1};

class FairQueueTest : public testing::Test, protected QueueWorld {
 protected:
  // 60 a minute: one comes each second, and so many at once at first.
  std::shared_ptr<const Allowance> Rpm(int64_t per_minute = 60, Duration burst = seconds(1)) {
    return AllowanceOf({FlowOf(LimitKind::kRequestsPerMinute, per_minute, flow_, burst)});
  }
  std::shared_ptr<const Allowance> AtOnce(int64_t calls) {
    return AllowanceOf({Concurrent(calls, stock_)});
  }
  // A call that was let in has come to its end.
  void End(const std::shared_ptr<const Allowance>& from, Demand demand = {}) {
    from->set.Settle(demand, {}, now());
    queue->Settled(from->set);
  }
  void Admit(size_t calls) {
    queue->Use({.calls = calls, .calls_of_tenant = calls}, true,
               [](const FairQueue::Who&) { return nullptr; });
  }
  int64_t InFlight(int64_t limit) {
    return stock_->LevelNow({limit, std::nullopt}, now()).reserved;
  }

  const std::shared_ptr<FlowMeter> flow_ = NewFlow();
  const std::shared_ptr<StockMeter> stock_ = NewStock();
};

TEST_F(FairQueueTest, ACallThatLacksRoomWaitsUntilThereIsSome) {
  const auto limits = Rpm();
  EXPECT_EQ(Come(limits, kAcme)->how, How::kTaken);
  const auto second = Come(limits, kAcme);
  ASSERT_EQ(second->how, How::kWaits);
  EXPECT_EQ(second->joined.eta, seconds(1));
  Pass(milliseconds(999));
  EXPECT_FALSE(second->called);
  Pass(milliseconds(1));
  EXPECT_TRUE(second->granted());
  second->ticket.Keep();
  EXPECT_THAT(left, ElementsAre(QueueLeft::kServed));
  EXPECT_EQ(waiting, 0);
  EXPECT_EQ(bytes_held, 0);
}

TEST_F(FairQueueTest, SaysWhenItWantsToBeAskedAgain) {
  EXPECT_EQ(queue->Turn(), std::nullopt);
  const auto limits = Rpm();
  Come(limits, kAcme);
  const auto second = Come(limits, kAcme);
  EXPECT_EQ(queue->Turn(), Duration(seconds(1)));
  clock.Advance(milliseconds(400));
  EXPECT_EQ(queue->Turn(), Duration(milliseconds(600)));
}

TEST_F(FairQueueTest, CallsOfOnePartyAreServedInTheirOrder) {
  const auto limits = Rpm();
  Come(limits, kAcme);
  const auto a = Come(limits, kAcme), b = Come(limits, kAcme);
  EXPECT_EQ(b->joined.eta, seconds(2));
  EXPECT_EQ(b->ticket.standing().position, 1);
  Pass(seconds(1));
  EXPECT_TRUE(a->granted());
  EXPECT_FALSE(b->called);
  EXPECT_EQ(b->ticket.standing().position, 0);
  Pass(seconds(1));
  EXPECT_TRUE(b->granted());
}

TEST_F(FairQueueTest, ANewcomerDoesNotOvertakeThoseWhoWait) {
  const auto limits = Rpm();
  Come(limits, kAcme);
  const auto waits = Come(limits, kAcme);
  clock.Advance(seconds(1));  // there is room now, and nobody has looked yet
  const auto newcomer = Come(limits, kAcme);
  EXPECT_EQ(newcomer->how, How::kWaits);
  RunTurns();
  EXPECT_TRUE(waits->granted());
  EXPECT_FALSE(newcomer->called);
}

TEST_F(FairQueueTest, AMeterThatOthersWaitForDoesNotHoldUpCallsThatDoNotNeedIt) {
  const auto limits = Rpm();
  Come(limits, kAcme);
  const auto waits = Come(limits, kAcme);
  const auto elsewhere =
      AllowanceOf({FlowOf(LimitKind::kRequestsPerMinute, 60, NewFlow(), seconds(1))});
  EXPECT_EQ(Come(elsewhere, {.tenant = "other"})->how, How::kTaken);
}

TEST_F(FairQueueTest, IsRefusedAtOnceWhenItWouldTakeLongerThanItMay) {
  const auto limits = Rpm();
  Come(limits, kAcme);
  const auto impatient = Come(limits, kAcme, {}, milliseconds(900));
  EXPECT_EQ(impatient->how, How::kRefused);
  EXPECT_EQ(impatient->joined.eta, seconds(1));
  EXPECT_FALSE(impatient->joined.full);
  EXPECT_EQ(waiting, 0);
}

TEST_F(FairQueueTest, ACallThatLeavesLetsTheNextOneGo) {
  const auto limits = Rpm();
  Come(limits, kAcme);
  auto a = Come(limits, kAcme);
  const auto b = Come(limits, kAcme);
  a.reset();
  EXPECT_THAT(left, ElementsAre(QueueLeft::kCancelled));
  Pass(seconds(1));
  EXPECT_TRUE(b->granted());
}

TEST_F(FairQueueTest, WhatWasGrantedAndNotKeptIsGivenBack) {
  const auto limits = AtOnce(1);
  Come(limits, kAcme);
  auto a = Come(limits, kAcme);
  const auto b = Come(limits, kAcme);
  End(limits);
  while (queue->Turn() == Duration::zero()) {
  }
  EXPECT_EQ(InFlight(1), 1);
  EXPECT_FALSE(a->called) << "the word is on its way";
  a.reset();
  mailbox.Run();  // and finds nobody
  EXPECT_EQ(InFlight(1), 0);
  RunTurns();
  EXPECT_TRUE(b->granted());
  EXPECT_EQ(InFlight(1), 1);
}

TEST_F(FairQueueTest, ATicketMayOutliveTheQueue) {
  const auto limits = AtOnce(1);
  Come(limits, kAcme);
  auto waits = Come(limits, kAcme);
  std::weak_ptr<FairQueue> left_behind = queue;
  queue.reset();
  EXPECT_FALSE(left_behind.expired());
  waits.reset();
  EXPECT_TRUE(left_behind.expired());
  EXPECT_EQ(bytes_held, 0);
}

TEST_F(FairQueueTest, ACallThatEndsLetsTheNextOneGoWithoutTimePassing) {
  const auto limits = AtOnce(2);
  Come(limits, kAcme);
  Come(limits, kAcme);
  const auto waits = Come(limits, kAcme);
  ASSERT_EQ(waits->how, How::kWaits);
  RunTurns();
  EXPECT_FALSE(waits->called);
  End(limits);
  RunTurns();
  EXPECT_TRUE(waits->granted());
}

TEST_F(FairQueueTest, TakesFromAllLimitsOrFromNone) {
  const auto both = AllowanceOf(
      {FlowOf(LimitKind::kRequestsPerMinute, 60, flow_, seconds(1)), Concurrent(1, stock_)});
  Come(both, kAcme);
  const auto waits = Come(both, kAcme);
  ASSERT_EQ(waits->how, How::kWaits);
  EXPECT_EQ(waits->shortage->limit->kind, LimitKind::kRequestsPerMinute);
  Pass(seconds(1));  // now it is the other one that lacks room
  EXPECT_FALSE(waits->called);
  EXPECT_EQ(waits->ticket.standing().shortage.limit->kind, LimitKind::kConcurrentCalls);
  EXPECT_EQ(InFlight(1), 1);
  End(both);
  RunTurns();
  EXPECT_TRUE(waits->granted());
  EXPECT_EQ(InFlight(1), 1);
}

TEST_F(FairQueueTest, PrioritiesTakeTurnsByTheirShares) {
  const auto limits = Rpm(6000, milliseconds(10));
  Admit(500);
  std::vector<std::unique_ptr<WaitingCall>> urgent, nightly;
  for (int i = 0; i < 200; ++i) nightly.push_back(Come(limits, kNightly));
  for (int i = 0; i < 200; ++i) urgent.push_back(Come(limits, kAcme));
  const auto served = [](const auto& calls) {
    return std::ranges::count_if(calls, [](const auto& call) { return call->granted(); });
  };
  for (int i = 0; i < 85; ++i) Pass(milliseconds(10));
  EXPECT_NEAR(served(urgent), 80, 7);
  EXPECT_NEAR(served(nightly), 5, 2);
}

TEST_F(FairQueueTest, TeamsShareTheirTenantsWeight) {
  const auto limits = Rpm(6000, milliseconds(10));
  const QueueParty a{.tenant = "a", .team = "x", .share = 16};
  const QueueParty b{.tenant = "a", .team = "y", .share = 16, .team_weight = 3};
  const QueueParty other{.tenant = "b", .team = "z", .share = 16};
  Admit(1000);
  std::vector<std::pair<const QueueParty*, std::unique_ptr<WaitingCall>>> calls;
  for (int i = 0; i < 300; ++i) {
    for (const QueueParty* party : {&a, &b, &other})
      calls.emplace_back(party, Come(limits, *party));
  }
  for (int i = 0; i < 240; ++i) Pass(milliseconds(10));
  const auto served = [&](const QueueParty& party) {
    return std::ranges::count_if(
        calls, [&](const auto& each) { return each.first == &party && each.second->granted(); });
  };
  EXPECT_NEAR(served(a), 30, 8);
  EXPECT_NEAR(served(b), 90, 12);
  EXPECT_NEAR(served(other), 120, 12);
}

TEST_F(FairQueueTest, ACallOfAnySizeHasItsTurn) {
  const auto limits =
      AllowanceOf({FlowOf(LimitKind::kTokensPerMinute, 60'000'000, flow_, seconds(1))});
  Come(limits, kAcme, {.output_tokens = 1'000'000});
  const auto huge = Come(limits, kNightly, {.output_tokens = 900'000'000});
  const auto small = Come(limits, kAcme, {.output_tokens = 1000});
  ASSERT_EQ(huge->how, How::kWaits);
  Pass(seconds(1));
  EXPECT_TRUE(small->granted());
  Pass(seconds(1));
  EXPECT_TRUE(huge->granted()) << "the bucket is full: more than that there never is";
}

TEST_F(FairQueueTest, BoundsTheCallsOfAllAndOfOneTenantAndTheirRequests) {
  const auto limits = Rpm();
  Come(limits, kAcme);
  const auto nothing = [](const FairQueue::Who&) { return nullptr; };
  queue->Use({.calls = 3, .calls_of_tenant = 2, .bytes = 1000}, true, nothing);
  const auto a = Come(limits, kAcme);
  const auto large = Come(limits, {.tenant = "b"}, {}, seconds(60), 901);
  EXPECT_EQ(large->joined.full, QueueBound::kBytes);
  const auto b = Come(limits, kAcme);
  EXPECT_EQ(Come(limits, kAcme)->joined.full, QueueBound::kCallsOfTenant);
  const auto c = Come(limits, {.tenant = "b"});
  EXPECT_EQ(c->how, How::kWaits);
  EXPECT_EQ(Come(limits, {.tenant = "c"})->joined.full, QueueBound::kCalls);
  EXPECT_THAT(full,
              ElementsAre(QueueBound::kBytes, QueueBound::kCallsOfTenant, QueueBound::kCalls));
  EXPECT_EQ(bytes_held, 300);
  EXPECT_EQ(waiting, 3);
}

TEST_F(FairQueueTest, OnlyThoseWhoCannotWaitFillTheBoundsToTheEnd) {
  const auto limits = Rpm();
  Come(limits, kAcme);
  Admit(4);
  QueueParty nightly = kNightly;
  nightly.percent_of_bounds = 50;
  const auto a = Come(limits, nightly), b = Come(limits, nightly);
  EXPECT_EQ(Come(limits, nightly)->joined.full, QueueBound::kCalls);
  const auto c = Come(limits, kAcme);
  EXPECT_EQ(c->how, How::kWaits);
}

TEST_F(FairQueueTest, ClosingTellsAllAndLetsNobodyWaitAnyMore) {
  const auto limits = Rpm();
  Come(limits, kAcme);
  const auto waits = Come(limits, kAcme);
  queue->Close();
  mailbox.Run();
  EXPECT_EQ(waits->called, TicketState::kClosed);
  EXPECT_TRUE(Come(limits, kAcme)->joined.closed);
  Pass(seconds(1));
  EXPECT_EQ(waits->called, TicketState::kClosed);
}

TEST_F(FairQueueTest, ABudgetThatIsSpentMeanwhileTurnsTheCallAway) {
  const StockLimit per_day{1000, StockLimit::Periods{TimeZone::Utc(), PeriodKind::kDay}};
  const auto limits =
      AllowanceOf({{LimitKind::kTokensPerDay, "tenant/acme", "", Stock{per_day, stock_}}});
  const Demand demand{.output_tokens = 600};
  EXPECT_EQ(Come(limits, kAcme, demand)->how, How::kTaken);
  const auto waits = Come(limits, kAcme, demand);
  ASSERT_EQ(waits->how, How::kWaits) << "the first may use less than it has set aside";
  limits->set.Settle(demand, {.output_tokens = 600}, now());
  queue->Settled(limits->set);
  RunTurns();
  EXPECT_EQ(waits->called, TicketState::kSpent);
}

TEST_F(FairQueueTest, AReloadThatRaisesTheLimitLetsThoseWhoWaitGo) {
  const auto old_limits = Rpm(1, seconds(60));
  Come(old_limits, kAcme);
  const auto waits = Come(old_limits, kAcme);
  ASSERT_EQ(waits->how, How::kWaits);
  const auto raised = Rpm(600, seconds(60));
  queue->Use({}, true, [&](const FairQueue::Who& who) {
    EXPECT_EQ(who.tenant, "acme");
    return raised;
  });
  Pass(milliseconds(100));
  ASSERT_TRUE(waits->granted());
  EXPECT_EQ(waits->ticket.granted().from, raised);
}

TEST_F(FairQueueTest, AReloadWithoutTheLimitLetsThoseWhoWaitGo) {
  const auto limits = Rpm();
  Come(limits, kAcme);
  const auto waits = Come(limits, kAcme);
  const auto none = AllowanceOf({});
  queue->Use({}, false, [&](const FairQueue::Who&) { return none; });
  RunTurns();
  EXPECT_TRUE(waits->granted());
}

TEST_F(FairQueueTest, AReloadWithAnotherLimitHoldsThoseWhoWaitToIt) {
  const auto limits = Rpm();
  Come(limits, kAcme);
  const auto waits = Come(limits, kAcme);
  const auto other = AtOnce(1);
  ASSERT_FALSE(other->set.Take({}, now()).shortage);
  queue->Use({}, true, [&](const FairQueue::Who&) { return other; });
  Pass(seconds(5));
  EXPECT_FALSE(waits->called);
  End(other);
  RunTurns();
  EXPECT_TRUE(waits->granted());
}

TEST_F(FairQueueTest, ACallMayWaitForAFirstLeaseOfWhichNobodyKnowsWhenItComes) {
  const auto limits = Rpm(1, seconds(60));
  ASSERT_FALSE(limits->set.Take({}, now()).shortage);
  Reservation wants;
  wants.from = limits;
  Shortage shortage = *limits->set.Take({}, now()).shortage;
  QueueAsk ask;
  ask.wants = wants;
  ask.party = kAcme;
  ask.longest = milliseconds(50);
  ask.first_lease = true;
  WaitingCall call;
  auto joined = queue->Join(std::move(ask), shortage, mailbox);
  ASSERT_TRUE(joined.ticket);
  call.ticket = std::move(joined.ticket);
  call.ticket.Tell(call);
  RunTurns();
  EXPECT_FALSE(call.called);
  flow_->Settle(1, 0, FlowLimit(1, seconds(60)), now().steady);  // the lease comes
  queue->Wake();
  RunTurns();
  EXPECT_TRUE(call.granted());
}

TEST_F(FairQueueTest, WhoWaitedForALeaseOnlyIsNotRemembered) {
  const auto limits = Rpm(1, seconds(60));
  ASSERT_FALSE(limits->set.Take({}, now()).shortage);
  QueueAsk ask;
  ask.wants.from = limits;
  ask.party = kAcme;
  ask.longest = milliseconds(50);
  ask.first_lease = true;
  Shortage shortage = *limits->set.Take({}, now()).shortage;
  shortage.pending = true;
  {
    WaitingCall call;
    auto joined = queue->Join(std::move(ask), shortage, mailbox);
    ASSERT_TRUE(joined.ticket);
    call.ticket = std::move(joined.ticket);
    call.ticket.Tell(call);
    EXPECT_TRUE(queue->busy());
  }
  RunTurns();
  EXPECT_FALSE(queue->busy());
}

TEST_F(FairQueueTest, TheEstimateOfWhatIsHeldFollowsHowFastItCameBack) {
  const auto limits = AtOnce(2);
  Come(limits, kAcme);
  Come(limits, kAcme);
  std::vector<std::unique_ptr<WaitingCall>> waits;
  for (int i = 0; i < 12; ++i) waits.push_back(Come(limits, kAcme));
  for (int i = 0; i < 10; ++i) {
    clock.Advance(seconds(5));
    End(limits);
    RunTurns();
  }
  const auto last = Come(limits, kAcme);
  EXPECT_GT(last->joined.eta, seconds(8)) << "two before it, one each five seconds";
  EXPECT_LT(last->joined.eta, seconds(25));
}

TEST_F(FairQueueTest, WithNobodyWaitingItCostsNothingAfterAWhile) {
  const auto limits = Rpm();
  EXPECT_FALSE(queue->busy());
  Come(limits, kAcme);
  EXPECT_FALSE(queue->busy());
  Come(limits, kAcme);  // and leaves
  EXPECT_TRUE(queue->busy());
  Pass(seconds(29));
  EXPECT_TRUE(queue->busy()) << "it still knows who took how much";
  Pass(seconds(31));
  EXPECT_FALSE(queue->busy());
}

TEST_F(FairQueueTest, CallsThatNeedNotWaitDoNotKeepWhatIsKnownOfThoseThatHadTo) {
  const auto limits = Rpm();
  Come(limits, kAcme);
  Come(limits, kAcme);  // and leaves
  Pass(seconds(15));
  EXPECT_TRUE(queue->busy());
  EXPECT_EQ(Come(limits, kAcme)->how, How::kTaken);
  Pass(seconds(16));
  EXPECT_FALSE(queue->busy());
}

TEST_F(FairQueueTest, TurnedOffItCostsNothingAtOnce) {
  const auto limits = Rpm();
  Come(limits, kAcme);
  Come(limits, kAcme);  // and leaves
  EXPECT_TRUE(queue->busy());
  queue->Use({}, false, [](const FairQueue::Who&) { return nullptr; });
  EXPECT_FALSE(queue->busy());
}

TEST(QueuePump, LetsCallsGoWhenThereIsRoomAndWhenItIsWoken) {
  const SystemClock clock;
  const auto queue = std::make_shared<FairQueue>(clock);
  const Pump pump(queue);
  const auto stock = NewStock();
  const auto limits = AllowanceOf({Concurrent(1, stock)});
  std::mutex mutex;
  std::condition_variable posted;
  bool woken = false;
  Mailbox mailbox([&] {
    const std::lock_guard lock(mutex);
    woken = true;
    posted.notify_one();
  });
  Reservation wants;
  wants.from = limits;
  for (int i = 0; i < 100; ++i) {
    const Moment now = Moment::Of(clock);
    ASSERT_FALSE(queue->Take(wants, {.tenant = "acme"}, now).shortage);
    QueueAsk ask;
    ask.wants = wants;
    ask.party = {.tenant = "acme"};
    ask.longest = seconds(60);
    WaitingCall call;
    auto joined = queue->Join(std::move(ask), *limits->set.Take({}, now).shortage, mailbox);
    ASSERT_TRUE(joined.ticket);
    call.ticket = std::move(joined.ticket);
    call.ticket.Tell(call);
    limits->set.Settle({}, {}, now);
    queue->Settled(limits->set);
    {
      std::unique_lock lock(mutex);
      ASSERT_TRUE(posted.wait_for(lock, seconds(20), [&] { return woken; }));
      woken = false;
    }
    mailbox.Run();
    ASSERT_TRUE(call.granted());
    call.ticket.Keep();
    limits->set.Settle({}, {}, now);
  }
}

}  // namespace
}  // namespace inferwire::limits
