#include "policy/quota/quota.h"

#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "policy/chain.h"
#include "support/manual_clock.h"
#include "telemetry/metrics.h"

namespace inferwire::policy {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int64_t kUsd = 1'000'000'000'000;

// One model, which costs 1 micro-USD per token of input and 10 per token of output.
class OneModel final : public ModelFacts {
 public:
  Facts Of(std::string_view name) const override {
    if (name != "m") return {};
    return {.id = "m", .max_output = 4000, .input_price = 1'000'000, .output_price = 10'000'000};
  }
};

class QuotaTest : public testing::Test {
 protected:
  QuotaTest() {
    settings.burst = seconds(60);
    who.tenant = "acme";
    who.team = "search";
    rules = &settings.tenants["acme"].rules;
  }

  std::unique_ptr<Quota> Make() {
    return std::make_unique<Quota>(Quota::Parts{settings, counts, std::make_unique<OneModel>(),
                                                clock, metrics.Of<telemetry::QuotaMetrics>(), 1});
  }

  Call ChatCall() const {
    Call call;
    call.principal = &who;
    call.operation = "chat";
    call.model = "m";
    call.request_bytes = 400;  // 101 tokens
    call.output.tokens = 99;   // 200 in all
    return call;
  }

  static Settlement Used(int64_t input, int64_t output, int64_t picousd) {
    Settlement settlement;
    settlement.sent_upstream = true;
    settlement.input_tokens = input;
    settlement.output_tokens = output;
    settlement.picousd = picousd;
    return settlement;
  }

  double Decided(const std::string& labels) const {
    const std::string line = "inferwire_limit_decisions_total{" + labels + "} ";
    const std::string all = metrics.Expose();
    const size_t at = all.find(line);
    return at == std::string::npos ? -1 : std::stod(all.substr(at + line.size()));
  }

  ManualClock clock;
  telemetry::Metrics metrics;
  QuotaSettings settings;
  ScopeRules* rules;
  tenancy::Principal who;
  std::shared_ptr<QuotaCounts> counts = std::make_shared<QuotaCounts>();
};

TEST_F(QuotaTest, RefusesRequestsBeyondTheLimitAndSaysWhenToComeAgain) {
  rules->all.rpm = 60;
  const auto quota = Make();
  Call call = ChatCall();
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(quota->Admit(call)) << i;
  const auto refused = quota->Admit(call);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_TENANT_RATE_LIMITED);
  EXPECT_EQ(refused.error().metadata.at("limit"), "rpm");
  EXPECT_GE(refused.error().retry_after, milliseconds(1000));
  EXPECT_LE(refused.error().retry_after, milliseconds(1100));
  clock.Advance(*refused.error().retry_after);
  EXPECT_TRUE(quota->Admit(call));
}

TEST_F(QuotaTest, SetsAsideWhatACallWillUseAndBooksWhatItUsed) {
  rules->all.tpm = 1000;
  const auto quota = Make();
  std::vector<Call> calls(5, ChatCall());
  for (Call& call : calls) EXPECT_TRUE(quota->Admit(call));
  Call next = ChatCall();
  const auto refused = quota->Admit(next);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().metadata.at("limit"), "tpm");
  EXPECT_EQ(refused.error().metadata.at("needed"), "200");
  EXPECT_EQ(refused.error().metadata.at("remaining"), "0");
  quota->Settle(calls[0], Used(50, 50, 0));
  EXPECT_FALSE(quota->Admit(next));
  quota->Settle(calls[1], Used(50, 50, 0));
  EXPECT_TRUE(quota->Admit(next));
}

TEST_F(QuotaTest, WhatWasNeverSentCountsForNothing) {
  rules->all.rpm = 1;
  rules->all.budget.day = kUsd;
  const auto quota = Make();
  Call call = ChatCall();
  EXPECT_TRUE(quota->Admit(call));
  Settlement overloaded;
  overloaded.code = Code::kUnavailable;
  quota->Settle(call, overloaded);
  EXPECT_TRUE(quota->Admit(call));
}

