// Calls that wait for room under their limits, from the policy's refusal to their going on, with
// the loop, the clock and the queue in the test's hand.
#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/timers.h"
#include "policy/chain.h"
#include "policy/concurrency/concurrency.h"
#include "policy/deadlines/deadlines.h"
#include "policy/parked_call.h"
#include "policy/quota/queue_counts.h"
#include "policy/quota/quota.h"
#include "support/manual_clock.h"
#include "telemetry/metrics.h"

namespace inferwire::policy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class OneModel final : public ModelFacts {
 public:
  Facts Of(std::string_view) const override {
    return {.id = "m", .max_output = 4000, .input_price = 1'000'000, .output_price = 10'000'000};
  }
};

// A call with what its machine has for it.
class Caller final : public ParkedCall::Observer {
 public:
  explicit Caller(const tenancy::Principal& who) { call.principal = &who; }

  void Ask(const Chain& chain, Timers& timers, Mailbox& mailbox,
           std::optional<Duration> longest = {}) {
    auto answer = chain.Admit(call, {mailbox, longest});
    if (!answer) {
      error = std::move(answer.error());
    } else if (answer->parked.ticket) {
      parked = std::make_unique<ParkedCall>(chain, call, std::move(answer->parked), timers, *this);
    } else {
      admission = std::move(answer->admission);
    }
  }
  bool admitted() const { return admission.open(); }

  Call call;
  std::unique_ptr<ParkedCall> parked;
  Admission admission;
  std::optional<Error> error;
  std::vector<limits::Standing> standings;

 private:
  void OnAdmitted(Admission given) override {
    admission = std::move(given);
    parked.reset();
  }
  void OnTurnedAway(Error why) override {
    error = std::move(why);
    parked.reset();
  }
  bool ListensToStanding() override { return true; }
  void OnStanding(const limits::Standing& standing) override { standings.push_back(standing); }
};

class WaitingTest : public testing::Test {
 protected:
  WaitingTest() {
    who.tenant = "acme";
    who.team = "search";
    who.key = "AbCd1234";
    settings.burst = seconds(1);
    settings.max_queue_wait = seconds(10);
    rules = &settings.tenants["acme"].rules;
    counts->queue = std::make_shared<limits::FairQueue>(clock, &queue_counts);
  }
  ~WaitingTest() override {
    // Whatever happened: nothing is left behind.
    EXPECT_EQ(Metric("inferwire_queue_calls{priority=\"interactive\"}"), 0);
    EXPECT_EQ(Metric("inferwire_queue_bytes"), 0);
    EXPECT_EQ(counts->queue->waiting(), 0u);
    EXPECT_EQ(in_flight->all, 0);
  }

  void Make(int64_t max_in_flight = 100) {
    std::vector<std::unique_ptr<Policy>> policies;
    policies.push_back(std::make_unique<Concurrency>(max_in_flight, in_flight));
    policies.push_back(std::make_unique<Deadlines>(Deadlines::Limits{}, clock));
    auto quota =
        std::make_unique<Quota>(Quota::Parts{settings, counts, std::make_unique<OneModel>(), clock,
                                             metrics.Of<telemetry::QuotaMetrics>(), 1});
    counts->queue->Use(bounds, true, [&](const auto& whose) { return quota->AllowanceOf(whose); });
    asked = quota.get();
    policies.push_back(std::move(quota));
    chains.push_back(std::make_unique<Chain>(std::move(policies)));
    chain = chains.back().get();
  }
  std::unique_ptr<Caller> Come(std::optional<Duration> longest = {},
                               std::optional<Duration> deadline = {}) {
    auto caller = std::make_unique<Caller>(who);
    caller->call.model = "m";
    caller->call.request_bytes = 400;
    if (deadline) caller->call.caller_deadline = clock.Now() + *deadline;
    caller->Ask(*chain, timers, mailbox, longest);
    return caller;
  }
  static void End(Caller& caller) {
    Settlement good;
    good.sent_upstream = true;
    caller.admission.Settle(good);
  }
  void Run() {
    while (counts->queue->Turn() == Duration::zero()) {
    }
    mailbox.Run();
    timers.FireDue();
  }
  void Pass(Duration time) {
    clock.Advance(time);
    Run();
  }
  double Metric(const std::string& series) const {
    const std::string all = metrics.Expose();
    const size_t at = all.find("\n" + series + " ");
    return at == std::string::npos ? -1 : std::stod(all.substr(at + series.size() + 2));
  }

