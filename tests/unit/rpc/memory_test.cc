// What a call holds, from its admission until its answer was delivered.
#include <gtest/gtest.h>

#include "operation_call_fixture.h"

namespace inferwire::rpc {
namespace {

using http::FakeTransport;

constexpr size_t kLarge = 1 << 20;

class MemoryTest : public OperationCallTest {
 protected:
  LiveCall& call() { return **world.live.begin(); }
  bool Shows(const std::string& sample) {
    return ("\n" + world.metrics.Expose()).find("\n" + sample + "\n") != std::string::npos;
  }
  void Answered() {
    StartUnary();
    FakeTransport::Head(transfer(), 200, "application/json");
    FakeTransport::Body(transfer(), Answer(std::string(kLarge, 'x')));
    FakeTransport::End(transfer());
  }
};

TEST_F(MemoryTest, ARequestIsHeldUntilItCannotBeSentAgain) {
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Hello();
  request.mutable_params()->mutable_messages(0)->set_content(std::string(kLarge, 'x'));
  world.Stream(rpc, request);
  EXPECT_GE(world.memory.held(), static_cast<int64_t>(kLarge));
  EXPECT_LT(world.memory.held(), static_cast<int64_t>(kLarge + 4096));
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  EXPECT_GE(world.memory.held(), static_cast<int64_t>(kLarge)) << "an error may still come";
  FakeTransport::Body(transfer(), Chunk("Hi"));
  while (rpc.writing) rpc.CompleteWrite(true);
  EXPECT_LT(world.memory.held(), 4096);
  rpc.Done(true);
}

TEST_F(MemoryTest, AnAnswerIsHeldWhileItArrives) {
  StartUnary();
  FakeTransport::Head(transfer(), 200, "application/json");
  FakeTransport::Body(transfer(), R"({"id":")" + std::string(kLarge, 'x'));
  EXPECT_GE(world.memory.held(), static_cast<int64_t>(kLarge));
  rpc.Done(true);
  EXPECT_EQ(world.memory.held(), 0);
}

TEST_F(MemoryTest, AnAnswerIsHeldOnceUntilItIsDelivered) {
  Answered();
  world.Advance({});  // what it was made of is let go
  EXPECT_TRUE(rpc.finishing);
  EXPECT_GE(world.memory.held(), static_cast<int64_t>(kLarge));
  EXPECT_LT(world.memory.held(), static_cast<int64_t>(kLarge + 4096));
  EXPECT_TRUE(Shows("inferwire_requests_in_flight{operation=\"chat\"} 1"))
      << "it is in flight until the caller has it";
  RunToEnd();
  EXPECT_EQ(world.memory.held(), 0);
  EXPECT_TRUE(Shows("inferwire_requests_in_flight{operation=\"chat\"} 0"));
}

TEST_F(MemoryTest, AnUndeliveredAnswerKeepsItsPlace) {
  world.Complete(rpc, [] {
    v1::CompleteRequest request;
    *request.mutable_params() = Hello();
    return request;
  }());
  const auto in_flight = [&] { return world.in_flight->all.load(); };
  EXPECT_EQ(in_flight(), 1);
  FakeTransport::Head(transfer(), 200, "application/json");
  FakeTransport::Body(transfer(), Answer("Hi"));
  FakeTransport::End(transfer());
  EXPECT_EQ(in_flight(), 1);
  RunToEnd();
  EXPECT_EQ(in_flight(), 0);
}

TEST_F(MemoryTest, ACallerWhoDoesNotReadIsGivenUp) {
  world.limits.delivery = std::chrono::seconds(30);
  Answered();
  world.Advance(std::chrono::seconds(60));
  call().Tend(world.clock.Now());
  EXPECT_EQ(rpc.cancels, 0) << "the default deadline is 120 s";
  world.Advance(std::chrono::seconds(61));
  call().Tend(world.clock.Now());
  call().Tend(world.clock.Now());
  EXPECT_EQ(rpc.cancels, 1);
  EXPECT_TRUE(Shows("inferwire_calls_cut_total{reason=\"undelivered\"} 1"));
  rpc.Done(true);
  rpc.CompleteFinish(false);
  EXPECT_EQ(world.memory.held(), 0);
}

TEST_F(MemoryTest, ACallerGetsTheTimeToReadHoweverLateTheAnswer) {
  world.limits.delivery = std::chrono::seconds(30);
  rpc.deadline = world.clock.WallNow() + std::chrono::seconds(5);
  StartUnary();
  world.Advance(std::chrono::milliseconds(4800));
  FakeTransport::Head(transfer(), 200, "application/json");
  FakeTransport::Body(transfer(), Answer("Hi"));
  FakeTransport::End(transfer());
  world.Advance(std::chrono::seconds(29));
  call().Tend(world.clock.Now());
  EXPECT_EQ(rpc.cancels, 0);
  world.Advance(std::chrono::seconds(2));
  call().Tend(world.clock.Now());
  EXPECT_EQ(rpc.cancels, 1);
  RunToEnd();
}

TEST_F(MemoryTest, AStreamWhoseCallerDoesNotReadIsGivenUpAfterItsDeadline) {
  rpc.deadline = world.clock.WallNow() + std::chrono::seconds(5);
  StartStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("He"));
  world.Advance(std::chrono::seconds(6));
  EXPECT_FALSE(rpc.status) << "the write in flight is in its way";
  call().Tend(world.clock.Now());
  EXPECT_EQ(rpc.cancels, 0);
  world.Advance(std::chrono::seconds(31));
  call().Tend(world.clock.Now());
  EXPECT_EQ(rpc.cancels, 1);
  rpc.Done(true);
  rpc.CompleteWrite(false);
}

TEST_F(MemoryTest, UpstreamIsNotReadWhileMemoryIsCritical) {
  StartUnary();
  FakeTransport::Head(transfer(), 200, "application/json");
  EXPECT_TRUE(FakeTransport::Body(transfer(), R"({"id":")" + std::string(kLarge, 'x')));
  world.memory.SetLimit(kLarge);
  EXPECT_FALSE(FakeTransport::Body(transfer(), "more"));
  world.Advance(std::chrono::seconds(90));  // longer than upstream may be silent
  call().Tend(world.clock.Now());
  EXPECT_TRUE(transfer().paused);
  EXPECT_FALSE(transfer().over) << "it is we who do not read";
  world.memory.SetLimit(100 * kLarge);
  call().Tend(world.clock.Now());
  EXPECT_FALSE(transfer().paused);
  EXPECT_TRUE(FakeTransport::Body(transfer(), "more"));
  rpc.Done(true);
}

TEST_F(MemoryTest, ASmallCallComesToItsEndWhateverOthersHold) {
  world.memory.SetLimit(10);
  gateway::CallMemory other(&world.memory);
  other.Set(gateway::CallMemory::kAnswer, kLarge);
  // Admission is the policies' affair; this one is in already.
  StartUnary();
  FakeTransport::Head(transfer(), 200, "application/json");
  EXPECT_TRUE(FakeTransport::Body(transfer(), Answer("Hi")));
  FakeTransport::End(transfer());
  RunToEnd();
  EXPECT_TRUE(rpc.status->ok());
}

TEST_F(MemoryTest, ACallThatIsShedGetsItsStatus) {
  StartUnary();
  call().Shed(policy::Overloaded("memory"));
  EXPECT_EQ(ReasonOf(*rpc.status), "GATEWAY_OVERLOADED");
  EXPECT_EQ(rpc.cancels, 0) << "which would take the status with it";
  EXPECT_TRUE(transfer().cancelled);
  RunToEnd();
}

TEST_F(MemoryTest, AnUnreadAnswerThatIsShedIsDropped) {
  Answered();
  EXPECT_GT(call().Size().held, static_cast<int64_t>(kLarge));
  call().Shed(policy::Overloaded("memory"));
  EXPECT_EQ(rpc.cancels, 1);
  rpc.Done(true);
  rpc.CompleteFinish(false);
}

TEST_F(MemoryTest, ItemsOfAStreamAreHeldForItsCaller) {
  world.Many(rpc);
  v1::CompleteManyRequest message;
  message.mutable_config()->set_max_in_flight(4);
  rpc.to_read.push_back(Serialize(message));
  message.mutable_item()->set_item_id("a");
  *message.mutable_item()->mutable_params() = Hello();
  message.mutable_item()->mutable_params()->mutable_messages(0)->set_content(
      std::string(kLarge, 'x'));
  rpc.to_read.push_back(Serialize(message));
  while (rpc.CanRead()) rpc.CompleteRead();
  EXPECT_GE(world.memory.held(), static_cast<int64_t>(kLarge));
  EXPECT_GE(call().Size().held, static_cast<int64_t>(kLarge));
  EXPECT_GT(call().Size().weight, call().Size().held) << "with what its caller holds";
  EXPECT_EQ(world.in_flight->all.load(), 2);
  rpc.Done(true);
  rpc.CompleteWrite(false);
  rpc.CompleteRead();
  EXPECT_EQ(world.memory.held(), 0);
  EXPECT_EQ(world.in_flight->all.load(), 0);
}

}  // namespace
}  // namespace inferwire::rpc