TEST_F(QuotaTest, ACancelledCallIsBookedWithWhatIsKnownOfIt) {
  rules->all.tpd = 1000;
  const auto quota = Make();
  Call call = ChatCall();
  EXPECT_TRUE(quota->Admit(call));
  Settlement cancelled = Used(90, 700, 0);
  cancelled.code = Code::kCancelled;
  quota->Settle(call, cancelled);
  Call next = ChatCall();
  next.output.tokens = 110;  // 211
  const auto refused = quota->Admit(next);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().metadata.at("used"), "790");
  EXPECT_EQ(refused.error().metadata.at("reserved"), "0");
}

TEST_F(QuotaTest, AttemptsThatFailedBeforeAnotherAnsweredAreTakenOffTheBudgetToo) {
  rules->all.budget.day = kUsd;
  const auto quota = Make();
  Call call = ChatCall();
  ASSERT_TRUE(quota->Admit(call));
  Settlement settlement = Used(100, 10, 300'000'000'000);
  settlement.failed_attempts = {.input_tokens = 100, .picousd = 600'000'000'000};
  quota->Settle(call, settlement);
  const auto states = quota->StatesOf({"acme", "search", ""});
  ASSERT_EQ(states.size(), 1u);
  EXPECT_EQ(states[0].used(), 900'000'000'000);
  EXPECT_EQ(states[0].reserved(), 0);
}

TEST_F(QuotaTest, SaysWhatOfEachLimitIsUsedAndWhenItIsThereAgain) {
  rules->all.rpm = 60;
  rules->all.budget.day = kUsd;
  rules->models["m"].tpd = 1000;
  const auto quota = Make();
  Call call = ChatCall();
  ASSERT_TRUE(quota->Admit(call));
  const auto states = quota->StatesOf({"acme", "search", ""});
  ASSERT_EQ(states.size(), 3u);
  EXPECT_EQ(states[0].meter(), v1::METER_MONEY_PER_DAY);
  EXPECT_EQ(states[0].limit(), kUsd);
  EXPECT_EQ(states[0].reserved(), call.admitted.reserved_picousd);
  EXPECT_GT(states[0].reserved(), 0);
  EXPECT_EQ(states[0].remaining(), kUsd - states[0].reserved());
  EXPECT_GT(states[0].reset().seconds(), 0);
  EXPECT_EQ(states[0].scope().tenant_id(), "acme");
  EXPECT_EQ(states[1].meter(), v1::METER_REQUESTS_PER_MINUTE);
  EXPECT_EQ(states[1].limit(), 60);
  EXPECT_EQ(states[1].used(), 1);
  EXPECT_EQ(states[2].meter(), v1::METER_TOKENS_PER_DAY);
  EXPECT_EQ(states[2].scope().model_id(), "m");
  EXPECT_EQ(states[2].reserved(), 200);
  EXPECT_THAT(quota->StatesOf({"nobody", "", ""}), testing::IsEmpty());
}

TEST_F(QuotaTest, ACallHearsOfLimitsThatAreNearlyUsedAndOfAllIfItAsks) {
  rules->all.tpd = 1000;
  rules->all.rpd = 1000;
  const auto quota = Make();
  std::vector<Call> calls(4, ChatCall());
  for (Call& call : calls) ASSERT_TRUE(quota->Admit(call));
  EXPECT_THAT(calls[0].admitted.limits, testing::IsEmpty());
  ASSERT_EQ(calls[3].admitted.limits.size(), 1u) << "800 of 1000";
  EXPECT_EQ(calls[3].admitted.limits[0].meter(), v1::METER_TOKENS_PER_DAY);
  Call curious = ChatCall();
  curious.include_limits = true;
  ASSERT_TRUE(quota->Admit(curious));
  EXPECT_EQ(curious.admitted.limits.size(), 2u);
}

TEST_F(QuotaTest, AnOutlookSaysWhatACallWouldMeetAndTakesNothing) {
  rules->all.tpd = 300;
  rules->all.budget.day = kUsd;
  const auto quota = Make();
  class Itself final : public tenancy::ModelNames {
    tenancy::ModelMeaning MeaningOf(std::string_view) const override { return {}; }
  } const names;
  for (int i = 0; i < 3; ++i) {
    const auto outlook = quota->OutlookOf({"acme", "search", ""}, "m", 400, {.tokens = 99}, names);
    EXPECT_FALSE(outlook.refusal);
    EXPECT_EQ(outlook.limits.size(), 2u);
    EXPECT_GT(outlook.expected_picousd, 0);
  }
  Call call = ChatCall();
  ASSERT_TRUE(quota->Admit(call));
  const auto outlook = quota->OutlookOf({"acme", "search", ""}, "m", 400, {.tokens = 99}, names);
  ASSERT_TRUE(outlook.refusal);
  EXPECT_EQ(outlook.refusal->metadata.at("limit"), "tpd");
}

TEST_F(QuotaTest, WhatABatchCostsIsABudgetsAndHasToBeLeftOfItWhenItIsMade) {
  class Itself final : public tenancy::ModelNames {
    tenancy::ModelMeaning MeaningOf(std::string_view) const override { return {}; }
  } const names;
  rules->all.budget.day = kUsd;
  rules->all.rpm = 60;
  const auto quota = Make();
  const gateway::CallerLimits::Scope scope{"acme", "search", ""};
  EXPECT_GT(quota->ExpectedCost(scope, "m", 400, names), 0);
  EXPECT_TRUE(quota->CheckBudgets(scope, kUsd));
  const auto large = quota->CheckBudgets(scope, kUsd + 1);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().reason, v1::ERROR_REASON_BUDGET_EXCEEDED);
  EXPECT_TRUE(quota->CheckBudgets(scope, kUsd)) << "nothing was taken";
  quota->Spend(scope, kUsd / 4);
  EXPECT_FALSE(quota->CheckBudgets(scope, kUsd));
  EXPECT_TRUE(quota->CheckBudgets(scope, kUsd / 2));
  quota->Spend(scope, 2 * kUsd);
  const auto nothing = quota->CheckBudgets(scope, 0);
  ASSERT_FALSE(nothing) << "all of it is spent";
  EXPECT_TRUE(quota->CheckBudgets({"other", "", ""}, kUsd));
  rules->all.budget.on_exceed = limits::OnExceed::kWarn;
  EXPECT_TRUE(Make()->CheckBudgets(scope, kUsd)) << "it only warns";
}

TEST_F(QuotaTest, WhoIsOutOfMoneyMayStillAskWhatItWasSpentOn) {
  rules->all.budget.day = kUsd;
  const auto quota = Make();
  Call call = ChatCall();
  ASSERT_TRUE(quota->Admit(call));
  quota->Settle(call, Used(1, 1, 2 * kUsd));
  Call query;
  query.principal = &who;
  EXPECT_FALSE(quota->Admit(query));
  query.unmetered = true;
  EXPECT_TRUE(quota->Admit(query));
}

TEST_F(QuotaTest, WhoIsOutOfMoneyStillComesToHisFilesWithinHisOtherLimits) {
  rules->all.budget.day = kUsd;
  rules->all.rpd = 3;
  const auto quota = Make();
  Call call = ChatCall();
  ASSERT_TRUE(quota->Admit(call));
  quota->Settle(call, Used(1, 1, 2 * kUsd));
  for (int i = 0; i < 2; ++i) {
    Call download;
    download.principal = &who;
    download.costs_nothing = true;
    EXPECT_TRUE(quota->Admit(download));
    Settlement done;
    done.sent_upstream = true;
    quota->Settle(download, done);
  }
  Call download;
  download.principal = &who;
  download.costs_nothing = true;
  const auto refused = quota->Admit(download);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_TENANT_RATE_LIMITED);
  Call another = ChatCall();
  EXPECT_EQ(quota->Admit(another).error().reason, v1::ERROR_REASON_BUDGET_EXCEEDED);
}

TEST_F(QuotaTest, AFailureOfWhichNothingIsKnownCostsNothing) {
  rules->all.tpd = 1000;
  const auto quota = Make();
  for (int i = 0; i < 20; ++i) {
    Call call = ChatCall();
    EXPECT_TRUE(quota->Admit(call));
    Settlement failed;
    failed.code = Code::kInternal;
    failed.sent_upstream = true;
    quota->Settle(call, failed);
  }
}

TEST_F(QuotaTest, AnAnswerWithoutUsageIsBookedAsExpected) {
  rules->all.tpd = 1000;
  const auto quota = Make();
  Call call = ChatCall();
  EXPECT_TRUE(quota->Admit(call));
  Settlement silent;
  silent.sent_upstream = true;
  quota->Settle(call, silent);
  Call large = ChatCall();
  large.output.tokens = 900;
  const auto refused = quota->Admit(large);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().metadata.at("used"), "200");
}

