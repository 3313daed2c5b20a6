// Calls with one idempotency key: who runs, who is attached, what is told again, and what becomes
// of all that when somebody leaves.
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "operation_call_fixture.h"

namespace inferwire::rpc {
namespace {

using http::FakeTransport;
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

// Callers of two loops.
class IdempotentOperationTest : public ::testing::Test {
 protected:
  IdempotentOperationTest()
      : other_services_(std::make_shared<const CallServices>(CallServices{
            {world.transport, world.timers, world.random, upstream::RuntimeMetrics(world.metrics),
             world.router, world.answer_limits, world.chunk_message, other_mailbox_},
            world.policies,
            world.log,
            world.limits,
            world.live,
            &world.memory,
            nullptr,
            nullptr,
            &world.idempotent})) {}
  ~IdempotentOperationTest() override {
    for (const auto& rpc : rpcs_) {
      if (rpc->wire_alive && !rpc->done) rpc->Done(true);
      if (rpc->writing) rpc->CompleteWrite(false);
      if (rpc->finishing) rpc->CompleteFinish(false);
    }
    Turn();
    for (const auto& rpc : rpcs_) EXPECT_THAT(rpc->violations, ::testing::IsEmpty());
    EXPECT_TRUE(world.live.empty());
    EXPECT_EQ(world.transport.running(), 0u);
    EXPECT_EQ(world.in_flight->all.load(), 0);
  }

  // Everything that is posted, and what is due.
  void Turn() {
    for (int i = 0; i < 4; ++i) {
      world.mailbox.Run();
      other_mailbox_.Run();
      world.timers.FireDue();
    }
  }
  FakeRpc& NewRpc() { return *rpcs_.emplace_back(std::make_unique<FakeRpc>()); }
  FakeRpc& Ask(bool on_other_loop = false, const std::string& text = "Hello",
               const std::string& key = "k") {
    v1::CompleteRequest request;
    *request.mutable_params() = Hello();
    request.mutable_params()->mutable_messages(0)->set_content(text);
    request.mutable_options()->set_idempotency_key(key);
    request.mutable_options()->set_max_retries(0);
    return Serve(world.complete, request, on_other_loop);
  }
  FakeRpc& AskStream(bool on_other_loop = false) {
    v1::StreamCompleteRequest request;
    *request.mutable_params() = Hello();
    request.mutable_options()->set_idempotency_key("k");
    return Serve(world.stream, request, on_other_loop);
  }
  FakeRpc& Serve(const Endpoint& endpoint, const Message& request, bool on_other_loop) {
    FakeRpc& rpc = NewRpc();
    rpc.request = Serialize(request);
    MachineOf(endpoint)(on_other_loop ? other_services_ : world.services, endpoint,
                        std::make_unique<FakeWire>(rpc));
    return rpc;
  }
  http::PlayedTransfer& transfer() { return *world.transport.transfers.back(); }
  void Reply(const std::string& text = "Hi") {
    FakeTransport::Head(transfer(), 200, "application/json");
    FakeTransport::Body(transfer(), Answer(text));
    FakeTransport::End(transfer());
    Turn();
  }
  void RunToEnd(FakeRpc& rpc) {
    for (int i = 0; i < 1000 && !rpc.finishing; ++i) {
      if (rpc.writing) rpc.CompleteWrite(true);
      Turn();
    }
    if (rpc.finishing) rpc.CompleteFinish(true);
    if (rpc.wire_alive) rpc.Done(false);
    Turn();
  }
  v1::CompleteResponse AnswerOf(FakeRpc& rpc) {
    RunToEnd(rpc);
    EXPECT_TRUE(rpc.status && rpc.status->ok());
    return rpc.written.size() == 1 ? rpc.Written<v1::CompleteResponse>(0) : v1::CompleteResponse();
  }
  double Called(const std::string& result) {
    const std::string page = world.metrics.Expose();
    const std::string series = "inferwire_idempotent_calls_total{result=\"" + result + "\"} ";
    const size_t at = page.find(series);
    return at == std::string::npos ? -1 : std::stod(page.substr(at + series.size()));
  }