  ManualClock clock;
  Timers timers{clock};
  Mailbox mailbox{[] {}};
  telemetry::Metrics metrics;
  QueueCounts queue_counts{metrics.Of<telemetry::QueueMetrics>()};
  tenancy::Principal who;
  QuotaSettings settings;
  ScopeRules* rules;
  limits::FairQueue::Bounds bounds;
  std::shared_ptr<QuotaCounts> counts = std::make_shared<QuotaCounts>();
  std::shared_ptr<Concurrency::Count> in_flight = std::make_shared<Concurrency::Count>();
  std::vector<std::unique_ptr<Chain>> chains;  // calls that run keep theirs
  Chain* chain = nullptr;                      // the last one
  Quota* asked = nullptr;                      // its
};

TEST_F(WaitingTest, ACallWaitsForRoomAndGoesOn) {
  rules->all.rpm = 60;
  Make();
  const auto first = Come(), second = Come();
  EXPECT_TRUE(first->admitted());
  EXPECT_FALSE(second->admitted());
  ASSERT_TRUE(second->parked);
  Pass(seconds(1));
  EXPECT_TRUE(second->admitted());
  EXPECT_EQ(second->call.queued_for, seconds(1));
  EXPECT_EQ(Metric("inferwire_queue_left_total{how=\"served\"}"), 1);
  EXPECT_EQ(Metric("inferwire_queue_wait_seconds_count{priority=\"interactive\"}"), 1);
  EXPECT_EQ(Metric("inferwire_queue_eta_error_seconds_count"), 1);
}

TEST_F(WaitingTest, NothingIsHeldForACallThatWaits) {
  rules->all.concurrent = 1;
  rules->all.rpm = 6000;
  Make();
  const auto first = Come(), second = Come();
  ASSERT_TRUE(second->parked);
  EXPECT_EQ(in_flight->all, 1);
  EXPECT_EQ(Metric("inferwire_queue_calls{priority=\"interactive\"}"), 1);
  EXPECT_EQ(Metric("inferwire_queue_bytes"), 400);
  End(*first);
  EXPECT_EQ(in_flight->all, 0);
  Run();
  EXPECT_TRUE(second->admitted());
  EXPECT_EQ(in_flight->all, 1);
  End(*second);
}

TEST_F(WaitingTest, IsToldWhereItStandsAtOnceAndOnceASecond) {
  rules->all.rpm = 12;
  settings.burst = seconds(5);
  Make();
  const auto first = Come(), second = Come(), third = Come();
  ASSERT_EQ(third->standings.size(), 1u);
  EXPECT_EQ(third->standings[0].position, 1);
  EXPECT_EQ(third->standings[0].eta, seconds(10));
  for (int i = 0; i < 4; ++i) Pass(milliseconds(500));
  ASSERT_EQ(third->standings.size(), 3u);
  EXPECT_EQ(third->standings[2].eta, seconds(8));
  EXPECT_EQ(third->standings[2].shortage.limit->scope, "tenant/acme");
}

TEST_F(WaitingTest, ACallThatWouldWaitTooLongIsRefusedAtOnceWithTheEstimate) {
  rules->all.rpm = 3;
  settings.burst = seconds(20);
  Make();
  const auto first = Come(), second = Come();
  EXPECT_FALSE(second->parked);
  ASSERT_TRUE(second->error);
  EXPECT_EQ(second->error->reason, v1::ERROR_REASON_TENANT_RATE_LIMITED);
  EXPECT_GE(second->error->retry_after, seconds(20));
  EXPECT_TRUE(second->error->safe_to_retry);
}

TEST_F(WaitingTest, TheEstimateCountsThoseWhoWaitAlready) {
  rules->all.rpm = 60;
  settings.max_queue_wait = seconds(2);
  Make();
  const auto first = Come(), second = Come(), third = Come(), fourth = Come();
  EXPECT_TRUE(third->parked);
  EXPECT_FALSE(fourth->parked);
  EXPECT_GE(fourth->error->retry_after, seconds(3)) << "a bare refusal would have said one second";
}

TEST_F(WaitingTest, AnOutlookSaysHowLongACallWouldWaitAndTakesNoPlace) {
  class Itself final : public tenancy::ModelNames {
    tenancy::ModelMeaning MeaningOf(std::string_view) const override { return {}; }
  } const names;
  rules->all.rpm = 60;
  settings.max_queue_wait = seconds(2);
  Make();
  const auto look = [&] {
    return asked->OutlookOf({"acme", "search", ""}, "m", 400, {.tokens = 9}, names);
  };
  EXPECT_FALSE(look().would_wait);
  const auto first = Come();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(look().would_wait, seconds(1));
  const auto second = Come();
  EXPECT_EQ(look().would_wait, seconds(2)) << "behind the one that waits";
  EXPECT_FALSE(look().refusal);
  const auto third = Come();
  EXPECT_TRUE(third->parked);
  const auto fourth = look();
  EXPECT_FALSE(fourth.would_wait);
  ASSERT_TRUE(fourth.refusal);
  EXPECT_GE(fourth.refusal->retry_after, seconds(1));
}

