// An upstream with several endpoints, each a simulator of its own, over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gateway.h"
#include "reloadable.h"

namespace inferwire::e2e {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<simulator::Simulator> NewSimulator() {
  auto simulator = simulator::Simulator::Start();
  if (!simulator) throw std::runtime_error(simulator.error().message);
  return std::move(*simulator);
}

std::string AddressOf(const simulator::Simulator& simulator) {
  return "127.0.0.1:" + std::to_string(simulator.port());
}

// Callers that ask one question after the other until they are told to stop.
class Load {
 public:
  Load(Gateway& gateway, int callers) {
    for (int i = 0; i < callers; ++i) threads_.emplace_back([&] { Call(gateway.chat()); });
  }
  explicit Load(v1::ChatService::Stub& stub, int callers) {
    for (int i = 0; i < callers; ++i) threads_.emplace_back([&] { Call(stub); });
  }
  ~Load() { Stop(); }
  void Stop() {
    stopping_ = true;
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }
  int answered() const { return answered_; }
  int failed() const { return failed_; }
  // What the first failed call was told.
  std::string failure() const { return failure_; }
  // So many more calls have been answered.
  bool WaitForAnswers(int more) const {
    const int from = answered_;
    return Gateway::Eventually([&] { return answered_ >= from + more; });
  }

 private:
  void Call(v1::ChatService::Stub& stub) {
    while (!stopping_) {
      v1::CompleteRequest request;
      *request.mutable_params() = Prompt("hi");
      v1::CompleteResponse response;
      const grpc::Status status = stub.Complete(NewContext().get(), request, &response);
      if (status.ok()) {
        ++answered_;
      } else if (failed_++ == 0) {
        failure_ = status.error_message();
      }
    }
  }

  std::atomic<bool> stopping_{false};
  std::atomic<int> answered_{0}, failed_{0};
  std::string failure_;  // read once the threads have ended
  std::vector<std::thread> threads_;
};

// A gateway whose upstream has three endpoints.
class EndpointsE2e : public testing::Test {
 protected:
  EndpointsE2e() {
    for (int i = 0; i < 3; ++i) replicas_.push_back(NewSimulator());
  }
  void Start(const std::function<void(config::UpstreamConfig&)>& adjust = {}) {
    gateway_ = std::make_unique<Gateway>([&](config::Config& config) {
      config::UpstreamConfig& upstream = config.upstreams[0];
      upstream.base_url = "http://replicas.test/v1";
      upstream.billed = false;
      upstream.endpoints.emplace();
      for (const auto& replica : replicas_) upstream.endpoints->list.push_back(AddressOf(*replica));
      if (adjust) adjust(upstream);
    });
  }
  grpc::Status Complete(v1::CompleteResponse& response, const std::string& key = "") {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("hi");
    if (!key.empty()) request.mutable_params()->set_prompt_cache_key(key);
    return gateway_->chat().Complete(NewContext().get(), request, &response);
  }
  uint64_t requests(size_t i) { return replicas_[i]->stats().requests; }