  World world;
  Mailbox other_mailbox_{[] {}};
  const std::shared_ptr<const CallServices> other_services_;
  std::vector<std::unique_ptr<FakeRpc>> rpcs_;
};

TEST_F(IdempotentOperationTest, ManyCallersOfOneKeyAreOneRequestAndOneAnswer) {
  std::vector<FakeRpc*> callers;
  for (int i = 0; i < 100; ++i) callers.push_back(&Ask(i % 2 == 1));
  EXPECT_EQ(world.transport.transfers.size(), 1u);
  Reply();
  const std::string first = AnswerOf(*callers.front()).SerializeAsString();
  for (FakeRpc* caller : callers) {
    if (caller != callers.front()) {
      EXPECT_EQ(AnswerOf(*caller).SerializeAsString(), first);
    }
  }
  EXPECT_EQ(world.transport.transfers.size(), 1u);
  EXPECT_EQ(Called("first"), 1);
  EXPECT_EQ(Called("attached"), 99);
}

TEST_F(IdempotentOperationTest, AnAnswerIsToldAgainAndMarkedSo) {
  FakeRpc& first = Ask();
  Reply();
  const v1::CompleteResponse was = AnswerOf(first);
  EXPECT_FALSE(was.gateway().replayed());
  EXPECT_GT(was.gateway().cost().total_picousd(), 0);
  for (const bool on_other_loop : {false, true}) {
    const v1::CompleteResponse again = AnswerOf(Ask(on_other_loop));
    EXPECT_EQ(again.completion().SerializeAsString(), was.completion().SerializeAsString());
    EXPECT_TRUE(again.gateway().replayed());
    EXPECT_EQ(again.gateway().usage_source(), v1::USAGE_SOURCE_NONE);
    EXPECT_EQ(again.gateway().request_id(), was.gateway().request_id());
    EXPECT_EQ(again.gateway().cost().total_picousd(), 0);
  }
  EXPECT_EQ(world.transport.transfers.size(), 1u);
  EXPECT_EQ(Called("replayed"), 2);
}

TEST_F(IdempotentOperationTest, AnotherRequestWithTheKeyIsRefused) {
  Ask();
  FakeRpc& other = Ask(false, "Something else");
  RunToEnd(other);
  EXPECT_EQ(other.status->error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonOf(*other.status), "IDEMPOTENCY_KEY_REUSED");
}

TEST_F(IdempotentOperationTest, TheFirstMayLeaveAndTheOthersGetTheirAnswer) {
  FakeRpc& first = Ask();
  FakeRpc& second = Ask(true);
  FakeRpc& third = Ask();
  first.Done(true);
  Turn();
  EXPECT_EQ(world.transport.running(), 1u);
  Reply("Still here");
  EXPECT_EQ(AnswerOf(second).completion().choices(0).message().content(), "Still here");
  EXPECT_EQ(AnswerOf(third).completion().choices(0).message().content(), "Still here");
}

TEST_F(IdempotentOperationTest, TheRequestIsCancelledWhenTheLastOneHasLeft) {
  FakeRpc& first = Ask();
  FakeRpc& second = Ask(true);
  first.Done(true);
  Turn();
  EXPECT_EQ(world.transport.running(), 1u);
  second.Done(true);
  Turn();
  EXPECT_EQ(world.transport.running(), 0u);
}

TEST_F(IdempotentOperationTest, WhoeverComesAfterACancelledCallIsToldThatItMayBeBilled) {
  Ask().Done(true);
  Turn();
  FakeRpc& again = Ask();
  RunToEnd(again);
  EXPECT_EQ(ReasonOf(*again.status), "CANCELLED");
  const auto info = inferwire::testing_support::DetailOf<google::rpc::ErrorInfo>(*again.status);
  EXPECT_EQ(info->metadata().at("replayed"), "true");
  EXPECT_TRUE(info->metadata().contains("maybe_billed"));
  EXPECT_EQ(world.transport.transfers.size(), 1u);
}

TEST_F(IdempotentOperationTest, AFailureThatCostNothingFreesTheKey) {
  FakeRpc& first = Ask();
  FakeRpc& second = Ask(true);
  FakeTransport::Head(transfer(), 429, "application/json");
  FakeTransport::Body(transfer(),
                      R"({"error":{"message":"slow down","code":"rate_limit_exceeded"}})");
  FakeTransport::End(transfer());
  Turn();
  RunToEnd(first);
  RunToEnd(second);
  EXPECT_EQ(ReasonOf(*first.status), "RATE_LIMITED");
  EXPECT_EQ(ReasonOf(*second.status), "RATE_LIMITED");
  FakeRpc& again = Ask();
  EXPECT_EQ(world.transport.transfers.size(), 2u);
  Reply();
  EXPECT_FALSE(AnswerOf(again).gateway().replayed());
}

TEST_F(IdempotentOperationTest, AFailureThatMayBeBilledIsToldAgain) {
  FakeRpc& first = Ask();
  FakeTransport::Head(transfer(), 200, "application/json");
  FakeTransport::Body(transfer(), R"({"id":"c1","choices":[)");
  http::Outcome broken;
  broken.failure = http::Failure::kReset;
  FakeTransport::End(transfer(), broken);
  Turn();
  RunToEnd(first);
  ASSERT_FALSE(first.status->ok());
  FakeRpc& again = Ask(true);
  Turn();
  RunToEnd(again);
  EXPECT_EQ(again.status->error_code(), first.status->error_code());
  EXPECT_EQ(ReasonOf(*again.status), ReasonOf(*first.status));
  const auto info = inferwire::testing_support::DetailOf<google::rpc::ErrorInfo>(*again.status);
  EXPECT_EQ(info->metadata().at("replayed"), "true");
  EXPECT_EQ(info->metadata().at("safe_to_retry"), "false");
  EXPECT_EQ(world.transport.transfers.size(), 1u);
}

TEST_F(IdempotentOperationTest, AStreamIsAttachedToFromItsBeginning) {
  FakeRpc& first = AskStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("He") + Chunk("ll"));
  FakeRpc& second = AskStream(true);
  Turn();
  FakeTransport::Body(transfer(), Chunk("o") + LastChunk());
  FakeTransport::End(transfer());
  Turn();
  RunToEnd(first);
  RunToEnd(second);
  FakeRpc& third = AskStream();
  RunToEnd(third);
  ASSERT_EQ(first.written.size(), second.written.size());
  ASSERT_EQ(first.written.size(), third.written.size());
  for (size_t i = 0; i < first.written.size(); ++i) {
    const auto event = first.Written<v1::StreamCompleteResponse>(i);
    EXPECT_EQ(event.SerializeAsString(),
              second.Written<v1::StreamCompleteResponse>(i).SerializeAsString());
    const auto again = third.Written<v1::StreamCompleteResponse>(i);
    EXPECT_EQ(again.event_case(), event.event_case());
    if (event.has_chunk()) {
      EXPECT_EQ(again.SerializeAsString(), event.SerializeAsString());
    }
    if (again.has_started()) {
      EXPECT_TRUE(again.started().gateway().replayed());
    }
    if (again.has_completed()) {
      EXPECT_TRUE(again.completed().gateway().replayed());
    }
  }
}

TEST_F(IdempotentOperationTest, ASlowReaderSlowsNobodyAndIsLostAtLast) {
  FakeRpc& slow = AskStream();  // the first, and its writes never end
  FakeRpc& quick = AskStream(true);
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  const std::string piece(100'000, 'x');
  for (int i = 0; i < 30; ++i) {
    if (!FakeTransport::Body(transfer(), Chunk(piece))) --i;
    Turn();
    while (quick.writing) quick.CompleteWrite(true);
    Turn();
  }
  FakeTransport::Body(transfer(), LastChunk());
  FakeTransport::End(transfer());
  Turn();
  RunToEnd(quick);
  EXPECT_TRUE(quick.status && quick.status->ok());
  EXPECT_EQ(quick.written.size(), 34u) << "started, 32 chunks, completed";
  RunToEnd(slow);
  EXPECT_EQ(slow.status->error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(ReasonOf(*slow.status), "IDEMPOTENT_IN_PROGRESS");
  FakeRpc& late = AskStream();
  RunToEnd(late);
  EXPECT_EQ(ReasonOf(*late.status), "IDEMPOTENT_RESULT_GONE");
}

TEST_F(IdempotentOperationTest, NobodyIsAttachedToWhatHasSaidTooMuch) {
  FakeRpc& first = AskStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  for (int i = 0; i < 12; ++i) {
    while (!FakeTransport::Body(transfer(), Chunk(std::string(100'000, 'x')))) {
      while (first.writing) first.CompleteWrite(true);
      Turn();
    }
    while (first.writing) first.CompleteWrite(true);
    Turn();
  }
  FakeRpc& late = AskStream();
  RunToEnd(late);
  EXPECT_EQ(ReasonOf(*late.status), "IDEMPOTENT_IN_PROGRESS");
}

TEST_F(IdempotentOperationTest, ASlowCallerAloneHoldsTheUpstreamBack) {
  AskStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  bool held_back = false;
  for (int i = 0; i < 10 && !held_back; ++i) {
    held_back = !FakeTransport::Body(transfer(), Chunk(std::string(100'000, 'x')));
  }
  EXPECT_TRUE(held_back);
}

TEST_F(IdempotentOperationTest, EachHasItsOwnDeadline) {
  FakeRpc& first = NewRpc();
  first.deadline = world.clock.WallNow() + 5s;
  v1::CompleteRequest request;
  *request.mutable_params() = Hello();
  request.mutable_options()->set_idempotency_key("k");
  first.request = Serialize(request);
  MachineOf(world.complete)(world.services, world.complete, std::make_unique<FakeWire>(first));
  FakeRpc& second = Ask(true);
  world.Advance(6s);
  Turn();
  RunToEnd(first);
  EXPECT_EQ(first.status->error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(world.transport.running(), 1u);
  Reply();
  EXPECT_EQ(AnswerOf(second).completion().choices(0).message().content(), "Hi");
}

TEST_F(IdempotentOperationTest, ARunTakesOnePlaceAndWaitingTakesNone) {
  Ask();
  Ask();
  Ask(true);
  EXPECT_EQ(world.in_flight->all.load(), 1);
}

TEST_F(IdempotentOperationTest, AKeyIsPrintableAndNotTooLong) {
  for (const std::string& key : {std::string(256, 'k'), std::string("caf\xC3\xA9")}) {
    FakeRpc& refused = Ask(false, "Hello", key);
    RunToEnd(refused);
    EXPECT_EQ(refused.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  }
  EXPECT_TRUE(world.transport.transfers.empty());
}

TEST_F(IdempotentOperationTest, WhatEndsTheRunIsToldToAll) {
  FakeRpc& first = Ask();
  FakeRpc& second = Ask(true);
  Error error;
  error.code = Code::kUnavailable;
  error.reason = v1::ERROR_REASON_GATEWAY_DRAINING;
  const std::vector<LiveCall*> calls(world.live.begin(), world.live.end());
  for (LiveCall* call : calls) call->Cut(error);
  Turn();
  RunToEnd(first);
  RunToEnd(second);
  EXPECT_EQ(ReasonOf(*first.status), "GATEWAY_DRAINING");
  EXPECT_EQ(ReasonOf(*second.status), "GATEWAY_DRAINING");
}

}  // namespace
}  // namespace inferwire::rpc