TEST_F(WaitingTest, ACallerMayWantToWaitLessOrNotAtAll) {
  rules->all.rpm = 60;
  Make();
  const auto first = Come(), hasty = Come(milliseconds(999)), none = Come(Duration::zero()),
             second = Come(seconds(300));
  EXPECT_TRUE(hasty->error);
  EXPECT_TRUE(none->error);
  EXPECT_TRUE(second->parked);
  const auto tenth = [&] {
    std::vector<std::unique_ptr<Caller>> others;
    for (int i = 0; i < 12; ++i) others.push_back(Come(seconds(300)));
    return others.back()->error.has_value();
  }();
  EXPECT_TRUE(tenth) << "what it wants is cut to what the server allows";
}

TEST_F(WaitingTest, NobodyWaitsPastItsDeadlineOrWithoutTheTimeThatSuchCallsTake) {
  rules->all.rpm = 60;
  Make();
  auto first = Come();
  EXPECT_TRUE(Come({}, milliseconds(900))->error);
  EXPECT_TRUE(Come({}, milliseconds(1500))->parked);
  clock.Advance(seconds(3));
  End(*first);  // such calls take three seconds
  first = Come();
  EXPECT_TRUE(first->admitted());
  EXPECT_TRUE(Come({}, milliseconds(3900))->error);
  EXPECT_TRUE(Come({}, milliseconds(4500))->parked);
}

TEST_F(WaitingTest, WhoHasWaitedLongEnoughIsToldWhenToComeAgain) {
  rules->all.concurrent = 1;
  settings.max_queue_wait = seconds(2);
  Make();
  const auto first = Come(), second = Come();
  ASSERT_TRUE(second->parked);
  Pass(milliseconds(1999));
  EXPECT_FALSE(second->error);
  Pass(milliseconds(1));
  ASSERT_TRUE(second->error);
  EXPECT_EQ(second->error->reason, v1::ERROR_REASON_CONCURRENCY_LIMITED);
  EXPECT_EQ(second->error->metadata.at("waited_ms"), "2000");
  EXPECT_GE(second->error->retry_after, milliseconds(1));
  EXPECT_THAT(second->error->message, HasSubstr("waited 2000 ms"));
  EXPECT_EQ(Metric("inferwire_queue_left_total{how=\"expired\"}"), 1);
}

TEST_F(WaitingTest, ABudgetThatIsSpentRefusesAtOnce) {
  rules->all.rpd = 1;
  Make();
  const auto first = Come();
  End(*first);
  const auto second = Come();
  EXPECT_FALSE(second->parked);
  EXPECT_EQ(second->error->metadata.at("limit"), "rpd");
}

TEST_F(WaitingTest, ABudgetThatIsSpentWhileACallWaitsTurnsItAway) {
  rules->all.rpd = 1;
  Make();
  const auto first = Come(), second = Come();
  ASSERT_TRUE(second->parked) << "the first may not be sent after all";
  End(*first);
  Run();
  ASSERT_TRUE(second->error);
  EXPECT_EQ(second->error->metadata.at("limit"), "rpd");
  EXPECT_TRUE(second->error->stops_retries) << "not before tomorrow";
  EXPECT_EQ(Metric("inferwire_queue_left_total{how=\"refused\"}"), 1);
}

TEST_F(WaitingTest, ABudgetThatOnlyWarnsIsCountedWhenTheCallGoesOn) {
  rules->all.rpm = 60;
  rules->all.budget.day = 0;
  rules->all.budget.on_exceed = limits::OnExceed::kWarn;
  Make();
  const std::string exceeded =
      "inferwire_limit_decisions_total{decision=\"exceeded\",limit=\"day\",scope=\"tenant/acme\"}";
  const auto first = Come();
  const double before = Metric(exceeded);
  const auto second = Come();
  ASSERT_TRUE(second->parked);
  EXPECT_EQ(Metric(exceeded), before);
  Pass(seconds(1));
  EXPECT_TRUE(second->admitted());
  EXPECT_EQ(Metric(exceeded), before + 1);
}

