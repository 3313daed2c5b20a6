// Idempotency keys at a whole gateway, over real sockets and two loops.
#include <atomic>
#include <thread>

#include "reloadable.h"

namespace inferwire::e2e {
namespace {

using simulator::Stats;

class IdempotencyTest : public ::testing::Test {
 protected:
  void Start(const std::string& more = "") {
    gateway_.Start(Config(more));
    // As many connections as it takes to reach both loops.
    for (int i = 0; i < 8; ++i) stubs_.push_back(gateway_.NewStub());
  }
  std::string Config(const std::string& more = "") const {
    return gateway_.Head() + more + gateway_.Upstream("up", "api_key: none\n    max_retries: 0");
  }
  v1::ChatService::Stub& stub(size_t i) { return *stubs_[i % stubs_.size()]; }
  static v1::CompleteRequest Request(const std::string& model, const std::string& key = "k") {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("hi", model);
    request.mutable_options()->set_idempotency_key(key);
    return request;
  }
  grpc::Status Ask(size_t i, const std::string& model, v1::CompleteResponse* response,
                   const std::string& key = "k") {
    return stub(i).Complete(NewContext().get(), Request(model, key), response);
  }
  static std::string ReasonOf(const grpc::Status& status) { return InfoOf(status).reason(); }
  uint64_t requests() { return gateway_.upstream().stats().requests; }
  double Called(const std::string& result) {
    return gateway_.Metric("inferwire_idempotent_calls_total{result=\"" + result + "\"}");
  }
  bool WaitForRequests(uint64_t count) {
    return gateway_.upstream().WaitFor(
        [count](const Stats& stats) { return stats.requests >= count; }, 10s);
  }

