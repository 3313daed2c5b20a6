// A call with an idempotency key where other replicas have a word in it, played by the test.
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "operation_call_fixture.h"

namespace inferwire::rpc {
namespace {

using gateway::KeyClaim;
using http::FakeTransport;
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

class PlayedKeys final : public gateway::SharedKeys {
 public:
  void Claim(Request request, Mailbox&, Claimed done) override {
    claims.push_back({std::move(request), std::move(done)});
  }
  void Free(const gateway::IdempotencyKey&, const std::string& request_id) override {
    freed.push_back(request_id);
  }
  void End(const gateway::IdempotencyKey&, const gateway::KeyedUse& use) override {
    ended.push_back(use);
  }
  void Answer(KeyClaim::State state) {
    claims.back().second(KeyClaim{state, {"first-request", 3, 2, 22}});
  }

  std::vector<std::pair<Request, Claimed>> claims;
  std::vector<std::string> freed;
  std::vector<gateway::KeyedUse> ended;
};

class IdempotentSharedTest : public ::testing::Test {
 protected:
  IdempotentSharedTest()
      : services_(std::make_shared<const CallServices>(CallServices{
            {world.transport, world.timers, world.random, upstream::RuntimeMetrics(world.metrics),
             world.router, world.answer_limits, world.chunk_message, world.mailbox},
            world.policies,
            world.log,
            world.limits,
            world.live,
            &world.memory,
            nullptr,
            nullptr,
            &calls_})) {
    v1::CompleteRequest request;
    *request.mutable_params() = Hello();
    request.mutable_options()->set_idempotency_key("k");
    request.mutable_options()->set_max_retries(0);
    rpc.request = Serialize(request);
    MachineOf(world.complete)(services_, world.complete, std::make_unique<FakeWire>(rpc));
  }
  ~IdempotentSharedTest() override {
    if (rpc.wire_alive && !rpc.done) rpc.Done(true);
    Turn();
    EXPECT_THAT(rpc.violations, ::testing::IsEmpty());
    EXPECT_TRUE(world.live.empty());
  }
  void Turn() {
    for (int i = 0; i < 4; ++i) {
      world.mailbox.Run();
      world.timers.FireDue();
    }
  }
  void RunToEnd() {
    Turn();
    if (rpc.finishing) rpc.CompleteFinish(true);
    if (rpc.wire_alive) rpc.Done(false);
    Turn();
  }
  void Reply() {
    FakeTransport::Head(*world.transport.transfers.back(), 200, "application/json");
    FakeTransport::Body(*world.transport.transfers.back(), Answer("Hi"));
    FakeTransport::End(*world.transport.transfers.back());
    RunToEnd();
  }
  size_t sent() const { return world.transport.transfers.size(); }

  World world;
  PlayedKeys keys_;
  IdempotentCalls calls_{{}, world.clock, world.metrics.Of<telemetry::IdempotentMetrics>(), &keys_};
  const std::shared_ptr<const CallServices> services_;
  FakeRpc rpc;
};

TEST_F(IdempotentSharedTest, SendsNothingBeforeTheKeyIsItsOwn) {
  EXPECT_EQ(sent(), 0u);
  ASSERT_EQ(keys_.claims.size(), 1u);
  EXPECT_EQ(keys_.claims[0].first.key.method, "Complete");
  EXPECT_EQ(keys_.claims[0].first.fingerprint.size(), 64u);
  keys_.Answer(KeyClaim::State::kMine);
  ASSERT_EQ(sent(), 1u);
  Reply();
  EXPECT_TRUE(rpc.status->ok());
  ASSERT_EQ(keys_.ended.size(), 1u);
  EXPECT_EQ(keys_.ended[0].output_tokens, 2);
  EXPECT_TRUE(keys_.freed.empty());
}

TEST_F(IdempotentSharedTest, WaitsForTheEndOfAnotherReplicasCall) {
  keys_.Answer(KeyClaim::State::kRunning);
  world.Advance(200ms);
  EXPECT_EQ(keys_.claims.size(), 1u);
  world.Advance(50ms);
  ASSERT_EQ(keys_.claims.size(), 2u);
  keys_.Answer(KeyClaim::State::kEnded);
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonOf(*rpc.status), "IDEMPOTENT_RESULT_GONE");
  const auto info = inferwire::testing_support::DetailOf<google::rpc::ErrorInfo>(*rpc.status);
  EXPECT_EQ(info->metadata().at("first_request_id"), "first-request");
  EXPECT_EQ(info->metadata().at("cost_picousd"), "22");
  EXPECT_EQ(sent(), 0u);
}

TEST_F(IdempotentSharedTest, RunsWhatTheOtherReplicaFreed) {
  keys_.Answer(KeyClaim::State::kRunning);
  world.Advance(250ms);
  keys_.Answer(KeyClaim::State::kMine);
  EXPECT_EQ(sent(), 1u);
  Reply();
  EXPECT_TRUE(rpc.status->ok());
}

TEST_F(IdempotentSharedTest, OfALostReplicaNobodyKnowsTheOutcome) {
  keys_.Answer(KeyClaim::State::kUnknown);
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(ReasonOf(*rpc.status), "IDEMPOTENT_OUTCOME_UNKNOWN");
  EXPECT_EQ(sent(), 0u);
}

TEST_F(IdempotentSharedTest, AStoreThatIsNotReachedStopsNobody) {
  keys_.claims[0].second(policy::Overloaded("no store"));
  EXPECT_EQ(sent(), 1u);
  Reply();
  EXPECT_TRUE(rpc.status->ok());
}

TEST_F(IdempotentSharedTest, AStoreThatSaysNothingIsWaitedForOneSecond) {
  world.Advance(999ms);
  EXPECT_EQ(sent(), 0u);
  world.Advance(1ms);
  EXPECT_EQ(sent(), 1u);
  keys_.Answer(KeyClaim::State::kMine);  // too late, and no second request
  EXPECT_EQ(sent(), 1u);
  Reply();
  EXPECT_EQ(keys_.ended.size(), 1u);
}

TEST_F(IdempotentSharedTest, AKeyThatNobodyWaitsForIsFreedWhenItIsHad) {
  rpc.Done(true);
  Turn();
  EXPECT_TRUE(keys_.freed.empty());
  keys_.Answer(KeyClaim::State::kMine);
  EXPECT_EQ(keys_.freed.size(), 1u);
  EXPECT_EQ(sent(), 0u);
}

TEST_F(IdempotentSharedTest, AFailureThatCostNothingFreesTheKeyEverywhere) {
  keys_.Answer(KeyClaim::State::kMine);
  FakeTransport::Head(*world.transport.transfers.back(), 429, "application/json");
  FakeTransport::Body(*world.transport.transfers.back(), R"({"error":{"message":"slow down"}})");
  FakeTransport::End(*world.transport.transfers.back());
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "RATE_LIMITED");
  EXPECT_EQ(keys_.freed.size(), 1u);
  EXPECT_TRUE(keys_.ended.empty());
}

}  // namespace
}  // namespace inferwire::rpc