TEST_F(WaitingTest, EachBoundRefusesWithItsName) {
  rules->all.concurrent = 1;
  bounds = {.calls = 2, .calls_of_tenant = 1, .bytes = 900};
  Make();
  const auto first = Come(), second = Come(), third = Come();
  ASSERT_TRUE(second->parked);
  ASSERT_TRUE(third->error);
  EXPECT_EQ(third->error->reason, v1::ERROR_REASON_QUEUE_FULL);
  EXPECT_EQ(third->error->metadata.at("bound"), "queue_calls_per_tenant");
  EXPECT_TRUE(third->error->safe_to_retry);
  EXPECT_TRUE(third->error->retry_after);
  EXPECT_EQ(Metric("inferwire_queue_full_total{bound=\"calls_per_tenant\"}"), 1);
  bounds.calls_of_tenant = 10;
  bounds.calls = 1;
  Make();
  EXPECT_EQ(Come()->error->metadata.at("bound"), "queue_calls");
  bounds.calls = 10;
  bounds.bytes = 500;
  Make();
  EXPECT_EQ(Come()->error->metadata.at("bound"), "queue_bytes");
}

TEST_F(WaitingTest, WhenTheProcessEndsWhoWaitsIsSentElsewhere) {
  rules->all.concurrent = 1;
  Make();
  const auto first = Come(), second = Come();
  counts->queue->Close();
  mailbox.Run();
  const auto third = Come();
  for (const Caller* caller : {second.get(), third.get()}) {
    ASSERT_TRUE(caller->error);
    EXPECT_EQ(caller->error->reason, v1::ERROR_REASON_GATEWAY_DRAINING);
    EXPECT_EQ(caller->error->code, Code::kUnavailable);
    EXPECT_TRUE(caller->error->safe_to_retry);
  }
}

TEST_F(WaitingTest, ACallThatIsGivenUpAtAnyMomentLeavesNothingBehind) {
  rules->all.concurrent = 1;
  Make();
  auto first = Come(), waits = Come();
  waits.reset();  // while it waits
  waits = Come();
  End(*first);
  counts->queue->Turn();  // it is granted, and the word is on its way
  waits.reset();
  mailbox.Run();
  first = Come();
  EXPECT_TRUE(first->admitted()) << "its place came back";
  EXPECT_EQ(Metric("inferwire_queue_left_total{how=\"cancelled\"}"), 2);
}

TEST_F(WaitingTest, WhatWasGrantedComesBackIfAnotherPolicyThenRefuses) {
  rules->all.concurrent = 1;
  Make(1);
  const auto first = Come(), second = Come();
  ASSERT_TRUE(second->error) << "there is one place, and it does not wait for that";
  EXPECT_EQ(second->error->reason, v1::ERROR_REASON_GATEWAY_OVERLOADED);
  in_flight->all -= 1;
  const auto third = Come();
  ASSERT_TRUE(third->parked);
  in_flight->all += 1;
  End(*first);
  in_flight->all += 1;  // somebody took the place
  Run();
  ASSERT_TRUE(third->error);
  EXPECT_EQ(third->error->reason, v1::ERROR_REASON_GATEWAY_OVERLOADED);
  in_flight->all -= 1;
  const auto fourth = Come();
  EXPECT_TRUE(fourth->admitted());
}

TEST_F(WaitingTest, WithoutTimeToWaitACallIsRefusedAsItWouldBeWithoutAQueue) {
  rules->all.rpm = 60;
  settings.max_queue_wait = Duration::zero();
  Make();
  const auto first = Come(), second = Come();
  ASSERT_TRUE(second->error);
  EXPECT_EQ(second->error->reason, v1::ERROR_REASON_TENANT_RATE_LIMITED);
  EXPECT_GE(second->error->retry_after, milliseconds(1000));
  EXPECT_LE(second->error->retry_after, milliseconds(1100));
  EXPECT_FALSE(counts->queue->busy());
}

TEST_F(WaitingTest, HigherLimitsOfAReloadLetThoseWhoWaitGo) {
  rules->all.rpm = 6;
  settings.burst = seconds(10);
  Make();
  const auto first = Come(), second = Come();
  ASSERT_TRUE(second->parked);
  rules->all.rpm = 600;
  Make();
  Pass(milliseconds(100));
  EXPECT_TRUE(second->admitted());
}

TEST_F(WaitingTest, ANightlyJobDoesNotTakeAllPlacesInTheQueue) {
  rules->all.concurrent = 1;
  bounds.calls_of_tenant = 4;
  Make();
  const auto first = Come();
  std::vector<std::unique_ptr<Caller>> job;
  for (int i = 0; i < 4; ++i) {
    job.push_back(std::make_unique<Caller>(who));
    job.back()->call.priority = gateway::Priority::kBackground;
    job.back()->Ask(*chain, timers, mailbox);
  }
  EXPECT_TRUE(job[1]->parked);
  EXPECT_TRUE(job[2]->error);
  EXPECT_TRUE(Come()->parked);
}

}  // namespace
}  // namespace inferwire::policy