TEST_F(QuotaTest, ABudgetThatIsSpentRefusesUntilItsPeriodEnds) {
  rules->all.budget.day = kUsd;
  const auto quota = Make();
  Call call = ChatCall();
  EXPECT_TRUE(quota->Admit(call));
  quota->Settle(call, Used(100, 100, kUsd));
  const auto refused = quota->Admit(call);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_BUDGET_EXCEEDED);
  EXPECT_TRUE(refused.error().stops_retries);
  EXPECT_EQ(refused.error().metadata.at("period"), "day");
  EXPECT_EQ(refused.error().metadata.at("limit_usd"), "1");
  EXPECT_EQ(refused.error().metadata.at("used_usd"), "1");
  EXPECT_EQ(refused.error().metadata.at("needed_usd"), "0.001091");  // 101 and 10 x 99 micro-USD
  clock.Advance(hours(24));
  EXPECT_TRUE(quota->Admit(call));
}

TEST_F(QuotaTest, ABudgetOfTheWorstCaseIsNeverExceeded) {
  rules->all.budget.day = kUsd / 10;
  rules->all.budget.reserve = limits::Reserve::kWorstCase;
  const auto quota = Make();
  int64_t spent = 0;
  for (int i = 0; i < 1000; ++i) {
    std::vector<Call> calls(10, ChatCall());
    std::erase_if(calls, [&](Call& call) {
      call.output.tokens.reset();
      return !quota->Admit(call);
    });
    for (const Call& call : calls) {
      const int64_t cost = 101 * 1'000'000 + int64_t{4000} * 10'000'000;
      quota->Settle(call, Used(101, 4000, cost));
      spent += cost;
    }
  }
  EXPECT_LE(spent, kUsd / 10);
  EXPECT_GT(spent, kUsd / 20);
}

