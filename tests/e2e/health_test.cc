// Health checks over real sockets: a target that goes dark is found, and has its calls again once
// it is back, without a call that probes it and without a request that costs anything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway.h"
#include "reloadable.h"

namespace inferwire::e2e {
namespace {

using Time = std::chrono::steady_clock;

std::string Changes(const std::string& to) {
  return "inferwire_place_changes_total{gen_ai_provider_name=\"first\",kind=\"endpoint\",to=\"" +
         to + "\"}";
}

// A route of two targets of the same weight, of which the first is asked for its health.
class Health : public testing::Test {
 protected:
  Health() {
    auto simulator = simulator::Simulator::Start();
    if (!simulator) throw std::runtime_error(simulator.error().message);
    second_ = std::move(*simulator);
    gateway_ = std::make_unique<Gateway>([&](config::Config& config) {
      config::UpstreamConfig& first = config.upstreams[0];
      first.name = "first";
      first.breaker.warm_up = 1s;
      first.timeouts.first_byte = 30s;
      config.upstreams.push_back(first);
      config.upstreams[1].name = "second";
      config.upstreams[1].base_url = second_->base_url();
      config.upstreams[1].is_default = false;
      config.upstreams[0].health = {
          .path = "/models", .every = 300ms, .timeout = 250ms, .check = config::HealthOf::kAll};
      config::RouteConfig route;
      route.name = "chat";
      route.resend = config::Resend::kAnything;
      for (const char* name : {"first", "second"}) {
        route.targets.emplace_back();
        route.targets.back().upstream = name;
        route.targets.back().model = "gpt-4.1-mini";
      }
      config.routes = {route};
    });
  }
  simulator::Simulator& first() { return gateway_->upstream(); }
  static uint64_t Billed(const simulator::Simulator& simulator) {
    uint64_t billed = 0;
    for (const auto& [name, model] : simulator.stats().models) billed += model.requests;
    return billed;
  }
  bool HasGone(const std::string& to, double times = 1) {
    return Gateway::Eventually([&] { return gateway_->Metric(Changes(to)) >= times; });
  }

  std::unique_ptr<simulator::Simulator> second_;
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(Health, WithoutACallATargetIsFoundDarkAndBackAndNothingIsBilled) {
  ASSERT_TRUE(first().SetRules({{.set = "stall"}}));
  ASSERT_TRUE(HasGone("out"));
  ASSERT_TRUE(first().SetRules({}));
  ASSERT_TRUE(HasGone("probing"));
  ASSERT_TRUE(HasGone("warming_up"));
  EXPECT_THAT(gateway_->log(), testing::HasSubstr("UPSTREAM_TIMEOUT"));
  EXPECT_EQ(Billed(first()), 0u);
  const auto requests = first().TakeRequests();
  EXPECT_GE(requests.size(), 6u);
  for (const auto& request : requests) {
    EXPECT_EQ(request.method + " " + request.path, "GET /v1/models");
  }
  EXPECT_EQ(second_->stats().requests, 0u) << "nobody wants to know how that is";
  EXPECT_GE(gateway_->Metric(
                R"(inferwire_health_checks_total{gen_ai_provider_name="first",result="failed"})"),
            2);
}

// A call every 10 ms, whatever becomes of those before it; when each began and how long it took.
class PacedLoad {
 public:
  struct Call {
    Time::time_point began;
    Time::duration took;
    bool good;
  };
  explicit PacedLoad(Gateway& gateway) : gateway_(gateway), pacer_([this] { Run(); }) {}
  ~PacedLoad() { Stop(); }
  std::vector<Call> Stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    if (pacer_.joinable()) pacer_.join();
    for (std::thread& caller : callers_) caller.join();
    callers_.clear();
    return calls_;
  }
  bool WaitForCalls(size_t more) {
    std::unique_lock lock(mutex_);
    const size_t wanted = calls_.size() + more;
    return changed_.wait_for(lock, 30s, [&] { return calls_.size() >= wanted; });
  }

 private:
  void Run() {
    std::unique_lock lock(mutex_);
    for (auto next = Time::now(); !stopping_; next += 10ms) {
      callers_.emplace_back([this] { One(); });
      changed_.wait_until(lock, next + 10ms, [this] { return stopping_; });
    }
  }
  void One() {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("hi", "chat");
    v1::CompleteResponse response;
    const auto began = Time::now();
    // Half of its time is the first attempt's.
    const bool good = gateway_.chat().Complete(NewContext(6s).get(), request, &response).ok();
    const std::lock_guard lock(mutex_);
    calls_.push_back({began, Time::now() - began, good});
    changed_.notify_all();
  }