  Reloadable gateway_{false};
  std::vector<std::unique_ptr<v1::ChatService::Stub>> stubs_;
};

TEST_F(IdempotencyTest, AHundredCallersWithOneKeyAreOneRequest) {
  Start();
  std::vector<std::thread> callers;
  std::vector<std::string> answers(100);
  for (size_t i = 0; i < answers.size(); ++i) {
    callers.emplace_back([&, i] {
      v1::CompleteResponse response;
      if (Ask(i, "gpt-4.1-mini+ttft=1500ms", &response).ok()) {
        answers[i] = response.SerializeAsString();
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(requests(), 1u);
  ASSERT_FALSE(answers.front().empty());
  for (const std::string& answer : answers) EXPECT_EQ(answer, answers.front());
  EXPECT_EQ(Called("first"), 1);
  EXPECT_EQ(Called("attached"), 99);
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return gateway_.Metric("inferwire_idempotent_waiting_calls") == 0; }));
}

TEST_F(IdempotencyTest, AnAnswerIsToldAgainAndTakesNoLimits) {
  // One call, and the next in half a minute.
  Start(
      "limits: {burst: 30s}\ntenants: [{id: acme, limits: {rpm: 2}}]\n"
      "identity: {required: false, anonymous: acme}\n");
  v1::CompleteResponse first, again;
  ASSERT_TRUE(Ask(0, "gpt-4.1-mini", &first).ok());
  for (size_t i = 0; i < 8; ++i) {
    again.Clear();
    const grpc::Status status = Ask(i, "gpt-4.1-mini", &again);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(again.gateway().replayed());
    EXPECT_EQ(again.completion().SerializeAsString(), first.completion().SerializeAsString());
  }
  EXPECT_EQ(ReasonOf(Ask(0, "gpt-4.1-mini", &again, "other")), "TENANT_RATE_LIMITED");
  EXPECT_EQ(requests(), 1u);
  EXPECT_GT(gateway_.Metric("inferwire_idempotent_kept_bytes"), 0);
}

TEST_F(IdempotencyTest, TheFirstCallerLeavesAndAnotherGetsTheAnswer) {
  Start();
  const auto context = NewContext();
  std::thread first([&] {
    v1::CompleteResponse response;
    stub(0).Complete(context.get(), Request("gpt-4.1-mini+ttft=1500ms"), &response);
  });
  ASSERT_TRUE(WaitForRequests(1));
  v1::CompleteResponse answer;
  grpc::Status status;
  std::thread second([&] { status = Ask(3, "gpt-4.1-mini+ttft=1500ms", &answer); });
  ASSERT_TRUE(Gateway::Eventually([&] { return Called("attached") == 1; }));
  context->TryCancel();
  first.join();
  second.join();
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(answer.completion().choices().empty());
  EXPECT_EQ(requests(), 1u);
  EXPECT_EQ(gateway_.upstream().stats().aborts, 0u);
}

TEST_F(IdempotencyTest, AStreamIsAttachedToAndToldAgain) {
  Start();
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+tokens=40+rate=40");
  request.mutable_options()->set_idempotency_key("k");
  const auto read = [&](size_t i) {
    const auto context = NewContext();
    const auto reader = stub(i).StreamComplete(context.get(), request);
    return ReadAll(*reader);
  };
  StreamResult results[3];
  std::thread first([&] { results[0] = read(0); });
  ASSERT_TRUE(WaitForRequests(1));
  std::thread second([&] { results[1] = read(1); });
  std::thread third([&] { results[2] = read(2); });
  for (std::thread* each : {&first, &second, &third}) each->join();
  const StreamResult again = read(3);
  ASSERT_TRUE(results[0].status.ok());
  for (const StreamResult& result : {results[1], results[2]}) {
    ASSERT_EQ(result.events.size(), results[0].events.size());
    for (size_t i = 0; i < result.events.size(); ++i) {
      EXPECT_EQ(result.events[i].SerializeAsString(), results[0].events[i].SerializeAsString());
    }
  }
  EXPECT_EQ(again.text, results[0].text);
  EXPECT_TRUE(again.events.back().completed().gateway().replayed());
  EXPECT_EQ(requests(), 1u);
}

TEST_F(IdempotencyTest, AFailureThatMayBeBilledIsToldAgainAndOneThatCostNothingIsNot) {
  Start();
  v1::CompleteResponse response;
  const grpc::Status cut = Ask(0, "gpt-4.1-mini+reset_after=100", &response, "cut");
  const grpc::Status again = Ask(1, "gpt-4.1-mini+reset_after=100", &response, "cut");
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(again.error_code(), cut.error_code());
  EXPECT_EQ(ReasonOf(again), ReasonOf(cut));
  EXPECT_EQ(InfoOf(again).metadata().at("first_request_id"),
            InfoOf(cut).metadata().at("request_id"));
  EXPECT_EQ(requests(), 1u);
  EXPECT_EQ(ReasonOf(Ask(0, "gpt-4.1-mini+status=429", &response, "free")), "RATE_LIMITED");
  EXPECT_EQ(ReasonOf(Ask(1, "gpt-4.1-mini+status=429", &response, "free")), "RATE_LIMITED");
  EXPECT_EQ(requests(), 3u);
}

TEST_F(IdempotencyTest, AReloadLosesNoKey) {
  Start();
  v1::CompleteResponse answer, again;
  ASSERT_TRUE(Ask(0, "gpt-4.1-mini", &answer, "ended").ok());
  std::thread running([&] { Ask(1, "gpt-4.1-mini+ttft=1500ms", &answer, "running"); });
  ASSERT_TRUE(WaitForRequests(2));
  ASSERT_EQ(gateway_.Reload(Config("limits: {max_in_flight: 900}\n")),
            telemetry::ReloadResult::kApplied);
  ASSERT_TRUE(Ask(2, "gpt-4.1-mini", &again, "ended").ok());
  EXPECT_TRUE(again.gateway().replayed());
  EXPECT_TRUE(Ask(2, "gpt-4.1-mini+ttft=1500ms", &again, "running").ok());
  running.join();
  EXPECT_EQ(requests(), 2u);
}

TEST_F(IdempotencyTest, ADrainWaitsForTheAnswerOfAllWhoWait) {
  Start();
  std::atomic<int> answered = 0;
  std::vector<std::thread> callers;
  for (size_t i = 0; i < 4; ++i) {
    callers.emplace_back([&, i] {
      v1::CompleteResponse response;
      if (Ask(i, "gpt-4.1-mini+ttft=1500ms", &response).ok()) ++answered;
    });
  }
  ASSERT_TRUE(Gateway::Eventually([&] { return Called("attached") == 3; }));
  gateway_.server().Drain();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(answered, 4);
}

TEST_F(IdempotencyTest, AServerThatHurriesEndsWhatIsWaitedFor) {
  Start();
  std::vector<std::thread> callers;
  for (size_t i = 0; i < 4; ++i) {
    callers.emplace_back([&, i] {
      v1::CompleteResponse response;
      EXPECT_FALSE(Ask(i, "gpt-4.1-mini+stall", &response).ok());
    });
  }
  ASSERT_TRUE(Gateway::Eventually([&] { return Called("attached") == 3; }));
  gateway_.server().Hurry();
  gateway_.server().Drain();
  for (std::thread& caller : callers) caller.join();
}

TEST_F(IdempotencyTest, ItemsOfManyHaveNoKeys) {
  Start();
  const auto context = NewContext();
  const auto many = stub(0).CompleteMany(context.get());
  v1::CompleteManyRequest message;
  message.mutable_config();
  many->Write(message);
  message.mutable_item()->set_item_id("a");
  *message.mutable_item()->mutable_params() = Prompt("hi");
  message.mutable_item()->mutable_options()->set_idempotency_key("k");
  many->Write(message);
  many->WritesDone();
  v1::CompleteManyResponse response;
  bool refused = false;
  while (many->Read(&response)) {
    if (response.has_result()) refused = response.result().error().code() == 3;
  }
  many->Finish();
  EXPECT_TRUE(refused);
  EXPECT_EQ(requests(), 0u);
}

}  // namespace
}  // namespace inferwire::e2e