TEST_F(QuotaTest, ABudgetThatWarnsRefusesNothing) {
  rules->all.budget.month = 1;
  rules->all.budget.on_exceed = limits::OnExceed::kWarn;
  const auto quota = Make();
  for (int i = 0; i < 5; ++i) {
    Call call = ChatCall();
    EXPECT_TRUE(quota->Admit(call));
    quota->Settle(call, Used(100, 100, kUsd));
  }
}

TEST_F(QuotaTest, HoldsCallsAtOnceUntilTheyAreSettled) {
  rules->all.concurrent = 2;
  const auto quota = Make();
  Call a = ChatCall(), b = ChatCall(), c = ChatCall();
  EXPECT_TRUE(quota->Admit(a));
  EXPECT_TRUE(quota->Admit(b));
  const auto refused = quota->Admit(c);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_CONCURRENCY_LIMITED);
  quota->Settle(a, Used(1, 1, 1));
  EXPECT_TRUE(quota->Admit(c));
}

class Aliases final : public tenancy::ModelNames {
 public:
  tenancy::ModelMeaning MeaningOf(std::string_view asked) const override {
    if (asked == "alias") return {false, {{"m", "m-2026"}, {"other", "other"}}};
    return {};
  }
};

TEST_F(QuotaTest, AliasesAreTheirModelAndOtherModelsAreNot) {
  rules->models["m"].rpm = 1;
  const auto quota = Make();
  const Aliases names;
  Call call = ChatCall();
  EXPECT_TRUE(quota->Admit(call));
  Call alias = ChatCall();
  alias.model = "alias";
  alias.models = &names;
  const auto refused = quota->Admit(alias);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().metadata.at("model"), "m");
  Call other = ChatCall();
  other.model = "unheard-of";
  other.models = &names;
  EXPECT_TRUE(quota->Admit(other));
}