  Gateway& gateway_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::vector<Call> calls_;
  std::vector<std::thread> callers_;
  std::thread pacer_;  // last: it uses the others
};

TEST_F(Health, ATargetThatGoesDarkUnderLoadSlowsCallsForTwoSecondsAtMostAndComesBack) {
  PacedLoad load(*gateway_);
  ASSERT_TRUE(load.WaitForCalls(200));
  const auto dark = Time::now();
  ASSERT_TRUE(first().SetRules({{.set = "stall"}}));
  ASSERT_TRUE(HasGone("out"));
  const auto found = Time::now();
  ASSERT_TRUE(load.WaitForCalls(300));
  const uint64_t before = Billed(first());
  const auto back = Time::now();
  ASSERT_TRUE(first().SetRules({}));
  ASSERT_TRUE(HasGone("warming_up"));
  ASSERT_TRUE(Gateway::Eventually([&] { return Billed(first()) >= before + 100; }));
  const auto warm = Time::now();
  auto calls = load.Stop();

  std::vector<Time::duration> normal;
  for (const auto& call : calls) {
    if (call.began + call.took < dark) normal.push_back(call.took);
    EXPECT_TRUE(call.good);
  }
  std::sort(normal.begin(), normal.end());
  const auto p99 = normal[normal.size() * 99 / 100];
  // What meets the dark target takes half of a call's time; a busy machine is not that slow.
  const auto slow = std::max<Time::duration>(4 * p99, 500ms);
  Time::duration last_slow{};
  for (const auto& call : calls) {
    if (call.began > dark && call.took > slow) last_slow = std::max(last_slow, call.began - dark);
  }
  const auto ms = [](Time::duration time) {
    return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
  };
  RecordProperty("normal_p99_us", static_cast<int>(p99 / 1us));
  RecordProperty("found_ms", ms(found - dark));
  RecordProperty("last_slow_call_began_ms", ms(last_slow));
  RecordProperty("back_with_100_calls_ms", ms(warm - back));
  EXPECT_LE(last_slow, 2s);
  EXPECT_LE(found - dark, 2s);
  // Everything that was billed was a call's: each has one answer, and the dark target none.
  EXPECT_EQ(Billed(first()) + Billed(*second_),
            static_cast<uint64_t>(
                std::ranges::count_if(calls, [](const auto& call) { return call.good; })) +
                static_cast<uint64_t>(gateway_->Metric(
                    "inferwire_possibly_billed_attempts_total{gen_ai_provider_name=\"first\"}")));
}

TEST(HealthOfEndpoints, AReplicaThatIsStartedAgainIsBackWithoutACall) {
  auto started = simulator::Simulator::Start();
  ASSERT_TRUE(started);
  auto replica = std::move(*started);
  const std::string address = "127.0.0.1:" + std::to_string(replica->port());
  Gateway gateway([&](config::Config& config) {
    config.upstreams[0].name = "first";
    config.upstreams[0].base_url = "http://replicas.test/v1";
    config.upstreams[0].endpoints.emplace();
    config.upstreams[0].endpoints->list = {address};
    config.upstreams[0].health = {
        .path = "/../v1/models", .every = 100ms, .timeout = 100ms, .check = config::HealthOf::kOut};
  });
  replica.reset();
  const auto call = [&] {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("hi");
    v1::CompleteResponse response;
    return gateway.chat().Complete(NewContext().get(), request, &response).ok();
  };
  ASSERT_TRUE(Gateway::Eventually([&] { return !call() && gateway.Metric(Changes("out")) > 0; }));
  auto again = simulator::Simulator::Start({.listen = address});
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_TRUE(Gateway::Eventually([&] { return gateway.Metric(Changes("warming_up")) > 0; }));
  EXPECT_TRUE((*again)->stats().models.empty());
  EXPECT_TRUE(call());
}

TEST(HealthOfEndpoints, ChecksBeginWithTheConfigurationThatWantsThem) {
  Reloadable gateway(/*watch=*/false);
  const auto config = [&](const std::string& health) {
    return gateway.Head() + gateway.Upstream("first", "api_key: none" + health);
  };
  gateway.Start(config(""));
  const std::string often = "\n    health: {every: 100ms, timeout: 50ms, check: all}";
  ASSERT_EQ(gateway.Reload(config(often)), telemetry::ReloadResult::kApplied);
  EXPECT_TRUE(Gateway::Eventually([&] {
    return gateway.Metric(
               R"(inferwire_health_checks_total{gen_ai_provider_name="first",result="good"})") >= 3;
  }));
}

}  // namespace
}  // namespace inferwire::e2e