  std::vector<std::unique_ptr<simulator::Simulator>> replicas_;
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(EndpointsE2e, EachOfThemAnswersAndTheCallerSeesWhich) {
  Start();
  std::map<std::string, int> answered;
  for (int i = 0; i < 60; ++i) {
    v1::CompleteResponse response;
    ASSERT_TRUE(Complete(response).ok());
    ASSERT_EQ(response.gateway().attempt_log_size(), 1);
    ++answered[response.gateway().attempt_log(0).endpoint()];
  }
  ASSERT_EQ(answered.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(static_cast<uint64_t>(answered[AddressOf(*replicas_[i])]), requests(i));
  }
}

TEST_F(EndpointsE2e, OneThatIsKilledUnderLoadFailsNoCall) {
  Start();
  Load load(*gateway_, 8);
  ASSERT_TRUE(load.WaitForAnswers(100));
  replicas_.pop_back();  // every connection is closed, answered or not
  ASSERT_TRUE(load.WaitForAnswers(500));
  load.Stop();
  EXPECT_EQ(load.failed(), 0) << load.failure();
  EXPECT_GT(gateway_->Metric("inferwire_resends_total{gen_ai_provider_name=\"test\","
                             "kind=\"endpoint\",proof=\"refused\"}"),
            0);
}

TEST_F(EndpointsE2e, OneThatIsDeadWhileNothingRunsFailsNoCallEvenWhereEachIsBilled) {
  Start([](config::UpstreamConfig& upstream) {
    upstream.billed = true;
    upstream.resend = config::Resend::kRefused;
  });
  for (int i = 0; i < 12; ++i) {
    v1::CompleteResponse response;
    ASSERT_TRUE(Complete(response).ok());
  }
  replicas_.pop_back();
  for (int i = 0; i < 100; ++i) {
    v1::CompleteResponse response;
    const grpc::Status status = Complete(response);
    ASSERT_TRUE(status.ok()) << i << ": " << status.error_message();
  }
}

// Whether the configuration names the model or not.
class SickReplica : public EndpointsE2e, public testing::WithParamInterface<bool> {};

TEST_P(SickReplica, OneThatOnlyFailsIsLeftAloneAndTheModelStays) {
  Start([](config::UpstreamConfig& upstream) {
    if (GetParam()) upstream.models = {"gpt-4.1-mini"};
    upstream.breaker.out = 1h;
    upstream.breaker.out_most = 1h;
    upstream.max_retries = 2;
  });
  ASSERT_TRUE(replicas_[1]->SetRules({{.set = "status=500"}}));
  Load load(*gateway_, 4);
  const std::string changes = "inferwire_place_changes_total{gen_ai_provider_name=\"test\",kind=";
  ASSERT_TRUE(Gateway::Eventually(
      [&] { return gateway_->Metric(changes + "\"endpoint\",to=\"out\"}") == 1; }));
  const uint64_t before = requests(1);
  ASSERT_TRUE(load.WaitForAnswers(300));
  load.Stop();
  EXPECT_EQ(load.failed(), 0) << load.failure();
  EXPECT_LE(requests(1), before + 4) << "but for what was in flight";
  EXPECT_EQ(gateway_->Metric(changes + "\"endpoint\",to=\"out\"}"), 1);
  EXPECT_EQ(gateway_->Metric(changes + "\"model\",to=\"out\"}"), 0);
}

INSTANTIATE_TEST_SUITE_P(All, SickReplica, testing::Bool(),
                         [](const auto& of) { return of.param ? "OfAModel" : "OfAnyModel"; });

TEST_F(EndpointsE2e, AConversationStaysWhereItsBeginningIsKnown) {
  Start([](config::UpstreamConfig& upstream) {
    upstream.balance = config::RouteStrategy::kAffinity;
  });
  std::set<std::string> all;
  for (int conversation = 0; conversation < 20; ++conversation) {
    std::set<std::string> used;
    for (int turn = 0; turn < 3; ++turn) {
      v1::CompleteResponse response;
      ASSERT_TRUE(Complete(response, "conversation-" + std::to_string(conversation)).ok());
      used.insert(response.gateway().attempt_log(0).endpoint());
    }
    EXPECT_EQ(used.size(), 1u) << conversation;
    all.insert(used.begin(), used.end());
  }
  EXPECT_GT(all.size(), 1u);
}

TEST_F(EndpointsE2e, NoneGetsMoreAtOnceThanItsLimitAndTheRestWait) {
  Start([](config::UpstreamConfig& upstream) {
    upstream.limits.in_flight = 2;
    upstream.limits.queue_wait = 1min;  // a tenth of the calls' time is what they have
  });
  std::vector<std::thread> callers;
  std::atomic<int> answered{0};
  for (int i = 0; i < 12; ++i) {
    callers.emplace_back([&] {
      for (int turn = 0; turn < 5; ++turn) {
        v1::StreamCompleteRequest request;
        *request.mutable_params() = Prompt("hi");
        const auto context = NewContext(2min);
        const StreamResult stream =
            ReadAll(*gateway_->chat().StreamComplete(context.get(), request));
        EXPECT_TRUE(stream.status.ok()) << stream.status.error_message();
        answered += stream.status.ok() ? 1 : 0;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(answered, 60);
  for (const auto& replica : replicas_) EXPECT_LE(replica->stats().peak_open_streams, 2u);
  EXPECT_EQ(gateway_->Metric("inferwire_place_limit{gen_ai_provider_name=\"test\"}"), 6);
  EXPECT_GT(
      gateway_->Metric("inferwire_place_queue_wait_seconds_count{gen_ai_provider_name=\"test\"}"),
      0);
}

TEST_F(EndpointsE2e, TheyAreFoundByName) {
  Start([&](config::UpstreamConfig& upstream) {
    upstream.endpoints = config::EndpointsConfig{};
    upstream.endpoints->dns = "localhost";
    upstream.endpoints->port = replicas_[0]->port();
  });
  v1::CompleteResponse response;
  const grpc::Status status = Complete(response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(requests(0), 1u);
  EXPECT_GE(gateway_->Metric("inferwire_endpoint_lookups_total{gen_ai_provider_name=\"test\","
                             "result=\"changed\"}"),
            1);
}

TEST_F(EndpointsE2e, ANameThatNobodyKnowsIsSaidToTheCaller) {
  Start([](config::UpstreamConfig& upstream) {
    upstream.endpoints = config::EndpointsConfig{};
    upstream.endpoints->dns = "no-such-host.invalid";
  });
  v1::CompleteResponse response;
  const grpc::Status status = Complete(response);
  EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE);
  EXPECT_EQ(InfoOf(status).reason(), "UPSTREAM_UNREACHABLE");
  EXPECT_THAT(status.error_message(), HasSubstr("no address of test is known"));
}

TEST(EndpointsReload, OnesThatAreAddedAndRemovedUnderLoadFailNoCall) {
  std::vector<std::unique_ptr<simulator::Simulator>> replicas;
  for (int i = 0; i < 3; ++i) replicas.push_back(NewSimulator());
  Reloadable gateway(/*watch=*/false);
  const auto config = [&](const std::vector<size_t>& used) {
    std::string list;
    for (const size_t i : used)
      list += (list.empty() ? "'" : ", '") + AddressOf(*replicas[i]) + "'";
    return gateway.Head() +
           gateway.Upstream("up", "api_key: none\n    endpoints: {list: [" + list + "]}");
  };
  gateway.Start(config({0, 1}));
  const auto stub = gateway.NewStub();
  Load load(*stub, 4);
  ASSERT_TRUE(load.WaitForAnswers(50));
  for (const std::vector<size_t>& used :
       std::vector<std::vector<size_t>>{{0, 1, 2}, {1, 2}, {0, 2}, {0}, {0, 1, 2}}) {
    ASSERT_EQ(gateway.Reload(config(used)), telemetry::ReloadResult::kApplied);
    ASSERT_TRUE(load.WaitForAnswers(50));
  }
  load.Stop();
  EXPECT_EQ(load.failed(), 0) << load.failure();
  EXPECT_GT(replicas[2]->stats().requests, 0u);
  EXPECT_EQ(gateway.upstream().stats().requests, 0u) << "the URL's own host is not asked";
}

TEST(EndpointsReload, OneThatIsAddedTakesAPartAtFirst) {
  std::vector<std::unique_ptr<simulator::Simulator>> replicas;
  for (int i = 0; i < 3; ++i) replicas.push_back(NewSimulator());
  Reloadable gateway(/*watch=*/false);
  const auto config = [&](size_t used) {
    std::string list;
    for (size_t i = 0; i < used; ++i) {
      list += (list.empty() ? "'" : ", '") + AddressOf(*replicas[i]) + "'";
    }
    return gateway.Head() +
           gateway.Upstream("up",
                            "api_key: none\n    balance: weighted\n    breaker: {warm_up: 1h}\n"
                            "    endpoints: {list: [" +
                                list + "]}");
  };
  gateway.Start(config(2));
  const auto stub = gateway.NewStub();
  ASSERT_EQ(gateway.Reload(config(3)), telemetry::ReloadResult::kApplied);
  for (int i = 0; i < 210; ++i) {
    v1::CompleteResponse response;
    ASSERT_TRUE(CallOnce(*stub, "gpt-4.1-mini", &response).ok());
  }
  EXPECT_LT(replicas[2]->stats().requests, 40u) << "one of 21, and not one of 3";
  EXPECT_GT(replicas[1]->stats().requests, 60u);
  // The next version finds them as they were.
  ASSERT_EQ(gateway.Reload(config(3) + "log: {calls: false}\n"), telemetry::ReloadResult::kApplied);
  EXPECT_THAT(gateway.server().MetricsPage(false),
              HasSubstr("inferwire_places{gen_ai_provider_name=\"up\",kind=\"endpoint\","
                        "state=\"warming_up\"} 1"));
}

}  // namespace
}  // namespace inferwire::e2e