TEST_F(QuotaTest, AModelThatNoCatalogueHasMayHaveLimitsToo) {
  rules->models["our-own"].rpm = 1;
  const auto quota = Make();
  Call call = ChatCall();
  call.model = "our-own";
  EXPECT_TRUE(quota->Admit(call));
  EXPECT_FALSE(quota->Admit(call));
}

TEST_F(QuotaTest, WordsThatAreNoModelsShareWhatIsKnownOfThem) {
  rules->all.tpm = 1'000'000;
  const auto quota = Make();
  Call one = ChatCall(), other = ChatCall();
  one.model = "x1";
  other.model = "x2";
  EXPECT_TRUE(quota->Admit(one));
  EXPECT_TRUE(quota->Admit(other));
  EXPECT_EQ(one.reserved.from, other.reserved.from);
}

TEST_F(QuotaTest, ACallOfNoModelUsesNoTokensUntilTheyAreReported) {
  rules->all.tpd = 100;
  const auto quota = Make();
  Call raw;
  raw.principal = &who;
  raw.operation = "raw";
  raw.request_bytes = 1 << 20;
  EXPECT_TRUE(quota->Admit(raw));
  quota->Settle(raw, Used(60, 60, 0));
  Call call = ChatCall();
  call.output.tokens = 1;
  EXPECT_FALSE(quota->Admit(call));
}

TEST_F(QuotaTest, WhoIsNobodyAndWhatIsAnsweredHereIsNotLimited) {
  rules->all.concurrent = 0;
  const auto quota = Make();
  Call nobody = ChatCall(), here = ChatCall(), call = ChatCall();
  nobody.principal = nullptr;
  here.answered_here = true;
  EXPECT_TRUE(quota->Admit(nobody));
  EXPECT_TRUE(quota->Admit(here));
  quota->Settle(nobody, Used(1, 1, 1));
  quota->Settle(here, {});
  EXPECT_FALSE(quota->Admit(call));
  EXPECT_EQ(counts->meters.size(), 1u);
}

TEST_F(QuotaTest, CountsWhatEachLimitRefusesAndWhatGoesBeyondAWarning) {
  rules->all.rpm = 1;
  rules->all.budget.day = 1;
  rules->all.budget.on_exceed = limits::OnExceed::kWarn;
  const auto quota = Make();
  Call call = ChatCall();
  EXPECT_TRUE(quota->Admit(call));
  const std::string refused = "decision=\"refused\",limit=\"rpm\",scope=\"tenant/acme\"";
  EXPECT_EQ(Decided(refused), 0) << "there from the beginning";
  EXPECT_FALSE(quota->Admit(call));
  EXPECT_FALSE(quota->Admit(call));
  EXPECT_EQ(Decided(refused), 2);
  EXPECT_EQ(Decided("decision=\"exceeded\",limit=\"day\",scope=\"tenant/acme\""), 1);
}

