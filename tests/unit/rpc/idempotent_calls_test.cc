// The keys of one replica: what is found under them, how long, and how much is kept.
#include "rpc/idempotent_calls.h"

#include <gtest/gtest.h>

#include <string>

#include "inferwire/v1/chat_service.pb.h"
#include "rpc/fingerprint.h"
#include "support/manual_clock.h"
#include "telemetry/metrics.h"

namespace inferwire::rpc {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using Outcome = IdempotentCalls::Outcome;

grpc::ByteBuffer Bytes(size_t size) {
  const grpc::Slice slice(std::string(size, 'x'));
  return grpc::ByteBuffer(&slice, 1);
}

class IdempotentCallsTest : public ::testing::Test {
 protected:
  Result<IdempotentCalls::Found> Find(const std::string& name,
                                      const std::string& fingerprint = "f") {
    return calls_.Find(Key(name), fingerprint, "request-of-" + name, {});
  }
  // A call with this key is run and answered with so many bytes.
  void Run(const std::string& name, size_t bytes, Outcome outcome = Outcome::kKept) {
    const auto found = Find(name);
    ASSERT_TRUE(found && found->first) << name;
    found->answer->Add(Bytes(bytes), false, false);
    gateway::KeyedUse use{"request-of-" + name, 3, 2, 22};
    calls_.Ended(Key(name), use, outcome, found->answer->is_whole());
    found->answer->End(std::nullopt, {}, outcome == Outcome::kFree);
  }
  static gateway::IdempotencyKey Key(const std::string& name) {
    return {"tenant/acme", "Complete", name};
  }
  v1::ErrorReason ReasonFor(const std::string& name) {
    const auto found = Find(name);
    return found ? v1::ERROR_REASON_UNSPECIFIED : found.error().reason;
  }

  ManualClock clock_;
  telemetry::Metrics metrics_;
  IdempotentCalls calls_{
      {5min, 10'000, 2'000, 2}, clock_, metrics_.Of<telemetry::IdempotentMetrics>()};
};

TEST_F(IdempotentCallsTest, TheSecondOfAKeyFindsTheFirst) {
  const auto first = Find("a");
  ASSERT_TRUE(first && first->first);
  const auto second = Find("a");
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->first);
  EXPECT_EQ(second->answer, first->answer);
}

TEST_F(IdempotentCallsTest, AKeyIsItsOwnersAndItsMethods) {
  ASSERT_TRUE(Find("a")->first);
  EXPECT_TRUE(calls_.Find({"tenant/other", "Complete", "a"}, "g", "r", {})->first);
  EXPECT_TRUE(calls_.Find({"tenant/acme", "StreamComplete", "a"}, "g", "r", {})->first);
}

TEST_F(IdempotentCallsTest, AnotherRequestWithTheSameKeyIsRefused) {
  ASSERT_TRUE(Find("a")->first);
  const auto reused = Find("a", "another");
  ASSERT_FALSE(reused);
  EXPECT_EQ(reused.error().code, Code::kAlreadyExists);
  EXPECT_EQ(reused.error().reason, v1::ERROR_REASON_IDEMPOTENCY_KEY_REUSED);
  EXPECT_EQ(reused.error().metadata.at("first_request_id"), "request-of-a");
  EXPECT_FALSE(reused.error().safe_to_retry);
}

TEST_F(IdempotentCallsTest, WhatCostNothingFreesTheKey) {
  Run("a", 10, Outcome::kFree);
  EXPECT_TRUE(Find("a", "another")->first);
}

TEST_F(IdempotentCallsTest, AnAnswerIsKeptForItsTimeAndNoLonger) {
  Run("a", 10);
  clock_.Advance(5min - 1ms);
  calls_.Sweep();
  EXPECT_FALSE(Find("a")->first);
  clock_.Advance(1ms);
  calls_.Sweep();
  EXPECT_TRUE(Find("a")->first);
}

TEST_F(IdempotentCallsTest, TheOldestAnswerGoesFirstAndItsKeyIsStillKnown) {
  for (const char* name : {"a", "b", "c", "d"}) Run(name, 1'900);
  const auto gone = Find("a");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().reason, v1::ERROR_REASON_IDEMPOTENT_RESULT_GONE);
  EXPECT_EQ(gone.error().metadata.at("first_request_id"), "request-of-a");
  EXPECT_EQ(gone.error().metadata.at("output_tokens"), "2");
  EXPECT_EQ(gone.error().metadata.at("cost_picousd"), "22");
  EXPECT_FALSE(Find("d")->first);
}

TEST_F(IdempotentCallsTest, KeysAloneAreBoundedToo) {
  for (int i = 0; i < 100; ++i) Run(std::to_string(i), 1);
  EXPECT_TRUE(Find("0")->first) << "forgotten";
  EXPECT_FALSE(Find("99")->first);
}

TEST_F(IdempotentCallsTest, ALongAnswerIsNotKept) {
  Run("a", 2'001);
  EXPECT_EQ(ReasonFor("a"), v1::ERROR_REASON_IDEMPOTENT_RESULT_GONE);
}

TEST_F(IdempotentCallsTest, NoMoreWaitThanMay) {
  EXPECT_TRUE(calls_.TakePlace());
  EXPECT_TRUE(calls_.TakePlace());
  EXPECT_FALSE(calls_.TakePlace());
  calls_.LeavePlace();
  EXPECT_TRUE(calls_.TakePlace());
}

TEST(Fingerprint, DependsOnWhatIsAskedAndNotOnHow) {
  v1::CompleteRequest request;
  request.mutable_params()->set_model("m");
  (*request.mutable_params()->mutable_extra())["a"] = "1";
  (*request.mutable_params()->mutable_extra())["b"] = "2";
  v1::CompleteRequest same;
  same.mutable_params()->set_model("m");
  (*same.mutable_params()->mutable_extra())["b"] = "2";
  (*same.mutable_params()->mutable_extra())["a"] = "1";
  same.mutable_options()->set_client_request_id("another");
  same.mutable_options()->set_max_retries(2);
  same.mutable_options()->set_idempotency_key("k");
  const std::string first = FingerprintOf(request, *request.mutable_options());
  EXPECT_EQ(first, FingerprintOf(same, *same.mutable_options()));
  EXPECT_EQ(same.options().idempotency_key(), "k") << "the request is as it was";
  same.mutable_options()->set_include_raw_response(true);
  EXPECT_NE(first, FingerprintOf(same, *same.mutable_options()));
  same.mutable_options()->set_include_raw_response(false);
  same.mutable_params()->set_temperature(0.5);
  EXPECT_NE(first, FingerprintOf(same, *same.mutable_options()));
}

}  // namespace
}  // namespace inferwire::rpc