TEST_F(QuotaTest, ARetryThatWouldComeTooLateIsNotAskedFor) {
  rules->all.rpm = 1;
  const auto quota = Make();
  Call call = ChatCall();
  EXPECT_TRUE(quota->Admit(call));
  call.caller_deadline = clock.Now() + seconds(30);
  auto refused = quota->Admit(call);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().stops_retries);
  EXPECT_GE(refused.error().retry_after, seconds(60));
  clock.Advance(seconds(50));
  call.caller_deadline = clock.Now() + seconds(30);
  refused = quota->Admit(call);
  ASSERT_FALSE(refused);
  EXPECT_FALSE(refused.error().stops_retries);
}

TEST_F(QuotaTest, CallersThatAreRefusedAtOnceDoNotComeBackAtOnce) {
  rules->all.rpm = 10;
  const auto quota = Make();
  Call call = ChatCall();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(quota->Admit(call));
  std::set<milliseconds> waits;
  for (int i = 0; i < 50; ++i) waits.insert(*quota->Admit(call).error().retry_after);
  EXPECT_GE(*waits.begin(), seconds(6));
  EXPECT_LE(*waits.rbegin(), milliseconds(6600));
  EXPECT_GT(waits.size(), 40u);
}

TEST_F(QuotaTest, ACallIsSettledWhereItBeganWhenSettingsChange) {
  rules->all.concurrent = 1;
  const auto before = Make();
  Call call = ChatCall();
  EXPECT_TRUE(before->Admit(call));
  rules->all.concurrent = 2;
  const auto after = Make();
  Call second = ChatCall(), third = ChatCall();
  EXPECT_TRUE(after->Admit(second));
  EXPECT_FALSE(after->Admit(third));
  before->Settle(call, Used(1, 1, 1));
  EXPECT_TRUE(after->Admit(third));
}

TEST_F(QuotaTest, LearnsHowLongAnswersGet) {
  rules->all.tpd = 10'000'000;
  rules->all.budget.day = 1000 * kUsd;
  const auto quota = Make();
  const auto expected = [&] {
    Call call = ChatCall();
    call.output.tokens.reset();
    EXPECT_TRUE(quota->Admit(call));
    const int64_t output = call.reserved.demand.output_tokens;
    quota->Settle(call, Used(100, 3000, 0));
    return output;
  };
  EXPECT_EQ(expected(), 1000);
  for (int i = 0; i < 100; ++i) expected();
  EXPECT_GE(expected(), 3000);
  EXPECT_LE(expected(), 4000) << "the model's own bound";
}

TEST_F(QuotaTest, ARefusalFurtherOnGivesEverythingBack) {
  rules->all.concurrent = 1;
  rules->all.rpm = 100;
  class Never final : public Policy {
   public:
    Result<void> Admit(Call&) override { return Error(); }
    void Settle(const Call&, const Settlement&) override {}
  };
  std::vector<std::unique_ptr<Policy>> policies;
  policies.push_back(Make());
  policies.push_back(std::make_unique<Never>());
  const Chain chain(std::move(policies));
  for (int i = 0; i < 5; ++i) {
    Call call = ChatCall();
    const auto refused = chain.Admit(call);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_GATEWAY_ERROR);
  }
}

TEST_F(QuotaTest, ThreadsNeverHaveMoreCallsAtOnceThanTheLimitAndLeaveNothing) {
  rules->all.concurrent = 3;
  rules->all.tpm = 1'000'000'000;
  const auto quota = Make();
  std::atomic<int> inside{0}, most{0}, admitted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 3000; ++i) {
        Call call = ChatCall();
        if (!quota->Admit(call)) continue;
        ++admitted;
        const int here = ++inside;
        int seen = most.load();
        while (here > seen && !most.compare_exchange_weak(seen, here)) {
        }
        --inside;
        quota->Settle(call, Used(10, 10, 10));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(most.load(), 3);
  EXPECT_GE(admitted.load(), 3000);
  Call call = ChatCall();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(quota->Admit(call));
}

}  // namespace
}  // namespace inferwire::policy
